"""The journeys of providers on a phone: closed tonight in two taps; a section; asking to be listed."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.models import CrewFact, CulturalClaim, Phone
from directory.places import Places
from tests.browser.test_pages import violations
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.people import AT, make_account, sign_in

REF, QUIET = "CAD-9001", "CAD-9003"
PHONE, DESK = (360, 640), (1366, 768)
NARROW = 320
MOST_LOOKS = 1000
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
SMALL = """() => [...document.querySelectorAll(
    "main a, main button, main summary, main input, main select, main textarea")]
  .filter(target => target.checkVisibility() && getComputedStyle(target).display !== "inline")
  .map(target => [target.textContent.trim() || target.id, target.getBoundingClientRect()])
  .filter(([text, box]) => box.height < 44).map(([text, box]) => [text, box.width, box.height])"""
OpenAs = Callable[..., Page]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Flask]:
    """An application with the entries of one organisation, and somebody who keeps them."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "postcodes").symlink_to(places.folder)
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0.2, secret_key="s" * 32)
    database = Database(config.database_url)
    database.upgrade()
    facts = {
        **CAMBERWELL,
        "organization": "Example Trust",
        "opening_hours": "Mo-Su 18:00-02:00",
        "address": "1 Example Street",
        "drop_off": CrewFact(value=True, on="2026-01"),
        "communities": ("black",),
        "cultural_claims": (CulturalClaim(kind="led_by", code="black", said_by="Example Trust", said_on="2026-01"),),
    }
    numbers = (Phone(number="020 7946 0123"), Phone(number="020 7946 0999", audience="professional"))
    entries = [
        make_entry(**facts, phones=numbers),
        make_entry(**{**facts, "ref": QUIET, "name": "Example Night Haven, Camberwell Green"}),
        make_entry(**{**facts, "ref": "CAD-9002", "name": "Example Crisis House", "status": "unverified"}),
    ]
    with database.unit_of_work() as session:
        revisions.publish(session, entries, actor="test", reason="", at=AT)
        make_account(session, "Sam Editor", editor=("Example Trust",))
    database.close()
    yield create_app(config, now=lambda: SUNDAY_EVENING)


@pytest.fixture(scope="module")
def home(study: Flask) -> Iterator[str]:
    """Where it is served."""
    server = make_server("127.0.0.1", 0, study, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_as(browser: Browser, study: Flask, home: str) -> Iterator[OpenAs]:
    """Opens a window as somebody who has signed in, unless told otherwise."""
    contexts: list[BrowserContext] = []

    def build(path: str, size: tuple[int, int] = PHONE, *, signed_in: bool = True, **options: object) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=home, viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        contexts.append(context)
        if signed_in:
            context.add_cookies([{"name": "session", "value": _cookie(study), "url": home}])
        page = context.new_page()
        page.goto(path)
        return page

    yield build
    for context in contexts:
        context.close()


def _cookie(study: Flask) -> str:
    from directory.models import Account

    with study.extensions["directory"].database.reading() as session:
        account = session.get(Account, 1)
        assert account is not None
        client = sign_in(study.test_client(), account)
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


@pytest.mark.parametrize("scripts", [True, False])
def test_closed_tonight_takes_two_taps(open_as: OpenAs, scripts: bool) -> None:
    """From My services: Tonight, and the state. Anybody who looks again finds it, and it can be cleared."""
    page = open_as("/my", java_script_enabled=scripts)
    page.get_by_role("link", name="Tonight: Example Evening Sanctuary").click()
    page.get_by_role("button", name="Closed unexpectedly").click()
    expect(page.get_by_text("Saved. Everybody now reads: Closed unexpectedly, until 2am tomorrow.")).to_be_visible()
    expect(page.locator(".app-reads")).to_contain_text("Closed unexpectedly, said the service just now, opens 6pm")
    searcher = open_as("/search?q=SE5+8AZ", signed_in=False)
    card = searcher.locator(".app-card", has_text="Example Evening Sanctuary")
    for _ in range(MOST_LOOKS):
        if "Closed unexpectedly" in card.inner_text():
            break
        searcher.reload()
    expect(card).to_contain_text("Closed unexpectedly, said the service just now")
    page.get_by_role("button", name="Clear it").click()
    expect(page.locator(".app-reads")).to_have_text("Everybody reads: Open until 2am.")


def test_every_state_is_on_the_first_screen_of_a_phone(open_as: OpenAs) -> None:
    page = open_as(f"/my/{QUIET}/tonight")
    last = page.get_by_role("button", name="Ring first").bounding_box()
    assert last is not None and last["y"] + last["height"] <= PHONE[1], last


def test_a_note_and_another_time(open_as: OpenAs) -> None:
    page = open_as(f"/my/{REF}/tonight")
    page.get_by_text("Say it with a note, or until another time").click()
    page.get_by_label("Busy").check()
    page.get_by_label("Until").select_option(label="11:30pm today")
    page.get_by_label("A short note, if it helps").fill("Wait of an hour")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".app-reads")).to_contain_text("(Wait of an hour). What you said stands until 11:30pm today")


def test_a_keyboard_is_enough_for_tonight(open_as: OpenAs) -> None:
    page = open_as(f"/my/{REF}/tonight")
    page.get_by_role("button", name="Full").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".app-reads")).to_contain_text("Full, said the service just now")


def test_a_section_is_sent_and_taken_back(open_as: OpenAs) -> None:
    """A new number, from My services to what waits."""
    page = open_as(f"/my/{REF}", java_script_enabled=False)
    page.get_by_role("link", name="Contact").click()
    second = page.get_by_role("group", name="Number 2")
    second.get_by_label("Number").fill("020 7946 0124")
    second.get_by_label("How to use it").fill("evenings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Contact: sent to the South East London team.")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("You have taken it back.")).to_be_visible()


PAGES = {
    "my services": "/my",
    "one service": f"/my/{REF}",
    "tonight": f"/my/{REF}/tonight",
    **{slug: f"/my/{REF}/edit/{slug}" for slug in ("contact", "place", "who", "way-in", "culture", "access", "crew")},
    "professionals": f"/my/{REF}/edit/professionals",
    "listing": "/list-a-service",
    "claim": f"/services/{REF}/claim",
}


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_is_accessible_and_fits(open_as: OpenAs, tmp_path: Path, kind: str) -> None:
    """axe finds nothing and nothing scrolls sideways, however narrow, with every part opened."""
    page = open_as(PAGES[kind], signed_in=kind not in {"listing", "claim"})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width, height in ((NARROW, 568), PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FITS), width
        assert not violations(page), width


@pytest.mark.parametrize("kind", ["my services", "one service", "tonight", "contact", "crew"])
def test_targets_are_large_enough_for_a_thumb(open_as: OpenAs, kind: str) -> None:
    assert open_as(PAGES[kind]).evaluate(SMALL) == []
