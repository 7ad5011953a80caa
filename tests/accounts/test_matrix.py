"""Every address as every role: whoever may enter gets in, and nobody else does; and no write without a token."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory import listing_requests, revisions
from directory.db import Database
from directory.models import Account, SQLModel
from directory.web.entering import access_of
from tests.accounts import matrix
from tests.factories import make_entry
from tests.people import make_account, sign_in

LAMBETH = "E09000022"
TURNED_AWAY = ("/sign-in?", "/sign-in", "/account/second-factor")
Clients = Callable[[str], FlaskClient]


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


def is_in(answer: TestResponse) -> bool:
    """Whether somebody got past the door, whatever was then said to them."""
    leads_to = answer.headers.get("Location", "")
    return answer.status_code not in {401, 403} and not leads_to.startswith(TURNED_AWAY)


def test_every_address_says_who_may_enter(everything: Flask) -> None:
    for rule in matrix.rules(everything):
        access_of(everything, rule.endpoint)


def test_every_address_lets_in_whom_it_should(everything: Flask, people: Clients) -> None:
    """As every role, by every method. Writes are let through without a token here, to get as far as the view."""
    everything.config["WTF_CSRF_CHECK_DEFAULT"] = False
    wrong = []
    for rule in matrix.rules(everything):
        path = matrix.path_of(everything, rule)
        for method in sorted(rule.methods or ()):
            may = matrix.entering(everything, rule, method)
            for role in matrix.ROLES:
                answer = people(role).open(path, method=method)
                entered = is_in(answer) or (_leaves(rule.rule) and role in may)
                is_missing = answer.status_code == 404 and role in may and may != frozenset(matrix.ROLES)
                if entered is not (role in may) or is_missing or answer.status_code == 500:
                    wrong.append(f"{method} {path} as {role}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def _leaves(address: str) -> bool:
    """Whether an address ends where those who may not enter are sent, though they may."""
    return address in {"/sign-out", "/account/sign-out-everywhere", "/sign-in/code", "/sign-in/passkey"}


def test_no_write_without_a_token(everything: Flask, database: Database, people: Clients) -> None:
    """Not by an administrator whose browser another site makes send it, and nothing changes."""
    before = _counts(database)
    for rule in matrix.rules(everything):
        if "POST" in (rule.methods or ()):
            path = matrix.path_of(everything, rule)
            for role in ("nobody", "administrator"):
                answer = people(role).post(path)
                assert 400 <= answer.status_code < 500 or not is_in(answer), f"{path} as {role}: {answer.status}"
    assert _counts(database) == before


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_no_write_from_another_site(everything: Flask, people: Clients, headers: dict[str, str]) -> None:
    """Even where it would need no token."""
    for rule in matrix.rules(everything):
        if "POST" in (rule.methods or ()):
            path = matrix.path_of(everything, rule)
            assert people("administrator").post(path, headers=headers).status_code == 403, path


def test_the_page_of_permissions_is_true(everything: Flask) -> None:
    """After adding an address: .venv/bin/python -m tests.accounts.matrix"""
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(everything)


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        tables = SQLModel.metadata.tables
        return {name: session.execute(select(func.count()).select_from(tables[name])).scalar_one() for name in tables}
