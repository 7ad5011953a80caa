"""Versions: what readers have been told of each entry, by the change that told it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from directory.models import Audience, Change

_columns = Change.__table__.columns  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Version:
    """The newest change of an entry that its readers see. Of later instants are only versions of higher numbers."""

    ref: str
    number: int
    at: datetime


def versions(session: Session, audience: Audience, *, after: int = 0, upto: int) -> tuple[Version, ...]:
    """The newest version of each entry that has one after a change and up to another, in the order of their numbers.

    An entry that these readers can no longer see has one too: that tells them it is gone.
    """
    seen = _columns[audience].is_(True) & (_columns["number"] > after) & (_columns["number"] <= upto)
    newest = select(func.max(_columns["number"])).where(seen).group_by(_columns["ref"])
    names = (_columns[name] for name in ("ref", "number", "at"))
    rows = session.execute(select(*names).where(_columns["number"].in_(newest)).order_by(_columns["number"]))
    return tuple(Version(*row) for row in rows)
