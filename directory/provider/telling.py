"""What a page tells a provider of an entry: how it reads now, what waits, what came back, what must be checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from directory import freshness, revisions
from directory.models import Decision, Entry, FactGroup, Proposal
from directory.permissions import Person
from directory.provider.sections import HOURS, TITLES
from directory.provider.shown import shown
from directory.schedules import LONDON
from directory.search.live import opening_at
from directory.web import Rooms
from directory.web.links import entry_path
from directory.web.times import moment, spoken_date
from directory.web.words import STATUSES

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal in words: its section with where to change it, when and by whom it was made, and what became of it.

    `outcome` is "" while it waits.
    """

    number: int
    section: str
    href: str
    when: str
    by: str
    outcome: str
    decided: str
    reason: str


@dataclass(frozen=True, slots=True)
class Check:
    """A group of facts: what the public reads of it, line by line, and when it was last checked, in words.

    `is_due` where it must be checked again.
    """

    group: FactGroup
    title: str
    lines: tuple[str, ...]
    words: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """An entry as its provider sees it; every text is ready to print, `reads` what everybody reads of this moment."""

    entry: Entry
    status: str
    public_path: str
    reads: str
    stands_until: str
    waiting: Sequence[Told]
    sent_back: Sequence[Told]
    decided: Sequence[Told]
    checks: Sequence[Check]
    due: str

    @property
    def path(self) -> str:
        """Where the entry's own pages begin."""
        return f"/my/{self.entry.ref}"


def tell(session: Session, entry: Entry, person: Person, here: Rooms, now: datetime) -> Mine:
    """Everything about one entry."""
    proposals = revisions.list_proposals(session, entry.ref)
    told = [_told(proposal, decision, person, now) for proposal, decision in proposals]
    newest = {each.section: each for each in reversed(told)}
    today = now.astimezone(LONDON).date()
    checks = _checks(entry, here, today)
    return Mine(
        entry=entry,
        status=STATUSES[entry.status],
        public_path=entry_path(entry) if entry.is_public else "",
        reads=reads(entry, now),
        stands_until=stands_until(entry, now),
        waiting=[each for each in told if not each.outcome],
        sent_back=[each for each in newest.values() if each.outcome == "sent_back"],
        decided=[each for each in told if each.outcome and each.outcome != "replaced"][:_MOST_TOLD],
        checks=checks,
        due=_due(entry, checks, here.config.freshness, today),
    )


def reads(entry: Entry, now: datetime) -> str:
    """What everybody reads of this moment: the hours, and what the service itself says."""
    opening = opening_at(entry, now)
    return f"{opening.text}. {opening.said}." if opening.said else f"{opening.text}."


def stands_until(entry: Entry, now: datetime) -> str:
    """Until when what the service says of now stands; "" where it says nothing."""
    live = entry.status_at(now)
    return moment(live.until, now) if live else ""


def _told(proposal: Proposal, decision: Decision | None, person: Person, now: datetime) -> Told:
    href = f"/my/{proposal.ref}/edit/{proposal.section}"
    if proposal.section == HOURS:
        href = f"/my/{proposal.ref}/hours"
    elif decision and decision.outcome == "sent_back":
        href += f"?again={proposal.id}"
    return Told(
        number=proposal.id or 0,
        section=TITLES.get(proposal.section, proposal.section.capitalize()),
        href=href,
        when=moment(proposal.at, now),
        by="you" if proposal.actor == person.actor else "somebody else",
        outcome=decision.outcome if decision else "",
        decided=moment(decision.at, now) if decision else "",
        reason=decision.reason if decision else "",
    )


def _checks(entry: Entry, here: Rooms, today: date) -> list[Check]:
    known = {evidence.fact_group: evidence for evidence in entry.evidence}
    checks = []
    for group, title, lines in shown(entry, here.places, here.taxonomies, today):
        evidence = known.get(group)
        state = freshness.state(evidence, today, here.config.freshness)
        said = f"Last checked {spoken_date(evidence.dated)}" if evidence and evidence.dated else "Never checked"
        checks.append(Check(group, title, lines, said, state != "fresh"))
    return checks


def _due(entry: Entry, checks: Iterable[Check], days: freshness.Freshness, today: date) -> str:
    """What must be checked now, else when the first of it must be."""
    groups = [check.title for check in checks if check.is_due]
    if groups:
        return f"To check now: {', '.join(groups).lower()}"
    due = freshness.due_on(entry, days)
    return f"All checked. To check again by {spoken_date(due.isoformat())}" if due else "Nothing to check yet"
