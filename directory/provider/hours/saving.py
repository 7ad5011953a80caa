"""Saving hours: dates at once, the rest as a proposal; the region is told of a closure today or tomorrow at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from directory import revisions, schedules
from directory.accounts.regions import tell_region
from directory.accounts.saving import save_section
from directory.models import Entry
from directory.permissions import Person, may_maintain
from directory.places.areas import Areas
from directory.provider.hours.changes import closed_soon, is_same_week
from directory.provider.hours.words import day_in_words
from directory.revisions import Waiting
from directory.schedules import Schedule
from directory.web.links import entry_path

SECTION = "hours"


@dataclass(frozen=True, slots=True)
class Standing:
    """The hours of an entry as they stand: published as of change `number`, and what waits for approval, if anything.

    A provider goes on from what waits; a regional maintainer, who decides about that elsewhere, from what is public.
    """

    entry: Entry
    number: int
    waiting: Waiting | None
    is_region: bool

    @property
    def published(self) -> Schedule:
        """What the public sees."""
        return schedules.parse(self.entry.opening_hours)

    @property
    def proposed(self) -> Schedule | None:
        """What waits for approval, with the dates that are public."""
        if self.waiting is None:
            return None
        return schedules.parse(self.waiting.facts["opening_hours"])

    @property
    def to_edit(self) -> Schedule:
        """What the form opens with."""
        return self.proposed if self.proposed is not None and not self.is_region else self.published

    @property
    def mark(self) -> str:
        """What tells this state from any other; a form carries it."""
        proposal = self.waiting.proposal.id if self.waiting and not self.is_region else ""
        return f"{self.number}:{proposal}"


@dataclass(frozen=True, slots=True)
class SavedHours:
    """What became of it: whether `dates` went live; the `week` was "published", "taken back" or "unchanged", or is
    "waiting"; `told` is how many maintainers were written to."""

    dates: bool
    week: str
    told: int


def standing_of(session: Session, person: Person, entry: Entry, areas: Areas) -> Standing:
    """The hours of a published entry as they stand for a person."""
    waiting = [each for each in revisions.list_waiting(session, [entry.ref]) if each.proposal.section == SECTION]
    number = revisions.number_of(session, entry.ref)
    return Standing(entry, number, waiting[-1] if waiting else None, may_maintain(person, entry, areas))


def shown_at(session: Session, ref: str, mark: str) -> Schedule:
    """The hours that the form of this mark opened with.

    Raises ValueError where it is no mark, and KeyError where there was no such entry, or proposal of its hours, then.
    """
    number, _, proposal_id = mark.partition(":")
    published = schedules.parse(revisions.get_version(session, ref, int(number)).opening_hours)
    if not proposal_id:
        return published
    proposal, _ = revisions.get_proposal(session, int(proposal_id))
    if (proposal.ref, proposal.section) != (ref, SECTION):
        raise KeyError(proposal_id)
    return replace(schedules.parse(proposal.after["opening_hours"]), dated=published.dated)


@dataclass(frozen=True, slots=True)
class Saver:
    """Saves hours for a person at an instant, inside a unit of work; `note` is for the region."""

    session: Session
    person: Person
    areas: Areas
    at: datetime
    note: str = ""

    def save(self, now: Standing, wanted: Schedule, mark: str) -> SavedHours:
        """Save the hours that somebody wants, who was shown the state of this `mark`.

        Raises revisions.Clash where somebody else changed the hours, or proposed others, since then.
        """
        number, _, proposal = mark.partition(":")
        if proposal != now.mark.partition(":")[2]:
            raise revisions.Clash(("opening_hours",))
        if now.is_region:
            return self._save_for_region(now, wanted, int(number))
        dated = replace(now.published, dated=wanted.dated)
        has_new_dates = dated != now.published
        base, told = int(number), 0
        if has_new_dates:
            self._save(now.entry, dated, base, live=True)
            base = revisions.number_of(self.session, now.entry.ref)
            told = self._tell_region(now, dated, base)
        if is_same_week(now.to_edit, wanted):
            return SavedHours(has_new_dates, "unchanged", told)
        outcome = self._save(revisions.get_entry(self.session, now.entry.ref), wanted, base)
        return SavedHours(has_new_dates, "taken back" if outcome == "unchanged" else outcome, told)

    def _save_for_region(self, now: Standing, wanted: Schedule, base: int) -> SavedHours:
        """A maintainer's change is public at once, all of it."""
        outcome = self._save(now.entry, wanted, base)
        week = "unchanged" if is_same_week(now.published, wanted) else outcome
        return SavedHours(now.published.dated != wanted.dated, week, 0)

    def _save(self, entry: Entry, wanted: Schedule, base: int, *, live: bool = False) -> str:
        return save_section(
            self.session,
            self.person,
            entry.model_copy(update={"opening_hours": schedules.write(wanted)}),
            ("opening_hours",),
            self.areas,
            section=SECTION,
            base_number=base,
            note=self.note,
            at=self.at,
            live=live,
        ).outcome

    def _tell_region(self, now: Standing, dated: Schedule, number: int) -> int:
        """Write to the maintainers about a closure today or tomorrow; gives how many there are."""
        today = self.at.date()
        closures = [
            {"day": day_in_words(day, today), "reason": reason}
            for day, reason in closed_soon(now.published, dated, today)
        ]
        if not closures:
            return 0
        key, path = f"hours-closed:{number}", entry_path(now.entry)
        return tell_region(self.session, now.entry, "hours_closed", key=key, at=self.at, path=path, closures=closures)
