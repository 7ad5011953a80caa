"""How many results each choice would leave: the counts beside the filters."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from directory.search.columns import Flags
from directory.search.matching import YES, Search
from directory.search.query import Taken


@dataclass(frozen=True, slots=True)
class Facets:
    """For each choice, how many results are known to suit it. Only counts above 0 stand in the mappings, by code.

    A type, need, community or language replaces what was chosen of its kind; the others come on top.
    """

    open: int
    self_referral: int
    walk_in: int
    step_free: int
    takes: Mapping[Taken, int]
    types: Mapping[str, int]
    needs: Mapping[str, int]
    communities: Mapping[str, int]
    languages: Mapping[str, int]


def count_facets(search: Search, radius_km: float | None) -> Facets:
    """The counts for a search within a radius."""
    here = search.in_reach(radius_km)
    found, columns = search.fits & here, search.columns
    catalogue = search.catalogue

    def counts(kind: str, codes: tuple[str, ...], having: Flags) -> dict[str, int]:
        base = found if search.kinds[kind] is None else search.fits_without(kind) & here
        numbers = np.count_nonzero(having[:, np.flatnonzero(base)], axis=1).tolist()
        return {code: number for code, number in zip(codes, numbers, strict=True) if number}

    return Facets(
        open=int(np.count_nonzero(found & search.on_arrival[0])),
        self_referral=int(np.count_nonzero(found & (columns.self_referral == YES))),
        walk_in=int(np.count_nonzero(found & (columns.walk_in == YES))),
        step_free=int(np.count_nonzero(found & (columns.step_free == YES))),
        takes={what: int(np.count_nonzero(found & (fact == YES))) for what, fact in columns.takes.items()},
        types=counts("type", *catalogue.table("type")),
        needs=counts("need", *catalogue.table("need")),
        communities=counts("community", *catalogue.table("community")),
        languages=counts("language", *catalogue.table("language")),
    )
