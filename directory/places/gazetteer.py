"""What is where: postcodes, areas, points and boroughs, once it is known which of them is meant."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from directory.places.answers import NotFound, Place, PlaceKind, place_at
from directory.places.areas import Areas, Board, Borough, Footprint
from directory.places.compiling import Progress, compile_tables, is_compiled
from directory.places.distances import Floats, to_grid
from directory.places.names import Names, load_names
from directory.places.tables import NO_POSITION, Tables, encode

# How much of an outcode or sector must lie in one borough (or footprint) for the whole of it to count as there. Closed
# postcodes carry a few stray codes, so "all of it" would leave out areas that are plainly in one borough.
NEARLY_ALL = 0.99

_NOWHERE = "We know this postcode but not where it is. Use another postcode, or the name of a place near it."
_ISLANDS = "This is in the Isle of Man or the Channel Islands. The directory covers London."
_OUTSIDE = "This is outside London. The directory covers London."


class Gazetteer:
    """The postcode tables and the reference data. Read-only, so safe to share between threads and forked workers.

    `boroughs` and `footprints` are by code, in the order of the reference data. They, and the questions about boards,
    need no tables; whatever does raises PlacesUnavailable, which says how to mend it, while they can't be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.areas = Areas()
        self.boroughs = {borough.code: borough for borough in self.areas.boroughs}
        self.footprints = {footprint.code: footprint for footprint in self.areas.footprints}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The tables under `folder`, opened now. Raises PlacesUnavailable."""
        places = cls(folder)
        _ = places.names
        return places

    @classmethod
    def lazily(cls, folder: Path) -> Self:
        """The tables under `folder`, opened when first needed, and tried again each time until that succeeds."""
        return cls(folder)

    @staticmethod
    def compile(folder: Path, progress: Progress | None = None) -> None:
        """Makes the tables under `folder`; see `compile_tables`."""
        compile_tables(folder, progress)

    @staticmethod
    def is_compiled(folder: Path) -> bool:
        """Whether sound tables for the installed data are under `folder`."""
        return is_compiled(folder)

    @cached_property
    def tables(self) -> Tables:
        """The opened tables."""
        return Tables(self.folder)

    @cached_property
    def names(self) -> Names:
        """Every name in the reference data."""
        return load_names(self.areas, self.tables)

    @cached_property
    def _borough_of_area(self) -> list[Borough | None]:
        return [self.boroughs.get(code) for code in self.tables.districts]

    @property
    def version(self) -> str:
        """The version of the postcode data and of the tables' form."""
        return self.tables.version

    def borough(self, code_or_name: str) -> Borough | None:
        """The London borough with this ONS code or name; else None."""
        return self.areas.borough(code_or_name)

    def footprint(self, code_or_name: str) -> Footprint | None:
        """The footprint with this code or name; else None."""
        return self.areas.footprint(code_or_name)

    def footprint_of(self, borough: str) -> Footprint | None:
        """The footprint that a borough (code or name) is in; None when it is no London borough."""
        return self.areas.footprint_of(borough)

    def board_on(self, footprint: str, on: date) -> Board | None:
        """The board that owns a footprint (code or name) on a day; None before the boards began."""
        return self.areas.board_on(footprint, on)

    def borough_at(self, easting: float, northing: float) -> Borough | None:
        """The London borough of the postcode nearest to a grid reference in metres; None outside London."""
        code = self.tables.nearest_district(round(easting), round(northing))
        return self.boroughs.get(code) if code else None

    @cached_property
    def _squares(self) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
        """The 1 km squares with London postcodes: western edge, southern edge, and whose they are, by position."""
        positions = {code: position for position, code in enumerate(self.boroughs)}
        cells = self.tables.cells.astype(np.float64) * 1000
        owners = [positions[self.tables.districts[area]] for area in self.tables.cells[:, 2].tolist()]
        return cells[:, 0], cells[:, 1], np.array(owners, dtype=np.int64)

    def borough_distances(self, easting: float, northing: float) -> Floats:
        """Metres to the nearest 1 km square of each London borough that holds a postcode; 0 within one.

        One distance for each of `boroughs`, in their order.
        """
        west, south, owners = self._squares
        east_gap = np.maximum(np.maximum(west - easting, easting - west - 1000), 0)
        north_gap = np.maximum(np.maximum(south - northing, northing - south - 1000), 0)
        nearest: Floats = np.full(len(self.boroughs), np.inf)
        np.minimum.at(nearest, owners, east_gap * east_gap + north_gap * north_gap)
        return np.asarray(np.sqrt(nearest), dtype=np.float64)

    def postcode(self, outcode: str, inward: str, note: str | None = None) -> Place | None:
        """The place of a postcode given as its two halves in capitals; None when it is not in the tables."""
        tables = self.tables
        row = tables.row(encode(outcode.ljust(4) + inward))
        if row is None:
            return None
        easting, northing = int(tables.eastings[row]), int(tables.northings[row])
        borough = self._borough_of_area[int(tables.areas[row])]
        return self._placed("postcode", f"{outcode} {inward}", easting, northing, borough, borough is not None, note)

    def area(self, outcode: str, sector: str = "", note: str | None = None) -> Place | None:
        """The place of an outcode ("SE5"), or of a sector of it ("SE5", "8"); None when the tables hold none of it."""
        rows = self.tables.rows(outcode.ljust(4) + sector) if sector else self.tables.outcode_rows(outcode)
        if rows.start == rows.stop:
            return None
        kind: PlaceKind = "sector" if sector else "outcode"
        return self._area(kind, f"{outcode} {sector}".rstrip(), rows, note)

    def point(self, latitude: float, longitude: float) -> Place | NotFound:
        """The place of a WGS84 latitude and longitude, as a device gives them; NotFound outside Great Britain."""
        label = f"{latitude:.4f}, {longitude:.4f}"
        possible = abs(latitude) <= 90 and abs(longitude) <= 180
        easting, northing = to_grid(latitude, longitude) if possible else (np.inf, np.inf)
        if not (np.isfinite((easting, northing)).all() and self.tables.is_in_great_britain(easting, northing)):
            message = "That point is outside Great Britain. Use a postcode, or the name of a place in London."
            return NotFound(label, "outside_uk", message)
        borough = self.borough_at(easting, northing)
        return place_at(
            "point",
            label,
            round(easting),
            round(northing),
            borough,
            degrees=(latitude, longitude),
            query=f"{latitude},{longitude}",
            in_london=borough is not None,
            note=None if borough else _OUTSIDE,
        )

    def _area(self, kind: PlaceKind, label: str, rows: slice, note: str | None) -> Place:
        tables = self.tables
        known = tables.eastings[rows] != NO_POSITION
        if not known.any():
            return self._placed(kind, label, NO_POSITION, NO_POSITION, None, False, note)
        counts = np.bincount(tables.areas[rows][known], minlength=len(self._borough_of_area))
        enough = NEARLY_ALL * counts.sum()
        by_footprint: dict[str, int] = {}
        boroughs = []
        for area in np.flatnonzero(counts).tolist():
            if borough := self._borough_of_area[area]:
                by_footprint[borough.footprint] = by_footprint.get(borough.footprint, 0) + int(counts[area])
                if counts[area] > counts.sum() - enough:
                    boroughs.append(borough.code)
        most = int(counts.argmax())
        return self._placed(
            kind,
            label,
            round(float(tables.eastings[rows][known].mean())),
            round(float(tables.northings[rows][known].mean())),
            self._borough_of_area[most] if counts[most] >= enough else None,
            sum(by_footprint.values()) * 2 >= int(counts.sum()),
            note,
            next((code for code, count in by_footprint.items() if count >= enough), None),
            tuple(boroughs),
        )

    def _placed(
        self,
        kind: PlaceKind,
        label: str,
        easting: int,
        northing: int,
        borough: Borough | None,
        in_london: bool,
        note: str | None,
        icb: str | None = None,
        boroughs: tuple[str, ...] = (),
    ) -> Place:
        exact = kind == "postcode"
        if easting == NO_POSITION:
            nowhere = _ISLANDS if label.startswith(("IM", "JE", "GY")) else _NOWHERE
            return Place(kind, label, label, None, None, None, None, None, None, None, exact, False, nowhere)
        if not in_london:
            note = f"{note} {_OUTSIDE}" if note else _OUTSIDE
        return place_at(
            kind, label, easting, northing, borough, icb=icb, in_london=in_london, note=note, boroughs=boroughs
        )
