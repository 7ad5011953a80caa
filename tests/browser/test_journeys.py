"""Journeys: without scripts, by keyboard alone, with a device's location, and away in a hurry."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.factories import SUNDAY_EVENING
from tests.pages import EXIT


def focused(page: Page) -> str:
    """The text of what has the focus, or the name of the field."""
    return str(page.evaluate("document.activeElement.innerText || document.activeElement.name || ''"))


def test_no_script_is_needed(open_page: OpenPage) -> None:
    """Ask, narrow, open an entry, and go back, with scripts switched off."""
    page = open_page("/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Use my location")).not_to_be_visible()
    page.get_by_label("Postcode or place, and what you need").fill("E1 6AN")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("places and lines open now for E1 6AN")
    page.get_by_role("link", name="Remove: Open now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("places and lines for E1 6AN")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Crisis hub").check()
    page.get_by_role("button", name="Use these filters").click()
    expect(page.get_by_role("link", name="Remove: Crisis hub")).to_be_visible()
    first = page.locator(".app-card h3 a").first
    name = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Back to results").click()
    expect(page.get_by_role("link", name="Remove: Crisis hub")).to_be_visible()
    expect(page.get_by_role("link", name="Exit this page")).to_have_attribute("href", EXIT)


def test_a_keyboard_is_enough(open_page: OpenPage) -> None:
    """From the first key to an entry without a mouse; the skip link comes first and works."""
    page = open_page("/", width=1024, height=768)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "q"
    page.keyboard.type("SE5 8AZ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("places and lines open now for SE5 8AZ")
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "24-hour lines"
    page.keyboard.press("Tab")
    name = focused(page)
    assert name == page.locator(".app-card h3 a").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_an_error_takes_the_focus(open_page: OpenPage) -> None:
    """The summary is read first, and leads to the field."""
    page = open_page("/search?q=SE5+8AZ&age=old")
    assert "There is a problem" in focused(page)
    page.get_by_role("link", name="Give an age in years").click()
    expect(page.locator(":focus")).to_have_attribute("name", "age")


def test_a_device_can_say_where_it_is(open_page: OpenPage) -> None:
    """No nearer than about 100 metres; nothing is sent until the person chooses Find."""
    page = open_page("/", permissions=["geolocation"], geolocation={"latitude": 51.47123, "longitude": -0.09456})
    page.get_by_role("button", name="Use my location").click()
    expect(page.get_by_label("Postcode or place, and what you need")).to_have_value("51.471,-0.095")
    assert page.url.endswith("/")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("places and lines open now for 51.4710, -0.0950")


def test_three_escapes_leave(open_page: OpenPage) -> None:
    """And the page that was left is not one step back in the history; two escapes, or others between, do nothing.

    The clock of the page stands still, since they count only within two seconds.
    """
    page = open_page("/about")
    page.goto("/search?q=SE5+8AZ")
    page.clock.pause_at(SUNDAY_EVENING)
    left: list[str] = []
    page.route(EXIT, lambda route: (left.append(route.request.url), route.abort()))
    for key in ("Escape", "Escape", "a", "Escape", "Escape"):
        page.keyboard.press(key)
    assert not left
    with page.expect_event("requestfailed", lambda request: request.url == EXIT):
        page.keyboard.press("Escape")
    assert left == [EXIT]
