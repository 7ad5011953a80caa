"""Who reads: keys that open something, what is no key, and how much anybody may ask in a minute."""

import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from directory import create_app, db
from directory.accounts import keys
from directory.config import Config
from directory.db import Database
from directory.feeds import readers
from directory.feeds.readers import ANYBODY_A_MINUTE, KEY_A_MINUTE, Counts, Reader, reader
from directory.models import ApiKey, KeyScope
from directory.web.entering import allow

PATH, KEYED = "/export/test", "/dos/test"
YEAR = timedelta(days=365)
Ask = Callable[..., TestResponse]
Make = Callable[..., tuple[ApiKey, str]]


def said_of(who: Reader) -> Response:
    return Response(f"{who.audience} {who.key.name if who.key else 'anybody'}", mimetype="text/plain")


def add_echo(app: Flask) -> Flask:
    """An application with two more addresses that say who reads: anybody, and those with a key alone."""
    app.add_url_rule(PATH, "echo", allow("anybody")(lambda: said_of(reader())))
    app.add_url_rule(KEYED, "echo_keyed", allow("anybody")(lambda: said_of(reader(must_have_key=True))))
    return app


@pytest.fixture
def ask(house: Flask) -> Ask:
    """Asks who reads, with an Authorization header or none."""
    client = add_echo(house).test_client()

    def asking(authorization: str | None = None, path: str = PATH, **more: Any) -> TestResponse:
        headers = {} if authorization is None else {"Authorization": authorization}
        return client.open(path, headers=headers, buffered=True, **more)

    return asking


@pytest.fixture
def make(database: Database, now: datetime) -> Make:
    """Makes a key, and gives it with its text."""

    def making(scope: KeyScope = "public", *, at: datetime = now) -> tuple[ApiKey, str]:
        with database.unit_of_work() as session:
            return keys.make_key(session, "Example", [scope], actor="test", at=at, lasts=YEAR)

    return making


def basic(name: str, password: str) -> str:
    """A header of HTTP Basic."""
    return f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"


def test_a_key_opens_what_it_is_for(ask: Ask, make: Make) -> None:
    """By Bearer or Basic, whatever the capitals of the scheme; nobody needs one for what is public."""
    kept, key = make("professional")
    assert ask().text == "public anybody"
    given = (f"Bearer {key}", f"bearer  {key} ", basic(kept.prefix, key), basic(kept.prefix, key).replace("Bas", "bAS"))
    assert {ask(each).text for each in given} == {"professional Example"}
    assert ask(f"Bearer {make()[1]}").text == "public Example"
    assert ask(basic(kept.prefix, key), KEYED).text == "professional Example"
    refused = ask(path=KEYED)
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_what_is_no_key_is_refused_alike(
    ask: Ask, make: Make, database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Unknown, expired, revoked or unreadable: 401, which tells neither which it was nor what was sent."""
    (kept, key), (gone, revoked), (_, expired) = make(), make(), make(at=now - YEAR)
    with database.unit_of_work() as session:
        keys.revoke_key(session, gone.id or 0, actor="test", at=now)
    texts = (expired, revoked, f"{kept.prefix}_{'A' * 43}", kept.prefix, "", "é", "\xa0", "x" * 7000)
    given = [f"Bearer {each}" for each in texts]
    given += [basic("somebody", key), basic("", key), basic(kept.prefix, kept.prefix), basic(kept.prefix, "")]
    given += ["Basic", "Basic é", "Basic !!!", f"Basic {b64encode(bytes([255, 58])).decode()}", basic("a", "b")[:-3]]
    given += ["", key, "Digest username=x", f"Token {key}"]
    details = set()
    with caplog.at_level(logging.DEBUG):
        for each in given:
            answer = ask(each)
            assert answer.status_code == 401, each
            assert answer.mimetype == "application/problem+json" and answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
            details.add(answer.json["detail"])  # type: ignore[index]
            assert key not in answer.text and "x" * 9 not in answer.text
    assert len(details) == 3 and key[13:] not in caplog.text
    assert ask(f"Bearer {key}").status_code == 200


def test_the_last_use_is_noted_once_an_hour(
    ask: Ask, make: Make, house: Flask, database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = make()
    noted = []
    for minutes in (0, 59, 61, 119, 121):
        monkeypatch.setattr(house.extensions["directory"], "now", lambda at=now + timedelta(minutes=minutes): at)
        ask(f"Bearer {key}")
        with database.reading() as session:
            used = keys.list_keys(session)[0].last_used_at
        assert used is not None
        noted.append((used - now) // timedelta(minutes=1))
    assert noted == [0, 0, 61, 61, 121]


def test_a_reader_does_not_wait_for_who_writes(
    ask: Ask, make: Make, house: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The use of a key that cannot be written down is let go, and noted the next time."""
    _, key = make()
    monkeypatch.setattr(db, "_PATIENCE", 50)
    house.extensions["directory"].database.close()  # so that the next connection has as little patience
    with database.unit_of_work() as session:
        session.execute(text("select 1"))
        assert ask(f"Bearer {key}").text == "public Example"
    with database.reading() as session:
        assert keys.list_keys(session)[0].last_used_at is None
    ask(f"Bearer {key}")
    with database.reading() as session:
        assert keys.list_keys(session)[0].last_used_at is not None


def test_without_the_database_anybody_reads_on_and_who_has_a_key_waits(
    ask: Ask, make: Make, house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = make()
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    monkeypatch.setattr(house.extensions["directory"], "database", nowhere)
    assert ask().text == "public anybody"
    answer = ask(f"Bearer {key}")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "60" and key not in answer.text
    assert ask("Bearer nonsense").status_code == 401
    nowhere.close()


@pytest.fixture
def clock(shipped: Config, now: datetime) -> Iterator[tuple[Flask, list[datetime]]]:
    """An application and the hands of its clock, which begin at a whole minute."""
    hands = [now]
    app = add_echo(create_app(shipped, now=lambda: hands[0]))
    yield app, hands
    app.extensions["directory"].database.close()


def answers(client: FlaskClient, count: int, method: str = "GET", **more: Any) -> list[int]:
    """The statuses of so many requests."""
    return [client.open(PATH, method=method, **more).status_code for _ in range(count)]


def test_anybody_may_ask_so_often_in_a_minute(clock: tuple[Flask, list[datetime]], now: datetime) -> None:
    """Then they are told how long to wait, to the second. Whoever has another address goes on."""
    app, hands = clock
    client = app.test_client()
    assert answers(client, ANYBODY_A_MINUTE) == [200] * ANYBODY_A_MINUTE
    hands[0] = now + timedelta(seconds=47.5)
    refused = client.get(PATH)
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "13"
    assert refused.json is not None and "Wait 13 seconds" in refused.json["detail"]
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert answers(client, 1, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}) == [200]
    hands[0] = now + timedelta(seconds=60)
    assert answers(client, 1) == [200]


def test_a_guess_counts_as_a_request_and_a_preflight_does_not(clock: tuple[Flask, list[datetime]]) -> None:
    client = clock[0].test_client()
    guess = {"Authorization": "Bearer nonsense"}
    assert set(answers(client, ANYBODY_A_MINUTE // 2, "HEAD")) == {200}
    assert set(answers(client, ANYBODY_A_MINUTE // 2, "OPTIONS")) == {200}
    assert set(answers(client, ANYBODY_A_MINUTE // 2, headers=guess)) == {401}
    assert answers(client, 1, headers=guess) == answers(client, 1) == [429]


def test_a_key_has_a_limit_of_its_own(ask: Ask, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is used from. A smaller one here, to be reached sooner."""
    assert KEY_A_MINUTE >= ANYBODY_A_MINUTE
    monkeypatch.setattr(readers, "KEY_A_MINUTE", 20)
    (_, key), (_, other) = make(), make()
    for number in range(20):
        where = {"REMOTE_ADDR": f"192.0.2.{number}"}
        assert ask(f"Bearer {key}", environ_overrides=where).status_code == 200
    assert ask(f"Bearer {key}").status_code == 429
    assert ask(f"Bearer {other}").status_code == ask().status_code == 200


def test_a_snapshot_a_minute_is_never_refused(clock: tuple[Flask, list[datetime]], now: datetime) -> None:
    """Nor is one a second."""
    app, hands = clock
    client = app.test_client()
    for second in range(180):
        hands[0] = now + timedelta(seconds=second)
        assert answers(client, 1) == [200]


@pytest.mark.parametrize(
    ("proxies", "one", "other", "are_one"),
    [
        (0, "192.0.2.1", "192.0.2.2", True),
        (1, "192.0.2.1", "192.0.2.2", False),
        (1, "203.0.113.9, 192.0.2.1", "203.0.113.8, 192.0.2.1", True),
        (1, "2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
        (1, "2001:db8:1:2::1", "2001:db8:1:3::1", False),
        (1, "::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        (1, "::ffff:192.0.2.1", "192.0.2.1", True),
        (1, "nonsense", "nonsense", True),
    ],
)
def test_who_asks_is_known_by_the_network_that_a_trusted_proxy_names(
    untouched: Flask, proxies: int, one: str, other: str, are_one: bool
) -> None:
    """Of IPv6 the first half counts. No address is kept: what is counted by is a keyed hash."""
    counts = Counts()
    app = Flask("echo")
    app.secret_key = "s" * 32
    app.extensions |= {"feed_counts": counts, "directory": untouched.extensions["directory"]}
    add_echo(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    for address in (one, other):
        app.test_client().get(PATH, headers={"X-Forwarded-For": address})
    asked = counts._asked
    assert sorted(asked.values()) == ([2] if are_one else [1, 1])
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in asked)
