"""Terms: the entries of the lists, and the checks that no phrase stands for two of them."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from directory.taxonomies.spelling import phrase_key
from directory.taxonomies.tables import Row, rows

_SHARED = frozenset({"communities.csv", "languages.csv"})
"""In these two a word may stand twice: "Turkish" is a community, and a language when it is spoken."""


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a list: its code, its name as a page shows it, and other words people use for it."""

    code: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceType(Term):
    """A kind of service. `dos_service_type_id` is its type in the NHS Directory of Services; lists go by `order`."""

    plural: str
    description: str
    dos_service_type_id: int
    order: int


@dataclass(frozen=True, slots=True)
class Community(Term):
    """Whom a service is for. `broader` is the code of the community around it, or "" at the top.

    Communities of one `family` are of one sort: services for some of them say by that for which others they are not.
    `languages` are the codes of those spoken in it.
    """

    broader: str
    family: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need(Term):
    """What somebody needs help with. Services of these types, and for these communities, meet it by what they are."""

    types: tuple[str, ...]
    communities: tuple[str, ...]


AnyTerm = TypeVar("AnyTerm", bound=Term)


def _phrases_of(term: Term) -> frozenset[str]:
    return frozenset(map(phrase_key, (term.name, *term.words)))


class Phrases:
    """Which term each phrase stands for, over several files. What it stands for in two, recognised.csv must say."""

    def __init__(self, decided: Set[str] = frozenset()) -> None:
        self._decided = decided
        self._taken: dict[str, dict[str, str]] = {}

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._taken or phrase in self._decided

    def claim(self, term: Term, row: Row) -> None:
        """Note what a line of a file claims. Raises TaxonomyError if it is taken."""
        file = row.path.name
        for phrase in sorted(_phrases_of(term)):
            owners = self._taken.setdefault(phrase, {})
            if owners.setdefault(file, term.code) != term.code:
                row.fail("words", f"{phrase!r} already stands for {owners[file]!r}. Keep it in one place.")
            for other in owners.keys() - {file}:
                if phrase not in self._decided and {file, other} != _SHARED:
                    mend = f"is in {other} too. Say in recognised.csv which it means, or take it out of one."
                    row.fail("words", f"{phrase!r} {mend}")


def _add(terms: dict[str, AnyTerm], phrases: Phrases, term: AnyTerm, row: Row) -> None:
    """Add a term, unless its code or one of its words already stands for another."""
    if term.code in terms:
        row.fail("code", f"{term.code!r} is here twice. Give one of them another code.")
    phrases.claim(term, row)
    terms[term.code] = term


def read_terms(path: Path, phrases: Phrases) -> dict[str, Term]:
    """The terms of a list by code: `code`, `name`, `words`. Raises TaxonomyError."""
    terms: dict[str, Term] = {}
    for row in rows(path, ("code", "name", "words")):
        _add(terms, phrases, Term(row.code(), row.text("name"), row.words("words")), row)
    return terms


def read_service_types(path: Path, phrases: Phrases) -> dict[str, ServiceType]:
    """The types of service by code, in the order of the file. Raises TaxonomyError."""
    terms: dict[str, ServiceType] = {}
    columns = ("code", "name", "plural", "description", "dos_service_type_id", "order", "words")
    for row in rows(path, columns):
        service_type = ServiceType(
            code=row.code(),
            name=row.text("name"),
            words=row.words("words"),
            plural=row.text("plural"),
            description=row.text("description"),
            dos_service_type_id=row.number("dos_service_type_id"),
            order=row.number("order"),
        )
        _add(terms, phrases, service_type, row)
    return terms


def read_communities(path: Path, phrases: Phrases, languages: Mapping[str, Term]) -> dict[str, Community]:
    """The communities by code; the broader stand before the narrower. Raises TaxonomyError."""
    terms: dict[str, Community] = {}
    for row in rows(path, ("code", "name", "broader", "family", "languages", "words")):
        broader = row.cells["broader"]
        if broader and broader not in terms:
            row.fail("broader", f"{broader!r} is not the code of an earlier line. Put the broader community first.")
        community = Community(
            code=row.code(),
            name=row.text("name"),
            words=row.words("words"),
            broader=broader,
            family=row.code_in("family"),
            languages=row.codes("languages", languages),
        )
        if broader and community.family != terms[broader].family:
            row.fail("family", f"is not that of {broader!r}. A community is of the family of the one around it.")
        _add(terms, phrases, community, row)
    return terms


def read_needs(
    path: Path, phrases: Phrases, types: Mapping[str, Term], communities: Mapping[str, Term]
) -> dict[str, Need]:
    """The needs by code. Raises TaxonomyError."""
    terms: dict[str, Need] = {}
    for row in rows(path, ("code", "name", "types", "communities", "words")):
        need = Need(
            code=row.code(),
            name=row.text("name"),
            words=row.words("words"),
            types=row.codes("types", types),
            communities=row.codes("communities", communities),
        )
        _add(terms, phrases, need, row)
    return terms
