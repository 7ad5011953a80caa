"""Who will take this person, near here, when they get there: what is found, and in which order."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from directory.search.catalogue import Catalogue
from directory.search.facets import Facets, count_facets
from directory.search.lines import lines
from directory.search.matching import Search, says_more_than_words
from directory.search.query import Query
from directory.search.ranking import ranked
from directory.search.results import Arrival, NearMiss, Result, missed, near_misses, results

__all__ = ["Arrival", "Facets", "Found", "NearMiss", "Result", "count_places", "find", "search_for"]

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query.

    `results` is this page of all that fit, best first; `total` counts all of them, `sure_total` those with nothing to
    ask about, `places_total` those to go to. `near_misses` fail one rule each, nearest first; `lines` are the 24-hour
    lines for this person, whatever was asked. `radius_km` is the radius used, `widened` tells that it was made larger
    because too little was near, `any_word` that no entry has all the words, `words_left_out` that none has any and
    the rest of the question decided alone, `needs_left_out` the same of what help is needed with. `as_of` and `stale`
    tell how sure the catalogue is to be the newest.
    """

    results: tuple[Result, ...]
    total: int
    sure_total: int
    places_total: int
    near_misses: tuple[NearMiss, ...]
    lines: tuple[Result, ...]
    facets: Facets | None
    radius_km: float | None
    widened: bool
    any_word: bool
    words_left_out: bool
    needs_left_out: bool
    next_page: int | None
    number: int
    as_of: datetime | None
    stale: bool


def find(query: Query, catalogue: Catalogue, *, facets: bool = False) -> Found:
    """Search the catalogue. Results are in the order of `ranking.rank`; with `facets`, choices are counted."""
    search = search_for(query, catalogue)
    radius, widened = search.choose_radius()
    rows = search.rows(search.fits, radius)
    first = (query.page - 1) * PAGE_SIZE
    page = ranked(search, rows)[first : first + PAGE_SIZE]
    near = missed(search, radius) if query.page == 1 else rows[:0]
    shown = results(search, np.concatenate((page, near, lines(search))), explained=len(page))
    return Found(
        results=shown[: len(page)],
        total=len(rows),
        sure_total=int(np.count_nonzero(search.sure[rows])),
        places_total=int(np.count_nonzero(search.columns.goes_to[rows])),
        near_misses=near_misses(search, near, shown[len(page) : len(page) + len(near)]),
        lines=shown[len(page) + len(near) :],
        facets=count_facets(search, radius) if facets else None,
        radius_km=radius,
        widened=widened,
        any_word=search.words == "any",
        words_left_out=search.words == "none",
        needs_left_out=search.query.needs != query.needs,
        next_page=query.page + 1 if len(rows) > first + PAGE_SIZE else None,
        number=catalogue.number,
        as_of=catalogue.as_of,
        stale=catalogue.stale,
    )


def count_places(query: Query, catalogue: Catalogue) -> int:
    """How many places to go to `find` would have in all."""
    search = search_for(query, catalogue)
    rows = search.rows(search.fits, search.choose_radius()[0])
    return int(np.count_nonzero(search.columns.goes_to[rows]))


def search_for(query: Query, catalogue: Catalogue) -> Search:
    """The search for what was asked; where nothing at all fits, for less of it.

    First for any of the words instead of all. Then without the needs, if the question says whom the help is for:
    somebody who asks for a place for a boy of 17 is better served by that than by nothing.
    """
    search = Search(query, catalogue)
    if search.fits.any():
        return search
    if query.words and not says_more_than_words(query):
        return Search(query, catalogue, words="any")
    if query.needs and any((query.communities, query.languages, query.ages, query.gender)):
        return Search(replace(query, needs=()), catalogue)
    return search
