"""Keys for machines: shown once, kept as a hash, good until they expire or are revoked. Each leaves its trace."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session

from directory.accounts import events
from directory.models import ApiKey, KeyScope

_SHAPE = re.compile(r"(cad_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_USED_WITHIN = timedelta(hours=1)
_SOON = timedelta(days=14)
_columns = ApiKey.__table__.columns  # type: ignore[attr-defined]


def make_key(
    session: Session,
    name: str,
    scopes: Sequence[KeyScope],
    *,
    actor: str,
    at: datetime,
    lasts: timedelta,
    account_id: int | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is kept nowhere. Inside a unit of work.

    `account_id` is the account of the actor, None for a command.
    """
    prefix = f"cad_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        prefix=prefix,
        key_hash=_hash(text),
        name=name,
        scopes=sorted(scopes),
        created_by=actor,
        created_at=at,
        expires_at=at + lasts,
    )
    session.add(key)
    session.flush()
    session.expunge(key)
    events.record(session, "key_made", account_id, actor=actor, at=at, key=_traced(key))
    return key, text


def find_key(session: Session, text: str, at: datetime) -> ApiKey | None:
    """The key with this text; None where there is none, or it has expired or was revoked."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    key = session.execute(select(ApiKey).where(_columns["prefix"] == match[1])).scalar_one_or_none()
    if key is None or not hmac.compare_digest(key.key_hash, _hash(text)):
        return None
    session.expunge(key)
    return key if is_good(key, at) else None


def is_good(key: ApiKey, at: datetime) -> bool:
    """Whether a key opens anything at an instant."""
    return key.revoked_at is None and at < key.expires_at


def expires_soon(key: ApiKey, at: datetime) -> bool:
    """Whether a key that is good has so little time left that its consumer should have the next one."""
    return is_good(key, at) and key.expires_at - at <= _SOON


def is_use_to_be_noted(key: ApiKey, at: datetime) -> bool:
    """Whether the last use that was written down is so old that this one should be."""
    return key.last_used_at is None or at - key.last_used_at >= _USED_WITHIN


def note_use(session: Session, key: ApiKey, at: datetime) -> None:
    """Write down that a key was used. Inside a unit of work."""
    session.execute(update(ApiKey).where(_columns["id"] == key.id).values(last_used_at=at))


def list_keys(session: Session) -> tuple[ApiKey, ...]:
    """Every key that was ever made, newest first."""
    keys = tuple(session.execute(select(ApiKey).order_by(_columns["id"].desc())).scalars())
    session.expunge_all()
    return keys


def get_key(session: Session, key_id: int) -> ApiKey:
    """The key of this number. Raises KeyError where there is none."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise KeyError(key_id)
    session.expunge(key)
    return key


def revoke_key(session: Session, key_id: int, *, actor: str, at: datetime, account_id: int | None = None) -> bool:
    """End a key now; False where it was revoked before. Inside a unit of work.

    `account_id` is as for `make_key`. Raises KeyError where there is no such key.
    """
    key = get_key(session, key_id)
    if key.revoked_at is not None:
        return False
    session.execute(update(ApiKey).where(_columns["id"] == key_id).values(revoked_by=actor, revoked_at=at))
    events.record(session, "key_revoked", account_id, actor=actor, at=at, key=_traced(key))
    return True


def _traced(key: ApiKey) -> str:
    """How the trail names a key."""
    return f"{key.name} ({key.prefix})"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
