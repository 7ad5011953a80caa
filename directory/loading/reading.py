"""From the rows of a sheet to entries: each cell by itself, then what cannot be right together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from directory.loading.cells import CellError
from directory.loading.columns import Column, columns_of
from directory.loading.sheets import Complaint, Row, SheetError, cell_problem, read_sheet, unguarded
from directory.models import CREW_FACTS, Entry, Evidence, FactGroup
from directory.places import Place, Places
from directory.taxonomies import Taxonomies

Progress = Callable[[list[Row]], Iterable[Row]]
VERSION = "version"
"""An optional column: the number of the entry's newest change when its row was written."""

NUMBERS = ("phone", "text_number", "professional_phone", "handover_phone")
"""The columns whose numbers together are the phones of an entry."""

_NO_FACTS = frozenset({*NUMBERS, "source_url", "source_date"})
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
    columns = columns_of(places, taxonomies)
    try:
        sheet = read_sheet(source, tuple(columns), (VERSION,))
    except SheetError as error:
        return Loaded((), error.complaints)
    entries: list[Entry] = []
    complaints = list(sheet.complaints)
    lines: dict[str, int] = {}
    for row in progress(list(sheet.rows)) if progress else sheet.rows:
        values, wrong = values_of(row, columns)
        wrong += [Complaint(row.line, column, message) for column, message in contradictions(row.cells, values)]
        if repeated := repetition(values.get("ref"), row.line, lines):
            wrong.append(repeated)
        complaints += wrong
        if not wrong:
            entries.append(entry_of(values, known_groups(row.cells)))
    return Loaded(tuple(entries), tuple(sorted(complaints, key=lambda complaint: complaint.line)))


def repetition(ref: str | None, line: int, lines: dict[str, int]) -> Complaint | None:
    """The complaint about a reference that an earlier line has. `lines` keeps the first line of each."""
    first = lines.setdefault(ref, line) if ref else line
    if first == line:
        return None
    return Complaint(line, "ref", f"{ref} is already on line {first}. Give each entry a reference of its own.")


def values_of(row: Row, columns: Mapping[str, Column]) -> tuple[dict[str, Any], list[Complaint]]:
    """The value of each cell that can be read, and a complaint about each that cannot."""
    values: dict[str, Any] = {}
    complaints = []
    for name, column in columns.items():
        try:
            values[name] = value_of(row.cells[name], column)
        except CellError as error:
            complaints.append(Complaint(row.line, name, str(error)))
    return values, complaints


def value_of(cell: str, column: Column) -> object:
    """The value of a cell. Raises CellError."""
    if problem := cell_problem(cell):
        raise CellError(problem)
    return column.read(unguarded(cell))


def contradictions(cells: Mapping[str, str], values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Column and message where two cells of a row, each good by itself, cannot both be right."""
    youngest, oldest = values.get("minimum_age"), values.get("maximum_age")
    if youngest is not None and oldest is not None and youngest > oldest:
        yield "minimum_age", f"{youngest} is above the maximum_age, {oldest}. Correct one of them."
    if values.get("status") == "active" and not known_groups(cells):
        yield "status", "An active entry needs a fact: where it is, how to reach it, its hours, or whom it is for."
    if values.get("location_type") == "virtual" and (cells["address"] or cells["postcode"]):
        mend = "Write physical, or empty the address and the postcode."
        yield "location_type", f"A virtual entry has no place to go to. {mend}"
    yield from _contradictions_about_crews(cells, values)
    place = values.get("postcode")
    borough = values.get("borough")
    if place and place.easting is not None and borough and borough != place.borough:
        where = f"in {place.borough_name}" if place.borough_name else "outside London"
        yield "borough", f"{cells['borough']}, but the postcode {place.label} is {where}. Correct one of them."
    if values.get("address_visibility") in ("area", "hidden"):
        for column in _columns_that_give_away(cells):
            yield column, "The address is not to be shown, but this cell has it. Take it out, or move it to notes."


def _contradictions_about_crews(cells: Mapping[str, str], values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The same of what a crew needs to know."""
    if values.get("location_type") == "virtual":
        for column in _OF_A_DOOR:
            if cells[column]:
                yield column, "A virtual entry has no door to bring anybody to. Empty this cell, or write physical."
    alone, youngest = values.get("alone_under_18"), values.get("minimum_age")
    if alone is not None and alone.value and youngest is not None and youngest >= _GROWN_UP:
        yield "alone_under_18", f"Yes, but the minimum_age is {youngest}. Correct one of them."


def _columns_that_give_away(cells: Mapping[str, str]) -> Iterable[str]:
    """Columns shown to all that hold the postcode, or a numbered part of the address such as "9 High Street".

    The entrance stays with the address: it is shown where that is, and what it names is as secret.
    """
    parts = f"{cells['address']},{cells['entrance']}".split(",")
    numbered = [part for part in parts if any(map(str.isdigit, part))]
    secrets = [secret for secret in map(_squeezed, (cells["postcode"], *numbered)) if len(secret) > 4]
    for column, cell in cells.items():
        if column not in _NOT_SHOWN_TO_ALL and any(secret in _squeezed(cell) for secret in secrets):
            yield column


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def known_groups(cells: Mapping[str, str]) -> list[FactGroup]:
    """The groups of facts of which a row says something."""
    return [group for group, columns in _FACTS.items() if any(cells[column] for column in columns)]


def entry_of(values: Mapping[str, Any], known: list[FactGroup]) -> Entry:
    """An entry of the values of a row without complaints, with its one source for each group of known facts."""
    source = {"source_url": values["source_url"], "source_date": values["source_date"]}
    return Entry(**facts_of(values), evidence=tuple(Evidence(fact_group=group, **source) for group in known))


def facts_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry, but for its evidence, that the values of a row say."""
    facts = {name: value for name, value in values.items() if name not in _NO_FACTS}
    facts["phones"] = tuple(phone for column in NUMBERS for phone in values.get(column, ()))
    place: Place | None = values.get("postcode")
    facts["postcode"] = place.label if place else ""
    facts |= {name: getattr(place, name, None) for name in ("easting", "northing", "latitude", "longitude")}
    if place and values.get("address_visibility") != "hidden":
        facts["borough"] = values.get("borough") or place.borough or ""
    return facts
