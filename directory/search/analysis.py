"""Words: what Whoosh makes of a text, and words that mean the same."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from whoosh.analysis import CharsetFilter, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter
from whoosh.lang.porter import stem
from whoosh.support.charset import accent_map

MOST_WORDS = 16
_WORDS_KEPT = 50_000
_LONGEST_WORD = 64
_WORDS = re.compile(r"\w+")

Unit = tuple[tuple[str, ...], ...]


@lru_cache(_WORDS_KEPT)
def stemmed(word: str) -> str:
    """The stem of a word. Whoosh's own memory of them breaks when several threads find it full."""
    root: str = stem(word)
    return root


@cache
def analyzer() -> Any:
    """Words in lower case, without accents or common words, cut to their stems."""
    stems = StemFilter(stemfn=stemmed, cachesize=None)
    return RegexTokenizer(r"\w+") | LowercaseFilter() | CharsetFilter(accent_map) | StopFilter(minsize=2) | stems


@lru_cache(_WORDS_KEPT)
def _term(word: str) -> str | None:
    """What Whoosh makes of one word; None of a common one. Few words are ever new: asking it once each is quicker."""
    return next((token.text for token in analyzer()(word)), None)


def analysed(text: str) -> list[str]:
    """The index terms of a text, in order. Of a word longer than 64 letters only the first 64 count."""
    return [term for word in _WORDS.findall(text) if (term := _term(word[:_LONGEST_WORD]))]


def each_once(phrase: str) -> tuple[str, ...]:
    """The index terms of a phrase, in order, none twice."""
    return tuple(dict.fromkeys(analysed(phrase)))


class Synonyms:
    """Turns words into units of alternatives: words that mean the same are searched as one."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._phrases: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for group in groups:
            phrases = [self._plain(phrase) for phrase in group]
            meanings = [terms for phrase in group if (terms := each_once(phrase))]
            for phrase in phrases:
                known = self._phrases.setdefault(phrase, [])
                known.extend(terms for terms in meanings if terms not in known)
        self._longest = max(map(len, self._phrases), default=1)

    def units(self, words: str) -> list[Unit]:
        """For each word or known phrase, the alternatives that satisfy it, each a run of index terms.

        The longest phrase wins. Common words and marks are left out; at most 16 units are searched.
        """
        plain, start = self._plain(words), 0
        units: list[Unit] = []
        while start < len(plain) and len(units) < MOST_WORDS:
            length = next(
                (
                    n
                    for n in range(min(self._longest, len(plain) - start), 0, -1)
                    if plain[start : start + n] in self._phrases
                ),
                0,
            )
            phrase = plain[start : start + (length or 1)]
            alternatives = self._phrases[phrase] if length else [each_once(" ".join(phrase))]
            usable = tuple(terms for terms in alternatives if terms)
            if usable and usable not in units:
                units.append(usable)
            start += length or 1
        return units

    @staticmethod
    def _plain(phrase: str) -> tuple[str, ...]:
        return tuple(re.findall(r"[\w&]+", phrase.lower().translate(accent_map)))
