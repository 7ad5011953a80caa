"""The lines that never close: who can be called or texted, whatever else was found."""

import numpy as np

from directory.search.columns import Rows
from directory.search.matching import Search
from directory.search.ranking import away

MOST_LINES = 5


def lines(search: Search) -> Rows:
    """The 24-hour lines for this person: local ones first, then those for everybody, then those for some.

    Those that are not known to be open, since they said that they were closed, come last. No filter takes lines away
    but the rules that shut this person out. Where it is not known where the person lives, lines that serve only a part
    of London are left out.
    """
    columns, place = search.columns, search.query.place
    rows = search.catalogue.rows_of_lines
    for rule in search.rules:
        if rule.name in ("residence", "gender", "age"):
            rows = rows[rule.yes[rows] | rule.unknown[rows]]
    if place is None or not place.boroughs:
        rows = rows[~columns.local[rows]]
    shut = ~search.open_now[rows]
    order = (
        search.catalogue.name_order[rows],
        away(search, rows),
        columns.particular[rows],
        ~columns.local[rows],
        shut,
    )
    return _without_repeats(search, rows[np.lexsort(order)])[:MOST_LINES]


def _without_repeats(search: Search, rows: Rows) -> Rows:
    """One row for each set of numbers, the one for most people: branches of one line ring in the same place."""
    numbers = search.columns.numbers[rows]
    widest = np.lexsort((-search.columns.breadth[rows], numbers))
    _, first = np.unique(numbers, return_index=True)
    _, chosen = np.unique(numbers[widest], return_index=True)
    return rows[widest[chosen][np.argsort(first)]]
