"""People who ask for a service to be listed, or to keep an entry: decided here, once."""

from dataclasses import dataclass

from flask import Blueprint, abort
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, Length

from directory import listing_requests, revisions
from directory.duplicates import Duplicate, possible_duplicates
from directory.listing_requests import RequestDecided, footprints_of_request
from directory.models import Entry, ListingRequest
from directory.permissions import organization_key
from directory.regional import actors, desk
from directory.regional.queue import Place
from directory.regional.wordings import spoken_instant
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, ProseField, TextField
from directory.web.letters import post

blueprint = Blueprint("regional_requests", __name__)

MOST = 1000  # characters of a reason
LONGEST_NAME = 200


class AcceptForm(Form):
    """Whose entry it is: editors belong to an organisation."""

    organization = TextField(
        "Organisation",
        description="Whoever asked will be able to change every entry of this organisation.",
        validators=[InputRequired("Enter the organisation that runs it."), Length(max=LONGEST_NAME)],
    )


class DeclineForm(Form):
    """Why not."""

    reason = ProseField(
        "Why not?",
        description="The person who asked is sent these words.",
        validators=[InputRequired("Say why, in a few words."), Length(max=MOST)],
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A request with the entry that it claims, and what may be the same service already."""

    request: ListingRequest
    entry: Entry | None
    draft: Entry | None
    alike: tuple[Duplicate, ...]
    item: Place | None
    decided_by: str


@blueprint.get("/region/requests/<int:request_id>")
@allow("maintainer")
def request_(request_id: int) -> Response:
    """What somebody asks for."""
    return _page(request_id)


@blueprint.post("/region/requests/<int:request_id>/accept")
@allow("maintainer")
def accept(request_id: int) -> Response:
    """A claim: whoever asked edits the entry. A listing: a draft of the entry is made."""
    here, person = rooms(), signed_in()
    form = AcceptForm(prefix="accept-")
    with here.database.reading() as session:
        asked, _ = _known(session, request_id)
    if not form.validate():
        return _page(request_id, accept_form=form, status=422)
    try:
        with here.database.unit_of_work() as session:
            done = desk.decide(session, f"/region/requests/{request_id}")
            listing_requests.decide(session, request_id, "accepted", actor=person.actor, reason="", at=here.now())
            organization = form.organization.data or ""
            if asked.kind == "claim":
                _give(session, asked, organization)
                return done(f"{asked.name} can now edit the entries of {organization}.")
            draft = _draft(asked, revisions.next_ref(session), organization)
            revisions.publish(
                session, [draft], actor=person.actor, reason=f"Asked for by its provider, request {asked.id}", at=here.now()
            )
            path = "request_listed"
            post(session, path, to_email=asked.email, key=f"{path}:{asked.id}", at=here.now(), name=draft.name, ref=draft.ref)
    except RequestDecided:
        return _page(request_id, status=409)
    return desk.go(f"/region/entries/{draft.ref}", f"{draft.ref} is a draft now. Complete it, then verify it.")


@blueprint.post("/region/requests/<int:request_id>/decline")
@allow("maintainer")
def decline(request_id: int) -> Response:
    """Say no, and why."""
    here, form = rooms(), DeclineForm(prefix="decline-")
    with here.database.reading() as session:
        asked, entry = _known(session, request_id)
    if not form.validate():
        return _page(request_id, decline_form=form, status=422)
    reason = form.reason.data or ""
    try:
        with here.database.unit_of_work() as session:
            done = desk.decide(session, f"/region/requests/{request_id}")
            actor = signed_in().actor
            listing_requests.decide(session, request_id, "declined", actor=actor, reason=reason, at=here.now())
            post(
                session,
                "request_declined",
                to_email=asked.email,
                key=f"request_declined:{asked.id}",
                at=here.now(),
                name=entry.name if entry else asked.facts["service"],
                is_claim=asked.kind == "claim",
                reason=reason,
                path=f"/services/{entry.ref}/claim" if entry else "/list-a-service",
            )
    except RequestDecided:
        return _page(request_id, status=409)
    return done("Declined, and they are told why.")
