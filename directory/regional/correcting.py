"""Proposed values as a form, written as in a spreadsheet, for a maintainer to correct before they are published."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from wtforms import IntegerField
from wtforms.validators import Length, NumberRange
from wtforms.widgets import HiddenInput

from directory.loading.columns import Column, cells_of, columns_of, fields_of
from directory.loading.reading import NUMBERS, contradictions, facts_of, values_of
from directory.loading.sheets import Row, cleaned, guarded, unguarded
from directory.models import Entry
from directory.revisions import Waiting
from directory.taxonomies import Taxonomies
from directory.web import rooms
from directory.web.forms import ChoiceField, Form, ProseField, TextField, ThreeField
from directory.web.words import LABELS, NOT_KNOWN, said

MOST = 5000  # characters of a field
_PLACE = ("address", "postcode", "entrance")
_THREE = frozenset({"self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned"})
_CHOICES = {
    "location_type": ("physical", "virtual"),
    "address_visibility": ("full", "area", "hidden"),
    "gender": ("", "women", "men"),
    "cost": ("", "free", "paid", "mixed"),
}
_PROSE = frozenset(
    ("description", "application_process", "eligibility", "accessibility", "cost_description", "professional_notes")
    + ("opening_hours", "cultural_claims")
)
_NUMBERS = {
    "phone": "Numbers to call",
    "text_number": "Numbers for text messages",
    "professional_phone": "Numbers for professionals",
    "handover_phone": "Handover number",
}
_SEVERAL = "Put ; between two."
_DATED = "Yes or no, and when that was said: yes (2026-11-22). Leave it empty if it is not known."
_HINTS = {
    **dict.fromkeys(_NUMBERS, f"Like 020 7946 0123 (ask for the duty worker). {_SEVERAL}"),
    **dict.fromkeys(("communities", "languages", "referral_routes"), f"The codes of the taxonomies. {_SEVERAL}"),
    **dict.fromkeys(("drop_off", "crew_may_leave", "intoxicated", "alone_under_18", "companion", "dog"), _DATED),
    "area_served": f"Boroughs, footprints, London, England or UK. {_SEVERAL}",
    "opening_hours": "Like Mo-Fr 18:00-02:00; PH off; 2026 Dec 25 off",
    "cultural_claims": f"Like led_by somali (Example Trust, 2026-11). {_SEVERAL}",
    "borough": "Its name",
}


def form_for(waiting: Waiting, number: int) -> Form:
    """A form of the fields that a proposal would change, filled with what it proposes, or with what was sent.

    `number` is the newest change of the entry; the form carries the one that its reader has seen.
    """
    here = rooms()
    columns = columns_of(here.places, here.taxonomies)
    cells = _cells(_proposed(waiting), columns)
    names = _columns_of(waiting, columns)

    class CorrectForm(Form):
        note = TextField("Note for the history (optional)", validators=[Length(max=1000)])
        seen = IntegerField(widget=HiddenInput(), validators=[NumberRange(1, number)])

    for name in names:
        setattr(CorrectForm, name, _field(name, here.taxonomies))
    return CorrectForm(data={"seen": number, **{name: unguarded(cells[name]) for name in names}})


def corrected(form: Form, waiting: Waiting) -> Entry | None:
    """The entry as the form has it; None, with what is wrong beside each field, where it cannot be read."""
    here = rooms()
    columns = columns_of(here.places, here.taxonomies)
    names = _columns_of(waiting, columns)
    base = _proposed(waiting)
    cells = _cells(base, columns)
    cells |= {name: guarded(cleaned(str(form[name].data or ""))) for name in names}
    values, unreadable = values_of(Row(0, cells), columns)
    complaints = [(complaint.column, complaint.message) for complaint in unreadable]
    complaints += contradictions(cells, values)
    wrong = [(column, message) for column, message in complaints if column in names]
    for column, message in wrong:
        form[column].errors = [*form[column].errors, message]
    if wrong:
        return None
    fields = {field for name in names for field in fields_of(name)}
    facts: dict[str, Any] = facts_of(values)
    facts["phones"] += tuple(phone for phone in base.phones if phone.kind == "text" and phone.audience != "public")
    try:
        return Entry.model_validate({**dict(base), **{field: facts[field] for field in fields}})
    except ValueError:  # with facts that are not in this form
        form.form_errors += [f"{LABELS.get(column, column)}: {message}" for column, message in complaints]
        return None


def tell_moved(form: Form, entry: Entry, moved: Iterable[str], number: int) -> None:
    """Say in the form what somebody else has published meanwhile; sent again, it counts as seen."""
    here, facts = rooms(), entry.model_dump(mode="json")
    for field in moved:
        now = said(field, facts[field], here.places, here.taxonomies)
        text = f"{LABELS[field]} has changed while you read this. It is now: {now}. Check, then approve again."
        form.form_errors.append(text)
    form["seen"].data, form["seen"].raw_data = number, None


def _proposed(waiting: Waiting) -> Entry:
    """The entry as it would be, also where its facts cannot stand together: that is what the form is there to mend."""
    facts = waiting.facts.items()
    values = {field: TypeAdapter(Entry.__annotations__[field]).validate_python(value) for field, value in facts}
    return waiting.entry.model_copy(update=values)


def _cells(entry: Entry, columns: dict[str, Column]) -> dict[str, str]:
    """The cells of an entry. Where a hidden place is stays out of files, but not out of its maintainers' sight."""
    return cells_of(entry, columns) | {name: guarded(cleaned(getattr(entry, name))) for name in _PLACE}


def _columns_of(waiting: Waiting, columns: dict[str, Column]) -> list[str]:
    """The columns that say what the proposal changes; all columns of numbers where it changes any."""
    after = waiting.proposal.after
    return [name for name in columns if name in after or (name in NUMBERS and "phones" in after)]


def _field(name: str, taxonomies: Taxonomies) -> Any:
    label, hint = _NUMBERS.get(name) or LABELS[name], _HINTS.get(name, "")
    if name in _THREE:
        return ThreeField(label)
    if name == "service_type":
        return ChoiceField(label, [(code, term.name) for code, term in taxonomies.service_types.items()])
    if name in _CHOICES:
        places = rooms().places
        pairs = [(word, said(name, word, places, taxonomies) if word else NOT_KNOWN) for word in _CHOICES[name]]
        return ChoiceField(label, pairs)
    kind = ProseField if name in _PROSE else TextField
    return kind(label, description=hint, validators=[Length(max=MOST)])
