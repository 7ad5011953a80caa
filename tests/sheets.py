"""Sheets as maintainers download, change and upload them, and a directory that they are compared with."""

from collections.abc import Iterable, Mapping
from typing import Any

from directory.loading import VERSION, Column, Plan, Standing, cells_of, compare, within, write_text
from directory.models import Entry
from tests.factories import SUNDAY_EVENING

Columns = Mapping[str, Column]


def standing_of(*entries: Entry, earlier: Iterable[Entry] = ()) -> Standing:
    """A directory of entries at change 9, whose earlier versions are these, whatever the number."""
    then = {entry.ref: entry for entry in earlier}
    numbers = dict.fromkeys((entry.ref for entry in entries), 9)
    return Standing({entry.ref: entry for entry in entries}, numbers, lambda ref, _: then[ref])


def downloaded(columns: Columns, *entries: Entry, version: str = "9") -> list[dict[str, str]]:
    """The rows of a sheet of entries, as they stood at a change."""
    return [{**cells_of(entry, columns), VERSION: version} for entry in entries]


def text_of(columns: Columns, rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a sheet."""
    return write_text([*columns, VERSION], rows)


def uploaded(columns: Columns, standing: Standing, rows: Iterable[Mapping[str, str]], **more: Any) -> Plan:
    """What a sheet would do, for somebody who keeps every entry unless told otherwise."""
    given = {"is_theirs": lambda entry: True, "at": SUNDAY_EVENING, "progress": within(20)} | more
    return compare(text_of(columns, rows).encode(), columns, standing, **given)


def said(plan: Plan) -> list[str]:
    """Its complaints, as people read them."""
    return [str(complaint) for complaint in plan.complaints]


def planted(rows: list[dict[str, str]], with_faults: bool = True) -> tuple[bytes, list[tuple[int, str]]]:
    """A sheet of 500 rows as Excel saves it, and the line and column of each of its ten faults.

    It has the 451 rows of a download, of which 40 have other hours, and 49 new ones.
    """
    changed = [row | ({"opening_hours": "Mo-Fr 18:00-23:00"} if 100 <= at < 140 else {}) for at, row in enumerate(rows)]
    blank = {"ref": "", "version": "", "phone": ""}
    new = [rows[0] | blank | {"name": f"New {at}", "email": f"new{at}@example.org"} for at in range(49)]
    sheet = [dict(row) for row in changed + new]
    faults = [
        (3, "ref", "CAD-9999"),
        (21, "phone", "2.07946E+11"),
        (43, "opening_hours", "most evenings"),
        (64, "postcode", "SE5"),
        (85, "borough", "Lambth"),
        (106, "minimum_age", "eighteen"),
        (207, "source_date", "03/04/2027"),
        (308, "notes", "=HYPERLINK(1)"),
        (409, "service_type", "crisis_caff"),
        (490, "website", "example"),
    ]
    for line, column, cell in faults if with_faults else ():
        sheet[line - 2][column] = cell
    text = write_text(rows[0], sheet).replace("\ufeff", "")
    return text.encode("cp1252"), [(line, column) for line, column, _ in faults]
