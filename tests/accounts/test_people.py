"""Invitations and the people pages: who may do what to whom, and the trace that it leaves."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from directory import revisions
from directory.db import Database
from directory.models import Account, Grant
from tests.accounts.conftest import PASSWORD, events_of, give_phone, link_in, mails_to, try_to_sign_in
from tests.factories import make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

LAMBETH, CAMDEN = "E09000022", "E09000007"


@pytest.fixture
def ada(database: Database) -> Account:
    """An administrator."""
    with database.unit_of_work() as session:
        return make_account(session, "Ada Admin", administrator=("",))


@pytest.fixture
def entries(database: Database, now: datetime) -> None:
    """One organisation south of the river, one north of it, one on both sides."""
    with database.unit_of_work() as session:
        here = make_entry(ref="CAD-9001", organization="South Trust", borough=LAMBETH)
        there = make_entry(ref="CAD-9002", organization="North Trust", borough=CAMDEN)
        both = [
            make_entry(ref=f"CAD-90{borough[-2:]}", organization="Both Trust", borough=borough)
            for borough in (LAMBETH, CAMDEN)
        ]
        revisions.publish(session, [here, there, *both], actor="test", reason="test", at=now)


def account_with(database: Database, email: str) -> Account:
    with database.reading() as session:
        return session.exec(select(Account).where(Account.email == email)).one()


def test_an_invitation_is_accepted_once(house: Flask, database: Database, ada: Account, entries: None) -> None:
    """A name and a password by the link of the mail; opening it changes nothing, using it twice is refused."""
    client, invited = sign_in(house.test_client(), ada), house.test_client()
    page = Page.fetch(client, "/people/invite")
    page.send(client, "/people/invite", email="New@Example.org", role="editor", organization="South Trust", status=200)
    link = link_in(mails_to(database, "new@example.org")[0])
    for _ in range(2):
        page = Page.fetch(invited, link)
    weak = Page(page.send(invited, link, name="Nia New", password="password12", status=422))
    assert weak.errors[0][1] == "#password"
    assert weak.field("name").get("value") == "Nia New"
    assert weak.send(invited, link, password=PASSWORD).headers["Location"] == "/my"
    Page.fetch(house.test_client(), link, status=410)
    assert try_to_sign_in(house.test_client(), "new@example.org") == "/my"
    new = account_with(database, "new@example.org")
    assert events_of(database, new) == ["invited", "role_given", "accepted", "signed_in", "signed_in"]


def test_a_second_invitation_takes_the_place_of_the_first(house: Flask, database: Database, ada: Account) -> None:
    client = sign_in(house.test_client(), ada)
    for role in ("professional", "administrator"):
        page = Page.fetch(client, "/people/invite")
        page.send(client, "/people/invite", email="new@example.org", role=role, status=200)
    first, second = (link_in(mail) for mail in mails_to(database, "new@example.org"))
    Page.fetch(house.test_client(), first, status=410)
    Page.fetch(house.test_client(), second)


def test_an_invitation_ends_after_a_week(
    house: Flask, database: Database, ada: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(house.test_client(), ada)
    page = Page.fetch(client, "/people/invite")
    page.send(client, "/people/invite", email="new@example.org", role="professional", status=200)
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + timedelta(days=7, minutes=1))
    Page.fetch(house.test_client(), link_in(mails_to(database, "new@example.org")[0]), status=410)


@pytest.mark.parametrize(
    ("role", "organization", "status"),
    [
        ("editor", "South Trust", 200),
        ("editor", "North Trust", 422),
        ("editor", "Both Trust", 422),
        ("maintainer", "", 422),
        ("administrator", "", 422),
    ],
)
def test_a_maintainer_invites_editors_of_their_region(
    house: Flask, database: Database, mai: Account, entries: None, role: str, organization: str, status: int
) -> None:
    """And nobody else, whatever is sent."""
    client = sign_in(house.test_client(), mai)
    page = Page.fetch(client, "/people/invite")
    page.send(
        client,
        "/people/invite",
        email="new@example.org",
        role=role,
        organization=organization,
        footprint="SEL" if role == "maintainer" else "",
        status=status,
    )
    assert bool(mails_to(database, "new@example.org")) is (status == 200)


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b\r\nBcc: all@example.org", "a@example.org, b@example.org", "a@@b.org"]
)
def test_what_is_no_address_gets_no_invitation(house: Flask, database: Database, ada: Account, email: str) -> None:
    client = sign_in(house.test_client(), ada)
    page = Page.fetch(client, "/people/invite")
    again = Page(page.send(client, "/people/invite", email=email, role="professional", status=422))
    assert ("Enter an email address in full, such as name@example.org.", "#email") in again.errors


def test_somebody_with_an_account_is_told_of_a_new_role(
    house: Flask, database: Database, ada: Account, sam: Account
) -> None:
    client = sign_in(house.test_client(), ada)
    page = Page.fetch(client, "/people/invite")
    page.send(client, "/people/invite", email=sam.email, role="professional", status=200)
    assert [mail.subject for mail in mails_to(database, sam.email)] == [
        "You have a new role in the crisis alternatives directory"
    ]


def test_an_administrator_gives_and_ends_roles_and_leaves_a_trace(
    house: Flask, database: Database, ada: Account, sam: Account
) -> None:
    """A role that has ended counts no more from the next page on."""
    client, theirs = sign_in(house.test_client(), ada), sign_in(house.test_client(), sam)
    page = Page.fetch(client, f"/people/{sam.id}")
    page.send(client, f"/people/{sam.id}", role="maintainer", footprint="SEL")
    assert theirs.get("/people/invite").status_code == 200
    with database.reading() as session:
        grant = session.exec(select(Grant).where(Grant.role == "maintainer")).one()
    page = Page.fetch(client, f"/people/{sam.id}")
    page.send(client, f"/people/{sam.id}/roles/{grant.id}/end")
    assert theirs.get("/people/invite").status_code == 403
    assert events_of(database, sam) == ["role_given", "role_ended"]
    page = Page.fetch(client, "/people/events")
    assert "Role ended: maintainer of South East London, by Ada Admin" in page.main


def test_an_account_that_is_switched_off_is_out_at_once(
    house: Flask, database: Database, ada: Account, sam: Account
) -> None:
    client, theirs = sign_in(house.test_client(), ada), house.test_client()
    try_to_sign_in(theirs, sam.email)
    Page.fetch(client, f"/people/{sam.id}").send(client, f"/people/{sam.id}/switch")
    assert theirs.get("/account").status_code == 302
    try_to_sign_in(theirs, sam.email, status=422)
    Page.fetch(client, f"/people/{sam.id}").send(client, f"/people/{sam.id}/switch")
    assert try_to_sign_in(theirs, sam.email) == "/my"
    assert events_of(database, sam) == ["signed_in", "switched_off", "switched_on", "signed_in"]


def test_a_lost_phone_is_taken_off_by_somebody_else(
    house: Flask, database: Database, ada: Account, mai: Account
) -> None:
    """Its owner is told, and led to set up another."""
    give_phone(house, mai)
    client = sign_in(house.test_client(), ada)
    Page.fetch(client, f"/people/{mai.id}").send(client, f"/people/{mai.id}/second-factor")
    assert [mail.subject for mail in mails_to(database, mai.email)] == ["A second factor was removed"]
    assert try_to_sign_in(house.test_client(), mai.email) == "/account/second-factor"


def test_nobody_takes_their_own_power_away(house: Flask, database: Database, ada: Account) -> None:
    """So that an administrator is always left."""
    client = sign_in(house.test_client(), ada)
    page = Page.fetch(client, f"/people/{ada.id}")
    token = next(e.get("value") for e in page.root.iter("input") if e.get("name") == "csrf_token")
    with database.reading() as session:
        grant = session.exec(select(Grant)).one()
    for path in (f"/people/{ada.id}/switch", f"/people/{ada.id}/roles/{grant.id}/end"):
        assert client.post(path, data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize("verb", ["update account_event set actor = 'x'", "delete from account_event"])
def test_the_trail_cannot_be_rewritten(database: Database, ada: Account, now: datetime, verb: str) -> None:
    """The database itself refuses."""
    from directory.accounts import events

    with database.unit_of_work() as session:
        events.record(session, "signed_in", ada.id, actor="test", at=now)
    with pytest.raises(DBAPIError, match="account_event"), database.unit_of_work() as session:
        session.execute(text(verb))


def test_sensitive_pages_ask_for_the_password_again(
    house: Flask, database: Database, sam: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = house.test_client()
    try_to_sign_in(client, sam.email)
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + timedelta(hours=1))
    assert client.get("/account/email").headers["Location"] == "/account/sure?next=/account/email"
    page = Page.fetch(client, "/account/sure", next="/account/email")
    action = "/account/sure?next=/account/email"
    assert Page(page.send(client, action, password="wrong", status=422)).errors[0][1] == "#password"
    assert page.send(client, action, password=PASSWORD).headers["Location"] == "/account/email"
    Page.fetch(client, "/account/email")


def test_a_new_address_counts_when_its_link_is_followed(house: Flask, database: Database, sam: Account) -> None:
    client = house.test_client()
    try_to_sign_in(client, sam.email)
    Page.fetch(client, "/account/email").send(client, "/account/email", email="sam@example.org", status=200)
    link = link_in(mails_to(database, "sam@example.org")[0])
    page = Page.fetch(house.test_client(), link)
    assert account_with(database, sam.email).id == sam.id
    page.send(house.test_client(), link, status=200)
    assert account_with(database, "sam@example.org").id == sam.id
    assert [mail.subject for mail in mails_to(database, sam.email)] == ["Your email address was changed"]
    assert client.get("/account").status_code == 302


def test_a_changed_password_ends_the_other_sign_ins(house: Flask, database: Database, sam: Account) -> None:
    here, there = house.test_client(), house.test_client()
    for client in (here, there):
        try_to_sign_in(client, sam.email)
    page = Page.fetch(here, "/account/password")
    again = Page(
        page.send(here, "/account/password", password="wrong", new_password="harbour violin carpet", status=422)
    )
    again.send(here, "/account/password", password=PASSWORD, new_password="harbour violin carpet")
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 302)


def test_signing_out_everywhere(house: Flask, database: Database, sam: Account) -> None:
    here, there = house.test_client(), house.test_client()
    for client in (here, there):
        try_to_sign_in(client, sam.email)
    Page.fetch(here, "/account").send(here, "/account/sign-out-everywhere")
    assert (here.get("/account").status_code, there.get("/account").status_code) == (302, 302)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--administrator"], "The invitation waits in the outbox"),
        ([], "Say one role"),
        (["--administrator", "--professional"], "Say one role"),
        (["--maintainer", "XYZ"], "There is no footprint XYZ"),
    ],
)
def test_the_first_administrator_is_invited_by_a_command(
    house: Flask, database: Database, options: list[str], says: str
) -> None:
    """It prints nothing that lets anybody in, unless told to."""
    result = house.test_cli_runner().invoke(args=["people", "invite", "First@example.org", *options])
    assert says in result.output and "http" not in result.output
    assert bool(mails_to(database, "first@example.org")) is says.startswith("The invitation")


def test_the_link_is_printed_where_that_is_asked_for(house: Flask, database: Database) -> None:
    args = ["people", "invite", "first@example.org", "--administrator", "--show-link"]
    result = house.test_cli_runner().invoke(args=args)
    link = link_in(mails_to(database, "first@example.org")[0])
    assert link in result.output
    Page.fetch(house.test_client(), link)


def test_every_page_leads_back_to_the_account(house: Flask, sam: Account) -> None:
    """Also those of the public, and one that an account may not enter; nobody else is offered one."""
    client = sign_in(house.test_client(), sam)
    for path, status in (("/", 200), ("/my", 200), ("/region", 403)):
        links = Page.fetch(client, path, status).links
        assert links["Your account"] == "/account"
        assert "Sign in" not in links
    assert Page.fetch(client, "/region", 403).links["My services"] == "/my"
    assert "Your account" not in Page.fetch(house.test_client(), "/").links


def test_a_maintainer_finds_the_page_to_invite_editors(house: Flask, mai: Account) -> None:
    assert Page.fetch(sign_in(house.test_client(), mai), "/region").links["Invite"] == "/people/invite"
