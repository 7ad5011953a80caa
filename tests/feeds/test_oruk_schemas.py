"""Open Referral UK by its own schemas: every page and every record, and what its validator does with an address."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.places import Places
from tests.feeds import oruk_schemas
from tests.feeds.oruk_entries import an_installation, stranger
from tests.feeds.oruk_schemas import COMPILED, HSDS, VALIDATOR, WEBSITE, faults

LISTS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
Fault = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def _schemas() -> None:
    oruk_schemas.needed()


@pytest.fixture(params=["shipped", "made up"])
def reading(request: pytest.FixtureRequest) -> FlaskClient:
    """A reader of the shipped entries, and of made-up ones that say everything."""
    if request.param == "shipped":
        return stranger(request.getfixturevalue("untouched"))
    return stranger(request.getfixturevalue("installation"))


@pytest.fixture(scope="module")
def installation(migrated: Path, tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Flask]:
    """The application over made-up entries; tests only read it."""
    with an_installation(migrated, tmp_path_factory.mktemp("instance"), places) as app:
        yield app


def told(client: FlaskClient, path: str) -> Any:
    response = client.get(f"/oruk/v3{path}")
    assert (response.status_code, response.mimetype) == (200, "application/json"), path
    return json.loads(response.data)


def pages(client: FlaskClient, name: str, per_page: int = 40) -> Iterator[dict[str, Any]]:
    """Every page of a list."""
    number, total = 1, 1
    while number <= total:
        page = told(client, f"/{name}?page={number}&per_page={per_page}")
        yield page
        number, total = number + 1, page["total_pages"]


def test_every_page_is_as_the_schemas_say(reading: FlaskClient) -> None:
    """By the page schemas of the validator, and each item by the profile's and by HSDS's."""
    for name, one in LISTS.items():
        is_term = one.startswith("taxonomy")
        for page in pages(reading, name):
            if one != "organization":  # its page schema is not among the files
                assert faults(VALIDATOR, f"{one}_list.json", page) == []
            for item in page["contents"]:
                assert faults(COMPILED, f"{one}.json" if is_term else f"{one}_list.json", item) == []
                assert faults(HSDS, f"{one}.json", item) == []


def test_every_record_is_as_the_schemas_say(reading: FlaskClient) -> None:
    """By the compiled profile, by the files of its website, and by HSDS; asked for by id as strangers do."""
    for name, one in LISTS.items():
        for page in pages(reading, name):
            for item in page["contents"]:
                record = told(reading, f"/{name}/{item['id']}")
                for folder in (COMPILED, WEBSITE, HSDS):
                    assert faults(folder, f"{one}.json", record) == [], record


def _set(path: str, value: object) -> Fault:
    """A fault: a member, found by its path, has another value."""
    *way, last = path.split(".")

    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value

    return change


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(_set("description", None), id="null"),
        pytest.param(_set("id", "CAD-0001"), id="no uuid"),
        pytest.param(_set("organization_id", "5D9D0E78"), id="half a uuid"),
        pytest.param(_set("status", "open"), id="a status that is none"),
        pytest.param(_set("schedules.0.freq", "DAILY"), id="a frequency that is none"),
        pytest.param(_set("email", "cafe"), id="no email"),
        pytest.param(_set("url", "cafe.example.org"), id="no uri"),
        pytest.param(_set("minimum_age", "18"), id="an age as text"),
        pytest.param(_set("last_modified", "2026-11-20"), id="an instant without a time"),
        pytest.param(_set("schedules.0.opens_at", None), id="null deep inside"),
        pytest.param(_set("service_at_locations.0.location.location_type", "hidden"), id="a location that is none"),
        pytest.param(lambda r: r["service_at_locations"][0]["location"]["addresses"][0].pop("city"), id="no city"),
        pytest.param(lambda r: r["organization"].pop("description"), id="an organisation without description"),
        pytest.param(lambda r: r["attributes"][0]["taxonomy_term"].pop("name"), id="a term without name"),
        pytest.param(lambda r: r.pop("name"), id="no name"),
    ],
)
def test_the_schemas_catch_what_is_wrong(installation: Flask, fault: Fault) -> None:
    """So that a verdict without faults means something: each is caught by the profile and by its website's files."""
    item = told(stranger(installation), "/services?full=true")["contents"][0]
    assert faults(COMPILED, "service.json", item) == []
    fault(item)
    assert faults(COMPILED, "service.json", item) and faults(WEBSITE, "service.json", item)


def test_a_page_without_what_it_must_have_is_caught(client: FlaskClient) -> None:
    """The page schemas see into the contents."""
    page = told(client, "/services")
    assert faults(VALIDATOR, "service_list.json", page) == []
    del page["contents"][0]["status"]
    assert faults(VALIDATOR, "service_list.json", page)


def test_the_official_validator_would_pass_it(reading: FlaskClient) -> None:
    """What it does: reads /, reads the version, asks every path of the OpenAPI files, dereferences what it is told."""
    root = told(reading, "/")
    assert faults(VALIDATOR, "api_details.json", root) == []
    assert float(root["version"].replace("HSDS-UK-", "").replace("V", "")) == 3.0
    for folder in (VALIDATOR, WEBSITE, HSDS):
        for path, schema in oruk_schemas.responses(folder):
            if (folder, path) == (VALIDATOR, "/organizations"):
                continue  # its page schema is not among the files
            for answer in _asked_for(reading, path):
                assert faults(folder, schema, answer) == [], (folder, path)


def _asked_for(client: FlaskClient, path: str) -> Iterator[Any]:
    """The first, middle and last page of a list; the first, middle and last of what it lists by id."""
    name = path.removesuffix("/{id}")
    if path == "/":
        yield told(client, path)
        return
    first = told(client, f"{name}?per_page=7")
    numbers = {1, (1 + first["total_pages"]) // 2, first["total_pages"]}
    listed = [told(client, f"{name}?per_page=7&page={number}") for number in numbers]
    assert all(page["contents"] for page in listed)
    if path == name:
        yield from listed
        return
    for page in listed:
        for item in (page["contents"][0], page["contents"][-1]):
            yield told(client, f"{name}/{item['id']}")
