"""People who ask for a service to be listed, or to keep an entry: decided here, once."""

from flask import Blueprint, abort
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from directory import listing_requests, revisions
from directory.accounts.invitations import CannotInvite, invite
from directory.duplicates import are_alike
from directory.listing_requests import RequestDecided, footprints_of_request
from directory.models import Entry, Evidence, ListingRequest
from directory.permissions import may_maintain, organization_key
from directory.regional import actors, desk
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, ProseField, TextField
from directory.web.letters import post
from directory.web.times import spoken_instant

blueprint = Blueprint("regional_requests", __name__)

MOST = 1000  # characters of a reason
LONGEST_NAME = 200
_NOT_THEIRS = (
    "That is not the organisation of this entry, or it has entries in other regions. Change the entry first, or ask an "
    "administrator to invite them."
)


class AcceptForm(Form):
    """Who runs the service: editors belong to an organisation."""

    organization = TextField(
        "Organisation", validators=[DataRequired("Enter the organisation that runs it."), Length(max=LONGEST_NAME)]
    )


class DeclineForm(Form):
    """Why not."""

    reason = ProseField(
        "Why not?",
        description="The person who asked is sent these words.",
        validators=[DataRequired("Say why, in a few words."), Length(max=MOST)],
    )


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
        _known(session, request_id)
    if not form.validate():
        return _page(request_id, accept_form=form, status=422)
    organization = form.organization.data or ""
    try:
        with here.database.unit_of_work() as session:
            asked, entry = _known(session, request_id)
            if entry is not None and not _may_give(session, entry, organization):
                form.organization.errors = [_NOT_THEIRS]
                return _page(request_id, accept_form=form, status=422)
            done = desk.decide(session, f"/region/requests/{request_id}")
            listing_requests.decide(session, request_id, "accepted", actor=person.actor, reason="", at=here.now())
            if asked.kind == "claim":
                _give(session, asked, organization)
                return done(f"{asked.name} can edit the entries of {organization}, and was sent an invitation.")
            draft = _draft(asked, revisions.next_ref(session), organization)
            reason = f"Asked for by its provider, request {asked.id}"
            revisions.publish(session, [draft], actor=person.actor, reason=reason, at=here.now())
            key = f"request_listed:{asked.id}"
            post(session, "request_listed", to_email=asked.email, key=key, at=here.now(), entry=draft)
    except RequestDecided:
        return _page(request_id, status=409)
    except CannotInvite as why:
        form.organization.errors = [str(why)]
        return _page(request_id, accept_form=form, status=422)
    return desk.stay(f"/region/entries/{draft.ref}", f"{draft.ref} is a draft now. Complete it, then verify it.")


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
                service=entry.name if entry else asked.facts["service"],
                is_claim=asked.kind == "claim",
                reason=reason,
                path=f"/services/{entry.ref}/claim" if entry else "/list-a-service",
            )
    except RequestDecided:
        return _page(request_id, status=409)
    return done("Declined, and they are told why.")


def _known(session: Session, request_id: int) -> tuple[ListingRequest, Entry | None]:
    """A request and the entry that it claims: 404 where there is none, 403 where another region decides it."""
    try:
        asked = listing_requests.get_request(session, request_id)
    except KeyError:
        abort(404)
    entry = revisions.get_entries(session, [asked.ref]).get(asked.ref)
    person = signed_in()
    theirs = footprints_of_request(asked, entry, rooms().places.areas)
    if not person.is_administrator and person.footprints.isdisjoint(theirs):
        abort(403)
    return asked, entry


def _may_give(session: Session, entry: Entry, organization: str) -> bool:
    """Whether a maintainer may make somebody an editor of an organisation by giving them this entry.

    The organisation is that of the entry, if it has one, and all its entries are in the maintainer's region.
    """
    key = organization_key(organization)
    if entry.organization and organization_key(entry.organization) != key:
        return False
    theirs = [other for other in revisions.get_entries(session).values() if organization_key(other.organization) == key]
    return all(may_maintain(signed_in(), other, rooms().places.areas) for other in theirs)


def _give(session: Session, asked: ListingRequest, organization: str) -> None:
    """Make whoever claimed an entry its editor, and say of the entry whose it is where that was not known.

    Raises CannotInvite.
    """
    person, now = signed_in(), rooms().now()
    invite(session, asked.email, "editor", organization, actor=person.actor, at=now)

    def with_organization(entry: Entry) -> Entry:
        return entry if entry.organization else entry.model_copy(update={"organization": organization})

    reason = f"Claimed by its provider, request {asked.id}"
    revisions.change_entry(session, asked.ref, with_organization, actor=person.actor, reason=reason, at=now)


def _draft(asked: ListingRequest, ref: str, organization: str) -> Entry:
    """An entry of what the provider said of it, which nobody is shown yet."""
    facts = asked.facts
    return Entry(
        ref=ref,
        name=facts["service"],
        organization=organization,
        service_type="other",
        description=facts.get("what", ""),
        borough=facts.get("borough", ""),
        status="unverified",
        evidence=(Evidence(fact_group="criteria", source_date=asked.at.astimezone(LONDON).date().isoformat()),),
        notes=f"Asked for by its provider on {spoken_instant(asked.at)} (request {asked.id}).",
    )


def _page(
    request_id: int,
    status: int = 200,
    *,
    accept_form: AcceptForm | None = None,
    decline_form: DeclineForm | None = None,
) -> Response:
    with rooms().database.reading() as session:
        asked, entry = _known(session, request_id)
        who = actors.names(session, [asked.decided_by] if asked.decided_by else [])
        item = desk.place(session, f"/region/requests/{request_id}")
        standing = desk.gatherer().standing(session)
    if accept_form is None:
        known = entry.organization if entry else ""
        accept_form = AcceptForm(
            formdata=None, prefix="accept-", organization=known or asked.facts.get("organization", "")
        )
    service = asked.facts.get("service", "")
    alike = [other for other in standing.entries.values() if service and are_alike(service, other.name)]
    borough = rooms().places.boroughs.get(asked.facts.get("borough", ""))
    return desk.page(
        "request",
        status,
        item=item,
        asked=asked,
        entry=entry,
        borough=borough.name if borough else "",
        alike=alike,
        decided_by=who.get(asked.decided_by or "", ""),
        faulty=accept_form if accept_form.errors else decline_form,
        accept_form=accept_form,
        decline_form=decline_form or DeclineForm(formdata=None, prefix="decline-"),
        spoken=spoken_instant,
    )
