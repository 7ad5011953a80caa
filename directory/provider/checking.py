"""A section as it was typed, checked as the row of a file is: the same readers, the same contradictions."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.loading.columns import Column, columns_of
from directory.loading.reading import contradictions, values_of
from directory.loading.sheets import Complaint, Row
from directory.models import Entry
from directory.places import Place
from directory.provider.forms import SectionForm
from directory.web import Rooms
from directory.web.words import LABELS

_POSITION = ("easting", "northing", "latitude", "longitude")
_PLACE = ("address", "postcode", "entrance")
_NUMBERS = dict.fromkeys(("phone", "text_number", "professional_phone", "handover_phone"), "phones")
_COLUMN = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def read_section(form: SectionForm, entry: Entry, here: Rooms, today: date) -> Entry | None:
    """The entry with what was typed; None where something is wrong, which the form then says.

    What was wrong before, outside the section, is not held against whoever saves it.
    """
    columns = columns_of(here.places, here.taxonomies)
    rows = form.rows(entry, columns, today)
    before = _cells(entry, columns)
    after = _cells(entry.model_copy(update=rows), columns) | form.cells()
    known = set(_check(before, columns)[1])
    values, complaints = _check(after, columns)
    for complaint in complaints:
        if complaint.column in form.columns or complaint not in known:
            _say(form, complaint)
    if form.error_summary:
        return None
    return entry.model_copy(update={**rows, **_fields(form, values)})


def _cells(entry: Entry, columns: Mapping[str, Column]) -> dict[str, str]:
    """An entry as a row, with the place that files leave out where it is hidden."""
    return {name: column.write(entry) for name, column in columns.items()} | {
        name: getattr(entry, name) for name in _PLACE
    }


def _check(cells: dict[str, str], columns: Mapping[str, Column]) -> tuple[dict[str, Any], list[Complaint]]:
    row = Row(0, cells)
    values, complaints = values_of(row, columns)
    return values, complaints + [Complaint(0, column, message) for column, message in contradictions(row, values)]


def _say(form: SectionForm, complaint: Complaint) -> None:
    """Say what is wrong beside its answer, in the words of the form."""
    message = _COLUMN.sub(lambda name: f"“{LABELS.get(name[0], name[0])}”", complaint.message)
    message = message.replace("his cell", "his answer")
    if complaint.column in form:
        field = form[complaint.column]
        if message not in field.errors:
            field.errors = [*field.errors, message]
        return
    name = LABELS[_NUMBERS.get(complaint.column, complaint.column)]
    form.form_errors.append(f"{name}: {message}")


def _fields(form: SectionForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry that the columns of a section say, a postcode with its position."""
    fields = {column: values[column] for column in form.columns}
    if "postcode" in fields:
        place: Place | None = fields["postcode"]
        fields["postcode"] = place.label if place else ""
        fields |= {name: getattr(place, name, None) for name in _POSITION}
        if place and fields["address_visibility"] != "hidden":
            fields["borough"] = fields["borough"] or place.borough or ""
    return fields
