"""Open Referral UK as it is told: what no schema can see, bad requests, and what becomes of what changes."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from directory.accounts.keys import make_key
from directory.feeds.licence import ATTRIBUTION, LICENCE_URL
from directory.places import Places
from directory.schedules import on_day, parse
from tests.conftest import NOW
from tests.factories import make_entry
from tests.feeds.oruk_entries import AT, an_installation, made_up, publish, stranger, with_every_fact

HOME = "/oruk/v3"
LISTS = ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OWNERS = {"organization_id": "organizations", "taxonomy_id": "taxonomies", "parent_id": "taxonomy_terms"}
LEADING = {"organization": "organizations", "taxonomy_term": "taxonomy_terms", "service": "services"}
MANY = {"service_at_locations": "service_at_locations", "services": "services", "taxonomy_terms": "taxonomy_terms"}


@pytest.fixture(scope="module")
def installation(migrated: Path, tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Flask]:
    """The application over made-up entries; tests only read it."""
    with an_installation(migrated, tmp_path_factory.mktemp("instance"), places) as app:
        yield app


@pytest.fixture
def shipped_client(untouched: Flask) -> FlaskClient:
    """A reader of the shipped entries."""
    return stranger(untouched)


@pytest.fixture
def made_up_client(installation: Flask) -> FlaskClient:
    """A reader of the made-up entries."""
    return stranger(installation)


def told(client: FlaskClient, path: str) -> Any:
    response = client.get(HOME + path)
    assert response.status_code == 200, (path, response.data[:300])
    return json.loads(response.data)


def lines(client: FlaskClient, path: str) -> list[dict[str, Any]]:
    response = client.get(f"{HOME}{path}format=ndjson")
    assert (response.status_code, response.mimetype) == (200, "application/x-ndjson")
    return [json.loads(line) for line in response.data.splitlines()]


def every_member(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in a record, with the name of the member that holds it."""
    yield name, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_member(inner, key)
    if isinstance(value, list):
        for inner in value:
            yield from every_member(inner, name)


def ids_told(records: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Every id in records that names something with an address of its own, with that address."""
    found = set()
    for record in records:
        for name, value in every_member(record):
            if name in OWNERS:
                found.add((OWNERS[name], value))
            if isinstance(value, dict) and name in {**LEADING, **MANY}:
                found.add(({**LEADING, **MANY}[name], value["id"]))
    return found


def test_every_id_leads_to_what_has_it(shipped_client: FlaskClient) -> None:
    """Services, locations, organisations, taxonomies and terms; nothing that is named cannot be asked for."""
    records = lines(shipped_client, "/services?full=true&")
    wanted = ids_told(records) | {("services", record["id"]) for record in records}
    assert {name for name, _ in wanted} == set(LISTS)
    for name, own in sorted(wanted):
        assert told(shipped_client, f"/{name}/{own}")["id"] == own
    for term in lines(shipped_client, "/taxonomy_terms?"):
        assert term["term_uri"].endswith(f"{HOME}/taxonomy_terms/{term['id']}")


@pytest.mark.parametrize("which", ["shipped_client", "made_up_client"])
def test_records_hold_what_no_schema_asks_for(request: pytest.FixtureRequest, which: str) -> None:
    """No null and nothing empty; sessions within a day, by the bare clock; each number twice; each id once."""
    for record in lines(request.getfixturevalue(which), "/services?full=true&"):
        for name, value in every_member(record):
            assert value is not None and value != "" and value != [] and value != {}, (record["x_ref"], name)
        for schedule in record.get("schedules", []):
            opens, closes = schedule["opens_at"], schedule["closes_at"]
            assert CLOCK.fullmatch(opens) and CLOCK.fullmatch(closes) and opens < closes
            assert ("valid_from" in schedule) == ("valid_to" in schedule)
            if "valid_from" in schedule:
                assert schedule["valid_from"] == schedule["valid_to"]
                assert schedule["byday"] == WEEKDAYS[date.fromisoformat(schedule["valid_from"]).weekday()]
        for phone in record.get("phones", []):
            assert phone["number"] in record["description"]
        assert record["x_licence"] == LICENCE_URL and record["x_attribution"] == ATTRIBUTION
        own = Counter(v["id"] for name, v in every_member(record) if isinstance(v, dict) and "id" in v)
        assert [again for again, times in own.items() if times > 1] == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("per_page", [7, 500])
def test_pages_are_the_whole_cut_in_pieces(shipped_client: FlaskClient, name: str, per_page: int) -> None:
    """Each member once, in the order of the lines; and every page says truly which it is."""
    whole = [member["id"] for member in lines(shipped_client, f"/{name}?")]
    total, found = -(-len(whole) // per_page), list[str]()
    for number in range(1, total + 1):
        page = told(shipped_client, f"/{name}?per_page={per_page}&page={number}")
        contents = page.pop("contents")
        assert page == {
            "total_items": len(whole),
            "total_pages": total,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number == total,
            "empty": False,
            "x_licence": LICENCE_URL,
            "x_attribution": ATTRIBUTION,
        }
        found += [member["id"] for member in contents]
    assert found == whole and len(set(whole)) == len(whole) > 0
    past = told(shipped_client, f"/{name}?per_page={per_page}&page={total + 1}")
    assert (past["contents"], past["size"], past["empty"], past["last_page"]) == ([], 0, True, True)


def test_the_short_list_is_all_of_them_at_once(shipped_client: FlaskClient) -> None:
    """An id and when it was modified, as the whole records have them."""
    short = told(shipped_client, "/services?minimal=true")
    assert (short["total_pages"], short["size"]) == (1, short["total_items"])
    whole = lines(shipped_client, "/services?full=true&")
    assert [(one["id"], one["last_modified"]) for one in short["contents"]] == [
        (record["id"], record["last_modified"]) for record in whole
    ]
    assert all(set(one) == {"id", "modified_date", "last_modified"} for one in short["contents"])


def read_hours(record: dict[str, Any], day: date) -> list[tuple[str, str]] | None:
    """The sessions of a date as docs/feeds/oruk.md has readers read them; None where they are not known."""
    for exception in record.get("x_exceptions", []):
        if exception["date"] == day.isoformat():
            sessions = exception.get("sessions", [])
            assert exception["closed"] == (not sessions)
            return [(session["opens_at"], session["closes_at"]) for session in sessions]
    return read_week(record, day)


def read_week(record: dict[str, Any], day: date) -> list[tuple[str, str]] | None:
    """What the week says of a date."""
    weekly = [schedule for schedule in record.get("schedules", []) if "valid_from" not in schedule]
    if not record["x_hours_known"]:
        assert not weekly
        return None
    on_it = (schedule for schedule in weekly if WEEKDAYS[day.weekday()] in schedule["byday"].split(","))
    return sorted((schedule["opens_at"], schedule["closes_at"]) for schedule in on_it)


@pytest.mark.parametrize("which", ["shipped_client", "made_up_client"])
def test_a_reader_of_the_record_knows_every_day(request: pytest.FixtureRequest, which: str) -> None:
    """Every day of a year as the hours themselves have it; and dated schedules say what exceptions say."""
    for record in lines(request.getfixturevalue(which), "/services?full=true&"):
        if record.get("x_live_status", {}).get("state") == "closed":
            continue  # what is announced is cut out of what the hours say
        schedule = parse(record.get("x_opening_hours", ""))
        for number in range(366):
            day = NOW.date() + timedelta(days=number)
            spans = on_day(schedule, day)
            expected = None if spans is None else [(_clock(opens), _clock(min(end, 1439))) for opens, end in spans]
            assert read_hours(record, day) == expected, (record["x_ref"], day)
        for exception in record.get("x_exceptions", []):  # none says what the week says anyway
            day = date.fromisoformat(exception["date"])
            assert read_hours(record, day) != read_week(record, day)
        dated = Counter(
            (s["valid_from"], s["opens_at"], s["closes_at"]) for s in record.get("schedules", []) if "valid_from" in s
        )
        assert dated == Counter(
            (exception["date"], session["opens_at"], session["closes_at"])
            for exception in record.get("x_exceptions", [])
            for session in exception.get("sessions", [])
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def test_everything_that_is_known_is_told(made_up_client: FlaskClient) -> None:
    """Of the entry that says everything: each fact where the documentation says that it is."""
    record = lines(made_up_client, "/services?full=true&")[0]
    location = record["service_at_locations"][0]["location"]
    assert record["description"] == (
        "A calm place in the evening. For women in distress. Ring first. Telephone: 020 7946 0123 (evenings). "
        "Text: 07700 900123. Some openings are by appointment."
    )
    assert [(p["number"], p["type"], p.get("description")) for p in record["phones"]] == [
        ("020 7946 0123", "voice", "evenings"),
        ("07700 900123", "text", None),
    ]
    assert [(s["byday"], s["opens_at"], s["closes_at"]) for s in record["schedules"] if "valid_from" not in s] == [
        ("MO,TU,WE,TH,FR", "18:00", "23:59"),
        ("TU,WE,TH,FR,SA", "00:00", "02:00"),
    ]
    (notes,) = {s["notes"] for s in record["schedules"] if "valid_from" not in s}
    assert notes.startswith("Bank holidays: 14:00 to 16:00. Closed or open at other times on 2026-11-20, 2026-11-21, ")
    assert " 2026-12-24, 2026-12-25, 2026-12-29, " in notes  # of the 28th the bank holidays tell, not of its night
    assert {"date": "2026-12-25", "closed": True, "reason": "Christmas Day"} in record["x_exceptions"]
    assert {"date": "2026-11-24", "closed": True} in record["x_exceptions"]  # the service said so
    assert record["alert"].startswith("Closed unexpectedly until ")
    assert (record["assured_date"], record["last_modified"]) == ("2026-11-02", "2026-11-20T09:30:00.123Z")
    assert (record["minimum_age"], record["maximum_age"], record["x_gender"]) == (18, 65, "women")
    assert [(area["name"], area.get("uri", "")[-9:]) for area in record["service_areas"]] == [
        ("Southwark", "E09000028"),
        ("South East London", ""),
        ("London", "E12000007"),
        ("England", "E92000001"),
        ("UK", "K02000001"),
    ]
    assert [(one["x_code"], one["x_name"]) for one in record["languages"]] == [("so", "Somali"), ("en", "English")]
    assert (
        record["cost_options"][0].items()
        >= {"option": "Everyone", "amount": 0, "amount_description": "Free, with tea"}.items()
    )
    assert (record["x_drop_off"], record["x_dog"]["value"]) == ({"value": True, "said_on": "2026-11"}, False)
    assert record["x_cultural_claims"][0] == {
        "kind": "led_by",
        "code": "somali",
        "name": "Somali",
        "said_by": "Example Trust",
        "said_on": "2026",
    }
    assert (record["x_ref"], record["x_service_id"], record["x_dos_service_id"]) == ("CAD-9002", 900009002, 123456)
    assert location["addresses"][0].items() >= {"address_1": "1 Example Street", "postal_code": "SE5 8AZ"}.items()
    assert [access["description"] for access in location["accessibility"]] == ["Step-free", "Lift to the first floor"]
    assert (location["external_identifier"], location["x_borough"]) == ("X9999", "Southwark")
    assert location["description"] == "In the borough Southwark. Entrance: the blue door."
    carried = [(a["link_type"], a["taxonomy_term"]["code"]) for a in record["attributes"] if a["link_type"] != "need"]
    assert carried == [
        ("service_type", "crisis_cafe"),
        ("access_route", "self_referral"),
        ("access_route", "no_walk_in"),
        ("eligibility", "women"),
        ("referral_route", "self"),
        ("referral_route", "gp"),
        ("referral_route", "police"),
        ("community", "somali"),
        ("community", "refugees_and_asylum_seekers"),
        ("language", "so"),
        ("language", "en"),
    ]


def test_what_is_not_known_is_left_out(made_up_client: FlaskClient) -> None:
    """Never told as false or closed; and nobody is called an organisation that is not known."""
    records = {record["x_ref"]: record for record in lines(made_up_client, "/services?full=true&")}
    by_appointment = records["CAD-9007"]
    assert by_appointment["description"] == "Opening hours are not known. By appointment only."
    unknown = {"schedules", "x_exceptions", "x_walk_in", "x_step_free", "minimum_age", "phones", "x_live_status"}
    assert unknown.isdisjoint(by_appointment)
    assert by_appointment["organization"]["name"] == "Organisation not known"
    assert by_appointment["cost_options"][0].keys() == {"id", "amount_description", "x_cost"}
    assert records["CAD-9008"]["x_self_referral"] is False
    assert (
        records["CAD-9008"]["x_evidence"] and "assured_date" not in records["CAD-9008"]
    )  # only its hours were checked


SECRETS = ("020 7946 0999", "Side door", "For maintainers", "9 Secret Street", "red door", "X8888")


@pytest.mark.parametrize("path", ["services", "service_at_locations"])
def test_what_is_kept_from_the_public_is_kept_from_every_key(house: Flask, path: str) -> None:
    """A key that opens more elsewhere opens nothing more here; and hidden places have no position."""
    publish(house, *made_up(), make_entry(ref="CAD-9020", audience="professional", name="Secret line"))
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        _, key = make_key(session, "a test", ["professional"], actor="a test", at=NOW, lasts=timedelta(days=1))
    for headers in ({}, {"Authorization": f"Bearer {key}"}):
        response = stranger(house).get(f"{HOME}/{path}?full=true&format=ndjson", headers=headers)
        text = response.data.decode()
        assert [secret for secret in (*SECRETS, "Secret line") if secret in text] == []
        records = [json.loads(line) for line in text.splitlines()]
        places = [
            one["location"] if "location" in one else one["service_at_locations"][0]["location"] for one in records
        ]
        shown = [place for place in places if place.get("description", "").startswith("The address is not published.")]
        assert len(shown) == 2
        assert all({"latitude", "longitude", "addresses"}.isdisjoint(place) for place in shown)


def test_what_changes_is_found_and_what_goes_is_gone(house: Flask) -> None:
    """modified_after finds exactly what changed; what was withdrawn is 410; what never was is 404."""
    publish(house, *made_up())
    client = stranger(house)
    before = {record["x_ref"]: record for record in lines(client, "/services?full=true&")}
    later = AT + timedelta(days=1)
    gone = make_entry(ref="CAD-9007", status="withdrawn")
    publish(house, with_every_fact(name="Example Day Café"), gone, at=later)
    instants = [later.isoformat(), later.isoformat().replace("+", " "), "2026-11-21T09:30:00.123Z", "2026-11-21"]
    for instant in instants:
        found = client.get(f"{HOME}/services", query_string={"modified_after": instant}).json["contents"]
        assert [record["name"] for record in found] == ["Example Day Café"]
    assert told(client, "/services?modified_after=2026-11-21T09:30:00.124Z")["total_items"] == 0
    assert told(client, "/service_at_locations?modified_after=2026-11-20")["total_items"] == len(before) - 1
    withdrawn = before["CAD-9007"]
    for path in (f"services/{withdrawn['id']}", f"service_at_locations/{withdrawn['service_at_locations'][0]['id']}"):
        response = client.get(f"{HOME}/{path}")
        assert (response.status_code, response.mimetype) == (410, "application/problem+json")
        assert response.json["x_ref"] == "CAD-9007"
    assert withdrawn["id"] not in {one["id"] for one in told(client, "/services?minimal=true")["contents"]}
    assert client.get(f"{HOME}/services/{before['CAD-9002']['id']}").json["name"] == "Example Day Café"


def test_a_reader_who_has_it_is_told_so(house: Flask) -> None:
    """304 without a body, until something changes; any script may read; HEAD has no body."""
    publish(house, *made_up())
    client = stranger(house)
    own = lines(client, "/services?")[0]["id"]
    for path in ("", "/services", f"/services/{own}", "/taxonomies", "/openapi.json", "/organizations"):
        first = client.get(HOME + path)
        again = client.get(HOME + path, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        for response in (first, again, client.head(HOME + path)):
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert LICENCE_URL in response.headers["Link"]
    tag = client.get(f"{HOME}/services").headers["ETag"]
    publish(house, with_every_fact(name="Example Day Café"), at=AT + timedelta(days=1))
    assert client.get(f"{HOME}/services", headers={"If-None-Match": tag}).status_code == 200
    missing = client.get(f"{HOME}/services/{own[:-1]}0", headers={"If-None-Match": tag})
    assert missing.status_code == 404 or own.endswith("0")


def test_the_front_says_what_it_is_with_and_without_a_slash(made_up_client: FlaskClient) -> None:
    """And leads to its description by an address that works."""
    root = told(made_up_client, "/")
    assert root == told(made_up_client, "")
    assert root["version"] == "HSDS-UK-3.0"
    assert made_up_client.get(root["openapi_url"]).json["openapi"].startswith("3.1")


UNKNOWN_ID = "2f4ec465-5f27-5542-8ce1-19bb85fe7d06"


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/services?postcode=SE5+8AZ", 400, "Not known here: postcode"),
        ("/services?foo=1&bar=2", 400, "bar, foo"),
        ("/services/" + UNKNOWN_ID + "?full=true", 400, "takes no parameters"),
        ("/taxonomies?day=MO", 400, "day"),
        ("/services?page=0", 400, "from 1 to"),
        ("/services?page=-1", 400, "from 1 to"),
        ("/services?page=1.5", 400, "whole number"),
        ("/services?page=%D9%A1", 400, "whole number"),
        ("/services?page=99999999999999999999", 400, "whole number"),
        ("/services?per_page=0", 400, "from 1 to 500"),
        ("/services?per_page=10000000", 400, "from 1 to 500"),
        ("/services?page=1&page=2", 400, "Give it once"),
        ("/services?taxonomy_term_id=crisis_cafe", 400, "UUID"),
        ("/services?taxonomy_id={" + UNKNOWN_ID + "}", 400, "UUID"),
        ("/services?organization_id=1", 400, "UUID"),
        ("/taxonomy_terms?parent_id=x", 400, "UUID"),
        ("/services?minimum_age=old", 400, "years"),
        ("/services?minimum_age=nan", 400, "years"),
        ("/services?maximum_age=-1", 400, "years"),
        ("/services?maximum_age=151", 400, "years"),
        ("/services?day=someday", 400, "MO, TU"),
        ("/services?day=MO,TU", 400, "MO, TU"),
        ("/services?start_time=24:00", 400, "18:30"),
        ("/services?start_time=9:00", 400, "18:30"),
        ("/services?end_time=18:00Z", 400, "18:30"),
        ("/services?modified_after=yesterday", 400, "2026-05-01"),
        ("/services?modified_after=2026-02-30", 400, "2026-05-01"),
        ("/services?modified_after=0001-01-01T00:00:00%2B14:00", 400, "2026-05-01"),
        ("/services?minimal=perhaps", 400, "true or false"),
        ("/services?minimal=true&full=true", 400, "not for both"),
        ("/services?format=xml", 400, "json or ndjson"),
        ("/services?format=ndjson&page=2", 400, "no pages"),
        ("/services?search=" + "a" * 2001, 400, "characters"),
        ("/service_at_locations?proximity=500", 400, "Give a postcode too"),
        ("/service_at_locations?postcode=SE5+8AZ&proximity=far", 400, "metres"),
        ("/service_at_locations?postcode=SE5+8AZ&proximity=10000000", 400, "metres"),
        ("/service_at_locations?postcode=ZZ1+1ZZ", 400, "ZZ1 1ZZ"),
        ("/service_at_locations?postcode=BT1+1AA", 400, "Northern Ireland"),
        ("/service_at_locations?postcode=SE5", 400, "whole postcode"),
        ("/service_at_locations?postcode=Camberwell", 400, "whole postcode"),
        ("/services/CAD-9002", 404, "UUID"),
        ("/services/" + UNKNOWN_ID, 404, "No service has this id"),
        ("/service_at_locations/" + UNKNOWN_ID, 404, "this id"),
        ("/organizations/" + UNKNOWN_ID, 404, "this id"),
        ("/taxonomies/" + UNKNOWN_ID, 404, "this id"),
        ("/taxonomy_terms/" + UNKNOWN_ID, 404, "this id"),
        ("/nothing", 404, ""),
        ("/services/", 404, ""),
    ],
)
def test_bad_requests_are_told_what_is_wrong(made_up_client: FlaskClient, path: str, status: int, says: str) -> None:
    """As problem details (RFC 9457), short, and for scripts to read."""
    response = made_up_client.get(HOME + path)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json["status"] == status and says in response.json["detail"]
    assert len(response.data) < 1000
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_what_only_reads_cannot_be_written_to(made_up_client: FlaskClient) -> None:
    """And a key that opens nothing is refused, here too."""
    assert made_up_client.post(f"{HOME}/services").status_code in {400, 405}
    response = made_up_client.get(f"{HOME}/services", headers={"Authorization": "Bearer nonsense"})
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")


def test_a_postcode_is_in_no_log(made_up_client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither one that is found nor one that is refused."""
    with caplog.at_level(0):
        for postcode in ("SE5 8AZ", "ZZ1 1ZZ"):
            made_up_client.get(f"{HOME}/service_at_locations", query_string={"postcode": postcode})
    assert "SE5" not in caplog.text and "ZZ1" not in caplog.text


# A postcode that nobody knows is refused though its form is good, and names of days are read that are not described.
NOT_OURS = [positive_data_acceptance, negative_data_rejection]


def test_records_are_as_described(made_up_client: FlaskClient) -> None:
    """Every record by its own schema in our OpenAPI."""
    schemas = told(made_up_client, "/openapi.json")["components"]
    names = ("Service", "ServiceAtLocation", "Organization", "Taxonomy", "TaxonomyTerm")
    for name, schema in zip(LISTS, names, strict=True):
        validator = Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": schemas})
        for one in told(made_up_client, f"/{name}?per_page=500")["contents"]:
            validator.validate(told(made_up_client, f"/{name}/{one['id']}"))


def test_answers_are_as_described(installation: Flask) -> None:
    """Status, media type and body of every answer to requests good and bad, by our own OpenAPI."""
    schema = schemathesis.openapi.from_wsgi(f"{HOME}/openapi.json", installation)
    operations = [operation.ok() for operation in schema.get_all_operations()]
    assert len(operations) == 11  # all but the description itself
    for operation in operations:

        @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def answered(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=NOT_OURS)

        answered()
