"""Makes entries what the directory says, each change with the next number, and reads them back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, null, select, update
from sqlmodel import Session

from directory.models import Audience, Change, Entry, Service
from directory.records import record_for

_BATCH = 500  # SQLite allows some 32,000 values in one statement
_columns = Service.__table__.columns  # type: ignore[attr-defined]
_number = Change.__table__.columns["number"]  # type: ignore[attr-defined]
_at = Change.__table__.columns["at"]  # type: ignore[attr-defined]
_REPLACE = (
    update(Service.__table__)  # type: ignore[attr-defined]
    .where(_columns["ref"] == bindparam("its_ref"))
    .values({column.name: bindparam(column.name) for column in _columns})
)
"""Written once for all entries of a publication: five thousand are replaced in seconds."""


@dataclass(frozen=True)
class Published:
    """What a publication did: references by outcome, and the last change number afterwards."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    number: int


def publish(
    session: Session, entries: Iterable[Entry], *, actor: str, reason: str, at: datetime, live: bool = False
) -> Published:
    """Make these entries what the directory says, and number each change.

    Call it inside `Database.unit_of_work()`. An entry equal to the published one is left alone and gets no number.
    `at` is an aware instant; where the newest change has a later one, its clock being ahead, that is kept instead.
    References must be unique among `entries`. A `live` change is one that its provider made without approval: a status,
    a closure, other hours on a date, "still right".
    """
    wanted = {entry.ref: entry for entry in entries}
    known = get_entries(session, wanted)
    added = [ref for ref in wanted if ref not in known]
    changed = [ref for ref, entry in wanted.items() if ref in known and known[ref] != entry]
    if added:
        session.execute(insert(Service), [wanted[ref].model_dump(mode="json") for ref in added])
    if changed:
        session.execute(_REPLACE, [{"its_ref": ref, **wanted[ref].model_dump(mode="json")} for ref in changed])
    action = "live" if live else "published"
    moves = [(known.get(ref), wanted[ref]) for ref in (*added, *changed)]
    number = _record(session, moves, action, actor, reason, at)
    touched = {*added, *changed}
    unchanged = tuple(ref for ref in wanted if ref not in touched)
    return Published(tuple(added), tuple(changed), unchanged, number)


def change_entry(
    session: Session,
    ref: str,
    change: Callable[[Entry], Entry],
    *,
    actor: str,
    reason: str,
    at: datetime,
    live: bool = False,
) -> Entry:
    """Publish what `change` makes of an entry as it is now, and give that; where it is equal, nothing happens.

    Call it inside `Database.unit_of_work()`, so that nobody else changes the entry in between. Raises KeyError where
    there is no such entry.
    """
    changed = change(get_entry(session, ref))
    publish(session, [changed], actor=actor, reason=reason, at=at, live=live)
    return changed


def next_ref(session: Session) -> str:
    """The reference of the next new entry: one above the highest that was ever given. Inside a unit of work."""
    return next_refs(session, 1)[0]


def next_refs(session: Session, count: int) -> tuple[str, ...]:
    """The references of the next new entries, in order. Inside a unit of work."""
    last = max((int(ref.removeprefix("CAD-")) for ref in get_refs(session)), default=0)
    return tuple(f"CAD-{number:04d}" for number in range(last + 1, last + 1 + count))


def number_of(session: Session, ref: str) -> int:
    """The number of the newest change of an entry; 0 where it has none."""
    column = Change.__table__.columns["ref"]  # type: ignore[attr-defined]
    return int(session.execute(select(func.coalesce(func.max(_number), 0)).where(column == ref)).scalar_one())


def numbers(session: Session) -> dict[str, int]:
    """The number of the newest change of each entry."""
    column = Change.__table__.columns["ref"]  # type: ignore[attr-defined]
    return {
        row.ref: row.number
        for row in session.execute(select(column, func.max(_number).label("number")).group_by(column))
    }


def refs_changed_by_others(session: Session, actors: Iterable[str]) -> set[str]:
    """References of the entries that anybody but these actors has ever changed."""
    columns = Change.__table__.columns  # type: ignore[attr-defined]
    by_others = select(columns["ref"]).where(columns["actor"].not_in(list(actors))).distinct()
    return set(session.execute(by_others).scalars())


def latest_number(session: Session) -> int:
    """The newest change number; 0 before the first change."""
    return int(session.execute(select(func.coalesce(func.max(_number), 0))).scalar_one())


def mark(session: Session, number: int) -> str:
    """What tells the change of this number from any other that ever had it: its instant and entry; "" for none.

    A database that was put back from a copy gives its numbers again, to other changes.
    """
    columns = Change.__table__.columns  # type: ignore[attr-defined]
    row = session.execute(select(columns["at"], columns["ref"]).where(_number == number)).one_or_none()
    return f"{row.at.isoformat()} {row.ref}" if row else ""


def refs_changed_after(session: Session, number: int) -> tuple[str, ...]:
    """References touched by changes above `number`, each once."""
    column = Change.__table__.columns["ref"]  # type: ignore[attr-defined]
    return tuple(session.execute(select(column).where(_number > number).distinct()).scalars())


def get_refs(session: Session) -> tuple[str, ...]:
    """The reference of every entry, in order."""
    return tuple(session.execute(select(_columns["ref"]).order_by(_columns["ref"])).scalars())


def refs_with_dos_service_id(session: Session, number: int) -> tuple[str, ...]:
    """References of the entries whose profile in the Directory of Services has a number, whoever may see them."""
    query = select(_columns["ref"]).where(_columns["dos_service_id"] == number).order_by(_columns["ref"])
    return tuple(session.execute(query).scalars())


def get_organizations(session: Session) -> dict[str, str]:
    """Who runs each entry, by reference, in order; "" where that is not known."""
    query = select(_columns["ref"], _columns["organization"]).order_by(_columns["ref"])
    return {row.ref: row.organization for row in session.execute(query)}


def get_entry(session: Session, ref: str) -> Entry:
    """The entry as it is published now, whoever may see it; KeyError where there is none."""
    return get_entries(session, [ref])[ref]


def get_entries(session: Session, refs: Iterable[str] | None = None) -> dict[str, Entry]:
    """Entries as they are published now, by reference, in order of reference; all of them when `refs` is None."""
    query = select(*_columns).order_by(_columns["ref"])
    if refs is None:
        return {row.ref: _entry(row) for row in session.execute(query)}
    wanted, found = sorted(refs), {}
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        found.update({row.ref: _entry(row) for row in session.execute(query.where(_columns["ref"].in_(batch)))})
    return found


def get_entries_with_status(session: Session) -> tuple[Entry, ...]:
    """The entries that say something of now, or once did, as they are published."""
    query = select(*_columns).where(_columns["live_status"].is_not(null())).order_by(_columns["ref"])
    return tuple(_entry(row) for row in session.execute(query))


def _entry(row: Row[Any]) -> Entry:
    return Entry.model_validate(row._asdict())


def _record(
    session: Session, moves: list[tuple[Entry | None, Entry]], action: str, actor: str, reason: str, at: datetime
) -> int:
    number = latest_number(session)
    if not moves:
        return number
    newest = session.execute(select(_at).where(_number == number)).scalar_one_or_none()
    changes = [
        {
            "number": number + position,
            "ref": entry.ref,
            "action": "withdrawn" if entry.status == "withdrawn" else action,
            "actor": actor,
            "reason": reason,
            "at": max(at, newest or at),
            "record": entry.model_dump(mode="json"),
            "public": _is_seen(before, entry, "public"),
            "professional": _is_seen(before, entry, "professional"),
        }
        for position, (before, entry) in enumerate(moves, start=1)
    ]
    session.execute(insert(Change), changes)
    return number + len(changes)


def _is_seen(before: Entry | None, after: Entry, audience: Audience) -> bool:
    return (record_for(before, audience) if before else None) != record_for(after, audience)
