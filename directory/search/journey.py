"""The way from whoever asks to every entry: how far, how long, and whether they are let in when they get there."""

from datetime import datetime
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from directory.places import By, minutes
from directory.schedules.days import instant
from directory.search.catalogue import Catalogue
from directory.search.columns import CREWS, Flags, Rows
from directory.search.query import Query

GRID_SCALE = 0.9998
"""The National Grid draws London a little smaller than it is."""

STEP_METRES = 100
"""As results give their distance to the tenth of a kilometre, and their journeys from that."""

STEPS_OF_A_JOURNEY = 1500


class Journey:
    """From the place and time of a query to the entries of a catalogue; worked out when it is asked for."""

    def __init__(self, query: Query, catalogue: Catalogue) -> None:
        self.query, self.catalogue, self.columns = query, catalogue, catalogue.columns

    @cached_property
    def point(self) -> tuple[int, int] | None:
        """Easting and northing to measure from, where the place is one to measure from."""
        place = self.query.place
        if place is None or place.kind == "icb" or place.easting is None or place.northing is None:
            return None
        return place.easting, place.northing

    @cached_property
    def squares(self) -> NDArray[np.float64]:
        """Square of the distance of every entry in metres, on the grid; not a number without a point."""
        assert self.point is not None
        east, north = self.point
        return (self.columns.easting - east) ** 2 + (self.columns.northing - north) ** 2

    @cached_property
    def borough_distances(self) -> NDArray[np.float64]:
        """Metres from the point to each borough, by its position."""
        assert self.point is not None
        return self.catalogue.borough_distances(*self.point)

    @cached_property
    def in_own_borough(self) -> Flags:
        """Entries that are in a borough of the place."""
        own = np.zeros(len(self.catalogue.places.areas.boroughs) + 1, dtype=bool)  # the last is for no borough, -1
        own[self.catalogue.positions_of(self.query.place.boroughs if self.query.place else ())] = True
        return own[self.columns.borough]

    @property
    def by(self) -> By | None:
        """How the person travels: crews by car, anybody else by the quicker of foot and public transport."""
        return "car" if self.query.asking in CREWS else None

    @cached_property
    def sets_out(self) -> datetime:
        """When the person sets out: the next five minutes, so that searches of one moment share what they look up."""
        return instant(-(-int(self.query.at.timestamp()) // 300) * 5)

    def journeys(self, rows: Rows) -> NDArray[np.int64]:
        """Minutes from the point to each entry, multiples of five; 0 where there is no distance."""
        pointed, taken = self.columns.pointed[rows], _minutes_by_step(self.by)
        metres = np.sqrt(np.where(pointed, self.squares[rows], 0.0)) / GRID_SCALE
        steps = np.rint(metres / STEP_METRES).astype(np.int64)
        return np.where(pointed, taken[np.minimum(steps, len(taken) - 1)], 0)

    @cached_property
    def open_now(self) -> Flags:
        """Which entries let people in at the time of the search."""
        return self.catalogue.open_at(self.query.at)

    @cached_property
    def on_arrival(self) -> tuple[Flags, Flags]:
        """Which entries are known to let in somebody who sets out now, and of which it is not known."""
        return self.on_arrival_of(np.arange(self.catalogue.count))

    def on_arrival_of(self, rows: Rows) -> tuple[Flags, Flags]:
        """The same for some rows only."""
        if self.point is None or self.query.at_given:
            opened, unknown = self.catalogue.states_at(self.query.at)
            return opened[rows], unknown[rows]
        return self.catalogue.on_arrival(rows, self.sets_out, self.journeys(rows))


@cache
def _minutes_by_step(by: By | None) -> NDArray[np.int64]:
    return minutes(np.arange(STEPS_OF_A_JOURNEY) * STEP_METRES / 1000, by)
