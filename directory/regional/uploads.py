"""A file between its dry run and its publication: kept here, so that what was checked is what is published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session

from directory.models import Upload

_KEPT = timedelta(hours=24)
_LONGEST_NAME = 100
_columns = Upload.__table__.columns  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it came, under the name that its sender's computer has for it."""

    name: str
    content: bytes


def keep(session: Session, account_id: int, name: str, content: bytes, at: datetime) -> None:
    """Keep a file for a day, in place of the one that the account sent before. Inside a unit of work."""
    drop(session, account_id)
    plain = "".join(filter(str.isprintable, name))[-_LONGEST_NAME:] or "a file without a name"
    session.add(Upload(account_id=account_id, name=plain, content=content, at=at, expires_at=at + _KEPT))
    session.flush()


def find(session: Session, account_id: int, at: datetime) -> Kept | None:
    """The file that an account sent, unless it was published, or its day is over."""
    upload = session.get(Upload, account_id)
    return Kept(upload.name, upload.content) if upload is not None and at < upload.expires_at else None


def drop(session: Session, account_id: int) -> None:
    """Throw the file of an account away. Inside a unit of work."""
    session.execute(delete(Upload).where(_columns["account_id"] == account_id))


def forget_expired(session: Session, at: datetime) -> None:
    """Throw away the files whose day is over. Inside a unit of work."""
    session.execute(delete(Upload).where(_columns["expires_at"] <= at))
