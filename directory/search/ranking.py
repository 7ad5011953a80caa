"""The order of results: one rule for every search. docs/ranking.md says it for people who read results out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.search.columns import Flags, Rows
from directory.search.journey import GRID_SCALE
from directory.search.matching import Search

TENTH_OF_A_MILE = 160.9344 * GRID_SCALE
"""In metres on the National Grid."""

INTO_A_BOROUGH = 4000.0
"""Metres: about half the way across a London borough."""

BEYOND_LONDON = 100_000.0
"""Metres: further than any place that a search finds."""

OPEN, NOT_KNOWN, FULL, CLOSED = range(4)


class Standing(NamedTuple):
    """What decides the order of some entries, one element an entry.

    `named`: 2 where the searcher named it, 1 where in part. `unsure`: how much of what decides whether it accepts the
    person is not known. `goes_to`: it is a place, not a line. `opens`: OPEN to somebody who sets out now, NOT_KNOWN,
    FULL or CLOSED. `metres`: how far `away` it is. `cautioned`: several people reported it. `unchecked`: the facts
    that matter most to the search are due to be checked, or never had a date. `score` of the words. `name_order`: by
    name.
    """

    named: NDArray[np.int8]
    unsure: NDArray[np.float32]
    goes_to: Flags
    opens: NDArray[np.int8]
    metres: NDArray[np.float64]
    cautioned: Flags
    unchecked: Flags
    score: NDArray[np.float32]
    name_order: NDArray[np.int64]


def rank(standing: Standing) -> Rows:
    """Positions of the entries, best first.

    1. What was named. 2. The less has to be asked before it is known to accept the person. 3. A place to go to, before
    a line. 4. Open on arrival, before not known, before full, before closed. 5. Nearer, to a tenth of a mile.
    6. Nothing reported. 7. Checked as lately as it should be. 8. Better words. Then by name, so that the order never
    changes by itself.
    """
    clauses = (
        -standing.named,
        standing.unsure,
        ~standing.goes_to,
        standing.opens,
        np.round(standing.metres / TENTH_OF_A_MILE),
        standing.cautioned,
        standing.unchecked,
        -standing.score,
        standing.name_order,
    )
    return np.lexsort(clauses[::-1])


def ranked(search: Search, rows: Rows) -> Rows:
    """The rows of a search in the order of `rank`.

    Without a place nobody knows which places are near or whom they would take: lines are not put after them, and what
    serves the widest area counts as nearest.
    """
    columns, somewhere = search.columns, search.query.place is not None
    standing = Standing(
        named=search.named[rows],
        unsure=search.unsure[rows] + search.beside[rows],
        goes_to=columns.goes_to[rows] | (search.query.only_open & columns.local[rows]) | (not somewhere),
        opens=_opens(search, rows),
        metres=away(search, rows),
        cautioned=columns.cautioned[rows],
        unchecked=_unchecked(search, rows),
        score=search.scores[rows] if search.scores is not None else np.zeros(len(rows), dtype=np.float32),
        name_order=search.catalogue.name_order[rows],
    )
    return rows[rank(standing)]


def _opens(search: Search, rows: Rows) -> NDArray[np.int8]:
    """Whether entries take somebody in who sets out now; to be rung first is not to be known to."""
    yes, unknown = search.on_arrival_of(rows)
    opens = np.where(yes, OPEN, np.where(unknown, NOT_KNOWN, CLOSED)).astype(np.int8)
    doubts = dict(search.doubts)
    for name, standing in (("ring_first", NOT_KNOWN), ("full", FULL)):
        if name in doubts:
            opens[doubts[name][rows] & (opens < standing)] = standing
    return opens


def _unchecked(search: Search, rows: Rows) -> Flags:
    """Whether the facts that matter most to the search have not been checked as lately as they should be by today."""
    group, catalogue = search.query.leading, search.catalogue
    unchecked: Flags = (
        catalogue.columns.checked[group][rows] <= catalogue.today.toordinal() - catalogue.fresh_days[group]
    )
    return unchecked


def away(search: Search, rows: Rows) -> NDArray[np.float64]:
    """Metres on the grid to the point of each entry.

    A place known only by its borough counts as some way into it: not taken to be next door, nor put after places at
    the other end of London. For lines, and where no place was given, how widely they serve: the more local first where
    it is known where the person lives, else the wider first.
    """
    columns, place = search.columns, search.query.place
    breadth = columns.breadth[rows].astype(np.float64) * TENTH_OF_A_MILE
    if place is None:
        return -breadth
    served = BEYOND_LONDON + (breadth if place.boroughs else -breadth)
    if search.point is None:
        return np.where(columns.goes_to[rows], 0.0, served)
    to_borough = search.borough_distances[columns.borough[rows]] + TENTH_OF_A_MILE
    to_borough = np.where(search.in_own_borough[rows], 0.0, to_borough) + INTO_A_BOROUGH
    metres = np.where(columns.pointed[rows], np.sqrt(search.squares[rows]), to_borough)
    return np.where(columns.goes_to[rows], metres, served)
