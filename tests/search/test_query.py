"""What parameters mean: each read once, the same for page and JSON, with every fault named."""

from datetime import UTC, datetime
from typing import Any

import pytest

from directory.places import Place, Places
from directory.schedules import LONDON
from directory.search.query import MOST_NAMED, Ages, Asked, read
from directory.taxonomies import Taxonomies

NOW = datetime(2026, 11, 22, 21, 4, tzinfo=LONDON)


@pytest.fixture
def ask(places: Places, taxonomies: Taxonomies) -> Any:
    """Reads arguments, each a text or a list of texts, on a Sunday evening in November."""

    def asked(now: datetime = NOW, **arguments: str | list[str]) -> Asked:
        given = {name: [value] if isinstance(value, str) else value for name, value in arguments.items()}
        return read(given, places, taxonomies, now)

    return asked


@pytest.mark.parametrize(
    ("arguments", "understood"),
    [
        ({}, {"only_open": False, "at_given": False, "at": NOW, "page": 1}),
        ({"open": "now"}, {"only_open": True, "at_given": False, "at": NOW}),
        ({"at": "2026-12-25T18:00"}, {"only_open": True, "at_given": True}),
        ({"at": "2026-12-25T18:00", "open": "now"}, {"only_open": True, "at_given": True}),
        ({"at": "2026-12-25T18:00", "open": "any"}, {"only_open": False, "at_given": True}),
        ({"type": ["crisis_cafe", "safe_haven,crisis_cafe"]}, {"service_types": ("crisis_cafe", "safe_haven")}),
        ({"type": "CRISIS_CAFE, "}, {"service_types": ("crisis_cafe",)}),
        ({"type": ",,"}, {"service_types": ()}),
        ({"self_referral": "YES", "walk_in": "no"}, {"self_referral": True, "walk_in": False}),
        ({"self_referral": "false", "walk_in": "1"}, {"self_referral": False, "walk_in": True}),
        ({"age": "017"}, {"ages": Ages(17, 17)}),
        ({"age": "13-17"}, {"ages": Ages(13, 17)}),
        ({"age": "13 \u2013 17"}, {"ages": Ages(13, 17)}),
        ({"age": "0"}, {"ages": Ages(0, 0)}),
        ({"need": "suicidal,self_harm", "step_free": "yes"}, {"needs": ("suicidal", "self_harm"), "step_free": True}),
        ({"step_free": "no"}, {"step_free": None}),
        ({"asking": "Police"}, {"asking": "police"}),
        ({"asking": "111", "exact": "yes"}, {"asking": "111"}),
        ({"gender": "Girls"}, {"gender": "women"}),
        ({"gender": "any"}, {"gender": None}),
        ({"borough": "london borough of lambeth", "icb": "nhs south east london icb"}, {"borough": "E09000022"}),
        ({"borough": " \u200b ", "age": ""}, {"borough": None, "ages": None}),
        ({"q": "  zum\x00ba\u200b yoga\n"}, {"words": "zum ba yoga"}),
        ({"postcode": ["SE5 8AZ", " SE5  8AZ "]}, {"words": ""}),
        ({"page": "3", "radius_km": "2.5"}, {"page": 3, "radius_km": 2.5}),
    ],
)
def test_what_is_understood(ask: Any, arguments: dict[str, Any], understood: dict[str, Any]) -> None:
    """The fields of the query that follow from the parameters."""
    asked = ask(**arguments)
    assert {name: getattr(asked.query, name) for name in understood} == understood
    assert asked.problems == ()


@pytest.mark.parametrize(
    ("arguments", "place", "words"),
    [
        ({"q": "crisis cafe near brixton"}, "Brixton", "crisis cafe"),
        ({"q": "somewhere calm SE5 8AZ tonight"}, "SE5 8AZ", "somewhere calm tonight"),
        ({"q": "housing advice"}, None, "housing advice"),
        ({"postcode": "my nan lives at se58az"}, "SE5 8AZ", ""),
        ({"postcode": "cafe near brixton", "q": "calm"}, "Brixton", "cafe calm"),
        ({"postcode": "E1 6AN", "q": "calm brixton"}, "E1 6AN", "calm brixton"),
    ],
)
def test_where_and_what(ask: Any, arguments: dict[str, str], place: str | None, words: str) -> None:
    """A place among words is taken out of them; one that is given by itself leaves the words alone."""
    asked = ask(**arguments)
    found = asked.query.place
    assert (found.label if isinstance(found, Place) else None) == place
    assert asked.query.words == words


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-12-25T18:00", "2026-12-25T18:00"),
        ("2026-07-01T18:00", "2026-07-01T17:00"),
        ("2026-07-01T18:00Z", "2026-07-01T18:00"),
        ("2026-07-01T18:00-05:00", "2026-07-01T23:00"),
        ("2026-12-25", "2026-12-25T00:00"),
        ("2026-10-25T01:30", "2026-10-25T00:30"),
        ("2026-10-25T01:30+00:00", "2026-10-25T01:30"),
        ("2027-03-28T01:30", "2027-03-28T01:30"),
    ],
)
def test_an_instant_is_london_time_unless_it_says_otherwise(ask: Any, typed: str, utc: str) -> None:
    """A time that comes twice means its first coming; one that never comes, what the clocks show then."""
    at = ask(at=typed).query.at
    assert at.tzinfo is LONDON
    assert at.astimezone(UTC) == datetime.fromisoformat(f"{utc}+00:00")
    assert at.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == at.replace(tzinfo=None)


@pytest.mark.parametrize("now", [datetime(2026, 11, 22, 21, 4, tzinfo=UTC), NOW])
def test_now_may_be_told_in_any_zone(ask: Any, now: datetime) -> None:
    """The query is in London time either way."""
    assert ask(now=now).query.at == NOW


def test_many_unknown_codes_are_a_short_answer(ask: Any) -> None:
    """The first few are named: an address of 8 kB must not be answered with a page of hundreds."""
    asked = ask(type=",".join(f"x{number}" for number in range(2000)), language=["zz"] * 900)
    assert [problem.field for problem in asked.problems] == ["type"] * MOST_NAMED + ["language"]
    assert all(len(problem.message) < 120 for problem in asked.problems)
