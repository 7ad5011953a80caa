"""Links that answer without signing in: random, kept only as a hash, good for thirty days and for one round."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session

from directory.models import StillRightLink, StillRightRound

GOOD_FOR = timedelta(days=30)

_links = StillRightLink.__table__.columns  # type: ignore[attr-defined]
_LINK = ("id", "round_id", "expires_at", "answered_at")
_rounds = StillRightRound.__table__.columns  # type: ignore[attr-defined]


class LinkUnknown(Exception):  # noqa: N818 - mistyped, not a fault
    """There is no such link."""


class LinkExpired(Exception):  # noqa: N818
    """The link is older than thirty days."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that may still answer, whom it was sent to, and what it asks about."""

    id: int
    round_id: int
    to_email: str
    refs: tuple[str, ...]
    answered_at: datetime | None

    @property
    def actor(self) -> str:
        """How the thread of changes names whoever answered."""
        return f"link:{self.id}"


def make_link(session: Session, round_id: int, at: datetime) -> str:
    """A new link of a round, as the token that goes into its address. Inside a unit of work."""
    token = secrets.token_urlsafe(32)
    row = {"round_id": round_id, "token_hash": _hash(token), "made_at": at, "expires_at": at + GOOD_FOR}
    session.execute(insert(StillRightLink), [row])
    return token


def get_link(session: Session, token: str, at: datetime) -> OpenLink:
    """The link with this token. Raises LinkUnknown and LinkExpired."""
    row = session.execute(
        select(*(_links[name] for name in _LINK), _rounds["to_email"], _rounds["refs"])
        .join(StillRightRound, _links["round_id"] == _rounds["id"])
        .where(_links["token_hash"] == _hash(token))
    ).one_or_none()
    if row is None:
        raise LinkUnknown
    if row.expires_at <= at:
        raise LinkExpired
    return OpenLink(row.id, row.round_id, row.to_email, tuple(row.refs), row.answered_at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
