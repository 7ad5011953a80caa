"""Searches by the rules of FHIR R4: what is found, in which order, on which page; and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.feeds.fhir.parameters import MOST
from directory.feeds.readers import ANYBODY_A_MINUTE
from directory.places import Places
from directory.records import stable_id
from tests.feeds.fhir_definitions import faults
from tests.feeds.fhir_entries import ENTRIES, SECRETS, STAFF_SECRETS, holding_entries, make_staff_key

Json = dict[str, Any]
NAMES = {
    "Example Evening Sanctuary": "everything",
    "Example Refuge": "hidden",
    "Château Example": "area",
    "Example Counselling (Lewisham)": "farther",
    "Example Line": "line",
}
ALL = {"everything", "hidden", "area", "farther", "line"}
CHARITY = stable_id("organization", "example wellbeing charity")
PLACE = stable_id("location", "CAD-9001")
SERVICE = stable_id("service", "CAD-9001")


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory, migrated: Path, places: Places) -> Iterator[Flask]:
    with holding_entries(tmp_path_factory.mktemp("fhir"), migrated, places) as app:
        yield app


@pytest.fixture
def asking(holding: Flask) -> FlaskClient:
    holding.extensions["feed_counts"].__init__()
    return holding.test_client()


def search(client: FlaskClient, query: str, kind: str = "HealthcareService") -> Json:
    response = client.get(f"/fhir/R4/{kind}?{query}")
    assert response.status_code == 200, response.text
    bundle: Json = response.get_json()
    return bundle


def found(bundle: Json) -> list[str]:
    matches = [entry for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]
    return [NAMES.get(entry["resource"]["name"], entry["resource"]["name"]) for entry in matches]


SERVICES: list[tuple[str, set[str]]] = [
    ("", ALL),
    (f"_id={SERVICE}", {"everything"}),
    (f"_id={SERVICE},nothing", {"everything"}),
    ("_lastUpdated=ge2026-11-22T21:04:00Z", {"farther", "line"}),
    ("_lastUpdated=ge2026-11-22T21:04:00%2B00:00", {"farther", "line"}),
    ("_lastUpdated=ge2026-11-22T22:04:00+01:00", {"farther", "line"}),
    ("_lastUpdated=gt2026-11-22T21:04:00Z", set()),
    ("_lastUpdated=lt2026-11-22T21:04:00Z", {"everything", "hidden", "area"}),
    ("_lastUpdated=le2026-11-22", ALL),
    ("_lastUpdated=2026-11", {"farther", "line"}),
    ("_lastUpdated=eq2026-11-22", {"farther", "line"}),
    ("_lastUpdated=ne2026-11-22", {"everything", "hidden", "area"}),
    ("_lastUpdated=2026-10,2026-11", ALL),
    ("_lastUpdated=ge2026-10&_lastUpdated=lt2026-11", {"everything", "hidden", "area"}),
    ("_lastUpdated=sa2026-10&_lastUpdated=eb2027", {"farther", "line"}),
    ("active=true", ALL),
    ("active=false", set()),
    ("characteristic=walk-in", {"everything"}),
    ("characteristic=no-walk-in", {"farther"}),
    ("characteristic=walk-in,no-walk-in", {"everything", "farther"}),
    ("characteristic=walk-in&characteristic=somali", {"everything"}),
    ("characteristic=walk-in&characteristic=no-walk-in", set()),
    ("characteristic=http://127.0.0.1:8000/fhir/CodeSystem/community|somali", {"everything"}),
    ("characteristic=http://127.0.0.1:8000/fhir/CodeSystem/community|", {"everything"}),
    ("characteristic=http://127.0.0.1:8000/fhir/CodeSystem/access-route|somali", set()),
    ("characteristic=|walk-in", set()),
    ("characteristic:missing=true", {"hidden", "area", "line"}),
    ("characteristic:missing=false", {"everything", "farther"}),
    ("identifier=CAD-9001", {"everything"}),
    ("identifier=cad-9001", {"everything"}),
    ("identifier=900009001", {"everything"}),
    ("identifier=https://fhir.nhs.uk/Id/dos-service-id|2000000001", {"everything"}),
    ("identifier=https://fhir.nhs.uk/Id/ods-site-code|ZZ99Z", set()),
    ("name=example", {"everything", "hidden", "farther", "line"}),
    ("name=EXAMPLE%20%20line", {"line"}),
    ("name=sanctuary", set()),
    ("name:contains=sanctuary", {"everything"}),
    ("name=chateau", {"area"}),
    ("name:exact=chateau example", set()),
    ("name:exact=Château Example", {"area"}),
    ("name=example line,chateau", {"line", "area"}),
    ("name=example\\, line", set()),
    (f"organization={CHARITY}", {"everything", "hidden"}),
    (f"organization=Organization/{CHARITY}", {"everything", "hidden"}),
    (f"organization=https://elsewhere.example.org/fhir/Organization/{CHARITY}", {"everything", "hidden"}),
    (f"organization=Location/{CHARITY}", set()),
    ("organization:missing=true", {"area", "line"}),
    ("organization.name=another", {"farther"}),
    (f"organization.identifier={CHARITY}", {"everything", "hidden"}),
    (f"location=Location/{PLACE}", {"everything"}),
    ("location.address-postalcode=SE5", {"everything"}),
    ("location.address-postalcode=se58az", {"everything"}),
    ("location.address=southwark", {"everything", "area"}),
    ("location:Location.name:contains=lewisham", {"farther"}),
    ("service-category=8", {"farther"}),
    ("service-category=http://terminology.hl7.org/CodeSystem/service-category|22", ALL - {"farther"}),
    ("service-type=crisis-cafe,crisis-house", {"everything", "area"}),
    ("service-type=135", {"everything", "area", "line"}),
    ("coverage-area:identifier=E09000028", {"everything"}),
    ("coverage-area=Location/x", set()),
    ("specialty=x", set()),
    ("program=x", set()),
    ("endpoint=x", set()),
    ("location.near=51.4694|-0.0911|1|km", {"everything"}),
    ("location.near=51.4694|-0.0911|10000|m", {"everything", "farther"}),
    ("location.near=51.4694|-0.0911|1|mi", {"everything"}),
    ("location.near=51.4694|-0.0911", {"everything", "farther"}),
    ("location.near=51.4694|-0.0911&name=example c", {"farther"}),
]


@pytest.mark.parametrize(("query", "expected"), SERVICES)
def test_services_are_found(asking: FlaskClient, query: str, expected: set[str]) -> None:
    """By every parameter that is offered, and none besides."""
    bundle = search(asking, query)
    assert set(found(bundle)) == expected
    assert bundle["total"] == len(expected)


@pytest.mark.parametrize(
    ("kind", "query", "expected"),
    [
        ("Location", "", {"everything", "area", "farther"}),
        ("Location", "status=active", {"everything", "area", "farther"}),
        ("Location", "status=suspended", set()),
        ("Location", "address=2 example", {"farther"}),
        ("Location", "address-postalcode=SE13 6LH", {"farther"}),
        ("Location", "identifier=https://fhir.nhs.uk/Id/ods-site-code|zz99z", {"everything"}),
        ("Location", "identifier=NEARBY1,HIDDEN1", set()),
        ("Location", "name=example", {"everything", "farther"}),
        ("Location", "near=51.4694|-0.0911|1", {"everything"}),
        ("Location", f"organization={CHARITY}", {"everything"}),
        ("Location", "organization.name=another", {"farther"}),
        ("Location", "type=x", set()),
        ("Location", "type:missing=true", {"everything", "area", "farther"}),
        ("Location", "address=88,77", set()),
        ("Organization", "", {"Another Provider", "Example Wellbeing Charity"}),
        ("Organization", "name:contains=PROVIDER", {"Another Provider"}),
        ("Organization", f"identifier={CHARITY}", {"Example Wellbeing Charity"}),
        ("Organization", "_lastUpdated=lt2026-11", {"Example Wellbeing Charity"}),
    ],
)
def test_places_and_providers_are_found(asking: FlaskClient, kind: str, query: str, expected: set[str]) -> None:
    """By theirs; hidden places by nothing."""
    assert set(found(search(asking, query, kind))) == expected


def test_distances_are_told_nearest_first(asking: FlaskClient) -> None:
    """In kilometres, with the entry."""
    for kind, name in (("HealthcareService", "location.near"), ("Location", "near")):
        bundle = search(asking, f"{name}=51.46|-0.03", kind)
        assert found(bundle) == ["farther", "everything"]
        told = [entry["search"]["extension"][0] for entry in bundle["entry"]]
        assert {one["url"] for one in told} == {"http://hl7.org/fhir/StructureDefinition/location-distance"}
        assert [round(one["valueDistance"]["value"], 1) for one in told] == [0.7, 4.4]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["area", "farther", "everything", "line", "hidden"]),
        ("-name", ["hidden", "line", "everything", "farther", "area"]),
        ("", ["everything", "hidden", "area", "farther", "line"]),
    ],
)
def test_orders(asking: FlaskClient, sort: str, expected: list[str]) -> None:
    """By name, or by reference where nothing is asked for."""
    expected = ["area", "farther", "everything", "line", "hidden"] if sort == "name" else expected
    assert found(search(asking, f"_sort={sort}" if sort else "")) == expected


def test_orders_by_time(asking: FlaskClient) -> None:
    """What changed last comes last, or first."""
    assert set(found(search(asking, "_sort=_lastUpdated"))[3:]) == {"farther", "line"}
    assert set(found(search(asking, "_sort=-_lastUpdated"))[:2]) == {"farther", "line"}


@pytest.mark.parametrize("query", ["", "_sort=name", "_sort=-_lastUpdated", "_sort=_lastUpdated", "location.near=51|0"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_pages_lead_to_everything_and_back(asking: FlaskClient, query: str, count: int) -> None:
    """Each once, in order; the links are absolute; and the page before is the page that was before."""
    whole = found(search(asking, query))
    there, back = [], []
    address = (
        f"/fhir/R4/HealthcareService?{query}&_count={count}" if query else f"/fhir/R4/HealthcareService?_count={count}"
    )
    while address:
        bundle = asking.get(address).get_json()
        there.append(found(bundle))
        assert bundle["total"] == len(whole)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert all(url.startswith("http://localhost/fhir/R4/HealthcareService?") for url in links.values())
        address, last = links.get("next", ""), links
    while "previous" in last:
        bundle = asking.get(last["previous"]).get_json()
        back.append(found(bundle))
        last = {link["relation"]: link["url"] for link in bundle["link"]}
    assert [name for page in there for name in page] == whole
    assert back[::-1] == there[:-1] or len(back) == len(there) - 1


def test_how_much_is_told(asking: FlaskClient) -> None:
    """None for a total alone; never more than the most; no total where none is wanted; nothing past the end."""
    none = search(asking, "_count=0")
    assert (none["total"], none.get("entry"), len(none["link"])) == (5, None, 1)
    assert search(asking, "_summary=count")["total"] == 5
    assert len(search(asking, f"_count={10**7}")["entry"]) == 5 < MOST
    assert "total" not in search(asking, "_total=none")
    first = search(asking, "_count=4")
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    past_the_end = asking.get(f"{following}&name=nobody").get_json()
    assert (past_the_end["total"], past_the_end.get("entry")) == (0, None)


def test_includes(asking: FlaskClient) -> None:
    """What the matches refer to, as far as it is asked for."""
    bundle = search(asking, "_include=HealthcareService:location&_include=HealthcareService:organization:Organization")
    told = [entry["resource"]["resourceType"] for entry in bundle["entry"] if entry["search"]["mode"] == "include"]
    assert (told.count("Location"), told.count("Organization")) == (3, 2)
    bundle = search(asking, "_include=Location:organization&near=51.4694|-0.0911|1", "Location")
    assert bundle["entry"][-1]["resource"]["id"] == CHARITY


NOT_UNDERSTOOD = [
    "shoe-size=9",
    "_elements=name",
    "_revinclude=Endpoint:organization",
    "_include=*",
    "_include=HealthcareService:endpoint",
    "_include=HealthcareService:location:Organization",
    "_include:iterate=HealthcareService:location",
    "_count=-1",
    "_count=ten",
    "_count=1&_count=2",
    "_count=",
    "_sort=shoe-size",
    "_sort=near",
    "_sort=name,_lastUpdated",
    "_summary=true",
    "_total=about",
    "_page=nonsense",
    "_page=WyJhZnRlciIsIHRydWVd",
    "_page=WyJhZnRlciIsWzFdXQ",
    "_page=WyJhZnRlciIsMSwyLDNd",
    "_lastUpdated=yesterday",
    "_lastUpdated=ap2026",
    "_lastUpdated=2026-13",
    "_lastUpdated=2026-02-30",
    "_lastUpdated=2026-11-22T25:00:00Z",
    "_lastUpdated=0000",
    "_lastUpdated=9999",
    "_lastUpdated=ge",
    "_lastUpdated:missing=true",
    "_lastUpdated:exact=2026",
    "active=perhaps",
    "name=",
    "name:text=x",
    "name:missing=perhaps",
    "name=%00",
    "service-type:in=x",
    "organization:Organization=x",
    "location.near=abc",
    "location.near=51.5",
    "location.near=91|0",
    "location.near=51.5|181",
    "location.near=51.5|-0.1|far",
    "location.near=51.5|-0.1|3|furlongs",
    "location.near=51.5|-0.1|-3|km",
    "location.near=51.5|-0.1|nan|km",
    "location.near=nan|0",
    "location.near=51.5|-0.1|inf|km",
    "location.near=51.5|-0.1|3|km|more",
    "location.near=51.5|-0.1|3|km&location.near=51.5|-0.1|3|km",
    "location.near:missing=true",
    "near=51.5|-0.1",
    "location.shoe-size=9",
    "location:Organization.name=x",
    "endpoint.name=x",
    "name=Example,",
    "name:contains=%20",
    "name=%CC%81",
    "organization.name:text=x",
    "&".join(f"name=x{number}" for number in range(300)),
]


@pytest.mark.parametrize("query", NOT_UNDERSTOOD, ids=[query[:60] for query in NOT_UNDERSTOOD])
def test_what_cannot_be_understood_is_refused(asking: FlaskClient, query: str) -> None:
    """With an OperationOutcome that is valid, and says what is wrong and how to mend it."""
    response = asking.get(f"/fhir/R4/HealthcareService?{query}")
    assert response.status_code == 400, response.text[:300]
    told = response.get_json()
    assert faults(told) == []
    assert (told["issue"][0]["severity"], told["issue"][0]["code"]) == ("error", "invalid")
    assert response.mimetype == "application/fhir+json"


@pytest.mark.parametrize(
    "edge", ["0001", "0001-01-01T00:00:00%2B14:00", "9998", "9999-12-31T23:59:58-14:00", "2024-02-29"]
)
def test_the_ends_of_time_are_only_dates(asking: FlaskClient, edge: str) -> None:
    """They are answered, or refused, but nothing breaks."""
    assert asking.get(f"/fhir/R4/HealthcareService?_lastUpdated=ge{edge}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/fhir/R4/HealthcareService/nothing", {}, 404, "not-found"),
        ("GET", f"/fhir/R4/Location/{stable_id('location', 'CAD-9999')}", {}, 404, "not-found"),
        ("GET", f"/fhir/R4/HealthcareService/{stable_id('service', 'CAD-9006')}", {}, 404, "not-found"),
        ("GET", f"/fhir/R4/Location/{stable_id('location', 'CAD-9002')}", {}, 410, "deleted"),
        ("GET", "/fhir/R4/Patient", {}, 404, "not-found"),
        ("GET", "/fhir/R4", {}, 404, "not-found"),
        ("GET", "/fhir/R4/HealthcareService/nothing/_history", {}, 404, "not-found"),
        ("GET", "/fhir/R4/HealthcareService/_history?_since=soon", {}, 400, "invalid"),
        ("GET", "/fhir/R4/HealthcareService/_history?_at=2026", {}, 400, "invalid"),
        ("GET", "/fhir/R4/HealthcareService/_history?_count=x", {}, 400, "invalid"),
        ("GET", f"/fhir/R4/HealthcareService/{SERVICE}?_elements=name", {}, 400, "invalid"),
        ("GET", "/fhir/R4/metadata?mode=terminology", {}, 400, "invalid"),
        ("GET", "/fhir/CodeSystem/nothing", {}, 404, "not-found"),
        ("POST", "/fhir/R4/HealthcareService/_search", {}, 405, "not-supported"),
        ("POST", "/fhir/R4/HealthcareService", {}, 405, "not-supported"),
        ("PUT", f"/fhir/R4/HealthcareService/{SERVICE}", {}, 405, "not-supported"),
        ("DELETE", f"/fhir/R4/Location/{PLACE}", {}, 405, "not-supported"),
        ("GET", "/fhir/R4/HealthcareService", {"Accept": "application/fhir+xml"}, 406, "not-supported"),
        ("GET", "/fhir/R4/HealthcareService", {"Accept": "text/html"}, 406, "not-supported"),
        (
            "GET",
            "/fhir/R4/HealthcareService",
            {"Accept": "application/fhir+json; fhirVersion=3.0"},
            406,
            "not-supported",
        ),
        ("GET", "/fhir/R4/HealthcareService", {"Accept": "application/fhir+json;q=0"}, 406, "not-supported"),
        ("GET", "/fhir/R4/HealthcareService?_format=xml", {}, 406, "not-supported"),
        ("GET", "/fhir/R4/HealthcareService?_format=ttl", {"Accept": "*/*"}, 406, "not-supported"),
        ("GET", "/fhir/R4/HealthcareService", {"Authorization": "Bearer nonsense"}, 401, "login"),
        ("GET", "/fhir/R4/metadata", {"Authorization": "Basic %%%"}, 401, "login"),
    ],
)
def test_errors_are_told_in_fhir(
    asking: FlaskClient, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    """Whoever raises them."""
    response = asking.open(path, method=method, headers=headers)
    assert response.status_code == status, response.text
    assert response.mimetype == "application/fhir+json"
    assert faults(response.get_json()) == []
    assert response.get_json()["issue"][0]["code"] == code
    assert (status == 401) == ("WWW-Authenticate" in response.headers)


def test_too_much_is_told_in_fhir_too(asking: FlaskClient) -> None:
    """With when to come again."""
    statuses = [asking.get("/fhir/CodeSystem/access-route").status_code for _ in range(ANYBODY_A_MINUTE)]
    response = asking.get("/fhir/CodeSystem/access-route")
    assert set(statuses) == {200}
    assert (response.status_code, response.get_json()["issue"][0]["code"]) == (429, "throttled")
    assert 0 < int(response.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("accept", "query", "form"),
    [
        ("application/fhir+json", "", "application/fhir+json"),
        ("application/fhir+json; fhirVersion=4.0", "", "application/fhir+json"),
        ("application/fhir+json; charset=utf-8", "", "application/fhir+json"),
        ("application/json", "", "application/json"),
        ("*/*", "", "application/fhir+json"),
        ("", "", "application/fhir+json"),
        ("text/html, application/*;q=0.5", "", "application/fhir+json"),
        ("application/fhir+xml, application/fhir+json;q=0.9", "", "application/fhir+json"),
        ("application/fhir+xml", "_format=json", "application/fhir+json"),
        ("text/html", "_format=application/fhir%2Bjson", "application/fhir+json"),
        ("text/html", "_format=application/fhir+json", "application/fhir+json"),
        ("text/html", "_format=application/json", "application/json"),
    ],
)
def test_the_form_is_agreed(asking: FlaskClient, accept: str, query: str, form: str) -> None:
    """By `_format`, else by Accept."""
    response = asking.get(f"/fhir/R4/Organization?{query}", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, form)
    assert {"Accept", "Authorization"} <= set(response.vary)


@pytest.mark.parametrize("path", ["HealthcareService", "HealthcareService/_history"])
def test_every_page_is_in_the_form_that_was_asked_for(asking: FlaskClient, path: str) -> None:
    """The links keep `_format`, which those need whose Accept says something else."""
    page = asking.get(f"/fhir/R4/{path}?_count=1&_format=json", headers={"Accept": "text/html"}).get_json()
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert asking.get(following, headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("path", [f"HealthcareService/{SERVICE}", f"Location/{PLACE}", f"Organization/{CHARITY}"])
def test_a_reader_who_has_it_is_not_told_again(asking: FlaskClient, path: str) -> None:
    """The tag is the version of the resource."""
    first = asking.get(f"/fhir/R4/{path}")
    assert first.headers["ETag"] == f'W/"{first.get_json()["meta"]["versionId"]}"'
    assert first.headers["Last-Modified"]
    again = asking.get(f"/fhir/R4/{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_a_search_that_stands_is_not_told_again(asking: FlaskClient) -> None:
    """By the tag of all that there is."""
    first = asking.get("/fhir/R4/HealthcareService?name=example")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert asking.get("/fhir/R4/HealthcareService?name=example", headers=headers).status_code == 304
    assert asking.get("/fhir/R4/HealthcareService?shoe-size=9", headers=headers).status_code == 400


def test_nothing_private_is_found_or_told(holding: Flask, asking: FlaskClient) -> None:
    """Of hidden places nothing; staff's facts with a key alone."""
    told = "".join(asking.get(f"/fhir/R4/{kind}").text for kind in ("HealthcareService", "Location", "Organization"))
    told += asking.get("/fhir/R4/HealthcareService/_history").text
    assert [secret for secret in (*SECRETS, *STAFF_SECRETS) if secret in told] == []
    headers = {"Authorization": f"Bearer {make_staff_key(holding)}"}
    response = asking.get("/fhir/R4/HealthcareService", headers=headers)
    assert response.get_json()["total"] == len(ENTRIES)
    assert response.headers["Cache-Control"].startswith("private")
    assert all(secret in response.text for secret in STAFF_SECRETS)
    assert [secret for secret in SECRETS if secret in response.text] == []
