"""What parameters mean: each read once, the same for page and JSON, with every fault named."""

from dataclasses import astuple, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from directory.places import NotFound, Place, Places
from directory.schedules import LONDON
from directory.search.query import LONGEST_TEXT, MOST_NAMED, Ages, Asked, Reader
from directory.search.spelling import Spelling
from directory.taxonomies import Taxonomies

NOW = datetime(2026, 11, 22, 21, 4, tzinfo=LONDON)


@pytest.fixture(scope="module")
def reader(places: Places, taxonomies: Taxonomies) -> Reader:
    return Reader(places, taxonomies)


@pytest.fixture
def ask(reader: Reader) -> Any:
    """Reads arguments, each a text or a list of texts, on a Sunday evening in November."""

    def asked(now: datetime = NOW, **arguments: str | list[str]) -> Asked:
        given = {name: [value] if isinstance(value, str) else value for name, value in arguments.items()}
        return reader.read(given, now)

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
        ({"dog": "yes", "intoxicated": "1", "companion": "no"}, {"takes": ("intoxicated", "dog")}),
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
        ({"q": "crisis cafe near brixton"}, "Brixton", ""),
        ({"q": "somewhere calm SE5 8AZ tonight"}, "SE5 8AZ", ""),
        ({"q": "zumba class"}, None, "zumba class"),
        ({"postcode": "my nan lives at se58az"}, "SE5 8AZ", ""),
        ({"postcode": "zumba near brixton", "q": "yoga"}, "Brixton", "zumba yoga"),
        ({"postcode": "E1 6AN", "q": "zumba"}, "E1 6AN", "zumba"),
    ],
)
def test_where_and_what(ask: Any, arguments: dict[str, str], place: str | None, words: str) -> None:
    """A place among words is taken out of them; one that is given by itself leaves the words alone."""
    asked = ask(**arguments)
    found = asked.query.place
    assert (found.label if isinstance(found, Place) else None) == place
    assert asked.query.words == words


BY_WORDS_AND_BY_PARAMETERS = [
    ("somali women E1 tonight", {"community": "somali", "gender": "women", "postcode": "E1", "open": "now"}),
    ("crisis cafe near brixton", {"type": "crisis_cafe,safe_haven", "postcode": "brixton"}),
    ("17 year old croydon", {"age": "17", "postcode": "Croydon"}),
    ("teenager drop in SE1", {"age": "13-17", "walk_in": "yes", "postcode": "SE1"}),
    ("turkish speaking counselling N16", {"language": "tr", "type": "counselling", "postcode": "N16"}),
    ("bereaved by suicide, self-referral", {"need": "bereaved_by_suicide", "self_referral": "yes"}),
    ("step free Tottenham sunday 1am", {"step_free": "yes", "postcode": "Tottenham", "at": "2026-11-29T01:00"}),
    ("drunk with a dog SE1", {"intoxicated": "yes", "dog": "yes", "postcode": "SE1"}),
    ("17 alone SE1", {"age": "17", "alone_under_18": "yes", "postcode": "SE1"}),
    ("paramedic E17 zumba", {"asking": "ambulance", "postcode": "E17", "q": "zumba"}),
]


@pytest.mark.parametrize(("typed", "parameters"), BY_WORDS_AND_BY_PARAMETERS)
def test_words_and_parameters_ask_for_the_same(ask: Any, typed: str, parameters: dict[str, str]) -> None:
    """The links of a page spell out what was understood, and find the same."""
    by_words, by_parameters = ask(q=typed), ask(**parameters)
    assert replace(by_words.query, typed="") == replace(by_parameters.query, typed="")
    assert by_words.problems == by_parameters.problems == by_words.notices == ()


@pytest.mark.parametrize(
    ("arguments", "understood", "notice"),
    [
        ({"q": "women", "gender": "men"}, {"gender": "women"}, "“women” in the box replaces the gender chosen before."),
        (
            {"q": "17 year old", "age": "40"},
            {"ages": Ages(17, 17)},
            "“17 year old” in the box replaces the age chosen before.",
        ),
        (
            {"q": "refuge", "type": "counselling"},
            {"service_types": ("domestic_abuse",)},
            "“refuge” in the box replaces the type of help chosen before.",
        ),
        (
            {"q": "suicidal", "need": "anxiety"},
            {"needs": ("suicidal",)},
            "“suicidal” in the box replaces the need chosen before.",
        ),
        (
            {"q": "somali", "community": "tamil"},
            {"communities": ("somali",)},
            "“somali” in the box replaces the community chosen before.",
        ),
        (
            {"q": "urdu", "language": "tr"},
            {"languages": ("ur",)},
            "“urdu” in the box replaces the language chosen before.",
        ),
        (
            {"q": "drop in", "walk_in": "no"},
            {"walk_in": True},
            "“drop in” in the box replaces the way in chosen before.",
        ),
        (
            {"q": "police", "asking": "carer"},
            {"asking": "police"},
            "“police” in the box replaces who was chosen as asking before.",
        ),
        (
            {"q": "now", "at": "2026-12-25T18:00"},
            {"at": NOW, "at_given": False, "only_open": True},
            "“now” in the box replaces the time chosen before.",
        ),
        (
            {"q": "sunday 1am", "at": "2026-12-25T18:00"},
            {"at_given": True, "only_open": True},
            "“sunday 1am” in the box replaces the time chosen before.",
        ),
        (
            {"at": "2026-12-25T18:00", "open": "now"},
            {"at_given": True},
            "A time was chosen, so the search is for that time and not for now.",
        ),
        (
            {"q": "men or women", "gender": "men"},
            {"gender": None},
            "Both women and men are named (“men”, “women”), so gender is left open.",
        ),
    ],
)
def test_what_was_typed_last_counts(
    ask: Any, arguments: dict[str, str], understood: dict[str, Any], notice: str
) -> None:
    """The box replaces what was chosen of the same kind, and says so."""
    asked = ask(**arguments)
    assert {name: getattr(asked.query, name) for name in understood} == understood
    assert asked.notices == (notice,)


def test_a_place_in_the_box_replaces_one_chosen_before(ask: Any) -> None:
    """Also where it turns out not to be one: an old place must not answer for it."""
    moved = ask(q="calm brixton", postcode="E1 6AN")
    assert (moved.query.place.label, moved.notices) == (
        "Brixton",
        ("“brixton” in the box replaces the place chosen before.",),
    )
    lost = ask(q="counselling near lewishm", postcode="E1 6AN")
    assert isinstance(lost.located, NotFound)
    assert lost.query.place is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"q": "women", "gender": "women"},
        {"q": "police"},
        {"q": "zumba", "asking": "police"},
        {"q": "now", "open": "now"},
    ],
)
def test_there_is_no_notice_where_nothing_differs(ask: Any, arguments: dict[str, str]) -> None:
    """What was chosen stays unless the box names another."""
    assert ask(**arguments).notices == ()


def spelling() -> Spelling:
    """One that knows three words, and the guarded "dental"."""
    return Spelling(["counselling", "lewisham", "mental"], ["dental"], lambda word: word == "zumba")


@pytest.mark.parametrize(
    ("typed", "corrections", "types", "place", "words"),
    [
        (
            "councelling lewishm",
            [("councelling", "counselling"), ("lewishm", "lewisham")],
            ("counselling",),
            "Lewisham",
            "",
        ),
        (
            "Councelling near Lewishm",
            [("Councelling", "counselling"), ("Lewishm", "lewisham")],
            ("counselling",),
            "Lewisham",
            "",
        ),
        ("dental zumba", [], (), None, "dental zumba"),
        ("counselling, lewisham", [], ("counselling",), "Lewisham", ""),
    ],
)
def test_misspelt_words_are_read_once_more(
    reader: Reader, typed: str, corrections: list[tuple[str, str]], types: tuple[str, ...], place: str, words: str
) -> None:
    """Only words that mean nothing are corrected, and each correction is told; `exact` switches it off."""
    asked = reader.read({"q": [typed]}, NOW, spelling())
    assert [tuple(correction) for correction in map(astuple, asked.corrections)] == corrections
    assert (asked.query.service_types, asked.query.words) == (types, words)
    assert (asked.query.place.label if asked.query.place else None) == place
    exact = reader.read({"q": [typed], "exact": ["yes"]}, NOW, spelling())
    assert exact.corrections == ()
    assert exact == reader.read({"q": [typed]}, NOW)


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


@pytest.mark.parametrize("age", ["-1", "121", "17-13", "13-", "13-121", "seventeen", "13-17-19"])
def test_an_age_that_is_none_is_named(ask: Any, age: str) -> None:
    """With how to give one."""
    asked = ask(age=age)
    assert [problem.field for problem in asked.problems] == ["age"]
    assert asked.query.ages is None


@pytest.mark.parametrize(
    ("name", "value"), [("need", "gold"), ("asking", "999"), ("step_free", "maybe"), ("exact", "?")]
)
def test_what_cannot_be_used_is_named(ask: Any, name: str, value: str) -> None:
    """Each new parameter is as strict as the others."""
    assert [problem.field for problem in ask(**{name: value}).problems] == [name]


def test_the_box_takes_a_long_text_and_no_longer_one(ask: Any) -> None:
    """A pasted note is read; a book is not."""
    assert ask(q=("lonely in croydon " * 200)[:LONGEST_TEXT]).query.needs == ("loneliness",)
    assert [problem.field for problem in ask(q="x" * (LONGEST_TEXT + 1)).problems] == ["q"]
    assert [problem.field for problem in ask(q="\ufdfa" * 200).problems] == ["q"]  # each is read as eighteen letters
