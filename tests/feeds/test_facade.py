"""The façade of the Directory of Services' REST interface: its paths, rules, envelope and errors, and a client."""

import importlib
import logging
import shutil
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.accounts import keys
from directory.config import Config
from directory.feeds.readers import KEY_A_MINUTE
from directory.models import LiveStatus
from directory.places import Places
from tests.conftest import NOW
from tests.factories import CAMBERWELL, make_entry

BASE = "/dos/app/controllers/api/v1.0"
BY_ID, BY_ODS, BY_TYPE = (f"{BASE}/services/{name}" for name in ("byServiceId", "byOdsCode", "byServiceType"))
ANYWHERE = ("TEST", "SE5 8AZ", "0", "0", "0", "0", "0", "142", "0")
NAMES = ("case", "postcode", "distance", "practice", "age", "gender", "disposition", "types", "most")


def around(**segments: str) -> str:
    """The path of a search by type."""
    return "/".join([BY_TYPE, *(segments.get(name, default) for name, default in zip(NAMES, ANYWHERE, strict=True))])


def place(places: Places, postcode: str) -> dict[str, Any]:
    """Where a postcode is, as facts of an entry."""
    found = places.locate(postcode)
    names = ("easting", "northing", "latitude", "longitude", "borough")
    return {"postcode": postcode, **{name: getattr(found, name) for name in names}}


class Consumer:
    """Holds a key, and asks with it."""

    def __init__(self, house: Flask) -> None:
        self.house, self.client = house, house.test_client()
        with house.extensions["directory"].database.unit_of_work() as session:
            key, self.key = keys.make_key(session, "Test", ["public"], actor="t", at=NOW, lasts=timedelta(days=1))
            self.name = key.prefix

    def publish(self, *facts: dict[str, Any]) -> None:
        here = self.house.extensions["directory"]
        entries = [make_entry(**{"ref": f"CAD-{number:04d}", **fact}) for number, fact in enumerate(facts, start=1)]
        with here.database.unit_of_work() as session:
            revisions.publish(session, entries, actor="test", reason="", at=NOW)
        here.current.refresh()

    def get(self, path: str) -> Any:
        return self.client.get(path, auth=(self.name, self.key))

    def services(self, path: str) -> list[dict[str, Any]]:
        """What a search is answered with."""
        success = self.get(path).get_json()["success"]
        assert success["serviceCount"] == len(success["services"])
        return list(success["services"])

    def ids(self, path: str) -> list[int]:
        return [service["id"] - 900_000_000 for service in self.services(path)]


@pytest.fixture
def consumer(house: Flask) -> Consumer:
    return Consumer(house)


@pytest.fixture(scope="module")
def regular(tmp_path_factory: pytest.TempPathFactory, migrated: Path, places: Places) -> Iterator[Consumer]:
    """A consumer of one directory on SQLite for all the tests that put what they need into its first entry."""
    folder = tmp_path_factory.mktemp("facade")
    (folder / "postcodes").symlink_to(places.folder)
    url = f"sqlite:///{shutil.copy(migrated, folder / 'test.sqlite3')}"
    app = create_app(Config(folder, url, refresh_seconds=0, secret_key="s" * 32), now=lambda: NOW)
    yield Consumer(app)
    app.extensions["directory"].database.close()


def test_a_service_has_the_keys_of_client_code_and_no_others(consumer: Consumer) -> None:
    """By the number of its profile or by ours, and by the code of its site."""
    consumer.publish(
        {**CAMBERWELL, "address": "1 Example Street, London", "ods_code": "X9999", "dos_service_id": 2000000001},
        {"ods_code": "X9999", "status": "withdrawn"},
        {"location_type": "virtual"},
    )
    (service,) = consumer.services(f"{BY_ID}/2000000001")
    assert service == {
        "id": 2000000001,
        "name": "Crisis café: Example Evening Sanctuary, Southwark",
        "type": {"name": "Mental Health Crisis"},
        "odsCode": "X9999",
        "address": ["1 Example Street", "London"],
        "postcode": "SE5 8AZ",
        "easting": 532760,
        "northing": 176230,
        "region": {"name": "South East London"},
        "capacity": {"status": {"rag": "", "human": ""}, "updated": {"date": "", "time": "", "by": ""}},
        "endpoints": [],
    }
    assert consumer.services(f"{BY_ID}/900000001") == consumer.services(f"{BY_ODS}/x9999") == [service]
    assert consumer.services(f"{BY_ID}/900000002") == consumer.services(f"{BY_ID}/7") == []
    (line,) = consumer.services(f"{BY_ID}/900000003")
    assert (line["postcode"], line["easting"], line["address"]) == ("", None, [])
    assert consumer.services(f"{BY_ODS}/Y1") == []


@pytest.mark.parametrize(
    ("state", "said_before", "words"),
    [
        ("space", 1, ("GREEN", "HIGH")),
        ("busy", 1, ("AMBER", "LOW")),
        ("full", 1, ("RED", "NONE")),
        ("closed", 1, ("RED", "NONE")),
        ("ring_first", 1, ("", "")),
        ("space", 25, ("", "")),
    ],
)
def test_capacity_is_told_for_a_day(regular: Consumer, state: Any, said_before: int, words: tuple[str, str]) -> None:
    """As its clients read it, with the moment in London; longer ago, or not said, it is empty and never high."""
    at = NOW - timedelta(hours=said_before)
    regular.publish({"live_status": LiveStatus(state=state, at=at, until=NOW + timedelta(hours=3))})
    (service,) = regular.services(f"{BY_ID}/900000001")
    assert service["capacity"]["status"] == {"rag": words[0], "human": words[1]}
    updated = {"date": "22/11/2026", "time": "20:04", "by": "The service"} if words[0] else {}
    assert service["capacity"]["updated"] == {"date": "", "time": "", "by": "", **updated}


def test_the_nearest_come_first_and_so_many_of_each_type(consumer: Consumer, places: Places) -> None:
    """In a square of miles around the postcode; what has no place that is told is not found."""
    near, far, further = (place(places, code) for code in ("SE5 9RS", "N1 9AG", "CR0 1LN"))
    consumer.publish(
        *(further, far, near),
        {**near, "address_visibility": "area"},
        {"location_type": "virtual"},
        {**near, "service_type": "peer_support"},
        {**near, "status": "withdrawn"},
    )
    found = consumer.services(around(distance="8"))
    assert [service["id"] for service in found] == [900000003, 900000002, 900000001]
    assert [0 < service["patientDistance"] < 9 for service in found] == [True] * 3
    assert consumer.ids(around(distance="2.5")) == [3]
    assert consumer.ids(around(types="11, 142", most="1")) == [3, 6]
    assert consumer.ids(around(types="11")) == [6]
    assert consumer.ids(around(types="-1")) == []
    assert consumer.ids(around(postcode="se58az")) == [3, 2, 1]


def test_five_of_a_type_are_enough_unless_more_are_asked_for(consumer: Consumer) -> None:
    """0 stands for the default."""
    consumer.publish(*[CAMBERWELL] * 7)
    assert len(consumer.ids(around())) == 5
    assert len(consumer.ids(around(most="7"))) == 7


@pytest.mark.parametrize(
    ("facts", "segments", "is_found"),
    [
        ({"gender": "women"}, {"gender": "F"}, True),
        ({"gender": "women"}, {"gender": "M"}, False),
        ({"gender": "men"}, {"gender": "I"}, False),
        ({"gender": "men"}, {}, True),
        ({}, {"gender": "I"}, True),
        ({"minimum_age": 18}, {"age": "1"}, True),
        ({"minimum_age": 18}, {"age": "2"}, False),
        ({"minimum_age": 66}, {"age": "8"}, True),
        ({"maximum_age": 17}, {"age": "8"}, False),
        ({"maximum_age": 0}, {"age": "4"}, True),
        ({"minimum_age": 1}, {"age": "4"}, False),
        ({}, {"age": "3"}, True),
        ({"area_served": ("E09000028",)}, {}, True),
        ({"area_served": ("E09000022",)}, {}, False),
        ({"area_served": ("SEL",)}, {}, True),
        ({"area_served": ("London",)}, {}, True),
        ({"area_served": ("London",)}, {"postcode": "RH1 1AA", "distance": "100"}, False),
        ({"area_served": ("England",)}, {"postcode": "RH1 1AA", "distance": "100"}, True),
        ({}, {"practice": "123", "disposition": "1020", "case": "CAPMON"}, True),
    ],
)
def test_who_is_taken(regular: Consumer, facts: dict[str, Any], segments: dict[str, str], is_found: bool) -> None:
    """By gender, age group and where they live, as far as is known; practice, disposition and case change nothing."""
    regular.publish({**CAMBERWELL, **facts})
    assert regular.ids(around(**segments)) == [1] * is_found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (around(distance="101"), "Search distance must be no more than 100"),
        (around(distance="near"), "Search distance must be numeric"),
        (around(distance="-1"), "Search distance must be numeric"),
        (around(distance="nan"), "Search distance must be numeric"),
        (around(postcode="0"), "Postcode must be provided"),
        (around(postcode="SE5"), "Invalid post code"),
        (around(postcode="ZZ1 1ZZ"), "Invalid post code"),
        (around(postcode="Camberwell"), "Invalid post code"),
        (around(postcode="SES 8AZ"), "Invalid post code"),
        (around(practice="x"), "The supplied service ID of the patient's practice does not exist in the system"),
        (around(age="9"), "The age group ID must be one of the following: 1, 2, 3, 4, 8"),
        (around(gender="f"), "The gender must be one of the following: M, F, I (case sensitive)"),
        (around(types="0"), "Service type IDs must be provided"),
        (around(types="142;7"), "Service type IDs must be numeric, with commas between them"),
        (around(most="many"), "Number per type must be numeric"),
        (around(most="-1"), "Number per type must be numeric"),
        (around(most="9" * 5000), "Number per type must be numeric"),
        (f"{BY_ID}/one", "The service ID must be numeric"),
        (f"{BY_ID}/900000001?a=b", "Everything is asked in the path; there is no query string"),
    ],
)
def test_bad_requests_are_told_as_there(regular: Consumer, path: str, message: str) -> None:
    """In its error body, and its words where it has any."""
    answer = regular.get(path)
    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json() == {"error": {"code": 400, "message": f"Bad Request: {message}"}}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic",
        "Basic ***",
        f"Basic {b64encode(b'nocolon').decode()}",
        f"Basic {b64encode(b'cad_00000000:cad_00000000_x').decode()}",
        "Bearer cad_00000000_x",
        "Digest username=x",
    ],
)
def test_nobody_enters_without_a_key(regular: Consumer, header: str | None) -> None:
    """401, with what to send."""
    headers = {} if header is None else {"Authorization": header}
    answer = regular.client.get(f"{BY_ID}/900000001", headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, 401)
    assert answer.get_json()["error"]["message"].startswith("Unauthorized: ")
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_the_key_of_another_name_opens_nothing(consumer: Consumer) -> None:
    """The name is the beginning of the key."""
    assert consumer.client.get(f"{BY_ID}/1", auth=("somebody", consumer.key)).status_code == 401


def test_other_errors_have_the_same_body(consumer: Consumer) -> None:
    """No such path, no such method, too many requests, a database that is away."""
    assert consumer.get(f"{BASE}/services/byClinicalTerm/x").get_json()["error"]["code"] == 404
    refused = consumer.client.post(f"{BY_ID}/1")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (405, 405)
    consumer.house.extensions["feed_counts"]._asked[consumer.name] += KEY_A_MINUTE
    consumer.house.extensions["feed_counts"]._minute = int(NOW.timestamp()) // 60
    answer = consumer.get(f"{BY_ID}/1")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (429, 429)
    assert int(answer.headers["Retry-After"]) <= 60


def test_no_log_has_the_postcode(consumer: Consumer, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong: a refusal, a database that is away, and a fault of ours."""
    consumer.publish(CAMBERWELL)
    caplog.set_level(logging.DEBUG)
    assert consumer.ids(around()) == [1]
    assert consumer.get(around(gender="x")).status_code == 400
    with consumer.house.extensions["directory"].database.engine.begin() as connection:
        connection.execute(text("alter table api_key rename to elsewhere"))
    answer = consumer.get(around())
    assert (answer.status_code, answer.get_json()["error"]["code"] // 100) == (answer.status_code, 5)
    assert "8AZ" not in caplog.text and "8AZ" not in answer.text
    assert caplog.text


@pytest.fixture
def address(regular: Consumer) -> Iterator[str]:
    """Where the façade is served, by a real server."""
    server = make_server("127.0.0.1", 0, regular.house, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}{BASE}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client_of_the_dos() -> Iterator[Any]:
    """The package nhs-dos, which sets up logging when it is imported; that is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield importlib.import_module("nhs_dos")
    root.handlers[:], root.level = handlers, level


def test_the_client_of_the_directory_of_services_reads_an_entry(
    regular: Consumer, address: str, client_of_the_dos: Any
) -> None:
    """Unchanged, given only another address and a key."""
    regular.publish({**CAMBERWELL, "name": "Read by nhs-dos", "ods_code": "X9999", "dos_service_id": 2000000001})
    api = client_of_the_dos.RestApiClient(client_of_the_dos.User(regular.name, regular.key), url=address)
    with api.s:
        for number in ("900000001", "2000000001"):
            (service,) = api.get_service_by_id(number)
            assert (service.id, service.name) == (2000000001, "Crisis café: Read by nhs-dos, Southwark")
            assert service.endpoints == []
        assert api.get_service_by_ods("X9999").json["postcode"] == "SE5 8AZ"
        assert api.get_service_by_id("900000099") == []
