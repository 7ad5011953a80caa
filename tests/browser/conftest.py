"""A real browser on a real server over the shipped entries. Skipped where there is no chromium, but never in CI."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from werkzeug.serving import make_server

from directory import create_app
from directory.config import Config
from tests.factories import SUNDAY_EVENING
from tests.pages import EXIT

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 30_000
"""How long to wait for what a page will show: as long as for a page, however busy the machine is."""

OpenPage = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def address(shipped: Config) -> Iterator[str]:
    """Where the application is served."""
    server = make_server("127.0.0.1", 0, create_app(shipped, now=lambda: SUNDAY_EVENING), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("CI"):
        pytest.fail("chromium is not installed: the browser tests must run here")
    if chromium is None:
        pytest.skip("install chromium to run the browser tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a window of a size on an address. Fails at the end if a page asked another host for anything."""
    strangers: list[str] = []
    contexts = []

    def record(request: Request) -> None:
        leaving = request.url == EXIT and request.is_navigation_request()
        if not request.url.startswith(address) and not leaving:
            strangers.append(request.url)

    def build(path: str = "/", width: int = 360, height: int = 640, **options: object) -> Page:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        contexts.append(context)
        context.on("request", record)
        page = context.new_page()
        page.goto(path)
        return page

    yield build
    for context in contexts:
        context.close()
    assert not strangers
