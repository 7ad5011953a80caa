"""A maintainer closes reports with an outcome; the caution goes, and history says why."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import reports, revisions
from tests.factories import make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

LAMBETH = "E09000022"


@pytest.fixture
def client(house: Flask, now: datetime) -> FlaskClient:
    """The maintainer of the region, and an entry that two people reported."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, [make_entry(borough=LAMBETH)], actor="test", reason="", at=now)
        reports.report(session, "CAD-9001", "shut", by=reports.Reporter("a"), at=now)
        second = reports.report(session, "CAD-9001", "turned_away", by=reports.Reporter("b"), at=now)
        reports.say_why(session, second.report_id, "age")
        account = make_account(session, "Mai Region", maintainer=("SEL",))
    return sign_in(house.test_client(), account)


def test_reports_are_read_and_closed_with_an_outcome(client: FlaskClient, house: Flask) -> None:
    page = Page.fetch(client, "/region/reports/CAD-9001")
    assert "It was shut when shown as open, 9:04pm today" in page.main
    assert "We were turned away (age), 9:04pm today" in page.main
    page.send(client, "/region/reports/CAD-9001", status=303, outcome="nothing_wrong", reason="Rang them at 9pm")
    with house.extensions["directory"].database.reading() as session:
        assert revisions.get_entry(session, "CAD-9001").caution is None
        assert revisions.history(session, "CAD-9001")[0].reason == "Reports closed: Rang them at 9pm"
    assert "no open reports" in Page.fetch(client, "/region/reports/CAD-9001").main


def test_a_form_that_is_not_whole_keeps_what_was_typed(client: FlaskClient) -> None:
    page = Page.fetch(client, "/region/reports/CAD-9001")
    answer = Page(page.send(client, "/region/reports/CAD-9001", status=400, outcome="put_right", reason=""))
    assert ("Say how you know, in a few words.", "#reason") in answer.errors
    assert [e.get("value") for e in answer.root.iter("input") if e.get("checked") is not None] == ["put_right"]


def test_of_two_who_close_the_second_is_told(client: FlaskClient) -> None:
    page = Page.fetch(client, "/region/reports/CAD-9001")
    page.send(client, "/region/reports/CAD-9001", status=303, outcome="put_right", reason="Mended")
    late = Page(page.send(client, "/region/reports/CAD-9001", status=409, outcome="cannot_tell", reason="No answer"))
    assert "Somebody else has just closed these reports." in late.main


def test_another_region_may_not(client: FlaskClient, house: Flask) -> None:
    with house.extensions["directory"].database.unit_of_work() as session:
        other = make_account(session, "Olu Elsewhere", maintainer=("NCL",))
    assert sign_in(house.test_client(), other).get("/region/reports/CAD-9001").status_code == 403
    assert house.test_client().get("/region/reports/CAD-9001").status_code == 302
