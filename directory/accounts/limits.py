"""How often something may be done: counted by account, by address or by whoever sends a form, never by readers."""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app
from sqlalchemy import CursorResult, delete, func, select
from sqlmodel import Session

from directory.models import Mark

KEPT = timedelta(days=31)
"""How long marks are remembered; no limit looks back further, and no sign-in lasts longer."""

_columns = Mark.__table__.columns  # type: ignore[attr-defined]


def allowed(session: Session, kind: str, mark: str, at: datetime, most: int, within: timedelta) -> bool:
    """Whether this may be done once more, and count it if so. Inside a unit of work.

    At most `most` times within the time before `at`, for each `kind` of thing ("report", "password") and whoever does
    it or whom it is done to: `mark`, kept as a keyed hash.
    """
    if count(session, kind, mark, at, within) >= most:
        return False
    remember(session, kind, mark, at)
    return True


def count(session: Session, kind: str, mark: str, at: datetime, within: timedelta = KEPT) -> int:
    """How often it was done in the time before `at`."""
    since = at - within
    found = session.scalar(
        select(func.count()).where(_columns["kind"] == kind, _columns["mark"] == keyed(mark), _columns["at"] > since)
    )
    return found or 0


def remember(session: Session, kind: str, mark: str, at: datetime) -> None:
    """Count it. Inside a unit of work."""
    session.add(Mark(kind=kind, mark=keyed(mark), at=at))
    session.flush()


def forget(session: Session, kind: str, mark: str) -> None:
    """Begin to count anew. Inside a unit of work."""
    session.execute(delete(Mark).where(_columns["kind"] == kind, _columns["mark"] == keyed(mark)))


def prune(session: Session, at: datetime) -> int:
    """Throw away what is too old to matter, and say how many. Inside a unit of work; for the periodic tasks."""
    result = session.execute(delete(Mark).where(_columns["at"] <= at - KEPT))
    return result.rowcount if isinstance(result, CursorResult) else 0


def network_of(address: str) -> str:
    """The network that an address counts as: itself, of IPv6 the first half; as it is where it cannot be read."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a proxy that was told to be believed may say anything
        return address
    if isinstance(parsed, IPv6Address):  # a server on IPv6 has every address of IPv4 within one network
        parsed = parsed.ipv4_mapped or parsed
    return str(ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False))


def keyed(text: str) -> str:
    """A hash that only this installation can make, so that what was hashed cannot be guessed and tried."""
    return hmac.new(str(current_app.secret_key).encode(), text.encode(), hashlib.sha256).hexdigest()
