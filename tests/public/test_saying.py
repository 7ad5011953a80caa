"""What a service says of now, and what people reported, in words: on cards, pages, the shortlist, texts and lines."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from directory.models import Phone
from directory.places import Places
from directory.public import facts, handover
from directory.public.cards import ask_about
from directory.search.live import opening_at
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.pages import Page, text_of
from tests.public.conftest import ClientOf

FULL = "Full, said the service 20 minutes ago (back at <10pm>)."
CLOSED = "Closed unexpectedly, said the service 20 minutes ago (back at <10pm>), opens 6pm tomorrow"
REPORTED = "Two or more people reported today that nobody answered. Ring first."
ADDRESS = "/services/CAD-9001/example-evening-sanctuary"
SEARCH = "/search?postcode=SE5+8AZ"
SAID_AT = SUNDAY_EVENING - timedelta(minutes=20)


def status(state: str, note: str = "back at <10pm>") -> dict[str, Any]:
    """Said twenty minutes ago, until the session ends at 2am."""
    until = SUNDAY_EVENING.replace(hour=2, minute=0) + timedelta(days=1)
    return {"live_status": {"state": state, "at": SAID_AT, "until": until, "note": note}}


CAFE: dict[str, Any] = {**CAMBERWELL, "opening_hours": "Mo-Su 18:00-02:00"}
CAUTION: dict[str, Any] = {"caution": {"kinds": ("no_answer",), "at": SAID_AT}}


@pytest.mark.parametrize("path", [SEARCH, ADDRESS, f"{ADDRESS}/chosen", "/shortlist?shortlist=CAD-9001"])
def test_every_page_says_it_with_its_age(client_of: ClientOf, path: str) -> None:
    """Full, and reported; the note is text, whatever is in it."""
    client = client_of(make_entry(**CAFE, **status("full"), **CAUTION))
    address = path.replace(f"{ADDRESS}/chosen", "/services/CAD-9001/chosen")
    html = client.get(address).text
    assert FULL.replace("<", "&lt;").replace(">", "&gt;") in html
    assert REPORTED in html and "Open until 2am" in html


@pytest.mark.parametrize("path", [SEARCH, ADDRESS, "/shortlist?shortlist=CAD-9001", f"{SEARCH}&open=now"])
def test_every_page_says_that_it_is_closed(client_of: ClientOf, path: str) -> None:
    """Nowhere does it stand as open."""
    client = client_of(make_entry(**CAFE, **status("closed")))
    said = Page.fetch(client, path).main
    assert CLOSED in said and "Open until" not in said


def test_another_time_does_not_know_of_it(client_of: ClientOf) -> None:
    """The page still says what holds now; the search of tomorrow does not."""
    client = client_of(make_entry(**CAFE, **status("closed")))
    tomorrow = "at=2026-11-23T20:00"
    assert "Closed unexpectedly" not in Page.fetch(client, f"{SEARCH}&{tomorrow}").main
    whole = Page.fetch(client, f"{ADDRESS}?{tomorrow}").main
    assert CLOSED in whole and "At 8pm tomorrow: open until 2am" in whole


@pytest.mark.parametrize("path", ["/", SEARCH])
def test_a_line_that_is_closed_says_so_where_it_is_listed(client_of: ClientOf, path: str) -> None:
    """On the first page and beside results, where lines are but a name and a number."""
    line = {"service_type": "crisis_line", "location_type": "virtual", "opening_hours": "24/7", "area_served": ("UK",)}
    (item,) = Page.fetch(client_of(make_entry(**line, **status("closed"), **CAUTION)), path).section("lines")
    said = text_of(item)
    assert (
        "Closed unexpectedly until 2am, said the service 20 minutes ago" in said
        and "today that nobody answered" in said
    )
    assert "first" not in said


@pytest.mark.parametrize(
    ("kinds", "days", "more", "words"),
    [
        (("no_answer",), 0, {}, REPORTED),
        (("shut",), 1, {}, "Two or more people reported yesterday that it was shut when shown open. Ring first."),
        (
            ("turned_away", "other"),
            2,
            {},
            "Two or more people reported on 20 November 2026 that they were turned away and that something was wrong. "
            "Ring first.",
        ),
        (("wrong_number",), 0, {}, "Two or more people reported today that the number was wrong. Ask first."),
        (
            ("wrong_address",),
            0,
            {"phones": ()},
            "Two or more people reported today that the address was wrong. Ask first.",
        ),
    ],
)
def test_what_was_reported(kinds: tuple[str, ...], days: int, more: dict[str, Any], words: str) -> None:
    """Nobody is told to ring a number that is wrong, or not there."""
    entry = make_entry(caution={"kinds": kinds, "at": SUNDAY_EVENING - timedelta(days=days)}, **more)
    assert facts.caution(entry, SUNDAY_EVENING.date()) == words


def test_what_to_ask_about() -> None:
    """In the same sentence as what is not known."""
    assert ask_about(("age", "full", "caution"), None) == "Ask about ages, space and what was reported"
    assert ask_about(("ring_first",), None) == "Ask about coming now"


def test_machines_are_told_the_same(client_of: ClientOf) -> None:
    """While it holds, and as the description says; else null."""
    dated = {"fact_group": "hours", "checked_on": "2026-11-10", "checked_by": "provider", "checked_how": "link"}
    client = client_of(make_entry(**CAFE, **status("full"), **CAUTION, evidence=(dated,)))
    description = client.get("/api/v1/openapi.json").json
    whole = client.get("/api/v1/services/CAD-9001").json
    found = client.get("/api/v1/search?postcode=SE5+8AZ").json
    assert description and whole and found
    for name, body in (("Service", whole), ("Search", found)):
        schema = {**description, "$ref": f"#/components/schemas/{name}"}
        assert [error.message for error in Draft202012Validator(schema).iter_errors(body)] == []
    (result,) = found["results"]
    span = {"at": "2026-11-22T20:44:00+00:00", "until": "2026-11-23T02:00:00+00:00"}
    assert result["live_status"] == whole["live_status"] == {"state": "full", "note": "back at <10pm>", **span}
    assert result["caution"] == whole["caution"] == {"kinds": ["no_answer"], "at": span["at"]}
    assert result["ask_about"] == ["full", "caution"]
    given = {"source_url": None, "source_date": None, "confirmed_by_provider": False}
    assert whole["evidence"] == [{**dated, **given}]
    (later,) = client.get("/api/v1/search?postcode=SE5+8AZ&at=2026-11-23T20:00").json["results"]  # type: ignore[index]
    assert (later["live_status"], later["ask_about"]) == (None, ["caution"])


@pytest.fixture
def texts(places: Places, taxonomies: Taxonomies) -> Any:
    """The text for the caller."""

    def build(at: datetime | None = None, **given: Any) -> list[str]:
        entry = make_entry(**{**CAFE, "walk_in": True, **given})
        opening = opening_at(entry, at or SUNDAY_EVENING, SUNDAY_EVENING.date(), chosen=at is not None)
        text = handover.message(entry, opening, SUNDAY_EVENING, places, taxonomies, at)
        assert len(text) <= handover.LONGEST
        return text.split("\n")

    return build


def test_the_text_for_the_caller_says_it(texts: Any) -> None:
    """After the hours."""
    assert texts(**status("full", "one in one out"), **CAUTION)[2:5] == [
        "Open until 2am",
        "Full, said the service 20 minutes ago (one in one out)",
        REPORTED,
    ]
    assert (
        texts(**status("closed", ""))[2] == "Closed unexpectedly, said the service 20 minutes ago, opens 6pm tomorrow"
    )


def test_the_text_of_a_chosen_time(texts: Any) -> None:
    """Says when it was said."""
    later = SUNDAY_EVENING + timedelta(hours=2)
    assert texts(later, **status("closed", ""))[2] == (
        "At 11:04pm today: closed unexpectedly, said the service at 8:44pm today, opens 6pm tomorrow"
    )


@pytest.mark.parametrize("state", ["full", "closed"])
def test_notes_give_way_in_a_text_that_is_too_long(texts: Any, state: str) -> None:
    """What is said, and that something was reported, stays."""
    phones = (Phone(number="020 7946 0123"),)
    text = "\n".join(
        texts(**status(state, "x" * 100), **CAUTION, name="Kind " * 50, phones=phones, address="A road, " * 20)
    )
    assert "said the service 20 minutes ago" in text and "xxx" not in text
    assert "eported" in text and "Call 020 7946 0123" in text
