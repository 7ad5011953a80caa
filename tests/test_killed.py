"""Processes that write are killed again and again, wherever they are: nothing is torn, and nothing done is lost."""

import multiprocessing
import random
from collections.abc import Iterator
from multiprocessing.connection import Connection

from sqlalchemy import text
from sqlmodel import Session

from directory import revisions
from directory.db import Database
from tests.factories import make_entry
from tests.killed import AT, REFS, write

ROUNDS = 15
EDITORS = 2
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.killed"])


def test_killing_writers_leaves_everything_before_or_after(database: Database) -> None:
    """Each round two editors write side by side and are killed after a number of writes drawn by lot."""
    with database.unit_of_work() as session:
        revisions.publish(session, [make_entry(ref=ref) for ref in REFS], actor="test", reason="", at=AT)
    done: set[str] = set()
    for round_ in range(ROUNDS):
        done |= _write_until_killed(database, round_)
    with database.reading() as session:
        _nothing_is_torn(session)
        kept = set(session.execute(text("select key from mail")).scalars())
    assert done - kept == set(), "said to be done, and lost"
    assert len(done) > ROUNDS * EDITORS
    unsaid = kept - done
    assert len(unsaid) <= ROUNDS * EDITORS, "committed in the instant before the kill: one a process at most"


def _write_until_killed(database: Database, round_: int) -> set[str]:
    """The names of what two editors said that they had done when they were killed."""
    lot, url = random.Random(round_), database.engine.url.render_as_string(hide_password=False)
    done, editors = set(), []
    for number in range(EDITORS):
        heard, said = PROCESSES.Pipe(duplex=False)
        editor = PROCESSES.Process(target=write, args=(url, f"{round_}.{number}", said))
        editor.start()
        said.close()
        editors.append((editor, heard))
    for _, heard in editors:
        done |= {heard.recv() for _ in range(lot.randint(1, 25))}
    for editor, _ in editors:
        editor.kill()
    for editor, heard in editors:
        editor.join()
        done |= set(_rest(heard))
        heard.close()
    return done


def _rest(heard: Connection) -> Iterator[str]:
    """What was said before the end and not yet heard; the last word may be cut off."""
    try:
        while True:
            yield heard.recv()
    except (EOFError, OSError):
        return


def _nothing_is_torn(session: Session) -> None:
    changes = session.execute(text("select number, ref, reason from change order by number")).all()
    assert [row.number for row in changes] == list(range(1, len(changes) + 1))
    for ref, entry in revisions.get_entries(session).items():
        assert revisions.get_version(session, ref, len(changes)) == entry
        assert entry.description == entry.eligibility or entry.description == make_entry().description
    keys = set(session.execute(text("select key from mail")).scalars())
    reasons = {row.reason.removeprefix("Reports closed: ") for row in changes} - {"", "Reported by several people"}
    assert reasons <= keys, "a change without the message of the same transaction"
    proposals = set(session.execute(text("select note from proposal")).scalars())
    decisions = session.execute(text("select outcome, reason, number from decision")).all()
    assert proposals | {row.reason for row in decisions} - {""} <= keys
    published = {row.number for row in decisions if row.number is not None}
    assert published <= {row.number for row in changes}
    assert all((row.number is not None) == (row.outcome == "approved") for row in decisions)
