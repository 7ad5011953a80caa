"""Phrases of the box: every one that the lists know, and the longest of them in a run of words."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from directory.taxonomies import Meaning, Taxonomies, Term, Word, phrase_key, words_in

SPOKEN = ("{}", "{} speaking", "speaking {}", "speaks {}", "speak {}", "{} speaker", "in {}", "{} language")
"""How a language is named as one that is spoken."""

Meanings = tuple[Meaning, ...]


class Phrases:
    """Every phrase that means something, and the fillers, which mean nothing: an empty tuple.

    Where a phrase is in several tables, recognised.csv comes first, then types, communities and needs (which share no
    phrase), then languages.
    """

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._exact: dict[str, Meanings] = {}
        self._hurtful = taxonomies.hurtful
        for phrase, meanings in taxonomies.recognised.items():
            self._exact[phrase] = meanings
        for filler in taxonomies.fillers:
            self._exact[filler] = ()
        for service_type in taxonomies.service_types.values():
            self._add(service_type, "type", (service_type.plural,))
        for community in taxonomies.communities.values():
            self._add(community, "community")
        for need in taxonomies.needs.values():
            self._add(need, "need")
        for language in taxonomies.languages.values():
            spoken = [form.format(name) for name in (language.name, *language.words) for form in SPOKEN]
            self._add(language, "language", spoken)
        self._singular: dict[str, Meanings] = {}
        for phrase, meanings in self._exact.items():
            self._singular.setdefault(" ".join(word.singular for word in words_in(phrase)), meanings)
        self._longest: dict[str, int] = {}
        for phrase in (*self._exact, *self._singular):
            first, count = phrase.partition(" ")[0], phrase.count(" ") + 1
            self._longest[first] = max(count, self._longest.get(first, 0))

    def _add(self, term: Term, kind: str, more: Iterable[str] = ()) -> None:
        for phrase in (term.name, *term.words, *more):
            self._exact.setdefault(phrase_key(phrase), (Meaning(kind, term.code),))

    @cached_property
    def words(self) -> frozenset[str]:
        """All single words of the phrases, but for hurtful ones: nobody's words are read as those."""
        return frozenset(word for phrase in self._exact.keys() - self._hurtful for word in phrase.split())

    def of(self, words: Sequence[Word]) -> Meanings | None:
        """What these words mean as a whole; None where they are no phrase."""
        meanings = self._exact.get(" ".join([word.text for word in words]))
        return self._singular.get(" ".join([word.singular for word in words])) if meanings is None else meanings

    def find(self, words: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Meanings | None]]:
        """The words in runs: the longest phrases from left to right, with what they mean; other words one by one."""
        texts, singulars = [word.text for word in words], [word.singular for word in words]
        at, longest = 0, self._longest
        while at < len(words):
            most = min(max(longest.get(texts[at], 0), longest.get(singulars[at], 0)), len(words) - at)
            meanings, count = None, 1
            for count in range(most, 0, -1):
                meanings = self._exact.get(" ".join(texts[at : at + count]))
                if meanings is None:
                    meanings = self._singular.get(" ".join(singulars[at : at + count]))
                if meanings is not None:
                    break
            yield words[at : at + count], meanings
            at += count
