"""Suggestions while somebody types: by keyboard, by touch, announced, and never in the way of the form."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.factories import SUNDAY_EVENING
from tests.pages import EXIT

LABEL = "Postcode or place, and what you need"
ASK_EVERY_MS, SAY_AFTER_MS = 60, 1000


@pytest.fixture
def open_page(open_page: OpenPage) -> OpenPage:
    """Opens a window as everywhere, on a page whose clock goes on only when it is told."""

    def build(path: str, **options: object) -> Page:
        page = open_page(path, **options)
        page.clock.pause_at(SUNDAY_EVENING)
        return page

    return build


def options(page: Page) -> list[str]:
    """The suggestions that are shown, once there are any."""
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    return [option.inner_text() for option in page.get_by_role("listbox").get_by_role("option").all()]


def box_of(page: Page, text: str) -> str:
    """The text of the box, after typing in it faster than the script asks, so that no second list follows."""
    page.get_by_label(LABEL).press_sequentially(text)
    page.clock.run_for(ASK_EVERY_MS)
    return page.get_by_label(LABEL).input_value()


@pytest.mark.parametrize("path", ["/", "/search?q=SE5+8AZ"])
def test_the_last_words_are_completed_by_keyboard(open_page: OpenPage, path: str) -> None:
    """Down highlights, Enter takes without sending, typing goes on, and the second Enter sends."""
    page = open_page(path)
    box = page.get_by_role("combobox", name=LABEL)
    box.fill("")
    box_of(page, "somali women brixt")
    assert options(page)[0].startswith("somali women Brixton")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text(
        re.compile("^somali women Brixton")
    )
    page.keyboard.press("Enter")
    expect(box).to_have_value("somali women Brixton ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=somali"))


def test_enter_sends_what_was_typed_while_nothing_is_highlighted(open_page: OpenPage) -> None:
    """As it does without a script, though the list is open; up from the first goes back to the text."""
    page = open_page("/")
    box_of(page, "brixt")
    options(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label(LABEL)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=brixt(&|$)"))


def test_a_tap_completes_and_a_service_opens(open_page: OpenPage) -> None:
    """On a phone the box keeps the focus, targets are 44 pixels high, and a service leads to its page."""
    page = open_page("/", has_touch=True, is_mobile=True)
    box_of(page, "lewisham camhs")
    options(page)
    for option in page.get_by_role("listbox").get_by_role("option").all():
        assert option.bounding_box()["height"] >= 44  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("option", name=re.compile("^Lewisham CAMHS, Holbeach Open page")).tap()
    expect(page).to_have_url(re.compile("/services/CAD-[0-9]+/lewisham-camhs-holbeach$"))
    page.go_back()
    page.get_by_label(LABEL).fill("")
    box_of(page, "croyd")
    page.get_by_role("option", name="Croydon Borough").tap()
    expect(page.get_by_label(LABEL)).to_have_value("Croydon ")
    expect(page.get_by_label(LABEL)).to_be_focused()


def test_the_number_is_announced_politely(open_page: OpenPage) -> None:
    """Once somebody pauses; and the page with an open list has no fault that axe can see."""
    page = open_page("/")
    box_of(page, "brixt")
    count = len(options(page))
    page.clock.run_for(SAY_AFTER_MS)
    expect(page.locator("body > [role=status]")).to_have_text(
        re.compile(f"^{count} suggestions?. Use the up and down arrows.$")
    )
    page.keyboard.press("ArrowDown")
    page.clock.resume()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_escape_closes_the_list_and_three_still_leave(open_page: OpenPage) -> None:
    """One closes and keeps the text; three in a hurry leave, list or no list."""
    page = open_page("/")
    box_of(page, "brixt")
    options(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_label(LABEL)).to_have_value("brixt")
    page.keyboard.press("Alt+ArrowDown")
    options(page)
    left: list[str] = []
    page.route(EXIT, lambda route: (left.append(route.request.url), route.abort()))
    with page.expect_event("requestfailed", lambda request: request.url == EXIT):
        for _ in range(3):
            page.keyboard.press("Escape")
    assert left == [EXIT]


def test_a_late_answer_or_none_is_no_harm(open_page: OpenPage) -> None:
    """What was asked for earlier letters is not shown for later ones, and without answers the box is a box."""
    page = open_page("/")
    held: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith("q=br"):
            held.append(route)
        elif "croy" in route.request.url:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/suggestions*", answer)
    with page.expect_request("**/api/v1/suggestions?q=br"):
        box_of(page, "br")
    box_of(page, "ixton h")
    assert options(page)[0].startswith("Brixton Hill")
    held[0].abort()
    page.get_by_label(LABEL).fill("")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("q=croy")):
        box_of(page, "croy")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))


def test_leaving_the_box_closes_the_list(open_page: OpenPage) -> None:
    """Tab goes on to what comes next, and takes nothing."""
    page = open_page("/")
    box_of(page, "brixt")
    options(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_label(LABEL)).to_have_value("brixt")
    expect(page.get_by_label(LABEL)).not_to_be_focused()
