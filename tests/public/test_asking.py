"""Searches that cannot be answered as they are: said plainly, nothing typed is lost, lines always there."""

import re
import string
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.search.query import PARAMETERS
from tests.factories import make_entry
from tests.pages import Page, text_of
from tests.public.conftest import ClientOf

ICAH = "/services/CAD-0033/enhanced-integrated-crisis-assessment-hub-icah-goodmayes"


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("q", "zebra SE5 8XX", "SE5 8XX"),
        ("q", "BT1 1AA", "Northern Ireland"),
        ("postcode", "atlantis", "atlantis"),
    ],
)
def test_a_place_that_is_not_found(client: FlaskClient, name: str, typed: str, says: str) -> None:
    """Why, leading to the box, which still holds what was typed; and the lines."""
    page = Page.fetch(client, "/search", open="now", **{name: typed})
    assert page.h1 == "We could not find that place" and page.title.startswith("Error: ")
    assert len(page.errors) == 1 and says.lower() in page.errors[0][0].lower() and page.errors[0][1] == "#q"
    assert page.field("q").get("value") == typed
    assert page.section("lines") and not page.section("results")


def test_a_place_near_one_that_is_not_known(client: FlaskClient) -> None:
    """A new postcode is answered by the area around it, in one tap that keeps the words."""
    page = Page.fetch(client, "/search", q="crisis cafe SE5 8XX", open="now")
    area = next(href for text, href in page.links.items() if text.startswith("SE5 8"))
    found = Page.fetch(client, area)
    assert re.search(r" for SE5 8(,|$)", found.h1)
    assert "Remove: Crisis café ×" in found.links


def test_a_name_that_means_several_places(client: FlaskClient) -> None:
    """Each is a link that keeps the rest of the search, and the box then means the one that was chosen."""
    page = Page.fetch(client, "/search", q="counselling in Hayes", walk_in="yes")
    assert page.h1 == "Which Hayes do you mean?" and page.section("lines")
    chosen = Page.fetch(client, page.links["Hayes, Hillingdon"])
    assert {"Remove: Near Hayes, Hillingdon ×", "Remove: Counselling ×", "Remove: Walk-in ×"} <= chosen.links.keys()
    kept = {name: value for name, value in hidden_in(chosen.form("app-ask-form")) if name}
    boxed = Page.fetch(client, "/search", q=chosen.field("q").get("value"), **kept)
    assert boxed.h1 == chosen.h1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"age": "old"}, "age"),
        ({"at": "tomorrow"}, "at"),
        ({"open": ["now", "any"]}, "open"),
        ({"gender": "zebra"}, "gender"),
        ({"radius_km": "-1"}, "radius_km"),
        ({"self_referral": "perhaps"}, "self_referral"),
        ({"walk_in": "perhaps"}, "walk_in"),
        ({"type": "zebra"}, "type"),
        ({"community": "zebra"}, "community"),
        ({"language": "zebra"}, "language"),
        ({"borough": "Atlantis"}, "q"),
        ({"page": "0"}, "q"),
        ({"q": "a" * 10_000}, "q"),
    ],
)
def test_a_parameter_that_cannot_be_used(client: FlaskClient, arguments: dict[str, str], field: str) -> None:
    """What is wrong and how to mend it, beside the field, with nothing searched behind it."""
    page = Page.fetch(client, "/search", 400, postcode="SE5 8AZ", **arguments)
    assert page.h1 == "Check your search"
    assert [leads for _, leads in page.errors] == [f"#{field}"]
    page.field(field)
    assert page.section("lines") and not page.section("results")


def test_what_was_wrong_can_be_mended(client: FlaskClient) -> None:
    """The field shows what was given, in an open form."""
    page = Page.fetch(client, "/search", 400, q="SE5 8AZ", age="15 or so")
    assert page.field("age").get("value") == "15 or so"
    assert page.having("app-filters")[0].get("open") is not None
    assert "Give an age in years" in page.main


CHOSEN = (
    "open=now&walk_in=yes&step_free=yes&dog=yes&gender=women&age=30&radius_km=8&type=crisis_cafe&type=safe_haven"
    "&need=suicidal&community=somali&community=black&language=so&borough=Lambeth&at=2026-11-25T18:00"
)


def test_filters_show_what_was_chosen(client: FlaskClient) -> None:
    """Each kind of field; several communities are not lost by a list that shows one."""
    page = Page.fetch(client, f"/search?q=SE5+8AZ&asking=111&shortlist=CAD-0001&{CHOSEN}")
    form = page.form("app-filters__form")
    checked = {(box.get("name"), box.get("value")) for box in form.iter("input") if box.get("checked") is not None}
    assert checked == {
        ("open", "now"),
        ("self_referral", ""),
        ("walk_in", "yes"),
        ("step_free", "yes"),
        ("dog", "yes"),
        ("gender", "women"),
        ("type", "crisis_cafe"),
        ("type", "safe_haven"),
    }
    chosen = [option.get("value") for option in form.iter("option") if option.get("selected") is not None]
    assert chosen == ["8", "suicidal", "somali", "so"]
    assert hidden_in(form) == {
        ("postcode", "SE5 8AZ"),
        ("asking", "111"),
        ("borough", "E09000022"),
        ("community", "black"),
        ("shortlist", "CAD-0001"),
    }
    assert page.field("age").get("value") == "30" and page.field("at").get("value") == "2026-11-25T18:00"


def test_the_box_keeps_what_was_chosen_beside_it(client: FlaskClient) -> None:
    """Not what it holds itself, nor the page; who is asking is a choice next to it."""
    page = Page.fetch(client, f"/search?q=help&postcode=SE5+8AZ&asking=111&shortlist=CAD-0001&entry=CAD-0002&{CHOSEN}")
    form = page.form("app-ask-form")
    assert hidden_in(form) == {*parse_qsl(CHOSEN), ("shortlist", "CAD-0001")}
    assert page.field("q").get("value") == "help SE5 8AZ"
    asking = [option.get("value") for option in form.iter("option") if option.get("selected") is not None]
    assert asking == ["111"]


@pytest.mark.parametrize("path", ["/search?q=SE5+8AZ&", f"{ICAH}?q=IG3&", f"{ICAH}?", "/shortlist?"])
def test_a_new_search_keeps_who_is_asking(client: FlaskClient, path: str) -> None:
    """The name of the directory, at the top of every page of a search, leads back to the same choice."""
    page = Page.fetch(client, f"{path}asking=police&shortlist=CAD-0033")
    again = Page.fetch(client, page.links["Crisis alternatives"])
    asking = [option.get("value") for option in again.field("asking").iter("option") if "selected" in option.keys()]
    assert asking == ["police"]
    assert ("shortlist", "CAD-0033") in hidden_in(again.form("app-home"))


def test_choices_are_counted(client: FlaskClient) -> None:
    """A choice finds at least as many as it says are known to suit; one that finds none is not offered."""
    page = Page.fetch(client, "/search", q="SE5 8AZ", open="now")
    options = {text_of(option): option.get("value") for option in page.field("community").iter("option")}
    counted = {text: value for text, value in options.items() if value}
    assert counted and all(re.fullmatch(r".+ \([1-9]\d*\)", text) for text in counted)
    assert re.search(r"Self-referral \(\d+\)", page.main)


def hidden_in(form: Element) -> set[tuple[str | None, str | None]]:
    """Name and value of every hidden field."""
    return {(box.get("name"), box.get("value")) for box in form.iter("input") if box.get("type") == "hidden"}


def test_nothing_found_says_what_would(client_of: ClientOf) -> None:
    """Another time, a wider circle, fewer filters; each really finds something."""
    client = client_of(make_entry(borough="E09000028", opening_hours="Mo 09:00-10:00"))
    page = Page.fetch(client, "/search", q="SE5 8AZ", open="now")
    assert page.h1 == "Nothing known to be open now for SE5 8AZ"
    assert text_of(page.section("misses")[0]).count("Opens 9am tomorrow") == 1
    assert Page.fetch(client, page.links["Open at any time (1)"]).section("results")


any_text = st.text(max_size=60) | st.text(alphabet=string.printable, max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(PARAMETERS)) | any_text, st.lists(any_text, max_size=2), max_size=5))
def test_whatever_is_asked_gets_a_sound_page(untouched: Flask, arguments: dict[str, list[str]]) -> None:
    """Nonsense is answered or refused, never a failure, and the page around it stays valid."""
    response = untouched.test_client().get("/search", query_string=arguments)
    assert response.status_code in {200, 400}
    Page(response)


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\x00\x01\x02",
        "%%%",
        "a" * 499,
        "\U0001f600" * 50,
        "ｓｅ５",
        "../../etc",
    ],
)
def test_fragments_of_other_languages(client: FlaskClient, typed: str) -> None:
    """SQL, markup, control characters, other scripts: words like any other."""
    page = Page.fetch(client, "/search", q=typed)
    assert page.section("lines")
