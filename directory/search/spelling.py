"""Typing mistakes, forgiven only where that is safe. Whatever may be meant as it stands is left as it stands."""

import unicodedata
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from directory.search.analysis import stemmed
from directory.taxonomies import rows

ONE_EDIT_FROM = 5
TWO_EDITS_FROM = 8
LONGEST = 24


class Spelling:
    """Reads a word that nobody knows as the one word of the vocabulary that it must have been.

    An edit is a letter left out, put in, put for another, or swapped with its neighbour. `vocabulary` are the words
    that may be read; `guarded` are English words that never stand for one of them ("dental" is not "mental");
    `knows` says whether a word can be searched as it is. Words are compared in small letters without accents.
    """

    def __init__(self, vocabulary: Iterable[str], guarded: Collection[str], knows: Callable[[str], bool]) -> None:
        words = {folded for word in vocabulary if (folded := _folded(word)).isalpha() and folded.isascii()}
        self._untouched = words | set(map(_folded, guarded))
        self._knows = knows
        self._like: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for word in sorted(words):
            if ONE_EDIT_FROM <= len(word) <= LONGEST:
                self._like.setdefault((word[0], len(word)), []).append((_letters(word), word))

    def correct(self, word: str) -> str | None:
        """The word that was meant; None where this one is known, guarded or too short, or several are as likely.

        The first letter stays. One edit is allowed from five letters on, two from eight, in both words.
        """
        typed = _folded(word)
        usable = ONE_EDIT_FROM <= len(typed) <= LONGEST and typed.isascii() and typed.isalpha()
        if not usable or typed in self._untouched:
            return None
        if self._knows(typed):  # by its stem: "bereavment" finds what "bereavement" does, and means it too
            alike = [near for near in self._within(typed, 1) if stemmed(near) == stemmed(typed)]
            return alike[0] if len(alike) == 1 else None
        best = self._within(typed, 1) or (self._within(typed, 2) if len(typed) >= TWO_EDITS_FROM else [])
        return best[0] if len(best) == 1 else None

    def _within(self, typed: str, edits: int) -> list[str]:
        """The words of the vocabulary that take this many edits at most."""
        letters = _letters(typed)
        shortest = ONE_EDIT_FROM if edits == 1 else TWO_EDITS_FROM
        return [
            word
            for length in range(max(shortest, len(typed) - edits), len(typed) + edits + 1)
            for mask, word in self._like.get((typed[0], length), ())
            if (mask ^ letters).bit_count() <= 2 * edits and _edits(typed, word) <= edits
        ]


def read_guards(path: Path) -> frozenset[str]:
    """The words of guards.csv, which are never read as another word. Raises TaxonomyError where it is damaged.

    Each line has a word of ours and those that the rules would take for it, if they were not held back.
    """
    guards: set[str] = set()
    for row in rows(path, ("never", "words", "why")):
        never = row.text("never")
        words = row.words("words") or row.fail("words", f"is empty. Say which words are never read as {never!r}.")
        if never in words:
            row.fail("words", f"has {never!r} itself. Take it out.")
        guards.update(words)
    return frozenset(guards)


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _letters(word: str) -> int:
    """Which letters a word has, one bit each: an edit changes two of them at most."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97)
    return bits


def _edits(one: str, other: str) -> int:
    """How many letters left out, put in, replaced, or swapped with a neighbour make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, above, row = row, before, [i]
        for j, right in enumerate(other, 1):
            fewest = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                fewest = min(fewest, above[j - 2] + 1)
            row.append(fewest)
    return row[-1]
