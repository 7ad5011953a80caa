"""Which entries may be the same service twice, and which are not."""

from typing import Any

import pytest

from directory.duplicates import are_alike, possible_duplicates
from directory.models import Entry, Phone
from tests.factories import make_entry

HERE, ELSEWHERE = "SE5 8AZ", "N1 9GU"


def entry(ref: str, name: str, number: str = "", postcode: str = "", **facts: Any) -> Entry:
    phones = (Phone(number=number),) if number else ()
    return make_entry(ref=ref, name=name, phones=phones, postcode=postcode, **facts)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (("Haven", "020 7946 0001", HERE), ("Line", "020 7946 0001", HERE), ["number", "postcode"]),
        (("Haven", "020 7946 0001", HERE), ("Haven", "020 7946 0001", HERE), ["number", "postcode", "names"]),
        (("Evening Haven", "020 7946 0001", ""), ("Haven, Evening", "020 7946 0001", HERE), ["number", "names"]),
        (("Evening Haven", "020 7946 0001", HERE), ("The Evening Haven", "", HERE), ["postcode", "names"]),
        (("Haven", "020 7946 0001", ""), ("Haven", "+44 20 7946 0001", ""), ["number", "names"]),
        (("Haven", "020 7946 0001", ""), ("Haven", "+44 (0)20 7946 0001", ""), ["number", "names"]),
        (("Haven", "", "SE5 8AZ"), ("Haven", "", "se58az"), ["postcode", "names"]),
        (("Haven", "020 7946 0001", HERE), ("Line", "020 7946 0001", ELSEWHERE), []),
        (("Haven", "020 7946 0001", HERE), ("Line", "020 7946 0002", HERE), []),
        (("Haven", "020 7946 0001", HERE), ("Haven", "020 7946 0002", ELSEWHERE), []),
        (("Haven", "", ""), ("Haven", "", ""), []),
        (("Crisis Line", "111", ""), ("Crisis Line", "111", ""), []),
    ],
)
def test_a_pair_and_its_reasons(one: tuple[str, str, str], other: tuple[str, str, str], reasons: list[str]) -> None:
    """The same number and postcode, or one of them and a name alike; short numbers tell nothing."""
    pair = [entry("CAD-9001", *one), entry("CAD-9002", *other)]
    found = possible_duplicates(pair, pair)
    assert [(d.ref, d.other_ref) for d in found] == [("CAD-9001", "CAD-9002")] * bool(reasons)
    words = {"number": "same number: 020 7946 0001", "postcode": "same postcode", "names": "names alike"}
    assert [d.reasons for d in found] == [tuple(words[reason] for reason in reasons)] * bool(reasons)


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        ("The Recovery Café", "Recovery Cafe", True),
        ("Camberwell Crisis Café", "Crisis Café (Camberwell)", True),
        ("Camberwell Crisis Café", "Camberwell Crisis Café for young people", True),
        ("Solidarity in a Crisis", "Solidarty in a Crisis", True),
        ("St Ann's Haven", "Saint Anns Haven", True),
        ("Mind", "Mind in Camden", False),
        ("Antidote", "London Friend", False),
        ("Sanctuary", "Safe Haven", False),
        ("The Service", "The Centre", False),
    ],
)
def test_names_alike(name: str, other: str, alike: bool) -> None:
    """Either way round."""
    assert are_alike(name, other) is are_alike(other, name) is alike


def test_only_pairs_with_what_is_asked_about() -> None:
    """The first reference is that of an entry asked about; an entry is never its own duplicate."""
    here = [entry(f"CAD-900{n}", "Haven", "020 7946 0001", HERE) for n in (1, 2, 3)]
    found = possible_duplicates([here[2]], here[:2])
    assert [(d.ref, d.other_ref) for d in found] == [("CAD-9003", "CAD-9001"), ("CAD-9003", "CAD-9002")]
    assert possible_duplicates([here[0]], [entry("CAD-9001", "Haven", "020 7946 0001", HERE)]) == ()


def test_what_is_asked_about_counts_as_it_would_be() -> None:
    """Not as it is published: an upload changes its number."""
    was, other = entry("CAD-9001", "Haven", "020 7946 0001"), entry("CAD-9002", "Haven", "020 7946 0001")
    assert possible_duplicates([entry("CAD-9001", "Haven", "020 7946 0002")], [was, other]) == ()


def test_what_was_withdrawn_is_no_duplicate() -> None:
    """One of the two has gone already."""
    pair = [entry("CAD-9001", "Haven", "020 7946 0001"), entry("CAD-9002", "Haven", "020 7946 0001")]
    assert possible_duplicates(pair, pair) != ()
    gone = [pair[0], pair[1].model_copy(update={"status": "withdrawn"})]
    assert possible_duplicates(gone, gone) == ()


def test_a_switchboard_of_hundreds_is_not_compared_all_with_all() -> None:
    """400 entries with one number make 79,800 pairs; each is compared with those whose names stand nearest."""
    many = [entry(f"CAD-{n:05}", "Example Haven", "020 7946 0001", HERE) for n in range(1, 401)]
    assert 400 <= len(possible_duplicates(many, many)) < 400 * 30
