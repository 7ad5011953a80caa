"""Every address as every role: whoever may enter gets in, and nobody else does; and no write without a token."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory.db import Database
from directory.models import SQLModel
from directory.web.entering import access_of
from tests.accounts import matrix
from tests.accounts.conftest import Clients

TURNED_AWAY = ("/sign-in?", "/sign-in", "/account/second-factor")


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
