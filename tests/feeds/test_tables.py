"""The table and the map: read back by frictionless and by their own rules, over the shipped and over nasty entries."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from frictionless import Package, Report
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.accounts import keys
from directory.feeds.tables.csv_table import cell
from directory.feeds.tables.telling import spoken_spans
from directory.loading.sheets import cleaned, unguarded
from directory.models import CrewFact, Entry, Evidence, LiveStatus, Phone
from directory.records import stable_id
from directory.schedules import LONDON
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.feeds.conftest import Publish, on_sqlite

CSV, PACKAGE, MAP = (f"/export/v1/{name}" for name in ("services.csv", "datapackage.json", "services.geojson"))
NASTY = 'He said "no", then\nleft; =1+1, ‏שלום‏ مرحبا 🫂 naïve café'


def rows_of(client: FlaskClient) -> list[dict[str, str]]:
    """The table as a strict reader reads it."""
    return list(csv.DictReader(StringIO(client.get(CSV).get_data(as_text=True), newline=""), strict=True))


def checked(client: FlaskClient, folder: Path, spoil: Callable[[str], str] = str) -> Report:
    """What frictionless says of the table and its description, side by side in a folder."""
    (folder / "services.csv").write_bytes(spoil(client.get(CSV).get_data(as_text=True)).encode())
    (folder / "datapackage.json").write_bytes(client.get(PACKAGE).data)
    return Package(str(folder / "datapackage.json")).validate()


def features_of(client: FlaskClient) -> list[dict[str, Any]]:
    """The features of the map."""
    collection = client.get(MAP).get_json(force=True)
    assert collection["type"] == "FeatureCollection" and "creativecommons.org" in collection["licence"]
    assert "crs" not in collection  # RFC 7946 knows WGS 84 only
    features: list[dict[str, Any]] = collection["features"]
    return features


def full_entry(**facts: Any) -> Entry:
    """An entry of which everything is known, in words that break naive writers."""
    fact = CrewFact(value=True, on="2026-11")
    everything = {
        **CAMBERWELL,
        "name": '=HYPERLINK("https://example.org", "Café")',
        "organization": "@Example, Trust",
        "description": NASTY,
        "address": "-1 Example Street, London",
        "phones": (
            Phone(number="+44 20 7946 0123", note="ask for “Jo”"),
            Phone(number="07700 900123", kind="text"),
            Phone(number="020 7946 0199", audience="professional", note="SECRETNUMBER"),
        ),
        "professional_notes": "+SECRETNOTE",
        "website": "https://example.org/café?a=1,2",
        "email": "help@example.org",
        "opening_hours": "Mo-Th 18:00-23:00; Fr 18:00-01:00; PH 14:00-22:00; 2026 Dec 25 off",
        "self_referral": True,
        "walk_in": True,
        "referral_routes": ("self", "gp"),
        "application_process": "\tTabbed\r\nand broken",
        "minimum_age": 18,
        "maximum_age": 64,
        "gender": "women",
        "eligibility": "'=already guarded",
        "communities": ("somali",),
        "languages": ("en", "fa"),
        "interpreters": False,
        "step_free": True,
        "cost": "free",
        "drop_off": fact,
        "crew_may_leave": fact,
        "dog": CrewFact(value=False),
        "live_status": LiveStatus(
            state="busy", at=datetime(2026, 11, 22, 20, tzinfo=UTC), until=datetime(2026, 11, 22, 23, tzinfo=UTC)
        ),
        "evidence": (
            Evidence(fact_group="contact", source_url="https://example.org/a", source_date="2026-03"),
            Evidence(fact_group="hours", source_url="https://example.org/b", checked_on="2026-11-20"),
        ),
        "ods_code": "RV5B2",
        "dos_service_id": 1234567890,
    }
    return make_entry(**{**everything, **facts})


def test_the_shipped_table_is_valid_and_whole(client: FlaskClient, tmp_path: Path, untouched: Flask) -> None:
    """Every public entry once, in order, and every column described."""
    report = checked(client, tmp_path)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    rows = rows_of(client)
    assert [row["ref"] for row in rows] == list(untouched.extensions["directory"].catalogue().rows)
    assert {row["uuid"] for row in rows} == {stable_id("service", row["ref"]) for row in rows}
    package = client.get(PACKAGE).get_json()
    fields = package["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == list(rows[0])
    assert all(field["type"] and field["description"].endswith((".", "?")) for field in fields)
    assert package["licenses"] and package["sources"] and package["contributors"]


@on_sqlite
def test_nasty_words_come_back_as_they_went(publish: Publish, tmp_path: Path) -> None:
    """Quotes, line ends, commas, formulas, other scripts; nothing that a spreadsheet would run, and no staff number."""
    entry = full_entry()
    client = publish(entry, full_entry(ref="CAD-9002", location_type="virtual", opening_hours=""))
    report = checked(client, tmp_path)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    row, virtual = rows_of(client)
    for name in ("name", "organization", "description", "address", "application_process", "eligibility"):
        assert unguarded(row[name]) == cleaned(getattr(entry, name)), name
        assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r")), name
    assert row["phone_public"] == "'+44 20 7946 0123"
    assert (row["latitude"], row["longitude"], row["easting"]) == ("51.4694", "-0.0911", "532760")
    assert (row["fri"], row["sat"], row["sun"]) == ("18:00-23:59", "00:00-01:00", "")
    assert (row["bank_holiday"], row["hours_known"], row["open_24_7"]) == ("14:00-22:00", "true", "false")
    assert "2026-12-25 closed" in row["dated_exceptions"].split(";")
    assert (row["walk_in"], row["appointment_required"], row["interpreters"]) == ("true", "false", "false")
    assert (row["dog"], row["companion"], row["drop_off_said_on"]) == ("false", "", "2026-11")
    assert (row["live_state"], row["live_until"]) == ("busy", "2026-11-22T23:00:00Z")
    assert (row["last_verified"], row["contact_dated"]) == ("", "2026-03")
    assert (virtual["hours_known"], virtual["mon"], virtual["open_24_7"]) == ("false", "", "")
    assert virtual["appointment_required"] == ""
    assert "SECRET" not in client.get(CSV).get_data(as_text=True) + client.get(MAP).get_data(as_text=True)


@on_sqlite
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (",18:00-23:59,", ",6pm to midnight,"),
        (",active,", ",open,"),
        (",true,", ",perhaps,"),
        ("2026-11-20", "20/11/2026"),
        ("crisis_cafe", "café"),
        ("51.4694", "north"),
        ("https://example.org/café", "nowhere"),
        ("CAD-9001", "CAD-1"),
    ],
)
def test_a_planted_fault_is_caught(publish: Publish, tmp_path: Path, right: str, wrong: str) -> None:
    """The description is strict enough to find what is not as it says."""
    client = publish(full_entry())
    assert right in client.get(CSV).get_data(as_text=True)
    assert not checked(client, tmp_path, lambda text: text.replace(right, wrong, 1)).valid


@on_sqlite
def test_the_table_is_rfc_4180_in_utf_8(publish: Publish) -> None:
    """CR LF after every row, as many cells in each, and a mark for Excel only where it is asked for."""
    client = publish(full_entry(), full_entry(ref="CAD-9002"))
    answer = client.get(CSV)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.endswith(b"\r\n") and answer.data.count(b"\r\n") == 3
    assert {len(row) for row in csv.reader(StringIO(answer.get_data(as_text=True), newline=""))} == {
        len(client.get(PACKAGE).get_json()["resources"][0]["schema"]["fields"])
    }
    assert client.get(f"{CSV}?for=excel").data == b"\xef\xbb\xbf" + answer.data
    links = " ".join(answer.headers.getlist("Link"))
    assert 'rel="license"' in links and 'rel="describedby"' in links


@on_sqlite
@pytest.mark.parametrize("path", [CSV, f"{CSV}?for=excel", PACKAGE, MAP])
def test_nobody_is_sent_what_they_have(publish: Publish, path: str) -> None:
    """Until something changes, or something that was said of now is over."""
    client = publish(full_entry())
    first = client.get(path)
    same = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=same).status_code == 304
    assert not client.get(path, headers=same).data
    publish(full_entry(name="Another name"))
    assert client.get(path, headers=same).status_code == 200


@pytest.mark.parametrize("path", [f"{CSV}?borough=Camden", f"{CSV}?for=word", f"{MAP}?bbox=1", f"{PACKAGE}?for=excel"])
def test_what_is_not_offered_is_refused(client: FlaskClient, path: str) -> None:
    """A filter that were ignored would hand over all of London as one borough."""
    answer = client.get(path)
    assert answer.status_code == 400 and answer.mimetype == "application/problem+json"
    assert answer.get_json()["parameter"] in path


def test_days_agree_with_the_hours_of_the_entry(client: FlaskClient, untouched: Flask) -> None:
    """An empty day of known hours is a closed day; of hours that are not known it says nothing."""
    catalogue = untouched.extensions["directory"].catalogue()
    known = 0
    for row in rows_of(client):
        entry = catalogue.get(row["ref"])
        days = [row[name] for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
        if row["hours_known"] == "false":
            assert not entry.opening_hours and not any(days)
            continue
        known += 1
        assert entry.opening_hours and (any(days) or row["dated_exceptions"])
        assert (row["open_24_7"] == "true") == (entry.opening_hours == "24/7"), entry.ref
    assert known > 20


def test_the_map_has_every_service_and_points_only_where_they_may_be_told(client: FlaskClient) -> None:
    """Longitude before latitude, in and around London; the table says the same."""
    rows = {row["ref"]: row for row in rows_of(client)}
    features = features_of(client)
    assert [feature["properties"]["ref"] for feature in features] == list(rows)
    points = 0
    for feature in features:
        row = rows[feature["properties"]["ref"]]
        assert set(feature) == {"type", "id", "geometry", "properties"} and feature["id"] == row["uuid"]
        if feature["geometry"] is None:
            assert row["longitude"] == ""
            continue
        points += 1
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -0.6 < longitude < 0.4 and 51.2 < latitude < 51.8
        assert (str(longitude), str(latitude)) == (row["longitude"], row["latitude"])
    assert points > 10


@on_sqlite
@pytest.mark.parametrize("visibility", ["area", "hidden"])
def test_a_place_that_is_not_shown_is_in_no_table_and_on_no_map(publish: Publish, visibility: str) -> None:
    """The service is there, and where it is is not."""
    client = publish(full_entry(address_visibility=visibility, entrance="Green door", address="Secret House"))
    told = client.get(CSV).get_data(as_text=True) + json.dumps(features_of(client))
    for secret in ("Secret House", "Green door", "SE5 8AZ", "51.4694", "532760"):
        assert secret not in told
    assert features_of(client)[0]["geometry"] is None


@on_sqlite
def test_what_is_over_is_told_no_longer(house: Flask, publish: Publish) -> None:
    """A status that has ended leaves the table and the map by itself, and their tags change."""
    client = publish(full_entry())
    tag = client.get(CSV).headers["ETag"]
    assert rows_of(client)[0]["live_state"] == features_of(client)[0]["properties"]["live_state"] == "busy"
    house.extensions["directory"].now = lambda: datetime(2026, 11, 22, 23, 0, 1, tzinfo=UTC)
    assert rows_of(client)[0]["live_state"] == ""
    assert "live_state" not in features_of(client)[0]["properties"]
    assert client.get(CSV).headers["ETag"] != tag


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_is_a_formula_and_none_is_lost(text: str) -> None:
    """Whatever it begins with."""
    written = cell(text)
    assert not re.match(r"[=+\-@\t\r]", written)
    assert unguarded(written) == cleaned(text)


@on_sqlite
def test_a_key_for_professionals_opens_their_columns(house: Flask, publish: Publish, tmp_path: Path) -> None:
    """Numbers, notes and rows that are for them, described as strictly; the next reader without a key has none."""
    client = publish(full_entry(), full_entry(ref="CAD-9002", audience="professional"))
    with house.extensions["directory"].database.unit_of_work() as session:
        lasts = timedelta(days=1)
        _, key = keys.make_key(session, "A test", ["professional"], actor="test", at=SUNDAY_EVENING, lasts=lasts)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    assert [row["audience"] for row in rows_of(client)] == ["public", "professional"]
    first = rows_of(client)[0]
    assert "SECRETNUMBER" in first["phones_professional"] and "SECRETNUMBER" not in first["phones"]
    assert first["professional_notes"] == "'+SECRETNOTE"
    assert checked(client, tmp_path).valid
    assert client.get(CSV).headers["Cache-Control"].startswith("private")
    anybody = house.test_client()
    assert [row["ref"] for row in rows_of(anybody)] == ["CAD-9001"]
    assert "SECRET" not in anybody.get(CSV).get_data(as_text=True) + anybody.get(PACKAGE).get_data(as_text=True)


def test_sessions_and_values_as_cells() -> None:
    """Midnight ends a day at 23:59; not known is empty; instants are in UTC."""
    assert spoken_spans(((0, 60), (1080, 1440))) == ["00:00-01:00", "18:00-23:59"]
    assert [cell(value) for value in (None, True, False, 0, "")] == ["", "true", "false", "0", ""]
    assert cell(SUNDAY_EVENING.astimezone(LONDON)) == "2026-11-22T21:04:00Z"
