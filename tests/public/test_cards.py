"""Cards: the order of what matters, in words, and kept markup that never serves the wrong entry."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from directory.models import CrewFact, Phone
from directory.places import Places, travel
from directory.public.cards import CardMarkup, Cards, Look, ask_about
from directory.search.query import Asking
from directory.search.results import Arrival, NearMiss, Result
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry, make_result

TODAY = SUNDAY_EVENING.date()
LOOK = Look(TODAY)


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
    card = cards.card(make_result(**facts), LOOK)
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
        ({"location_type": "virtual", "area_served": ("UK",)}, "From anywhere", ""),
        ({"location_type": "virtual", "area_served": ("London",)}, "From anywhere in London", ""),
        ({"location_type": "virtual", "borough": "E09000022"}, "", ""),
        ({"location_type": "virtual", "area_served": ("E09000022",)}, "", ""),
    ],
)
def test_where_it_is(cards: Cards, facts: dict[str, Any], where: str, address: str) -> None:
    """A distance, or the borough, or neither; never more than may be told."""
    card = cards.card(make_result(**facts), LOOK)
    assert (card.where, card.entry.address) == (where, address)


def test_rules_that_shut_people_out(cards: Cards) -> None:
    """They stand together."""
    card = cards.card(make_result(gender="women", minimum_age=18, area_served=("E09000022",)), LOOK)
    assert card.entry.rules == "Women only. 18 and over. For people in Lambeth."


@pytest.mark.parametrize(
    ("names", "asking", "said"),
    [
        ((), None, ""),
        (("hours",), None, ""),
        (("age",), None, "Ask about ages"),
        (("hours", "walk_in", "age"), None, "Ask about walking in and ages"),
        (("referral", "step_free", "community"), "carer", "Ask about {}, step-free access and this community"),
    ],
)
def test_what_to_ask_about(names: tuple[str, ...], asking: Asking | None, said: str) -> None:
    """What is asked for and not known is named; hours that are not known are said by the state."""
    assert ask_about(names, asking) == said.format("referral by family or a carer")


def test_culture(cards: Cards) -> None:
    """Communities, languages and interpreters, by name."""
    card = cards.card(make_result(communities=("somali", "muslim"), languages=("so", "en"), interpreters=True), LOOK)
    assert card.entry.culture == "Communities: Somali, Muslim. Languages: Somali, English. Interpreters."


def test_a_website_stands_in_only_where_there_is_no_number(cards: Cards) -> None:
    """Call first."""
    assert cards.card(make_result(website="https://example.org"), LOOK).entry.website == ""
    assert (
        cards.card(make_result(website="https://example.org", phones=()), LOOK).entry.website == "https://example.org"
    )


@pytest.fixture
def render(untouched: Flask, cards: Cards) -> Callable[..., str]:
    """One card as markup, by a maker that remembers."""
    markup = CardMarkup(cards)

    def make(result: Result, look: Look = LOOK, miss: str = "") -> str:
        with untouched.test_request_context():
            if miss:
                return str(markup.misses([NearMiss(result, "age", miss)], look))
            return str(markup([result], look))

    return make


def test_kept_markup_follows_what_was_found(render: Callable[..., str]) -> None:
    """What differs from search to search is filled in or rendered anew; so is an entry that has changed."""
    near = make_result(**CAMBERWELL, distance_km=1.448)
    first = render(near, Look(TODAY, "?open=now"))
    assert "0.9 miles" in first and "/services/CAD-9001/example-evening-sanctuary?open=now" in first
    far = render(near._replace(distance_km=16.0), Look(TODAY, '?q="x"&a=b'))
    assert "9.9 miles" in far and "?q=&#34;x&#34;&amp;a=b" in far and "0.9 miles" not in far
    assert "In Southwark" in render(near._replace(distance_km=None))
    assert "Ask about walking in." in render(near._replace(ask_about=("walk_in",)))
    assert "Open 24 hours" in render(near._replace(opening=make_result(opening_hours="24/7").opening))
    assert "Another name" in render(make_result(**CAMBERWELL, name="Another name", distance_km=1.448))
    assert render(near, Look(TODAY, "?open=now")) == first


def test_the_chosen_card_is_marked(render: Callable[..., str]) -> None:
    """For scripts and for those who listen."""
    assert 'data-ref="CAD-9001" aria-current="true"' in render(make_result(), Look(TODAY, chosen="CAD-9001"))
    assert "aria-current" not in render(make_result(), Look(TODAY, chosen="CAD-9002"))


def test_a_near_miss_says_its_rule(render: Callable[..., str]) -> None:
    """As text, whatever is in it."""
    assert '<p class="app-miss">18 and over &lt;b&gt;</p>' in render(make_result(), miss="18 and over <b>")
    assert "app-miss" not in render(make_result())


def test_what_the_journey_changes(render: Callable[..., str]) -> None:
    """Before what to ask about."""
    note = "Last admission 10pm, you would arrive about 10:10pm: ring first"
    arrival = Arrival(travel(1.448), SUNDAY_EVENING, note)
    card = render(make_result(**CAMBERWELL, distance_km=1.448, arrival=arrival, ask_about=("age",)))
    assert f'<p class="app-ask">{note}. Ask about ages.</p>' in card


def test_a_card_says_each_reason_once(render: Callable[..., str]) -> None:
    """Only what the rest of the card does not give is said on a line of its own."""
    facts: dict[str, Any] = {**CAMBERWELL, "opening_hours": "24/7", "self_referral": True, "walk_in": True}
    reasons = ("0.9 miles", "Open 24 hours", "Takes self-referral", "Walk in", "Somali", "Somali spoken", "Step-free")
    card = make_result(**facts, distance_km=1.448, communities=("somali",), languages=("so",), reasons=reasons)
    assert '<p class="app-why">Why here: Step-free.</p>' in render(card)
    assert "app-why" not in render(card._replace(reasons=reasons[:5]))
    facts = {"location_type": "virtual", "self_referral": True, "area_served": ("UK",)}
    line = make_result(**facts, reasons=("From anywhere", "Takes self-referral"))
    assert "app-why" not in render(line) and "app-why" in render(
        line._replace(entry=make_entry(phones=(), area_served=("UK",)))
    )


@pytest.mark.parametrize(
    ("routes", "asking", "says"),
    [
        (
            ("self", "police"),
            "police",
            "Drop-off by police: <strong>yes</strong>. Can they leave: <strong>not known</strong>. Walk in.",
        ),
        (("self",), "ambulance", "Drop-off by ambulance: <strong>not known</strong>."),
    ],
)
def test_a_crew_sees_first_what_it_needs(
    render: Callable[..., str], routes: tuple[str, ...], asking: Asking, says: str
) -> None:
    """Above the state, and not said again; a line is nowhere to leave anybody, and others are not told."""
    ask = () if asking in routes else ("referral",)
    result = make_result(**CAMBERWELL, walk_in=True, referral_routes=routes, ask_about=ask)
    card = render(result, Look(TODAY, asking=asking))
    assert says in card and card.index(says) < card.index("app-state") and card.count("Walk in") == 1
    assert "Ask about" not in card
    assert "Drop-off" not in render(result) + render(result, Look(TODAY, asking="111"))
    assert "Drop-off" not in render(make_result(location_type="virtual"), Look(TODAY, asking=asking))


def test_a_crew_reads_each_fact_with_its_date(render: Callable[..., str]) -> None:
    """What is known of who may come in, and the door; nobody else is told so much on a card."""
    facts = {
        "drop_off": CrewFact(value=True, on="2026-10-03"),
        "crew_may_leave": CrewFact(value=True, on="2026-10"),
        "dog": CrewFact(value=False),
        "entrance": "Blue <door>",
    }
    result = make_result(**CAMBERWELL, **facts)
    card = render(result, Look(TODAY, asking="police"))
    assert "Drop-off by police: <strong>yes (said 3 October 2026)</strong>." in card
    assert "Can they leave: <strong>yes (said October 2026)</strong>. Does not take: a dog." in card
    assert "Entrance: Blue &lt;door&gt;." in card
    assert "Blue" not in render(result, LOOK)


def test_a_reason_with_a_comma_stays_whole(render: Callable[..., str]) -> None:
    """A claim is never parted from who makes it."""
    reasons = ("Led by Somali people, says Example Trust",)
    assert "Why here: Led by Somali people, says Example Trust." in render(make_result(reasons=reasons))


def test_a_crew_is_told_of_a_near_miss_that_takes_nobody_from_it(render: Callable[..., str]) -> None:
    """Its one rule may be that it takes people from others alone."""
    result = make_result(**CAMBERWELL, self_referral=False, referral_routes=("gp",))
    assert "Drop-off by police: <strong>no</strong>." in render(
        result, Look(TODAY, asking="police"), "Referral by a GP"
    )
