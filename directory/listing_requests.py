"""Requests to be listed and claims of entries, from people who have not signed in: asked, listed, decided once."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from directory.models import Entry, ListingRequest, RequestKind, RequestOutcome
from directory.permissions import footprints_of
from directory.places.areas import Areas


class RequestDecided(Exception):  # noqa: N818 - not a fault: somebody else was quicker
    """Somebody has decided the request before; `request` says who, what and when."""

    def __init__(self, request: ListingRequest) -> None:
        super().__init__(f"request {request.id} was decided before")
        self.request = request


def ask(
    session: Session,
    kind: RequestKind,
    *,
    name: str,
    email: str,
    facts: Mapping[str, str],
    at: datetime,
    ref: str = "",
    phone: str = "",
) -> int:
    """Keep a request for a maintainer to decide; gives its number. Inside a unit of work.

    `facts` are as `ListingRequest` says. The same again from the same address, while the first is open, is that one.
    """
    for request in list_open(session):
        same = (request.kind, request.ref, request.email, request.facts) == (kind, ref, email.casefold(), dict(facts))
        if same and request.id is not None:
            return request.id
    request = ListingRequest(
        kind=kind, ref=ref, name=name, email=email.casefold(), phone=phone, facts=dict(facts), at=at
    )
    session.add(request)
    session.flush()
    assert request.id is not None
    return request.id


def get_request(session: Session, request_id: int) -> ListingRequest:
    """A request; KeyError where there is none of this number."""
    request = session.get(ListingRequest, request_id)
    if request is None:
        raise KeyError(request_id)
    session.expunge(request)
    return request


def list_open(session: Session) -> tuple[ListingRequest, ...]:
    """Requests that nobody has decided, oldest first."""
    query = select(ListingRequest).where(ListingRequest.outcome == None).order_by(ListingRequest.id)  # type: ignore[arg-type]  # noqa: E711
    requests = tuple(session.exec(query).all())
    for request in requests:
        session.expunge(request)
    return requests


def footprints_of_request(request: ListingRequest, entry: Entry | None, areas: Areas) -> frozenset[str]:
    """The footprints whose maintainers decide a request.

    Those of the entry that is claimed; else of the borough that was named; else all of them.
    """
    if entry is not None:
        return footprints_of(entry, areas)
    named = areas.footprint_of(request.facts.get("borough", ""))
    return frozenset({named.code}) if named else frozenset(footprint.code for footprint in areas.footprints)


def decide(
    session: Session, request_id: int, outcome: RequestOutcome, *, actor: str, reason: str, at: datetime
) -> ListingRequest:
    """Accept or decline a request, and give it. Inside a unit of work. Raises KeyError and RequestDecided.

    It says what was decided and does no more: the invitation and the entry are the caller's, in the same transaction.
    """
    request = session.get(ListingRequest, request_id)
    if request is None:
        raise KeyError(request_id)
    if request.outcome is None:
        request.outcome, request.decided_by, request.reason, request.decided_at = outcome, actor, reason, at
        session.flush()
        session.expunge(request)
        return request
    session.expunge(request)
    raise RequestDecided(request)
