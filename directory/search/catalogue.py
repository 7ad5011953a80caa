"""The catalogue: an immutable in-memory picture of every entry that an audience may see, as of one change number.

What is filtered and sorted lies in numpy columns, one element an entry; what is shown is the entry itself.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from directory import schedules
from directory.freshness import DEFAULT, Freshness
from directory.models import Audience, Entry
from directory.places import Places
from directory.search.columns import OUTSIDE_LONDON, Flags, Rows, make_columns
from directory.search.live import LiveStatuses, Opening, hours_at, laid_over, parsed
from directory.search.naming import ServiceNames
from directory.search.openings import STEP_MINUTES, STEPS, OpeningTimes
from directory.search.text import TextIndex
from directory.taxonomies import Taxonomies

LINE_TYPES = ("crisis_line", "text_line")
_MINUTES_KEPT = 8

T = TypeVar("T")


class CatalogueUnavailable(RuntimeError):  # noqa: N818 - a state that pages report, not a fault in code
    """There is nothing to search; the message says what to do."""


class Catalogue:
    """Everything a search needs, as of change `number`.

    It never changes, but for its memory of recent minutes and what is known of its age: `as_of` is when it was last
    seen to agree with the database, `stale` is True while the database does not answer. `mark` tells the change from
    any other of its number. `fresh_days` is how long each group of facts holds after it was checked.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        places: Places,
        taxonomies: Taxonomies,
        text: TextIndex,
        *,
        number: int,
        today: date,
        mark: str = "",
        fresh_days: Freshness = DEFAULT,
        audience: Audience = "public",
    ) -> None:
        self.entries = tuple(entry for entry in entries if entry.is_for(audience))
        self.audience = audience
        self.number = number
        self.mark = mark
        self.today = today
        self.fresh_days = fresh_days
        self.as_of: datetime | None = None
        self.stale = False
        self.places = places
        self.taxonomies = taxonomies
        self.text = text
        self.rows = {entry.ref: row for row, entry in enumerate(self.entries)}
        texts = list(dict.fromkeys(entry.opening_hours for entry in self.entries))
        self.schedules = tuple(parsed(hours) for hours in texts)
        numbers = {hours: position for position, hours in enumerate(texts)}
        schedule = np.array([numbers[e.opening_hours] for e in self.entries], dtype=np.int64)
        self.columns = make_columns(self.entries, self.schedules, schedule, places, taxonomies)
        self._positions = {b.code: position for position, b in enumerate(places.areas.boroughs)}
        self.names = ServiceNames([entry.name for entry in self.entries])
        self.rows_of_lines = np.flatnonzero(self.columns.always_open & self.having("type", LINE_TYPES))
        self.name_order = np.argsort(np.argsort([entry.name.casefold() for entry in self.entries], kind="stable"))
        self.live = LiveStatuses(self.entries)
        self._openings = OpeningTimes(self.schedules, today - timedelta(days=1))
        self._states: dict[int, tuple[Flags, Flags]] = {}
        self._journeys: dict[int, tuple[Flags, Flags]] = {}
        self._shown: dict[int, dict[int, Opening]] = {}
        self._meeting: dict[str, Flags] = {}
        self._of_type: dict[str, Flags] = {}
        self._tables: dict[str, tuple[tuple[str, ...], Flags]] = {}
        self._text_rows = np.array([self.rows.get(ref, -1) for ref in text.refs], dtype=np.int64)

    @property
    def count(self) -> int:
        """How many entries its audience can find."""
        return len(self.entries)

    def get(self, ref: str) -> Entry:
        """The entry with this reference; KeyError where there is none, or it is not for this audience."""
        return self.entries[self.rows[ref]]

    def schedule(self, ref: str) -> schedules.Schedule:
        """The opening hours of an entry; KeyError as for `get`."""
        return self.schedules[int(self.columns.schedule[self.rows[ref]])]

    def open_at(self, at: datetime) -> Flags:
        """Which entries are known to be open at an instant, and not past their last admission."""
        return self.states_at(at)[0]

    def unknown_at(self, at: datetime) -> Flags:
        """Of which entries it is not known whether they are open at an instant."""
        return self.states_at(at)[1]

    def states_at(self, at: datetime) -> tuple[Flags, Flags]:
        """Both of these."""
        minute = int(at.timestamp()) // 60
        states = self._states.get(minute)
        if states is None:
            opened, unknown = self._openings.states_at(at)
            states = opened[self.columns.schedule], unknown[self.columns.schedule]
            _remember(self._states, minute, states)
        return self.live.after_closures(*states, None, at.timestamp())

    def on_arrival(self, rows: Rows, sets_out: datetime, minutes: Rows) -> tuple[Flags, Flags]:
        """Which of these entries let in somebody who sets out at an instant and travels for so many minutes to each.

        And of which that is not known. The minutes are multiples of five, and those of a journey of more than five
        hours count as five hours.
        """
        minute = int(sets_out.timestamp()) // 60
        states = self._journeys.get(minute)
        if states is None:
            states = self._openings.states_after(sets_out)
            _remember(self._journeys, minute, states)
        step = np.minimum(minutes // STEP_MINUTES, STEPS - 1)
        schedule = self.columns.schedule[rows]
        arrives = sets_out.timestamp() + step * (STEP_MINUTES * 60.0)
        return self.live.after_closures(states[0][step, schedule], states[1][step, schedule], rows, arrives)

    def openings(self, rows: Rows, at: datetime, *, chosen: bool = False) -> list[Opening]:
        """How the entries in these rows stand at an instant, which may have been `chosen`."""
        minute = int(at.timestamp()) // 60
        shown = self._shown.get(minute)
        if shown is None:
            shown = {}
            _remember(self._shown, minute, shown)
        told = self.live.rows_told_at(at)
        openings = []
        for row, number in zip(rows.tolist(), self.columns.schedule[rows].tolist(), strict=True):
            opening = shown.get(number)
            if opening is None:
                opening = shown[number] = hours_at(self.schedules[number], at, self.today)
            if row in told:
                opening = laid_over(opening, self.entries[row], at, self.today, chosen=chosen)
            openings.append(opening)
        return openings

    def matching(self, words: str, *, every: bool) -> tuple[Flags, NDArray[np.float32]] | None:
        """Which entries have the words (all of them, or any), and their scores; None where no word can be searched.

        Raises IndexDamaged.
        """
        found = self.text.match(words, every=every)
        if found is None:
            return None
        documents, scores = found
        rows = self._text_rows[documents]
        flags, by_row = np.zeros(self.count, dtype=bool), np.zeros(self.count, dtype=np.float32)
        flags[rows[rows >= 0]] = True
        by_row[rows[rows >= 0]] = scores[rows >= 0]
        return flags, by_row

    def having(self, kind: str, codes: Sequence[str]) -> Flags:
        """Which entries carry any of these codes: a "type", "community", "language", "borough" or "icb".

        "listed" are the communities that it names itself, "family" the families of those. An entry is of a borough that
        it is in, or that its area names; areas as wide as London do not count.
        """
        flags = np.zeros(self.count, dtype=bool)
        for code in codes:
            members = self.columns.members.get((kind, code))
            if members is not None:
                flags |= members
        return flags

    def of_type(self, code: str) -> Flags:
        """Which entries are of a type, or say in their name that they are: a "helpline" of a young people's service."""
        flags = self._of_type.get(code)
        if flags is None:
            term = self.taxonomies.service_types[code]
            flags = self._of_type[code] = self.having("type", [code]) | self.names.having((term.name, *term.words))
        return flags

    def meeting(self, need: str) -> Flags:
        """Which entries help with a need: by their type, by whom they are for, or because they say so.

        Raises IndexDamaged.
        """
        flags = self._meeting.get(need)
        if flags is None:
            term = self.taxonomies.needs[need]
            flags = self.having("type", term.types) | self.having("community", term.communities)
            rows = self._text_rows[self.text.match_any((term.name, *term.words))]
            flags[rows[rows >= 0]] = True
            self._meeting[need] = flags
        return flags

    def table(self, kind: str) -> tuple[tuple[str, ...], Flags]:
        """The codes of a "type", "need", "community" or "language" that entries have, and a row of flags for each."""
        table = self._tables.get(kind)
        if table is None:
            if kind == "need":
                flags = {code: self.meeting(code) for code in self.taxonomies.needs}
            elif kind == "type":
                flags = {code: self.of_type(code) for code in self.taxonomies.service_types}
            else:
                flags = {code: members for (of, code), members in self.columns.members.items() if of == kind}
            rows = np.array(list(flags.values()), dtype=bool).reshape(len(flags), self.count)
            table = self._tables[kind] = tuple(flags), rows
        return table

    def positions_of(self, boroughs: Sequence[str]) -> list[int]:
        """The positions of boroughs in the `borough` column."""
        return [self._positions[code] for code in boroughs]

    def borough_distances(self, easting: int, northing: int) -> NDArray[np.float64]:
        """By position of the borough, metres to the nearest part of it; the last, for none, is infinite."""
        return np.append(self.places.borough_distances(easting, northing), np.inf)

    def serves(self, boroughs: Sequence[str], *, in_london: bool) -> tuple[Flags, Flags]:
        """Which entries take people who live in some, and which in all, of these boroughs.

        Where not `in_london`, outside them too. Not knowing who an entry serves, or where in London somebody lives,
        shuts nobody out.
        """
        if in_london and not boroughs:
            everybody = np.ones(self.count, dtype=bool)
            return everybody, everybody
        bits = np.uint64(sum(1 << self._positions[code] for code in boroughs))
        if not in_london:
            bits |= OUTSIDE_LONDON
        served = self.columns.serves & bits
        return served != 0, served == bits


def _remember(memory: dict[int, T], minute: int, value: T) -> None:
    for oldest in list(memory)[: 1 - _MINUTES_KEPT]:  # a copy: other threads remember too
        memory.pop(oldest, None)
    memory[minute] = value
