"""My services: what the public sees, what waits, what came back, what must be checked; and tonight."""

from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from directory import revisions, schedules
from directory.accounts.regions import tell_region
from directory.accounts.saving import save_section
from directory.freshness import groups_told
from directory.loading.sheets import cell_problem
from directory.models import GROUP_FIELDS, Entry, LiveStatus
from directory.permissions import may_maintain
from directory.provider.mine import get_mine, list_mine
from directory.provider.sections import SECTIONS
from directory.provider.telling import reads, stands_until, tell
from directory.provider.tonight import LONGEST_NOTE, status_of, times_to_choose, usual_end
from directory.revisions import AlreadyDecided
from directory.revisions.proposals import checked
from directory.schedules import LONDON
from directory.search.live import STATES
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import ChoiceField, Form, RadiosField, TextField, choices_of
from directory.web.times import moment
from directory.web.words import GROUPS

blueprint = Blueprint("provider", __name__)
CLEAR = "clear"
OUTCOMES = {
    "approved": "approved",
    "corrected": "corrected and approved",
    "sent_back": "sent back",
    "withdrawn": "taken back",
}


class TonightForm(Form):
    """What is said of now; its end and its note may be left alone."""

    state = RadiosField("How is it now?", choices=list(STATES.items()), invalid_choice_message="Choose how it is now.")
    until = ChoiceField("Until", validate_choice=False)
    note = TextField(
        "A short note, if it helps",
        description="Everybody reads it. Never write about a person. At most 140 characters",
        validators=[Length(max=LONGEST_NOTE, message="Shorten the note to 140 characters at most.")],
    )

    def validate_note(self, field: TextField) -> None:
        """No character that cannot be seen."""
        if problem := cell_problem(field.data or ""):
            raise ValidationError(problem)

    def chosen_end(self) -> datetime | None:
        """The end that was chosen; None for the usual one. Raises ValueError."""
        chosen = datetime.fromisoformat(self.until.data) if self.until.data else None
        if chosen is not None and chosen.tzinfo is None:
            raise ValueError("Choose a time from the list.")
        return chosen


@blueprint.get("/my")
@allow("editor")
def services() -> str:
    """All of somebody's entries."""
    here, person = rooms(), signed_in()
    with here.database.reading() as session:
        mine = [tell(session, entry, person, here, here.now()) for entry in list_mine(session, person)]
    return render_template("provider/services.html", mine=mine)


@blueprint.get("/my/<ref>")
@allow("signed_in")
def service(ref: str) -> str:
    """One entry: its sections, what waits, and what became of what was sent."""
    here, person = rooms(), signed_in()
    with here.database.reading() as session:
        mine = tell(session, get_mine(session, ref, person), person, here, here.now())
        number = revisions.number_of(session, mine.entry.ref)
    sections = SECTIONS.values()
    return render_template("provider/service.html", mine=mine, sections=sections, outcomes=OUTCOMES, number=number)


class RightForm(Form):
    """A group of facts, as somebody read it when the entry was at change `seen`."""

    group = RadiosField("Which facts", choices=list(GROUPS.items()))
    seen = IntegerField(validators=[InputRequired(), NumberRange(0, 2**31 - 1)])


@blueprint.post("/my/<ref>/right")
@allow("signed_in")
def right(ref: str) -> Response:
    """Take a group of facts as still right, unless somebody has changed it since it was read."""
    here, person, form = rooms(), signed_in(), RightForm()
    with here.database.unit_of_work() as session:
        entry = get_mine(session, ref, person)
        if not form.validate() or form.group.data not in groups_told(entry):
            abort(400)
        try:
            moved = revisions.fields_changed_since(
                session, entry.ref, form.seen.data or 0, GROUP_FIELDS[form.group.data]
            )
        except KeyError:
            abort(400)
        if moved:
            flash(f"{GROUPS[form.group.data]} changed while you read it. Nothing was saved. Look again.")
            return redirect(f"/my/{entry.ref}", 303)
        is_region = may_maintain(person, entry, here.places.areas)
        revisions.change_entry(
            session,
            entry.ref,
            partial(
                checked, groups=[form.group.data], by="region" if is_region else "provider", how="edit", at=here.now()
            ),
            actor=person.actor,
            reason=f"Still right: {GROUPS[form.group.data].lower()}",
            at=here.now(),
            live=not is_region,
        )
    flash(f"Thank you. {GROUPS[form.group.data]}: checked today.")
    return redirect(f"/my/{entry.ref}", 303)


@blueprint.post("/my/<ref>/proposals/<int:number>/withdraw")
@allow("signed_in")
def withdraw(ref: str, number: int) -> Response:
    """Take a proposal back, while nobody has decided it."""
    here, person = rooms(), signed_in()
    with here.database.unit_of_work() as session:
        entry = get_mine(session, ref, person)
        try:
            proposal, _ = revisions.get_proposal(session, number)
            if proposal.ref != entry.ref:
                abort(404)
            revisions.decide_without_publishing(
                session, number, "withdrawn", actor=person.actor, reason="", at=here.now()
            )
            flash("You have taken it back. What the public sees has not changed.")
        except KeyError:
            abort(404)
        except AlreadyDecided:
            flash("It was decided before you took it back.")
    return redirect(f"/my/{entry.ref}")


@blueprint.route("/my/<ref>/tonight", methods=["GET", "POST"])
@allow("signed_in")
def tonight(ref: str) -> Response | str | tuple[str, int]:
    """How it is now: one tap on a state saves it."""
    here, person = rooms(), signed_in()
    now = here.now()
    with here.database.reading() as session:
        entry = get_mine(session, ref, person)
    form = _tonight_form(entry, now)
    if request.method == "POST":
        if entry.status != "active":
            abort(409)
        if form.state.data == CLEAR:
            return _say(entry.ref, None, now)
        if form.validate() and (status := _status(form, entry, now)):
            return _say(entry.ref, status, now)
    page = render_template(
        "provider/tonight.html",
        form=form,
        entry=entry,
        reads=reads(entry, now),
        stands_until=stands_until(entry, now),
        state=said.state if (said := entry.status_at(now)) else "",
        states=STATES,
        end=usual_end(schedules.parse(entry.opening_hours), now),
        clear=CLEAR,
    )
    return (page, 400) if form.error_summary else page


def _tonight_form(entry: Entry, now: datetime) -> TonightForm:
    """With what is said now, and the times that may be chosen."""
    usual = usual_end(schedules.parse(entry.opening_hours), now)
    live = entry.status_at(now)
    chosen = live.until.astimezone(UTC) if live and live.until != usual.at else None
    form = TonightForm(
        data={
            "state": live.state if live else "",
            "note": live.note if live else "",
            "until": chosen.isoformat() if chosen else "",
        },
    )
    times = {half.astimezone(UTC): moment(half, now) for half in times_to_choose(now)}
    if chosen:
        times[chosen] = moment(chosen, now)
    options = [(at.isoformat(), words) for at, words in sorted(times.items())]
    form.until.choices = choices_of([("", usual.words[:1].upper() + usual.words[1:]), *options])
    return form


def _status(form: TonightForm, entry: Entry, now: datetime) -> LiveStatus | None:
    """What was said; None where it would hold at no time or for too long, which the form then says."""
    try:
        until = form.chosen_end() or usual_end(schedules.parse(entry.opening_hours), now).at
        return status_of(form.state.data, form.note.data or "", until, now)
    except ValueError as error:
        form.until.errors = [str(error)]
        return None


def _say(ref: str, status: LiveStatus | None, now: datetime) -> Response:
    """Publish what is said of now, and tell the region where it is closed."""
    here, person = rooms(), signed_in()
    words = STATES[status.state] if status else "Nothing"
    with here.database.unit_of_work() as session:
        entry = get_mine(session, ref, person)
        save_section(
            session,
            person,
            entry.model_copy(update={"live_status": status}),
            ("live_status",),
            here.places.areas,
            section="tonight",
            base_number=revisions.number_of(session, ref),
            note=f"Said of now: {words.lower()}",
            at=now,
            live=True,
        )
        if status and status.state == "closed":
            _tell_region(session, entry, status, now)
    if status is None:
        flash("Cleared. Everybody reads your usual hours, and nothing more of now.")
    else:
        flash(f"Saved. Everybody now reads: {words}, until {moment(status.until, now)}.")
    return redirect(f"/my/{ref}/tonight")


def _tell_region(session: Session, entry: Entry, status: LiveStatus, now: datetime) -> None:
    """One letter an evening to each maintainer: what follows is in their daily digest."""
    evening = now.astimezone(LONDON).date().isoformat()
    until = moment(status.until, now)
    key = f"closed:{entry.ref}:{evening}"
    tell_region(session, entry, "closed_tonight", key=key, at=now, until=until, note=status.note)
