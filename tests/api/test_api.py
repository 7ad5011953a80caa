"""The JSON interface over the shipped entries: its shape, its refusals, and what it must never tell."""

import json
import string
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from directory import revisions
from directory.models import CrewFact, CulturalClaim, Phone
from directory.search.query import PARAMETERS
from tests.factories import make_entry

SEARCH = "/api/v1/search"


def get(client: FlaskClient, path: str, **arguments: Any) -> Any:
    """The JSON of an answer that must succeed."""
    response = client.get(path, query_string=arguments)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return response.json


def test_a_postcode_is_answered(client: FlaskClient) -> None:
    """Place, results nearest first, opening, numbers, and what can be reached from anywhere."""
    found = get(client, SEARCH, postcode="se5 8az")
    place = found["place"]
    assert (place["label"], place["borough"], place["icb"]) == ("SE5 8AZ", "Southwark", "SEL")
    assert (round(place["latitude"], 2), round(place["longitude"], 2)) == (51.47, -0.09)
    assert found["results"] and all(result["reasons"] for result in found["results"])
    for result in found["results"]:
        assert (result["arrival"] is None) == (result["distance_km"] is None)
        assert result["arrival"] is None or result["arrival"]["minutes"]["car"]["most"] >= 5
    assert all(result["open"]["state"] in {"open", "closed", "unknown"} for result in found["results"])
    assert found["lines"] and all(line["open"]["text"] == "Open 24 hours" for line in found["lines"])
    assert 0 < found["places_total"] <= found["sure_total"] <= found["total"]


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"self_referral": "yes"}, "self_referral", {True}),
        ({"walk_in": "yes"}, "walk_in", {True}),
        ({"type": "crisis_cafe"}, "service_type", {"crisis_cafe"}),
        ({"type": ["crisis_cafe", "crisis_hub"]}, "service_type", {"crisis_cafe", "crisis_hub"}),
        ({"type": "crisis_cafe,crisis_hub"}, "service_type", {"crisis_cafe", "crisis_hub"}),
    ],
)
def test_filters_hold(client: FlaskClient, arguments: dict[str, Any], field: str, expected: set[Any]) -> None:
    """Every result has what was asked for, or says that it has to be asked."""
    found = get(client, SEARCH, postcode="SW19 3AA", radius_km=40, **arguments)
    sure = [result for result in found["results"] if not result["ask_about"]]
    assert {result[field] for result in sure if result["location_type"] == "physical"} == expected
    for result in found["results"]:
        assert result[field] in expected or field in result["ask_about"] or result["location_type"] == "virtual"
    assert all(miss["rule"] == field and miss["text"] for miss in found["near_misses"] if miss["rule"] != "residence")


def test_open_now_keeps_what_is_open(client: FlaskClient) -> None:
    """And says of the rest that the hours are not known."""
    found = get(client, SEARCH, postcode="SE5 8AZ", open="now", radius_km=40)
    states = {(result["open"]["state"], tuple(result["ask_about"])) for result in found["results"]}
    assert states == {("open", ()), ("unknown", ("hours",))}


def test_a_chosen_time_is_answered_for(client: FlaskClient) -> None:
    """`at` is London time; it wins over `open=now`."""
    found = get(client, SEARCH, postcode="SE5 8AZ", at="2026-12-25T03:00", open="now")
    assert found["at"] == "2026-12-25T03:00:00+00:00"
    assert get(client, SEARCH, postcode="SE5 8AZ", at="2026-07-01T03:00")["at"] == "2026-07-01T03:00:00+01:00"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"radius_km": "far"}, "radius_km"),
        ({"radius_km": "nan"}, "radius_km"),
        ({"radius_km": "-1"}, "radius_km"),
        ({"age": "121"}, "age"),
        ({"age": "seventeen"}, "age"),
        ({"age": "-0"}, "age"),
        ({"at": "tonight"}, "at"),
        ({"at": "2036-01-01T00:00"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"at": "9999-12-31T23:59+00:00"}, "at"),
        ({"open": "maybe"}, "open"),
        ({"self_referral": "perhaps"}, "self_referral"),
        ({"walk_in": "2"}, "walk_in"),
        ({"gender": "x"}, "gender"),
        ({"type": "pub"}, "type"),
        ({"community": "martians"}, "community"),
        ({"language": "tlh"}, "language"),
        ({"borough": "Narnia"}, "borough"),
        ({"icb": "XYZ"}, "icb"),
        ({"page": "0"}, "page"),
        ({"page": "²"}, "page"),
        ({"age": ["17", "18"]}, "age"),
        ({"open": ["now", "any"]}, "open"),
        ({"postcode": ["SE5 8AZ", "E1 6AN"]}, "postcode"),
        ({"q": "x" * 2001}, "q"),
        ({"asking": "martian"}, "asking"),
        ({"need": "pizza"}, "need"),
        ({"age": "17-13"}, "age"),
        ({"self_referal": "yes"}, "self_referal"),
    ],
)
def test_what_cannot_be_used_is_a_problem_that_names_it(
    client: FlaskClient, arguments: dict[str, Any], field: str
) -> None:
    """RFC 9457, with the parameter and how to mend it."""
    response = client.get(SEARCH, query_string={"postcode": "SE5 8AZ", **arguments})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert response.json is not None
    assert response.json["status"] == 400
    assert [error["parameter"] for error in response.json["errors"]] == [field]
    assert all(error["detail"].endswith(".") for error in response.json["errors"])


@pytest.mark.parametrize(
    ("postcode", "reason"),
    [("ZZ99 9ZZ", "impossible"), ("SW1A 9ZZ", "unknown"), ("BT1 1AA", "northern_ireland"), ("Narnia", "not_found")],
)
def test_a_place_that_is_not_found_says_why(client: FlaskClient, postcode: str, reason: str) -> None:
    """A postcode that cannot exist and one that is not known are different faults."""
    response = client.get(SEARCH, query_string={"postcode": postcode})
    assert response.status_code == 400
    assert response.json is not None and response.json["reason"] == reason


def test_a_place_named_in_the_words_must_be_found_too(client: FlaskClient) -> None:
    """ "near Atlantis" is not searched without its place."""
    response = client.get(SEARCH, query_string={"q": "cafe near atlantis"})
    assert response.status_code == 400
    assert response.json is not None and response.json["reason"] == "not_found"


def test_equal_repeats_are_one(client: FlaskClient) -> None:
    """The same value twice is no contradiction."""
    assert get(client, SEARCH, postcode=["SE5 8AZ", "SE5 8AZ"], open=["any", "any"])["place"]["label"] == "SE5 8AZ"


def test_words_may_hold_the_place(client: FlaskClient) -> None:
    """The box of the page works here too."""
    found = get(client, SEARCH, q="crisis cafe near brixton")
    assert found["place"]["label"] == "Brixton"
    kinds = {(one["kind"], one["value"]) for one in found["understood"]}
    assert kinds == {("place", "Brixton, Lambeth"), ("type", "crisis_cafe"), ("type", "safe_haven")}
    assert found["words"] is None


def test_an_entry_is_whole(client: FlaskClient) -> None:
    """Everything the public may know, and the opening at this moment."""
    ref = get(client, SEARCH, postcode="SE5 8AZ")["results"][0]["ref"]
    entry = get(client, f"/api/v1/services/{ref}")
    assert entry["ref"] == ref
    assert entry["evidence"] and entry["evidence"][0]["source_url"].startswith("http")
    assert entry["open"]["text"]


@pytest.mark.parametrize("ref", ["CAD-9999", "nonsense", "CAD-0001'--"])
def test_an_unknown_entry_is_a_problem(client: FlaskClient, ref: str) -> None:
    """Not an error page."""
    response = client.get(f"/api/v1/services/{ref}")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_nothing_unverified_or_for_professionals_is_told(app: Flask, client: FlaskClient) -> None:
    """No answer holds a private field, and no private entry can be read by its reference."""
    here = app.extensions["directory"]
    with here.database.reading() as session:
        entries = revisions.get_entries(session)
    public = [entry for entry in entries.values() if entry.is_public]
    assert len(public) < len(entries)
    for entry in entries.values():
        response = client.get(f"/api/v1/services/{entry.ref}")
        assert response.status_code == (200 if entry.is_public else 404)
        if entry.is_public:
            assert entry.notes not in response.text or len(entry.notes) < 3
            assert not {"notes", "confidence", "status"} & set(response.json or {})


def test_the_description_is_valid_and_the_answers_obey_it(client: FlaskClient) -> None:
    """OpenAPI 3.1, and real answers checked against its schemas."""
    description = get(client, "/api/v1/openapi.json")
    validate(description)
    listed = {parameter["name"] for parameter in description["paths"][SEARCH]["get"]["parameters"]}
    assert listed == PARAMETERS
    for name, body in (
        ("Search", get(client, SEARCH, postcode="E1 6AN")),
        ("Search", get(client, SEARCH, q="housing")),
        ("Service", get(client, "/api/v1/services/" + get(client, SEARCH)["results"][0]["ref"])),
        ("Health", get(client, "/healthz")),
    ):
        schema = {**description, "$ref": f"#/components/schemas/{name}"}
        errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]
        assert errors == []


def test_what_a_crew_needs_to_know_and_what_is_claimed_are_told(house: Flask) -> None:
    """Each fact with its date, each claim with who makes it; no professional number or note, no hidden entrance."""
    entry = make_entry(
        drop_off=CrewFact(value=True, on="2026-10-03"),
        dog=CrewFact(value=False),
        entrance="Blue door",
        cultural_claims=(CulturalClaim(kind="staff_speak", code="so", said_by="Example Trust", said_on="2026"),),
        phones=(Phone(number="020 7946 0888", audience="professional", purpose="handover"),),
        professional_notes="Ring ahead.",
    )
    hidden = entry.model_copy(update={"ref": "CAD-9002", "address_visibility": "area"})
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, [entry, hidden], actor="test", reason="test", at=here.now())
    client = house.test_client()
    told, description = get(client, "/api/v1/services/CAD-9001"), get(client, "/api/v1/openapi.json")
    assert told["drop_off"] == {"value": True, "said_on": "2026-10-03"} and told["crew_may_leave"] is None
    assert told["dog"] == {"value": False, "said_on": None} and told["entrance"] == "Blue door"
    claim = {"kind": "staff_speak", "code": "so", "name": "Somali", "said_by": "Example Trust", "said_on": "2026"}
    assert told["cultural_claims"] == [claim]
    assert told["phones"] == [] and "professional_notes" not in told
    Draft202012Validator({**description, "$ref": "#/components/schemas/Service"}).validate(told)
    assert get(client, "/api/v1/services/CAD-9002")["entrance"] is None
    (miss,) = [miss for miss in get(client, SEARCH, dog="yes")["near_misses"] if miss["entry"]["ref"] == "CAD-9001"]
    assert (miss["rule"], miss["text"]) == ("dog", "No dogs")


def test_health_tells_number_and_age(client: FlaskClient) -> None:
    """Ready, as of which change, how old."""
    health = get(client, "/healthz")
    assert health["ready"] is True
    assert health["number"] > 0
    assert health["age_seconds"] == 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arguments=st.dictionaries(
        st.sampled_from(sorted(PARAMETERS)),
        st.one_of(
            st.text(max_size=40),
            st.text(alphabet=string.printable, max_size=40),
            st.sampled_from(
                ["'; drop table service; --", "<script>alert(1)</script>", "\x00", "٣", "%s%n", "SE5 8AZ", "now"]
            ),
        ),
        max_size=6,
    )
)
def test_nonsense_is_answered_or_refused_never_broken(client: FlaskClient, arguments: dict[str, str]) -> None:
    """Whatever is sent: an answer or a problem, never a 500."""
    response = client.get(SEARCH, query_string=arguments)
    assert response.status_code in {200, 400}
    json.loads(response.data)
