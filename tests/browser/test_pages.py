"""Pages in a browser: accessible by axe, within their width, large enough to tap, and useful within one screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

KINDS = {
    "home": "/",
    "results": "/search?q=SE5+8AZ&open=now&gender=women&community=somali",
    "every result": "/search?q=E1+6AN",
    "two numbers": "/search?q=SE5+8AZ",
    "chosen by police": "/search?q=SE5+8AZ&asking=police&age=17&entry=CAD-0033",
    "nothing found": "/search?q=zebra+SE5+8AZ&open=now&walk_in=yes&type=crisis_house&age=4",
    "which place": "/search?q=Hayes",
    "no such place": "/search?postcode=atlantis",
    "a problem": "/search?q=SE5+8AZ&age=old",
    "entry": "/services/CAD-0033/enhanced-integrated-crisis-assessment-hub-icah-goodmayes?q=SE5+8AZ",
    "line": "/services/CAD-0123/shout-85258",
    "types": "/types",
    "type": "/types/crisis-line",
    "boroughs": "/boroughs",
    "borough": "/boroughs/tower-hamlets",
    "about": "/about",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "error": "/nope",
}
WIDTHS = {320: 640, 768: 1024, 1440: 900}
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_SMALL_TARGETS = """() => [...document.querySelectorAll(
    "header a, .app-tag, .app-act, .app-box input, .app-box button, summary, .app-columns a, "
    + ".app-pages a, .app-order a, .app-try a, .app-footer a, .nhsuk-button, .app-link-button, "
    + "select, .app-line a, .app-to-lines")]
  .filter(target => target.checkVisibility())
  .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
  .filter(([text, box]) => box.height < 44 || box.width < 44).map(([text, box]) => [text, box.width, box.height])"""


def violations(page: Page) -> list[str]:
    """What axe finds, shortly."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page_is_accessible_and_fits(open_page: OpenPage, kind: str) -> None:
    """axe finds nothing and nothing scrolls sideways, on a phone, a tablet and a desk."""
    page = open_page(KINDS[kind])
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_FITS), width
        assert not violations(page), width


def test_the_open_filters_are_accessible_and_fit(open_page: OpenPage) -> None:
    """The form is as sound as what surrounds it."""
    page = open_page(KINDS["results"])
    page.get_by_text("Filters", exact=True).click()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_FITS), width
        assert not violations(page), width


@pytest.mark.parametrize("kind", ["home", "results", "every result", "which place", "entry", "types"])
def test_targets_are_large_enough_to_tap(open_page: OpenPage, kind: str) -> None:
    """44 pixels each way on a phone."""
    assert open_page(KINDS[kind]).evaluate(_SMALL_TARGETS) == []


def test_the_name_on_a_card_is_large_enough_to_tap(open_page: OpenPage) -> None:
    """Its line is thin; what is tapped reaches eight pixels above and below it."""
    page = open_page(KINDS["results"])
    name = page.locator(".app-card h3 a").first
    box = name.bounding_box()
    assert box
    for y in (box["y"] - 7, box["y"] + box["height"] + 7):
        assert name.evaluate("(link, [x, y]) => document.elementFromPoint(x, y) === link", [box["x"] + 8, y]), y


@pytest.mark.parametrize("kind", ["home", "results", "every result", "which place", "entry", "line", "about"])
def test_text_of_twice_the_size_fits_a_phone(open_page: OpenPage, kind: str) -> None:
    """No number to call leaves the screen at its side."""
    page = open_page(KINDS[kind], width=320, height=568)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(_FITS)


@pytest.mark.parametrize("opening", ["&open=now", ""])
@pytest.mark.parametrize("place", ["SE5+8AZ", "E1+6AN", "UB3+4AB", "IG3+8XJ", "N19+5NF"])
def test_a_phone_shows_the_first_answer_at_once(open_page: OpenPage, place: str, opening: str) -> None:
    """Name, state and the first button of the first result lie within 360 by 640."""
    page = open_page(f"/search?q={place}{opening}")
    shows_the_first_answer(page)


def test_a_phone_shows_the_first_answer_of_a_long_question_too(open_page: OpenPage) -> None:
    """However many tags it has."""
    page = open_page("/search?q=somali+women+E1+tonight+aged+17+walk+in&asking=111")
    assert page.locator(".app-tag--on").count() >= 6
    shows_the_first_answer(page)


def shows_the_first_answer(page: Page) -> None:
    """Its name, state and first button lie within 360 by 640."""
    card = page.locator(".app-card").first
    for part in ("h3", ".app-state", ".app-act"):
        box = card.locator(part).first.bounding_box()
        assert box and box["y"] + box["height"] <= 640, (part, box)


@pytest.mark.parametrize(
    "query",
    [
        "q=SE5+8AZ&open=now&asking=111&gender=women",
        "q=suicidal+N16+open+now&asking=111",
        "q=lgbt+drop+in+SE1&asking=111",
        "q=somali+women+E1+tonight&asking=111",
        "q=turkish+speaking+counselling+N16",
    ],
)
def test_a_desk_shows_six_answers_at_once(open_page: OpenPage, query: str) -> None:
    """Box, tags, six results, the chosen entry with its buttons, and a line to call lie within 1366 by 768."""
    page = open_page(f"/search?{query}", width=1366, height=768)
    cards = page.locator(".app-group--results .app-card")
    parts = [cards.nth(number).locator(part).first for number in range(6) for part in ("h3", ".app-state", ".app-act")]
    parts += [page.locator(part).first for part in ("#q", ".app-tag", ".app-line .app-act")]
    parts += [page.locator(f"#chosen {part}").first for part in ("h2", ".app-act", "[data-copy-button]", "dt")]
    for part in parts:
        box = part.bounding_box()
        assert box and box["y"] + box["height"] <= 768, (part, box)
    assert page.locator("#chosen h2").inner_text() == cards.first.locator("h3").inner_text()


def test_a_desk_keeps_lines_and_the_chosen_entry_in_sight(open_page: OpenPage) -> None:
    """However far the list is read."""
    page = open_page("/search?q=SE5+8AZ&entry=CAD-0010", width=1366, height=768)
    page.locator(".app-card").nth(12).scroll_into_view_if_needed()
    for part in (".app-line .app-act", "#chosen h2"):
        box = page.locator(part).first.bounding_box()
        assert box and 0 <= box["y"] <= 768, (part, box)


@pytest.mark.parametrize("width", [360, 768, 1024])
def test_a_smaller_screen_has_no_room_for_a_pane(open_page: OpenPage, width: int) -> None:
    """The lines are one tap away."""
    page = open_page("/search?q=SE5+8AZ", width=width)
    assert not page.locator("#chosen").is_visible()
    page.get_by_role("link", name="24-hour lines").click()
    expect(page.locator(".app-line .app-act").first).to_be_in_viewport()
    box = page.locator(".app-line .app-act").first.bounding_box()
    assert box and 0 <= box["y"] <= 640
