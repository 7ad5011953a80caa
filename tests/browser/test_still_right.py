"""Still right? on a phone, as somebody with no time answers it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.models import Entry
from directory.places import Places
from directory.provider import asking
from tests.browser.test_pages import _FITS, WIDTHS, violations
from tests.factories import SUNDAY_EVENING, make_entry
from tests.provider.test_still_right import link_in


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Two services of one provider, asked about."""
    database = Database(f"sqlite:///{tmp_path / 'directory.sqlite3'}")
    database.upgrade()
    facts = {"organization": "Example Trust", "email": "sam@example.org", "opening_hours": "Mo-Su 18:00-02:00"}
    entries = [make_entry(ref=ref, name=f"Example Sanctuary {ref}", **facts) for ref in ("CAD-9001", "CAD-9002")]
    with database.unit_of_work() as session:
        revisions.publish(session, entries, actor="a test", reason="", at=SUNDAY_EVENING)
    yield database
    database.close()


@pytest.fixture
def page(database: Database, tmp_path: Path, places: Places, browser: Browser) -> Iterator[Page]:
    """A phone on the page that the mail leads to."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Config(tmp_path, url, 0, secret_key="s" * 32), now=lambda: SUNDAY_EVENING)
    with app.app_context():
        asking.ask_providers()
    with database.reading() as session:
        mail = session.execute(text("select text, html from mail")).one()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}{link_in(mail)}")
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["directory"].database.close()


def published(database: Database) -> dict[str, Entry]:
    with database.reading() as session:
        return revisions.get_entries(session)


def check(page: Page) -> None:
    """axe finds nothing and nothing scrolls sideways, once the page is whole."""
    page.wait_for_load_state()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_FITS), width
        assert not violations(page), width
    page.set_viewport_size({"width": 360, "height": 640})


def test_everything_is_right_with_one_tap_and_closed_on_christmas_day_with_two_more(
    page: Page, database: Database
) -> None:
    """Seen without scrolling, and accessible at every step."""
    check(page)
    everything = page.get_by_role("button", name="Everything is still right")
    box = everything.bounding_box()
    assert box is not None and box["y"] + box["height"] < 640
    everything.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bank holidays")
    assert all(len(entry.evidence) == 4 for entry in published(database).values())
    assert {one.checked_how for entry in published(database).values() for one in entry.evidence} == {"link", ""}
    check(page)
    page.get_by_role("group", name="Christmas Day").first.get_by_label("Closed").click()
    page.get_by_role("button", name="Save these answers").click()
    expect(page.get_by_role("listitem").filter(has_text="Christmas Day").first).to_contain_text("Closed")
    assert {entry.opening_hours for entry in published(database).values()} == {"Mo-Su 18:00-02:00; 2026 Dec 25 off"}


def test_what_changed_and_other_hours_are_asked_for_in_a_second_step(page: Page, database: Database) -> None:
    page.get_by_role("group", name="Contact and place").first.get_by_label("Changed").click()
    page.get_by_role("group", name="Christmas Day").first.get_by_label("Different hours").click()
    page.get_by_role("button", name="Save these answers").click()
    expect(page.get_by_text("First, what has changed?")).to_be_visible()
    check(page)
    page.get_by_label("Example Sanctuary CAD-9001: Contact and place: what has changed?").fill("A new number")
    page.get_by_role("group", name="Example Sanctuary CAD-9001: Christmas Day").get_by_label("Opens").fill("10:00")
    page.get_by_role("group", name="Example Sanctuary CAD-9001: Christmas Day").get_by_label("Closes").fill("16:00")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Changed: A new number")).to_be_visible()
    assert published(database)["CAD-9001"].opening_hours == "Mo-Su 18:00-02:00; 2026 Dec 25 10:00-16:00"


def test_enter_on_a_choice_never_says_that_everything_is_right(page: Page, database: Database) -> None:
    """By keyboard only: what is sent is what was chosen."""
    page.get_by_role("group", name="Contact and place").first.get_by_label("Changed").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("First, what has changed?").wait_for()
    assert all(not one.checked_on for entry in published(database).values() for one in entry.evidence)
