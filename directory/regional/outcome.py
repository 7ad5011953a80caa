"""What a sheet would do, in words and tables."""

from collections.abc import Sequence
from typing import Any

from directory.loading import Plan, Planned

_MOST = 100
"""So many of each are on the page; the rest is in the file beside it."""

Cell = dict[str, str]


class Outcome:
    """A plan as its page shows it: rows of nhsuk's tables."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names = {row.after.ref: row.after.name for row in plan.rows}
        self.more_faults = max(0, len(plan.complaints) - _MOST)
        self.more_added = max(0, len(plan.added) - _MOST)
        self.more_changed = max(0, len(plan.changed) - _MOST)

    @property
    def counts(self) -> list[tuple[str, str]]:
        """What the rows are, and how many."""
        plan = self._plan
        counted = (
            ("new", plan.added),
            ("changed", plan.changed),
            ("unchanged", plan.unchanged),
            ("wrong", plan.complaints),
            ("possibly duplicate", plan.duplicates),
        )
        return [(name, f"{len(found):,}") for name, found in counted]

    @property
    def faults(self) -> list[list[Cell]]:
        """Line, column, and what is wrong."""
        shown = self._plan.complaints[:_MOST]
        return _rows([(str(fault.line), fault.column or "The whole row", fault.message) for fault in shown])

    @property
    def duplicates(self) -> list[list[Cell]]:
        """An entry of the sheet, the one that it may be, and why."""
        found = self._plan.duplicates[:_MOST]
        return _rows([(self._named(each.ref), self._named(each.other_ref), ", ".join(each.reasons)) for each in found])

    @property
    def added(self) -> list[list[Cell]]:
        """Line, name and organisation of each new entry."""
        shown = self._plan.added[:_MOST]
        return _rows([(str(row.line), row.after.name, row.after.organization or "Not known") for row in shown])

    @property
    def changed(self) -> list[list[Cell]]:
        """Entry, column, before and after of each cell."""
        return _rows(
            [
                (_entry(row), name, before or "Empty", after or "Empty")
                for row in self._plan.changed[:_MOST]
                for name, before, after in row.cells
            ]
        )

    @property
    def button(self) -> str:
        """What publishing would do, in few words."""
        parts = [
            f"{len(rows):,} {word} {'entry' if len(rows) == 1 else 'entries'}"
            for word, rows in (("new", self._plan.added), ("changed", self._plan.changed))
            if rows
        ]
        return f"Publish {' and '.join(parts)}" if parts else ""

    def _named(self, ref: str) -> str:
        return f"{ref}: {self._names[ref]}" if ref in self._names else ref


def _entry(row: Planned) -> str:
    name = row.before.name if row.before else row.after.name
    return f"{row.after.ref}: {name}{'. It would leave your region' if row.leaves else ''}"


def _rows(rows: Sequence[tuple[str, ...]]) -> list[list[Any]]:
    return [[{"text": text} for text in row] for row in rows]
