"""What pages tell machines, in a browser that enforces the policy of the page."""

import json

import pytest

from tests.browser.conftest import OpenPage


@pytest.mark.parametrize("path", ["/services/CAD-0033", "/developers"])
def test_the_policy_of_the_page_is_kept(open_page: OpenPage, path: str) -> None:
    """JSON-LD is data and no script: no violation is reported, and it can be read."""
    page = open_page("/about")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert not said
    blocks = page.locator('script[type="application/ld+json"]').all_text_contents()
    assert [json.loads(block)["@type"] for block in blocks] == (["WebPage"] if "services" in path else [])


def test_long_addresses_wrap_within_a_phone(open_page: OpenPage) -> None:
    """Commands too: nothing has to be scrolled sideways to be read."""
    page = open_page("/developers", width=320, height=568)
    wide = "found => found.filter(part => part.scrollWidth > part.clientWidth + 1 || part.offsetWidth > 320).length"
    assert page.locator("main a, main code, main pre, main blockquote").evaluate_all(wide) == 0
