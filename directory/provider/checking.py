"""A section as it was typed, checked as the row of a file is: the same readers, the same contradictions."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.loading.columns import Column, cells_of, columns_of
from directory.loading.reading import NUMBERS, contradictions, facts_of, values_of
from directory.loading.sheets import Complaint, Row, cleaned
from directory.models import Entry
from directory.provider.forms import SectionForm
from directory.web import Rooms
from directory.web.words import LABELS

_POSITION = ("easting", "northing", "latitude", "longitude")
_PLACE = ("address", "postcode", "entrance")
_COLUMN = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def read_section(form: SectionForm, entry: Entry, here: Rooms, today: date) -> Entry | None:
    """The entry with what was typed; None where something is wrong, which the form then says.

    What was wrong before, outside the section, is not held against whoever saves it.
    """
    columns = columns_of(here.places, here.taxonomies)
    rows = form.rows(entry, columns, today)
    before = _cells(entry, columns)
    after = _cells(entry.model_copy(update=rows), columns) | _typed(form, entry, columns)
    known = set(_check(before, columns)[1])
    values, complaints = _check(after, columns)
    for complaint in complaints:
        if complaint.column in form.columns or complaint not in known:
            _say(form, complaint)
    if form.error_summary:
        return None
    return entry.model_copy(update={**rows, **_fields(form, values, entry)})


def _cells(entry: Entry, columns: Mapping[str, Column]) -> dict[str, str]:
    """An entry as a row, with the place that files leave out where it is hidden."""
    return cells_of(entry, columns) | {name: getattr(entry, name) for name in _PLACE}


def _typed(form: SectionForm, entry: Entry, columns: Mapping[str, Column]) -> dict[str, str]:
    """What was typed, and the borough by its name, as complaints name it."""
    cells = {column: cleaned(cell) for column, cell in form.cells().items()}
    if "borough" in cells:
        cells["borough"] = columns["borough"].write(entry.model_copy(update={"borough": cells["borough"]}))
    return cells


def _check(cells: dict[str, str], columns: Mapping[str, Column]) -> tuple[dict[str, Any], list[Complaint]]:
    values, complaints = values_of(Row(0, cells), columns)
    return values, complaints + [Complaint(0, column, message) for column, message in contradictions(cells, values)]


def _say(form: SectionForm, complaint: Complaint) -> None:
    """Say what is wrong beside its answer, in the words of the form."""
    message = _COLUMN.sub(lambda name: f"“{LABELS.get(name[0], name[0])}”", complaint.message)
    message = message.replace("his cell", "his answer")
    if complaint.column in form:
        field = form[complaint.column]
        field.errors = field.errors or [message]
        return
    name = LABELS["phones" if complaint.column in NUMBERS else complaint.column]
    form.form_errors.append(f"{name}: {message}")


def _fields(form: SectionForm, values: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """The fields of an entry that the columns of a section say, a postcode with its position."""
    facts = facts_of(values)
    wanted = (*form.columns, *_POSITION) if "postcode" in form.columns else form.columns
    return {field: _in_order_of(getattr(entry, field), facts[field]) for field in wanted}


def _in_order_of(before: Any, now: Any) -> Any:
    """Several things in the order that they had, new ones last: boxes to tick have an order of their own."""
    if not isinstance(now, tuple):
        return now
    return (*(each for each in before if each in now), *(each for each in now if each not in before))
