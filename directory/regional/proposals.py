"""What a provider would like to change: shown in words, approved, corrected, or sent back."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, request
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from directory import revisions
from directory.models import Decision, Entry, Proposal
from directory.regional import actors, correcting, desk
from directory.regional.differing import Differing
from directory.regional.queue import Place
from directory.revisions import AlreadyDecided, Clash, Difference, Waiting
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, ProseField, TextField
from directory.web.letters import post
from directory.web.links import entry_path
from directory.web.times import spoken_instant
from directory.web.words import LABELS

blueprint = Blueprint("regional_proposals", __name__)

OUTCOMES = {
    "approved": "approved it",
    "corrected": "corrected and approved it",
    "sent_back": "sent it back",
    "withdrawn": "took it back",
    "replaced": "replaced it by a newer one",
}
MOST = 1000  # characters of a reason


class ApproveForm(Form):
    """What to write into the history beside the change."""

    note = TextField("Note for the history (optional)", validators=[Length(max=MOST)])


class SendBackForm(Form):
    """Why it cannot be published as it is."""

    reason = ProseField(
        "Why are you sending it back?",
        description="The person who proposed it is sent these words.",
        validators=[DataRequired("Say why, so that they can put it right."), Length(max=MOST)],
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as its page shows it: `clashing` are the fields that have changed since it was made.

    `rows` compare what is public now, or was when it was decided, with what is proposed; `since` compare what was
    public when it was made with what is public now, where these clash. `who` are the names of actors.
    """

    proposal: Proposal
    decision: Decision | None
    entry: Entry
    rows: tuple[Differing, ...]
    since: tuple[Differing, ...]
    clashing: tuple[str, ...]
    who: dict[str, str]
    item: Place | None


@blueprint.get("/region/proposals/<int:proposal_id>")
@allow("maintainer")
def proposal(proposal_id: int) -> Response:
    """What would change, field by field, and what can be done about it."""
    return _page(proposal_id, ApproveForm(), SendBackForm())


@blueprint.post("/region/proposals/<int:proposal_id>/approve")
@allow("maintainer")
def approve(proposal_id: int) -> Response:
    """Publish it as it was proposed."""
    form = ApproveForm()
    if not form.validate():
        return _page(proposal_id, form, SendBackForm(formdata=None), 422)
    here = rooms()
    try:
        with here.database.unit_of_work() as session:
            made = _known(session, proposal_id)[0]
            done = desk.decide(session, f"/region/proposals/{proposal_id}")
            entry = revisions.approve(
                session,
                proposal_id,
                actor=signed_in().actor,
                reason=form.note.data or made.note or made.section,
                at=here.now(),
                despite=request.form.getlist("despite"),
            )
            _tell(session, made, "proposal_approved")
    except AlreadyDecided:
        return _page(proposal_id, form, SendBackForm(formdata=None), 409)
    except Clash as clash:
        names = ", ".join(LABELS[field] for field in clash.fields)
        flash(f"The entry has changed while you read this: {names}. Nothing was published. Look again.")
        return _page(proposal_id, form, SendBackForm(formdata=None), 409)
    except ValueError:
        flash("It cannot be published as it is: its facts do not fit those of now. Correct it, or send it back.")
        return _page(proposal_id, form, SendBackForm(formdata=None), 409)
    return done(f"Approved{_public(entry)}.")


@blueprint.post("/region/proposals/<int:proposal_id>/send-back")
@allow("maintainer")
def send_back(proposal_id: int) -> Response:
    """Do not publish it, and say why to whoever proposed it."""
    form = SendBackForm()
    if not form.validate():
        return _page(proposal_id, ApproveForm(formdata=None), form, 422)
    here = rooms()
    try:
        with here.database.unit_of_work() as session:
            made = _known(session, proposal_id)[0]
            done = desk.decide(session, f"/region/proposals/{proposal_id}")
            reason = form.reason.data or ""
            revisions.decide_without_publishing(
                session, proposal_id, "sent_back", actor=signed_in().actor, reason=reason, at=here.now()
            )
            _tell(session, made, "proposal_sent_back", reason=reason)
    except AlreadyDecided:
        return _page(proposal_id, ApproveForm(formdata=None), form, 409)
    return done("Sent back.")


@blueprint.get("/region/proposals/<int:proposal_id>/correct")
@allow("maintainer")
def correction(proposal_id: int) -> Response:
    """The proposed values, to be changed before they are published."""
    with rooms().database.reading() as session:
        made, decision, entry = _known(session, proposal_id)
        number = revisions.number_of(session, made.ref)
    if decision is not None:
        return redirect(f"/region/proposals/{proposal_id}{desk.query(desk.wanted())}")
    form = correcting.form_for(Waiting(made, entry), number)
    return desk.page("correct", proposal=made, entry=entry, form=form)


@blueprint.post("/region/proposals/<int:proposal_id>/correct")
@allow("maintainer")
def correct(proposal_id: int) -> Response:
    """Publish what the maintainer made of it, unless somebody has changed the same since they opened the form."""
    here = rooms()
    try:
        with here.database.unit_of_work() as session:
            made, decision, entry = _known(session, proposal_id)
            if decision is not None:
                raise AlreadyDecided(decision)
            form = correcting.form_for(Waiting(made, entry), number := revisions.number_of(session, made.ref))
            corrected = correcting.corrected(form, Waiting(made, entry)) if form.validate() else None
            if corrected is None:
                return desk.page("correct", 422, proposal=made, entry=entry, form=form)
            try:
                moved = revisions.fields_changed_since(session, made.ref, form.seen.data, made.after)
            except KeyError:
                abort(400)
            if moved:
                correcting.tell_moved(form, entry, moved, number)
                return desk.page("correct", 409, proposal=made, entry=entry, form=form)
            done = desk.decide(session, f"/region/proposals/{proposal_id}")
            entry = revisions.approve(
                session,
                proposal_id,
                actor=signed_in().actor,
                reason=form.note.data or made.note or made.section,
                at=here.now(),
                corrected=corrected,
            )
            _tell(session, made, "proposal_approved", corrected=True)
    except AlreadyDecided:
        return _page(proposal_id, ApproveForm(formdata=None), SendBackForm(formdata=None), 409)
    return done(f"Corrected and approved{_public(entry)}.")


def _public(entry: Entry) -> str:
    return ": it is public now" if entry.status == "active" else ". The entry itself is not public"


def _known(session: Session, proposal_id: int) -> tuple[Proposal, Decision | None, Entry]:
    """A proposal, what was decided, and the entry as it is: 404 where there is none, 403 for another region."""
    try:
        made, decision = revisions.get_proposal(session, proposal_id)
    except KeyError:
        abort(404)
    return made, decision, desk.maintained(session, made.ref)


def _tell(session: Session, made: Proposal, letter: str, *, corrected: bool = False, reason: str = "") -> None:
    """Write to whoever proposed it."""
    account = actors.account_of(session, made.actor)
    if account is None:
        return
    entry = revisions.get_entry(session, made.ref)
    post(
        session,
        letter,
        to_email=account.email,
        key=f"{letter}:{made.id}",
        at=rooms().now(),
        entry=entry,
        path=entry_path(entry) if entry.is_public else f"/my/{entry.ref}",
        fields=[LABELS[field] for field in made.after if field in LABELS],
        corrected=corrected,
        reason=reason,
    )


def _page(proposal_id: int, approve_form: ApproveForm, back_form: SendBackForm, status: int = 200) -> Response:
    with rooms().database.reading() as session:
        made, decision, entry = _known(session, proposal_id)
        wanted = (made.actor, decision.actor) if decision else (made.actor,)
        shown = _shown(made, decision, entry, dict(actors.names(session, wanted)), _place(session, proposal_id))
    return desk.page(
        "proposal",
        status,
        item=shown.item,
        shown=shown,
        approve_form=approve_form,
        back_form=back_form,
        faulty=back_form if back_form.error_summary else approve_form,
        outcomes=OUTCOMES,
        labels=LABELS,
        spoken=spoken_instant,
    )


def _place(session: Session, proposal_id: int) -> Place | None:
    return desk.place(session, f"/region/proposals/{proposal_id}")


def _shown(made: Proposal, decision: Decision | None, entry: Entry, who: dict[str, str], item: Place | None) -> Shown:
    """Where nothing was decided yet it is compared with what is public now, else with what was public then."""
    waiting = Waiting(made, entry)
    now, after = (made.before, made.after) if decision else (entry.model_dump(mode="json"), waiting.facts)
    clashing = () if decision else waiting.clashing
    compare = desk.comparer().compare
    rows = compare(Difference(field, now[field], after[field]) for field in LABELS if field in after)
    since = compare(Difference(field, made.before[field], now[field]) for field in LABELS if field in clashing)
    return Shown(made, decision, entry, rows, since, clashing, who, item)
