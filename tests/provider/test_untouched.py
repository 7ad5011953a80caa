"""Every form of every shipped entry, saved as it was opened, changes nothing: what is not known stays so."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, FormField, RadioField, SelectFieldBase, SelectMultipleField

from directory import revisions, schedules
from directory.models import Entry
from directory.provider.checking import read_section
from directory.provider.forms import FORMS, SectionForm
from directory.provider.hours.form import form_of
from directory.provider.hours.reading import read_hours
from directory.provider.sections import SECTIONS
from tests.factories import SUNDAY_EVENING

TODAY = SUNDAY_EVENING.date()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_a_shipped_entry_saved_untouched_changes_nothing(app: Flask, section: str) -> None:
    assert {ref: wrong for ref, entry in shipped(app).items() if (wrong := changed(app, section, entry))} == {}


def test_the_hours_of_a_shipped_entry_saved_untouched_change_nothing(app: Flask) -> None:
    for entry in shipped(app).values():
        reading = read_hours(form_of(schedules.parse(entry.opening_hours), TODAY), TODAY)
        assert reading.schedule is not None, (entry.ref, reading.faults)
        assert schedules.write(reading.schedule) == entry.opening_hours, entry.ref


def shipped(app: Flask) -> dict[str, Entry]:
    with app.extensions["directory"].database.reading() as session:
        return revisions.get_entries(session)


def changed(app: Flask, section: str, entry: Entry) -> Any:
    """What a browser that sends a section back as it got it would change, or what it would be told is wrong."""
    here, kind = app.extensions["directory"], FORMS[section]
    with app.test_request_context():
        opened = kind(formdata=None, data=kind.of(entry), meta={"csrf": False})
        opened.offer(here.places, here.taxonomies)
        form = kind(formdata=MultiDict(sent(opened)), data=kind.of(entry), meta={"csrf": False})
        form.offer(here.places, here.taxonomies)
        wanted = read_section(form, entry, here, TODAY) if form.validate() else None
        if wanted is None:
            return form.error_summary
        return revisions.differences(entry, wanted)


def sent(form: SectionForm) -> list[tuple[str, str]]:
    return [(field.name, value) for field in leaves(form) for value in values(field)]


def leaves(fields: Any) -> Iterator[Field]:
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from leaves(field)
        else:
            yield field


def values(field: Field) -> list[str]:
    """What a browser sends for a field that nobody touched."""
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if isinstance(field, SelectFieldBase):
        chosen = [choice.value for choice in field.iter_choices() if choice.selected]
        is_list = not isinstance(field, RadioField | SelectMultipleField)
        return chosen or [next(iter(field.iter_choices())).value] if is_list else chosen
    return [field._value().replace("\n", "\r\n")]
