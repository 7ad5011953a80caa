"""Keys for machines: the pages of administrators, the commands, and the trace that each leaves."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts import keys
from directory.db import Database
from directory.models import Account, ApiKey, SQLModel
from tests.pages import Page
from tests.people import make_account, sign_in

KEY = re.compile(r"cad_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
YEAR = timedelta(days=365)


@pytest.fixture
def ada(database: Database) -> Account:
    """An administrator."""
    with database.unit_of_work() as session:
        return make_account(session, "Ada Admin", administrator=("",))


@pytest.fixture
def client(house: Flask, ada: Account) -> FlaskClient:
    """Her browser."""
    return sign_in(house.test_client(), ada)


def made(client: FlaskClient, **fields: str) -> Page:
    """The page that shows a key which was made just now."""
    wanted = {"name": "Example Trust, bed finder", "scope": "public", "days": "365", **fields}
    return Page(Page.fetch(client, "/keys/new").send(client, "/keys/new", status=200, **wanted))


def key_on(page: Page) -> str:
    """The key that a page shows."""
    found = KEY.search(page.main)
    assert found, page.main
    return found[0]


def whole_database(database: Database) -> str:
    """Everything in it, as text."""
    with database.reading() as session:
        return "\n".join(
            str(row) for table in SQLModel.metadata.sorted_tables for row in session.execute(select(table)).all()
        )


def find(database: Database, key: str, at: datetime) -> ApiKey | None:
    """The key with this text."""
    with database.reading() as session:
        return keys.find_key(session, key, at)


def test_a_key_is_made_and_shown_once(
    client: FlaskClient, database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """With how to send it. Nothing of it but its beginning is kept, in the database, on a page or in the log."""
    page = made(client, scope="professional", days="30")
    key = key_on(page)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert f"Authorization: Bearer {key}" in page.main and "9:04pm on Tuesday 22 December" in page.main
    found = find(database, key, now)
    assert found is not None and (found.name, found.scopes) == ("Example Trust, bed finder", ["professional"])
    secret = key[13:]
    assert secret not in whole_database(database) and secret not in caplog.text
    for path in ("/keys", f"/keys/{found.id}/revoke", "/people/events"):
        assert secret not in Page.fetch(client, path).html and found.prefix in Page.fetch(client, path).main


def test_a_form_that_is_sent_again_makes_no_second_key(client: FlaskClient, database: Database) -> None:
    """As a browser does that loads the page anew: it leads to the list."""
    form = Page.fetch(client, "/keys/new")
    fields = {"name": "Example", "scope": "public", "days": "30"}
    form.send(client, "/keys/new", status=200, **fields)
    assert form.send(client, "/keys/new", **fields).headers["Location"] == "/keys"
    with database.reading() as session:
        assert len(keys.list_keys(session)) == 1
    assert made(client, name="Another").h1 == "The new key of Another"


def test_what_is_missing_or_cannot_be_is_said(client: FlaskClient) -> None:
    """At its field, and no key is made."""
    wrong = [("name", " "), ("name", "x" * 101), ("scope", "everything"), ("scope", None), ("days", "9999")]
    form = Page.fetch(client, "/keys/new")
    for field, value in wrong:
        fields: dict[str, str | None] = {"name": "Example", "scope": "public", "days": "30", field: value}
        page = Page(form.send(client, "/keys/new", status=422, **fields))
        assert [where for _, where in page.errors] == [f"#{field}"] and not KEY.search(page.html)


def test_the_list_says_how_each_key_stands(client: FlaskClient, database: Database, now: datetime) -> None:
    """Newest first; what expires within 14 days is marked, and who made a key is named."""
    assert "0 keys" in Page.fetch(client, "/keys").main
    with database.unit_of_work() as session:
        for name, days in (("Old", 300), ("Soon", 365 - 14), ("Well", 365 - 15)):
            keys.make_key(session, name, ["public"], actor="command:keys", at=now - timedelta(days=days), lasts=YEAR)
        keys.make_key(session, "Gone", ["public"], actor="command:keys", at=now - YEAR, lasts=YEAR)
        keys.note_use(session, keys.list_keys(session)[1], now)
    made(client, name="New", scope="professional")
    rows = [" ".join("".join(row.itertext()).split()) for row in Page.fetch(client, "/keys").having("nhsuk-table__row")]
    names = ["New", "Gone", "Well", "Soon", "Old"]
    assert [name for row, name in zip(rows, names, strict=True) if f"uses it {name}cad_" not in row] == []
    assert "by Ada Admin" in rows[0] and "Last used Never" in rows[0] and "professionals too" in rows[0]
    assert "Expired 9:04pm on Sunday 22 November" in rows[1] or "Expired 9:04pm today" in rows[1]
    assert "by a command" in rows[2] and "Last used 9:04pm today" in rows[2] and "Good until" in rows[2]
    assert "Expires soon: 9:04pm on Sunday 6 December" in rows[3] and "Good until" in rows[4]
    assert "1 key expires within 14 days." in Page.fetch(client, "/keys").main


def test_a_key_is_revoked_after_a_question(client: FlaskClient, database: Database, now: datetime) -> None:
    """Opening the question changes nothing; answering it twice ends the key once, and it stays in the list."""
    key = key_on(made(client))
    found = find(database, key, now)
    assert found is not None
    path = f"/keys/{found.id}/revoke"
    page = Page.fetch(client, path)
    assert find(database, key, now) is not None
    for _ in range(2):
        assert page.send(client, path).headers["Location"] == "/keys"
    assert find(database, key, now) is None
    assert "Revoked 9:04pm today, by Ada Admin" in Page.fetch(client, "/keys").main
    assert client.get(path).headers["Location"] == "/keys"
    trail = Page.fetch(client, "/people/events").main
    traced = f"Ada Admin: Key for a machine {{}}: Example Trust, bed finder ({found.prefix}), by Ada Admin"
    assert trail.count(traced.format("made")) == trail.count(traced.format("revoked")) == 1
    assert client.get("/keys/99/revoke").status_code == 404


def test_making_and_revoking_ask_for_the_password_once_more(
    house: Flask, client: FlaskClient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it was given long ago; administrators find the keys where they find people."""
    assert Page.fetch(client, "/people").links["Keys"] == "/keys"
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + timedelta(minutes=29))
    client.get("/keys")
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: now + timedelta(minutes=31))
    assert Page.fetch(client, "/keys").h1 == "Keys for machines"
    for path in ("/keys/new", "/keys/1/revoke"):
        assert client.get(path).headers["Location"] == f"/account/sure?next={path}"


def test_a_key_that_nobody_has(database: Database, now: datetime) -> None:
    """Whatever is like one: another secret, its beginning alone, what stands in the database, and lookalikes."""
    with database.unit_of_work() as session:
        kept, key = keys.make_key(session, "Example", ["public"], actor="test", at=now, lasts=YEAR)
    wrong = [
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        kept.prefix,
        kept.key_hash,
        key.upper(),
        f"{key} ",
        f"{key}\n",
    ]
    wrong += ["", "cad_", "é" * 56, key.replace("_", "-"), key + key, f"{kept.prefix}_{kept.key_hash[:43]}", "\0"]
    assert [text for text in wrong if find(database, text, now)] == []
    assert find(database, key, now) is not None


def test_a_key_ends_at_its_instant(database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        _, key = keys.make_key(session, "Example", ["public"], actor="test", at=now, lasts=YEAR)
    assert find(database, key, now + YEAR - timedelta(seconds=1)) is not None
    assert find(database, key, now + YEAR) is None


Run = Callable[..., Result]


@pytest.fixture
def run(house: Flask) -> Run:
    """Runs a `flask keys` command."""
    return lambda *arguments: house.test_cli_runner().invoke(args=["keys", *arguments])


def test_keys_by_command(run: Run, database: Database, now: datetime, client: FlaskClient) -> None:
    """Printed once, listed without the key, revoked by how it begins; each leaves its trace."""
    assert run("list").output == "There are no keys.\n"
    result = run("make", "Example Trust", "--professional", "--days", "30")
    key = result.stdout.strip()
    assert KEY.fullmatch(key) and "Good until 9:04pm on 22 December 2026" in result.stderr
    found = find(database, key, now)
    assert found is not None and found.scopes == ["professional"] and found.expires_at == now + timedelta(days=30)
    run("make", "Another")
    listed = run("list").output.splitlines()
    assert [line.rpartition("\t")[2] for line in listed] == ["Another", "Example Trust"]
    assert key[13:] not in "".join(listed) and listed[1].startswith(f"{key[:12]}\tGood\tuntil 9:04pm on 22 December")
    assert run("revoke", key[:12]).output == "Example Trust: revoked.\n"
    assert run("revoke", key[:12]).output == "Example Trust: was revoked before.\n"
    assert find(database, key, now) is None
    trail = Page.fetch(client, "/people/events").main
    assert f"Key for a machine revoked: Example Trust ({key[:12]}), by a command" in trail


def test_a_command_that_cannot_be_done_says_why(run: Run) -> None:
    wrong = {
        ("make", " "): "NAME says who will use the key",
        ("make", "x" * 101): "NAME says who will use the key",
        ("make", "x", "--days", "0"): "1<=x<=730",
        ("make", "x", "--days", "731"): "1<=x<=730",
        ("revoke", "cad_00000000"): "There is no key cad_00000000. flask keys list shows them.",
    }
    for arguments, says in wrong.items():
        result = run(*arguments)
        assert result.exit_code and says in result.output
    assert run("list").output == "There are no keys.\n"
