"""The lists that give services their words: types, communities, languages, needs, and what people call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Self

from directory.taxonomies.phrases import Meaning, meanings_of, read_fillers, read_recognised, read_synonym_groups
from directory.taxonomies.spelling import Word, phrase_key, words_in
from directory.taxonomies.tables import Row, TaxonomyError, rows
from directory.taxonomies.terms import (
    Community,
    Need,
    Phrases,
    ServiceType,
    Term,
    read_communities,
    read_needs,
    read_service_types,
    read_terms,
)

__all__ = [
    "Community",
    "Meaning",
    "Need",
    "Row",
    "ServiceType",
    "Taxonomies",
    "TaxonomyError",
    "Term",
    "Word",
    "phrase_key",
    "rows",
    "words_in",
]


@dataclass(frozen=True, slots=True)
class Taxonomies:
    """Every list, loaded once and never changed. Service types are in page order, the rest in file order."""

    service_types: Mapping[str, ServiceType]
    communities: Mapping[str, Community]
    languages: Mapping[str, Term]
    needs: Mapping[str, Need]
    referral_routes: Mapping[str, Term]
    synonym_groups: tuple[tuple[str, ...], ...]
    recognised: Mapping[str, tuple[Meaning, ...]]
    hurtful: frozenset[str]
    fillers: frozenset[str]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the files of `folder`. Raises TaxonomyError if one is missing or damaged."""
        recognised = list(rows(folder / "recognised.csv", ("words", "means", "hurtful", "why")))
        phrases = Phrases({phrase_key(phrase) for row in recognised for phrase in row.words("words")})
        service_types = read_service_types(folder / "service_types.csv", phrases)
        languages = read_terms(folder / "languages.csv", phrases)
        communities = read_communities(folder / "communities.csv", phrases, languages)
        needs = read_needs(folder / "needs.csv", phrases, service_types, communities)
        meanings = meanings_of({"type": service_types, "need": needs, "community": communities, "language": languages})
        return cls(
            service_types=MappingProxyType(dict(sorted(service_types.items(), key=lambda item: item[1].order))),
            communities=MappingProxyType(communities),
            languages=MappingProxyType(languages),
            needs=MappingProxyType(needs),
            referral_routes=MappingProxyType(read_terms(folder / "referral_routes.csv", Phrases())),
            synonym_groups=read_synonym_groups(folder / "words.csv"),
            recognised=MappingProxyType(read_recognised(recognised, meanings)),
            hurtful=frozenset(phrase_key(p) for row in recognised if row.cells["hurtful"] for p in row.words("words")),
            fillers=read_fillers(folder / "fillers.csv", phrases),
        )

    def with_broader(self, code: str) -> tuple[str, ...]:
        """The community and those around it, narrowest first: Somali is Black African too. KeyError if unknown."""
        community = self.communities[code]
        return (code, *self.with_broader(community.broader)) if community.broader else (code,)
