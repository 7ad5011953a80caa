"""Mail: messages are put into the outbox in the transaction of what caused them, and sent from there."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from directory.models import Mail

_columns = Mail.__table__.columns  # type: ignore[attr-defined]


def put(session: Session, *, key: str, to_email: str, subject: str, text: str, html: str, at: datetime) -> None:
    """Have a message sent, once: where there is one with this key already, nothing happens.

    It leaves only if the transaction of the session is committed. `at` is an aware instant.
    """
    if session.execute(select(_columns["id"]).where(_columns["key"] == key)).first():
        return
    row = {"key": key, "to_email": to_email, "subject": subject, "text": text, "html": html, "at": at, "due_at": at}
    session.execute(insert(Mail), [{**row, "state": "waiting", "attempts": 0, "error": ""}])
