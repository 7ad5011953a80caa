"""How often something may be done; and the sign-in when other things fail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import select

from directory.accounts import limits
from directory.config import ConfigError, from_environment
from directory.db import Database
from directory.models import Account, Mark
from tests.accounts.conftest import PASSWORD, try_to_sign_in
from tests.pages import Page

HOUR = timedelta(hours=1)


def test_so_many_within_so_long(house: Flask, database: Database, now: datetime) -> None:
    """By kind and by mark; it may be done again once the time has passed."""
    with house.app_context(), database.unit_of_work() as session:
        tried = [limits.allowed(session, "report", "a", now, 3, HOUR) for _ in range(5)]
        assert tried == [True, True, True, False, False]
        assert limits.allowed(session, "report", "b", now, 3, HOUR)
        assert limits.allowed(session, "reset", "a", now, 3, HOUR)
        assert limits.allowed(session, "report", "a", now + HOUR, 3, HOUR)


def test_marks_say_nothing_of_whom_they_are_about(house: Flask, database: Database, now: datetime) -> None:
    with house.app_context(), database.unit_of_work() as session:
        limits.remember(session, "password", "sam@example.org", now)
        mark = session.exec(select(Mark)).one()
        assert "sam" not in mark.mark and len(mark.mark) == 64


def test_old_marks_are_thrown_away(house: Flask, database: Database, now: datetime) -> None:
    with house.app_context(), database.unit_of_work() as session:
        for days in (0, 30, 32):
            limits.remember(session, "password", "sam@example.org", now - timedelta(days=days))
        assert limits.prune(session, now) == 1
        assert len(session.exec(select(Mark)).all()) == 2


def test_many_at_once_do_not_slip_through(house: Flask, database: Database, now: datetime) -> None:
    """As two workers would: eight tries at the same time, of which three are let through."""
    let_through: list[bool] = []

    def try_it() -> None:
        with house.app_context(), database.unit_of_work() as session:
            let_through.append(limits.allowed(session, "code", "1", now, 3, HOUR))

    threads = [Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let_through) == [False] * 5 + [True] * 3


def test_public_pages_are_there_when_the_database_is_not(house: Flask, sam: Account) -> None:
    """To somebody who has signed in, too; their own pages say that they have to wait."""
    client = house.test_client()
    try_to_sign_in(client, sam.email)
    rooms = house.extensions["directory"]
    rooms.current.refresh()
    with rooms.database.unit_of_work() as session:
        session.execute(text("alter table account rename to away"))
    assert client.get("/sign-in").status_code == 200
    assert client.get("/account").status_code == 503


def test_a_reader_without_cookie_costs_the_database_nothing(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = house.extensions["directory"]
    monkeypatch.setattr(rooms.database, "reading", None)
    assert house.test_client().get("/sign-in").status_code == 200


@pytest.mark.parametrize(("proxies", "is_secure"), [(0, False), (1, True)])
def test_a_proxy_is_believed_only_where_it_is_trusted(
    with_settings: Callable[..., Flask], sam: Account, proxies: int, is_secure: bool
) -> None:
    client = with_settings(trusted_proxies=proxies).test_client()
    page = Page.fetch(client, "/sign-in")
    token = next(field.get("value") for field in page.root.iter("input") if field.get("name") == "page_token")
    data = {"email": sam.email, "password": PASSWORD, "page_token": token}
    answer = client.post("/sign-in", data=data, headers={"X-Forwarded-Proto": "https"})
    assert ("Secure" in answer.headers["Set-Cookie"]) is is_secure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", "one"),
        ("TRUSTED_PROXIES", "-1"),
        ("BREACHED_PASSWORDS_URL", "http://example.org"),
        ("BREACHED_PASSWORDS_URL", "nonsense"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_environment({name: value})


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    """One house is one, whichever of its IPv6 addresses it uses; those of IPv4 stay apart on a server with IPv6."""
    assert limits.network_of(address) == network
