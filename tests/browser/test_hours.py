"""Hours changed in a real browser: by thumb, by keyboard, with and without a script."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.places import Places
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.people import make_account, sign_in

EDITOR = "/my/CAD-9001/hours"
DATES = "/my/CAD-9001/hours/dates"


@pytest.fixture
def running(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[tuple[Flask, str, str]]:
    """A served application with one entry, its address, and the cookie of its editor."""
    folder = tmp_path_factory.mktemp("hours")
    (folder / "postcodes").symlink_to(places.folder)
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0, secret_key="s" * 32)
    database = Database(config.database_url)
    database.upgrade()
    with database.unit_of_work() as session:
        text = "Mo-Fr 18:00-02:00; Sa 12:00-16:00,18:00-22:00"
        entry = make_entry(organization="Example Trust", opening_hours=text, **CAMBERWELL)
        revisions.publish(session, [entry], actor="test", reason="made", at=SUNDAY_EVENING)
        sam = make_account(session, "Sam Editor", editor=("Example Trust",))
    database.close()
    app = create_app(config, now=lambda: SUNDAY_EVENING)
    cookie = sign_in(app.test_client(), sam).get_cookie("session")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{server.port}", cookie.value
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["directory"].database.close()


def open_as_sam(
    browser: Browser, running: tuple[Flask, str, str], path: str, width: int = 320, height: int = 640, **more: object
) -> Page:
    """A window on a page, signed in."""
    _, address, cookie = running
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="en-GB", **more  # type: ignore[arg-type]
    )  # fmt: skip
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(path)
    return page


def hours(running: tuple[Flask, str, str]) -> str:
    """The hours that are published."""
    with running[0].extensions["directory"].database.reading() as session:
        return revisions.get_entry(session, "CAD-9001").opening_hours


def assert_fits(page: Page) -> None:
    """Nothing to scroll sideways, targets of 44 pixels, and nothing that axe objects to, once the page is whole."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             "main :is(a, button, summary, select, .nhsuk-radios__item, .nhsuk-checkboxes__item, .nhsuk-input)"
           )]
           .filter((e) => e.checkVisibility() && !e.classList.contains("nhsuk-u-visually-hidden"))
           .filter((e) => !e.closest(".app-back, .nhsuk-error-summary") && e.getBoundingClientRect().height < 44)
           .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert small == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def save(page: Page) -> None:
    """Choose Save beside the result, once the form around it is whole."""
    page.get_by_role("button", name="Save").wait_for()
    page.wait_for_load_state()
    page.get_by_role("button", name="Save").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_closed_on_friday_takes_four_taps(browser: Browser, running: tuple[Flask, str, str], javascript: bool) -> None:
    """The day, closed, the result, save: nothing is typed."""
    page = open_as_sam(browser, running, DATES, has_touch=True, java_script_enabled=javascript)
    page.get_by_label("Friday 27 November: 6pm to 2am (Saturday morning)").tap()
    page.get_by_label("Closed all day").tap()
    page.get_by_role("button", name="See the result").tap()
    expect(page.get_by_text("Friday 27 November 2026: closed", exact=True)).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("The change of dates is public now.")).to_be_visible()
    assert hours(running).endswith("; 2026 Nov 27 off")


def test_other_times_on_one_evening(browser: Browser, running: tuple[Flask, str, str]) -> None:
    """The times show only once they are asked for; axe is content before and after."""
    page = open_as_sam(browser, running, DATES)
    expect(page.get_by_label("Opens")).to_be_hidden()
    assert_fits(page)
    page.get_by_label("Friday 27 November").check()
    page.get_by_label("Open at other times").check()
    page.get_by_label("Opens").fill("8pm")
    page.get_by_label("Closes").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Write 1am or 1pm.")
    assert_fits(page)
    page.get_by_label("Closes").fill("1am")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Friday 27 November 2026: 8pm to 1am (Saturday morning)")).to_be_visible()
    assert_fits(page)
    save(page)
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert hours(running).endswith("; 2026 Nov 27 20:00-01:00")


@pytest.mark.parametrize("javascript", [True, False])
def test_sessions_and_copies(browser: Browser, running: tuple[Flask, str, str], javascript: bool) -> None:
    """Another session, a copy to other days, a closure: in place with a script, by a new page without; all kept."""
    page = open_as_sam(browser, running, EDITOR, java_script_enabled=javascript)
    monday = page.get_by_role("group", name="Monday", exact=True)
    monday.get_by_label("Opens", exact=True).fill("5pm")
    page.get_by_role("button", name="Add another session on Monday").click()
    expect(page.locator("#day-0-1-opens")).to_be_visible()
    if javascript:
        expect(page.locator("#day-0-1-opens")).to_be_focused()
    page.wait_for_load_state()
    page.locator("#day-0-1-opens").fill("10am")
    page.locator("#day-0-1-closes").fill("noon")
    page.get_by_role("button", name="Copy Monday to Tuesday to Friday").click()
    expect(page.locator("#day-4-1-closes")).to_have_value("noon")
    expect(page.locator("#day-4-0-opens")).to_have_value("5pm")
    page.get_by_role("button", name="Add a closure").click()
    page.locator("#dated-0-first").fill("24 December")
    page.get_by_role("group", name="A new date").get_by_label("Closed").check()
    page.get_by_role("button", name="See the result").last.click()
    expect(page.get_by_text("Monday to Friday: 10am to noon; 5pm to 2am (the next morning)")).to_be_visible()
    save(page)
    expect(page.get_by_text("The ordinary week waits for the regional team")).to_be_visible()
    assert hours(running) == "Mo-Fr 18:00-02:00; Sa 12:00-16:00,18:00-22:00; 2026 Dec 24 off"


def test_the_editor_by_keyboard_alone(browser: Browser, running: tuple[Flask, str, str]) -> None:
    """From the first answer to the result; what is hidden is not stopped at."""
    page = open_as_sam(browser, running, EDITOR, width=1366, height=768)
    page.locator("#ordinary").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Not known", exact=True)).to_be_checked()
    expect(page.get_by_role("group", name="Monday", exact=True)).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("#bank-what")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("[id='named-2026-12-25-what']")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="See the result").last.press("Enter")
    expect(page.get_by_text("The hours of ordinary days were known")).to_be_visible()
    expect(page.get_by_text("Bank holidays: closed")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 640), (1366, 768)])
def test_the_editor_fits_every_screen(
    browser: Browser, running: tuple[Flask, str, str], width: int, height: int
) -> None:
    """As it opens, with faults, and with the result."""
    page = open_as_sam(browser, running, EDITOR, width=width, height=height)
    assert_fits(page)
    page.get_by_role("button", name="Add a closure").click()
    expect(page.locator("#dated-0-first")).to_be_visible()
    page.get_by_role("button", name="Add other times for some weeks of the month").click()
    page.locator("#day-0-0-closes").fill("")
    expect(page.locator("#weeks-0-weekday")).to_be_visible()
    page.get_by_role("button", name="See the result").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Monday: the closing time is missing. Write it like 10pm.")
    assert_fits(page)


def test_the_second_of_two_people_sees_both(browser: Browser, running: tuple[Flask, str, str]) -> None:
    """Side by side on a desk, one below the other on a phone; both can be kept."""
    page = open_as_sam(browser, running, EDITOR, width=1366, height=900)
    other = open_as_sam(browser, running, DATES)
    other.get_by_label("Friday 27 November").check()
    other.get_by_label("Closed all day").check()
    other.get_by_role("button", name="See the result").click()
    save(other)
    expect(other.get_by_text("The change of dates is public now.")).to_be_visible()
    page.locator("[id='named-2026-12-25-what']").select_option("closed")
    page.get_by_role("button", name="See the result").last.click()
    save(page)
    expect(page.get_by_role("heading", name="Theirs")).to_be_visible()
    assert_fits(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_fits(page)
    page.get_by_role("button", name="Keep both changes").click()
    save(page)
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert hours(running).endswith("2026 Nov 27 off; 2026 Dec 25 off")


def test_what_is_typed_while_the_server_is_asked_is_kept(browser: Browser, running: tuple[Flask, str, str]) -> None:
    """And a button still works where the script gets no answer."""
    page = open_as_sam(browser, running, EDITOR)
    held: list[Route] = []
    page.route(f"**{EDITOR}", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request(f"**{EDITOR}"):
        page.get_by_role("button", name="Add another session on Monday").click()
    page.locator("#day-0-0-closes").fill("3am")
    held[0].continue_()
    expect(page.locator("#day-0-1-opens")).to_be_focused()
    expect(page.locator("#day-0-0-closes")).to_have_value("3am")
    page.unroute(f"**{EDITOR}")
    page.route(
        f"**{EDITOR}", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    page.get_by_role("button", name="Add a closure").click()
    expect(page.locator("#dated-0-first")).to_be_visible()
    expect(page.locator("#day-0-0-closes")).to_have_value("3am")
