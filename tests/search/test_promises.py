"""What a search promises is kept: following a suggestion finds as many places as it says, and doors can be entered."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.places import Places
from directory.schedules import LONDON
from directory.search.find import find
from directory.search.query import Query
from directory.search.suggestions import suggest
from tests.factories import make_entry
from tests.search.conftest import MakeCatalogue

SEARCH = "/api/v1/search"
ASKED: dict[str, list[str]] = {
    "open": ["now", "any"],
    "at": ["2026-12-25T03:00", "2026-11-24T10:00", "2027-11-20T10:00"],
    "type": ["crisis_house", "home_treatment_team", "substance_use", "crisis_line"],
    "walk_in": ["yes", "no"],
    "self_referral": ["yes", "no"],
    "age": ["9", "15", "40"],
    "gender": ["men", "women"],
    "community": ["chinese", "greek_cypriot", "somali"],
    "language": ["cmn", "prs"],
    "borough": ["Lambeth", "Bexley"],
    "icb": ["NWL", "SEL"],
    "radius_km": ["1", "8"],
}
PLACES = st.sampled_from(
    [
        {"postcode": "EN2 8JL"},
        {"postcode": "UB3 4AB", "q": "somali garden"},
        {"postcode": "SE5"},
        {"postcode": "South East London"},
        {"q": "counselling near brixton"},
        {"q": "women E1 6AN"},
        {"q": "housing"},
    ]
)


def followed(client: FlaskClient, arguments: dict[str, str]) -> list[tuple[str, int, int]]:
    """Each suggestion of a search: its label, how many places it promises, and how many it finds when followed."""
    tried = []
    for offered in client.get(SEARCH, query_string=arguments).json["suggestions"]:  # type: ignore[index]
        answer = client.get(SEARCH, query_string=offered["parameters"]).json
        assert answer is not None and "places_total" in answer, (offered, answer)
        tried.append((offered["label"], offered["count"], answer["places_total"]))
    return tried


@pytest.mark.parametrize(
    "arguments",
    [
        {"postcode": "EN2 8JL", "type": "substance_use"},
        {"postcode": "SE5", "type": "crisis_house", "icb": "SEL"},
        {"postcode": "UB3 4AB", "q": "zebra"},
        {"postcode": "UB3 4AB", "type": "bereavement_support", "open": "now", "walk_in": "yes"},
        {"postcode": "E1 6AN", "type": "crisis_house", "age": "9", "step_free": "yes", "asking": "police"},
    ],
)
def test_a_suggestion_finds_what_it_promises(client: FlaskClient, arguments: dict[str, str]) -> None:
    """Where the radius is left to the search, it is chosen anew for what is suggested."""
    tried = followed(client, arguments)
    assert tried
    assert all(promised == found > 0 for _, promised, found in tried), tried


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=PLACES, filters=st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in ASKED.items()}))
def test_every_suggestion_is_true(client: FlaskClient, place: dict[str, str], filters: dict[str, str]) -> None:
    """Whatever was asked."""
    tried = followed(client, {**filters, **place})
    assert all(promised == found > 0 for _, promised, found in tried), tried


def test_no_time_is_suggested_that_could_not_be_asked_for(
    catalogue_of: MakeCatalogue, places: Places, now: datetime
) -> None:
    """A search may look a year ahead; the next opening after that is further away."""
    catalogue = catalogue_of(make_entry(borough="E09000028", opening_hours="2028 Oct 01 10:00-12:00; Mo-Su off"))
    asked = Query(datetime(2027, 11, 20, 10, tzinfo=LONDON), at_given=True, only_open=True)
    offered = suggest(asked, find(asked, catalogue), catalogue)
    assert [suggestion.label for suggestion in offered] == ["Open at any time"]


@pytest.mark.parametrize(
    ("hours", "at", "found"),
    [
        ('Mo-Su 18:00-02:00 "last admission 60 minutes before closing"', "2026-11-23T00:59", True),
        ('Mo-Su 18:00-02:00 "last admission 60 minutes before closing"', "2026-11-23T01:00", False),
        ('Mo-Su 18:00-02:00 "last admission 60 minutes before closing"', "2027-03-02T01:30", False),
        ('2026 Nov 22 18:00-23:00 "last admission 1 hour before closing"', "2026-11-22T22:30", False),
        ('Mo-Fr 09:00-17:00; PH 10:00-14:00 "last admission 30 minutes before closing"', "2026-12-25T13:40", False),
        ('Mo-Fr 09:00-17:00; PH 10:00-14:00 "last admission 30 minutes before closing"', "2026-12-25T13:20", True),
    ],
)
def test_nobody_is_sent_to_a_door_that_lets_nobody_in(
    catalogue_of: MakeCatalogue, hours: str, at: str, found: bool
) -> None:
    """After the last admission a place is open only to those inside, on any kind of day, near or far off."""
    catalogue = catalogue_of(make_entry(borough="E09000028", opening_hours=hours))
    asked = find(Query(datetime.fromisoformat(at).replace(tzinfo=LONDON), only_open=True), catalogue)
    assert bool(asked.results) is found
    assert [miss.rule for miss in asked.near_misses] == ([] if found else ["open"])
