"""Who will take this person, near here, at this time: filter, order, and what to try when nothing matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory import schedules
from directory.models import Entry
from directory.places import distances_km
from directory.search.catalogue import Catalogue, Opening
from directory.search.columns import GENDERS, Flags, Rows
from directory.search.query import Query

PAGE_SIZE = 20
MOST_ASKED = 20
MOST_ELSEWHERE = 10
MOST_ANYWHERE = 50
MOST_LINES = 5
USUAL_RADII_KM = (8.0, 16.0, 40.0)
ENOUGH = 3
LINE_TYPES = ("crisis_line", "text_line")


class Result(NamedTuple):
    """An entry that was found, its opening at the instant asked about, and how far it is.

    `distance_km` is None where the entry has no point to measure to. `ask_about` names facts that the search asked
    for and that are not known: "hours", "self_referral", "walk_in", "age".
    """

    entry: Entry
    opening: Opening
    distance_km: float | None = None
    ask_about: tuple[str, ...] = ()

    @property
    def answer(self) -> schedules.Answer:
        """Open, closed or not known, and until when."""
        return self.opening.answer

    @property
    def open_text(self) -> str:
        """The same as a sentence: "Open until 2am"."""
        return self.opening.text


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query.

    `results` is this page of the known matches, `total` counts all of them; `ask` may match, but a fact is not known;
    `elsewhere` are near and match but for one rule: they are for people who live in other areas; `anywhere` match and
    have no place to go to, `anywhere_total` counts all of those; `lines` are the 24-hour lines for this person,
    whatever was asked. `radius_km` is the radius used, `widened` tells that it was made larger because too little was
    near, `any_word` that no entry has all the words. `as_of` and `stale` tell how sure the catalogue is to be the
    newest.
    """

    results: tuple[Result, ...]
    total: int
    ask: tuple[Result, ...]
    elsewhere: tuple[Result, ...]
    anywhere: tuple[Result, ...]
    anywhere_total: int
    lines: tuple[Result, ...]
    radius_km: float | None
    widened: bool
    any_word: bool
    next_page: int | None
    number: int
    as_of: datetime | None
    stale: bool


def find(query: Query, catalogue: Catalogue) -> Found:
    """Search the catalogue.

    Order of `results`, `ask` and `elsewhere`: nearest first, then those known only to their borough (the person's own
    borough first, then the nearest borough, then by name). Without a place: best words first, then by name.
    `anywhere`: open first, then the most local, then by name.
    """
    search = search_for(query, catalogue)
    radius, widened = search.choose_radius()
    known = search.ordered(search.known, radius)
    first = (query.page - 1) * PAGE_SIZE
    shown = known[first : first + PAGE_SIZE]
    asked = search.ordered(search.asked, radius)[:MOST_ASKED]
    elsewhere = search.ordered(search.elsewhere, radius)[:MOST_ELSEWHERE]
    anywhere = search.anywhere()
    near = search.results(np.concatenate((shown, asked, elsewhere)), measured=True)
    return Found(
        results=near[: len(shown)],
        total=len(known),
        ask=near[len(shown) : len(shown) + len(asked)],
        elsewhere=near[len(shown) + len(asked) :],
        anywhere=search.results(anywhere[:MOST_ANYWHERE]),
        anywhere_total=len(anywhere),
        lines=search.results(search.lines()),
        radius_km=radius,
        widened=widened,
        any_word=not search.every_word and bool(search.fits.any()),
        next_page=query.page + 1 if len(known) > first + PAGE_SIZE else None,
        number=catalogue.number,
        as_of=catalogue.as_of,
        stale=catalogue.stale,
    )


def count(query: Query, catalogue: Catalogue) -> int:
    """How many results `find` would have in all."""
    search = search_for(query, catalogue)
    radius, _ = search.choose_radius()
    return len(search.ordered(search.known, radius))


def search_for(query: Query, catalogue: Catalogue) -> "Search":
    """The search for all the words; where nothing that fits has them all, for any of them."""
    search = Search(query, catalogue)
    if query.words and not search.fits.any():
        return Search(query, catalogue, every_word=False)
    return search


class Search:
    """One query over one catalogue: which rows fit, which may fit, and where they are."""

    def __init__(self, query: Query, catalogue: Catalogue, *, every_word: bool = True) -> None:
        self.query, self.catalogue, self.columns = query, catalogue, catalogue.columns
        self.every_word = every_word
        self.scores: NDArray[np.float32] | None = None
        self.unknown: dict[str, Flags] = {}
        self.resident = self._serving_where_they_live()
        self.fits = self._for_this_person() & self._of_this_kind(every_word)
        self._ask("hours", query.only_open, catalogue.open_at(query.at), catalogue.unknown_at(query.at))
        self._ask_three("self_referral", query.self_referral, self.columns.self_referral)
        self._ask_three("walk_in", query.walk_in, self.columns.walk_in)
        self.asked = np.zeros(catalogue.count, dtype=bool)
        for flags in self.unknown.values():
            self.asked |= flags
        self.elsewhere = self.fits & ~self.resident
        self.fits = self.fits & self.resident
        self.asked &= self.fits
        self.known = self.fits & ~self.asked
        self._squares: NDArray[np.float64] | None = None
        self._near: dict[float | None, tuple[Flags, Flags]] = {}

    @cached_property
    def point(self) -> tuple[int, int] | None:
        """Easting and northing to measure from, where the place is one to measure from."""
        place = self.query.place
        if place is None or place.kind == "icb" or place.easting is None or place.northing is None:
            return None
        return place.easting, place.northing

    def _serving_where_they_live(self) -> Flags:
        """Entries whose area takes in the place; all of them where no place was given."""
        place = self.query.place
        if place is None:
            return np.ones(self.catalogue.count, dtype=bool)
        return self.catalogue.serves(place.boroughs, in_london=place.in_london)

    def _for_this_person(self) -> Flags:
        """Entries that no known rule of gender or age shuts the person out of."""
        query, columns = self.query, self.columns
        fits = np.ones(self.catalogue.count, dtype=bool)
        if query.gender is not None:
            fits = fits & ((columns.gender == 0) | (columns.gender == GENDERS[query.gender]))
        if query.ages is not None:
            above = (columns.minimum_age == -1) | (columns.minimum_age <= query.ages.oldest)
            below = (columns.maximum_age == -1) | (query.ages.youngest <= columns.maximum_age)
            fits = fits & above & below
            self.unknown["age"] = (columns.minimum_age == -1) & (columns.maximum_age == -1)
        return fits

    def _of_this_kind(self, every_word: bool) -> Flags:
        query, catalogue = self.query, self.catalogue
        fits = np.ones(catalogue.count, dtype=bool)
        icb = query.place.icb if query.place and query.place.kind == "icb" else query.icb
        for kind, codes in (
            ("type", query.service_types),
            ("community", query.communities),
            ("language", query.languages),
            ("borough", (query.borough,) if query.borough else ()),
            ("icb", (icb,) if icb else ()),
        ):
            if codes:
                fits = fits & catalogue.having(kind, codes)
        if query.words:
            found = catalogue.matching(query.words, every=every_word)
            if found is not None:
                flags, self.scores = found
                fits = fits & flags
        return fits

    def _ask(self, fact: str, wanted: bool, yes: Flags, unknown: Flags) -> None:
        if wanted:
            self.fits = self.fits & (yes | unknown)
            self.unknown[fact] = unknown

    def _ask_three(self, fact: str, wanted: bool | None, column: NDArray[np.int8]) -> None:
        """Keep what is known to be as wanted, and what is not known; a line has no door to walk in by."""
        if wanted is not None:
            unknown = (column == -1) & (self.columns.goes_to if fact == "walk_in" else True)
            self._ask(fact, True, column == int(wanted), unknown)

    def squares(self) -> NDArray[np.float64]:
        """Square of the distance of every entry in metres, on the grid; not a number without a point."""
        if self._squares is None:
            assert self.point is not None
            east, north = self.point
            self._squares = (self.columns.easting - east) ** 2 + (self.columns.northing - north) ** 2
        return self._squares

    @cached_property
    def borough_distances(self) -> NDArray[np.float64]:
        """Metres from the point to each borough, by its position."""
        assert self.point is not None
        return self.catalogue.borough_distances(*self.point)

    def near(self, radius_km: float | None) -> tuple[Flags, Flags]:
        """Entries to go to: with a point within the radius, or that fit and are known only to a borough it touches."""
        if radius_km not in self._near:
            pointed, unpointed = self.columns.pointed, self.columns.unpointed
            if self.point is not None and radius_km is not None:
                pointed = pointed & (self.squares() <= (radius_km * 1000) ** 2)
                unpointed = unpointed & (self.fits | self.elsewhere)
                if unpointed.any():
                    touched = self.borough_distances <= radius_km * 1000
                    unpointed = unpointed & touched[self.columns.borough]
            self._near[radius_km] = pointed, unpointed
        return self._near[radius_km]

    def choose_radius(self) -> tuple[float | None, bool]:
        """The radius asked for; or the smallest usual one that finds enough, or as much as a larger one would."""
        if self.point is None:
            return None, False
        if self.query.radius_km is not None:
            return self.query.radius_km, False
        best, most = USUAL_RADII_KM[0], -1
        for radius in USUAL_RADII_KM:
            within, touched = self.near(radius)
            count = int(np.count_nonzero(self.fits & (within | touched)))
            if count > most:
                best, most = radius, count
            if np.count_nonzero(self.known & (within | touched)) >= ENOUGH:
                break
        return best, best > USUAL_RADII_KM[0]

    def ordered(self, flags: Flags, radius_km: float | None) -> Rows:
        """Rows of these entries to go to, in the order of `find`."""
        within, touched = self.near(radius_km)
        if not flags.any():
            return np.zeros(0, dtype=np.int64)
        if self.point is None:
            rows = np.flatnonzero(flags & (within | touched))
            return rows[np.lexsort((self.catalogue.name_order[rows], -self._score(rows)))]
        near = np.flatnonzero(flags & within)
        near = near[np.argsort(self.squares()[near], kind="stable")]
        known_to_borough = np.flatnonzero(flags & touched)
        if not len(known_to_borough):
            return near
        own = self.catalogue.positions_of(self.query.place.boroughs if self.query.place else ())
        boroughs = self.columns.borough[known_to_borough]
        distances = self.borough_distances[boroughs]
        order = np.lexsort((self.catalogue.name_order[known_to_borough], boroughs, distances, ~np.isin(boroughs, own)))
        return np.concatenate((near, known_to_borough[order]))

    def _score(self, rows: Rows) -> NDArray[np.float32]:
        return np.zeros(len(rows), dtype=np.float32) if self.scores is None else self.scores[rows]

    def anywhere(self) -> Rows:
        """Entries that fit and have no place to go to: open first, then the most local, then by name."""
        rows = np.flatnonzero(self.fits & ~self.columns.goes_to)
        if not len(rows):
            return rows
        closed = ~self.catalogue.open_at(self.query.at)[rows]
        return rows[np.lexsort((self.catalogue.name_order[rows], self._locality(rows), self.asked[rows], closed))]

    def lines(self) -> Rows:
        """The 24-hour lines for this person: local ones first, then those for everybody, then those for some."""
        flags = self._for_this_person() & self.resident & self.columns.always_open
        flags &= self.catalogue.having("type", LINE_TYPES)
        rows = np.flatnonzero(flags)
        local = self.columns.local[rows] if self._lives_somewhere else ~self.columns.local[rows]
        particular = self.columns.particular[rows]
        order = (self.catalogue.name_order[rows], self._locality(rows), particular, ~local)
        return self._without_repeats(rows[np.lexsort(order)])[:MOST_LINES]

    def _without_repeats(self, rows: Rows) -> Rows:
        """One row for each set of numbers, the one for most people: branches of one line ring in the same place."""
        chosen: dict[frozenset[str], int] = {}
        for row in rows.tolist():
            numbers = frozenset(phone.number for phone in self.catalogue.entries[row].phones)
            kept = chosen.setdefault(numbers, row)
            if self.columns.breadth[row] > self.columns.breadth[kept]:
                chosen[numbers] = row
        return np.array(list(chosen.values()), dtype=np.int64)

    def _locality(self, rows: Rows) -> NDArray[np.int64]:
        """Fewer boroughs first where it is known where the person is, more first where it is not."""
        return self.columns.breadth[rows] if self._lives_somewhere else -self.columns.breadth[rows]

    @property
    def _lives_somewhere(self) -> bool:
        return self.query.place is not None and bool(self.query.place.boroughs)

    def results(self, rows: Rows, *, measured: bool = False) -> tuple[Result, ...]:
        """The rows as they are handed out, with distances where they are to be measured."""
        if not len(rows):
            return ()
        distances = self._distances(rows) if measured else [None] * len(rows)
        openings = self.catalogue.openings(rows, self.query.at)
        unknown = [(fact, flags[rows].tolist()) for fact, flags in self.unknown.items()]
        entries = self.catalogue.entries
        return tuple(
            Result(
                entries[row],
                opening,
                distance,
                tuple(fact for fact, flags in unknown if flags[position]),
            )
            for position, (row, opening, distance) in enumerate(zip(rows.tolist(), openings, distances, strict=True))
        )

    def _distances(self, rows: Rows) -> Sequence[float | None]:
        place = self.query.place
        if self.point is None or place is None or place.latitude is None or place.longitude is None:
            return [None] * len(rows)
        columns = self.columns
        kilometres = distances_km(place.latitude, place.longitude, columns.latitude[rows], columns.longitude[rows])
        measured = columns.pointed[rows]
        return [km if has else None for km, has in zip(kilometres.tolist(), measured.tolist(), strict=True)]
