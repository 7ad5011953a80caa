"""Editors that perform a script: everything that changes what readers may know of an entry, and what must not.

Each step is a transaction on an entry; scripts are drawn by hypothesis, and performed by processes of their own.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, get_args

from hypothesis import strategies as st
from sqlmodel import Session

from directory import revisions
from directory.db import Database
from directory.feeds import fading
from directory.models import Entry, LiveState, LiveStatus, Phone
from tests.factories import CAMBERWELL, make_entry

REFS = tuple(f"CAD-{number}" for number in range(9001, 9013))
AT_ONCE = 5
"""How many entries a batch changes."""
SOON, LATER = timedelta(milliseconds=200), timedelta(hours=2)
"""How long what is said of now may hold."""


class Step(NamedTuple):
    """What is done to which entry; `value` is drawn, and read by each kind of step in its own way."""

    kind: str
    ref: str
    value: int


def beginning() -> list[Entry]:
    """The entries before anybody edits: some of each kind, and two that only professionals may see."""
    entries = [make_entry(ref=ref, opening_hours="Mo-Su 18:00-02:00", walk_in=True, **CAMBERWELL) for ref in REFS]
    return [e.model_copy(update={"audience": "professional"}) if e.ref in REFS[:2] else e for e in entries]


def _publish(session: Session, step: Step, now: datetime, **facts: Any) -> None:
    entry = revisions.get_entry(session, step.ref)
    _say(session, [entry.model_copy(update=facts)], now)


def _say(session: Session, entries: Sequence[Entry], now: datetime) -> None:
    revisions.publish(session, entries, actor="editor", reason="script", at=now)


def _edit(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now, description=f"Words {step.value}.", minimum_age=step.value % 30)


def _note(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now, notes=f"Note {step.value}", confidence=("high", "low")[step.value % 2])


def _for_professionals(session: Session, step: Step, now: datetime) -> None:
    numbers = (Phone(number="020 7946 0123"), Phone(number=f"020 7946 {step.value:04}", audience="professional"))
    _publish(session, step, now, phones=numbers, professional_notes=f"Side door {step.value}")


def _audience(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now, audience=("public", "professional")[step.value % 2])


def _status(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now, status=("withdrawn", "unverified", "active")[step.value % 3])


def _visibility(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now, address_visibility=("full", "area", "hidden")[step.value % 3])


def _move(session: Session, step: Step, now: datetime) -> None:
    """Another address, which nobody hears of while it is hidden."""
    _publish(session, step, now, address=f"{step.value} Example Street", entrance=f"Door {step.value}")


def _restore(session: Session, step: Step, now: datetime) -> None:
    number = 1 + step.value * revisions.latest_number(session) // 1000
    try:
        revisions.restore(session, step.ref, number, actor="editor", reason="put back", at=now)
    except KeyError:
        _nothing(session, step, now)  # there was no such entry yet


def _tap(session: Session, step: Step, now: datetime) -> None:
    states = get_args(LiveState)
    until = now + (LATER if step.value % 4 == 0 else SOON)
    said = LiveStatus(state=states[step.value % len(states)], at=now, until=until, note=f"Said {step.value}")
    _publish(session, step, now, live_status=said)


def _over(session: Session, step: Step, now: datetime) -> None:
    fading.take_away(session, now)


def _nothing(session: Session, step: Step, now: datetime) -> None:
    _publish(session, step, now)


def _many(session: Session, step: Step, now: datetime) -> None:
    start = step.value % len(REFS)
    entries = revisions.get_entries(session, (REFS * 2)[start : start + AT_ONCE]).values()
    _say(session, [entry.model_copy(update={"eligibility": f"For {step.value}."}) for entry in entries], now)


class _ChangedTheirMind(Exception):  # noqa: N818
    pass


def _undone(session: Session, step: Step, now: datetime) -> None:
    """A number that is given and taken back with the transaction."""
    _edit(session, step, now)
    raise _ChangedTheirMind


_DONE: dict[str, Callable[[Session, Step, datetime], None]] = {
    "edit": _edit,
    "note": _note,
    "for professionals": _for_professionals,
    "audience": _audience,
    "status": _status,
    "visibility": _visibility,
    "move": _move,
    "restore": _restore,
    "tap": _tap,
    "over": _over,
    "nothing": _nothing,
    "many": _many,
    "undone": _undone,
}
_OFTEN = ("edit", "status", "restore")
STEPS = st.builds(
    Step, st.sampled_from((*_DONE, *_OFTEN)), st.sampled_from(REFS), st.integers(min_value=0, max_value=999)
)
"""Any step. A withdrawn entry comes back by another step, or as it was."""


def perform(database: Database, step: Step, now: datetime) -> None:
    """Do a step at an instant, in a transaction."""
    try:
        with database.unit_of_work() as session:
            _DONE[step.kind](session, step, now)
    except _ChangedTheirMind:
        return


def edit(url: str, orders: Connection) -> None:
    """What the process of an editor runs: performs each script that it is sent, and says when it is done."""
    database = Database(url)
    while script := orders.recv():
        for step in script:
            perform(database, step, datetime.now(UTC))
        orders.send(len(script))
    database.close()
    orders.close()
