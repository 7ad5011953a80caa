"""Looking back: every version of an entry, who made it, when and why; and putting an earlier one back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from directory.models import FACT_GROUPS, Change, Entry
from directory.revisions.differences import Difference, differences
from directory.revisions.proposals import groups_of
from directory.revisions.publishing import change_entry, get_entry

_columns = Change.__table__.columns  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One change of an entry, and what it changed."""

    number: int
    action: str
    actor: str
    reason: str
    at: datetime
    differences: tuple[Difference, ...]


def history(session: Session, ref: str) -> tuple[HistoryItem, ...]:
    """Every change of an entry, newest first; none where there is no such entry."""
    rows = session.execute(select(*_columns).where(_columns["ref"] == ref).order_by(_columns["number"])).all()
    items, before = [], None
    for row in rows:
        after = Entry.model_validate(row.record)
        said = differences(before, after)
        items.append(HistoryItem(row.number, row.action, row.actor, row.reason, row.at, said))
        before = after
    return tuple(reversed(items))


@dataclass(frozen=True, slots=True)
class LiveChange:
    """A change that its provider made without approval."""

    ref: str
    reason: str
    at: datetime


def live_since(session: Session, since: datetime) -> tuple[LiveChange, ...]:
    """Every change that a provider made without approval after an instant, oldest first."""
    wanted = (_columns["action"] == "live") & (_columns["at"] > since)
    names = (_columns[name] for name in ("ref", "reason", "at"))
    rows = session.execute(select(*names).where(wanted).order_by(_columns["number"]))
    return tuple(LiveChange(*row) for row in rows)


def get_version(session: Session, ref: str, number: int) -> Entry:
    """The entry as it stood after a change, whichever entry that change was of; KeyError where it did not exist yet."""
    wanted = (_columns["ref"] == ref) & (_columns["number"] <= number)
    record = session.execute(
        select(_columns["record"]).where(wanted).order_by(_columns["number"].desc()).limit(1)
    ).scalar_one_or_none()
    if record is None:
        raise KeyError(ref)
    return Entry.model_validate(record)


def fields_changed_since(session: Session, ref: str, number: int, fields: Iterable[str]) -> tuple[str, ...]:
    """Which fields of an entry say something else now than after a change. Raises KeyError as `get_version` does."""
    then, now = get_version(session, ref, number), get_entry(session, ref)
    return tuple(field for field in fields if getattr(then, field) != getattr(now, field))


def restore(session: Session, ref: str, number: int, *, actor: str, reason: str, at: datetime) -> Entry:
    """Publish an earlier version again, as a new change, and give it. Inside a unit of work.

    Raises KeyError as `get_version` does.
    """
    earlier = get_version(session, ref, number)
    return change_entry(session, ref, lambda now: put_back(earlier, now), actor=actor, reason=reason, at=at)


def put_back(earlier: Entry, now: Entry) -> Entry:
    """An earlier version as it would be public again.

    Its live status and caution are of another time: those of now stay, and so does what was checked of facts that are
    the same.
    """
    moved = groups_of(difference.field for difference in differences(now, earlier))
    known = {said.fact_group: said for said in earlier.evidence}
    known |= {said.fact_group: said for said in now.evidence if said.fact_group not in moved}
    kept = {
        "live_status": now.live_status,
        "caution": now.caution,
        "evidence": tuple(known[group] for group in FACT_GROUPS if group in known),
    }
    return earlier.model_copy(update=kept)
