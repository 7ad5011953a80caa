"""Passkeys: added, used instead of a code, removed; and every answer that is not the right one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.db import Database
from directory.models import Account
from tests.accounts.authenticator import ORIGIN, Authenticator
from tests.accounts.conftest import PASSWORD, events_of, give_phone, mails_to, try_to_sign_in
from tests.pages import Page
from tests.people import make_account, sign_in

ADD, USE = "/account/passkeys", "/sign-in/passkey"
Change = Callable[[Authenticator], Authenticator]


@pytest.fixture
def house(with_settings: Callable[..., Flask]) -> Flask:
    """The application where passkeys work: at a host with a name."""
    return with_settings(public_url=ORIGIN)


@pytest.fixture
def device() -> Authenticator:
    """A device that has signed some things before."""
    return Authenticator(sign_count=5)


def token_of(page: Page) -> str:
    """The token of the forms of a page."""
    return next(str(field.get("value")) for field in page.root.iter("input") if field.get("name") == "csrf_token")


def ask(client: FlaskClient, page: Page, action: str, **fields: str) -> dict[str, Any]:
    """What the script of a page is told to ask for."""
    answer = client.post(f"{action}/options", data={"csrf_token": token_of(page), **fields})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    options: dict[str, Any] = answer.get_json()
    return options


def add(client: FlaskClient, device: Authenticator, *, name: str = "My phone", status: int = 200) -> TestResponse:
    """Make a passkey as the page does."""
    page = Page.fetch(client, ADD)
    options = ask(client, page, ADD, name=name)
    return page.send(client, ADD, name=name, credential=device.make(options), status=status)


def use(client: FlaskClient, device: Authenticator, *, status: int = 302) -> TestResponse:
    """Use a passkey as the page does, after the password."""
    page = Page.fetch(client, "/sign-in/code")
    return page.send(client, USE, credential=device.sign(ask(client, page, USE)), status=status)


def signed_in(house: Flask, account: Account) -> FlaskClient:
    """A browser in which an account has just given its password, and needed no more."""
    client = house.test_client()
    try_to_sign_in(client, account.email)
    return client


def test_a_passkey_is_added_and_used(house: Flask, database: Database, sam: Account, device: Authenticator) -> None:
    """Its owner gets recovery codes with the first, and mail; then it stands in for a code."""
    client = signed_in(house, sam)
    codes = Page(add(client, device))
    assert codes.h1 == "Your recovery codes" and len(codes.having("app-codes")[0]) == 8
    assert "My phone, added 9:04pm today, not used yet" in Page.fetch(client, "/account").main
    assert [mail.subject for mail in mails_to(database, sam.email)] == ["A second factor was set up"]
    another = house.test_client()
    assert try_to_sign_in(another, sam.email) == "/sign-in/code"
    assert use(another, device).headers["Location"] == "/my"
    assert "My phone, added 9:04pm today, last used 9:04pm today" in Page.fetch(another, "/account").main
    assert events_of(database, sam) == ["signed_in", "passkey_added", "passkey_used", "signed_in"]


def test_a_second_passkey_leaves_the_recovery_codes_alone(house: Flask, sam: Account, device: Authenticator) -> None:
    client = signed_in(house, sam)
    code = Page(add(client, device)).having("app-key")[0].text
    second = Authenticator(b"the second passkey")
    assert add(client, second, name="My laptop", status=302).headers["Location"] == "/account"
    for credential in (device, second):
        again = signed_in(house, sam)
        assert use(again, credential).headers["Location"] == "/my"
    last = signed_in(house, sam)
    Page.fetch(last, "/sign-in/code").send(last, "/sign-in/code", code=code)


def test_a_passkey_is_second_factor_enough_for_a_maintainer(house: Flask, mai: Account, device: Authenticator) -> None:
    client = signed_in(house, mai)
    assert client.get("/people/invite").headers["Location"] == "/account/second-factor"
    add(client, device)
    assert client.get("/people/invite").status_code == 200
    again = signed_in(house, mai)
    assert use(again, device).headers["Location"] == "/region"
    assert again.get("/people/invite").status_code == 200


def test_what_a_browser_is_asked_for(house: Flask, sam: Account, device: Authenticator) -> None:
    """A passkey of this host, that sees who uses it, and none that the account has already; nothing personal in it."""
    client = signed_in(house, sam)
    add(client, device)
    options = ask(client, Page.fetch(client, ADD), ADD, name="Again")
    assert options["rp"]["id"] == "localhost" and options["authenticatorSelection"]["userVerification"] == "required"
    assert [known["id"] for known in options["excludeCredentials"]] == ["dGhlIGZpcnN0IHBhc3NrZXk"]
    another = signed_in(house, sam)
    options = ask(another, Page.fetch(another, "/sign-in/code"), USE)
    assert options["rpId"] == "localhost" and options["userVerification"] == "required"
    assert [known["id"] for known in options["allowCredentials"]] == ["dGhlIGZpcnN0IHBhc3NrZXk"]


WRONG: dict[str, Change] = {
    "another origin": lambda device: replace(device, origin="https://evil.example"),
    "another host": lambda device: replace(device, host="evil.example"),
    "nobody verified": lambda device: replace(device, verifies=False),
}
WRONG_USE: dict[str, Change] = {
    **WRONG,
    "sign count that went back": lambda device: replace(device, sign_count=4),
    "another key": lambda device: Authenticator(device.credential_id, sign_count=9),
    "a passkey that nobody has": lambda device: replace(device, credential_id=b"unknown"),
}


@pytest.mark.parametrize("change", WRONG_USE.values(), ids=WRONG_USE)
def test_a_wrong_passkey_lets_nobody_in(house: Flask, sam: Account, device: Authenticator, change: Change) -> None:
    add(signed_in(house, sam), device)
    client = signed_in(house, sam)
    assert Page(use(client, change(device), status=422)).errors[0][0].startswith("The passkey was not right")
    assert client.get("/account").status_code == 302
    assert use(client, device).headers["Location"] == "/my"


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_wrong_passkey_is_not_kept(house: Flask, sam: Account, device: Authenticator, change: Change) -> None:
    client = signed_in(house, sam)
    assert Page(add(client, change(device), status=422)).errors[0][0].startswith("The passkey could not be kept")
    assert try_to_sign_in(house.test_client(), sam.email) == "/my"


@pytest.mark.parametrize(
    "said", ["", "[]", "{}", "[" * 20_000, '{"id": 1}', '{"id": "a", "rawId": "a", "response": 1}']
)
def test_nonsense_is_refused(house: Flask, sam: Account, device: Authenticator, said: str) -> None:
    client = signed_in(house, sam)
    page = Page.fetch(client, ADD)
    ask(client, page, ADD, name="My phone")
    page.send(client, ADD, name="My phone", credential=said, status=422)
    add(client, device)
    another = signed_in(house, sam)
    page = Page.fetch(another, "/sign-in/code")
    ask(another, page, USE)
    page.send(another, USE, credential=said, status=422)


def test_a_challenge_counts_once(house: Flask, sam: Account, device: Authenticator) -> None:
    """Whoever copied the cookie cannot use it again, though the device signs once more."""
    add(signed_in(house, sam), device)
    client, thief = signed_in(house, sam), house.test_client()
    page = Page.fetch(client, "/sign-in/code")
    options = ask(client, page, USE)
    copied = client.get_cookie("session")
    assert copied is not None
    thief.set_cookie("session", copied.value)
    page.send(client, USE, credential=device.sign(options))
    page.send(thief, USE, credential=device.sign(options), status=422)
    assert thief.get("/account").status_code == 302


def test_a_challenge_of_making_counts_once(house: Flask, sam: Account, device: Authenticator) -> None:
    client = signed_in(house, sam)
    page = Page.fetch(client, ADD)
    options = ask(client, page, ADD, name="My phone")
    copied = client.get_cookie("session")
    assert copied is not None
    page.send(client, ADD, name="My phone", credential=device.make(options), status=200)
    client.set_cookie("session", copied.value)
    with client.session_transaction() as session:
        session["factor"] = session["sure"]
    second = Authenticator(b"the second passkey").make(options)
    page.send(client, ADD, name="My laptop", credential=second, status=422)


@pytest.mark.parametrize(("seconds", "status"), [(299, 302), (301, 422)])
def test_a_challenge_lasts_five_minutes(
    house: Flask,
    sam: Account,
    device: Authenticator,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    status: int,
) -> None:
    add(signed_in(house, sam), device)
    client = signed_in(house, sam)
    page = Page.fetch(client, "/sign-in/code")
    options = ask(client, page, USE)
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + timedelta(seconds=seconds))
    page.send(client, USE, credential=device.sign(options), status=status)


def test_a_challenge_is_of_one_session(house: Flask, sam: Account, device: Authenticator) -> None:
    """What one browser was asked cannot be answered from another."""
    add(signed_in(house, sam), device)
    client, thief = signed_in(house, sam), signed_in(house, sam)
    options = ask(client, Page.fetch(client, "/sign-in/code"), USE)
    Page.fetch(thief, "/sign-in/code").send(thief, USE, credential=device.sign(options), status=422)


def test_the_passkey_of_somebody_else_lets_nobody_in(
    house: Flask, sam: Account, mai: Account, device: Authenticator
) -> None:
    add(signed_in(house, mai), device)
    add(signed_in(house, sam), Authenticator(b"the second passkey"))
    use(signed_in(house, sam), device, status=422)
    use(signed_in(house, mai), device)


def test_a_passkey_belongs_to_one_account(house: Flask, sam: Account, mai: Account, device: Authenticator) -> None:
    add(signed_in(house, mai), device)
    add(signed_in(house, sam), device, status=422)


def test_ten_wrong_passkeys_lock_the_second_factor(
    house: Flask, database: Database, mai: Account, device: Authenticator, now: datetime
) -> None:
    """Codes and passkeys are counted together."""
    phone = give_phone(house, mai)
    add(sign_in(house.test_client(), mai), device, status=302)
    client = signed_in(house, mai)
    for _ in range(10):
        use(client, replace(device, origin="https://evil.example"), status=422)
    use(client, device, status=422)
    Page.fetch(client, "/sign-in/code").send(client, "/sign-in/code", code=phone(now), status=422)
    assert events_of(database, mai) == ["passkey_added", "sign_in_locked"]


def test_an_account_has_ten_passkeys_at_most(house: Flask, sam: Account) -> None:
    client = signed_in(house, sam)
    for number in range(10):
        add(client, Authenticator(f"passkey {number}".encode()), status=302 if number else 200)
    answer = client.post(f"{ADD}/options", data={"csrf_token": token_of(Page.fetch(client, ADD)), "name": "One more"})
    assert answer.status_code == 409 and "10 passkeys" in answer.get_json()["detail"]


def test_a_passkey_is_removed_with_the_password(
    house: Flask, database: Database, sam: Account, device: Authenticator
) -> None:
    """Then the password alone is enough, as before, and the recovery codes are gone too."""
    client = signed_in(house, sam)
    add(client, device)
    path = Page.fetch(client, "/account").links["Remove the passkey My phone"]
    page = Page.fetch(client, path)
    assert Page(page.send(client, path, password="not this one", status=422)).errors[0][1] == "#password"
    assert page.send(client, path, password=PASSWORD).headers["Location"] == "/account"
    account = Page.fetch(client, "/account").main
    assert "My phone" not in account and "Recovery codes" not in account
    assert try_to_sign_in(house.test_client(), sam.email) == "/my"
    assert events_of(database, sam)[:3] == ["signed_in", "passkey_added", "passkey_removed"]
    assert mails_to(database, sam.email)[-1].subject == "A second factor was removed"


def test_the_only_second_factor_stays_where_a_role_wants_one(
    house: Flask, mai: Account, device: Authenticator, now: datetime
) -> None:
    """With an app beside it, either goes and the other is enough."""
    client = signed_in(house, mai)
    add(client, device)
    path = Page.fetch(client, "/account").links["Remove the passkey My phone"]
    page = Page.fetch(client, path)
    assert "is your only second factor, and your role needs one" in page.main
    data = {"csrf_token": token_of(page), "password": PASSWORD}
    client.post(path, data=data)
    assert "My phone" in Page.fetch(client, "/account").main
    phone = give_phone(house, mai)
    page = Page.fetch(client, "/account/second-factor/remove")
    page.send(client, "/account/second-factor/remove", code=phone(now))
    use(signed_in(house, mai), device)
    give_phone(house, mai)
    Page.fetch(client, path).send(client, path, password=PASSWORD)
    assert "My phone" not in Page.fetch(client, "/account").main


def test_nobody_removes_the_passkey_of_somebody_else(
    house: Flask, sam: Account, mai: Account, device: Authenticator
) -> None:
    owner, other = signed_in(house, mai), signed_in(house, sam)
    add(owner, device)
    path = Page.fetch(owner, "/account").links["Remove the passkey My phone"]
    data = {"csrf_token": token_of(Page.fetch(other, "/account")), "password": PASSWORD}
    assert other.get(path).headers["Location"] == other.post(path, data=data).headers["Location"] == "/account"
    assert "My phone" in Page.fetch(owner, "/account").main


def test_an_administrator_takes_passkeys_off(
    house: Flask, database: Database, mai: Account, device: Authenticator
) -> None:
    with database.unit_of_work() as session:
        ada = make_account(session, "Ada Administrator", administrator=("",))
    add(signed_in(house, mai), device)
    client = sign_in(house.test_client(), ada)
    assert "with second factor" in Page.fetch(client, "/people").main
    Page.fetch(client, f"/people/{mai.id}").send(client, f"/people/{mai.id}/second-factor")
    assert try_to_sign_in(house.test_client(), mai.email) == "/account/second-factor"


def test_a_sign_in_without_it_cannot_go_round_a_second_factor(
    house: Flask, sam: Account, device: Authenticator
) -> None:
    """One from before it was set up, which knows the password, changes nothing that guards the account."""
    before, owner = signed_in(house, sam), signed_in(house, sam)
    add(owner, device)
    path = Page.fetch(owner, "/account").links["Remove the passkey My phone"]
    for guarded in (ADD, path, "/account/second-factor", "/account/email"):
        assert before.get(guarded).headers["Location"] == "/sign-in", guarded


@pytest.mark.parametrize(
    ("path", "data", "status", "detail"),
    [
        (f"{USE}/options", {}, 410, "Sign in again"),
        (f"{ADD}/options", {"name": ""}, 422, "Enter a name"),
        (f"{ADD}/options", {"csrf_token": "", "name": "My phone"}, 400, "Load it again"),
    ],
)
def test_what_the_script_is_told_when_it_cannot_go_on(
    house: Flask, sam: Account, path: str, data: dict[str, str], status: int, detail: str
) -> None:
    client = signed_in(house, sam)
    token = token_of(Page.fetch(client, "/account"))
    answer = client.post(path, data={"csrf_token": token, **data})
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert detail in answer.get_json()["detail"]
