"""The shortlist in a browser: accessible, within its width, kept by links alone, and one page of paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_pages import WIDTHS, violations

THREE = "/shortlist?postcode=E1+6AN&asking=police&shortlist=CAD-0033,CAD-0020,CAD-0061"
_FITS = "document.documentElement.scrollWidth <= window.innerWidth"
_SMALL_CALLS = """[...document.querySelectorAll("td a, .app-compare__remove, .app-handover summary")]
  .filter(target => target.getBoundingClientRect().height < 44).map(target => target.textContent)"""


@pytest.mark.parametrize("path", [THREE, f"{THREE},CAD-0106,CAD-0002,CAD-0001", "/shortlist"])
def test_it_is_accessible_and_fits(open_page: OpenPage, path: str) -> None:
    """axe finds nothing and nothing scrolls sideways, with three, with too many, and with none."""
    page = open_page(path)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_FITS), width
        assert not violations(page), width


def test_a_phone_can_tap_it(open_page: OpenPage) -> None:
    """44 pixels; and each entry's words stand under its name."""
    page = open_page(THREE, width=320)
    assert page.evaluate(_SMALL_CALLS) == []
    label = page.locator("tbody td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert "Enhanced Integrated" in label


def test_three_fit_one_page_of_paper(open_page: OpenPage) -> None:
    """A4, with the instant of the page on it and nothing to press."""
    page = open_page(THREE, width=1366)
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    page.emulate_media(media="print")
    expect(page.get_by_text("True at 9:04pm, Sunday 22 November 2026").first).to_be_visible()
    expect(page.locator("a:visible, button:visible, summary:visible").filter(has_text="Remove")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_from_results_to_the_shortlist_and_back(open_page: OpenPage, script: bool) -> None:
    """By links alone: put on, compare, take off, back to the same results."""
    page = open_page("/search?q=E1+6AN&entry=CAD-0033", width=1366, height=768, java_script_enabled=script)
    chosen = page.locator("#chosen")
    name = chosen.locator("h2").inner_text()
    chosen.get_by_role("link", name="Add to shortlist").click()
    expect(page.locator("#chosen h2")).to_have_text(name)
    page.locator("#chosen").get_by_role("link", name="Compare your shortlist (1)").click()
    expect(page.locator("thead th")).to_contain_text(name)
    page.get_by_role("link", name="Back to results").click()
    expect(page.locator("#chosen").get_by_role("link", name="Compare your shortlist (1)")).to_be_visible()


def test_the_text_can_be_read_without_a_script(open_page: OpenPage) -> None:
    """On the page of an entry; the button to copy is for browsers with scripts."""
    page = open_page("/services/CAD-0033", java_script_enabled=False)
    page.get_by_text("The text for the caller").click()
    expect(page.get_by_label("Text to read out or copy")).to_be_visible()
    expect(page.get_by_role("button", name="Copy for caller")).to_be_hidden()
    expect(page.get_by_role("link", name="Text it")).to_be_visible()
