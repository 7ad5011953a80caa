"""The results page in words, without HTTP: headings, tags, groups, and links that change one thing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.places import Place, Places
from directory.public.arguments import kept_arguments, search_path, typed, understood_arguments
from directory.public.results import Answer, ResultsPresenter
from directory.public.tags import tags
from directory.search.facets import Facets
from directory.search.query import PARAMETERS, Ages, Asked, Correction, Problem, Query, Reader, Understood
from directory.search.results import NearMiss
from directory.search.suggestions import Suggestion
from directory.search.wording import quoted
from directory.taxonomies import Taxonomies
from tests.factories import make_found, make_result


def answer_to(query: Query, now: datetime, **parts: Any) -> Answer:
    """The page of a search over made-up results."""
    results = parts.pop("results", ())
    return ResultsPresenter({"q": ["x"]}, {"q": ["x"]}, now).found(query, make_found(*results, **parts))


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
        ({"only_open": True}, 0, "Nothing known to be open now"),
        ({}, 0, "Nothing found"),
    ],
)
def test_the_heading_counts_places(asked: dict[str, Any], count: int, heading: str, now: datetime) -> None:
    """None found is not said as none there."""
    results = [make_result(ref=f"CAD-{9000 + number}") for number in range(count)]
    assert answer_to(Query(at=now, **asked), now, results=results).heading == heading


@pytest.mark.parametrize(
    ("sure", "ask", "places", "heading"),
    [
        (1, 0, 1, "1 place"),
        (5, 12, 17, "5 places, 12 more to ask"),
        (5, 12, 10, "5 places and lines, 12 more to ask"),
        (1, 2, 1, "1 place or line, 2 more to ask"),
        (3, 0, 0, "3 lines"),
        (1, 0, 0, "1 line"),
        (0, 4, 4, "Nothing certain, 4 to ask"),
    ],
)
def test_the_heading_says_what_is_known(sure: int, ask: int, places: int, heading: str, now: datetime) -> None:
    """Nothing that has to be asked about is counted as fitting."""
    found = {"total": sure + ask, "sure_total": sure, "places_total": places}
    assert answer_to(Query(at=now), now, results=[make_result()], **found).heading == heading


def test_the_heading_says_where_and_when(camberwell: Place, now: datetime) -> None:
    """A chosen time is said as people say it."""
    query, results = Query(at=now, only_open=True, place=camberwell), [make_result(distance_km=1.2)]
    assert answer_to(query, now, results=results).heading == "1 place open now for SE5 8AZ"
    for hours, said in ((2, "11:04pm today"), (20, "5:04pm tomorrow"), (96, "9:04pm on Thursday 26 November")):
        later = replace(query, at=now + timedelta(hours=hours), at_given=True)
        assert answer_to(later, now, results=results).heading == f"1 place open at {said} for SE5 8AZ"


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
    assert near == "Nearest first. This looked up to 5 miles away. As of 9:04pm."
    wide = answer_to(query, now, results=results, radius_km=16.0, widened=True).summary
    assert wide == "Nearest first. There is little nearby, so this looked up to 10 miles away. As of 9:04pm."
    none = answer_to(query, now, radius_km=40.0).summary
    assert none == "This looked up to 25 miles away. As of 9:04pm."
    nowhere = answer_to(Query(at=now), now, results=results).summary
    assert nowhere == "Add a postcode or a place to see the nearest first. As of 9:04pm."


def test_notices(camberwell: Place, now: datetime) -> None:
    """What the place wants said, words that were loosened, and a catalogue that may be old."""
    query = Query(at=now, place=replace(camberwell, note="This is a note."), words="zebra cafe")
    parts: dict[str, Any] = {"any_word": True, "stale": True, "as_of": now - timedelta(minutes=4)}
    assert len(answer_to(query, now, **parts).notices) == 2
    answer = answer_to(query, now, results=[make_result()], **parts)
    assert answer.notices == [
        "This is a note.",
        "Nothing here has all of “zebra cafe”. What has some of it comes first.",
        "The directory has not been able to look for changes since 9pm today. Ring before you go.",
    ]


def test_a_flood_of_words_does_not_fill_the_page(now: datetime) -> None:
    """Only their beginning is said back."""
    answer = answer_to(Query(at=now, words="help me " * 50), now, results=[make_result()], any_word=True)
    assert answer.notices == [f"Nothing here has all of “{'help me ' * 7}hel…”. What has some of it comes first."]
    assert quoted("x" * 60) == f"“{'x' * 60}”" and len(quoted("x" * 500)) == 62


def test_later_pages_leave_out_what_nearly_fits(now: datetime) -> None:
    """They lead back and on, and keep the lines."""
    line, miss = make_result(ref="CAD-9010"), NearMiss(make_result(ref="CAD-9011"), "age", "18 and over")
    first = answer_to(Query(at=now), now, results=[make_result()], lines=(line,), near_misses=(miss,))
    assert list(first.misses) == [miss] and not first.previous
    parts: dict[str, Any] = {"lines": (line,), "near_misses": (miss,), "next_page": 3, "total": 50}
    second = answer_to(Query(at=now, page=2), now, results=[make_result()], **parts)
    assert not second.misses and list(second.lines) == [line]
    assert (second.previous, second.next) == ("/search?q=x&page=1", "/search?q=x&page=3")


@pytest.mark.parametrize(
    ("corrections", "says", "link"),
    [
        ([], "", ""),
        (
            [Correction("berevement", "bereavement")],
            "Showing results for “bereavement”",
            "Search for “berevement” instead",
        ),
        (
            [Correction("berevement", "bereavement"), Correction("lewishm", "Lewisham")],
            "Showing results for “bereavement” and “Lewisham”",
            "Search for “berevement” and “lewishm” instead",
        ),
    ],
)
def test_a_correction_is_announced_and_can_be_undone(
    corrections: list[Correction], says: str, link: str, now: datetime
) -> None:
    """With what rules were used before what was found."""
    presenter = ResultsPresenter({"q": ["x"]}, {"q": ["x"]}, now)
    answer = presenter.found(Query(at=now, words="x"), make_found(any_word=True))
    read = presenter.read(answer, corrections, ["A chosen time wins."])
    assert read.corrected == says and (read.typed.text if read.typed else "") == link
    assert read.typed is None or read.typed.href == "/search?q=x&exact=yes"
    assert read.notices == ["A chosen time wins.", *answer.notices]


@pytest.mark.parametrize("field", ["gender", "radius_km", "open", "self_referral", "walk_in", "step_free", "asking"])
def test_what_was_not_typed_is_mended_by_choosing(field: str, now: datetime) -> None:
    """A page doesn't speak of parameters."""
    presenter = ResultsPresenter({}, {}, now)
    (error,) = presenter.refused([Problem(field, f"“{field}” must be one of a, b")], []).errors
    assert error.href == f"#{field}" and "“" not in error.text and " must be one of" not in error.text


def test_suggestions_change_the_search(now: datetime) -> None:
    """A parameter is set or taken away; the rest stays."""
    presenter = ResultsPresenter({"q": ["x"], "open": ["now"]}, {}, now)
    suggestion = Suggestion("Open at any time", {"open": "any", "at": None}, 7)
    links = presenter.found(Query(at=now), make_found(), [suggestion]).wider
    assert [(link.text, link.href) for link in links] == [("Open at any time (7)", "/search?q=x&open=any")]


def untyped(query: Query) -> Query:
    """The query without the text of the box: links spell out what it was understood to mean."""
    return replace(query, typed="")


SEARCHES = [
    {"q": ["crisis cafe brixton"], "open": ["now"]},
    {"q": ["somali women E1"], "type": ["crisis_cafe", "safe_haven"], "age": ["17"], "gender": ["women"]},
    {"postcode": ["se5 8az"], "radius_km": ["8"], "self_referral": ["yes"], "walk_in": ["no"]},
    {"at": ["2026-12-25T18:00"], "borough": ["Lambeth"], "icb": ["SEL"], "language": ["so"], "community": ["somali"]},
    {"postcode": ["51.47,-0.09"], "at": ["2026-12-25T18:00"], "open": ["any"]},
    {"need": ["suicidal"], "step_free": ["yes"], "asking": ["police"], "age": ["13-17"], "q": ["x"], "exact": ["yes"]},
]


@pytest.mark.parametrize("given", SEARCHES)
def test_the_links_of_a_page_ask_for_the_same(
    given: dict[str, list[str]], places: Places, taxonomies: Taxonomies, now: datetime
) -> None:
    """Understood arguments mean what was given; so does the box with the rest of them."""
    asked = Reader(places, taxonomies).read(given, now)
    assert not asked.problems
    arguments = understood_arguments(asked, given)
    assert untyped(Reader(places, taxonomies).read(arguments, now).query) == untyped(asked.query)
    boxed = {**arguments, "q": [typed(arguments)], "postcode": []}
    assert untyped(Reader(places, taxonomies).read(boxed, now).query) == untyped(asked.query)


@pytest.mark.parametrize("given", SEARCHES)
def test_every_tag_takes_one_thing_away(
    given: dict[str, list[str]], places: Places, taxonomies: Taxonomies, now: datetime
) -> None:
    """One by one, in any order, tags lead to a search for nothing in particular."""
    asked = Reader(places, taxonomies).read(given, now)
    for _ in range(20):
        on = [
            tag for tag in tags(asked.query, understood_arguments(asked, given), places, taxonomies, now) if tag.is_on
        ]
        if not on:
            break
        before, given = len(on), parse_qs(urlsplit(on[-1].href).query)
        asked = Reader(places, taxonomies).read(given, now)
        after = [t for t in tags(asked.query, given, places, taxonomies, now) if t.is_on]
        assert len(after) == before - 1, on[-1].label
    assert untyped(asked.query) == Query(at=now)


def test_tags_say_what_was_understood(places: Places, taxonomies: Taxonomies, now: datetime) -> None:
    """In words, then the switches that are off."""
    given = {"q": ["xyzzy near se5 8az"], "open": ["now"], "radius_km": ["8"], "age": ["17"], "walk_in": ["yes"]}
    given |= {"asking": ["police"], "step_free": ["yes"], "need": ["suicidal"]}
    asked = Reader(places, taxonomies).read(given, now)
    made = tags(asked.query, understood_arguments(asked, given), places, taxonomies, now)
    assert [tag.label for tag in made if tag.is_on] == [
        "Near SE5 8AZ",
        "Within 5 miles",
        "Open now",
        "Asking: police",
        "Aged 17",
        "Walk-in",
        "Step-free",
        "Suicidal thoughts",
        "“xyzzy”",
    ]
    assert [tag.label for tag in made if not tag.is_on] == ["Self-referral"]


@pytest.mark.parametrize(
    ("ages", "label"),
    [
        (Ages(17, 17), "Aged 17"),
        (Ages(0, 0), "Aged 0"),
        (Ages(0, 4), "Under 5"),
        (Ages(13, 17), "Aged 13 to 17"),
        (Ages(65, 120), "Aged 65 and over"),
    ],
)
def test_ages_as_people_say_them(ages: Ages, label: str, places: Places, taxonomies: Taxonomies, now: datetime) -> None:
    """One age or a range."""
    assert tags(Query(at=now, ages=ages), {}, places, taxonomies, now)[0].label == label


def test_switches_say_what_they_would_leave(places: Places, taxonomies: Taxonomies, now: datetime) -> None:
    """One that would leave nothing is not offered."""
    facets = Facets(4, 0, 2, 0, {}, {}, {}, {}, {})
    made = tags(Query(at=now), {}, places, taxonomies, now, facets)
    assert [(tag.label, tag.count) for tag in made] == [("Open now", "4"), ("Walk-in", "2")]


def test_what_the_box_says_is_not_kept_beside_it(now: datetime) -> None:
    """Or it would stay when the words are taken away again."""
    given = {"q": ["woman, police"], "gender": ["men"], "walk_in": ["yes"], "age": ["17"], "asking": ["gp"]}
    understood = (Understood("gender", "women", "woman"), Understood("referral", "police", "police"))
    asked = Asked(Query(at=now), None, (), understood)
    assert kept_arguments(asked, given) == {"walk_in": ["yes"], "age": ["17"]}
    walk_in = replace(asked, understood=(Understood("referral", "walk_in", "drop in"),))
    assert kept_arguments(walk_in, given) == {"gender": ["men"], "age": ["17"]}


def test_the_shortlist_stays_and_the_chosen_entry_goes(now: datetime) -> None:
    """From search to search; spelling is only kept as typed while there are words."""
    given = {"q": ["x"], "shortlist": ["CAD-0001,CAD-0002"], "entry": ["CAD-0003"], "exact": ["yes"]}
    worded = Asked(Query(at=now, words="x"), None, ())
    assert understood_arguments(worded, given) == {"q": ["x"], "shortlist": ["CAD-0001,CAD-0002"], "exact": ["yes"]}
    assert understood_arguments(Asked(Query(at=now), None, ()), given) == {"shortlist": ["CAD-0001,CAD-0002"]}


def test_addresses_of_searches_hold_only_known_parameters() -> None:
    """Empty ones are left out."""
    assert search_path({}) == "/search"
    assert search_path({"q": ["a & b"]}, {"open": "now", "at": None}) == "/search?q=a+%26+b&open=now"
    assert {"q", "open", "at"} <= PARAMETERS
