"""Saving part of an entry: at once where the person may, else as a proposal; never over what somebody else wrote."""

from datetime import datetime
from typing import Literal, NamedTuple

from sqlmodel import Session

from directory import revisions
from directory.models import Entry
from directory.permissions import Person, may_maintain
from directory.places.areas import Areas
from directory.revisions.proposals import checked, groups_of


class Saved(NamedTuple):
    """What became of it: published now, waiting as the proposal of this number, or nothing had changed."""

    outcome: Literal["published", "waiting", "unchanged"]
    proposal_id: int | None = None


def save_section(
    session: Session,
    person: Person,
    wanted: Entry,
    fields: tuple[str, ...],
    areas: Areas,
    *,
    section: str,
    base_number: int,
    note: str,
    at: datetime,
    live: bool = False,
) -> Saved:
    """Save these `fields` of an entry, as `wanted` has them, for somebody who may edit it. Inside a unit of work.

    A regional maintainer's change is published, and counts as a check of the groups of facts that it changes. So is a
    provider's `live` one, of a night or of some dates, which checks nothing; any other of a provider waits.
    `base_number` is the change number of the version that the person was shown. Raises KeyError where there is no such
    entry, and `revisions.Clash` where somebody has changed one of these fields since, to something else than is wanted.
    """
    now = revisions.get_entry(session, wanted.ref)
    shown = revisions.get_version(session, wanted.ref, base_number)
    theirs = [field for field in fields if getattr(now, field) not in (getattr(shown, field), getattr(wanted, field))]
    if theirs:
        raise revisions.Clash(tuple(theirs))
    changes = {field: getattr(wanted, field) for field in fields}
    changed = Entry.model_validate(now.model_copy(update=changes).model_dump())
    is_region = may_maintain(person, now, areas)
    if not is_region and not live:
        proposal = revisions.propose(
            session, changed, section=section, base_number=base_number, note=note, actor=person.actor, at=at
        )
        return Saved("waiting", proposal) if proposal is not None else Saved("unchanged")
    if changed == now:
        return Saved("unchanged")
    if is_region and not live:
        groups = groups_of(field for field in fields if getattr(changed, field) != getattr(now, field))
        changed = checked(changed, groups, by="region", how="edit", at=at)
    revisions.publish(session, [changed], actor=person.actor, reason=note or section, at=at, live=not is_region)
    return Saved("published")
