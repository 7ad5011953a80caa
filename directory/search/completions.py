"""What somebody who is typing may be about to say: the last words of the box, completed; the rest stays."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from directory.models import Entry
from directory.places import Places
from directory.places.spelling import name_key, name_words
from directory.places.tables import decode
from directory.search.catalogue import Catalogue
from directory.search.wording import borough_name, uncapitalised
from directory.taxonomies import Taxonomies, Term

Kind = Literal["postcode", "place", "type", "need", "community", "language", "service"]

BOROUGH = "Borough"
MOST_OF_A_KIND = 3
MOST_WORDS = 6
SHORTEST = 2
READ_FROM_END = 120
LEAST_POSTCODES = 50
_KINDS: tuple[Kind, ...] = ("place", "type", "need", "community", "language", "service")
_SMALL, _ALSO, _SERVICE, _LATER = 100, 1000, 2000, 4000  # how much worse than a short name's beginning
_PASSED_OVER = frozenset("a and at for in of on the to with".split())
_POSTAL = re.compile(r"(?<![A-Z0-9])([A-Z]{1,2}[0-9][0-9A-Z]{0,4})(?: ([0-9][A-Z]{0,2}))?\Z", re.ASCII | re.IGNORECASE)
_POSTCODE_BEFORE = re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}[0-9][0-9A-Z]?(?![A-Z])", re.ASCII | re.IGNORECASE)
_INWARD = re.compile(r"[0-9][A-Z]{0,2}", re.ASCII)
_LEADS_TO_PLACE = re.compile(r"(?:^|\s)(?:near to|near|in|around|at) (?:the )?$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")


class Completion(NamedTuple):
    """The whole text of the box, completed; or the name of a service, which comes with its public `entry`."""

    text: str
    kind: Kind
    detail: str
    entry: Entry | None = None


class _Item(NamedTuple):
    """One thing that may be suggested. `everyday` names are read as places only after "near" or the like."""

    text: str
    kind: Kind
    detail: str
    also: tuple[str, ...] = ()
    everyday: bool = False
    entry: Entry | None = None


class Completions:
    """Completes texts from the reference data and a catalogue. Made once; it keeps what it made of each catalogue."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies
        self._indexes: WeakKeyDictionary[Catalogue, _Index] = WeakKeyDictionary()

    def prepare(self, catalogue: Catalogue) -> None:
        """Make what completing from a catalogue needs, before anybody waits for it."""
        self._index(catalogue)

    def complete(self, text: str, catalogue: Catalogue, limit: int = 8) -> tuple[Completion, ...]:
        """Up to `limit` completions of the last words of `text`, the likeliest first, of mixed kinds.

        Names that begin with what was typed come before those with a later word that does, short ones before long
        ones; a name in two words before one in a single word. Services are offered for the whole text only.
        """
        found = [*islice(self._postcodes(text), limit), *self._names(text, catalogue, limit)]
        by_key: dict[tuple[str, str | None], Completion] = {}
        for completion in found:
            by_key.setdefault((completion.text, completion.entry.ref if completion.entry else None), completion)
        return tuple(_mixed(by_key.values())[:limit])

    def _names(self, text: str, catalogue: Catalogue, limit: int) -> Iterator[Completion]:
        index = self._index(catalogue)
        unread = max(0, len(text) - READ_FROM_END)
        words = list(name_words(text[unread:]))
        going_on = " " if words and text[-1].isspace() else ""
        for count in range(min(len(words), MOST_WORDS), 0, -1):
            begun = " ".join(word for word, _, _ in words[-count:]) + going_on
            if len(begun) < SHORTEST:
                continue
            before = text[: unread + words[-count][1]]
            for item in index.beginning(begun, limit * len(_KINDS)):
                if item.entry is None and _goes_after(before, item):
                    yield Completion(_joined(before, item), item.kind, item.detail)
                elif item.entry is not None and not before.strip():
                    yield Completion(item.text, item.kind, item.detail, item.entry)

    def _postcodes(self, text: str) -> Iterator[Completion]:
        """Outcodes, sectors and whole postcodes of the national table that begin with the end of the text."""
        match = _POSTAL.search(text[-READ_FROM_END:])
        if match is None:
            return
        before = text[: len(text) - len(match[0])]
        head, tail = match[1].upper(), (match[2] or "").upper()
        for outcode, boroughs in self._outcodes.items():
            if not tail and outcode.startswith(head):
                yield Completion(before + outcode, "postcode", boroughs)
        for outcode in self._outcodes:
            inward = tail if tail else head[len(outcode) :]
            if head == outcode or (not tail and head.startswith(outcode) and _INWARD.fullmatch(inward)):
                for postcode, borough in self._inside(outcode, inward):
                    yield Completion(before + postcode, "postcode", borough)

    def _inside(self, outcode: str, inward: str) -> Iterator[tuple[str, str]]:
        """The sectors of an outcode, or its postcodes once more than a sector is typed, each with its boroughs."""
        if len(inward) < 2:
            sectors = (self._places.area(outcode, digit) for digit in inward or "0123456789")
            yield from ((sector.label, self._boroughs(sector.boroughs)) for sector in sectors if sector)
            return
        whole = self._places.postcode(outcode, inward) if len(inward) == 3 else None
        if whole:
            yield whole.label, self._boroughs(whole.boroughs)
        tables = self._places.tables
        rows = tables.rows(outcode.ljust(4) + inward)
        for row in range(rows.start, rows.stop):
            district = tables.districts[int(tables.areas[row])]
            yield f"{outcode} {decode(int(tables.codes[row]))[4:]}", self._boroughs((district,))

    @cached_property
    def _outcodes(self) -> dict[str, str]:
        """Every outcode with more than a few postcodes in London, in the order people count, and its boroughs."""
        tables = self._places.tables
        in_london = np.array([code in self._places.boroughs for code in tables.districts])
        rows = tables.near_london[in_london[tables.areas[tables.near_london]]]
        codes, counts = np.unique(tables.codes[rows] >> np.uint64(24), return_counts=True)
        outcodes = [int(code).to_bytes(4, "big").decode().strip() for code in codes[counts >= LEAST_POSTCODES]]
        areas = {outcode: self._places.area(outcode) for outcode in sorted(outcodes, key=_as_counted)}
        return {outcode: self._boroughs(area.boroughs if area else ()) for outcode, area in areas.items()}

    def _boroughs(self, codes: tuple[str, ...]) -> str:
        known = self._places.boroughs
        return ", ".join(known[code].name for code in codes if code in known)

    def _index(self, catalogue: Catalogue) -> "_Index":
        index = self._indexes.get(catalogue)
        if index is None:
            items = [*self._place_items(), *self._term_items(catalogue), *self._service_items(catalogue)]
            index = self._indexes[catalogue] = _Index(items)
        return index

    def _place_items(self) -> Iterator[_Item]:
        areas = self._places.areas
        for borough in areas.boroughs:
            yield _Item(borough.name, "place", BOROUGH, borough.also_known_as)
        whole = {name_key(borough.name) for borough in areas.boroughs}
        for name in self._places.names.written:
            meaning = self._places.names.get(name_key(name))
            if meaning and name_key(name) not in whole:
                inside = dict.fromkeys(code for place in meaning.places for code in place.boroughs)
                detail = "London" if len(inside) > MOST_OF_A_KIND else self._boroughs(tuple(inside))
                yield _Item(name, "place", detail, everyday=meaning.ordinary)

    def _term_items(self, catalogue: Catalogue) -> Iterator[_Item]:
        """The terms of the taxonomies that some public service carries, and every need."""
        lists: tuple[tuple[Kind, str, dict[str, Term]], ...] = (
            ("type", "Type of help", dict(self._taxonomies.service_types)),
            ("need", "Need", dict(self._taxonomies.needs)),
            ("community", "Community", dict(self._taxonomies.communities)),
            ("language", "Language", dict(self._taxonomies.languages)),
        )
        for kind, detail, terms in lists:
            for code, term in terms.items():
                if kind == "need" or catalogue.having(kind, [code]).any():
                    yield _Item(_IN_BRACKETS.sub("", term.name), kind, detail, term.words)

    def _service_items(self, catalogue: Catalogue) -> Iterator[_Item]:
        for entry in catalogue.entries:
            kind = self._taxonomies.service_types[entry.service_type].name
            borough = borough_name(entry, self._places)
            yield _Item(entry.name, "service", f"{kind}, {borough}" if borough else kind, entry=entry)


class _Index:
    """Every item by each word that its names may be begun at, in the order of the alphabet, with how good that is."""

    def __init__(self, items: list[_Item]) -> None:
        keyed = sorted((key, rank, number) for number, item in enumerate(items) for key, rank in _beginnings(item))
        self._items = items
        self._keys = [key for key, _, _ in keyed]
        self._ranks = np.array([rank for _, rank, _ in keyed], dtype=np.int64)
        self._numbers = np.array([number for _, _, number in keyed], dtype=np.int64)

    def beginning(self, begun: str, most: int) -> list[_Item]:
        """The best items with a name that goes on, from one of its words, as `begun` does; best first."""
        first, last = bisect_left(self._keys, begun), bisect_left(self._keys, f"{begun}\U0010ffff")
        ranks = self._ranks[first:last]
        best = np.argpartition(ranks, most)[:most] if len(ranks) > most else np.arange(len(ranks))
        best = best[np.argsort(ranks[best], kind="stable")] + first
        enough = 2 * len(begun)
        numbers = [
            int(self._numbers[at])
            for at in best.tolist()
            if self._ranks[at] % _SERVICE < _ALSO or len(self._keys[at]) <= enough
        ]
        return [self._items[number] for number in dict.fromkeys(numbers)]


def _beginnings(item: _Item) -> Iterator[tuple[str, int]]:
    """What may be typed for an item, with a rank: the smaller the better.

    Its name from each word on; other words for it only from their start (and half of them must be typed).
    """
    size = min(len(item.text), 99) + _SMALL * (item.kind == "place" and item.detail != BOROUGH)
    words = name_key(item.text).split()
    for at, word in enumerate(words):
        ordinary = word in _PASSED_OVER
        if at == 0 or not ordinary:
            yield " ".join(words[at:]), _LATER * (at > 0 or ordinary) + _SERVICE * (item.entry is not None) + size
    for other in item.also:
        yield name_key(other), _ALSO + size


def _goes_after(before: str, item: _Item) -> bool:
    """Whether an item makes sense here: no second place after a postcode, nothing but a place after "near"."""
    if item.kind == "place":
        return _POSTCODE_BEFORE.search(before) is None
    return _LEADS_TO_PLACE.search(before) is None


def _joined(before: str, item: _Item) -> str:
    """The text of the box with an item at its end."""
    if not before.strip():
        return before + item.text
    if item.everyday and not _LEADS_TO_PLACE.search(before):
        return f"{before}near {item.text}"
    return before + (uncapitalised(item.text) if item.kind in ("type", "need") else item.text)


def _mixed(found: Iterable[Completion]) -> list[Completion]:
    """A few of each kind first, then the others, each in their order."""
    counts: dict[Kind, int] = {}
    first: list[Completion] = []
    later: list[Completion] = []
    for completion in found:
        counts[completion.kind] = counts.get(completion.kind, 0) + 1
        (first if counts[completion.kind] <= MOST_OF_A_KIND else later).append(completion)
    return [*first, *later]


def _as_counted(outcode: str) -> tuple[str, int, str]:
    letters, number, last = re.fullmatch(r"([A-Z]+)([0-9]+)([A-Z]?)", outcode).groups()  # type: ignore[union-attr]
    return letters, int(number), last
