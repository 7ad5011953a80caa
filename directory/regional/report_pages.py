"""Problems that people reported: what came in about an entry, and closing it with what was found out."""

import re
from typing import get_args

from flask import Blueprint
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from directory import reports
from directory.models import Report, ReportOutcome
from directory.regional import desk
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

_NUMBER = re.compile(r"\b[0-9]{1,18}\b")

blueprint = Blueprint("regional_reports", __name__)


class ClosingForm(Form):
    """What was found out about all reports of an entry that the maintainer was shown."""

    outcome = RadiosField("What did you find?", choices=list(OUTCOMES.items()))
    reason = TextField(
        "How do you know?",
        description="For example: rang them at 6pm, and they were open. Do not write about people who use the service.",
        validators=[DataRequired("Say how you know, in a few words."), Length(max=300)],
    )
    shown = HiddenField()


@blueprint.get("/region/reports/<ref>")
@allow("maintainer")
def of_entry(ref: str) -> Response:
    """The open reports of one entry, and a form to close them."""
    return _page(ref, ClosingForm())


@blueprint.post("/region/reports/<ref>")
@allow("maintainer")
def close(ref: str) -> Response:
    """Close the reports that the page showed; those that came in since stay open."""
    form, here = ClosingForm(), rooms()
    if not form.validate_on_submit() or form.outcome.data not in get_args(ReportOutcome):
        return _page(ref, form, 400)
    shown = [int(number) for number in _NUMBER.findall(form.shown.data or "")]
    try:
        with here.database.unit_of_work() as session:
            desk.maintained(session, ref)
            done = desk.decide(session, f"/region/reports/{ref}")
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
        return _page(ref, ClosingForm(formdata=None), 409, quicker=True)
    return done("Reports closed.")


def _page(ref: str, form: ClosingForm, status: int = 200, *, quicker: bool = False) -> Response:
    with rooms().database.reading() as session:
        entry = desk.maintained(session, ref)
        found = reports.list_open(session, [ref])
        item = desk.place(session, f"/region/reports/{ref}")
    open_reports = found[0] if found else OpenReports(entry, ())
    form.shown.data = ",".join(str(each.id) for each in open_reports.reports)
    return desk.page(
        "reports",
        status,
        item=item,
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
