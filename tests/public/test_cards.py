"""Cards: the order of what matters, in words, and kept markup that never serves the wrong entry."""

from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from directory.models import Phone
from directory.places import Places
from directory.public.cards import CardMarkup, Cards
from directory.search.find import Result
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, make_result


@pytest.fixture
def cards(places: Places, taxonomies: Taxonomies) -> Cards:
    """A maker of cards without a memory."""
    return Cards(places, taxonomies)


@pytest.mark.parametrize(
    ("facts", "state", "more"),
    [
        ({"opening_hours": "24/7"}, "Open 24 hours", ""),
        (
            {"opening_hours": 'Mo-Su 18:00-24:00 "last admission 60 minutes before closing"'},
            "Open until midnight",
            "last admission 11pm",
        ),
        ({"opening_hours": "Mo 09:00-17:00"}, "Opens 9am tomorrow", ""),
        ({}, "Hours not known: ring first", ""),
        ({"phones": ()}, "Hours not known", ""),
        ({"phones": (Phone(number="85258", kind="text"),)}, "Hours not known", ""),
        ({"opening_hours": '"by appointment"'}, "By appointment", "times not known: ring first"),
    ],
)
def test_the_state_is_said_in_words(cards: Cards, facts: dict[str, Any], state: str, more: str) -> None:
    """Not knowing is never said as closed, and says to ring where there is somebody to ring."""
    card = cards.card(make_result(**facts))
    assert (card.state.words, card.state.more) == (state, more)


@pytest.mark.parametrize(
    ("facts", "where", "address"),
    [
        ({**CAMBERWELL, "distance_km": 1.448}, "0.9 miles", "SE5 8AZ"),
        ({**CAMBERWELL, "distance_km": 0.05}, "less than 0.1 miles", "SE5 8AZ"),
        ({"borough": "E09000022"}, "In Lambeth", "Address not known"),
        ({"borough": "E09000022", "address": "Near the station"}, "In Lambeth", "Near the station"),
        ({**CAMBERWELL, "address_visibility": "area"}, "In Southwark", "Address given when you contact them"),
        ({**CAMBERWELL, "address_visibility": "hidden"}, "", "Address given when you contact them"),
        ({"location_type": "virtual"}, "", ""),
        ({"location_type": "virtual", "borough": "E09000022"}, "", ""),
    ],
)
def test_where_it_is(cards: Cards, facts: dict[str, Any], where: str, address: str) -> None:
    """A distance, or the borough, or neither; never more than may be told."""
    card = cards.card(make_result(**facts))
    assert (card.where, card.entry.address) == (where, address)


def test_rules_and_what_to_ask(cards: Cards) -> None:
    """Rules that shut people out are together; facts that are asked for and not known are named."""
    card = cards.card(
        make_result(gender="women", minimum_age=18, area_served=("E09000022",), ask_about=("hours", "walk_in", "age"))
    )
    assert card.entry.rules == "Women only. 18 and over. For people in Lambeth."
    assert card.ask_first == "Not known whether people can walk in. Not known which ages they take."


def test_culture(cards: Cards) -> None:
    """Communities, languages and interpreters, by name."""
    card = cards.card(make_result(communities=("somali", "muslim"), languages=("so", "en"), interpreters=True))
    assert card.entry.culture == "Communities: Somali, Muslim. Languages: Somali, English. Interpreters."


def test_a_website_stands_in_only_where_there_is_no_number(cards: Cards) -> None:
    """Call first."""
    assert cards.card(make_result(website="https://example.org")).entry.website == ""
    assert cards.card(make_result(website="https://example.org", phones=())).entry.website == "https://example.org"


def test_kept_markup_follows_what_was_found(reading: Flask, cards: Cards) -> None:
    """What differs from search to search is filled in or rendered anew; so is an entry that has changed."""
    markup = CardMarkup(cards)

    def render(result: Result, query: str = "?open=now") -> str:
        with reading.test_request_context():
            return str(markup([result], Markup(query)))

    near = make_result(**CAMBERWELL, distance_km=1.448)
    first = render(near)
    assert "0.9 miles" in first and "/services/CAD-9001/example-evening-sanctuary?open=now" in first
    far = render(near._replace(distance_km=16.0), "?q=x")
    assert "9.9 miles" in far and "?q=x" in far and "0.9 miles" not in far
    assert "In Southwark" in render(near._replace(distance_km=None))
    assert "Not known whether people can walk in" in render(near._replace(ask_about=("walk_in",)))
    assert "Open 24 hours" in render(near._replace(opening=make_result(opening_hours="24/7").opening))
    assert "Another name" in render(make_result(**CAMBERWELL, name="Another name", distance_km=1.448))
    assert render(near) == first
