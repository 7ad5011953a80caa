"""Who may do what, as pure rules over plain values: no Flask, no database.

Somebody who has signed in is a `Person`; what anybody may do is asked of the functions below.
"""

from dataclasses import dataclass
from typing import Literal

from directory.models import Entry
from directory.places.areas import Areas

Access = Literal["anybody", "signed_in", "editor", "professional", "maintainer", "administrator"]
"""Who may enter a page: each route declares one of these. An administrator may enter wherever somebody else may."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in, with the roles that count now.

    `organizations` are the names of those whose entries they edit, as `organization_key` writes them; `footprints` the
    codes of those that they maintain. Roles that want a second factor are left out until it was given:
    `lacks_second_factor` says that there are some.
    """

    account_id: int
    name: str
    email: str
    organizations: frozenset[str] = frozenset()
    footprints: frozenset[str] = frozenset()
    is_administrator: bool = False
    is_professional: bool = False
    lacks_second_factor: bool = False

    @property
    def actor(self) -> str:
        """How the thread of changes names them: by account, so that the name can be forgotten."""
        return f"account:{self.account_id}"

    @property
    def is_editor(self) -> bool:
        """Edits the entries of at least one organisation."""
        return bool(self.organizations)

    @property
    def is_maintainer(self) -> bool:
        """Maintains at least one footprint; administrators maintain all of them."""
        return bool(self.footprints) or self.is_administrator


def organization_key(name: str) -> str:
    """An organisation's name as it is compared: without capitals and double spaces."""
    return " ".join(name.split()).casefold()


def may_enter(person: Person | None, access: Access) -> bool:
    """Whether a page that declares this access lets a person in; None has not signed in."""
    if access == "anybody":
        return True
    if person is None:
        return False
    return {
        "signed_in": True,
        "editor": person.is_editor or person.is_administrator,
        "professional": reads_professional(person),
        "maintainer": person.is_maintainer,
        "administrator": person.is_administrator,
    }[access]


def reads_professional(person: Person | None) -> bool:
    """Whether a person reads what is for professionals only, of any entry: staff numbers, places of safety."""
    return person is not None and (person.is_professional or person.is_maintainer)


def may_edit(person: Person | None, entry: Entry, areas: Areas) -> bool:
    """Whether a person speaks for the provider of an entry, or maintains its region."""
    if person is None:
        return False
    is_theirs = bool(entry.organization) and organization_key(entry.organization) in person.organizations
    return is_theirs or may_maintain(person, entry, areas)


def may_maintain(person: Person | None, entry: Entry, areas: Areas) -> bool:
    """Whether an entry is in a region that a person maintains. What serves all of London is in every region."""
    if person is None:
        return False
    return person.is_administrator or not person.footprints.isdisjoint(footprints_of(entry, areas))


def footprints_of(entry: Entry, areas: Areas) -> frozenset[str]:
    """The footprints whose maintainers keep an entry: where it is, else whom it serves, else all of them."""
    if entry.borough and (footprint := areas.footprint_of(entry.borough)):
        return frozenset({footprint.code})
    everywhere = frozenset(footprint.code for footprint in areas.footprints)
    found = set()
    for code in entry.area_served:
        if code in everywhere:
            found.add(code)
        elif footprint := areas.footprint_of(code):
            found.add(footprint.code)
    return frozenset(found) or everywhere
