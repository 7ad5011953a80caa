"""Writing to the people who maintain the region of an entry."""

from datetime import datetime

from sqlmodel import Session

from directory.accounts.people import maintainers_of
from directory.models import Entry
from directory.permissions import footprints_of
from directory.web.house import rooms
from directory.web.letters import post


def tell_region(session: Session, entry: Entry, letter: str, *, key: str, at: datetime, **facts: object) -> int:
    """Write about an entry to everybody who maintains its region, each once per key; gives how many that are."""
    maintainers = maintainers_of(session, footprints_of(entry, rooms().places.areas))
    for account in maintainers:
        post(session, letter, to_email=account.email, key=f"{key}:{account.id}", at=at, entry=entry, **facts)
    return len(maintainers)
