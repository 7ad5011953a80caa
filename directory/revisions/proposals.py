"""Changes that wait for a decision. The approved version stays public until then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import insert, select
from sqlmodel import Session

from directory import schedules
from directory.models import (
    GROUP_FIELDS,
    Audience,
    CheckedBy,
    CheckedHow,
    Decision,
    Entry,
    Evidence,
    FactGroup,
    Outcome,
    Proposal,
)
from directory.revisions.publishing import change_entry, get_entries, get_entry, number_of

_proposals = Proposal.__table__.columns  # type: ignore[attr-defined]
_decisions = Decision.__table__.columns  # type: ignore[attr-defined]


class AlreadyDecided(Exception):  # noqa: N818 - not a fault: somebody else was quicker
    """Somebody has decided the proposal before; `decision` says who, what and when."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"proposal {decision.proposal_id} was decided before")
        self.decision = decision


class Clash(Exception):  # noqa: N818 - not a fault: the entry moved on
    """The entry has changed since the proposal was made, in the same `fields`."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(f"changed since: {', '.join(fields)}")
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal without a decision, and the entry as it is published now."""

    proposal: Proposal
    entry: Entry

    @property
    def facts(self) -> dict[str, Any]:
        """What is proposed, by field. Of hours it is the week: what is said of dates is public at once, and stays.

        Of numbers it is those of the public or those of professionals, or both, as far as somebody changed them.
        """
        return self._beside_now(self.proposal.after)

    @property
    def proposed(self) -> Entry:
        """The entry as it would be. Raises ValueError where it has moved on so that both cannot stand together."""
        return Entry.model_validate({**self.entry.model_dump(mode="json"), **self.facts})

    @property
    def clashing(self) -> tuple[str, ...]:
        """The fields that have changed since to something else than is proposed."""
        before, after = self._beside_now(self.proposal.before), self.facts
        now = self.entry.model_dump(mode="json", include=set(after))
        return tuple(field for field in after if now[field] not in (before[field], after[field]))

    def _beside_now(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Facts with the parts of fields that the proposal leaves alone as they are now."""
        found = dict(facts)
        if "opening_hours" in facts:
            dated = schedules.parse(self.entry.opening_hours).dated
            found["opening_hours"] = schedules.write(replace(schedules.parse(facts["opening_hours"]), dated=dated))
        if "phones" in facts:
            now = self.entry.model_dump(mode="json")["phones"]
            before, after = (_by_audience(side["phones"]) for side in (self.proposal.before, self.proposal.after))
            parts = zip(before, after, _by_audience(facts["phones"]), _by_audience(now), strict=True)
            found["phones"] = [phone for was, new, said, is_now in parts for phone in (is_now if was == new else said)]
        return found


def _by_audience(phones: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], ...]:
    return tuple([phone for phone in phones if phone["audience"] == audience] for audience in get_args(Audience))


def checked(entry: Entry, groups: Iterable[FactGroup], *, by: CheckedBy, how: CheckedHow, at: datetime) -> Entry:
    """The entry with these groups of facts checked on the day, in London, of an instant; a later check stays."""
    on = at.astimezone(schedules.LONDON).date().isoformat()
    known = {evidence.fact_group: evidence for evidence in entry.evidence}
    for group in groups:
        evidence = known.get(group) or Evidence(fact_group=group)
        said = {"checked_on": on, "checked_by": by, "checked_how": how} if on >= evidence.checked_on else {}
        confirmed = evidence.confirmed_by_provider or by == "provider"
        known[group] = evidence.model_copy(update={**said, "confirmed_by_provider": confirmed})
    return entry.model_copy(update={"evidence": tuple(known[group] for group in GROUP_FIELDS if group in known)})


def groups_of(fields: Iterable[str]) -> tuple[FactGroup, ...]:
    """The groups of facts that fields belong to."""
    wanted = set(fields)
    return tuple(group for group, members in GROUP_FIELDS.items() if wanted.intersection(members))


def propose(
    session: Session, wanted: Entry, *, section: str, base_number: int, note: str, actor: str, at: datetime
) -> int | None:
    """Have changes of an entry wait for a decision; gives the number of the proposal.

    What differs from the published entry is proposed; None, where nothing does. A proposal that waits for the same
    section of the entry is replaced. Inside a unit of work. Raises KeyError where there is no such entry.
    """
    now = get_entry(session, wanted.ref)
    old, new = now.model_dump(mode="json"), wanted.model_dump(mode="json")
    fields = [field for field in Entry.model_fields if old[field] != new[field]]
    for waiting in list_waiting(session, [wanted.ref]):
        if waiting.proposal.section == section:
            _decide(session, waiting.proposal, "replaced", actor=actor, reason="", at=at)
    if not fields:
        return None
    row = {
        "ref": wanted.ref,
        "section": section,
        "base_number": base_number,
        "before": {field: old[field] for field in fields},
        "after": {field: new[field] for field in fields},
        "note": note,
        "actor": actor,
        "at": at,
    }
    return int(session.execute(insert(Proposal).returning(_proposals["id"]), [row]).scalar_one())


def list_waiting(session: Session, refs: Iterable[str] | None = None) -> tuple[Waiting, ...]:
    """Proposals without a decision, oldest first; of these entries, or of all."""
    undecided = ~select(_decisions["proposal_id"]).where(_decisions["proposal_id"] == _proposals["id"]).exists()
    query = select(Proposal).where(undecided).order_by(_proposals["id"])
    if refs is not None:
        query = query.where(_proposals["ref"].in_(list(refs)))
    proposals = session.execute(query).scalars().all()
    entries = get_entries(session, {proposal.ref for proposal in proposals})
    for proposal in proposals:
        session.expunge(proposal)
    return tuple(Waiting(proposal, entries[proposal.ref]) for proposal in proposals)


def list_proposals(session: Session, ref: str) -> tuple[tuple[Proposal, Decision | None], ...]:
    """Every proposal for an entry and what was decided, if anything; newest first."""
    query = select(Proposal, Decision).outerjoin(Decision, _decisions["proposal_id"] == _proposals["id"])
    rows = session.execute(query.where(_proposals["ref"] == ref).order_by(_proposals["id"].desc())).all()
    for row in rows:
        for value in filter(None, row):
            session.expunge(value)
    return tuple((row[0], row[1]) for row in rows)


def get_proposal(session: Session, proposal_id: int) -> tuple[Proposal, Decision | None]:
    """A proposal and what was decided, if anything; KeyError where there is no such proposal."""
    proposal, decision = session.get(Proposal, proposal_id), session.get(Decision, proposal_id)
    if proposal is None:
        raise KeyError(proposal_id)
    for row in filter(None, (proposal, decision)):
        session.expunge(row)  # a plain value, that lasts longer than the session
    return proposal, decision


def approve(
    session: Session,
    proposal_id: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
    corrected: Entry | None = None,
    despite: Iterable[str] = (),
) -> Entry:
    """Publish a proposal, or what a maintainer made of it, and give the entry. Inside a unit of work.

    The provider vouches, as of then, for the groups of facts that it changed, and the region for those that it
    corrected. Raises KeyError, AlreadyDecided, and Clash where the entry has changed in the same fields since and those
    are not named in `despite`.
    """
    proposal = _undecided(session, proposal_id)
    waiting = Waiting(proposal, get_entry(session, proposal.ref))
    clashing = tuple(field for field in waiting.clashing if field not in set(despite))
    if clashing and corrected is None:
        raise Clash(clashing)
    wanted = corrected or waiting.proposed
    facts, said = waiting.facts, wanted.model_dump(mode="json")
    theirs = {field for field in facts if said[field] == facts[field]}
    wanted = checked(wanted, groups_of(theirs), by="provider", how="edit", at=proposal.at)
    wanted = checked(wanted, groups_of(facts.keys() - theirs), by="region", how="edit", at=at)
    entry = change_entry(session, proposal.ref, lambda now: wanted, actor=actor, reason=reason, at=at)
    number = number_of(session, proposal.ref)
    _decide(
        session, proposal, "corrected" if corrected else "approved", actor=actor, reason=reason, at=at, number=number
    )
    return entry


def decide_without_publishing(
    session: Session, proposal_id: int, outcome: Outcome, *, actor: str, reason: str, at: datetime
) -> Proposal:
    """Send a proposal back, or take it back ("sent_back", "withdrawn"). Inside a unit of work.

    Raises KeyError and AlreadyDecided.
    """
    proposal = _undecided(session, proposal_id)
    _decide(session, proposal, outcome, actor=actor, reason=reason, at=at)
    return proposal


def _undecided(session: Session, proposal_id: int) -> Proposal:
    proposal, decision = get_proposal(session, proposal_id)
    if decision is not None:
        raise AlreadyDecided(decision)
    return proposal


def _decide(
    session: Session,
    proposal: Proposal,
    outcome: Outcome,
    *,
    actor: str,
    reason: str,
    at: datetime,
    number: int | None = None,
) -> None:
    row = {"proposal_id": proposal.id, "outcome": outcome, "actor": actor, "reason": reason, "at": at, "number": number}
    session.execute(insert(Decision), [row])
