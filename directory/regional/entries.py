"""One entry as its maintainers see it: everything, and what can be done with the whole of it."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from directory import freshness, revisions
from directory.accounts.people import editors_of
from directory.confirmations import open_notes
from directory.models import FACT_GROUPS, CheckedHow, Entry, FactGroup
from directory.regional import desk, verifying
from directory.regional.finding import note_in_words
from directory.regional.wordings import checked
from directory.revisions.proposals import checked as with_checks
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import CheckboxesField, Form, ProseField, RadiosField
from directory.web.links import entry_path
from directory.web.words import GROUPS, LABELS

blueprint = Blueprint("regional_entries", __name__)

HOW = (("telephone", "I rang them"), ("edit", "Another way, for example by email or a visit"))
MOST = 1000  # characters of a reason
_STATES = {"fresh": "", "due": "check again", "unknown": "check: no date"}


class ReasonForm(Form):
    """Why the entry is withdrawn, or put back."""

    reason = ProseField(
        "Why?",
        description="Everybody who looks after this entry can read it in its history.",
        validators=[DataRequired("Say why, in a few words."), Length(max=MOST)],
    )


class CheckForm(Form):
    """Which groups of facts somebody asked about, and how."""

    groups = CheckboxesField(
        "Which facts did you check?",
        choices=[(group, GROUPS[group]) for group in FACT_GROUPS],
        validators=[DataRequired("Choose what you checked.")],
    )
    how = RadiosField("How did you check?", choices=HOW, validators=[DataRequired("Choose how you checked.")])


@blueprint.get("/region/entries/<ref>")
@allow("maintainer")
def entry(ref: str) -> Response:
    """Everything that is kept about an entry."""
    return _page(ref)


@blueprint.post("/region/entries/<ref>/checked")
@allow("maintainer")
def check(ref: str) -> Response:
    """Keep that groups of facts are right, as somebody who was asked said."""
    form = CheckForm(prefix="check-")
    if not form.validate():
        return _page(ref, check_form=form, status=422)
    groups, how = _said(form)

    def checked_today(old: Entry) -> Entry:
        return with_checks(old, groups, by="region", how=how, at=rooms().now())

    return _change(ref, checked_today, f"Checked: {', '.join(GROUPS[group] for group in groups)}")


@blueprint.post("/region/entries/<ref>/verify")
@allow("maintainer")
def verify(ref: str) -> Response:
    """Show a lead to people: somebody has checked that it is there."""
    form = CheckForm(prefix="verify-")
    with rooms().database.reading() as session:
        lead = desk.maintained(session, ref)
    if not form.validate() or verifying.missing(lead) or lead.status != "unverified":
        return _page(ref, verify_form=form, status=422)
    groups, how = _said(form)

    def verified(old: Entry) -> Entry:
        if old.status != "unverified":
            abort(409)  # somebody decided about it a moment ago
        shown = old.model_copy(update={"status": "active"})
        return with_checks(shown, groups, by="region", how=how, at=rooms().now())

    return _change(ref, verified, "Verified: people can find it now")


@blueprint.post("/region/entries/<ref>/withdraw")
@allow("maintainer")
def withdraw(ref: str) -> Response:
    """Show it to nobody any more. Nothing is deleted."""
    form = ReasonForm(prefix="withdraw-")
    if not form.validate():
        return _page(ref, withdraw_form=form, status=422)

    def withdrawn(old: Entry) -> Entry:
        return old.model_copy(update={"status": "withdrawn"})

    return _change(ref, withdrawn, "Withdrawn", form.reason.data or "")


@blueprint.post("/region/entries/<ref>/put-back")
@allow("maintainer")
def put_back(ref: str) -> Response:
    """Make a withdrawn entry what it was before."""
    form = ReasonForm(prefix="back-")
    if not form.validate():
        return _page(ref, back_form=form, status=422)
    with rooms().database.reading() as session:
        desk.maintained(session, ref)
        status = verifying.status_before_withdrawal(session, ref)

    def back(old: Entry) -> Entry:
        return old.model_copy(update={"status": status})

    return _change(ref, back, "Put back", form.reason.data or "", stay=True)


def _change(ref: str, change: Callable[[Entry], Entry], said: str, reason: str = "", *, stay: bool = False) -> Response:
    """Publish what `change` makes of an entry, and go on to the next item of the queue, or stay with the entry."""
    with rooms().database.unit_of_work() as session:
        desk.maintained(session, ref)
        done = desk.decide(session, f"/region/entries/{ref}")
        revisions.change_entry(session, ref, change, actor=signed_in().actor, reason=reason or said, at=rooms().now())
    return desk.stay(f"/region/entries/{ref}", f"{said}.") if stay else done(f"{said}.")


def _said(form: CheckForm) -> tuple[Sequence[FactGroup], CheckedHow]:
    chosen = form.groups.data or []
    how: CheckedHow = "telephone" if form.how.data == "telephone" else "edit"
    return [group for group in FACT_GROUPS if group in chosen], how


def _page(
    ref: str,
    status: int = 200,
    *,
    check_form: CheckForm | None = None,
    verify_form: CheckForm | None = None,
    withdraw_form: ReasonForm | None = None,
    back_form: ReasonForm | None = None,
) -> Response:
    with rooms().database.reading() as session:
        found = desk.maintained(session, ref)
        keepers = editors_of(session, found.organization)
        item = desk.place(session, f"/region/entries/{ref}")
        waiting = revisions.list_waiting(session, [ref])
        notes = open_notes(session, rooms().now().astimezone(LONDON).date())
    forms = [form for form in (check_form, verify_form, withdraw_form, back_form) if form is not None]
    record, say = found.model_dump(mode="json"), desk.comparer().lines
    return desk.page(
        "entry",
        status,
        item=item,
        entry=found,
        public_path=entry_path(found) if found.is_public else "",
        facts=[(label, say(field, record[field])) for field, label in LABELS.items() if field != "evidence"],
        checks=_checks(found),
        keepers=keepers,
        waiting=[one.proposal for one in waiting],
        notes=[note_in_words(note) for note in notes if note.item.ref == ref],
        missing=verifying.missing(found),
        not_known=verifying.not_known(found),
        faulty=forms[0] if forms else None,
        check_form=check_form or CheckForm(formdata=None, prefix="check-"),
        verify_form=verify_form or CheckForm(formdata=None, prefix="verify-"),
        withdraw_form=withdraw_form or ReasonForm(formdata=None, prefix="withdraw-"),
        back_form=back_form or ReasonForm(formdata=None, prefix="back-"),
    )


def _checks(found: Entry) -> list[tuple[str, str, str, str]]:
    """Each group of facts: its name, who said so and when, what must be done, and its source."""
    today = rooms().now().astimezone(LONDON).date()
    known = {evidence.fact_group: evidence for evidence in found.evidence}
    told = freshness.groups_told(found)
    rows = []
    for group in FACT_GROUPS:
        evidence = known.get(group)
        words = checked(evidence.model_dump(mode="json")) if evidence else "no source"
        state = freshness.state(evidence, today, rooms().config.freshness)
        rows.append(
            (
                GROUPS[group],
                words if group in told else "nothing known",
                _STATES[state] if group in told else "",
                evidence.source_url if evidence else "",
            )
        )
    return rows
