"""The outbox, against a mail server that is a process of its own."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from directory import outbox
from directory.config import MailServer
from directory.db import Database
from directory.outbox.rows import BACK_OFF
from tests.served import kept_port
from tests.smtp import Server, mail_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with mail_server(tmp_path_factory.mktemp("smtp") / "mails") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """A mail server that has taken nothing yet."""
    for path in running.folder.iterdir():
        path.unlink()
    running.start_again_if_ended()
    return running


def put(database: Database, at: datetime, *names: str, **words: str) -> None:
    facts = {"subject": "Hello", "text": "Plain words", "html": "<p>Words</p>", **words}
    with database.unit_of_work() as session:
        for name in names:
            outbox.put(session, key=f"test:{name}", to_email=f"{name}@example.org", at=at, **facts)


def states(database: Database) -> dict[str, str]:
    """The state of each message by whom it is for."""
    with database.reading() as session:
        rows = session.execute(text("select to_email, state from mail order by id")).all()
    return {email.partition("@")[0]: state for email, state in rows}


def unsent(database: Database, at: datetime) -> dict[int, str]:
    with database.reading() as session:
        return {one.id: one.state for one in outbox.list_unsent(session, at)}


def test_a_message_arrives_whole(database: Database, server: Server, now: datetime) -> None:
    """Text and HTML, with a date, an identity that stays, and the mark of a machine."""
    put(database, now, "sam", subject="Prüfung £5", text="Zeile für Zeile\n.\nend", html="<p>Zeile für Zeile</p>")
    assert outbox.send_due(database, server.settings, lambda: now) == ["sent"]
    (message,) = server.messages
    assert server.recipients == ["sam@example.org"]
    assert (message["From"], message["To"]) == ("Crisis alternatives <directory@example.org>", "sam@example.org")
    assert (message["Subject"], message["Auto-Submitted"]) == ("Prüfung £5", "auto-generated")
    assert message["Date"].datetime == now.replace(microsecond=0)
    assert message["Message-ID"] == "<1.20261122210400000000@example.org>"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and plain.get_content().splitlines() == ["Zeile für Zeile", ".", "end"]
    assert html is not None and html.get_content().strip() == "<p>Zeile für Zeile</p>"
    assert all(byte < 128 for path in server.folder.iterdir() for byte in path.read_bytes())


def test_a_message_is_sent_once(database: Database, server: Server, now: datetime) -> None:
    put(database, now, "sam")
    put(database, now, "sam")
    assert outbox.send_due(database, server.settings, lambda: now) == ["sent"]
    assert outbox.send_due(database, server.settings, lambda: now) == []
    assert server.recipients == ["sam@example.org"]


@pytest.mark.parametrize(
    ("name", "outcome", "state", "error"),
    [
        ("nobody", "failed", "failed", "the server refused the address: 550"),
        ("words", "failed", "failed", "the server refused the message: 554"),
        ("full", "put off", "waiting", "the server did not take the address now: 452"),
        ("crash", "unsure", "sending", "the server hung up before it said whether it took the message"),
    ],
)
def test_what_the_server_says_decides(
    database: Database, server: Server, now: datetime, name: str, outcome: str, state: str, error: str
) -> None:
    """Refused for good, put off, or unsure; the error has no word of the server's own, which may name somebody."""
    put(database, now, name)
    assert outbox.send_due(database, server.settings, lambda: now) == [outcome]
    assert states(database) == {name: state}
    with database.reading() as session:
        assert [one.error for one in outbox.list_unsent(session, now)] == [error]


def test_one_refusal_does_not_hold_up_the_others(database: Database, server: Server, now: datetime) -> None:
    put(database, now, "sam", "nobody", "full", "words", "kim")
    outbox.send_due(database, server.settings, lambda: now)
    assert server.recipients == ["sam@example.org", "kim@example.org"]


def test_a_message_is_tried_again_later_and_later(database: Database, server: Server, now: datetime) -> None:
    """One minute, five, thirty; two hours, six, twenty-four; then it has failed."""
    put(database, now, "full")
    at = now
    for wait in BACK_OFF:
        assert outbox.send_due(database, server.settings, lambda: at) == ["put off"]  # noqa: B023
        early = at + wait - timedelta(seconds=1)
        assert outbox.send_due(database, server.settings, lambda: early) == []  # noqa: B023
        at += wait
    assert outbox.send_due(database, server.settings, lambda: at) == ["failed"]
    assert outbox.send_due(database, server.settings, lambda: at + timedelta(days=9)) == []


def test_a_server_that_is_down_costs_no_attempt(database: Database, now: datetime) -> None:
    """However long it is down, messages wait as they were."""
    put(database, now, "sam")
    with kept_port() as port, pytest.raises(outbox.ServerAway, match="cannot be reached"):
        outbox.send_due(database, MailServer("127.0.0.1", port, "none", "d@example.org"), lambda: now)
    with database.reading() as session:
        assert [(one.state, one.attempts) for one in outbox.list_unsent(session, now)] == [("waiting", 0)]


def test_nothing_is_said_in_the_clear_where_tls_was_wanted(database: Database, server: Server, now: datetime) -> None:
    put(database, now, "sam")
    with pytest.raises(outbox.ServerAway, match="TLS"):
        outbox.send_due(database, replace(server.settings, security="starttls"), lambda: now)
    assert server.recipients == []


def test_a_refused_password_is_said_plainly(database: Database, tmp_path: Path, now: datetime) -> None:
    put(database, now, "sam")
    with mail_server(tmp_path / "mails", "--refuse-passwords") as server:
        wrong = replace(server.settings, username="user", password="not the password")
        with pytest.raises(outbox.ServerAway, match="password of MAIL_URL"):
            outbox.send_due(database, wrong, lambda: now)
    assert states(database) == {"sam": "waiting"}


def test_what_may_have_arrived_is_never_sent_again_by_itself(database: Database, tmp_path: Path, now: datetime) -> None:
    """The server took it and died. Only somebody who asks for it has it sent again."""
    put(database, now, "crash")
    with mail_server(tmp_path / "before") as dying:
        outbox.send_due(database, dying.settings, lambda: now)
    later = now + timedelta(days=2)
    with mail_server(tmp_path / "after") as server:
        assert outbox.send_due(database, server.settings, lambda: later) == []
        assert unsent(database, later) == {1: "unsure"}
        with database.unit_of_work() as session:
            outbox.try_again(session, 1, later)
        outbox.send_due(database, server.settings, lambda: later)
        assert server.recipients == ["crash@example.org"]


def test_only_what_has_not_left_can_be_sent_again(database: Database, server: Server, now: datetime) -> None:
    put(database, now, "sam")
    outbox.send_due(database, server.settings, lambda: now)
    with database.unit_of_work() as session, pytest.raises(KeyError):
        outbox.try_again(session, 1, now)


@pytest.mark.parametrize(
    "address",
    [
        "sam@example.org\r\nBcc: kim@example.org",
        "sam@example.org, kim@example.org",
        "sam@example.org> SIZE=1\r\nRCPT TO:<kim@example.org",
        "Sam <sam@example.org>",
        "sam",
        "",
        "sám@example.org",
    ],
)
def test_an_address_is_one_address(database: Database, server: Server, now: datetime, address: str) -> None:
    """Anything else is refused before the server hears of it."""
    with database.unit_of_work() as session:
        outbox.put(session, key="test:1", to_email=address, subject="s", text="t", html="h", at=now)
    assert outbox.send_due(database, server.settings, lambda: now) == ["failed"]
    assert server.recipients == []


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1d", "\x85", "\u2028", "\r\n\r\n"])
def test_a_subject_is_one_line(database: Database, server: Server, now: datetime, separator: str) -> None:
    """No header can be put into a message."""
    put(database, now, "sam", subject=f"Hello{separator}Bcc: kim@example.org")
    outbox.send_due(database, server.settings, lambda: now)
    (message,) = server.messages
    assert server.recipients == ["sam@example.org"]
    assert message["Subject"] == "Hello Bcc: kim@example.org" and "Bcc" not in message


def test_words_of_old_messages_are_forgotten_and_their_keys_are_not(
    database: Database, server: Server, now: datetime
) -> None:
    """They may hold links that sign somebody in."""
    put(database, now, "sam", "nobody")
    outbox.send_due(database, server.settings, lambda: now)
    with database.unit_of_work() as session:
        outbox.forget(session, now + timedelta(days=31))
    put(database, now, "sam")
    with database.reading() as session:
        kept = session.execute(text("select key, to_email, text from mail order by id")).all()
    assert [tuple(row) for row in kept] == [
        ("test:sam", "", ""),
        ("test:nobody", "nobody@example.org", "Plain words"),
    ]


def _sender(url: str, settings: MailServer, now: datetime, barrier: Any) -> None:
    database = Database(url)
    barrier.wait(30)
    outbox.send_due(database, settings, lambda: now)
    database.close()


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_two_senders_at_once_send_nothing_twice(database: Database, server: Server, now: datetime) -> None:
    """Two processes, forty messages."""
    names = [f"person{number:02}" for number in range(40)]
    put(database, now, *names)
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(2)
    arguments = (url_of(database), server.settings, now, barrier)
    both = [processes.Process(target=_sender, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert sorted(server.recipients) == [f"{name}@example.org" for name in names]
    assert set(states(database).values()) == {"sent"}


def test_a_sender_that_is_killed_in_between_leaves_it_unsure(database: Database, server: Server, now: datetime) -> None:
    """The server has the whole message, the sender is killed before it hears so: reported, and not sent again."""
    put(database, now, "silent", "sam")
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(1)
    process = processes.Process(target=_sender, args=(url_of(database), server.settings, now, barrier))
    process.start()
    deadline = time.monotonic() + 30
    while not server.recipients and process.is_alive() and time.monotonic() < deadline:
        process.join(0.05)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    assert states(database) == {"silent": "sending", "sam": "waiting"}
    assert unsent(database, now) == {2: "waiting"}
    later = now + timedelta(minutes=11)
    assert outbox.send_due(database, server.settings, lambda: later) == ["sent"]
    assert unsent(database, later) == {1: "unsure"}
    assert server.recipients == ["silent@example.org", "sam@example.org"]
