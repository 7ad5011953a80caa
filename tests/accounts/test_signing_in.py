"""Signing in, signing out, being locked out, and choosing a new password."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from directory.db import Database
from directory.models import Account
from tests.accounts.conftest import (
    PASSWORD,
    code_of,
    events_of,
    give_phone,
    link_in,
    mails_to,
    try_to_sign_in,
)
from tests.pages import Page


def test_an_editor_signs_in_and_out(house: Flask, database: Database, sam: Account) -> None:
    """Whatever the capitals of the address; then the account page opens, and after signing out it does not."""
    client = house.test_client()
    assert try_to_sign_in(client, "Sam.Editor@Example.org") == "/my"
    page = Page.fetch(client, "/account")
    assert page.h1 == "Your account" and "Edits the entries of an organisation: Example Trust" in page.main
    assert page.send(client, "/sign-out").headers["Location"] == "/sign-in"
    assert client.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    assert events_of(database, sam) == ["signed_in", "signed_out"]


def test_a_cookie_that_was_copied_dies_with_the_sign_in(house: Flask, sam: Account) -> None:
    client, thief = house.test_client(), house.test_client()
    try_to_sign_in(client, sam.email)
    copied = client.get_cookie("session")
    assert copied is not None
    Page.fetch(client, "/account").send(client, "/sign-out")
    thief.set_cookie("session", copied.value)
    assert thief.get("/account").status_code == 302


def test_the_cookie_is_only_for_us_and_renewed(house: Flask, sam: Account) -> None:
    """Nothing of the session before survives signing in; over TLS the cookie is for TLS alone."""
    client = house.test_client()
    with client.session_transaction() as session:
        session["planted"] = "yes"
    page = Page.fetch(client, "/sign-in")
    answer = page.send(client, "/sign-in", email=sam.email, password=PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    with client.session_transaction() as session:
        assert "planted" not in session
    data = {"email": sam.email, "password": PASSWORD, "page_token": page.root.find(".//input").get("value")}  # type: ignore[union-attr]
    over_tls = house.test_client().post("/sign-in", base_url="https://localhost", data=data)
    assert "Secure" in over_tls.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/search?q=SE5", "/sign-in", "/sign-in/forgotten", "/about"])
def test_nobody_gets_a_cookie_before_they_sign_in(house: Flask, path: str) -> None:
    house.extensions["directory"].current.refresh()
    assert "Set-Cookie" not in house.test_client().get(path).headers


def test_a_maintainer_without_second_factor_is_led_to_set_it_up(house: Flask, mai: Account, now: datetime) -> None:
    """Their role does not count until then; afterwards the recovery codes are shown, once."""
    client = house.test_client()
    assert try_to_sign_in(client, mai.email) == "/account/second-factor"
    assert client.get("/people/invite").headers["Location"] == "/account/second-factor"
    page = Page.fetch(client, "/account/second-factor")
    wrong = Page(page.send(client, "/account/second-factor", code="000000", status=422))
    assert wrong.errors[0][1] == "#code"
    key = page.having("app-key")[0].text or ""
    done = Page(wrong.send(client, "/account/second-factor", code=code_of(key, now), status=200))
    assert len(done.having("app-codes")[0]) == 8
    assert client.get("/people/invite").status_code == 200


def test_a_code_is_asked_for_and_counts_once(house: Flask, mai: Account, now: datetime) -> None:
    phone = give_phone(house, mai)
    first, second = house.test_client(), house.test_client()
    assert try_to_sign_in(first, mai.email) == "/sign-in/code"
    assert first.get("/account").status_code == 302
    page = Page.fetch(first, "/sign-in/code")
    assert page.send(first, "/sign-in/code", code=phone(now)).headers["Location"] == "/region"
    assert first.get("/people/invite").status_code == 200
    try_to_sign_in(second, mai.email)
    Page.fetch(second, "/sign-in/code").send(second, "/sign-in/code", code=phone(now), status=422)
    assert second.get("/account").status_code == 302


def test_a_recovery_code_counts_once(house: Flask, sam: Account, now: datetime) -> None:
    client = house.test_client()
    try_to_sign_in(client, sam.email)
    page = Page.fetch(client, "/account/second-factor")
    key = page.having("app-key")[0].text or ""
    codes = Page(page.send(client, "/account/second-factor", code=code_of(key, now), status=200))
    code = codes.having("app-key")[0].text
    for status in (302, 422):
        again = house.test_client()
        assert try_to_sign_in(again, sam.email) == "/sign-in/code"
        Page.fetch(again, "/sign-in/code").send(again, "/sign-in/code", code=code, status=status)


def test_what_is_wrong_is_never_said(house: Flask, database: Database, sam: Account) -> None:
    """An address without account, a wrong password, an account that is off: one answer, one status, no mail."""
    with database.unit_of_work() as session:
        off = Account(email="off@example.org", name="Off", fs_uniquifier="off", created_at=sam.created_at, active=False)
        session.add(off)
    client = house.test_client()
    said = {
        try_to_sign_in(client, email, "wrong password", status=422)
        for email in (sam.email, "no@example.org", "off@example.org")
    }
    assert len(said) == 1
    answers = [
        Page.fetch(client, "/sign-in/forgotten").send(client, "/sign-in/forgotten", email=email, status=200)
        for email in ("aa@example.org", "off@example.org")
    ]
    pages = {Page(answer).main.replace("off@", "aa@") for answer in answers}
    assert len(pages) == 1
    assert not mails_to(database, "aa@example.org") and not mails_to(database, "off@example.org")


def test_ten_wrong_passwords_lock_that_account_and_no_other(
    house: Flask, database: Database, sam: Account, mai: Account, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Its owner is told once; the right password is not taken until 15 minutes have passed."""
    client, rooms = house.test_client(), house.extensions["directory"]
    said = {try_to_sign_in(client, sam.email, "wrong password", status=422) for _ in range(10)}
    said.add(try_to_sign_in(client, sam.email, status=422))
    assert len(said) == 1
    assert [mail.subject for mail in mails_to(database, sam.email)] == ["Somebody tried to sign in to your account"]
    assert try_to_sign_in(house.test_client(), mai.email) == "/account/second-factor"
    monkeypatch.setattr(rooms, "now", lambda: now + timedelta(minutes=16))
    assert try_to_sign_in(client, sam.email) == "/my"


def test_ten_wrong_codes_lock_the_second_factor(house: Flask, database: Database, mai: Account, now: datetime) -> None:
    phone, client = give_phone(house, mai), house.test_client()
    try_to_sign_in(client, mai.email)
    for _ in range(10):
        Page.fetch(client, "/sign-in/code").send(client, "/sign-in/code", code="000000", status=422)
    Page.fetch(client, "/sign-in/code").send(client, "/sign-in/code", code=phone(now), status=422)
    assert events_of(database, mai) == ["sign_in_locked"]


def test_a_forgotten_password_is_chosen_anew(house: Flask, database: Database, sam: Account) -> None:
    """By a link that works once and ends every sign-in; opening it writes nothing."""
    before, client = house.test_client(), house.test_client()
    try_to_sign_in(before, sam.email)
    Page.fetch(client, "/sign-in/forgotten").send(client, "/sign-in/forgotten", email=sam.email, status=200)
    link = link_in(mails_to(database, sam.email)[0])
    for _ in range(3):
        page = Page.fetch(client, link)
    assert before.get("/account").status_code == 200
    done = Page(page.send(client, link, password="harbour violin carpet", status=200))
    assert done.h1 == "Your password is changed"
    assert before.get("/account").status_code == 302
    Page.fetch(client, link, status=410)
    try_to_sign_in(client, sam.email, status=422)
    assert try_to_sign_in(client, sam.email, "harbour violin carpet") == "/my"


def test_a_reset_is_mailed_at_most_three_times_an_hour(
    house: Flask, database: Database, sam: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, rooms = house.test_client(), house.extensions["directory"]
    for minute in range(5):
        monkeypatch.setattr(rooms, "now", lambda at=now + timedelta(minutes=minute): at)
        Page.fetch(client, "/sign-in/forgotten").send(client, "/sign-in/forgotten", email=sam.email, status=200)
    assert len(mails_to(database, sam.email)) == 3


@pytest.mark.parametrize(
    ("after", "editor_in", "maintainer_in"),
    [
        (timedelta(minutes=29), True, True),
        (timedelta(minutes=31), True, False),
        (timedelta(days=13), True, False),
        (timedelta(days=15), False, False),
    ],
)
def test_a_sign_in_that_is_left_alone_ends(
    house: Flask,
    sam: Account,
    mai: Account,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    after: timedelta,
    editor_in: bool,
    maintainer_in: bool,
) -> None:
    """After half an hour for those who keep what belongs to many, after two weeks for the others."""
    editor, maintainer = house.test_client(), house.test_client()
    try_to_sign_in(editor, sam.email)
    try_to_sign_in(maintainer, mai.email)
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + after)
    assert (editor.get("/account").status_code == 200) is editor_in
    assert (maintainer.get("/account").status_code == 200) is maintainer_in


def test_a_sign_in_ends_for_good_however_much_it_is_used(
    house: Flask, mai: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = house.test_client()
    try_to_sign_in(client, mai.email)
    answers = []
    for minutes in range(0, 13 * 60, 20):
        monkeypatch.setattr(house.extensions["directory"], "now", lambda at=now + timedelta(minutes=minutes): at)
        answers.append(client.get("/account").status_code)
    assert answers.index(302) == 12 * 3 + 1


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y", "evil"]
)
def test_signing_in_leads_only_to_pages_of_ours(house: Flask, sam: Account, wanted: str) -> None:
    client = house.test_client()
    page = Page.fetch(client, "/sign-in")
    answer = page.send(client, "/sign-in", email=sam.email, password=PASSWORD, next=wanted)
    assert answer.headers["Location"] == "/my"
    assert "evil" not in client.get("/sign-in", query_string={"next": wanted}).get_data(as_text=True)


def test_signing_in_leads_back_to_where_it_was_wanted(house: Flask, sam: Account) -> None:
    client = house.test_client()
    page = Page.fetch(client, "/sign-in", next="/account/name")
    assert page.send(client, "/sign-in", email=sam.email, password=PASSWORD).headers["Location"] == "/account/name"


def test_a_sign_in_page_that_is_not_ours_is_refused(house: Flask, sam: Account) -> None:
    """No token, or another site's page: refused, though the password is right."""
    client = house.test_client()
    data = {"email": sam.email, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 422
    page = Page.fetch(client, "/sign-in")
    token = page.root.find(".//form//input").get("value")  # type: ignore[union-attr]
    from_elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    refused = client.post("/sign-in", data={**data, "page_token": token}, headers=from_elsewhere)
    assert refused.status_code == 403
