"""Brings the queue together from the database; and keeps what maintainers found to need nothing."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import insert, select
from sqlmodel import Session

from directory import listing_requests, reports, revisions
from directory.confirmations import open_notes, silent_refs
from directory.freshness import Freshness
from directory.models import Change, Dismissal, Entry
from directory.permissions import Person
from directory.places.areas import Areas
from directory.regional import finding
from directory.regional.finding import LiveChange, Standing
from directory.regional.queue import Item, sorted_by_harm
from directory.schedules import LONDON

LIVE_DAYS = 7
"""For how long a change that went live without approval is in the queue."""

_changes = Change.__table__.columns  # type: ignore[attr-defined]
_dismissals = Dismissal.__table__.columns  # type: ignore[attr-defined]


class Gatherer:
    """Remembers the published entries between requests, as of a change number, and reads only what changed since.

    What a change that went live changed stays as it was, so that is worked out once.
    """

    def __init__(self, areas: Areas, days: Freshness) -> None:
        self._areas, self._days = areas, days
        self._known: tuple[int, str, Standing] | None = None
        self._live: dict[tuple[int, str, datetime], LiveChange] = {}

    def standing(self, session: Session) -> Standing:
        """The published entries as this session sees them."""
        number = revisions.latest_number(session)
        mark = revisions.mark(session, number)
        known = self._known
        if known and known[:2] == (number, mark):
            return known[2]
        entries: dict[str, Entry] = {}
        if known and known[0] < number and revisions.mark(session, known[0]) == known[1]:
            changed = revisions.get_entries(session, revisions.refs_changed_after(session, known[0]))
            entries = dict(sorted((known[2].entries | changed).items()))  # type: ignore[operator]
        standing = Standing(entries or revisions.get_entries(session), self._areas)
        self._known = number, mark, standing
        return standing

    def queue(self, session: Session, person: Person, now: datetime) -> tuple[Item, ...]:
        """Everything that waits for this maintainer, the most harmful first."""
        standing = self.standing(session)
        today = now.astimezone(LONDON).date()
        dismissed = frozenset(session.execute(select(_dismissals["key"])).scalars())
        items = chain(
            finding.reported(standing, reports.list_open(session)),
            finding.live_changes(standing, self._live_changes(session, now), dismissed, now),
            finding.proposals(standing, revisions.list_waiting(session)),
            finding.said_to_have_changed(standing, open_notes(session, today)),
            finding.requests(standing, listing_requests.list_open(session)),
            finding.past_check_date(standing, silent_refs(session), self._days, today),
            finding.duplicates(standing, dismissed),
            finding.leads(standing),
        )
        return sorted_by_harm(item for item in items if _is_for(person, item))

    def _live_changes(self, session: Session, now: datetime) -> Collection[LiveChange]:
        """What providers changed without approval in the last days."""
        recent = (_changes["action"] == "live") & (_changes["at"] >= now - timedelta(days=LIVE_DAYS))
        keys = session.execute(select(_changes["number"], _changes["ref"], _changes["at"]).where(recent)).all()
        known = self._live
        self._live = {tuple(key): known.get(tuple(key)) or _live_change(session, *key) for key in keys}
        return self._live.values()


def _is_for(person: Person, item: Item) -> bool:
    return person.is_administrator or not person.footprints.isdisjoint(item.footprints)


def _live_change(session: Session, number: int, ref: str, at: datetime) -> LiveChange:
    """A change compared with the version before it."""
    upto = (_changes["ref"] == ref) & (_changes["number"] <= number)
    newest_first = select(_changes["record"]).where(upto).order_by(_changes["number"].desc()).limit(2)
    after, before = (*session.execute(newest_first).scalars(), {})[:2]
    return LiveChange(number, ref, frozenset(field for field in after if after[field] != before.get(field)), at)


def dismiss(session: Session, key: str, *, actor: str, reason: str, at: datetime) -> None:
    """Keep that an item of the queue needs nothing; said twice, the first counts. Inside a unit of work."""
    if session.get(Dismissal, key) is None:
        session.execute(insert(Dismissal), [{"key": key, "actor": actor, "reason": reason, "at": at}])
