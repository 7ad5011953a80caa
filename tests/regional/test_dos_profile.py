"""The profile sheet for the Directory of Services: what is keyed, who may see it, and the number that comes back."""

import csv
from datetime import datetime
from io import StringIO

import pytest
from flask.testing import FlaskClient

from directory import revisions
from directory.feeds.dos.profile_sheet import NOT_KNOWN
from directory.feeds.sentences import GO
from directory.loading.sheets import unguarded
from directory.models import CrewFact, Evidence, LiveStatus, Phone
from directory.records import OUR_SERVICE_IDS
from directory.schedules import LONDON
from tests.factories import CAMBERWELL, CHECKED, make_entry
from tests.pages import Page, text_of
from tests.regional.conftest import CAMDEN, Region

SHEET = "/region/entries/CAD-9001/dos-profile"
STAFF = "020 7946 0999"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # which database it is makes no difference


def boxes(client: FlaskClient, path: str = f"{SHEET}.csv") -> dict[str, str]:
    """The sheet as a file, each box by its name; the page says the same."""
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"), newline=""), strict=True))
    assert rows[0] == ["field", "value"] and len({name for name, _ in rows}) == len(rows)
    told = {name: unguarded(value) for name, value in rows[1:]}
    page = Page.fetch(client, path.removesuffix(".csv"))
    shown = [[text_of(part) for part in (box.find("dt"), box.find("dd")) if part is not None] for box in _pairs(page)]
    if not any("app-sheet__rest" in (part.get("class") or "") for part in page.root.iter("span")):
        assert {name: " ".join(value.split()) for name, value in told.items()} == dict(shown)
    return told


def _pairs(page: Page) -> list:  # type: ignore[type-arg]
    return [box for group in page.root.iter("dl") for box in group.findall("div")]


def send(client: FlaskClient, number: str = "", code: str = "", path: str = SHEET, status: int = 303) -> Page:
    """Fill in what came back, and follow to where that leads."""
    answer = Page.fetch(client, path).send(client, path, status=status, dos_service_id=number, ods_code=code)
    return Page(answer) if status == 422 else Page.fetch(client, answer.headers["Location"])


@on_sqlite
def test_the_boxes_of_a_profile(region: Region, client: FlaskClient) -> None:
    """In the order in which they are keyed, in the words of the export, staff facts included."""
    phones = (
        Phone(number="020 7946 0123"),
        Phone(number=STAFF, audience="professional", note="ask for the duty worker"),
        Phone(number="020 7946 0777", audience="professional", purpose="handover"),
    )
    region.publish(
        make_entry(
            **CAMBERWELL,
            address="1 Example Street, London",
            phones=phones,
            opening_hours="Mo-Fr 18:00-01:00; PH 14:00-22:00; 2026 Dec 24-25 off",
            walk_in=True,
            evidence=CHECKED,
            minimum_age=18,
            gender="women",
            drop_off=CrewFact(value=True, on="2026-11"),
            professional_notes="=Ring the back door",
            live_status=LiveStatus(
                state="closed",
                at=datetime(2026, 11, 22, 20, tzinfo=LONDON),
                until=datetime(2026, 11, 23, 12, tzinfo=LONDON),
            ),
        )
    )
    told = boxes(client)
    assert list(told)[:4] == ["Service name", "Public name", "Service type", "Run by"]
    assert told["Service name"] == "Crisis café: Example Evening Sanctuary, Southwark"
    assert told["Service type"] == "142 Mental Health Crisis"
    assert (told["Public telephone"], told["Non-public telephone"]) == ("020 7946 0123", STAFF)
    assert "ask for the duty worker" in told["Numbers and notes"]
    assert "020 7946 0777 (not public, handover)" in told["Numbers and notes"]
    assert (told["Address"], told["Postcode"], told["Eastings"]) == ("1 Example Street, London", "SE5 8AZ", "532760")
    assert (told["Monday"], told["Saturday"], told["Sunday"]) == ("18:00-23:59", "00:00-01:00", "Closed")
    assert told["Tuesday"] == "00:00-01:00, 18:00-23:59"
    assert told["Bank holidays"] == "14:00-22:00"
    assert "25-12-2026 closed" in told["Specified dates"]
    assert "23-11-2026" not in told["Specified dates"]  # the closure of tonight is for no profile
    assert told["Public information"].startswith(GO)
    assert told["Referral information"].startswith("=Ring the back door")
    assert "Takes a drop-off by police or ambulance: Yes (said November 2026)" in told["Referral information"]
    assert told["Age range"].startswith("18 and over: 6574.5 to ")
    assert told["Gender"] == "Women only (F)"
    assert "Appointment needed: FALSE" in told["Attributes"]
    assert int(told["Our number"]) in OUR_SERVICE_IDS
    assert b"'=Ring" in client.get(f"{SHEET}.csv").data


@on_sqlite
def test_what_is_not_known_is_to_be_asked(region: Region, client: FlaskClient) -> None:
    """Never closed, never no."""
    region.publish(make_entry(borough=CAMBERWELL["borough"], phones=(), description=""))
    told = boxes(client)
    for name in ("Public telephone", "Address", "Open all hours", "Monday", "Bank holidays", "Age range", "Gender"):
        assert told[name] == NOT_KNOWN, name
    region.publish(make_entry(**CAMBERWELL, address="Secret House", address_visibility="hidden"))
    hidden = boxes(client)
    assert "Secret House" not in str(hidden) and "SE5 8AZ" not in str(hidden)
    assert hidden["Address"] == "Not for everybody: ask the service"
    region.publish(make_entry(**CAMBERWELL, opening_hours="24/7", location_type="virtual", address="A place"))
    assert boxes(client)["Monday"] == "No sessions: open all hours"


@on_sqlite
def test_the_oldest_date_is_told_only_where_every_group_has_one(region: Region, client: FlaskClient) -> None:
    dated = tuple(
        Evidence(fact_group=group, source_url="https://example.org/a", checked_on=day)  # type: ignore[arg-type]
        for group, day in (("contact", "2026-11-01"), ("criteria", "2026-10-03"), ("hours", "2026-11-02"))
    )
    region.publish(make_entry(**CAMBERWELL, opening_hours="Mo 18:00-20:00", evidence=dated))
    assert boxes(client)["Last verified"] == "3 October 2026"
    region.publish(make_entry(**CAMBERWELL, opening_hours="Mo 18:00-20:00", evidence=dated[:2]))
    assert boxes(client)["Last verified"] == "Not known of every fact: ask the service"


@on_sqlite
@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_it_is_for_the_maintainers_of_the_entry(region: Region, client: FlaskClient, suffix: str) -> None:
    """Staff numbers are on it; nobody of another region, no provider, no stranger. Leads have nothing to key."""
    region.publish(make_entry(ref="CAD-9002", borough=CAMDEN))
    path = "/region/entries/CAD-9002/dos-profile" + suffix
    assert client.get(path).status_code == 403
    assert client.get(path.replace("9002", "9009")).status_code == 404
    assert region.sign_in(region.other).get(path).status_code == 200
    assert region.sign_in(region.provider).get(path).status_code == 403
    assert region.app.test_client().get(path).status_code == 302
    region.publish(make_entry(**CAMBERWELL, status="withdrawn"))
    answer = client.get(SHEET + suffix)
    assert answer.status_code == 404 if suffix else b"nothing to key" in answer.data


def test_the_number_that_comes_back(region: Region, client: FlaskClient) -> None:
    """It is published, said in the history in words, and shown on the sheet; sent again, nothing happens."""
    page = Page.fetch(client, "/region/entries/CAD-9001")
    assert f'href="{SHEET}"' in page.html
    page = send(client, " 2000012345 ", "rv5b2")
    assert "Number in the NHS Directory of Services: 2000012345. ODS code: RV5B2." in page.main
    entry = region.read()
    assert (entry.dos_service_id, entry.ods_code) == (2000012345, "RV5B2")
    assert boxes(client)["DoS service ID"] == "2000012345"
    sheet = client.get("/region/spreadsheet/services.csv").data.decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(sheet, newline=""), strict=True)
    assert (row["dos_service_id"], row["ods_code"]) == ("2000012345", "RV5B2")
    newest, *_ = region.reading(lambda session: revisions.history(session, "CAD-9001"))
    assert newest.actor == f"account:{region.maintainer.id}" and "2000012345" in newest.reason
    history = Page.fetch(client, "/region/entries/CAD-9001/history").main
    assert "Mai Region" in history and "Number in the NHS Directory of Services" in history
    assert "Nothing was different" in send(client, "2000012345", "RV5B2").main
    assert region.reading(lambda session: revisions.number_of(session, "CAD-9001")) == newest.number
    assert "taken away" in send(client, "", "RV5B2").main
    assert region.read().dos_service_id is None


@on_sqlite
@pytest.mark.parametrize(
    ("number", "code", "why"),
    [
        ("about 12", "", "is not a number of the Directory of Services"),
        ("900000001", "", "this directory's own number"),
        ("99999999999", "", "is not a number of the Directory of Services"),
        ("-5", "", "is not a number of the Directory of Services"),
        ("123", "R!", "is not an ODS code"),
        ("4711", "", "It is recorded for Camden Haven (CAD-9002) already."),
    ],
)
def test_what_cannot_have_come_back(region: Region, client: FlaskClient, number: str, code: str, why: str) -> None:
    """Said beside the field, with what was typed still in it, and nothing kept."""
    region.publish(make_entry(ref="CAD-9002", name="Camden Haven", borough=CAMDEN, dos_service_id=4711))
    page = send(client, number, code, status=422)
    assert why in page.main
    assert f'value="{number}"' in page.html
    assert (region.read().dos_service_id, region.read().ods_code) == (None, "")


@on_sqlite
def test_only_from_this_page_and_only_for_ones_own(region: Region, client: FlaskClient) -> None:
    region.publish(make_entry(ref="CAD-9002", borough=CAMDEN))
    page = Page.fetch(client, SHEET)
    token = next(field.get("value") for field in page.root.iter("input") if field.get("name") == "csrf_token")
    assert client.post(SHEET, data={"dos_service_id": "12"}).status_code == 400
    theirs = "/region/entries/CAD-9002/dos-profile"
    assert client.post(theirs, data={"csrf_token": token, "dos_service_id": "12"}).status_code == 403
    assert region.read("CAD-9002").dos_service_id is None
