"""What a search hands out for each row it has found: how far, open until when, why it is here, what is not known."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from directory import schedules
from directory.models import Entry
from directory.places import Travel, distances_km, travel
from directory.schedules.days import instant
from directory.search import reasons
from directory.search.columns import Flags, Rows
from directory.search.live import Opening
from directory.search.matching import USUAL_RADII_KM, Search
from directory.search.ranking import away

MOST_NEAR_MISSES = 10
_travel = lru_cache(maxsize=1024)(travel)


class Arrival(NamedTuple):
    """When somebody who sets out at the time of the search would get there: an estimate from the distance.

    `at` is the later end of the quickest band (by car for police and ambulance crews), or the time that was chosen.
    `note` says in a sentence what the journey changes, and is empty where it changes nothing.
    """

    travel: Travel
    at: datetime
    note: str


class Result(NamedTuple):
    """An entry that was found, its opening at the instant asked about, and how far it is.

    `distance_km` and `arrival` are None where the entry has no point to measure to. `ask_about` names what was asked
    for and is not known: "hours", "arrival", "residence", "age", "referral", "self_referral", "walk_in", "step_free",
    "intoxicated", "alone_under_18", "companion", "dog", "community", "language"; and what the service or people said
    that must be asked about: "full", "ring_first", "caution". `reasons` say why it is here and why in this place, each
    in a few words.
    """

    entry: Entry
    opening: Opening
    distance_km: float | None = None
    ask_about: tuple[str, ...] = ()
    arrival: Arrival | None = None
    reasons: tuple[str, ...] = ()

    @property
    def answer(self) -> schedules.Answer:
        """Open, closed or not known, and until when."""
        return self.opening.answer

    @property
    def open_text(self) -> str:
        """The same as a sentence: "Open until 2am"."""
        return self.opening.text


class NearMiss(NamedTuple):
    """An entry that one rule alone shuts this person out of.

    The rule is "open", "age", "gender", "residence", "referral", "self_referral", "walk_in", "step_free",
    "intoxicated", "alone_under_18", "companion" or "dog"; `text` is that of the entry: "18 and over".
    """

    result: Result
    rule: str
    text: str


def results(search: Search, rows: Rows, explained: int | None = None) -> tuple[Result, ...]:
    """The rows as they are handed out, in their order; the first `explained` of them, or all, with reasons."""
    if not len(rows):
        return ()
    query, catalogue = search.query, search.catalogue
    details = zip(
        rows.tolist(),
        catalogue.openings(rows, query.at, chosen=query.at_given),
        _kilometres(search, rows),
        _arrivals(search, rows),
        _names(search.unknown, rows),
        _names(search.known, rows[:explained]) + [None] * (0 if explained is None else len(rows) - explained),
        strict=True,
    )
    made = []
    for row, opening, km, (at, late, early), ask, fits in details:
        entry = catalogue.entries[row]
        arrival = None
        if km is not None:
            note = reasons.arrival_note(entry, opening.answer, at, late=late) if late or early else ""
            arrival = Arrival(_travel(round(km, 1)), at, note)
        why = () if fits is None else reasons.reasons(entry, opening, km, fits, query, catalogue)
        made.append(Result(entry, opening, km, ask, arrival, why))
    return tuple(made)


def _names(flags_by_name: Sequence[tuple[str, Flags]], rows: Rows) -> list[tuple[str, ...]]:
    """For each row the names of the flags that are up."""
    lists = [(name, up.tolist()) for name, flags in flags_by_name if (up := flags[rows]).any()]
    if not lists:
        return [()] * len(rows)
    return [tuple([name for name, up in lists if up[position]]) for position in range(len(rows))]


def _arrivals(search: Search, rows: Rows) -> list[tuple[datetime, bool, bool]]:
    """For each row when the person would be there, and whether that is too late, or early enough for a closed place."""
    query = search.query
    if search.point is None:
        return [(query.at, False, False)] * len(rows)
    then, not_known = search.on_arrival_of(rows)
    now = search.open_now[rows]
    if query.at_given:
        minutes, instants = [0] * len(rows), {0: query.at}
    else:
        minutes, sets_out = search.journeys(rows).tolist(), int(search.sets_out.timestamp()) // 60
        instants = {taken: instant(sets_out + taken) for taken in set(minutes)}
    late, early = (now & ~then & ~not_known).tolist(), (then & ~now).tolist()
    return [(instants[taken], *state) for taken, *state in zip(minutes, late, early, strict=True)]


def _kilometres(search: Search, rows: Rows) -> Sequence[float | None]:
    place, columns = search.query.place, search.columns
    if search.point is None or place is None or place.latitude is None or place.longitude is None:
        return [None] * len(rows)
    measured = columns.pointed[rows]
    if not measured.any():
        return [None] * len(rows)
    kilometres = distances_km(place.latitude, place.longitude, columns.latitude[rows], columns.longitude[rows])
    return [km if has else None for km, has in zip(kilometres.tolist(), measured.tolist(), strict=True)]


def near_misses(search: Search, rows: Rows, found: Sequence[Result]) -> tuple[NearMiss, ...]:
    """The rows of `missed`, handed out as `found`, each with the one rule that it fails."""
    failed = _names([(rule.name, ~(rule.yes | rule.unknown)) for rule in search.rules], rows)
    return tuple(
        NearMiss(
            result,
            rule,
            reasons.rule_in_words(rule, result.entry, result.opening, search.query.asking, search.catalogue),
        )
        for result, (rule,) in zip(found, failed, strict=True)
    )


def missed(search: Search, radius_km: float | None) -> Rows:
    """Rows that one rule alone shuts this person out of, nearest first (of those as near, the surest), lines last.

    Within the radius of the results; where there is nothing, as far as a search ever looks.
    """
    rows = _missed(search, radius_km)
    if not len(rows) and radius_km is not None and search.query.radius_km is None:
        rows = _missed(search, USUAL_RADII_KM[-1])
    return rows


def _missed(search: Search, radius_km: float | None) -> Rows:
    """Rows of near misses. A line for people of other areas is nobody's near miss, nor can one walk in to any."""
    flags = search.of_kind & (search.failures == 1)
    for rule in search.rules:
        if rule.name in ("residence", "walk_in"):
            flags &= rule.yes | search.columns.goes_to
    rows = search.rows(flags, radius_km)
    order = (search.catalogue.name_order[rows], ~search.sure[rows], away(search, rows), ~search.columns.goes_to[rows])
    return rows[np.lexsort(order)][:MOST_NEAR_MISSES]
