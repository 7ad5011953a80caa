"""Which entries are whose: the one in the address of a page, and all of a person's."""

from flask import abort
from sqlmodel import Session

from directory import revisions
from directory.models import Entry
from directory.permissions import Person, may_edit, organization_key
from directory.web import rooms


def get_mine(session: Session, ref: str, person: Person) -> Entry:
    """The entry of this reference as it is published; 404 where there is none, 403 where it is not theirs to edit."""
    try:
        entry = revisions.get_entry(session, ref.upper())
    except KeyError:
        abort(404)
    if not may_edit(person, entry, rooms().places.areas):
        abort(403)
    return entry


def list_mine(session: Session, person: Person) -> tuple[Entry, ...]:
    """The entries of a person's organisations, those that somebody sees first, by name."""
    running = revisions.get_organizations(session).items()
    refs = [ref for ref, name in running if name and organization_key(name) in person.organizations]
    entries = revisions.get_entries(session, refs).values()
    return tuple(sorted(entries, key=lambda entry: (entry.status != "active", entry.name.casefold())))
