"""The export against its own description: what is described is what is answered, to good and to bad requests."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from directory.accounts import keys
from directory.feeds.openapi import document
from directory.models import FACT_GROUPS, Caution, CrewFact, CulturalClaim, Evidence, LiveStatus, Phone
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.feeds.conftest import Publish, on_sqlite

DOCUMENT = "/export/v1/openapi.json"
PATHS = list(document("https://example.org", "https://example.org")["paths"])
NOT_OURS = [ignored_auth, positive_data_acceptance]
"""Keys are of use and not wanted; and a reference of good form, or the number of a change to come, may be nobody's."""


def test_the_description_is_valid(client: FlaskClient) -> None:
    """OpenAPI 3.1, with an address for everything that it names."""
    told: Any = client.get(DOCUMENT).json
    validate(told)
    assert set(told["paths"]) == set(PATHS)
    for path in PATHS:
        assert client.get(path.replace("{ref}", "CAD-0001")).status_code == 200, path


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described(app: Flask, path: str) -> None:
    """Status, headers, media type and body of every answer; what is not as described is refused."""
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path]["GET"]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=NOT_OURS)

    answered()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/export/v1/services?format=xml", {}, 400),
        ("/export/v1/services?page=2", {}, 400),
        ("/export/v1/changes?afterChangeNumber=-1", {}, 400),
        ("/export/v1/changes?afterChangeNumber=99999999", {}, 400),
        ("/export/v1/changes?limit=0", {}, 400),
        ("/export/v1/changes?limit=10000000", {}, 400),
        ("/export/v1/services.csv?for=lotus", {}, 400),
        ("/export/v1/services.geojson?near=E1", {}, 400),
        ("/export/v1/services", {"Authorization": "Bearer nonsense"}, 401),
        ("/export/v1/services.csv", {"Authorization": "Basic !!!"}, 401),
        ("/export/v1/services/CAD-9999", {}, 404),
        ("/export/v1/nothing", {}, 404),
        ("/export/v1/services", {"Accept": "image/png"}, 406),
    ],
)
def test_bad_input_is_told_as_described(client: FlaskClient, path: str, headers: dict[str, str], status: int) -> None:
    """As problem details that say what to mend."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert not list(errors("Problem", answer.json))


@on_sqlite
def test_every_member_of_a_service_is_described(publish: Publish, house: Flask) -> None:
    """By name and type, for anybody and for professionals; a member that is not described would be a fault."""
    fact, at = CrewFact(value=True, on="2026-05"), SUNDAY_EVENING
    claim = CulturalClaim(kind="led_by", code="somali", said_by="Example", said_on="2026")
    dates = {"source_url": "https://example.org/", "source_date": "2025", "checked_on": "2026-11-20"}
    full = make_entry(
        **CAMBERWELL,
        **dict.fromkeys(("drop_off", "crew_may_leave", "intoxicated", "alone_under_18", "companion", "dog"), fact),
        **dict.fromkeys(("organization", "email", "address", "entrance", "application_process", "eligibility"), "Some"),
        **dict.fromkeys(("accessibility", "cost_description", "professional_notes"), "Some"),
        **dict.fromkeys(("self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned"), False),
        phones=(Phone(number="020 7946 0123", note="Any"), Phone(number="020 7946 0999", audience="professional")),
        opening_hours='Mo-Fr 18:00-02:00 "by appointment"; PH off; 2026 Dec 31 18:00-23:00',
        area_served=("E09000028", "SEL", "London"),
        referral_routes=("self",),
        communities=("somali",),
        languages=("so",),
        gender="women",
        cost="mixed",
        ods_code="ABC12",
        dos_service_id=123456,
        minimum_age=0,
        maximum_age=25,
        cultural_claims=(claim,),
        live_status=LiveStatus(state="busy", at=at, until=at + timedelta(hours=2), note="Ring"),
        caution=Caution(kinds=("no_answer",), at=at),
        evidence=tuple(Evidence.model_validate({"fact_group": group, **dates}) for group in FACT_GROUPS),
    )
    client = publish(full, make_entry(ref="CAD-9002"), make_entry(ref="CAD-9003", phones=(), evidence=()))
    publish(make_entry(ref="CAD-9002", status="withdrawn"))
    with house.extensions["directory"].database.unit_of_work() as session:
        _, key = keys.make_key(session, "Test", ["professional"], actor="test", at=at, lasts=timedelta(days=9))
    described = set(document("", "")["components"]["schemas"]["Service"]["properties"])
    inner = {"nonPublicTelephoneNo", "referralInformation"}
    for headers, hidden in (({}, inner), ({"Authorization": f"Bearer {key}"}, set[str]())):
        bodies = {name: client.get(f"/export/v1/{path}", headers=headers).json for name, path in BODIES.items()}
        assert not [error.message for name, body in bodies.items() for error in errors(name, body)]
        assert set(bodies["Service"]) == described - hidden  # type: ignore[arg-type]
        assert [item["state"] for item in bodies["Changes"]["items"]] == ["updated", "updated", "deleted"]  # type: ignore[index]


BODIES = {"Service": "services/CAD-9001", "Snapshot": "services", "Changes": "changes"}


def errors(schema: str, told: Any) -> Iterator[Any]:
    """What is wrong with a body by the schema of this name."""
    whole = {**document("", ""), "$ref": f"#/components/schemas/{schema}"}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(told)
