"""Two entries side by side that may be one service: not so, or one gives way to the other."""

from flask import Blueprint, abort
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired

from directory import revisions
from directory.duplicates import possible_duplicates
from directory.models import Entry
from directory.permissions import may_maintain
from directory.regional import desk
from directory.regional.finding import duplicate_key
from directory.regional.gathering import dismiss
from directory.revisions import Difference
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, RadiosField
from directory.web.words import LABELS

blueprint = Blueprint("regional_duplicates", __name__)


@blueprint.get("/region/duplicates/<ref>/<other_ref>")
@allow("maintainer")
def pair(ref: str, other_ref: str) -> Response:
    """Both entries, field by field, with what differs marked."""
    return _page(ref, other_ref)


@blueprint.post("/region/duplicates/<ref>/<other_ref>/apart")
@allow("maintainer")
def apart(ref: str, other_ref: str) -> Response:
    """Remember that they are two services."""
    with rooms().database.unit_of_work() as session:
        _both(session, ref, other_ref)
        done = desk.decide(session, f"/region/duplicates/{ref}/{other_ref}")
        dismiss(session, duplicate_key(ref, other_ref), actor=signed_in().actor, reason="", at=rooms().now())
    return done("Noted: they are two services.")


@blueprint.post("/region/duplicates/<ref>/<other_ref>/withdraw")
@allow("maintainer")
def withdraw(ref: str, other_ref: str) -> Response:
    """Withdraw one in favour of the other."""
    with rooms().database.unit_of_work() as session:
        both = _both(session, ref, other_ref)
        form = _form(both)
        if form.validate():
            kept = form.data["kept"]
            gone = other_ref if kept == ref else ref
            desk.maintained(session, gone)
            done = desk.decide(session, f"/region/duplicates/{ref}/{other_ref}")
            revisions.change_entry(
                session,
                gone,
                lambda entry: entry.model_copy(update={"status": "withdrawn"}),
                actor=signed_in().actor,
                reason=f"The same service as {kept}, which stays",
                at=rooms().now(),
            )
            return done(f"{gone} is withdrawn, {kept} stays.")
    return _page(ref, other_ref, form, 422)


def _both(session: Session, ref: str, other_ref: str) -> tuple[Entry, Entry]:
    """The two: 404 where one is not there, 403 where whoever is signed in keeps neither.

    An entry of another region is shown only beside one that it may be, and without a place that is not for everybody.
    """
    entries = revisions.get_entries(session, {ref, other_ref})
    if len(entries) < 2:
        abort(404)
    one, other = entries[ref], entries[other_ref]
    theirs = [may_maintain(signed_in(), entry, rooms().places.areas) for entry in (one, other)]
    if not any(theirs) or not (all(theirs) or possible_duplicates([one], [other])):
        abort(403)
    return _as_shown(one), _as_shown(other)


def _as_shown(entry: Entry) -> Entry:
    if entry.address_visibility == "full" or may_maintain(signed_in(), entry, rooms().places.areas):
        return entry
    return entry.model_copy(update=dict.fromkeys(("address", "postcode", "entrance"), ""))


def _form(both: tuple[Entry, Entry]) -> Form:
    """Which of the two stays: only what is in their own region can somebody withdraw."""
    one, other = both
    choices = [
        (stays.ref, f"{stays.name} ({stays.ref}) stays, {goes.ref} is withdrawn")
        for stays, goes in ((one, other), (other, one))
        if goes.status != "withdrawn" and may_maintain(signed_in(), goes, rooms().places.areas)
    ]

    class KeepForm(Form):
        kept = RadiosField("Which one stays?", choices, validators=[DataRequired("Choose which one stays.")])

    return KeepForm()


def _page(ref: str, other_ref: str, form: Form | None = None, status: int = 200) -> Response:
    with rooms().database.reading() as session:
        one, other = both = _both(session, ref, other_ref)
        item = desk.place(session, f"/region/duplicates/{ref}/{other_ref}")
    found = possible_duplicates([one], [other])
    old, new = one.model_dump(mode="json"), other.model_dump(mode="json")
    said = [field for field in LABELS if old[field] or new[field]]
    return desk.page(
        "duplicates",
        status,
        item=item,
        one=one,
        other=other,
        reasons=found[0].reasons if found else (),
        rows=desk.comparer().compare(Difference(field, old[field], new[field]) for field in said),
        form=form or _form(both),
    )
