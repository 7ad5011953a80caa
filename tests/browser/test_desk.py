"""Keys at the desk: to the box, along the list, into the chosen entry, and its text onto the clipboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.factories import SUNDAY_EVENING

DESK = {"width": 1366, "height": 768}
SEARCH = "/search?q=SE5+8AZ&open=any"


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """Results at a desk, with nothing focused."""
    return open_page(SEARCH, **DESK, permissions=["clipboard-read", "clipboard-write"])


def link(page: Page, number: int) -> Locator:
    """The link of the card with this number, from 0."""
    return page.locator(".app-card[data-ref] h3 a").nth(number)


def test_a_slash_goes_to_the_box_and_arrows_along_the_list(desk: Page) -> None:
    """The box is selected, so that typing begins anew; down from it to the first, and up from the first back."""
    desk.keyboard.press("/")
    box = desk.get_by_label("Postcode or place, and what you need")
    expect(box).to_be_focused()
    assert desk.evaluate("getSelection().toString()") == box.input_value() != ""
    for number in (0, 1, 2):
        desk.keyboard.press("ArrowDown")
        expect(link(desk, number)).to_be_focused()
    for _ in range(3):
        desk.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    desk.keyboard.press("/")
    assert box.input_value() == "/"


def test_a_slash_goes_to_the_box_of_the_first_page_too(open_page: OpenPage) -> None:
    """A search begun there takes no more keys than the next."""
    page = open_page("/", **DESK)
    page.keyboard.press("/")
    expect(page.get_by_label("Postcode or place, and what you need")).to_be_focused()
    page.keyboard.type("SE5 8AZ")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=SE5\+8AZ"))


def test_enter_shows_an_entry_beside_the_list(desk: Page) -> None:
    """The list keeps the focus, the address says which, a reload shows the same, and going back leaves the results."""
    desk.goto("/about")
    desk.goto(SEARCH)
    link(desk, 0).focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    name = link(desk, 1).inner_text()
    pane = desk.locator("#chosen")
    expect(pane.get_by_role("heading", level=2)).to_have_text(name)
    expect(link(desk, 1)).to_be_focused()
    card = desk.locator(".app-card[aria-current=true]")
    expect(card).to_have_count(1)
    expect(desk).to_have_url(re.compile(f"entry={card.get_attribute('data-ref')}$"))
    expect(desk.locator("body > [role=status]")).to_have_text(f"Shown beside the list: {name}")
    expect(pane.get_by_role("button", name="Copy for caller")).to_be_visible()
    desk.reload()
    expect(pane.get_by_role("heading", level=2)).to_have_text(name)
    expect(desk.locator(".app-card[aria-current=true] h3 a")).to_have_text(name)
    desk.go_back()
    expect(desk).to_have_url(re.compile("/about$"))


def test_right_goes_into_the_entry_and_left_back(desk: Page) -> None:
    """So that its links are one Tab away, and the list is not lost."""
    link(desk, 2).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".app-card[aria-current=true] h3 a")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("#chosen")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("ArrowLeft")
    expect(link(desk, 2)).to_be_focused()


def test_c_copies_the_text_for_the_caller(desk: Page) -> None:
    """The chosen entry's, with a word to say so, heard and seen; the button does the same.

    The clock of the page stands still, since the button says so for two seconds only.
    """
    copied = "navigator.clipboard.readText()"
    desk.clock.pause_at(SUNDAY_EVENING)
    desk.keyboard.press("c")
    expect(desk.locator("#chosen [data-copy-button]")).to_have_text("Copied")
    desk.clock.run_for(50)
    expect(desk.locator("body > [role=status]")).to_have_text("Copied the text for the caller")
    first = desk.evaluate(copied)
    assert first == desk.locator("#chosen [data-copy]").input_value()
    link(desk, 1).focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#chosen").get_by_role("heading", level=2)).to_have_text(link(desk, 1).inner_text())
    desk.get_by_role("button", name="Copy for caller").click()
    expect(desk.get_by_role("button", name="Copied")).to_be_visible()
    assert first != desk.evaluate(copied) == desk.locator("#chosen [data-copy]").input_value()


def test_keys_leave_fields_and_other_shortcuts_alone(desk: Page) -> None:
    """Letters typed in a field are text; with Ctrl, Alt or the like they belong to the browser."""
    desk.evaluate("navigator.clipboard.writeText('before')")
    for key in ("Control+c", "Alt+c", "Alt+/"):
        desk.keyboard.press(key)
    box = desk.get_by_label("Postcode or place, and what you need")
    expect(box).not_to_be_focused()
    box.fill("")
    box.press_sequentially("c/c")
    assert box.input_value() == "c/c"
    expect(desk.locator("body > [role=status]")).not_to_have_text("Copied the text for the caller")
    assert desk.evaluate("navigator.clipboard.readText()") == "before"


def test_single_keys_can_be_switched_off_for_the_tab(desk: Page) -> None:
    """The note says which keys there are; the switch holds on the next page; arrows are not single characters."""
    desk.get_by_role("button", name="Turn single keys off").click()
    desk.reload()
    desk.keyboard.press("/")
    expect(desk.get_by_label("Postcode or place, and what you need")).not_to_be_focused()
    link(desk, 0).focus()
    desk.keyboard.press("ArrowDown")
    expect(link(desk, 1)).to_be_focused()
    desk.get_by_role("button", name="Turn single keys on").click()
    desk.keyboard.press("/")
    expect(desk.get_by_label("Postcode or place, and what you need")).to_be_focused()


def test_a_browser_may_refuse_to_remember(desk: Page) -> None:
    """Then the switch holds for the page, and all else works: the scripts are one file."""
    desk.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('refused'); } })")
    desk.reload()
    desk.get_by_role("button", name="Turn single keys off").click()
    box = desk.get_by_label("Postcode or place, and what you need")
    desk.keyboard.press("/")
    expect(box).not_to_be_focused()
    box.fill("")
    box.press_sequentially("croyd")
    expect(desk.get_by_role("listbox").get_by_role("option").first).to_be_visible()


def test_without_room_beside_the_list_an_entry_has_its_page(open_page: OpenPage) -> None:
    """On a narrow screen Enter follows the link; and so it does at a desk where the part cannot be had."""
    page = open_page(SEARCH, width=800, height=1100)
    name = link(page, 0).inner_text()
    page.keyboard.press("/")
    expect(page.get_by_label("Postcode or place, and what you need")).not_to_be_focused()
    link(page, 0).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page = open_page(SEARCH, **DESK)
    page.route("**/chosen*", lambda route: route.abort())
    link(page, 0).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
