"""The profile sheet of an entry, for the team that keys it into the NHS Directory of Services, and what comes back."""

from flask import Blueprint, abort, request
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms import ValidationError

from directory import revisions
from directory.feeds.answering import home
from directory.feeds.dos.extras import Reference
from directory.feeds.dos.profile_sheet import Part, profile
from directory.feeds.tables import csv_table
from directory.loading import cells
from directory.models import Entry
from directory.records import record_for
from directory.regional import desk
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, TextField
from directory.web.words import LABELS

blueprint = Blueprint("dos_profile", __name__)

_FIELDS = ("dos_service_id", "ods_code")


class NumbersForm(Form):
    """What the Directory of Services and the NHS call the entry."""

    dos_service_id = TextField(
        LABELS["dos_service_id"],
        description="Only its digits. Empty: it has none, or it is not known.",
    )
    ods_code = TextField(LABELS["ods_code"], description="3 to 12 letters and digits, like RV5 or RV5B2.")

    def validate_dos_service_id(self, field: TextField) -> None:
        """Refuse what the Directory of Services cannot have given."""
        try:
            cells.dos_service_id(field.data or "")
        except cells.CellError as error:
            raise ValidationError(str(error)) from None

    def validate_ods_code(self, field: TextField) -> None:
        """Refuse what is no code."""
        try:
            cells.ods_code(field.data or "")
        except cells.CellError as error:
            raise ValidationError(str(error)) from None


@blueprint.get("/region/entries/<ref>/dos-profile")
@allow("maintainer")
def sheet(ref: str) -> Response:
    """The sheet, to read, print, or answer."""
    return _page(ref)


@blueprint.get("/region/entries/<ref>/dos-profile.csv")
@allow("maintainer")
def table(ref: str) -> Response:
    """The sheet as a file: a line for each box, its name and its text."""
    with rooms().database.reading() as session:
        entry = desk.maintained(session, ref)
        parts = _parts(session, entry)
    if not parts:
        abort(404)
    lines = (csv_table.line((name, csv_table.cell(text))) for part in parts for name, text in part.boxes)
    file = b"".join((csv_table.BYTE_ORDER_MARK, csv_table.line(("field", "value")), *lines))
    response = Response(file, mimetype=csv_table.MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{entry.ref}-dos-profile.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/region/entries/<ref>/dos-profile")
@allow("maintainer")
def record_numbers(ref: str) -> Response:
    """Keep the number that came back, and the ODS code."""
    form = NumbersForm()
    if not form.validate():
        return _page(ref, form, 422)
    here, (number, code) = rooms(), _typed(form)
    with here.database.unit_of_work() as session:
        entry = desk.maintained(session, ref)
        said, other = _said(entry, number, code), _other_with(session, number, ref)
        if other is None:
            numbers = {"dos_service_id": number, "ods_code": code}
            revisions.change_entry(
                session,
                ref,
                lambda old: old.model_copy(update=numbers),
                actor=signed_in().actor,
                reason=said,
                at=here.now(),
            )
    if other is not None:
        where = f"It is recorded for {other.name} ({other.ref}) already."
        form.dos_service_id.errors = [f"{where} Check which of the two it belongs to, and take it away from the other."]
        return _page(ref, form, 422)
    return desk.stay(f"/region/entries/{ref}/dos-profile", f"{said or 'Nothing was different'}.")


def _typed(form: NumbersForm) -> tuple[int | None, str]:
    return cells.dos_service_id(form.dos_service_id.data or ""), cells.ods_code(form.ods_code.data or "")


def _other_with(session: Session, number: int | None, ref: str) -> Entry | None:
    """The other entry that has a number of the Directory of Services."""
    refs = revisions.refs_with_dos_service_id(session, number) if number is not None else ()
    return next((revisions.get_entry(session, other) for other in refs if other != ref), None)


def _said(entry: Entry, number: int | None, code: str) -> str:
    """What changes, for the history: "Number in the NHS Directory of Services: 123. ODS code taken away"."""
    told = []
    for field, value in zip(_FIELDS, (number, code), strict=True):
        if getattr(entry, field) != value:
            told.append(f"{LABELS[field]}: {value}" if value else f"{LABELS[field]} taken away")
    return ". ".join(told)


def _page(ref: str, form: NumbersForm | None = None, status: int = 200) -> Response:
    with rooms().database.reading() as session:
        entry = desk.maintained(session, ref)
        parts = _parts(session, entry)
    kept = {field: "" if getattr(entry, field) is None else str(getattr(entry, field)) for field in _FIELDS}
    return desk.page(
        "dos_profile",
        status,
        entry=entry,
        parts=parts,
        path=request.path,
        form=form or NumbersForm(formdata=None, data=kept),
        faulty=form,
    )


def _parts(session: Session, entry: Entry) -> tuple[Part, ...]:
    """The sheet; nothing for what nobody can find: there is no service to key."""
    record, here = record_for(entry, "professional"), rooms()
    if record is None:
        return ()
    reference = Reference(here.taxonomies, here.places, here.config.freshness, home())
    return profile(record, revisions.number_of(session, entry.ref), here.now(), reference)
