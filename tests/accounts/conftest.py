"""People who sign in as people do: with a password that was kept, and a phone that makes codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlmodel import select

from directory import create_app, listing_requests, revisions
from directory.accounts import keys, passwords, second_factor
from directory.db import Database
from directory.models import Account, AccountEvent, Mail
from tests.accounts import matrix
from tests.factories import make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

PASSWORD = "teapot lantern bicycle"
Phone = Callable[[datetime], str]
Clients = Callable[[str], FlaskClient]
LAMBETH = "E09000022"


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 as ever, but not slow on purpose."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)


@pytest.fixture
def kept() -> str:
    """What is kept of PASSWORD."""
    return QUICK.hash(PASSWORD)


@pytest.fixture
def sam(house: Flask, database: Database, kept: str) -> Account:
    """An editor with a password."""
    with database.unit_of_work() as session:
        account = make_account(session, "Sam Editor", editor=("Example Trust",))
    give_password(house, account, kept)
    return account


@pytest.fixture
def mai(house: Flask, database: Database, kept: str) -> Account:
    """A maintainer with a password and no second factor yet."""
    with database.unit_of_work() as session:
        account = make_account(session, "Mai Maintainer", maintainer=("SEL",))
    give_password(house, account, kept)
    return account


@pytest.fixture
def with_settings(house: Flask, now: datetime) -> Iterator[Callable[..., Flask]]:
    """Makes the application of `house` anew, with other settings."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        config = replace(house.extensions["directory"].config, **settings)  # type: ignore[arg-type]
        made.append(create_app(config, now=lambda: now))
        return made[-1]

    yield make
    for app in made:
        app.extensions["directory"].database.close()


@pytest.fixture
def everything(with_settings: Callable[..., Flask], database: Database, now: datetime) -> Flask:
    """The application with all its addresses, over what they are about; the catalogue holds it too."""
    with database.unit_of_work() as session:
        target = make_account(session, "Tess Target", professional=("",))
        assert target.id == matrix.VALUES["account_id"]
        entries = [
            make_entry(ref=ref, organization="Example Trust", borough=LAMBETH) for ref in (matrix.REF, matrix.OTHER_REF)
        ]
        revisions.publish(session, entries, actor="test", reason="test", at=now)
        wanted = entries[0].model_copy(update={"description": "Another."})
        revisions.propose(session, wanted, section="contact", base_number=1, note="", actor="test", at=now)
        asking = {"name": "Nia Night", "email": "nia@example.org", "at": now}
        keys.make_key(session, "Example", ["public"], actor="test", at=now, lasts=timedelta(days=30))
        listing_requests.ask(session, "claim", ref=matrix.REF, facts={"organization": "Example Trust"}, **asking)
    app = with_settings(single_sign_on=matrix.NOBODY)
    app.extensions["directory"].current.refresh()
    return app


@pytest.fixture
def people(everything: Flask, database: Database) -> Clients:
    """A client of each role, signed in anew whenever it is asked for."""
    held: dict[str, dict[str, tuple[str, ...]]] = {
        "signed_in": {},
        "editor": {"editor": ("Example Trust",)},
        "other_editor": {"editor": ("Another Trust",)},
        "maintainer": {"maintainer": ("SEL",)},
        "other_maintainer": {"maintainer": ("NCL",)},
        "no_second_factor": {"maintainer": ("SEL",)},
        "professional": {"professional": ("",)},
        "administrator": {"administrator": ("",)},
    }
    with database.unit_of_work() as session:
        ids = {role: make_account(session, role.replace("_", " "), **roles).id for role, roles in held.items()}

    def client_of(role: str) -> FlaskClient:
        client = everything.test_client()
        if role == "nobody":
            return client
        with database.reading() as session:
            account = session.get_one(Account, ids[role])
            return sign_in(client, account, second_factor=role != "no_second_factor")

    return client_of


def give_password(house: Flask, account: Account, kept: str) -> None:
    """Have an account sign in with PASSWORD."""
    with house.extensions["directory"].database.unit_of_work() as session:
        session.get_one(Account, account.id).password = kept


def give_phone(house: Flask, account: Account) -> Phone:
    """Give an account a second factor, and what tells its code at an instant."""
    with house.app_context(), house.extensions["directory"].database.unit_of_work() as session:
        secret = second_factor.new_secret()
        session.get_one(Account, account.id).tf_totp_secret = secret
        key = second_factor.key_in_letters(secret)
    return lambda at: code_of(key, at)


def code_of(key: str, at: datetime) -> str:
    """What an app shows for a key at an instant."""
    return str(TOTP(key.replace(" ", ""), format="base32").generate(int(at.timestamp())).token)


def try_to_sign_in(client: FlaskClient, email: str, password: str = PASSWORD, *, status: int = 302) -> str:
    """Send the sign-in page; gives where it leads, or what it says is wrong."""
    response = Page.fetch(client, "/sign-in").send(client, "/sign-in", email=email, password=password, status=status)
    return response.headers["Location"] if status == 302 else Page(response).errors[0][0]


def mails_to(database: Database, email: str) -> list[Mail]:
    """The messages to an address, oldest first."""
    with database.reading() as session:
        return list(session.exec(select(Mail).where(Mail.to_email == email).order_by(Mail.id)))  # type: ignore[arg-type]


def link_in(mail: Mail) -> str:
    """The path of the first link of a message."""
    found = re.search(r"http://\S+", mail.text)
    assert found, mail.text
    return urlsplit(found[0]).path


def events_of(database: Database, account: Account) -> list[str]:
    """What was done to an account, oldest first."""
    with database.reading() as session:
        trail = session.exec(select(AccountEvent).where(AccountEvent.account_id == account.id))
        return [event.event for event in sorted(trail, key=lambda event: event.number or 0)]
