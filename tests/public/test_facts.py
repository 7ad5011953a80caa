"""Facts of an entry in words."""

from typing import Any

import pytest

from directory.models import Phone
from directory.places import Places
from directory.public import facts
from directory.search import wording
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, make_entry


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (None, None, ""),
        (18, None, "18 and over"),
        (0, None, "All ages"),
        (None, 17, "Under 18s"),
        (0, 17, "Under 18s"),
        (16, 25, "Aged 16 to 25"),
    ],
)
def test_ages(least: int | None, most: int | None, words: str) -> None:
    """The highest age is still welcome: 17 is under 18."""
    assert wording.ages(make_entry(minimum_age=least, maximum_age=most)) == words


@pytest.mark.parametrize(
    ("served", "words"),
    [
        ((), ""),
        (("UK",), ""),
        (("London",), ""),
        (("E09000022",), "For people in Lambeth"),
        (("E09000022", "E09000028"), "For people in Lambeth and Southwark"),
        (("SEL",), "For people in South East London"),
        (
            ("E09000022", "E09000028", "E09000023", "E09000008"),
            "For people in Lambeth, Southwark and 2 more boroughs",
        ),
    ],
)
def test_residence_shuts_out_only_where_it_is_narrower_than_london(
    served: tuple[str, ...], words: str, places: Places
) -> None:
    """All of London and wider is no rule for a card."""
    assert wording.residence(make_entry(area_served=served), places) == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, ""),
        ({"walk_in": True}, "Walk in"),
        ({"walk_in": True, "self_referral": True}, "Walk in; self-referral"),
        ({"walk_in": False, "self_referral": True}, "Self-referral; no walk-ins"),
        ({"walk_in": False}, "No walk-ins"),
        ({"self_referral": False}, "Referral needed"),
        (
            {"self_referral": False, "referral_routes": ("police", "gp", "111")},
            "Referral needed: police, a GP, NHS 111 (option 2)",
        ),
        ({"walk_in": True, "self_referral": True, "location_type": "virtual"}, ""),
    ],
)
def test_ways_in(known: dict[str, Any], words: str, taxonomies: Taxonomies) -> None:
    """Yes, no and not known are three things; a line needs no way in to be told."""
    assert wording.ways_in(make_entry(**known), taxonomies) == words


def test_contacts_leave_out_numbers_for_professionals() -> None:
    """Numbers to talk on come first; each opens the telephone in its own way."""
    entry = make_entry(
        phones=(
            Phone(number="020 7946 0999", audience="professional"),
            Phone(number="85258", note="text EXAMPLE", kind="text"),
            Phone(number="111", note="choose option 2"),
        )
    )
    assert facts.contacts(entry) == (
        facts.Contact("Call", "111", "tel:111", "choose option 2"),
        facts.Contact("Text", "85258", "sms:85258", "text EXAMPLE"),
    )


@pytest.mark.parametrize(
    ("visibility", "address", "missing", "borough", "goes"),
    [
        ("full", "1 Example Street, SE5 8AZ", "", "Southwark", True),
        ("area", "", "Address given when you contact them", "Southwark", False),
        ("hidden", "", "Address given when you contact them", "", False),
    ],
)
def test_an_address_is_told_as_far_as_it_may_be(
    visibility: str, address: str, missing: str, borough: str, goes: bool, places: Places
) -> None:
    """Area: the borough only. Hidden: not even that. Neither has directions."""
    entry = make_entry(**CAMBERWELL, address="1 Example Street", address_visibility=visibility)
    assert facts.address(entry) == address
    assert facts.address_missing(entry) == missing
    assert wording.borough_name(entry, places) == borough
    assert bool(facts.directions(entry)) == goes


@pytest.mark.parametrize(
    ("eligibility", "words"),
    [
        ("Only for patients of two practices: Example Road and Example Street.", "Only for patients of two practices"),
        ("For adults. Only by day.", ""),
        ("", ""),
    ],
)
def test_whom_alone_it_is_for(eligibility: str, words: str) -> None:
    """To the first stop, so that it fits on a card and in a message."""
    assert facts.only(make_entry(eligibility=eligibility)) == words


def test_directions_are_a_geo_link_with_a_name() -> None:
    """The name is safe within an address."""
    entry = make_entry(**CAMBERWELL, name="Rose & Crown (Café)")
    assert facts.directions(entry) == "geo:51.4694,-0.0911?q=51.4694,-0.0911(Rose+Crown+Café)"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "example.org", ""])
def test_only_web_addresses_are_linked_to(address: str) -> None:
    """Nothing else may come to stand in a link."""
    assert facts.web_address(address) == ""
