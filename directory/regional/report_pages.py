"""Problems that people reported: what came in about an entry, and closing it with what was found out."""

from typing import get_args

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from directory import reports, revisions
from directory.models import Entry, Report, ReportOutcome
from directory.permissions import may_maintain
from directory.reports import OpenReports
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, RadiosField, TextField
from directory.web.problems import PROBLEMS, REASONS
from directory.web.times import moment

OUTCOMES: dict[ReportOutcome, str] = {
    "put_right": "It was wrong, and the entry is right now",
    "nothing_wrong": "We checked, and the entry is right",
    "cannot_tell": "We could not find out",
}

blueprint = Blueprint("regional_reports", __name__)


class ClosingForm(Form):
    """What was found out about all reports of an entry that the maintainer was shown."""

    outcome = RadiosField("What did you find?", choices=list(OUTCOMES.items()))
    reason = TextField(
        "How do you know?",
        description="For example: rang them at 6pm, and they were open. Do not write about people who use the service.",
        validators=[InputRequired("Say how you know, in a few words."), Length(max=300)],
    )
    shown = HiddenField()


@blueprint.get("/region/reports/<ref>")
@allow("maintainer")
def of_entry(ref: str) -> str:
    """The open reports of one entry, and a form to close them."""
    return _page(_entry(ref), ClosingForm())


@blueprint.post("/region/reports/<ref>")
@allow("maintainer")
def close(ref: str) -> Response | tuple[str, int]:
    """Close the reports that the page showed; those that came in since stay open."""
    entry, form, here = _entry(ref), ClosingForm(), rooms()
    if not form.validate_on_submit() or form.outcome.data not in get_args(ReportOutcome):
        return _page(entry, form), 400
    shown = [int(number) for number in (form.shown.data or "").split(",") if number.isdigit()]
    try:
        with here.database.unit_of_work() as session:
            reports.close(
                session,
                ref,
                shown,
                form.outcome.data,
                actor=signed_in().actor,
                reason=form.reason.data or "",
                at=here.now(),
            )
    except reports.AlreadyClosed:
        return _page(entry, ClosingForm(formdata=None), quicker=True), 409
    return redirect("/region", 303)


def _entry(ref: str) -> Entry:
    here = rooms()
    with here.database.reading() as session:
        entry = revisions.get_entries(session, [ref]).get(ref)
    if entry is None:
        abort(404)
    if not may_maintain(signed_in(), entry, here.places.areas):
        abort(403)
    return entry


def _page(entry: Entry, form: ClosingForm, *, quicker: bool = False) -> str:
    with rooms().database.reading() as session:
        found = reports.list_open(session, [entry.ref])
    open_reports = found[0] if found else OpenReports(entry, ())
    form.shown.data = ",".join(str(each.id) for each in open_reports.reports)
    return render_template(
        "regional/reports.html",
        entry=entry,
        reports=[_in_words(each) for each in open_reports.reports],
        form=form,
        quicker=quicker,
    )


def _in_words(report: Report) -> str:
    """Example: "It was shut when shown as open, 9pm today"."""
    why = f" ({REASONS[report.why].lower()})" if report.why else ""  # type: ignore[index]
    held = ". Held: it came with many others" if report.held else ""
    return f"{PROBLEMS[report.kind]}{why}, {moment(report.at, rooms().now())}{held}"  # type: ignore[index]
