"""Passkeys in a real browser, on a device that Chromium makes up: added, used to sign in, removed."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from directory import create_app
from directory.config import Config
from directory.db import Database
from directory.models import Account
from directory.places import Places
from tests.accounts.conftest import PASSWORD, QUICK, code_of
from tests.browser.test_pages import violations
from tests.browser.test_provider import FITS, SMALL
from tests.factories import SUNDAY_EVENING
from tests.people import make_account

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1366, "height": 768}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "automaticPresenceSimulation": True,
}
OpenDevice = Callable[..., Page]


@pytest.fixture
def home(tmp_path: Path, places: Places) -> Iterator[str]:
    """Where the application is served: at a name, as passkeys want it, with a maintainer who has a password."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    server = make_server("127.0.0.1", 0, Flask(__name__), threaded=True)
    url = f"http://localhost:{server.port}"
    config = Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", 0, "s" * 32, public_url=url)
    database = Database(config.database_url)
    database.upgrade()
    with database.unit_of_work() as session:
        mai = make_account(session, "Mai Maintainer", maintainer=("SEL",))
        session.get_one(Account, mai.id).password = QUICK.hash(PASSWORD)
    database.close()
    server.app = create_app(config, now=lambda: SUNDAY_EVENING)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_device(browser: Browser, home: str) -> Iterator[OpenDevice]:
    """Opens a window on the sign-in page, with a device that keeps passkeys unless told otherwise."""
    contexts: list[BrowserContext] = []

    def build(*, verified: bool = True, **options: object) -> Page:
        contexts.append(browser.new_context(base_url=home, viewport=PHONE, locale="en-GB", **options))
        page = contexts[-1].new_page()
        session = contexts[-1].new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": verified}})
        return page

    yield build
    for context in contexts:
        context.close()


def give_password(page: Page, at: str = "") -> None:
    """The first half of signing in."""
    page.goto(f"{at}/sign-in")
    page.get_by_label("Email address").fill("mai.maintainer@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def make_passkey(page: Page) -> str:
    """Sign in with a password, and make a passkey where a second factor is asked for; gives a recovery code."""
    give_password(page)
    page.get_by_role("link", name="Use a passkey instead").click()
    heading(page, "Add a passkey")
    look(page)
    page.get_by_label("Name of this passkey").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    heading(page, "Your recovery codes")
    return page.locator(".app-key").first.inner_text()


def remove_passkey(page: Page) -> None:
    """As far as the page that asks for the password."""
    page.goto("/account")
    page.get_by_role("link", name="Remove the passkey My phone").click()
    heading(page, "Remove a passkey")


def look(page: Page) -> None:
    """The page is sound on a phone and at a desk, once it is whole."""
    page.wait_for_load_state()
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate(FITS) and not page.evaluate(SMALL)
        assert not violations(page)


def heading(page: Page, text: str) -> None:
    """Wait for a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_passkey_from_the_first_to_the_last(open_device: OpenDevice) -> None:
    """Made on the way in, used in place of a code, and removed once an app stands in for it."""
    page = open_device()
    make_passkey(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".app-account")).to_contain_text("My phone, added 9:04pm today, not used yet")
    look(page)
    page.get_by_role("link", name="Queue").click()
    page.wait_for_url("**/region")
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    give_password(page)
    heading(page, "Show that it is you")
    look(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/region")
    remove_passkey(page)
    expect(page.get_by_text("your only second factor")).to_be_visible()
    look(page)
    page.get_by_role("link", name="set up an app that makes codes").click()
    page.get_by_label("Code").fill(code_of(page.locator(".app-key").inner_text(), SUNDAY_EVENING))
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your recovery codes")
    remove_passkey(page)
    look(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Remove it").click()
    heading(page, "Your account")
    expect(page.locator(".app-account")).not_to_contain_text("My phone")
    page.get_by_role("button", name="Sign out", exact=True).click()
    heading(page, "Sign in")
    give_password(page)
    heading(page, "Enter your code")


def test_without_scripts_a_code_is_enough(open_device: OpenDevice) -> None:
    """What needs a script is not shown; a recovery code opens the door of an account that has only a passkey."""
    code = make_passkey(open_device())
    page = open_device(java_script_enabled=False)
    give_password(page)
    heading(page, "Show that it is you")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/region")
    page.goto("/account")
    expect(page.get_by_text("Add a passkey")).to_be_hidden()
    page.goto("/account/passkeys")
    expect(page.get_by_text("This browser cannot make a passkey")).to_be_visible()
    expect(page.get_by_label("Name of this passkey")).to_be_hidden()


def test_what_goes_wrong_is_said(open_device: OpenDevice) -> None:
    """No name, a device that has one already, nobody's finger, an address that is not the directory's."""
    page = open_device()
    make_passkey(page)
    page.goto("/account/passkeys")
    page.get_by_role("button", name="Add a passkey").click()
    fault = page.locator("[data-passkey-fault]")
    expect(fault).to_have_text("Enter a name.")
    page.get_by_label("Name of this passkey").fill("The same once more")
    page.get_by_role("button", name="Add a passkey").click()
    expect(fault).to_have_text("This device has a passkey for your account already.")
    stranger = open_device(verified=False)
    give_password(stranger)
    stranger.get_by_role("button", name="Use a passkey").click()
    expect(stranger.locator("[data-passkey-fault]")).to_have_text("No passkey was given. Try again.")
    look(stranger)
    elsewhere = open_device()
    give_password(elsewhere, at=page.url.replace("localhost", "127.0.0.1").replace("/account/passkeys", ""))
    elsewhere.get_by_role("button", name="Use a passkey").click()
    expect(elsewhere.locator("[data-passkey-fault]")).to_contain_text("do not work at this address")
