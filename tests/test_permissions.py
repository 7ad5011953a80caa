"""Who may do what: the rules, as tables."""

import pytest

from directory.permissions import Person, footprints_of, may_edit, may_enter, may_maintain, reads_professional
from directory.places import Places
from tests.factories import make_entry

LAMBETH, CAMDEN = "E09000022", "E09000007"
NOBODY = None
SIGNED_IN = Person(1, "Sam", "sam@example.org")
EDITOR = Person(2, "Edi", "edi@example.org", organizations=frozenset({"example trust"}))
MAINTAINER = Person(3, "Mai", "mai@example.org", footprints=frozenset({"SEL"}))
PROFESSIONAL = Person(4, "Pro", "pro@example.org", is_professional=True)
ADMINISTRATOR = Person(5, "Adi", "adi@example.org", is_administrator=True)


@pytest.mark.parametrize(
    ("access", "entering"),
    [
        ("anybody", {NOBODY, SIGNED_IN, EDITOR, MAINTAINER, PROFESSIONAL, ADMINISTRATOR}),
        ("signed_in", {SIGNED_IN, EDITOR, MAINTAINER, PROFESSIONAL, ADMINISTRATOR}),
        ("editor", {EDITOR, ADMINISTRATOR}),
        ("professional", {MAINTAINER, PROFESSIONAL, ADMINISTRATOR}),
        ("maintainer", {MAINTAINER, ADMINISTRATOR}),
        ("administrator", {ADMINISTRATOR}),
    ],
)
def test_who_may_enter(access: str, entering: set[Person | None]) -> None:
    everybody = (NOBODY, SIGNED_IN, EDITOR, MAINTAINER, PROFESSIONAL, ADMINISTRATOR)
    assert {person for person in everybody if may_enter(person, access)} == entering  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "footprints"),
    [
        ({"borough": LAMBETH}, {"SEL"}),
        ({"borough": LAMBETH, "area_served": ("NCL",)}, {"SEL"}),
        ({"area_served": (LAMBETH, "NCL")}, {"SEL", "NCL"}),
        ({"area_served": ("London",)}, {"NCL", "NEL", "NWL", "SEL", "SWL"}),
        ({}, {"NCL", "NEL", "NWL", "SEL", "SWL"}),
    ],
)
def test_the_region_of_an_entry(facts: dict[str, object], footprints: set[str], places: Places) -> None:
    """Where it is; else whom it serves; else everywhere, so that somebody keeps it."""
    assert footprints_of(make_entry(**facts), places.areas) == footprints


@pytest.mark.parametrize(
    ("person", "organization", "borough", "edits", "maintains"),
    [
        (NOBODY, "Example Trust", LAMBETH, False, False),
        (SIGNED_IN, "Example Trust", LAMBETH, False, False),
        (EDITOR, "Example Trust", LAMBETH, True, False),
        (EDITOR, "  example   TRUST", LAMBETH, True, False),
        (EDITOR, "Another Trust", LAMBETH, False, False),
        (EDITOR, "", LAMBETH, False, False),
        (MAINTAINER, "Example Trust", LAMBETH, True, True),
        (MAINTAINER, "Example Trust", CAMDEN, False, False),
        (PROFESSIONAL, "Example Trust", LAMBETH, False, False),
        (ADMINISTRATOR, "Example Trust", CAMDEN, True, True),
    ],
)
def test_who_keeps_an_entry(
    person: Person | None, organization: str, borough: str, edits: bool, maintains: bool, places: Places
) -> None:
    entry = make_entry(organization=organization, borough=borough)
    assert may_edit(person, entry, places.areas) is edits
    assert may_maintain(person, entry, places.areas) is maintains


def test_who_reads_what_is_for_professionals() -> None:
    reading = [person for person in (NOBODY, SIGNED_IN, EDITOR) if reads_professional(person)]
    assert not reading
    assert all(reads_professional(person) for person in (PROFESSIONAL, MAINTAINER, ADMINISTRATOR))
