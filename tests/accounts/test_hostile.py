"""Requests that no page of ours makes: refused in words, on both databases alike, and never answered with 500."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from directory import db, revisions
from directory.db import Database
from directory.provider.hours.saving import shown_at
from tests.accounts.conftest import PASSWORD, Clients, link_in, mails_to
from tests.pages import Page
from tests.people import make_account, sign_in

HUGE = "9" * 20


@pytest.mark.parametrize(
    "path", [f"/region/proposals/{HUGE}", f"/region/requests/{HUGE}", f"/people/{HUGE}", "/region/proposals/2147483648"]
)
def test_a_number_that_is_no_number_of_ours_is_not_found(people: Clients, path: str) -> None:
    Page.fetch(people("administrator"), path, status=404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/people/events?before={HUGE}", 400),
        (f"/my/CAD-9001/edit/contact?again={HUGE}", 400),
        (f"/region?page={HUGE}", 200),
        ("/my/CAD-90%0001", 400),
        ("/region/entries/%00", 400),
        ("/sign-in?next=//[", 200),
        ("/sign-in?next=https://evil.example", 200),
    ],
)
def test_an_address_that_nobody_links_to(people: Clients, path: str, status: int) -> None:
    page = Page.fetch(people("administrator"), path, status=status)
    assert "evil.example" not in page.html


@pytest.mark.parametrize("origin", ["http://[", "https://evil.example", "http://localhost.evil.example", "x"])
def test_an_origin_that_is_not_ours(house: Flask, origin: str) -> None:
    answer = house.test_client().post("/sign-in", headers={"Origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("field", ["email", "password", "next"])
def test_a_character_that_no_database_keeps(house: Flask, field: str) -> None:
    client = house.test_client()
    Page.fetch(client, "/sign-in").send(client, "/sign-in", status=400, **{field: "x\0y"})


def test_nobody_gets_a_cookie_who_has_not_signed_in(people: Clients) -> None:
    for path in ("/sign-in", "/sign-in/code", "/sign-in/forgotten", "/my", "/invitations/x", "/still-right/x"):
        assert "Set-Cookie" not in people("nobody").get(path).headers, path
    for path in ("/services/CAD-9001/report", "/services/CAD-9001/claim", "/list-a-service"):
        assert "Set-Cookie" not in people("nobody").get(path).headers, path


def test_the_hours_that_wait_for_another_entry_are_no_hours_of_this_one(
    everything: Flask, database: Database, now: datetime
) -> None:
    with database.unit_of_work() as session:
        wanted = revisions.get_entry(session, "CAD-9001").model_copy(update={"opening_hours": "Mo 18:00-20:00"})
        theirs = revisions.propose(session, wanted, section="hours", base_number=1, note="", actor="test", at=now)
    with database.reading() as session:
        assert shown_at(session, "CAD-9001", f"2:{theirs}").weekly
        with pytest.raises(KeyError):
            shown_at(session, "CAD-9003", f"2:{theirs}")


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("hours", "dated-{}-first"),
        ("hours", "day-0-{}-opens"),
        ("hours/dates", "change-{}-opens"),
        ("edit/contact", "numbers-{}-number"),
        ("edit/culture", "claims-{}-kind"),
    ],
)
def test_a_form_of_thousands_of_rows_makes_no_page_of_them(people: Clients, path: str, rows: str) -> None:
    client, path = people("editor"), f"/my/CAD-9001/{path}"
    fields = {rows.format(at): "x" for at in range(5000)}
    answer = Page.fetch(client, path).send(client, path, status=400, do="preview", ordinary="times", **fields)
    assert len(answer.data) < 1_000_000


@contextmanager
def writing_elsewhere(database: Database) -> Iterator[None]:
    """Another process that does not come to the end of its writing."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.unit_of_work() as session:
        session.execute(text("select 1"))
        yield
    other.close()


def test_a_write_that_must_wait_too_long_says_that_nothing_was_saved(
    house: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_PATIENCE", 50)
    with database.unit_of_work() as session:
        sam = make_account(session, "Sam Editor")
    client = sign_in(house.test_client(), sam)
    page = Page.fetch(client, "/account/name")
    house.extensions["directory"].database.close()
    with writing_elsewhere(database):
        answer = page.send(client, "/account/name", name="Sam Other", status=503)
    said = Page(answer)
    assert said.h1 == "Sorry, the directory is busy" and "Nothing was saved" in said.main
    assert answer.headers["Retry-After"] == "60"
    page.send(client, "/account/name", name="Sam Other")


def test_of_two_who_accept_one_invitation_at_once_one_is_let_in(
    house: Flask, database: Database, people: Clients
) -> None:
    client = people("administrator")
    page = Page.fetch(client, "/people/invite")
    page.send(client, "/people/invite", email="new@example.org", role="professional", status=200)
    link = link_in(mails_to(database, "new@example.org")[0])
    clients = [house.test_client() for _ in range(4)]
    pages = [Page.fetch(each, link) for each in clients]
    statuses: list[int] = []

    def accept(at: int) -> None:
        fields = {
            "name": f"Nia {at}",
            "password": PASSWORD,
            "page_token": pages[at].html.split('name="page_token" value="')[1].split('"')[0],
        }
        statuses.append(clients[at].post(link, data=fields).status_code)

    threads = [threading.Thread(target=accept, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 410, 410, 410]
