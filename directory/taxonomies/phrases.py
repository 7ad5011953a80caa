"""Phrases that are no names of terms: what they mean, which mean nothing, and which are searched as one."""

import re
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from directory.taxonomies.spelling import phrase_key
from directory.taxonomies.tables import Row, rows
from directory.taxonomies.terms import Phrases, Term

_AGES = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
_GENDERS = ("women", "men")
_WAYS_IN = ("walk_in", "self_referral", "self", "carer", "111", "police", "ambulance", "gp", "professional")
_TAKEN = ("intoxicated", "alone_under_18", "companion", "dog")
_OLDEST = 120


class Meaning(NamedTuple):
    """What a phrase stands for: a kind of thing ("type", "gender", ...) and which: a code, or ages such as "13-17"."""

    kind: str
    value: str


def meanings_of(lists: Mapping[str, Mapping[str, Term]]) -> frozenset[Meaning]:
    """Everything that a phrase can mean, but for ages."""
    of_terms = {Meaning(kind, code) for kind, terms in lists.items() for code in terms}
    ways_in = {Meaning("referral", way) for way in _WAYS_IN}
    others = {("access", "step_free"), *(("gender", g) for g in _GENDERS), *(("takes", who) for who in _TAKEN)}
    return frozenset(of_terms | ways_in | {Meaning(*other) for other in others})


def read_recognised(lines: Iterable[Row], meanings: Set[Meaning]) -> dict[str, tuple[Meaning, ...]]:
    """What each phrase of recognised.csv means: one or more of `meanings`, or ages. Raises TaxonomyError."""
    recognised: dict[str, tuple[Meaning, ...]] = {}
    for row in lines:
        row.text("why")
        row.text("means")
        if row.cells["hurtful"] not in ("", "yes"):
            row.fail("hurtful", "must be yes or empty.")
        meant = tuple(_meaning(part, row, meanings) for part in row.words("means"))
        row.text("words")
        for phrase in map(phrase_key, row.words("words")):
            if phrase in recognised:
                row.fail("words", f"{phrase!r} is here twice. Keep it in one place.")
            recognised[phrase] = meant
    return recognised


def _meaning(text: str, row: Row, meanings: Set[Meaning]) -> Meaning:
    kind, _, value = text.partition(":")
    ages = _AGES.fullmatch(value) if kind == "age" else None
    meaning = Meaning(kind, value)
    if meaning not in meanings and not (ages and int(ages[1]) <= int(ages[2]) <= _OLDEST):
        row.fail("means", f"{text!r} is not a kind and a code such as type:crisis_cafe, or ages such as age:13-17.")
    return meaning


def read_fillers(path: Path, phrases: Phrases) -> frozenset[str]:
    """The phrases that mean nothing; none may mean something elsewhere. Raises TaxonomyError."""
    fillers: set[str] = set()
    for row in rows(path, ("words", "why")):
        row.text("why")
        row.text("words")
        for phrase in map(phrase_key, row.words("words")):
            if phrase in fillers:
                row.fail("words", f"{phrase!r} is here twice. Keep it in one place.")
            if phrase in phrases:
                row.fail("words", f"{phrase!r} means something in another file. Take it out of one.")
            fillers.add(phrase)
    return frozenset(fillers)


def read_synonym_groups(path: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of words that text search treats as the same, the term first. Raises TaxonomyError."""
    groups: list[tuple[str, ...]] = []
    taken: dict[str, str] = {}
    columns = ("term", "means", "why")
    for row in rows(path, columns):
        for column in columns:
            row.text(column)
        group = (row.cells["term"], *row.words("means"))
        for word in group:
            if taken.setdefault(phrase_key(word), group[0]) != group[0]:
                row.fail(
                    "means", f"{word!r} is already in the group of {taken[phrase_key(word)]!r}. Keep it in one place."
                )
        groups.append(group)
    return tuple(groups)
