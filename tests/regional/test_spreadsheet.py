"""A region's spreadsheet: downloaded, changed, uploaded, checked, and published whole or not at all."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from directory import revisions
from directory.loading import write_text
from directory.models import Account, Entry, Phone, Upload
from directory.regional import spreadsheet
from tests.factories import SUNDAY_EVENING, make_entry
from tests.pages import Page
from tests.people import make_account, sign_in
from tests.sheets import planted

START, CHECK = "/region/spreadsheet", "/region/spreadsheet/check"
LAMBETH, CAMDEN = "E09000022", "E09000007"
OURS = make_entry(ref="CAD-0001", name="Ours <b>bold</b>", borough=LAMBETH, notes="=2+2")
THEIRS = make_entry(ref="CAD-0002", name="Theirs", borough=CAMDEN, phones=(Phone(number="020 7946 0177"),))
Rows = list[dict[str, str]]


def publish(house: Flask, *entries: Entry) -> None:
    with house.extensions["directory"].database.unit_of_work() as session:
        revisions.publish(session, entries, actor="test", reason="", at=SUNDAY_EVENING)


def account(house: Flask, name: str = "Mo Maintainer", **roles: tuple[str, ...]) -> Account:
    with house.extensions["directory"].database.unit_of_work() as session:
        return make_account(session, name, **roles or {"maintainer": ("SEL",)})


def entries_of(house: Flask) -> dict[str, Entry]:
    with house.extensions["directory"].database.reading() as session:
        return revisions.get_entries(session)


@pytest.fixture
def client(house: Flask) -> FlaskClient:
    """A maintainer of south east London, over two entries, of which one is theirs."""
    publish(house, OURS, THEIRS)
    return sign_in(house.test_client(), account(house))


def download(client: FlaskClient, path: str = f"{START}/services.csv", **arguments: str) -> Rows:
    response = client.get(path, query_string=arguments)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def upload(client: FlaskClient, content: Rows | bytes, status: int = 303, name: str = "sheet.csv") -> TestResponse:
    data = content if isinstance(content, bytes) else write_text(content[0], content).encode()
    response = Page.fetch(client, START).send(client, START, status=status, file=(io.BytesIO(data), name))
    response.request.environ["wsgi.input"].close()
    return response


def confirm(client: FlaskClient, page: Page | None = None, status: int = 303, **fields: Any) -> TestResponse:
    return (page or Page.fetch(client, CHECK)).send(client, CHECK, status=status, **fields)


def test_a_file_is_downloaded_changed_checked_and_published(house: Flask, client: FlaskClient) -> None:
    (row,) = download(client)
    assert (row["ref"], row["notes"], row["version"]) == ("CAD-0001", "'=2+2", "1")
    new = {"ref": "", "version": "", "name": "Ours bold", "notes": ""}
    upload(client, [row | {"name": "Ours bold house", "email": "a@example.org"}, row | new], name="june sheet.csv")
    page = Page.fetch(client, CHECK)
    assert "june sheet.csv. Nothing has changed yet." in page.main
    assert "1 new 1 changed 0 unchanged 0 wrong 1 possibly duplicate" in page.main
    assert "CAD-0001: Ours <b>bold</b>" in page.main and "Empty" in page.main and "a@example.org" in page.main
    assert len(entries_of(house)) == 2
    first = {"line": "2", "ref": "CAD-0001", "column": "name", "before": "Ours <b>bold</b>", "after": "Ours bold house"}
    assert download(client, f"{START}/changes.csv")[0] == first
    confirm(client, page)
    assert "Published: 1 added, 1 changed." in Page.fetch(client, START).main
    found = entries_of(house)
    assert (found["CAD-0001"].name, found["CAD-0003"].name) == ("Ours bold house", "Ours bold")
    with house.extensions["directory"].database.reading() as session:
        newest = revisions.history(session, "CAD-0001")[0]
    assert (newest.actor, newest.reason) == ("account:1", "june sheet.csv")
    assert client.get(CHECK).location == START


def test_an_unchanged_file_has_nothing_to_publish(client: FlaskClient) -> None:
    upload(client, download(client))
    page = Page.fetch(client, CHECK)
    assert "Nothing in the file differs from the directory." in page.main
    assert not [form for form in page.root.iter("form") if form.get("action") == CHECK]


def test_a_file_with_faults_cannot_be_published(house: Flask, client: FlaskClient) -> None:
    """Not even by somebody who makes the request by hand."""
    (row,) = download(client)
    upload(client, [row | {"name": "Other"}, row | {"ref": "CAD-0002"}])
    page = Page.fetch(client, CHECK)
    assert "Mend these first" in page.main and "CAD-0002 is not in your region. Take this row out." in page.main
    assert download(client, f"{START}/faults.csv") == [
        {"line": "3", "column": "ref", "fault": "CAD-0002 is not in your region. Take this row out."}
    ]
    token = next(field for field in page.root.iter("input") if field.get("name") == "csrf_token").get("value")
    assert client.post(CHECK, data={"csrf_token": token, "digest": "x"}).status_code == 409
    assert entries_of(house)["CAD-0001"] == OURS


def test_what_was_not_shown_is_not_published(house: Flask, client: FlaskClient) -> None:
    """Another file was uploaded in another window, or somebody changed the same entry: the new outcome is shown."""
    (row,) = download(client)
    upload(client, [row | {"email": "a@example.org"}])
    page = Page.fetch(client, CHECK)
    upload(client, [row | {"email": "b@example.org"}])
    shown = Page(confirm(client, page, status=409))
    assert "This is not what you were shown before" in shown.main and "b@example.org" in shown.main
    publish(house, OURS.model_copy(update={"email": "c@example.org"}))
    again = Page(confirm(client, shown, status=409))
    assert "Changed since you downloaded it: it now says “c@example.org”." in again.main
    assert entries_of(house)["CAD-0001"].email == "c@example.org"


def test_each_person_has_a_file_of_their_own_for_a_day(house: Flask, client: FlaskClient) -> None:
    mine = account(house, "Mo Mine")
    client = sign_in(house.test_client(), mine)
    (row,) = download(client)
    upload(client, [row | {"email": "a@example.org"}])
    other = sign_in(house.test_client(), account(house, "Lee Other"))
    for path in (CHECK, f"{START}/faults.csv", f"{START}/changes.csv"):
        assert other.get(path).location == START
    here = house.extensions["directory"]
    for waited, is_kept in ((timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)):
        here.now = lambda: SUNDAY_EVENING + waited  # noqa: B023 - asked within the turn
        assert (sign_in(client, mine).get(CHECK).location is None) is is_kept


def test_files_that_nobody_confirms_are_forgotten(house: Flask, client: FlaskClient) -> None:
    upload(client, download(client))
    here = house.extensions["directory"]
    for waited, kept in ((timedelta(hours=23), 1), (timedelta(hours=24), 0)):
        here.now = lambda: SUNDAY_EVENING + waited  # noqa: B023 - asked within the turn
        assert house.test_cli_runner().invoke(args=["tasks", "run"]).exit_code == 0
        with here.database.reading() as session:
            assert len(session.exec(select(Upload)).all()) == kept


def test_the_region_decides_what_is_downloaded(house: Flask, client: FlaskClient) -> None:
    admin = sign_in(house.test_client(), account(house, "Ada Admin", administrator=("",)))
    assert [row["ref"] for row in download(admin)] == ["CAD-0001", "CAD-0002"]
    assert [row["ref"] for row in download(admin, footprint="NCL")] == ["CAD-0002"]
    assert client.get(f"{START}/services.csv", query_string={"footprint": "NCL"}).status_code == 403
    assert len([href for href in Page.fetch(admin, START).links.values() if "services.csv" in href]) == 6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 500, "This is a workbook, not a CSV file. In Excel, choose Save As"),
        (b"\0" * 5000, "The first line does not look like the names of the columns."),
        (b"", "The file is empty."),
        (b"ref,name\n", "This column is missing from the header. Add it."),
        (b"\n" * 900_000, "The file is empty."),
        (b"a" * 100_000, "There is no such column."),
        (b"a" * 4_000_000, "A quotation mark in this row is not closed"),
        (b",".join([b"x"] * 2_000_000), "The first line does not look like the names of the columns."),
        (b'"' * 4_000_001, "A quotation mark in this row is not closed"),
    ],
)
def test_what_is_no_sheet_is_refused_clearly(client: FlaskClient, content: bytes, words: str) -> None:
    upload(client, content)
    page = Page.fetch(client, CHECK)
    assert words in page.main and "Mend these first" in page.main


@pytest.mark.parametrize("column", ["name", "description", "phone", "opening_hours", "communities", "source_url"])
def test_an_enormous_cell_is_refused(client: FlaskClient, column: str) -> None:
    (row,) = download(client)
    upload(client, [row | {column: "a;" * 50_000}])
    assert "This text has 100,000 characters. The most is 5,000: shorten it." in Page.fetch(client, CHECK).main


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(client: FlaskClient) -> None:
    page = Page(upload(client, b"a" * (spreadsheet.LARGEST + 1), status=400))
    assert page.errors == [("The file is larger than 5 MB. Send fewer rows at a time.", "#file")]
    assert client.get(CHECK).location == START
    assert Page(upload(client, b"a" * (4 * spreadsheet.LARGEST), status=413)).errors == page.errors
    form = Page.fetch(client, START).send(client, START, status=400, file=None)
    assert Page(form).errors == [("Choose the file to upload.", "#file")]


def test_checking_takes_no_longer_than_it_may(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(client, download(client))
    monkeypatch.setattr(spreadsheet, "_SECONDS", -1.0)
    assert "was stopped here. Split the file." in Page.fetch(client, CHECK).main


def test_too_many_rows_are_refused(client: FlaskClient) -> None:
    (row,) = download(client)
    upload(client, [row] * 5_001)
    assert "There are more than 5,000 rows. Split the file." in Page.fetch(client, CHECK).main


def test_other_forms_take_little(client: FlaskClient) -> None:
    """Only the upload may be long."""
    assert client.post(CHECK, data={"digest": "x" * 300_000}).status_code == 413


def large(house: Flask) -> None:
    publish(house, *(make_entry(ref=f"CAD-{n:04d}", name=f"Example {n}", borough=LAMBETH) for n in range(3, 453)))


def test_ten_faults_among_five_hundred_rows_are_each_named_and_nothing_is_published(
    house: Flask, client: FlaskClient
) -> None:
    large(house)
    content, faults = planted(download(client))
    upload(client, content)
    found = download(client, f"{START}/faults.csv")
    assert [(int(fault["line"]), fault["column"]) for fault in found] == faults
    assert "10 wrong" in Page.fetch(client, CHECK).main
    with house.extensions["directory"].database.reading() as session:
        assert revisions.latest_number(session) == 452


def test_five_hundred_good_rows_are_published_together(house: Flask, client: FlaskClient) -> None:
    large(house)
    content, _ = planted(download(client), with_faults=False)
    upload(client, content)
    page = Page.fetch(client, CHECK)
    assert "49 new 40 changed 411 unchanged 0 wrong" in page.main
    confirm(client, page)
    found = entries_of(house)
    assert len(found) == 501 and found["CAD-0501"].name == "New 48"
