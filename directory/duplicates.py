"""Entries that may be the same service twice: the same number or postcode, and a name that is alike."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from directory.models import Entry
from directory.places.spelling import compact, name_key

_LIKE = 0.84
_NEIGHBOURS = 12
"""How many entries with the same number or postcode each is compared with, the alphabetically nearest first."""

_SHORTEST_NUMBER = 9
"""Digits. Shorter numbers, such as 111, are dialled for many services and tell none of them from another."""

_SAYS_LITTLE = frozenset("a an and at for in of the service services centre team nhs london".split())


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two entries that may be one, and why, in words: "same number: 020 7946 0123", "names alike"."""

    ref: str
    other_ref: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What of an entry is compared."""

    ref: str
    name: str
    words: frozenset[str]
    numbers: Mapping[str, str]
    postcode: str


def possible_duplicates(entries: Iterable[Entry], among: Iterable[Entry]) -> tuple[Duplicate, ...]:
    """Pairs of one of `entries` and one `among` others, each pair once, in order of references.

    A pair shares a number and a postcode, or one of the two and has names that are alike. Withdrawn entries are in no
    pair. `among` may hold `entries` too; of two versions with one reference, that among `entries` counts. Takes time
    in proportion to the number of entries, however many share a switchboard.
    """
    asked = {entry.ref: _likeness(entry) for entry in entries if entry.status != "withdrawn"}
    all_of_them = {entry.ref: _likeness(entry) for entry in among if entry.status != "withdrawn"} | asked
    found: dict[tuple[str, str], Duplicate] = {}
    for one, other in _neighbours(all_of_them.values()):
        if one.ref not in asked:
            one, other = other, one
        pair = (min(one.ref, other.ref), max(one.ref, other.ref))
        if one.ref not in asked or pair in found:
            continue
        if reasons := _reasons(one, other):
            first, second = pair if other.ref in asked else (one.ref, other.ref)
            found[pair] = Duplicate(first, second, reasons)
    return tuple(sorted(found.values(), key=lambda duplicate: (duplicate.ref, duplicate.other_ref)))


def are_alike(name: str, other: str) -> bool:
    """Whether two names may be of one service: the same words in any order, some more of them, or nearly so."""
    return _alike(_compared(name), _compared(other))


def _likeness(entry: Entry) -> _Likeness:
    numbers = {_digits(phone.number): phone.number for phone in entry.phones}
    told_apart = {digits: shown for digits, shown in numbers.items() if len(digits) >= _SHORTEST_NUMBER}
    words = _compared(entry.name)
    return _Likeness(entry.ref, " ".join(sorted(words)), words, told_apart, compact(entry.postcode))


def _digits(number: str) -> str:
    """A number without its marks, and from this country however it was written."""
    return re.sub(r"^(?:00)?44", "0", re.sub(r"[^0-9]", "", number.replace("(0)", "")))


def _compared(name: str) -> frozenset[str]:
    words = name_key(name).split()
    return frozenset(word for word in words if word not in _SAYS_LITTLE) or frozenset(words)


def _neighbours(entries: Iterable[_Likeness]) -> Iterator[tuple[_Likeness, _Likeness]]:
    """Pairs that share a number, a postcode or both, near one another in the order of their names."""
    blocks: dict[tuple[str, str], list[_Likeness]] = {}
    for entry in entries:
        for number in entry.numbers:
            blocks.setdefault((number, ""), []).append(entry)
            if entry.postcode:
                blocks.setdefault((number, entry.postcode), []).append(entry)
        if entry.postcode:
            blocks.setdefault(("", entry.postcode), []).append(entry)
    for block in blocks.values():
        block.sort(key=lambda entry: (entry.name, entry.ref))
        for at, entry in enumerate(block):
            for other in islice(block, at + 1, at + 1 + _NEIGHBOURS):
                yield entry, other


def _reasons(one: _Likeness, other: _Likeness) -> tuple[str, ...]:
    shared = [shown for digits, shown in one.numbers.items() if digits in other.numbers]
    same_place = bool(one.postcode) and one.postcode == other.postcode
    alike = _alike(one.words, other.words)
    if not alike and not (shared and same_place):
        return ()
    said = [f"same number: {shown}" for shown in shared]
    said += ["same postcode"] if same_place else []
    return (*said, *(["names alike"] if alike else []))


def _alike(words: frozenset[str], others: frozenset[str]) -> bool:
    if words == others or (min(len(words), len(others)) > 1 and (words <= others or others <= words)):
        return True
    matcher = SequenceMatcher(None, " ".join(sorted(words)), " ".join(sorted(others)), autojunk=False)
    return matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE
