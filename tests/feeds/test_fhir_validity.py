"""Every FHIR resource by strangers' tools, and what those tools cannot see."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.feeds.licence import ATTRIBUTION
from directory.places import Places
from tests.feeds.fhir_definitions import faults, faults_by_models, faults_by_schema
from tests.feeds.fhir_entries import SECRETS, STAFF_SECRETS, holding_entries, make_staff_key

Json = dict[str, Any]
KINDS = ("HealthcareService", "Location", "Organization")
MUST_SUPPORT = {
    "HealthcareService": ("providedBy", "type"),
    "Location": ("identifier", "status", "name", "address"),
    "Organization": ("identifier", "active", "name"),
}
"""What UK Core wants told where it is known. Of a provider's own telecom and address the directory knows nothing."""


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory, migrated: Path, places: Places) -> Iterator[Flask]:
    with holding_entries(tmp_path_factory.mktemp("fhir"), migrated, places) as app:
        yield app


def pages(client: FlaskClient, address: str, **headers: str) -> Iterator[Json]:
    """A Bundle and those that follow it."""
    while address:
        response = client.get(address, headers=headers)
        assert response.status_code == 200, response.text
        bundle = response.get_json()
        yield bundle
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")


def resources(client: FlaskClient, kind: str, **headers: str) -> list[Json]:
    found = [
        entry for page in pages(client, f"/fhir/R4/{kind}?_count=200", **headers) for entry in page.get("entry", [])
    ]
    return [entry["resource"] for entry in found]


def inside(value: object) -> Iterator[Json]:
    """Every element of a resource."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from inside(part)


def test_every_resource_of_the_shipped_data_is_valid(client: FlaskClient) -> None:
    """By the models of fhir.resources and by HL7's schema, and there are as many as there are records."""
    told = {kind: resources(client, kind) for kind in KINDS}
    assert {kind: [f for one in told[kind] for f in faults(one)] for kind in KINDS} == {kind: [] for kind in KINDS}
    assert len(told["HealthcareService"]) == client.get("/healthz").get_json()["entries"]
    assert all(told.values())


def test_pages_and_whatever_else_is_told_are_valid(client: FlaskClient) -> None:
    """Bundles with includes and distances, history, what the server does, code lists, and an error."""
    for address in (
        "/fhir/R4/HealthcareService?_include=HealthcareService:location&_include=HealthcareService:organization",
        "/fhir/R4/HealthcareService?location.near=51.5|-0.1|20|km",
        "/fhir/R4/Location?near=51.5|-0.1&_include=Location:organization",
        "/fhir/R4/HealthcareService?_count=0",
        "/fhir/R4/HealthcareService/_history",
        "/fhir/R4/metadata",
        "/fhir/CodeSystem/characteristic",
        "/fhir/R4/Location/nothing",
    ):
        assert faults(client.get(address).get_json()) == [], address


@pytest.mark.parametrize("audience", ["public", "professional"])
def test_an_entry_with_everything_is_valid(holding: Flask, audience: str) -> None:
    """Also what shipped entries do not have: live status, claims, staff's numbers, closed and other dates."""
    client = holding.test_client()
    headers = {"Authorization": f"Bearer {make_staff_key(holding)}"} if audience == "professional" else {}
    told = [one for kind in KINDS for one in resources(client, kind, **headers)]
    assert [fault for one in told for fault in faults(one)] == []
    text = json.dumps(told)
    assert not [secret for secret in SECRETS if secret in text]
    assert [secret in text for secret in STAFF_SECRETS] == [audience == "professional"] * len(STAFF_SECRETS)


FAULTS: list[tuple[Json, bool, bool]] = [
    ({"availableTime": [{"daysOfWeek": ["monday"]}]}, True, False),
    ({"telecom": [{"system": "tel"}]}, True, False),
    ({"availableTime": [{"availableEndTime": "24:00:00"}]}, True, True),
    ({"notAvailable": [{"during": {"start": "2026-12-25"}}]}, False, True),
    ({"shoe_size": 9}, True, True),
]


@pytest.mark.parametrize(("fault", "by_schema", "by_models"), FAULTS)
def test_the_strangers_catch_faults(client: FlaskClient, fault: Json, by_schema: bool, by_models: bool) -> None:
    """Each of them catches what the other lets through: both are needed."""
    resource = {**resources(client, "HealthcareService")[0], **fault}
    assert (bool(faults_by_schema(resource)), bool(faults_by_models(resource))) == (by_schema, by_models)


def test_what_uk_core_must_support_is_there(client: FlaskClient, holding: Flask) -> None:
    """In every Location and Organization, and in services as far as their provider is known."""
    for app_client in (client, holding.test_client()):
        for kind in KINDS:
            for resource in resources(app_client, kind):
                known = MUST_SUPPORT[kind]
                missing = [name for name in known if name not in resource]
                assert missing in ([], ["providedBy"] if kind == "HealthcareService" else []), resource["name"]
                assert resource["meta"]["profile"] == [f"https://fhir.hl7.org.uk/StructureDefinition/UKCore-{kind}"]
    site = {"system": "https://fhir.nhs.uk/Id/ods-site-code", "value": "ZZ99Z"}
    assert [one["name"] for one in resources(holding.test_client(), "Location") if site in one["identifier"]] == [
        "Example Evening Sanctuary"
    ]


def test_what_validators_cannot_see_holds(client: FlaskClient, holding: Flask) -> None:
    """Codes of required bindings, reasons, zones, midnights, references that lead somewhere."""
    for app_client in (client, holding.test_client()):
        told = {f"{kind}/{one['id']}": one for kind in KINDS for one in resources(app_client, kind)}
        for one in told.values():
            assert "24:00:00" not in json.dumps(one)
            assert ATTRIBUTION in json.dumps(one, ensure_ascii=False)
            for element in inside(one):
                assert element, "FHIR has no empty elements"
                if "reference" in element:
                    assert element["reference"] in told
                for name, value in element.items():
                    assert value not in ("", [], {}), name
                    if name in ("valueDateTime", "start", "end") and isinstance(value, str):
                        assert re.search(r"[+-]\d\d:\d\d$", value), value
            for closed in one.get("notAvailable", []):
                assert closed["description"]
                assert closed["during"]["start"] < closed["during"]["end"]
            for times in one.get("availableTime", []):
                assert set(times["daysOfWeek"]) <= {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
                assert times.get("allDay") or times["availableStartTime"] < times["availableEndTime"]


def test_every_code_of_ours_is_in_the_list_that_its_system_leads_to(client: FlaskClient, holding: Flask) -> None:
    """The address of a system is where its codes are told."""
    for app_client in (client, holding.test_client()):
        codes: dict[str, set[str]] = {}
        for resource in resources(app_client, "HealthcareService"):
            for element in inside(resource):
                if "/fhir/CodeSystem/" in element.get("system", ""):
                    codes.setdefault(element["system"], set()).add(element["code"])
        assert len(codes) >= 4
        for system, used in codes.items():
            told = app_client.get(system).get_json()
            assert told["url"] == system
            assert used <= {concept["code"] for concept in told["concept"]}


def test_includes_are_whole(client: FlaskClient) -> None:
    """Each page has all that its matches refer to, once, and nothing else."""
    query = "_count=40&_include=HealthcareService:location&_include=HealthcareService:organization"
    for page in pages(client, f"/fhir/R4/HealthcareService?{query}"):
        matches = [entry["resource"] for entry in page["entry"] if entry["search"]["mode"] == "match"]
        wanted = {
            element["reference"] for resource in matches for element in inside(resource) if "reference" in element
        }
        included = [entry["resource"] for entry in page["entry"] if entry["search"]["mode"] == "include"]
        told = [f"{resource['resourceType']}/{resource['id']}" for resource in included]
        assert sorted(told) == sorted(wanted)
        assert len({entry["fullUrl"] for entry in page["entry"]}) == len(page["entry"])
