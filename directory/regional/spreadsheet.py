"""The spreadsheet of a region: download, change, upload, look at what would happen, publish all or nothing."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask_wtf.file import FileRequired
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, ValidationError

from directory import loading, revisions
from directory.loading import VERSION, Moved, Plan, Standing
from directory.loading.sheets import guarded
from directory.models import Entry
from directory.permissions import Person, footprints_of, may_maintain
from directory.regional import uploads
from directory.regional.outcome import Outcome
from directory.web import Rooms, rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, UploadField
from directory.web.writing import takes

LARGEST = 5 * 1024 * 1024  # bytes
_LARGEST_SENT = 4 * LARGEST  # what is beyond this is not even read
_SECONDS = 20.0
_TOO_LARGE = "The file is larger than 5 MB. Send fewer rows at a time."

blueprint = Blueprint("spreadsheet", __name__, url_prefix="/region/spreadsheet")


class UploadForm(Form):
    """One file."""

    file = UploadField(
        "CSV file",
        description="At most 5 MB and 5,000 rows. Nothing changes until you have seen what would.",
        validators=[FileRequired("Choose the file to upload.")],
    )

    def validate_file(self, field: UploadField) -> None:
        """Refuse what is too large to be checked in time."""
        if len(field.data.read()) > LARGEST:
            raise ValidationError(_TOO_LARGE)
        field.data.seek(0)


class ConfirmForm(Form):
    """The outcome that somebody has seen and wants."""

    digest = HiddenField()


@blueprint.teardown_request
def close_files(error: BaseException | None) -> None:
    """Give back the room that a large file took on disk."""
    request.close()


@blueprint.get("")
@allow("maintainer")
def start() -> str:
    """Where to download, and where to upload."""
    return _start(UploadForm(formdata=None))


@blueprint.post("")
@allow("maintainer")
@takes(_LARGEST_SENT)
def upload() -> AnyResponse | tuple[str, int]:
    """Keep a file and show what it would do."""
    form, here, person = UploadForm(), rooms(), signed_in()
    if not form.validate_on_submit():
        return _start(form), 400
    name, content = form.file.data.filename, form.file.data.read()
    with here.database.unit_of_work() as session:
        uploads.keep(session, person.account_id, name, content, here.now())
    return redirect("/region/spreadsheet/check", 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say so on the page that it was sent from."""
    form = UploadForm(formdata=None)
    form.file.errors = [_TOO_LARGE]
    return _start(form), 413


@blueprint.get("/check")
@allow("maintainer")
def check() -> AnyResponse | str:
    """What the file would do."""
    checked = _checked()
    return _check(*checked) if checked else _gone()


@blueprint.post("/check")
@allow("maintainer")
def publish() -> AnyResponse | tuple[str, int]:
    """Publish what was shown, or show what has become of it."""
    here, person, form = rooms(), signed_in(), ConfirmForm()
    checked = _checked()
    if checked is None:
        return _gone()
    kept, plan = checked
    if plan.complaints or not form.validate_on_submit() or plan.digest != form.digest.data:
        return _check(kept, plan, is_other=True), 409
    try:
        with here.database.unit_of_work() as session:
            done = loading.publish_plan(session, plan, actor=person.actor, reason=kept.name, at=here.now())
            uploads.drop(session, person.account_id)
    except Moved:
        return redirect("/region/spreadsheet/check", 303)
    flash(f"Published: {len(done.added):,} added, {len(done.changed):,} changed. Searches have it within seconds.")
    return redirect("/region/spreadsheet", 303)


@blueprint.get("/services.csv")
@allow("maintainer")
def services() -> Response:
    """The entries of the person's region, or of one footprint of it, as a file."""
    here, person = rooms(), signed_in()
    wanted = request.args.get("footprint", "")
    if wanted and wanted not in _footprints(here, person):
        abort(403)
    columns = loading.columns_of(here.places, here.taxonomies)
    with here.database.reading() as session:
        entries, numbers = revisions.get_entries(session), revisions.numbers(session)
    theirs = [entry for entry in entries.values() if _keeps(here, person, entry, wanted)]
    rows = [{**loading.cells_of(entry, columns), VERSION: numbers[entry.ref]} for entry in theirs]
    return _file(f"services-{wanted or 'all'}-{here.now():%Y-%m-%d}.csv", [*columns, VERSION], rows)


@blueprint.get("/faults.csv")
@allow("maintainer")
def faults() -> AnyResponse:
    """What is wrong in the file, as a file."""
    checked = _checked()
    if checked is None:
        return _gone()
    rows = (
        {"line": fault.line, "column": guarded(fault.column), "fault": guarded(fault.message)}
        for fault in checked[1].complaints
    )
    return _file("faults.csv", ["line", "column", "fault"], rows)


@blueprint.get("/changes.csv")
@allow("maintainer")
def changes() -> AnyResponse:
    """What the file would change, cell by cell, as a file."""
    checked = _checked()
    if checked is None:
        return _gone()
    rows = (
        {"line": row.line, "ref": row.before.ref if row.before else "", "column": column, "before": guarded(before)}
        | {"after": guarded(after)}
        for row in checked[1].rows
        for column, before, after in row.cells
    )
    return _file("changes.csv", ["line", "ref", "column", "before", "after"], rows)


def _checked() -> tuple[uploads.Kept, Plan] | None:
    """The file that waits, and what it would do now; None where there is none."""
    here, person = rooms(), signed_in()
    with here.database.reading() as session:
        kept = uploads.find(session, person.account_id, here.now())
        if kept is None:
            return None
        plan = loading.compare(
            kept.content,
            loading.columns_of(here.places, here.taxonomies),
            Standing.of(session),
            is_theirs=lambda entry: may_maintain(person, entry, here.places.areas),
            at=here.now(),
            progress=loading.within(_SECONDS),
        )
    return kept, plan


def _check(kept: uploads.Kept, plan: Plan, *, is_other: bool = False) -> str:
    form = ConfirmForm(formdata=None, digest=plan.digest)
    outcome = Outcome(plan)
    return render_template(
        "regional/spreadsheet_check.html", name=kept.name, plan=plan, outcome=outcome, form=form, is_other=is_other
    )


def _gone() -> AnyResponse:
    flash("There is no file that waits to be published. It may have been published already. If not, upload it again.")
    return redirect("/region/spreadsheet", 303)


def _start(form: UploadForm) -> str:
    here, person = rooms(), signed_in()
    names = {footprint.code: footprint.name for footprint in here.places.areas.footprints}
    footprints = {code: names[code] for code in _footprints(here, person)}
    return render_template("regional/spreadsheet.html", form=form, footprints=footprints)


def _footprints(here: Rooms, person: Person) -> tuple[str, ...]:
    """The footprints that a person maintains, in order; all of them, for an administrator."""
    every = (footprint.code for footprint in here.places.areas.footprints)
    return tuple(code for code in every if person.is_administrator or code in person.footprints)


def _keeps(here: Rooms, person: Person, entry: Entry, footprint: str) -> bool:
    areas = here.places.areas
    return may_maintain(person, entry, areas) and (not footprint or footprint in footprints_of(entry, areas))


def _file(name: str, columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> Response:
    response = Response(loading.write_text(columns, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
