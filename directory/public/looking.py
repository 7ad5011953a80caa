"""Entries that somebody chose, as their search sees them: how far, open until when, and what speaks against them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from directory.search import reasons
from directory.search.catalogue import Catalogue
from directory.search.find import Found, search_for
from directory.search.query import Query
from directory.search.results import Result, results


class Looked(NamedTuple):
    """An entry with all the rules that shut this person out, in words: "18 and over"; none where it may take them."""

    result: Result
    against: tuple[str, ...] = ()


def look_up(query: Query, catalogue: Catalogue, refs: Sequence[str]) -> list[Looked]:
    """The public entries with these references, in this order; one that there is not is left out."""
    rows = np.array([catalogue.rows[ref] for ref in refs if ref in catalogue.rows], dtype=np.int64)
    search = search_for(query, catalogue)
    looked = []
    for row, result in zip(rows.tolist(), results(search, rows), strict=True):
        failed = [rule for rule in search.rules if not (rule.yes | rule.unknown)[row]]
        words = [
            reasons.rule_in_words(rule.name, result.entry, result.opening, query.asking, catalogue) for rule in failed
        ]
        looked.append(Looked(result, tuple(words)))
    return looked


def chosen_of(found: Found, ref: str) -> Looked | None:
    """The entry of a page of results to show beside them: the one with this reference, else the first; or none."""
    shown = [Looked(result) for result in found.results]
    shown += [Looked(miss.result, (miss.text,)) for miss in found.near_misses]
    shown += [Looked(line) for line in found.lines]
    return next((looked for looked in shown if looked.result.entry.ref == ref), shown[0] if shown else None)
