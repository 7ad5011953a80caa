"""Problems that anybody reports: two people who do not know of each other put a caution on an entry.

A report holds no word of its own and nothing about who made it, but for a network and an account that are emptied after
a day.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, insert, select, update
from sqlmodel import Session

from directory import revisions
from directory.models import Caution, Entry, ProblemKind, Report, ReportClosing, ReportOutcome, TurnedAwayWhy

WITHIN = timedelta(days=1)
"""Reports as near to each other as this make a caution, and one person's second is not counted."""

ENOUGH = 2
FLOOD_WITHIN = timedelta(minutes=10)
MOST_OF_ONE = 5
MOST_OF_ALL = 30
"""More than this within FLOOD_WITHIN, of one reporter or of all, is a flood."""

SERIOUS: tuple[ProblemKind, ...] = ("shut", "no_answer", "wrong_number", "turned_away", "wrong_address", "other")
"""What may be reported, the most harmful to somebody in crisis first."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """What tells reporters apart: a keyed hash of the network, and the account of somebody who has signed in, or ""."""

    network: str
    account: str = ""

    def may_be(self, made: Report) -> bool:
        """Whether whoever made a report may be the same person.

        Of two who have signed in the accounts tell; anybody else may be anybody of the same network.
        """
        if self.account and made.account:
            return self.account == made.account
        return self.network == made.network


_columns = Report.__table__.columns  # type: ignore[attr-defined]
_closings = ReportClosing.__table__.columns  # type: ignore[attr-defined]


class AlreadyClosed(Exception):  # noqa: N818 - not a fault: somebody else was quicker
    """Somebody has closed these reports before."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report: kept as number `report_id`, held as part of a flood, or made before by the same person.

    `cautioned` tells that it put a caution on the entry that was not there before.
    """

    outcome: Literal["kept", "held", "made_before"]
    report_id: int
    cautioned: bool = False


@dataclass(frozen=True, slots=True)
class OpenReports:
    """The reports of one entry that nobody has closed, newest first."""

    entry: Entry
    reports: tuple[Report, ...]


def report(session: Session, ref: str, kind: ProblemKind, *, by: Reporter, at: datetime) -> Reported:
    """Keep a report. Inside a unit of work. `at` is an aware instant.

    Raises KeyError where there is no such entry.
    """
    revisions.get_entry(session, ref)
    open_now = [found for each in list_open(session, [ref]) for found in each.reports if found.at > at - WITHIN]
    before = next((found for found in open_now if by.may_be(found)), None)
    if before is not None:
        return Reported("made_before", before.id or 0)
    held = _is_flood(session, by, at)
    who = {"network": by.network, "account": by.account}
    row = {"ref": ref, "kind": kind, "why": "", **who, "held": held, "at": at}
    number = int(session.execute(insert(Report).returning(_columns["id"]), [row]).scalar_one())
    return Reported("held" if held else "kept", number, cautioned=not held and _caution(session, ref, at))


def say_why(session: Session, report_id: int, why: TurnedAwayWhy) -> None:
    """Add to a report why somebody was turned away. Inside a unit of work."""
    table = Report.__table__  # type: ignore[attr-defined]
    turned_away = (_columns["id"] == report_id) & (_columns["kind"] == "turned_away")
    session.execute(update(table).where(turned_away).values(why=why))


def list_open(session: Session, refs: Iterable[str] | None = None) -> tuple[OpenReports, ...]:
    """Reports that nobody has closed, by entry, in order of reference; of these entries, or of all."""
    query = select(Report).where(~_is_closed()).order_by(_columns["at"].desc(), _columns["id"].desc())
    if refs is not None:
        query = query.where(_columns["ref"].in_(list(refs)))
    by_ref: dict[str, list[Report]] = {}
    for found in session.execute(query).scalars().all():
        session.expunge(found)
        by_ref.setdefault(found.ref, []).append(found)
    entries = revisions.get_entries(session, by_ref)
    return tuple(OpenReports(entries[ref], tuple(by_ref[ref])) for ref in sorted(by_ref))


def close(
    session: Session,
    ref: str,
    report_ids: Iterable[int],
    outcome: ReportOutcome,
    *,
    actor: str,
    reason: str,
    at: datetime,
) -> Entry:
    """Close reports of an entry with what was found out, and take its caution away unless others still give cause.

    Inside a unit of work. Raises KeyError where there is no such entry, AlreadyClosed where one of the reports is not
    open, so that of two who close the same reports the second is told.
    """
    wanted = set(report_ids)
    still_open = [found.id for each in list_open(session, [ref]) for found in each.reports]
    if not wanted or not wanted <= set(still_open):
        raise AlreadyClosed(ref)
    said = {"outcome": outcome, "actor": actor, "reason": reason, "at": at}
    session.execute(insert(ReportClosing), [{"report_id": number, **said} for number in sorted(wanted)])
    left = _counting(session, ref)

    def without(entry: Entry) -> Entry:
        caution = entry.caution and _caution_of(left, entry.caution.at) if len(left) >= ENOUGH else None
        return entry.model_copy(update={"caution": caution})

    return revisions.change_entry(session, ref, without, actor=actor, reason=f"Reports closed: {reason}", at=at)


def forget_reporters(session: Session, at: datetime) -> None:
    """Empty what tells reporters apart of reports older than WITHIN: it has served its purpose."""
    table = Report.__table__  # type: ignore[attr-defined]
    old = (_columns["at"] <= at - WITHIN) & (_columns["network"] != "")
    session.execute(update(table).where(old).values(network="", account=""))


def _caution(session: Session, ref: str, at: datetime) -> bool:
    """Put a caution on an entry where ENOUGH people reported it WITHIN a day; True where it had none.

    The open reports of an entry within a day are of different people: another of one of them is never kept.
    """
    near = [found for found in _counting(session, ref) if found.at > at - WITHIN]
    if len(near) < ENOUGH:
        return False
    had = revisions.get_entry(session, ref).caution
    caution = _caution_of(near, had.at if had else min(found.at for found in near))
    revisions.change_entry(
        session,
        ref,
        lambda entry: entry.model_copy(update={"caution": caution}),
        actor="system:reports",
        reason="Reported by several people",
        at=at,
    )
    return had is None


def _counting(session: Session, ref: str) -> list[Report]:
    """The open reports of an entry that are not held."""
    return [found for each in list_open(session, [ref]) for found in each.reports if not found.held]


def _caution_of(reports: Iterable[Report], since: datetime) -> Caution:
    kinds = {found.kind for found in reports}
    return Caution(kinds=tuple(kind for kind in SERIOUS if kind in kinds), at=since)


def _is_closed() -> ColumnElement[bool]:
    return select(_closings["report_id"]).where(_closings["report_id"] == _columns["id"]).exists()


def _is_flood(session: Session, by: Reporter, at: datetime) -> bool:
    """Whether this reporter, or all of them, have made too many reports in a short while.

    Of all, one reporter counts for MOST_OF_ONE at most: nobody can alone have the reports of others held.
    """
    query = select(_columns["account"], _columns["network"]).where(_columns["at"] > at - FLOOD_WITHIN)
    made = Counter(account or network for account, network in session.execute(query))
    of_all = sum(min(count, MOST_OF_ONE) for count in made.values())
    return made[by.account or by.network] >= MOST_OF_ONE or of_all >= MOST_OF_ALL
