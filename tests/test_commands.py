"""The `flask` commands, as a maintainer types them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from directory import create_app, outbox, revisions
from directory.config import DATA, Config, MailServer
from directory.places import Places
from directory.tasks import Task
from tests.factories import make_entry
from tests.served import kept_port
from tests.smtp import mail_server


@pytest.fixture
def fresh(tmp_path: Path, places: Places, now: datetime) -> Flask:
    """An installation where nothing has been prepared but the postcode tables."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    return create_app(Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", 0), now=lambda: now)


def run(app: Flask, *arguments: str, stdin: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=stdin)


def test_prepare_makes_an_installation_and_may_be_repeated(fresh: Flask) -> None:
    """The second time nothing changes, not even the change number."""
    first = run(fresh, "prepare")
    assert first.exit_code == 0, first.output
    assert "363 added, 0 changed, 0 unchanged." in first.output
    again = run(fresh, "prepare")
    assert "0 added, 0 changed, 363 unchanged." in again.output
    assert "as of change 363." in again.output


def test_preparing_again_never_undoes_what_people_changed(house: Flask) -> None:
    """Between two releases a provider changes an entry: the shipped file leaves it alone, and the command says so."""
    assert "363 added" in run(house, "prepare").output
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.change_entry(
            session,
            "CAD-0002",
            lambda entry: entry.model_copy(update={"name": "Their name"}),
            actor="account:7",
            reason="",
            at=here.now(),
        )
    again = run(house, "prepare").output
    assert "0 added, 0 changed, 362 unchanged." in again
    assert "left alone because people changed them: CAD-0002." in again
    file = str(DATA / "services.csv")
    assert "Would be: 0 added, 1 changed" in run(house, "services", "load", file, "--over", "--dry-run").output
    assert "left alone because people changed them: CAD-0002." in run(house, "services", "load", file).output
    insisted = run(house, "services", "load", file, "--over").output
    assert "0 added, 1 changed, 362 unchanged." in insisted and "left alone" not in insisted


def test_a_dry_run_changes_nothing(fresh: Flask) -> None:
    """It says what would happen."""
    fresh.extensions["directory"].database.upgrade()
    dry = run(fresh, "services", "load", str(DATA / "services.csv"), "--dry-run")
    assert "Would be: 363 added" in dry.output
    real = run(fresh, "services", "load", str(DATA / "services.csv"))
    assert "363 added" in real.output


def test_a_file_with_a_fault_changes_nothing_and_names_line_and_column(fresh: Flask, tmp_path: Path) -> None:
    """One wrong cell among 363 rows: nothing is published."""
    fresh.extensions["directory"].database.upgrade()
    shipped = (DATA / "services.csv").read_text(encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(shipped.replace(",crisis_cafe,", ",crisis_caff,", 1), encoding="utf-8")
    wrong = run(fresh, "services", "load", str(tmp_path / "wrong.csv"))
    assert wrong.exit_code == 1
    assert "wrong.csv, line " in wrong.output
    assert ", service_type: " in wrong.output
    assert "crisis_cafe" in wrong.output
    assert "Nothing was changed." in wrong.output
    assert "363 added" in run(fresh, "services", "load", str(DATA / "services.csv")).output


def test_an_unprepared_installation_is_said_plainly(tmp_path: Path, now: datetime) -> None:
    """No traceback: what is missing, and the command that mends it."""
    app = create_app(Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", 0), now=lambda: now)
    result = run(app, "services", "load", str(DATA / "services.csv"))
    assert result.exit_code == 1
    assert "flask places compile" in result.output
    assert "Traceback" not in result.output


def test_a_database_without_tables_is_said_plainly(fresh: Flask) -> None:
    """The file is good, the database is not ready."""
    result = run(fresh, "services", "load", str(DATA / "services.csv"))
    assert result.exit_code == 1
    assert "flask prepare" in result.output


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (
            "Su 18:00-02:00",
            "2026-11-23T01:00",
            {"state": "open", "until": "2026-11-23T02:00:00+00:00", "next_open": None, "text": "Open until 2am"},
        ),
        (
            "Su 18:00-02:00",
            "2026-11-22T12:00:00Z",
            {
                "state": "closed",
                "until": "2026-11-22T18:00:00+00:00",
                "next_open": "2026-11-22T18:00:00+00:00",
                "text": "Opens 6pm today",
            },
        ),
        ("", "2026-07-01T12:00", {"state": "unknown", "until": None, "next_open": None, "text": "Hours not known"}),
    ],
)
def test_hours_are_answered_as_json(fresh: Flask, text: str, at: str, expected: dict[str, object]) -> None:
    """An instant without a zone is London's."""
    result = run(fresh, "hours", text, "--at", at)
    assert result.exit_code == 0
    assert json.loads(result.output) == expected


def test_hours_are_answered_line_by_line(fresh: Flask) -> None:
    """A line that cannot be read is answered too: not known, and why."""
    lines = [
        '{"hours": "24/7", "at": "2026-12-25T03:00"}',
        '{"hours": "whenever", "at": "2026-12-25T03:00"}',
        '{"hours": "24/7", "at": "teatime"}',
        "nonsense",
        "[]",
        "",
    ]
    result = run(fresh, "hours", stdin="\n".join(lines))
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer["state"] for answer in answers] == ["open", "unknown", "unknown", "unknown", "unknown"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True]


@pytest.mark.parametrize("line", [b"\xff\xfe", b"[" * 100_000, b"\x00", b'{"hours": "\\ud800"}', b'{"hours": 1e999}'])
def test_no_line_stops_the_lines_after_it(fresh: Flask, line: bytes) -> None:
    """Whatever the bytes are."""
    result = fresh.test_cli_runner().invoke(args=["hours"], input=line + b'\n{"hours": "24/7"}\n')
    first, second = map(json.loads, result.output.splitlines())
    assert (first["state"], second["state"], bool(first["error"])) == ("unknown", "open", True)


def test_hours_that_cannot_be_read_fail_the_command(fresh: Flask) -> None:
    """So that a script notices."""
    assert run(fresh, "hours", "Mo-Fr 25:00-26:00").exit_code == 1


def test_a_database_of_another_release_is_said_plainly(fresh: Flask) -> None:
    """Nothing is changed in tables that this release does not know."""
    database = fresh.extensions["directory"].database
    database.upgrade()
    with database.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    result = run(fresh, "prepare")
    assert result.exit_code == 1
    assert "another release" in result.output


def test_an_instance_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path, now: datetime) -> None:
    """It names the folder and the setting."""
    (tmp_path / "file").write_text("not a folder")
    app = create_app(Config(tmp_path / "file" / "instance", f"sqlite:///{tmp_path / 'x'}", 0), now=lambda: now)
    result = run(app, "prepare")
    assert result.exit_code == 1
    assert "INSTANCE_PATH" in result.output


def test_without_a_mail_server_messages_wait_and_the_command_says_so(house: Flask, now: datetime) -> None:
    """With the settings that it wants."""
    with house.extensions["directory"].database.unit_of_work() as session:
        outbox.put(session, key="test:1", to_email="sam@example.org", subject="s", text="t", html="h", at=now)
    sent = run(house, "mail", "send")
    assert sent.exit_code == 0
    assert sent.output == (
        "No mail server is set, so nothing was sent. Set MAIL_URL, MAIL_FROM and PUBLIC_URL. Waiting: 1.\n"
    )


def test_mail_is_sent_listed_and_sent_again(house: Flask, tmp_path: Path, now: datetime) -> None:
    """What the list shows is never an address and never a word of a message."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        for name in ("sam", "nobody"):
            address = f"{name}@example.org"
            outbox.put(session, key=f"test:{name}", to_email=address, subject="Secret", text="t", html="h", at=now)
    with mail_server(tmp_path / "mails") as server:
        here.config = replace(here.config, mail=server.settings)
        assert run(house, "mail", "send").output == "1 sent, 1 failed\n"
        assert run(house, "mail", "list").output == (
            "2\tfailed\ttest\twritten 2026-11-22 21:04 UTC\t1 attempts\tthe server refused the address: 550\n1 failed\n"
        )
        assert run(house, "mail", "again", "1").exit_code == 1
        assert run(house, "mail", "again", "2").exit_code == 0
        assert run(house, "mail", "list").output.endswith("1 waiting\n")
        assert run(house, "mail", "send").output == "1 failed\n"
    assert run(house, "mail", "send").output == "Nothing to send.\n"


def test_a_mail_server_that_is_down_is_said_plainly(house: Flask, now: datetime) -> None:
    """With what to check, and a status that a script notices."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        outbox.put(session, key="test:1", to_email="sam@example.org", subject="s", text="t", html="h", at=now)
    with kept_port() as port:
        here.config = replace(here.config, mail=MailServer("127.0.0.1", port, "none", "d@example.org"))
        sent = run(house, "mail", "send")
    assert sent.exit_code == 1
    assert "cannot be reached. Check MAIL_URL" in sent.output


def test_tasks_write_mail_and_send_it(house: Flask, tmp_path: Path) -> None:
    """What was asked of a provider leaves in the same pass, and is not written again."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        entry = make_entry(email="sam@example.org")
        revisions.publish(session, [entry], actor="a test", reason="", at=here.now())
    with mail_server(tmp_path / "mails") as server:
        here.config = replace(here.config, mail=server.settings)
        first = run(house, "tasks", "run")
        assert first.output == "still right: ask: 1 asked\nmail: 1 sent\n"
        assert run(house, "tasks", "run").output == "mail: Nothing to send.\n"
        (message,) = server.messages
    assert message["Subject"] == "Is Example Evening Sanctuary still right?"


def test_a_task_that_fails_fails_the_command(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that somebody notices; the mail leaves all the same."""

    def fail() -> str:
        raise RuntimeError("no")

    monkeypatch.setitem(house.extensions, "tasks", [Task("fail", "day", fail)])
    failed = run(house, "tasks", "run")
    assert failed.exit_code == 1
    assert "No mail server is set" in failed.output
