"""The lists that give services their words: types, communities, languages, ways in, and what people call them."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, NoReturn, Self, TypeVar

_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
_WORD = re.compile(r"[^\W_]+(?:['\u2018\u2019\u02bc\u02bb`\u00b4][^\W_]+)*|&")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02bb`\u00b4", "'"))
_AGES = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
_GENDERS = ("women", "men")
_WAYS_IN = ("walk_in", "self_referral", "self", "carer", "111", "police", "ambulance", "gp", "professional")
_SHARED = frozenset({"communities.csv", "languages.csv"})
"""In these two a word may stand twice: "Turkish" is a community, and a language when it is spoken."""


class TaxonomyError(ValueError):
    """A taxonomy file is missing or damaged. The message names file, line, column, and how to mend it."""


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


class Word(NamedTuple):
    """One word of a text: as it is compared, the same in the singular, and where it starts and ends."""

    text: str
    singular: str
    start: int
    end: int


class Meaning(NamedTuple):
    """What a phrase stands for: a kind of thing ("type", "gender", ...) and which: a code, or ages such as "13-17"."""

    kind: str
    value: str


AnyTerm = TypeVar("AnyTerm", bound=Term)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, which knows where it stands so that it can say what is wrong with it."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def fail(self, column: str, problem: str) -> NoReturn:
        """Raise TaxonomyError about a cell of this line."""
        raise TaxonomyError(f"{self.path.name}, line {self.line}, column {column}: {problem}")

    def text(self, column: str) -> str:
        """A cell that must be filled in."""
        return self.cells[column] or self.fail(column, "is empty. Fill it in.")

    def code(self) -> str:
        """The `code` of this line."""
        return self.code_in("code")

    def code_in(self, column: str) -> str:
        """A cell that must hold a code: small letters, digits and single underscores."""
        code = self.text(column)
        if not _CODE.fullmatch(code):
            self.fail(column, f"{code!r} is not a code. Use small letters, digits and single underscores.")
        return code

    def codes(self, column: str, known: Mapping[str, Term]) -> tuple[str, ...]:
        """The parts of a cell, each of which must be the code of a known term."""
        codes = self.words(column)
        for code in codes:
            if code not in known:
                self.fail(column, f"{code!r} is not a known code. Check its spelling, or add it to its own list first.")
        return codes

    def number(self, column: str) -> int:
        """A cell that must hold a whole number."""
        value = self.text(column)
        if not _WHOLE_NUMBER.fullmatch(value):
            self.fail(column, f"{value!r} is not a whole number.")
        return int(value)

    def words(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that are separated by semicolons; none where it is empty."""
        if not self.cells[column]:
            return ()
        words = tuple(word.strip() for word in self.cells[column].split(";"))
        if not all(words):
            self.fail(column, "has nothing between two semicolons. Take one out.")
        return words


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
        phrases = _Phrases({_key(phrase) for row in recognised for phrase in row.words("words")})
        service_types = _service_types(folder / "service_types.csv", phrases)
        languages = _terms(folder / "languages.csv", phrases)
        communities = _communities(folder / "communities.csv", phrases, languages)
        needs = _needs(folder / "needs.csv", phrases, service_types, communities)
        meanings = _meanings({"type": service_types, "need": needs, "community": communities, "language": languages})
        return cls(
            service_types=MappingProxyType(dict(sorted(service_types.items(), key=lambda item: item[1].order))),
            communities=MappingProxyType(communities),
            languages=MappingProxyType(languages),
            needs=MappingProxyType(needs),
            referral_routes=MappingProxyType(_terms(folder / "referral_routes.csv", _Phrases())),
            synonym_groups=_synonym_groups(folder / "words.csv"),
            recognised=MappingProxyType(_recognised(recognised, meanings)),
            hurtful=frozenset(_key(p) for row in recognised if row.cells["hurtful"] for p in row.words("words")),
            fillers=_fillers(folder / "fillers.csv", phrases),
        )

    def with_broader(self, code: str) -> tuple[str, ...]:
        """The community and those around it, narrowest first: Somali is Black African too. KeyError if unknown."""
        community = self.communities[code]
        return (code, *self.with_broader(community.broader)) if community.broader else (code,)


def words_in(text: str) -> Iterator[Word]:
    """The words of a text as they are compared: no case, accents, apostrophes or hyphens; "&" is "and"."""
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        if not word.isascii():
            word = word.translate(_APOSTROPHES)
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        word = "and" if word == "&" else word
        yield Word(word.replace("'", ""), _singular(word), match.start(), match.end())


def _singular(word: str) -> str:
    """A word without the ending of a plural or a possessive, where it surely has one."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < 5 or word[-1] != "s" or word[-2:] in ("ss", "us", "is"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def _key(phrase: str) -> str:
    return " ".join(word.text for word in words_in(phrase))


def _phrases_of(term: Term) -> frozenset[str]:
    return frozenset(map(_key, (term.name, *term.words)))


class _Phrases:
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


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of a table with exactly these columns, in order.

    Raises TaxonomyError, with file, line and how to mend it, if the file is missing, not UTF-8 or not such a table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            if (header := tuple(next(reader, ()))) != columns:
                raise TaxonomyError(f"{path.name}, line 1: the columns are {header}, and should be {columns}.")
            for cells in reader:
                if len(cells) != len(columns):
                    problem = f"{len(cells)} cells instead of {len(columns)}. Put quotes around text with a comma."
                    raise TaxonomyError(f"{path.name}, line {reader.line_num}: {problem}")
                stripped = (cell.strip() for cell in cells)
                yield Row(path, reader.line_num, dict(zip(columns, stripped, strict=True)))
    except OSError as error:
        raise TaxonomyError(f"{path} cannot be read: {error.strerror}. Restore the file.") from error
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{path.name}, from line {reader.line_num + 1}: not UTF-8. Save it as UTF-8.") from error
    except csv.Error as error:
        raise TaxonomyError(f"{path.name}, line {reader.line_num}: {error}. Check the quotes.") from error


def _add(terms: dict[str, AnyTerm], phrases: _Phrases, term: AnyTerm, row: Row) -> None:
    """Add a term, unless its code or one of its words already stands for another."""
    if term.code in terms:
        row.fail("code", f"{term.code!r} is here twice. Give one of them another code.")
    phrases.claim(term, row)
    terms[term.code] = term


def _terms(path: Path, phrases: _Phrases) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for row in rows(path, ("code", "name", "words")):
        _add(terms, phrases, Term(row.code(), row.text("name"), row.words("words")), row)
    return terms


def _service_types(path: Path, phrases: _Phrases) -> dict[str, ServiceType]:
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


def _communities(path: Path, phrases: _Phrases, languages: Mapping[str, Term]) -> dict[str, Community]:
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


def _needs(
    path: Path, phrases: _Phrases, types: Mapping[str, Term], communities: Mapping[str, Term]
) -> dict[str, Need]:
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


def _synonym_groups(path: Path) -> tuple[tuple[str, ...], ...]:
    groups: list[tuple[str, ...]] = []
    taken: dict[str, str] = {}
    columns = ("term", "means", "why")
    for row in rows(path, columns):
        for column in columns:
            row.text(column)
        group = (row.cells["term"], *row.words("means"))
        for word in group:
            if taken.setdefault(_key(word), group[0]) != group[0]:
                row.fail("means", f"{word!r} is already in the group of {taken[_key(word)]!r}. Keep it in one place.")
        groups.append(group)
    return tuple(groups)


def _meanings(lists: Mapping[str, Mapping[str, Term]]) -> frozenset[Meaning]:
    """Everything that a phrase can mean, but for ages."""
    of_terms = {Meaning(kind, code) for kind, terms in lists.items() for code in terms}
    ways_in = {Meaning("referral", way) for way in _WAYS_IN}
    return frozenset(of_terms | ways_in | {Meaning("gender", g) for g in _GENDERS} | {Meaning("access", "step_free")})


def _recognised(lines: Iterable[Row], meanings: Set[Meaning]) -> dict[str, tuple[Meaning, ...]]:
    recognised: dict[str, tuple[Meaning, ...]] = {}
    for row in lines:
        row.text("why")
        row.text("means")
        if row.cells["hurtful"] not in ("", "yes"):
            row.fail("hurtful", "must be yes or empty.")
        meant = tuple(_meaning(part, row, meanings) for part in row.words("means"))
        row.text("words")
        for phrase in map(_key, row.words("words")):
            if phrase in recognised:
                row.fail("words", f"{phrase!r} is here twice. Keep it in one place.")
            recognised[phrase] = meant
    return recognised


def _meaning(text: str, row: Row, meanings: Set[Meaning]) -> Meaning:
    kind, _, value = text.partition(":")
    ages = _AGES.fullmatch(value) if kind == "age" else None
    meaning = Meaning(kind, value)
    if meaning not in meanings and not (ages and int(ages[1]) <= int(ages[2]) <= 120):
        row.fail("means", f"{text!r} is not a kind and a code such as type:crisis_cafe, or ages such as age:13-17.")
    return meaning


def _fillers(path: Path, phrases: _Phrases) -> frozenset[str]:
    fillers: set[str] = set()
    for row in rows(path, ("words", "why")):
        row.text("why")
        row.text("words")
        for phrase in map(_key, row.words("words")):
            if phrase in fillers:
                row.fail("words", f"{phrase!r} is here twice. Keep it in one place.")
            if phrase in phrases:
                row.fail("words", f"{phrase!r} means something in another file. Take it out of one.")
            fillers.add(phrase)
    return frozenset(fillers)
