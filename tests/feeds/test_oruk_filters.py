"""The filters of Open Referral UK, each against the whole records: who has it is who says so there."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.feeds.organizations import organization_id
from directory.feeds.oruk.taxonomies import term_id
from directory.places import Place, Places, distance_km
from directory.records import stable_id
from tests.feeds.oruk_entries import made_up, publish, stranger

Told = dict[str, Any]
SERVICES, AT_LOCATIONS = "/oruk/v3/services", "/oruk/v3/service_at_locations"
ORGANIZATION = organization_id("London Ambulance  Service NHS trust")


def asked(client: FlaskClient, path: str, **values: str) -> list[Told]:
    response = client.get(path, query_string={**values, "format": "ndjson"})
    assert response.status_code == 200, response.data
    return [json.loads(line) for line in response.data.splitlines()]


def carries(record: Told, name: str, value: str) -> bool:
    return any(attribute["taxonomy_term"][name] == value for attribute in record.get("attributes", []))


def has_session(day: str = "", starts: str = "00:00", ends: str = "23:59") -> Callable[[Told], bool]:
    """Whether one weekly schedule is on the day, opens no earlier and closes no later."""

    def test(record: Told) -> bool:
        return any(
            "valid_from" not in schedule
            and day in schedule["byday"]
            and schedule["opens_at"] >= starts
            and schedule["closes_at"] <= ends
            for schedule in record.get("schedules", [])
        )

    return test


CAFE, SELF, NOTHING = (
    term_id("service_type", "crisis_cafe"),
    term_id("access_route", "self_referral"),
    term_id("x", "x"),
)
LANGUAGES = stable_id("taxonomy", "language")

CASES: list[tuple[dict[str, str], Callable[[Told], bool]]] = [
    ({}, lambda r: True),
    ({"day": "", "search": " "}, lambda r: True),
    ({"taxonomy_term_id": CAFE}, lambda r: carries(r, "id", CAFE)),
    ({"taxonomy_term_id": SELF.upper()}, lambda r: carries(r, "id", SELF)),
    ({"taxonomy_term_id": NOTHING}, lambda r: False),
    ({"taxonomy_id": LANGUAGES}, lambda r: carries(r, "taxonomy_id", LANGUAGES)),
    ({"organization_id": ORGANIZATION}, lambda r: r["organization_id"] == ORGANIZATION),
    ({"minimum_age": "16"}, lambda r: r.get("minimum_age", -1) >= 16),
    ({"minimum_age": "17.5"}, lambda r: r.get("minimum_age", -1) >= 17.5),
    ({"maximum_age": "25"}, lambda r: r.get("maximum_age", 999) <= 25),
    ({"day": "MO"}, has_session("MO")),
    ({"day": "sunday"}, has_session("SU")),
    ({"start_time": "17:00"}, has_session(starts="17:00")),
    ({"end_time": "17:00:00"}, has_session(ends="17:00")),
    ({"day": "Sa", "start_time": "09:00", "end_time": "22:00"}, has_session("SA", "09:00", "22:00")),
    ({"modified_after": "2026-11-22"}, lambda r: r["last_modified"] >= "2026-11-22T00:00:00.000Z"),
    ({"modified_after": "2026-11-22T00:00:00.001Z"}, lambda r: False),
    ({"search": "women"}, lambda r: r["x_ref"] in _SEARCHED["women"]),
    ({"search": "the"}, lambda r: False),
]
_SEARCHED: dict[str, set[str]] = {}


@pytest.fixture
def records(untouched: Flask) -> list[Told]:
    """Every shipped service, whole; and what the search of the pages finds."""
    catalogue = untouched.extensions["directory"].catalogue()
    flags = catalogue.matching("women", every=True)[0].tolist()
    _SEARCHED["women"] = {ref for ref, flag in zip(catalogue.rows, flags, strict=True) if flag}
    return asked(stranger(untouched), SERVICES, full="true")


@pytest.mark.parametrize(("values", "has_it"), CASES, ids=lambda case: str(case) if isinstance(case, dict) else "")
def test_a_filter_finds_those_that_say_so(
    untouched: Flask, records: list[Told], values: dict[str, str], has_it: Callable[[Told], bool]
) -> None:
    """Neither more nor fewer; and for services at their locations the same ones."""
    expected = [record["id"] for record in records if has_it(record)]
    assert [record["id"] for record in asked(stranger(untouched), SERVICES, **values)] == expected
    assert [record["service_id"] for record in asked(stranger(untouched), AT_LOCATIONS, **values)] == expected


def test_the_cases_tell_filters_apart(records: list[Told]) -> None:
    """A filter that finds all or none proves little: most of the cases find some."""
    counts = [sum(map(has_it, records)) for _, has_it in CASES]
    assert sum(0 < count < len(records) for count in counts) >= 12


def test_filters_must_all_hold(untouched: Flask, records: list[Told]) -> None:
    """Any of them together find what each of them finds; day and times are asked of one session."""
    client, times = stranger(untouched), {"day", "start_time", "end_time"}
    apart = st.lists(
        st.sampled_from([case for case in CASES if len(case[0]) == 1 and times.isdisjoint(case[0])]),
        max_size=3,
        unique_by=lambda case: next(iter(case[0])),
    )
    days, clock = st.sampled_from(["MO", "SA"]), st.sampled_from(["09:00", "12:30", "17:00", "22:00"])
    session = st.fixed_dictionaries({}, optional={"day": days, "start_time": clock, "end_time": clock})

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(apart, session)
    def together(cases: list[tuple[dict[str, str], Callable[[Told], bool]]], when: dict[str, str]) -> None:
        values = {name: value for some, _ in cases for name, value in some.items()} | when
        on = has_session(when.get("day", ""), when.get("start_time", "00:00"), when.get("end_time", "23:59"))
        tests = [has_it for _, has_it in cases] + ([on] if when else [])
        expected = [record["id"] for record in records if all(test(record) for test in tests)]
        assert [record["id"] for record in asked(client, SERVICES, **values)] == expected

    together()


def test_near_a_postcode_is_what_is_near(untouched: Flask, places: Places) -> None:
    """In a straight line; what is told no position is not near anything; without metres, whom it serves decides."""
    client, here = stranger(untouched), places.locate("SE5 8AZ")
    assert isinstance(here, Place) and here.latitude is not None and here.longitude is not None
    serving = {one["id"]: one for one in asked(client, AT_LOCATIONS, postcode="se58az")}
    assert 0 < len(serving) < len(asked(client, AT_LOCATIONS))
    far = {
        own: distance_km(here.latitude, here.longitude, where["latitude"], where["longitude"]) * 1000
        for own, where in ((own, one["location"]) for own, one in serving.items())
        if "latitude" in where
    }
    assert 2 < len(far) < len(serving)
    nearest = sorted(far.values())
    for metres in (0, nearest[1] - 0.5, nearest[1] + 0.5, nearest[-1] + 0.5, 1_000_000):
        found = asked(client, AT_LOCATIONS, postcode="SE5 8AZ", proximity=f"{metres:.3f}")
        assert {one["id"] for one in found} == {own for own, distance in far.items() if distance <= metres}


def test_a_postcode_asks_whom_a_service_serves(house: Flask) -> None:
    """A borough's service is for those who live there; one of which that is not known shuts nobody out."""
    publish(house, *made_up())
    found = {
        postcode: {one["service"]["x_ref"] for one in asked(stranger(house), AT_LOCATIONS, postcode=postcode)}
        for postcode in ("SE5 8AZ", "NW1 0DU", "M1 1AE")
    }
    assert "CAD-9010" in found["NW1 0DU"] and "CAD-9010" not in found["SE5 8AZ"]  # it is for Camden
    assert all("CAD-9007" in refs for refs in found.values())


def test_taxonomies_and_organisations_are_found_by_their_words(untouched: Flask) -> None:
    """Every word, in the singular or the plural; by taxonomy, by parent, and those without one."""
    client, home = stranger(untouched), "/oruk/v3"
    assert [one["name"] for one in asked(client, f"{home}/taxonomies", search="language")] == ["Languages"]
    assert [one["code"] for one in asked(client, f"{home}/taxonomy_terms", search="somali spoken")] == ["so"]
    terms = asked(client, f"{home}/taxonomy_terms")
    communities, black = stable_id("taxonomy", "community"), term_id("community", "black")
    for values, expected in (
        ({"taxonomy_id": communities}, [one for one in terms if one["taxonomy_id"] == communities]),
        ({"parent_id": black}, [one for one in terms if one.get("parent_id") == black]),
        ({"top_only": "true"}, [one for one in terms if "parent_id" not in one]),
        ({"top_only": "True", "taxonomy_id": communities, "parent_id": black}, []),
        ({"top_only": "false"}, terms),
    ):
        assert asked(client, f"{home}/taxonomy_terms", **values) == expected
    (ambulance,) = asked(client, f"{home}/organizations", search="london ambulance")
    assert ambulance["id"] == ORGANIZATION
    (whole,) = asked(client, f"{home}/organizations", search="london ambulance", full_service="true")
    runs = asked(client, SERVICES, organization_id=ORGANIZATION, full="true")
    assert whole["services"] == runs and len(runs) > 1
    brief = client.get(f"{home}/organizations/{ORGANIZATION}").json["services"]
    assert [one["id"] for one in brief] == [one["id"] for one in runs]
