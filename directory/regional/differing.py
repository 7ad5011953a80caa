"""What differs between two versions of an entry, in words: lines taken away and added, words marked within prose."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from directory.places import Places
from directory.regional.wordings import lines
from directory.revisions import Difference
from directory.taxonomies import Taxonomies
from directory.web.words import LABELS, NOT_KNOWN

PROSE = frozenset(
    ("name", "organization", "description", "address", "application_process", "eligibility", "accessibility")
    + ("cost_description", "entrance", "professional_notes", "notes")
)
"""Fields of free words, in which single words are compared."""

_TOKEN = re.compile(r"\s+|[^\s]+")
_LEAST_IN_COMMON = 0.3  # of the words; below that two texts are shown whole, not as a patchwork


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; `changed` where the other version does not have it."""

    text: str
    changed: bool = False


Line = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """One field in both versions: `before` with what was taken away marked, `after` with what was added."""

    field: str
    label: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]


class Comparer:
    """Compares versions of entries; `today` is the day in London on which that is read."""

    def __init__(self, places: Places, taxonomies: Taxonomies, today: date) -> None:
        self._places, self._taxonomies, self._today = places, taxonomies, today

    def lines(self, field: str, value: Any) -> tuple[str, ...]:
        """What a field, as the JSON of an entry has it, says."""
        return lines(field, value, self._today, self._places, self._taxonomies)

    def compare(self, differences: Iterable[Difference]) -> tuple[Differing, ...]:
        """Differences as people read them, in their order."""
        return tuple(map(self._compare, differences))

    def _compare(self, difference: Difference) -> Differing:
        field = difference.field
        old, new = self.lines(field, difference.before), self.lines(field, difference.after)
        if field in PROSE and NOT_KNOWN not in (*old, *new):
            first, second = words_marked("\n".join(old), "\n".join(new))
            return Differing(field, LABELS[field], (first,), (second,))
        return Differing(field, LABELS[field], _lines_marked(old, new), _lines_marked(new, old))


def words_marked(before: str, after: str) -> tuple[Line, Line]:
    """Both texts in parts, the words that the other has not marked."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new)
    if matcher.ratio() < _LEAST_IN_COMMON:
        return (Part(before, True),), (Part(after, True),)
    first: list[Part] = []
    second: list[Part] = []
    for same, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        _add(first, old[old_from:old_to], same != "equal")
        _add(second, new[new_from:new_to], same != "equal")
    return tuple(first), tuple(second)


def _add(parts: list[Part], tokens: Sequence[str], changed: bool) -> None:
    """A single space between two changed words is part of the change: one mark reads better than two."""
    text = "".join(tokens)
    if not text:
        return
    between = not changed and not text.strip() and parts and parts[-1].changed
    if parts and (parts[-1].changed == changed or between):
        parts[-1] = Part(parts[-1].text + text, parts[-1].changed)
    else:
        parts.append(Part(text, changed))


def _lines_marked(lines: Sequence[str], others: Sequence[str]) -> tuple[Line, ...]:
    return tuple((Part(line, line not in others),) for line in lines)
