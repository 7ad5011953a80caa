"""A proposal becomes what searchers find, in a real browser: read, approved, found; by keyboard, and on a phone."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from directory import create_app, listing_requests, revisions
from directory.config import Config
from directory.db import Database
from directory.models import Phone
from directory.places import Places
from tests.browser.test_pages import violations
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.people import make_account, sign_in

WIDTHS = {320: 640, 1366: 768}
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_TARGETS = (
    ".app-queue a, .app-kinds a, .app-place a, .app-links a, .app-decide a, main button, main select, main textarea"
)
_SMALL = f"""[...document.querySelectorAll("{_TARGETS}")]
  .filter(target => target.getBoundingClientRect().height < 44).map(target => target.outerHTML)"""


class Desk(NamedTuple):
    """A running directory with a region, and the cookie of its maintainer."""

    address: str
    app: Flask
    cookie: str


@pytest.fixture
def desk(tmp_path: Path, places: Places) -> Iterator[Desk]:
    """A region with an entry, a proposal, a lead, a pair that may be one, and a request."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    config = Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", refresh_seconds=0, secret_key="s" * 32)
    Database(config.database_url).upgrade()
    app = create_app(config, now=lambda: SUNDAY_EVENING)
    here = app.extensions["directory"]
    entry = make_entry(**CAMBERWELL, opening_hours="Mo-Fr 18:00-23:00", organization="Example Trust")
    with here.database.unit_of_work() as session:
        account = make_account(session, "Mai Region", maintainer=("SEL",))
        provider = make_account(session, "Pat Provider", editor=("Example Trust",))
        twin = {"ref": "CAD-9002", "name": "Evening Sanctuary, Example", "status": "unverified"}
        revisions.publish(
            session, [entry, make_entry(**CAMBERWELL, **twin)], actor="command:load", reason="", at=SUNDAY_EVENING
        )
        wanted = {"opening_hours": "Mo-Su 18:00-02:00; PH off", "phones": (Phone(number="020 7946 0999"),)}
        revisions.propose(
            session,
            entry.model_copy(update={**wanted, "description": "A quiet place at night, with a garden."}),
            section="hours",
            base_number=1,
            note="New hours from December",
            actor=f"account:{provider.id}",
            at=SUNDAY_EVENING,
        )
        facts = {"service": "Example Night Café", "organization": "Night Trust", "borough": "E09000028", "what": "Talk"}
        listing_requests.ask(
            session, "listing", name="Nia Night", email="nia@example.org", facts=facts, at=SUNDAY_EVENING
        )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    client = sign_in(app.test_client(), account)
    cookie = client.get_cookie("session")
    assert cookie is not None
    yield Desk(f"http://127.0.0.1:{server.port}", app, cookie.value)
    server.shutdown()
    thread.join()
    server.server_close()
    here.database.close()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """The maintainer's window, on a desk."""
    context = browser.new_context(base_url=desk.address, viewport={"width": 1366, "height": 768}, locale="en-GB")
    context.add_cookies([{"name": "session", "value": desk.cookie, "url": desk.address}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/region",
        "/region/proposals/1",
        "/region/proposals/1/correct",
        "/region/entries/CAD-9001",
        "/region/entries/CAD-9002",
        "/region/entries/CAD-9001/history",
        "/region/entries/CAD-9001/history/1",
        "/region/duplicates/CAD-9001/CAD-9002",
        "/region/requests/1",
    ],
)
def test_pages_are_accessible_and_fit(page: Page, path: str) -> None:
    """axe finds nothing, nothing scrolls sideways, and fingers hit what they aim at."""
    page.goto(path)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_FITS), width
        assert not violations(page), width
        assert page.evaluate(_SMALL) == [], width


def test_from_a_proposal_to_what_searchers_find(page: Page, desk: Desk) -> None:
    """Read what differs, approve, go on to the next item; the next search has it."""
    page.goto("/search?q=quiet+garden")
    expect(page.locator("main")).not_to_contain_text("A quiet place")
    page.goto("/region")
    page.get_by_role("link", name="Example Evening Sanctuary", exact=True).first.click()
    expect(page.locator("del").filter(has_text="Monday: 6pm to 11pm")).to_be_visible()
    expect(page.locator("ins").filter(has_text="Monday: 6pm to 2am")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".app-said")).to_contain_text("Approved: it is public now.")
    desk.app.extensions["directory"].current.refresh()
    page.goto("/search?q=SE5+8AZ")
    expect(page.locator("main")).to_contain_text("020 7946 0999")
    page.goto("/services/CAD-9001")
    expect(page.locator("main")).to_contain_text("A quiet place at night, with a garden.")


def test_by_keyboard_alone(page: Page) -> None:
    """From the queue into the next item and to a decision, without a mouse."""
    page.goto("/region?kind=request")
    page.get_by_role("link", name="Example Night Café").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Asked for: Example Night Café")
    page.wait_for_load_state()
    page.get_by_label("Why not?").focus()
    page.keyboard.type("It is listed already")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".app-said")).to_contain_text("Declined, and they are told why.")
