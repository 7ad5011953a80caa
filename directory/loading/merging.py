"""A maintainer's sheet beside the directory as it stands: only the cells that they changed change anything."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from directory.duplicates import possible_duplicates
from directory.loading.cells import CellError, dates_meant
from directory.loading.columns import Column, cells_of, fields_of
from directory.loading.plans import Plan, Planned, Standing
from directory.loading.reading import (
    NUMBERS,
    VERSION,
    Progress,
    contradictions,
    entry_of,
    facts_of,
    known_groups,
    repetition,
    value_of,
    values_of,
)
from directory.loading.sheets import Complaint, Row, SheetError, read_sheet, unguarded
from directory.loading.writing import sort_of
from directory.models import Entry, Evidence
from directory.revisions.proposals import checked, groups_of

MAX_ROWS = 5_000
_SHOWN = 200  # characters of a cell in a complaint
_PLACE = ("address", "postcode", "entrance")
_TELLING = frozenset({"name", "phones", "postcode"})  # what duplicates are known by
_SORTS = {
    ("voice", "public", ""),
    ("text", "public", ""),
    ("voice", "professional", ""),
    ("voice", "professional", "handover"),
}


def within(seconds: float, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Gives the rows one by one, and raises SheetError when so many seconds have passed."""

    def rows_in_time(rows: list[Row]) -> Iterator[Row]:
        end = clock() + seconds
        for row in rows:
            if clock() > end:
                problem = f"Checking took longer than {seconds:g} seconds and was stopped here. Split the file."
                raise SheetError(Complaint(row.line, "", problem))
            yield row

    return rows_in_time


def compare(
    content: bytes,
    columns: Mapping[str, Column],
    standing: Standing,
    *,
    is_theirs: Callable[[Entry], bool],
    at: datetime,
    progress: Progress,
) -> Plan:
    """What publishing a file would do, at an instant, for somebody who keeps the entries that `is_theirs` tells.

    Nothing is changed, and nothing raised: whatever is wrong is a complaint.
    """
    comparison = _Comparison(columns, standing, is_theirs, at)
    try:
        sheet = read_sheet(content, tuple(columns), (VERSION,), MAX_ROWS)
        comparison.is_windows = sheet.is_windows
        for row in progress(list(sheet.rows)):
            comparison.add(row)
    except SheetError as error:
        return Plan(complaints=error.complaints)
    complaints = sorted((*sheet.complaints, *comparison.complaints), key=lambda complaint: complaint.line)
    rows = tuple(comparison.rows)
    fresh = [row.after for row in rows if row.before is None or _looks_new(row.before, row.after)]
    duplicates = possible_duplicates(fresh, standing.entries.values())
    return Plan(rows, tuple(complaints), duplicates, sheet.is_windows)


@dataclass(slots=True)
class _Comparison:
    """Rows, one after the other, become what they would do or what is wrong with them."""

    columns: Mapping[str, Column]
    standing: Standing
    is_theirs: Callable[[Entry], bool]
    at: datetime
    is_windows: bool = False
    rows: list[Planned] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        ref = row.cells["ref"].upper()
        if repeated := repetition(ref, row.line, self.lines):
            self.complaints.append(repeated)
            return
        outcome = self._existing(row, ref) if ref else self._new(row)
        if isinstance(outcome, Planned):
            self.rows.append(outcome)
        else:
            self.complaints += outcome

    def _new(self, row: Row) -> Planned | list[Complaint]:
        columns = {name: column for name, column in self.columns.items() if name != "ref"}
        values, wrong = values_of(row, columns)
        wrong += _complaints(row.line, contradictions(row.cells, values))
        if wrong:
            return wrong
        entry = entry_of({**values, "ref": f"line {row.line}"}, known_groups(row.cells))
        if not self.is_theirs(entry):
            where = "borough" if row.cells["borough"] else "area_served"
            return [Complaint(row.line, where, "This is not in your region: ask the region that it is in to add it.")]
        if entry.status != "unverified":
            groups = [evidence.fact_group for evidence in entry.evidence]
            entry = checked(entry, groups, by="region", how="spreadsheet", at=self.at)
        cells = tuple((name, "", unguarded(row.cells[name])) for name in columns if row.cells[name])
        return Planned(row.line, None, entry, cells)

    def _existing(self, row: Row, ref: str) -> Planned | list[Complaint]:
        now = self.standing.entries.get(ref)
        if now is None:
            mend = "Leave the cell empty for a new entry: it gets its reference when it is published."
            return [Complaint(row.line, "ref", f"There is no entry {ref[:20]}. {mend}")]
        if not self.is_theirs(now):
            return [Complaint(row.line, "ref", f"{ref} is not in your region. Take this row out.")]
        ours = cells_of(now, self.columns)
        wanted, wrong = self._wanted(row, now, ours)
        if wrong or not wanted:
            return wrong or Planned(row.line, now, now, ())
        whole = _with_place({**ours, **wanted}, now)
        values, unreadable = values_of(Row(row.line, whole), self.columns)
        needed = {*wanted, *(NUMBERS if not wanted.keys().isdisjoint(NUMBERS) else ())}
        wrong = [complaint for complaint in unreadable if complaint.column in needed]
        wrong += _complaints(row.line, contradictions(whole, values))
        if now.address_visibility == "hidden" and values.get("address_visibility") != "hidden":
            problem = f"Where {ref} is stays out of files. Have its address shown on its own page, not here."
            wrong.append(Complaint(row.line, "address_visibility", problem))
        if wrong:
            return wrong
        after = self._merged(now, values, wanted)
        return Planned(row.line, now, after, self._said(ours, wanted, after), not self.is_theirs(after))

    def _wanted(self, row: Row, now: Entry, ours: Mapping[str, str]) -> tuple[dict[str, str], list[Complaint]]:
        """The cells that somebody changed in the sheet, and complaints about those that changed here meanwhile too."""
        try:
            shown = self._shown(row, now, ours)
        except (ValueError, KeyError):
            problem = "This is not the number of an earlier version. Leave the cell as it was downloaded, or empty it."
            return {}, [Complaint(row.line, VERSION, problem)]
        wanted, wrong = {}, []
        for name, cell in row.cells.items():
            if name in (VERSION, "ref") or self._same(name, cell, shown[name]) or self._same(name, cell, ours[name]):
                continue
            if not self._same(name, ours[name], shown[name]):
                says = f"it now says “{unguarded(ours[name])[:_SHOWN]}”" if ours[name] else "it is now empty"
                mend = "Write the same here, or download the entry again."
                wrong.append(Complaint(row.line, name, f"Changed since you downloaded it: {says}. {mend}"))
            wanted[name] = cell
        return wanted, wrong

    def _shown(self, row: Row, now: Entry, ours: Mapping[str, str]) -> Mapping[str, str]:
        """The cells of the entry as it was downloaded. Raises ValueError and KeyError where that is not known."""
        text = row.cells.get(VERSION, "")
        number = int(text.removesuffix(".0")) if text else self.standing.numbers[now.ref]
        newest = self.standing.numbers[now.ref]
        if not 0 < number <= newest:
            raise ValueError(text)
        return ours if number == newest else cells_of(self.standing.earlier(now.ref, number), self.columns)

    def _same(self, name: str, cell: str, ours: str) -> bool:
        """Whether a cell says what ours does, whatever a spreadsheet made of it."""
        if cell == ours or (self.is_windows and cell == _in_windows(ours)):
            return True
        if name == "source_date":
            return ours in dates_meant(cell)
        column = self.columns[name]
        try:
            return value_of(cell, column) == value_of(ours, column)
        except CellError:
            return False

    def _merged(self, now: Entry, values: Mapping[str, Any], wanted: Mapping[str, str]) -> Entry:
        facts = facts_of(values)
        facts["phones"] += tuple(phone for phone in now.phones if sort_of(phone) not in _SORTS)
        fields = {name for column in wanted for name in fields_of(column)}
        after = Entry.model_validate({**dict(now), **{name: facts[name] for name in fields - {"evidence"}}})
        groups = groups_of(name for name in fields if getattr(after, name) != getattr(now, name))
        source = {name: values[name] for name in ("source_url", "source_date") if name in values}
        known = {evidence.fact_group: evidence for evidence in now.evidence}
        if "evidence" in fields:
            known = {group: evidence.model_copy(update=source) for group, evidence in known.items()}
        for group in groups:
            known.setdefault(group, Evidence(fact_group=group, **source))
        after = after.model_copy(update={"evidence": tuple(known.values())})
        return checked(after, groups, by="region", how="spreadsheet", at=self.at)

    def _said(
        self, ours: Mapping[str, str], wanted: Mapping[str, str], after: Entry
    ) -> tuple[tuple[str, str, str], ...]:
        """What changes, as people read it. The place of a hidden entry is shown as it was typed."""
        new = cells_of(after, self.columns)
        typed = {name: wanted[name] for name in _PLACE if name in wanted and after.address_visibility == "hidden"}
        new.update(typed)
        return tuple(
            (name, unguarded(ours[name]), unguarded(new[name])) for name in self.columns if ours[name] != new[name]
        )


def _complaints(line: int, contradicting: Any) -> list[Complaint]:
    return [Complaint(line, column, message) for column, message in contradicting]


def _with_place(cells: dict[str, str], now: Entry) -> dict[str, str]:
    """The cells with where the entry is, if that is hidden and so not in the sheet."""
    if now.address_visibility != "hidden":
        return cells
    return cells | {name: cells[name] or getattr(now, name) for name in _PLACE}


def _in_windows(text: str) -> str:
    """Text as Excel saves it in Windows-1252: question marks stand for the letters that it does not have."""
    return re.sub("[^\0-\uffff]", "??", text).encode("cp1252", "replace").decode("cp1252")


def _looks_new(before: Entry, after: Entry) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in _TELLING)
