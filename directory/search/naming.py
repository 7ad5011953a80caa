"""The names of services: whether somebody who types is naming one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from directory.search.analysis import stemmed
from directory.search.columns import Flags, Rows

ENOUGH_OF_A_NAME = 3
_SMALL = frozenset("a an and at for in of on s the to".split())


class ServiceNames:
    """The words of every name, by entry; `words` are all of them as they are written."""

    def __init__(self, names: Sequence[str]) -> None:
        self.words = frozenset(word for name in names for word in re.findall(r"\w+", name))
        words = [_words(name) for name in names]
        rows: dict[str, list[int]] = {}
        for row, of_name in enumerate(words):
            for word in of_name:
                rows.setdefault(word, []).append(row)
        self._rows: dict[str, Rows] = {word: np.array(found, dtype=np.int64) for word, found in rows.items()}
        self._lengths = np.array([len(of_name) for of_name in words], dtype=np.int64)

    def find(self, typed: str, left: str) -> tuple[Flags, NDArray[np.int8]]:
        """Which entries a text must mean, and for each how surely it is named: 2 in full, 1 in part, 0 not at all.

        `left` are the words of the text that mean nothing else. An entry is meant where all that was typed is part of
        its name and something of that means nothing else, where nothing of its name is missing, or where all of a
        longer name was typed among other words. It is named in part where its name has all that is left.
        """
        words, own = _words(typed), _words(left)
        in_name = self._count(words)
        all_typed, all_of_name = in_name == len(words), in_name == self._lengths
        in_full = (all_typed & all_of_name) | (all_of_name & (self._lengths >= ENOUGH_OF_A_NAME))
        meant = (in_full | (all_typed & bool(own))) & (in_name > 0)
        in_part = meant | ((self._count(own) == len(own)) & bool(own))
        return meant, (in_full & meant).astype(np.int8) + in_part

    def having(self, phrases: Iterable[str]) -> Flags:
        """Which names have every word of one of the phrases."""
        flags = np.zeros(len(self._lengths), dtype=bool)
        for words in map(_words, phrases):
            flags |= (self._count(words) == len(words)) & bool(words)
        return flags

    def _count(self, words: frozenset[str]) -> Rows:
        """How many of the words are in each name."""
        counts = np.zeros(len(self._lengths), dtype=np.int64)
        for word in words & self._rows.keys():
            counts[self._rows[word]] += 1
        return counts


def _words(text: str) -> frozenset[str]:
    plain = text.lower()
    if not plain.isascii():
        plain = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return frozenset(stemmed(word) for word in re.findall(r"\w+", plain) if word not in _SMALL)
