"""Who changed an entry, when, what and why; any earlier version as it was; and putting one back."""

from dataclasses import dataclass

from flask import Blueprint, abort
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from directory import revisions
from directory.models import Entry
from directory.regional import actors, desk
from directory.regional.differing import Differing
from directory.regional.finding import live_key
from directory.regional.gathering import dismiss
from directory.search.live import ENDED_BY
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, ProseField
from directory.web.times import spoken_instant
from directory.web.words import LABELS

blueprint = Blueprint("regional_history", __name__)

ACTIONS = {
    "published": "Published",
    "withdrawn": "Withdrawn",
    "live": "Went live without approval",
}
ENDED = "Noted as over"
MOST = 1000  # characters of a reason


class RestoreForm(Form):
    """Why an earlier version is right."""

    reason = ProseField(
        "Why should this version be public again?",
        validators=[DataRequired("Say why, in a few words."), Length(max=MOST)],
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """One change in words."""

    number: int
    action: str
    when: str
    who: str
    why: str
    rows: tuple[Differing, ...]
    is_live: bool


@blueprint.get("/region/entries/<ref>/history")
@allow("maintainer")
def changes(ref: str) -> Response:
    """Every change, newest first."""
    with rooms().database.reading() as session:
        entry = desk.maintained(session, ref)
        item = desk.place(session, f"/region/entries/{ref}/history")
        happened = _happened(session, ref)
    newest_live = next((change.number for change in happened if change.is_live), 0)
    return desk.page("history", item=item, entry=entry, changes=happened, newest_live=newest_live)


@blueprint.post("/region/entries/<ref>/history/<int:number>/right")
@allow("maintainer")
def is_right(ref: str, number: int) -> Response:
    """Say that a change which went live is right, so that it leaves the queue."""
    with rooms().database.unit_of_work() as session:
        desk.maintained(session, ref)
        if not any(change.number == number and change.action == "live" for change in revisions.history(session, ref)):
            abort(400)
        done = desk.decide(session, f"/region/entries/{ref}/history")
        dismiss(session, live_key(number), actor=signed_in().actor, reason="", at=rooms().now())
    return done("Noted as right.")


@blueprint.get("/region/entries/<ref>/history/<int:number>")
@allow("maintainer")
def version(ref: str, number: int) -> Response:
    """The entry as it stood after a change."""
    return _version(ref, number, RestoreForm())


@blueprint.post("/region/entries/<ref>/history/<int:number>/restore")
@allow("maintainer")
def restore(ref: str, number: int) -> Response:
    """Publish an earlier version again, as a new change."""
    form = RestoreForm()
    if not form.validate():
        return _version(ref, number, form, 422)
    with rooms().database.unit_of_work() as session:
        desk.maintained(session, ref)
        _get_version(session, ref, number)
        reason = f"Version {number} again: {form.reason.data}"
        revisions.restore(session, ref, number, actor=signed_in().actor, reason=reason, at=rooms().now())
    return desk.stay(f"/region/entries/{ref}/history", f"Version {number} is the newest again.")


def _version(ref: str, number: int, form: RestoreForm, status: int = 200) -> Response:
    with rooms().database.reading() as session:
        now = desk.maintained(session, ref)
        then = _get_version(session, ref, number)
        change = next((each for each in _happened(session, ref) if each.number <= number), None)
    comparer, record = desk.comparer(), then.model_dump(mode="json")
    return desk.page(
        "version",
        status,
        entry=now,
        then=then,
        number=number,
        change=change,
        facts=[(label, comparer.lines(field, record[field])) for field, label in LABELS.items()],
        rows=comparer.compare(revisions.differences(now, revisions.put_back(then, now))),
        form=form,
    )


def _get_version(session: Session, ref: str, number: int) -> Entry:
    try:
        return revisions.get_version(session, ref, number)
    except KeyError:
        abort(404)


def _happened(session: Session, ref: str) -> list[Happened]:
    items = revisions.history(session, ref)
    who, compare = actors.names(session, {item.actor for item in items}), desk.comparer().compare
    return [
        Happened(
            item.number,
            ENDED if item.actor == ENDED_BY else ACTIONS[item.action],
            spoken_instant(item.at),
            who[item.actor],
            item.reason,
            compare(item.differences),
            item.action == "live",
        )
        for item in items
    ]
