"""CSV in, all or nothing: checks a whole file of entries, then publishes what differs. See data/README.md."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from directory import revisions
from directory.db import Database
from directory.loading.cells import CellError, Reader, readers
from directory.loading.sheets import Complaint, Row, SheetError, cell_problem, read_sheet
from directory.models import CREW_FACTS, Entry, Evidence, FactGroup
from directory.places import Place, Places
from directory.taxonomies import Taxonomies

__all__ = ["Complaint", "Loaded", "Progress", "Row", "load", "read_services", "refs_left_alone"]

Progress = Callable[[list[Row]], Iterable[Row]]

_FACTS: dict[FactGroup, tuple[str, ...]] = {
    "contact": ("address", "postcode", "borough", "phone", "text_number", "professional_phone", "email", "website")
    + ("entrance", "handover_phone"),
    "hours": ("opening_hours",),
    "criteria": (
        *("area_served", "self_referral", "walk_in", "referral_routes", "application_process", "minimum_age"),
        *("maximum_age", "gender", "eligibility", "accessibility", "step_free", "cost", "cost_description"),
        *(*CREW_FACTS, "professional_notes"),
    ),
    "culture": ("communities", "languages", "interpreters", "cultural_claims"),
}
_NOT_SHOWN_TO_ALL = frozenset({"address", "postcode", "entrance", "professional_phone", "notes"})
_OF_A_DOOR = ("entrance", "drop_off", "crew_may_leave")
_GROWN_UP = 18


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds. `entries` may be published only if there is no complaint; both are in the file's order."""

    entries: tuple[Entry, ...]
    complaints: tuple[Complaint, ...]


def read_services(
    source: Path | TextIO, places: Places, taxonomies: Taxonomies, progress: Progress | None = None
) -> Loaded:
    """Check every row of a CSV file with the columns that data/README.md lists.

    `progress` is given the rows and yields them again, one by one, as they are checked. Raises OSError where there is
    no such file and PlacesUnavailable where there are no postcode tables; whatever is wrong in the file is a complaint.
    """
    by_column = readers(places, taxonomies)
    try:
        sheet = read_sheet(source, tuple(by_column))
    except SheetError as error:
        return Loaded((), error.complaints)
    entries: list[Entry] = []
    complaints = list(sheet.complaints)
    lines: dict[str, int] = {}
    for row in progress(list(sheet.rows)) if progress else sheet.rows:
        values, wrong = _values(row, by_column)
        wrong += [Complaint(row.line, column, message) for column, message in _contradictions(row, values)]
        first = lines.setdefault(row.cells["ref"], row.line)
        if first != row.line and "ref" in values:
            problem = f"{row.cells['ref']} is already on line {first}. Give each entry a reference of its own."
            wrong.append(Complaint(row.line, "ref", problem))
        complaints += wrong
        if not wrong:
            entries.append(_entry(values, _known_groups(row)))
    return Loaded(tuple(entries), tuple(sorted(complaints, key=lambda complaint: complaint.line)))


def load(
    database: Database, loaded: Loaded, *, actor: str, reason: str, at: datetime, dry_run: bool = False
) -> revisions.Published:
    """Publish what differs, in one transaction; entries that are not in the file stay as they are.

    A dry run says the same and changes nothing; its change number is the one that would have been reached. `at` is an
    aware instant. Raises ValueError where there are complaints: a part of a file is never published.
    """
    if loaded.complaints:
        raise ValueError(f"the file has {len(loaded.complaints)} complaints, so none of it is published")
    with database.unit_of_work() as session:
        published = revisions.publish(session, loaded.entries, actor=actor, reason=reason, at=at)
        if dry_run:
            session.rollback()
    return published


def refs_left_alone(database: Database, loaded: Loaded) -> tuple[str, ...]:
    """References of the entries that are in the directory and not in the file, in order."""
    in_file = {entry.ref for entry in loaded.entries}
    with database.reading() as session:
        return tuple(ref for ref in revisions.get_refs(session) if ref not in in_file)


def _values(row: Row, by_column: dict[str, Reader]) -> tuple[dict[str, Any], list[Complaint]]:
    """The value of each cell that can be read, and a complaint about each that cannot."""
    values: dict[str, Any] = {}
    complaints = []
    for column, cell in row.cells.items():
        try:
            if problem := cell_problem(cell):
                raise CellError(problem)
            values[column] = by_column[column](cell)
        except CellError as error:
            complaints.append(Complaint(row.line, column, str(error)))
    return values, complaints


def _contradictions(row: Row, values: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Column and message where two cells of a row, each good by itself, cannot both be right."""
    youngest, oldest = values.get("minimum_age"), values.get("maximum_age")
    if youngest is not None and oldest is not None and youngest > oldest:
        yield "minimum_age", f"{youngest} is above the maximum_age, {oldest}. Correct one of them."
    if values.get("status") == "active" and not _known_groups(row):
        yield "status", "An active entry needs a fact: where it is, how to reach it, its hours, or whom it is for."
    if values.get("location_type") == "virtual" and (row.cells["address"] or row.cells["postcode"]):
        mend = "Write physical, or empty the address and the postcode."
        yield "location_type", f"A virtual entry has no place to go to. {mend}"
    yield from _contradictions_about_crews(row, values)
    place = values.get("postcode")
    borough = values.get("borough")
    if place and place.easting is not None and borough and borough != place.borough:
        where = f"in {place.borough_name}" if place.borough_name else "outside London"
        yield "borough", f"{row.cells['borough']}, but the postcode {place.label} is {where}. Correct one of them."
    if values.get("address_visibility") in ("area", "hidden"):
        for column in _columns_that_give_away(row):
            yield column, "The address is not to be shown, but this cell has it. Take it out, or move it to notes."


def _contradictions_about_crews(row: Row, values: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The same of what a crew needs to know."""
    if values.get("location_type") == "virtual":
        for column in _OF_A_DOOR:
            if row.cells[column]:
                yield column, "A virtual entry has no door to bring anybody to. Empty this cell, or write physical."
    alone, youngest = values.get("alone_under_18"), values.get("minimum_age")
    if alone is not None and alone.value and youngest is not None and youngest >= _GROWN_UP:
        yield "alone_under_18", f"Yes, but the minimum_age is {youngest}. Correct one of them."


def _columns_that_give_away(row: Row) -> Iterable[str]:
    """Columns shown to all that hold the postcode, or a numbered part of the address such as "9 High Street".

    The entrance stays with the address: it is shown where that is, and what it names is as secret.
    """
    parts = f"{row.cells['address']},{row.cells['entrance']}".split(",")
    numbered = [part for part in parts if any(map(str.isdigit, part))]
    secrets = [secret for secret in map(_squeezed, (row.cells["postcode"], *numbered)) if len(secret) > 4]
    for column, cell in row.cells.items():
        if column not in _NOT_SHOWN_TO_ALL and any(secret in _squeezed(cell) for secret in secrets):
            yield column


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _known_groups(row: Row) -> list[FactGroup]:
    return [group for group, columns in _FACTS.items() if any(row.cells[column] for column in columns)]


def _entry(values: dict[str, Any], known: list[FactGroup]) -> Entry:
    """An entry of the values of a row without complaints, with its one source for each group of known facts."""
    facts = dict(values)
    place: Place | None = facts.pop("postcode")
    source = {"source_url": facts.pop("source_url"), "source_date": facts.pop("source_date")}
    facts["evidence"] = tuple(Evidence(fact_group=group, **source) for group in known)
    numbers = ("phone", "text_number", "professional_phone", "handover_phone")
    facts["phones"] = tuple(phone for column in numbers for phone in facts.pop(column))
    if place:
        facts["postcode"] = place.label
        facts |= {name: getattr(place, name) for name in ("easting", "northing", "latitude", "longitude")}
        if facts["address_visibility"] != "hidden":
            facts["borough"] = facts["borough"] or place.borough or ""
    return Entry(**facts)
