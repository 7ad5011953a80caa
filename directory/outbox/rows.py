"""Messages as rows: put in, claimed by one sender, settled, and forgotten when they are old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Select, func, insert, select, update
from sqlmodel import Session

from directory.models import Mail, MailState

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 24 * 60))
"""How long to wait after each attempt that failed for now; after the last a message has failed for good."""

KEPT = timedelta(days=30)
"""How long the words of a message that was sent are kept: they may hold links that sign somebody in."""

UNSURE_AFTER = timedelta(minutes=10)
"""No sender needs longer for one message: after that nobody knows whether it left."""

UnsentState = Literal["waiting", "failed", "unsure"]

_columns = Mail.__table__.columns  # type: ignore[attr-defined]


class Claimed(NamedTuple):
    """A message that nobody else will send."""

    id: int
    to_email: str
    subject: str
    text: str
    html: str
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that has not left, or perhaps has: what it is about, and never to whom or in which words."""

    id: int
    about: str
    state: UnsentState
    attempts: int
    error: str
    at: datetime
    due_at: datetime


def put(session: Session, *, key: str, to_email: str, subject: str, text: str, html: str, at: datetime) -> None:
    """Have a message sent, once: where there is one with this key already, nothing happens.

    It leaves only if the transaction of the session is committed. `at` is an aware instant. A subject is one line.
    """
    if session.execute(select(_columns["id"]).where(_columns["key"] == key)).first():
        return
    subject = " ".join(subject.split())
    row = {"key": key, "to_email": to_email, "subject": subject, "text": text, "html": html, "at": at, "due_at": at}
    session.execute(insert(Mail), [{**row, "state": "waiting", "attempts": 0, "error": ""}])


def last_put(session: Session, beginning: str) -> datetime | None:
    """When the newest message was written whose key begins so; None where there is none."""
    begins = _columns["key"].startswith(beginning, autoescape=True)
    newest: datetime | None = session.execute(select(func.max(_columns["at"])).where(begins)).scalar_one()
    return newest


def is_any_due(session: Session, at: datetime) -> bool:
    """Whether a message waits to be sent now."""
    return session.execute(_due(at)).first() is not None


def claim(session: Session, at: datetime) -> Claimed | None:
    """The next message that is due, marked so that nobody else sends it; None where none is. Inside a unit of work."""
    row = session.execute(_due(at)).first()
    if row is None:
        return None
    claimed = Claimed(*row)
    _settle(session, claimed.id, "sending", attempts=claimed.attempts + 1, due_at=at)
    return claimed._replace(attempts=claimed.attempts + 1)


def sent(session: Session, mail: Claimed, at: datetime) -> None:
    """Note that the server has taken a message. Inside a unit of work."""
    _settle(session, mail.id, "sent", error="", sent_at=at)


def put_off(session: Session, mail: Claimed, error: str, at: datetime) -> bool:
    """Have a message tried again later; False where it has been tried often enough. Inside a unit of work."""
    if mail.attempts > len(BACK_OFF):
        return False
    _settle(session, mail.id, "waiting", error=error, due_at=at + BACK_OFF[mail.attempts - 1])
    return True


def failed(session: Session, mail: Claimed, error: str) -> None:
    """Give a message up. Inside a unit of work."""
    _settle(session, mail.id, "failed", error=error)


def unsure(session: Session, mail: Claimed, error: str) -> None:
    """Note why nobody knows whether a message has left; it is never sent again by itself. Inside a unit of work."""
    _settle(session, mail.id, "sending", error=error)


def list_unsent(session: Session, at: datetime) -> tuple[Unsent, ...]:
    """Every message that waits, has failed, or may have left when its sender was cut off; oldest first.

    One that is being sent at this moment is not among them.
    """
    names = ("id", "key", "state", "attempts", "error", "at", "due_at")
    query = select(*(_columns[name] for name in names)).where(_columns["state"] != "sent").order_by(_columns["id"])
    found = []
    for row in session.execute(query):
        is_unsure = row.state == "sending"
        if is_unsure and not row.error and row.due_at > at - UNSURE_AFTER:
            continue
        state: UnsentState = "unsure" if is_unsure else row.state
        found.append(Unsent(row.id, _about(row.key), state, row.attempts, row.error, row.at, row.due_at))
    return tuple(found)


def try_again(session: Session, mail_id: int, at: datetime) -> None:
    """Have a message that failed, or perhaps left, sent as if for the first time. Inside a unit of work.

    Raises KeyError where there is no such message.
    """
    if mail_id not in {mail.id for mail in list_unsent(session, at)}:
        raise KeyError(mail_id)
    _settle(session, mail_id, "waiting", attempts=0, error="", due_at=at)


def forget(session: Session, at: datetime) -> None:
    """Take address and words from messages that were sent long ago. Their keys stay, so that none is sent twice."""
    old = (_columns["state"] == "sent") & (_columns["sent_at"] < at - KEPT) & (_columns["to_email"] != "")
    session.execute(update(Mail).where(old).values(to_email="", subject="", text="", html=""))


def _due(at: datetime) -> Select[Any]:
    return (
        select(*(_columns[name] for name in Claimed._fields))
        .where(_columns["state"] == "waiting", _columns["due_at"] <= at)
        .order_by(_columns["due_at"], _columns["id"])
        .limit(1)
    )


def _about(key: str) -> str:
    """What a key says without whatever it is of: "invitation:12" is an invitation."""
    return key.partition(":")[0]


def _settle(session: Session, mail_id: int, state: MailState, **values: object) -> None:
    session.execute(update(Mail).where(_columns["id"] == mail_id).values(state=state, **values))
