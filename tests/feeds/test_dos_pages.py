"""The export at its addresses: the snapshot, one service, the changes, and what is refused."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from directory import create_app, revisions
from directory.accounts import keys
from directory.db import Database
from directory.feeds.licence import LICENCE_URL
from directory.models import KeyScope, LiveStatus
from directory.records import stable_id
from tests.conftest import NOW
from tests.factories import make_entry

SERVICES, CHANGES = "/export/v1/services", "/export/v1/changes"
NDJSON = {"Accept": "application/x-ndjson"}


def publish(house: Flask, number: int, refresh: bool = True, at: datetime = NOW, **facts: Any) -> None:
    """Make an entry what the directory says, as another process would."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        entry = make_entry(ref=f"CAD-{number:04d}", **facts)
        revisions.publish(session, [entry], actor="test", reason="", at=at)
    if refresh:
        here.current.refresh()


def key_for(house: Flask, *scopes: KeyScope) -> dict[str, str]:
    with house.extensions["directory"].database.unit_of_work() as session:
        _, key = keys.make_key(session, "Test", scopes, actor="test", at=NOW, lasts=timedelta(days=1))
    return {"Authorization": f"Bearer {key}"}


def follow(client: FlaskClient, url: str) -> tuple[list[dict[str, Any]], str]:
    """Every item from an address on, and the last address, which is that of an empty page."""
    items = []
    while True:
        page = client.get(url).get_json()
        if not page["items"]:
            assert page["next"] == (url if url.startswith("http") else f"http://localhost{url}")
            return items, page["next"]
        items += page["items"]
        url = page["next"]


def test_snapshot_lines_changes_and_single_services_agree(client: FlaskClient) -> None:
    """Over the shipped services: one and the same record wherever it is asked for, and as of one change."""
    snapshot = client.get(SERVICES)
    body = snapshot.get_json()
    assert snapshot.mimetype == "application/json"
    assert (body["license"], body["stale"]) == (LICENCE_URL, False)
    assert "Europe/London" in body["x_times"] and "OS data" in body["attribution"]
    services = {service["x_uuid"]: service for service in body["services"]}
    assert len(services) == len(body["services"]) > 100
    lines = client.get(SERVICES, headers=NDJSON)
    assert lines.mimetype == "application/x-ndjson"
    assert f'<{LICENCE_URL}>; rel="license"' in lines.headers["Link"]
    assert lines.text == client.get(f"{SERVICES}?format=ndjson").text
    first = body["services"][0]
    assert lines.text.partition("\n")[0] == client.get(f"{SERVICES}/{first['x_ref'].lower()}").text
    assert lines.text.count("\n") == len(services)
    items, last = follow(client, f"{CHANGES}?limit=17")
    assert {item["id"]: item["data"] for item in items if item["state"] == "updated"} == services
    assert [item["modified"] for item in items] == sorted({item["modified"] for item in items})
    assert client.get(f"{CHANGES}?afterChangeNumber={body['number']}").get_json()["items"] == []
    assert "limit=17" in last


def test_changes_follow_the_thread(house: Flask) -> None:
    """Each service once, at its newest change; what is gone stays as a tombstone, and comes back as a service."""
    client = house.test_client()
    for number in (1, 2, 3):
        publish(house, number)
    _, url = follow(client, CHANGES)
    publish(house, 2, name="Another name")
    publish(house, 2, name="A third name")
    publish(house, 3, status="withdrawn")
    publish(house, 1, notes="Of maintainers only")
    items, after = follow(client, url)
    assert [(item["state"], item["id"], item["modified"]) for item in items] == [
        ("updated", stable_id("service", "CAD-0002"), 5),
        ("deleted", stable_id("service", "CAD-0003"), 6),
    ]
    assert "data" not in items[1] and items[0]["data"]["publicName"] == "A third name"
    assert [item["modified"] for item in follow(client, CHANGES)[0]] == [1, 5, 6]
    assert client.get(SERVICES).get_json()["number"] == 7
    assert client.get(f"{CHANGES}?afterChangeNumber=7").get_json()["items"] == []
    gone = client.get(f"{SERVICES}/CAD-0003")
    assert (gone.status_code, gone.mimetype) == (410, "application/problem+json")
    publish(house, 3)
    assert [(item["state"], item["modified"]) for item in follow(client, after)[0]] == [("updated", 8)]
    assert client.get(f"{SERVICES}/CAD-0003").status_code == 200


def test_a_page_ends_where_its_limit_says(house: Flask) -> None:
    """And the next one begins behind it, with the limit that was asked for, by the name that was asked or is set."""
    client = house.test_client()
    for number in (1, 2, 3):
        publish(house, number)
    page = client.get(f"{CHANGES}?limit=2&afterChangeNumber=0", headers={"Host": "feeds.example.org"}).get_json()
    assert [item["modified"] for item in page["items"]] == [1, 2]
    assert page["next"] == f"http://feeds.example.org{CHANGES}?afterChangeNumber=2&limit=2"


def test_a_process_that_lags_catches_up(house: Flask) -> None:
    """A number that another process told is no number of the future."""
    client = house.test_client()
    publish(house, 1)
    assert client.get(CHANGES).status_code == 200
    publish(house, 2, refresh=False)
    assert client.get(f"{CHANGES}?afterChangeNumber=2").get_json()["items"] == []
    assert len(client.get(f"{CHANGES}?afterChangeNumber=1").get_json()["items"]) == 1


def test_numbers_of_the_future_are_refused(house: Flask) -> None:
    """With the newest number, and what to do."""
    publish(house, 1)
    answer = house.test_client().get(f"{CHANGES}?afterChangeNumber=2")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    body = answer.get_json()
    assert (body["newest"], body["parameter"]) == (1, "afterChangeNumber")
    assert "Begin again" in body["detail"]


def test_nobody_begins_again_because_the_database_is_away(house: Flask) -> None:
    """Whether a number is of the future cannot be known then; what is known is told."""
    publish(house, 1)
    client, engine = house.test_client(), house.extensions["directory"].database.engine
    assert client.get(CHANGES).status_code == 200
    with engine.begin() as connection:
        connection.execute(text("alter table change rename to elsewhere"))
    answer = client.get(f"{CHANGES}?afterChangeNumber=2")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert len(client.get(CHANGES).get_json()["items"]) == 1
    assert client.get(SERVICES).get_json()["stale"] is True
    with engine.begin() as connection:
        connection.execute(text("alter table elsewhere rename to change"))


def test_nobody_begins_again_because_a_process_cannot_follow(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is such a change, though the records as of it cannot be had just now."""
    publish(house, 1)
    client, shelves = house.test_client(), house.extensions["shelves"]
    assert client.get(CHANGES).status_code == 200
    publish(house, 2, refresh=False)
    away = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    monkeypatch.setattr(shelves, "_database", away)
    answer = client.get(f"{CHANGES}?afterChangeNumber=2")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    monkeypatch.undo()
    assert client.get(f"{CHANGES}?afterChangeNumber=2").status_code == 200
    away.close()


def test_numbers_of_the_future_cost_next_to_nothing(house: Flask) -> None:
    """Whoever asks for them over and over has one number read, and no catalogue made."""
    client = house.test_client()
    publish(house, 1)
    assert client.get(CHANGES).status_code == 200
    publish(house, 2, refresh=False)
    assert client.get(f"{CHANGES}?afterChangeNumber=3").get_json()["newest"] == 2
    assert house.extensions["directory"].current.get().number == 1


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        (f"{CHANGES}?afterChangeNumber=-1", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber=", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber=ten", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber=1.5", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber=%D9%A3", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber={'9' * 18}", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber={'9' * 5000}", "afterChangeNumber"),
        (f"{CHANGES}?afterChangeNumber=1&afterChangeNumber=2", "afterChangeNumber"),
        (f"{CHANGES}?limit=0", "limit"),
        (f"{CHANGES}?limit=5001", "limit"),
        (f"{CHANGES}?limit=10000000", "limit"),
        (f"{CHANGES}?limit=-5", "limit"),
        (f"{CHANGES}?since=1", "since"),
        (f"{SERVICES}?format=xml", "format"),
        (f"{SERVICES}?page=2", "page"),
        (f"{SERVICES}/CAD-0001?format=json", "format"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, path: str, parameter: str) -> None:
    """As problem details, never as an answer to another question."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("path", "accept", "status", "mimetype"),
    [
        (SERVICES, "*/*", 200, "application/json"),
        (SERVICES, "text/html, application/json;q=0.5", 200, "application/json"),
        (SERVICES, "text/html,application/xhtml+xml,*/*;q=0.8", 200, "application/json"),
        (SERVICES, "application/x-ndjson, application/json;q=0.5", 200, "application/x-ndjson"),
        (SERVICES, "text/csv", 406, "application/problem+json"),
        (f"{SERVICES}?format=ndjson", "application/json", 200, "application/x-ndjson"),
        (CHANGES, "application/*", 200, "application/json"),
        (CHANGES, "application/x-ndjson", 406, "application/problem+json"),
        (CHANGES, "application/json;q=0", 406, "application/problem+json"),
        (f"{SERVICES}/CAD-0002", "application/xml", 406, "application/problem+json"),
        (f"{SERVICES}/CAD-9999", "*/*", 404, "application/problem+json"),
        ("/export/v1/nothing", "*/*", 404, "application/problem+json"),
    ],
)
def test_what_is_accepted_is_sent(client: FlaskClient, path: str, accept: str, status: int, mimetype: str) -> None:
    """The address decides before the header."""
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (status, mimetype)


@pytest.mark.parametrize("path", [SERVICES, f"{SERVICES}?format=ndjson", f"{CHANGES}?limit=2", f"{SERVICES}/CAD-0002"])
def test_whoever_has_it_is_told_so(client: FlaskClient, path: str) -> None:
    """304 without a body, whatever the others' tags are; HEAD has the tag and no body."""
    answer = client.get(path)
    tag = answer.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_tags_tell_pages_and_forms_apart(client: FlaskClient) -> None:
    """Nobody who has the lines is told that they have the object."""
    paths = (SERVICES, f"{SERVICES}?format=ndjson", CHANGES, f"{CHANGES}?limit=2", f"{CHANGES}?afterChangeNumber=2")
    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)


def test_whole_data_sets_are_sent_as_they_are_made(client: FlaskClient) -> None:
    """In pieces, compressed as the reader likes."""
    answer = client.get(SERVICES, headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.is_streamed and answer.content_encoding == "gzip"
    assert len(answer.data) < len(client.get(SERVICES).data) / 6


def test_keys_open_what_they_are_for(house: Flask) -> None:
    """Professional services and facts with a professional key, the public's with any other, nothing with a bad one."""
    publish(house, 1, professional_notes="Knock twice.")
    publish(house, 2, audience="professional")
    client = house.test_client()
    professional = key_for(house, "professional")
    assert [s["x_ref"] for s in client.get(SERVICES).get_json()["services"]] == ["CAD-0001"]
    assert [s["x_ref"] for s in client.get(SERVICES, headers=key_for(house, "public")).get_json()["services"]] == [
        "CAD-0001"
    ]
    told = client.get(SERVICES, headers=professional).get_json()["services"]
    assert [(s["x_ref"], s.get("referralInformation")) for s in told] == [
        ("CAD-0001", "Knock twice."),
        ("CAD-0002", None),
    ]
    assert client.get(f"{SERVICES}/CAD-0002").status_code == 404
    assert len(client.get(CHANGES, headers=professional).get_json()["items"]) == 2
    wrong = client.get(SERVICES, headers={"Authorization": f"Basic {b64encode(b'no colon').decode()}"})
    assert (wrong.status_code, wrong.mimetype) == (401, "application/problem+json")


def test_a_status_that_is_over_is_told_no_more(house: Flask) -> None:
    """Of the same version, before anything has taken it from the thread; a reader who has it is not told it stands."""
    live = LiveStatus(state="space", at=NOW, until=NOW + timedelta(hours=1))
    publish(house, 1, live_status=live, opening_hours="24/7")
    before = house.test_client().get(f"{SERVICES}/CAD-0001")
    config = house.extensions["directory"].config
    later = create_app(config, now=lambda: NOW + timedelta(hours=2))
    after = later.test_client().get(f"{SERVICES}/CAD-0001", headers={"If-None-Match": before.headers["ETag"]})
    assert (before.get_json()["capacity"], after.get_json()["capacity"]) == ("High", None)
    later.extensions["directory"].database.close()
