"""Asking once a month at most, reminding once, and passing silence on to the region."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlmodel import Session

from directory import schedules
from directory.confirmations import holidays
from directory.confirmations.links import make_link
from directory.freshness import Freshness, groups_told, state
from directory.models import CheckedBy, Entry, Proposal, StillRightAnswer, StillRightRound
from directory.revisions import get_entries
from directory.schedules import LONDON

MONTH = timedelta(days=31)
PATIENCE = timedelta(days=7)
"""How long an answer is waited for, after the first message and after the reminder."""

_YEAR = timedelta(days=365)
_SOON = timedelta(days=30)
_HOLIDAY_SOON = timedelta(days=45)
_rounds = StillRightRound.__table__.columns  # type: ignore[attr-defined]
_answers = StillRightAnswer.__table__.columns  # type: ignore[attr-defined]
_proposals = Proposal.__table__.columns  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Asked:
    """A round: whom, about which entries, since when, and the token of the link to send."""

    round_id: int
    to_email: str
    refs: tuple[str, ...]
    token: str


def is_worth_asking(entry: Entry, today: date, days: Freshness) -> bool:
    """Whether an entry has something to be checked within a month, or a bank holiday soon that nothing was said of."""
    known = {evidence.fact_group: evidence for evidence in entry.evidence}
    if any(state(known.get(group), today + _SOON, days) != "fresh" for group in groups_told(entry)):
        return True
    coming = holidays.coming(schedules.parse(entry.opening_hours), today)
    return any(holiday.day <= today + _HOLIDAY_SOON for holiday in coming)


def ask(session: Session, to_email: str, refs: Iterable[str], at: datetime) -> Asked | None:
    """Begin a round; None where the same address was asked within a month. Inside a unit of work."""
    recent = (_rounds["to_email"] == to_email) & (_rounds["at"] > at - MONTH)
    if session.execute(select(_rounds["id"]).where(recent)).first():
        return None
    about = sorted(refs)
    row = {"to_email": to_email, "refs": about, "at": at}
    round_id = int(session.execute(insert(StillRightRound).returning(_rounds["id"]), [row]).scalar_one())
    return Asked(round_id, to_email, tuple(about), make_link(session, round_id, at))


def list_silent(session: Session, at: datetime) -> tuple[int, ...]:
    """Rounds that were sent a week ago, are not reminded yet, and that nobody has answered."""
    due = _rounds["reminded_at"].is_(None) & (_rounds["at"] <= at - PATIENCE) & (_rounds["at"] > at - MONTH)
    rows = session.execute(select(_rounds["id"], _rounds["refs"], _rounds["at"]).where(due).order_by(_rounds["id"]))
    return tuple(row.id for row in rows.all() if not is_answered(session, row.refs, row.at))


def remind(session: Session, round_id: int, at: datetime) -> Asked | None:
    """Make the link of the one reminder; None where somebody reminded or answered meanwhile. Inside a unit of work."""
    row = session.execute(select(*_rounds).where(_rounds["id"] == round_id)).one()
    if row.reminded_at is not None or is_answered(session, row.refs, row.at):
        return None
    session.execute(update(StillRightRound).where(_rounds["id"] == round_id).values(reminded_at=at))
    return Asked(round_id, row.to_email, tuple(row.refs), make_link(session, round_id, at))


def pass_on(session: Session, at: datetime) -> int:
    """Pass to the region what a reminder did not help with; how many rounds that were. Inside a unit of work."""
    due = _rounds["passed_at"].is_(None) & (_rounds["reminded_at"] <= at - PATIENCE)
    rows = session.execute(select(_rounds["id"], _rounds["refs"], _rounds["at"]).where(due)).all()
    silent = [row.id for row in rows if not is_answered(session, row.refs, row.at)]
    session.execute(update(StillRightRound).where(_rounds["id"].in_(silent)).values(passed_at=at))
    return len(silent)


def forget(session: Session, at: datetime) -> None:
    """Take the address from rounds of a year ago; their answers stay. Inside a unit of work."""
    session.execute(update(StillRightRound).where(_rounds["at"] < at - _YEAR).values(to_email=""))


def is_answered(session: Session, refs: Iterable[str], since: datetime) -> bool:
    """Whether anybody of the provider has answered for any of these entries since: by a link, or by an edit."""
    wanted = tuple(refs)
    for columns in (_answers, _proposals):
        said = columns["ref"].in_(wanted) & (columns["at"] >= since)
        if session.execute(select(columns["id"]).where(said).limit(1)).first():
            return True
    return any(_is_checked_since(entry, since, by="provider") for entry in get_entries(session, wanted).values())


def silent_refs(session: Session) -> dict[str, datetime]:
    """Entries whose providers did not answer twice, with when that was passed to the region.

    An entry leaves as soon as its provider says anything of it, or anybody checks a group of its facts.
    """
    rows = session.execute(select(*_rounds).where(_rounds["passed_at"].is_not(None)).order_by(_rounds["at"])).all()
    passed = {ref: row for row in rows if not is_answered(session, row.refs, row.at) for ref in row.refs}
    return {
        ref: passed[ref].passed_at
        for ref, entry in get_entries(session, passed).items()
        if entry.status == "active" and not _is_checked_since(entry, passed[ref].passed_at)
    }


def _is_checked_since(entry: Entry, at: datetime, by: CheckedBy = "") -> bool:
    """Whether a group of facts was checked on the day of an instant or later, by that side or, for "", by anybody."""
    day = at.astimezone(LONDON).date().isoformat()
    return any(said.checked_on >= day and (not by or said.checked_by == by) for said in entry.evidence)
