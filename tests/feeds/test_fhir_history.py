"""Keeping a copy in step by FHIR: changes, what is gone, and versions that stand while nothing changes."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from directory.models import Entry, LiveStatus
from directory.records import stable_id
from tests.conftest import NOW
from tests.feeds.fhir_definitions import faults
from tests.feeds.fhir_entries import AREA_ONLY, EVERYTHING, FARTHER, LINE, publish

Json = dict[str, Any]
HISTORY = "/fhir/R4/HealthcareService/_history"
SERVICE, PLACE = stable_id("service", FARTHER.ref), stable_id("location", FARTHER.ref)


def at(days: int) -> Any:
    return NOW - timedelta(days=100 - days)


def changed(entry: Entry, **facts: Any) -> Entry:
    return entry.model_copy(update=facts)


def told(client: FlaskClient, query: str = "") -> list[tuple[str, str]]:
    """Method and reference of each entry, in order."""
    bundle = client.get(f"{HISTORY}?{query}").get_json()
    assert faults(bundle) == []
    names = {stable_id("service", entry.ref): entry.ref for entry in (EVERYTHING, AREA_ONLY, FARTHER, LINE)}
    for entry in bundle.get("entry", []):
        assert entry["request"]["url"] == "/".join(entry["fullUrl"].split("/")[-2:])
        assert entry["response"]["lastModified"]
        assert ("resource" in entry) == (entry["request"]["method"] == "PUT")
        if "resource" in entry:
            assert entry["response"]["etag"] == f'W/"{entry["resource"]["meta"]["versionId"]}"'
    return [(e["request"]["method"], names[e["request"]["url"].split("/")[1]]) for e in bundle.get("entry", [])]


def test_a_copy_follows(house: Flask) -> None:
    """Newest first, each service once, deletions with what was there, restored as if nothing had been."""
    client = house.test_client()
    assert told(client) == []
    publish(house, EVERYTHING, FARTHER, LINE, at=at(1))
    publish(house, changed(LINE, description="Other words."), at=at(2))
    publish(house, changed(FARTHER, status="withdrawn"), at=at(3))
    assert told(client) == [("DELETE", FARTHER.ref), ("PUT", LINE.ref), ("PUT", EVERYTHING.ref)]
    since = client.get(HISTORY).get_json()["meta"]["lastUpdated"]
    assert told(client, f"_since={since}") == [("DELETE", FARTHER.ref)]
    assert told(client, f"_since={at(2):%Y-%m-%d}") == [("DELETE", FARTHER.ref), ("PUT", LINE.ref)]
    assert told(client, "_since=2099-01-01") == []
    for path in (f"HealthcareService/{SERVICE}", f"Location/{PLACE}"):
        response = client.get(f"/fhir/R4/{path}")
        assert (response.status_code, response.get_json()["issue"][0]["code"]) == (410, "deleted")
    instance = client.get(f"/fhir/R4/HealthcareService/{SERVICE}/_history").get_json()
    assert [entry["request"]["method"] for entry in instance["entry"]] == ["DELETE"]
    assert client.get("/fhir/R4/Organization?name=another").get_json()["total"] == 0
    publish(house, FARTHER, at=at(4))
    assert told(client, f"_since={since}") == [("PUT", FARTHER.ref)]
    assert client.get(f"/fhir/R4/HealthcareService/{SERVICE}").status_code == 200


def test_pages_of_history_lead_on_while_editors_write(house: Flask) -> None:
    """What stays is told once; what changes on the way is told when the history is asked again."""
    client = house.test_client()
    entries = [changed(LINE, ref=f"CAD-95{number:02}") for number in range(7)]
    publish(house, *entries, at=at(1))
    seen, address, first = [], f"{HISTORY}?_count=2", None
    while address:
        bundle = client.get(address).get_json()
        first = first or bundle["meta"]["lastUpdated"]
        seen += [entry["resource"]["identifier"][0]["value"] for entry in bundle["entry"]]
        address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
        if len(seen) == 2:
            publish(house, changed(entries[0], description="Other words."), at=at(2))
    assert sorted(seen) == [entry.ref for entry in entries[1:]]
    again = client.get(f"{HISTORY}?_since={first}").get_json()
    assert again["entry"][0]["resource"]["identifier"][0]["value"] == entries[0].ref


def test_pages_of_a_search_stay_whole_while_editors_write(house: Flask) -> None:
    """What comes or goes between two pages moves nothing else."""
    client = house.test_client()
    entries = [changed(LINE, ref=f"CAD-95{number:02}") for number in range(6)]
    publish(house, *entries[:3], *entries[4:], at=at(1))
    first = client.get("/fhir/R4/HealthcareService?_count=2").get_json()
    publish(house, changed(entries[0], status="withdrawn"), entries[3], at=at(2))
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = client.get(following).get_json()
    assert [entry["resource"]["identifier"][0]["value"] for entry in second["entry"]] == ["CAD-9502", "CAD-9503"]


EDITS: list[tuple[Json, list[bool]]] = [
    ({"opening_hours": "24/7"}, [True, False, False]),
    ({"notes": "For maintainers only."}, [False, False, False]),
    ({"professional_notes": "For professionals only."}, [False, False, False]),
    ({"address": "9 Example Street, London"}, [True, True, False]),
    ({"organization": "Another  provider"}, [True, True, True]),
]
"""What is edited, and whether the service, its place and its provider have another version for it."""


def test_a_version_changes_only_with_what_is_told(house: Flask) -> None:
    """Of the service, of its place, and of its provider, each by itself."""
    client, entry = house.test_client(), FARTHER
    provider_id = stable_id("organization", "another provider")
    paths = (f"HealthcareService/{SERVICE}", f"Location/{PLACE}", f"Organization/{provider_id}")
    publish(house, entry, at=at(1))
    before = [client.get(f"/fhir/R4/{path}").headers["ETag"] for path in paths]
    for day, (facts, expected) in enumerate(EDITS, start=2):
        entry = changed(entry, **facts)
        publish(house, entry, at=at(day))
        after = [client.get(f"/fhir/R4/{path}").headers["ETag"] for path in paths]
        assert [old != new for old, new in zip(before, after, strict=True)] == expected, facts
        before = after


def test_a_place_that_becomes_hidden_is_gone(house: Flask) -> None:
    """A copy is told to forget it, and the service no longer leads there."""
    client = house.test_client()
    publish(house, FARTHER, at=at(1))
    publish(house, changed(FARTHER, address_visibility="hidden"), at=at(2))
    assert client.get(f"/fhir/R4/Location/{PLACE}").status_code == 410
    assert "location" not in client.get(f"/fhir/R4/HealthcareService/{SERVICE}").get_json()
    assert client.get("/fhir/R4/Location").get_json()["total"] == 0


def test_what_was_said_of_now_goes_with_its_time(house: Flask) -> None:
    """A status that is over is not told, even before anybody takes it away."""
    client = house.test_client()
    over = LiveStatus(state="full", at=NOW - timedelta(hours=2), until=NOW - timedelta(minutes=1))
    publish(house, changed(FARTHER, live_status=over), at=at(1))
    assert "live-status" not in client.get(f"/fhir/R4/HealthcareService/{SERVICE}").text


def test_what_the_server_says_it_does_it_does(client: FlaskClient) -> None:
    """Every search parameter that is listed is understood, and every include."""
    for resource in client.get("/fhir/R4/metadata").get_json()["rest"][0]["resource"]:
        for parameter in resource["searchParam"]:
            value = {"special": "51.5|-0.1", "date": "2026"}.get(parameter["type"], "true")
            query = f"{parameter['name']}={value}"
            assert client.get(f"/fhir/R4/{resource['type']}?_count=0&{query}").status_code == 200, query
        for include in resource.get("searchInclude", []):
            assert client.get(f"/fhir/R4/{resource['type']}?_count=1&_include={include}").status_code == 200
