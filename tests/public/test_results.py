"""The results page in words, without HTTP: headings, tags, groups, and links that change one thing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.places import Place, Places
from directory.public.arguments import search_path, typed, understood_arguments
from directory.public.results import Answer, ResultsPresenter
from directory.public.tags import quoted, tags
from directory.search.query import PARAMETERS, Query, read
from directory.search.suggestions import Suggestion
from directory.taxonomies import Taxonomies
from tests.factories import make_found, make_result


def answer_to(query: Query, now: datetime, **parts: Any) -> Answer:
    """The page of a search over made-up results."""
    results = parts.pop("results", ())
    return ResultsPresenter({"q": ["x"]}, now).found(query, make_found(*results, **parts))


@pytest.fixture
def camberwell(places: Places) -> Place:
    """A postcode."""
    place = places.locate("SE5 8AZ")
    assert isinstance(place, Place)
    return place


@pytest.mark.parametrize(
    ("asked", "count", "heading"),
    [
        ({}, 2, "2 places"),
        ({"only_open": True}, 1, "1 place open now"),
        ({"only_open": True}, 0, "No places known to be open now"),
        ({}, 0, "No places"),
    ],
)
def test_the_heading_counts_places(asked: dict[str, Any], count: int, heading: str, now: datetime) -> None:
    """None found is not said as none there."""
    results = [make_result(ref=f"CAD-{9000 + number}") for number in range(count)]
    assert answer_to(Query(at=now, **asked), now, results=results).heading == heading


def test_the_heading_says_where_and_when(camberwell: Place, now: datetime) -> None:
    """A chosen time is said as people say it."""
    query = Query(at=now, only_open=True, place=camberwell)
    assert answer_to(query, now, results=[make_result()]).heading == "1 place open now near SE5 8AZ"
    for hours, said in ((2, "11:04pm today"), (20, "5:04pm tomorrow"), (96, "9:04pm on Thursday 26 November")):
        later = replace(query, at=now + timedelta(hours=hours), at_given=True)
        assert answer_to(later, now, results=[make_result()]).heading == f"1 place open at {said} near SE5 8AZ"


def test_a_place_known_by_another_borough_is_not_called_near(camberwell: Place, now: datetime) -> None:
    """Nor is the list said to be in order; one place with a distance or in the same borough is enough for both."""
    query, far = Query(at=now, only_open=True, place=camberwell), make_result(borough="E09000030")
    answer = answer_to(query, now, results=[far], radius_km=16.0, widened=True)
    assert answer.heading == "1 place open now, distance from SE5 8AZ not known"
    assert answer.summary == "Nothing else was found up to 10 miles away. As of 9:04pm."
    for near in (make_result(distance_km=1.2), make_result(borough="E09000028")):
        answer = answer_to(query, now, results=[near, far], radius_km=16.0, widened=True)
        assert answer.heading == "2 places open now near SE5 8AZ" and answer.summary.startswith("Nearest first.")


def test_none_certain_is_not_said_as_none(camberwell: Place, now: datetime) -> None:
    """Where there are places to ask first."""
    query = Query(at=now, place=camberwell, age=17)
    assert answer_to(query, now, radius_km=16.0, ask=(make_result(),)).heading == (
        "No places known to fit near SE5 8AZ"
    )


def test_a_footprint_is_too_large_for_an_order(places: Places, now: datetime) -> None:
    """A smaller place is asked for, not a place, which was given."""
    wide = places.locate("South East London")
    assert isinstance(wide, Place)
    answer = answer_to(Query(at=now, place=wide), now, results=[make_result()])
    assert answer.summary == "Give a postcode or a smaller place to see the nearest first. As of 9:04pm."


def test_the_summary_says_how_far(camberwell: Place, now: datetime) -> None:
    """In miles; with no place it says what would help."""
    query, results = Query(at=now, place=camberwell), [make_result(distance_km=1.2)]
    near = answer_to(query, now, results=results, radius_km=8.0).summary
    assert near == "Nearest first, up to 5 miles away. As of 9:04pm."
    wide = answer_to(query, now, results=results, radius_km=16.0, widened=True).summary
    assert wide == "Nearest first. There is little nearby, so this looks up to 10 miles away. As of 9:04pm."
    none = answer_to(query, now, radius_km=40.0).summary
    assert none == "This looked up to 25 miles away. As of 9:04pm."
    nowhere = answer_to(Query(at=now), now, results=results).summary
    assert nowhere == "Add a postcode or a place to see the nearest first. As of 9:04pm."


def test_notices(camberwell: Place, now: datetime) -> None:
    """What the place wants said, words that were loosened, and a catalogue that may be old."""
    query = Query(at=now, place=replace(camberwell, note="This is a note."), words="zebra cafe")
    answer = answer_to(query, now, any_word=True, stale=True, as_of=now - timedelta(minutes=4))
    assert answer.notices == [
        "This is a note.",
        "Nothing matches all of “zebra cafe”. These match some of it.",
        "The directory has not been able to look for changes since 9pm today. Ring before you go.",
    ]


def test_a_flood_of_words_does_not_fill_the_page(now: datetime) -> None:
    """Only their beginning is said back."""
    answer = answer_to(Query(at=now, words="help me " * 50), now, any_word=True)
    assert answer.notices == [f"Nothing matches all of “{'help me ' * 7}hel…”. These match some of it."]
    assert quoted("x" * 60) == f"“{'x' * 60}”" and len(quoted("x" * 500)) == 62


def test_groups_come_in_order_and_a_line_is_said_once(now: datetime) -> None:
    """Places, what to ask, other areas; then lines, and from anywhere without those lines."""
    line, other = make_result(ref="CAD-9010"), make_result(ref="CAD-9011")
    answer = answer_to(
        Query(at=now),
        now,
        results=[make_result()],
        ask=(make_result(ref="CAD-9002"),),
        elsewhere=(make_result(ref="CAD-9003"),),
        lines=(line,),
        anywhere=(line, other),
    )
    assert [group.id for group in answer.places] == ["places", "ask", "elsewhere"]
    assert [group.id for group in answer.other] == ["lines", "anywhere"]
    assert list(answer.other[1].results) == [other]


def test_later_pages_hold_only_places(now: datetime) -> None:
    """And lead back and on."""
    line = make_result(ref="CAD-9010")
    answer = answer_to(
        Query(at=now, page=2), now, results=[make_result()], lines=(line,), ask=(line,), next_page=3, total=50
    )
    assert [group.id for group in answer.places] == ["places"] and not answer.other
    assert (answer.previous, answer.next) == ("/search?q=x&page=1", "/search?q=x&page=3")


def test_from_anywhere_says_what_is_left_out(now: datetime) -> None:
    """A long list is cut, and says so."""
    many = tuple(make_result(ref=f"CAD-{9100 + number}") for number in range(23))
    group = answer_to(Query(at=now), now, anywhere=many).other[0]
    assert len(group.results) == 20 and group.more.startswith("3 more are not shown")


def test_suggestions_change_the_search(now: datetime) -> None:
    """A parameter is set or taken away; the rest stays."""
    presenter = ResultsPresenter({"q": ["x"], "open": ["now"]}, now)
    suggestion = Suggestion("Open at any time", {"open": "any", "at": None}, 7)
    links = presenter.found(Query(at=now), make_found(), [suggestion]).links
    assert [(link.text, link.href) for link in links] == [("Open at any time (7)", "/search?q=x&open=any")]


SEARCHES = [
    {"q": ["crisis cafe brixton"], "open": ["now"]},
    {"q": ["somali women E1"], "type": ["crisis_cafe", "safe_haven"], "age": ["17"], "gender": ["women"]},
    {"postcode": ["se5 8az"], "radius_km": ["8"], "self_referral": ["yes"], "walk_in": ["no"]},
    {"at": ["2026-12-25T18:00"], "borough": ["Lambeth"], "icb": ["SEL"], "language": ["so"], "community": ["somali"]},
    {"postcode": ["51.47,-0.09"], "at": ["2026-12-25T18:00"], "open": ["any"]},
]


@pytest.mark.parametrize("given", SEARCHES)
def test_the_links_of_a_page_ask_for_the_same(
    given: dict[str, list[str]], places: Places, taxonomies: Taxonomies, now: datetime
) -> None:
    """Understood arguments mean what was given; so does the box with the rest of them."""
    asked = read(given, places, taxonomies, now)
    assert not asked.problems
    arguments = understood_arguments(asked, given)
    assert read(arguments, places, taxonomies, now).query == asked.query
    boxed = {**arguments, "q": [typed(arguments)], "postcode": []}
    assert read(boxed, places, taxonomies, now).query == asked.query


@pytest.mark.parametrize("given", SEARCHES)
def test_every_tag_takes_one_thing_away(
    given: dict[str, list[str]], places: Places, taxonomies: Taxonomies, now: datetime
) -> None:
    """One by one, in any order, tags lead to a search for nothing in particular."""
    asked = read(given, places, taxonomies, now)
    for _ in range(20):
        on = [
            tag for tag in tags(asked.query, understood_arguments(asked, given), places, taxonomies, now) if tag.is_on
        ]
        if not on:
            break
        before, given = len(on), parse_qs(urlsplit(on[-1].href).query)
        asked = read(given, places, taxonomies, now)
        after = [t for t in tags(asked.query, given, places, taxonomies, now) if t.is_on]
        assert len(after) == before - 1, on[-1].label
    assert asked.query == Query(at=now)


def test_tags_say_what_was_understood(places: Places, taxonomies: Taxonomies, now: datetime) -> None:
    """In words, then the switches that are off."""
    given = {"q": ["somali help near se5 8az"], "open": ["now"], "radius_km": ["8"], "age": ["17"], "walk_in": ["yes"]}
    asked = read(given, places, taxonomies, now)
    made = tags(asked.query, understood_arguments(asked, given), places, taxonomies, now)
    assert [tag.label for tag in made if tag.is_on] == [
        "Near SE5 8AZ",
        "Within 5 miles",
        "Open now",
        "Walk-in",
        "Aged 17",
        "“somali help”",
    ]
    assert [tag.label for tag in made if not tag.is_on] == ["Self-referral"]


def test_addresses_of_searches_hold_only_known_parameters() -> None:
    """Empty ones are left out."""
    assert search_path({}) == "/search"
    assert search_path({"q": ["a & b"]}, {"open": "now", "at": None}) == "/search?q=a+%26+b&open=now"
    assert {"q", "open", "at"} <= PARAMETERS
