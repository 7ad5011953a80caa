"""What a maintainer's sheet would do to the directory as it stands, and doing it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from directory import revisions
from directory.duplicates import Duplicate
from directory.loading.sheets import Complaint
from directory.models import Entry


class Moved(Exception):  # noqa: N818 - not a fault: somebody else was quicker
    """An entry has changed since the sheet was compared with it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The directory as a sheet finds it: every entry, the number of its newest change, and how it once stood.

    `earlier(ref, number)` raises KeyError as `revisions.get_version` does.
    """

    entries: Mapping[str, Entry]
    numbers: Mapping[str, int]
    earlier: Callable[[str, int], Entry]

    @classmethod
    def of(cls, session: Session) -> "Standing":
        """What a session sees; it must stay open while a sheet is compared."""
        entries, numbers = revisions.get_entries(session), revisions.numbers(session)
        return cls(entries, numbers, lambda ref, number: revisions.get_version(session, ref, number))


@dataclass(frozen=True, slots=True)
class Planned:
    """What one row would do. `before` is None of a new entry, whose reference is yet to come: "line 7".

    `cells` are column, text before and text after of what would change; none, where the row changes nothing.
    `leaves` is true where the entry would go to another region.
    """

    line: int
    before: Entry | None
    after: Entry
    cells: tuple[tuple[str, str, str], ...]
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sheet would do. It may be published only where there is no complaint."""

    rows: tuple[Planned, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    is_windows: bool = False

    @property
    def added(self) -> tuple[Planned, ...]:
        """The rows that are new entries."""
        return tuple(row for row in self.rows if row.before is None)

    @property
    def changed(self) -> tuple[Planned, ...]:
        """The rows that change an entry."""
        return tuple(row for row in self.rows if row.before is not None and row.cells)

    @property
    def unchanged(self) -> tuple[Planned, ...]:
        """The rows that change nothing."""
        return tuple(row for row in self.rows if not row.cells)

    @property
    def digest(self) -> str:
        """Tells this outcome from any other: two plans with the same digest change the same cells to the same texts."""
        outcome = [(row.after.ref, row.cells) for row in self.rows if row.cells]
        return hashlib.sha256(json.dumps(outcome).encode()).hexdigest()


def publish_plan(session: Session, plan: Plan, *, actor: str, reason: str, at: datetime) -> revisions.Published:
    """Publish what a plan says, in a unit of work; new entries get the next references, in the order of their lines.

    Raises ValueError where there are complaints, and Moved where an entry is not as it was compared.
    """
    if plan.complaints:
        raise ValueError(f"the sheet has {len(plan.complaints)} complaints, so none of it is published")
    now = revisions.get_entries(session, [row.after.ref for row in plan.changed])
    if any(now.get(row.after.ref) != row.before for row in plan.changed):
        raise Moved
    refs = revisions.next_refs(session, len(plan.added))
    new = [row.after.model_copy(update={"ref": ref}) for row, ref in zip(plan.added, refs, strict=True)]
    changed = [row.after for row in plan.changed]
    return revisions.publish(session, [*new, *changed], actor=actor, reason=reason, at=at)
