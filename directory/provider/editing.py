"""Saving a section that somebody else may have changed meanwhile: nothing is overwritten that was not seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from directory import revisions
from directory.accounts.saving import Saved, save_section
from directory.models import Entry
from directory.permissions import Person, may_maintain
from directory.places.areas import Areas
from directory.provider.sections import SHOWN, Section
from directory.revisions import Clash, Waiting

_POSITION = ("easting", "northing", "latitude", "longitude")


class Seen(NamedTuple):
    """The version that a form was filled with: a change number, and the proposal that waits on top of it, or 0."""

    number: int
    proposal: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """What somebody who edits a section starts from: the entry, with what waits for approval in that section."""

    entry: Entry
    seen: Seen


def base_of(session: Session, entry: Entry, section: Section, person: Person, areas: Areas) -> Base:
    """The newest version. A maintainer, who publishes, starts from what is published."""
    number = revisions.number_of(session, entry.ref)
    if not may_maintain(person, entry, areas):
        for waiting in revisions.list_waiting(session, [entry.ref]):
            if waiting.proposal.section == section.slug:
                return Base(_proposed(waiting), Seen(number, waiting.proposal.id or 0))
    return Base(entry, Seen(number))


def version(session: Session, ref: str, seen: Seen) -> Entry:
    """The version that was seen. Raises KeyError where there never was one."""
    entry = revisions.get_version(session, ref, seen.number)
    if not seen.proposal:
        return entry
    proposal, _ = revisions.get_proposal(session, seen.proposal)
    if proposal.ref != ref:
        raise KeyError(seen.proposal)
    return _proposed(Waiting(proposal, entry))


def _proposed(waiting: Waiting) -> Entry:
    """The entry with what was proposed; without it where the entry has moved on so that both cannot stand."""
    try:
        return waiting.proposed
    except ValueError:
        return waiting.entry


def merged(section: Section, wanted: Entry, shown: Entry, now: Entry, leaving: Iterable[str] = ()) -> Entry:
    """What there is now with what was changed since it was shown; fields in `leaving` stay as they are now."""
    changed = _changed(section, wanted, shown, leaving)
    following = _POSITION if "postcode" in changed else ()
    return now.model_copy(update={field: getattr(wanted, field) for field in (*changed, *following)})


def _changed(section: Section, wanted: Entry, shown: Entry, leaving: Iterable[str]) -> list[str]:
    left = set(leaving)
    return [f for f in SHOWN[section.slug] if getattr(wanted, f) != getattr(shown, f) and f not in left]


def save(
    session: Session,
    person: Person,
    section: Section,
    wanted: Entry,
    seen: Seen,
    areas: Areas,
    *,
    at: datetime,
    leaving: Iterable[str] = (),
) -> Saved:
    """Save what was changed since it was `seen`, on top of what there is now. Inside a unit of work.

    Fields in `leaving` stay as they are now. Raises Clash where the same field was changed by both, to different
    things, or where both changes cannot stand together, and KeyError where the version that was seen never was.
    """
    entry = revisions.get_entry(session, wanted.ref)
    base, shown = base_of(session, entry, section, person, areas), version(session, wanted.ref, seen)
    changed = _changed(section, wanted, shown, leaving)
    both = tuple(f for f in changed if getattr(base.entry, f) not in (getattr(shown, f), getattr(wanted, f)))
    if both:
        raise Clash(both)
    together = merged(section, wanted, shown, base.entry, leaving)
    try:
        Entry.model_validate(together.model_dump())
    except ValueError:
        raise Clash(tuple(changed)) from None
    return save_section(
        session,
        person,
        together,
        section.fields,
        areas,
        section=section.slug,
        base_number=base.seen.number,
        note="",
        at=at,
    )
