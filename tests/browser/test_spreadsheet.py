"""A maintainer at a desk and on a phone: download, ten faults among 500 rows, mend them, publish."""

import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.config import Config
from directory.places import Places
from tests.factories import SUNDAY_EVENING, make_entry
from tests.people import make_account, sign_in
from tests.sheets import planted

LAMBETH = "E09000022"
SIZES = [(1366, 768), (320, 640)]


@pytest.fixture
def session(tmp_path: Path, places: Places) -> Iterator[tuple[str, str]]:
    """Where 451 entries of south east London are served, and the session of their maintainer."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    url = f"sqlite:///{tmp_path / 'directory.sqlite3'}"
    app = create_app(Config(tmp_path, url, refresh_seconds=0, secret_key="s" * 32), now=lambda: SUNDAY_EVENING)
    database = app.extensions["directory"].database
    database.upgrade()
    entries = [make_entry(ref=f"CAD-{at:04d}", name=f"Example {at}", borough=LAMBETH) for at in range(1, 452)]
    with database.unit_of_work() as work:
        revisions.publish(work, entries, actor="test", reason="", at=SUNDAY_EVENING)
        account = make_account(work, "Mo Maintainer", maintainer=("SEL",))
    cookie = sign_in(app.test_client(), account).get_cookie("session")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", cookie.value
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


def is_sound(page: Page) -> bool:
    """No fault that axe finds, and nothing to scroll to sideways, once the page is whole."""
    page.wait_for_load_state()
    assert Axe().run(page).response["violations"] == []
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_ten_faults_are_found_mended_and_the_rest_published(
    browser: Browser, session: tuple[str, str], tmp_path: Path, width: int, height: int
) -> None:
    address, cookie = session
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="en-GB")
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto("/region/spreadsheet")
    assert is_sound(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="South East London").click()
    with open(downloading.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, with_faults in (("wrong.csv", True), ("mended.csv", False)):
        (tmp_path / name).write_bytes(planted(rows, with_faults)[0])

    page.get_by_label("CSV file").set_input_files(tmp_path / "wrong.csv")
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What your file would change")
    page.wait_for_load_state()
    expect(page.locator("table").filter(has_text="What is wrong").locator("tbody tr")).to_have_count(10)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    assert is_sound(page)

    page.get_by_role("link", name="upload it again").click()
    page.get_by_label("CSV file").set_input_files(tmp_path / "mended.csv")
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What your file would change")
    assert is_sound(page)
    page.get_by_role("button", name="Publish 49 new entries and 40 changed entries").click()
    expect(page.get_by_text("Published: 49 added, 40 changed.")).to_be_visible()
    assert is_sound(page)
    context.close()
