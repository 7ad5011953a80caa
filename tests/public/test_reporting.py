"""Report a problem: two taps from the entry, no cookie, no personal data, and the right people are told."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from directory import revisions
from tests.factories import make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

LAMBETH = "E09000022"


@pytest.fixture
def client(house: Flask, now: datetime) -> FlaskClient:
    """A browser over one entry."""
    here = house.extensions["directory"]
    entry = make_entry(organization="Example Trust", borough=LAMBETH)
    with here.database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="test", reason="", at=now)
        make_account(session, "Sam Editor", editor=("Example Trust",))
        make_account(session, "Mai Region", maintainer=("SEL",))
        make_account(session, "Olu Elsewhere", maintainer=("NCL",), editor=("Another Trust",))
    here.current.refresh()
    return house.test_client()


def report(client: FlaskClient, kind: str, address: str = "203.0.113.7") -> str:
    page = Page.fetch(client, "/services/CAD-9001/report")
    client.environ_base["REMOTE_ADDR"] = address
    return page.send(client, "/services/CAD-9001/report", status=303, kind=kind).headers["Location"]


def rows(house: Flask, query: str) -> list[tuple[object, ...]]:
    with house.extensions["directory"].database.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_professionals_report_what_only_they_see(client: FlaskClient, house: Flask, now: datetime) -> None:
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        inner = make_entry(ref="CAD-9002", audience="professional", borough=LAMBETH)
        revisions.publish(session, [inner], actor="test", reason="", at=now)
        account = make_account(session, "Pro Fessional", professional=("",))
    here.current.refresh()
    path = "/services/CAD-9002/report"
    assert client.get(path).status_code == 404
    page = Page.fetch(sign_in(house.test_client(), account), path)
    assert "no-store" in page.response.headers["Cache-Control"]
    page.send(sign_in(house.test_client(), account), path, status=303, kind="no_answer")
    assert rows(house, "select ref, kind from report") == [("CAD-9002", "no_answer")]


def test_two_taps_from_the_entry_and_no_cookie(client: FlaskClient, house: Flask) -> None:
    entry = Page.fetch(client, "/services/CAD-9001/example-evening-sanctuary")
    page = Page.fetch(client, entry.links["Report a problem"])
    assert page.title.startswith("Report a problem with Example Evening Sanctuary")
    thanks = Page.fetch(client, report(client, "shut"))
    assert thanks.h1 == "Thank you"
    assert not client._cookies  # type: ignore[attr-defined]
    assert rows(house, "select ref, kind, why, held from report") == [("CAD-9001", "shut", "", False)]


def test_who_reported_is_not_kept(client: FlaskClient, house: Flask) -> None:
    """Only a mark, by which nobody can be found."""
    report(client, "shut", "203.0.113.7")
    ((network,),) = rows(house, "select network from report")
    assert "203" not in str(network) and re.fullmatch("[0-9a-f]{64}", str(network))


@pytest.mark.parametrize(
    ("first", "second", "cautioned"),
    [
        ("203.0.113.7", "203.0.113.8", True),
        ("203.0.113.7", "203.0.113.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:2::2", False),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", True),
    ],
)
def test_two_reports_from_one_network_are_of_one_person(
    client: FlaskClient, house: Flask, first: str, second: str, cautioned: bool
) -> None:
    report(client, "shut", first)
    thanks = Page.fetch(client, report(client, "shut", second))
    assert ("have reported" in thanks.main) is not cautioned
    ((caution,),) = rows(house, "select caution from service")
    assert (caution is not None) is cautioned


def test_two_people_of_one_control_room_count_by_their_accounts(client: FlaskClient, house: Flask) -> None:
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        people = [make_account(session, name, professional=("",)) for name in ("Ana Handler", "Bo Handler")]
    for account in people:
        browser = sign_in(house.test_client(), account)
        report(browser, "no_answer")
    assert rows(house, "select caution from service")[0][0] is not None


def test_provider_and_region_are_told_once(client: FlaskClient, house: Flask) -> None:
    for address in ("203.0.113.7", "203.0.113.8", "203.0.113.9"):
        report(client, "no_answer", address)
    mails = rows(house, "select to_email, subject from mail order by to_email")
    assert mails == [
        (email, "Caution on Example Evening Sanctuary: two people reported a problem")
        for email in ("mai.region@example.org", "sam.editor@example.org")
    ]


def test_why_somebody_was_turned_away_is_asked_after_the_report(client: FlaskClient, house: Flask) -> None:
    location = report(client, "turned_away")
    page = Page.fetch(client, location)
    said = page.send(client, "/services/CAD-9001/report/why", status=303, why="drink_or_drugs")
    assert rows(house, "select kind, why from report") == [("turned_away", "drink_or_drugs")]
    assert "Why were you" not in Page.fetch(client, said.headers["Location"]).main


@pytest.mark.parametrize("fields", [{"kind": "rude"}, {"kind": "shut", "token": "forged"}, {"kind": None}])
def test_a_report_that_the_page_did_not_make_is_refused(
    client: FlaskClient, house: Flask, fields: dict[str, str | None]
) -> None:
    page = Page.fetch(client, "/services/CAD-9001/report")
    page.send(client, "/services/CAD-9001/report", status=400, **fields)
    assert rows(house, "select * from report") == []


def test_a_report_of_another_entry_cannot_be_added_to(client: FlaskClient) -> None:
    assert client.get("/services/CAD-9001/report/thanks?report=forged").status_code == 400
    sent = client.post("/services/CAD-9001/report/why", data={"report": "forged", "why": "age"})
    assert sent.status_code == 400


def test_another_site_cannot_have_a_browser_report(client: FlaskClient) -> None:
    page = Page.fetch(client, "/services/CAD-9001/report")
    token = next(e.get("value") for e in page.root.iter("input") if e.get("name") == "token")
    data = {"kind": "shut", "token": token}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/services/CAD-9001/report", data=data, headers=headers).status_code == 403


def test_there_is_nothing_to_report_about_what_is_not_public(client: FlaskClient) -> None:
    assert client.get("/services/CAD-9002/report").status_code == 404
