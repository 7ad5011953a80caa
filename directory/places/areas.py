"""Boroughs, footprints and the boards that own them: reference data with dates, read from `data/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from directory.places.spelling import name_key

DATA = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True, slots=True)
class Borough:
    """One of London's 33 local authorities. `code` is the ONS nine-character code; `footprint` a footprint code."""

    code: str
    name: str
    also_known_as: tuple[str, ...]
    footprint: str


@dataclass(frozen=True, slots=True)
class Footprint:
    """An integrated care system's area, under the name that people and services use whoever owns it."""

    code: str
    name: str
    also_known_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """An integrated care board's hold on one footprint, first to last day inclusive (None: still in force)."""

    name: str
    footprint: str
    starts_on: date
    ends_on: date | None
    source: str

    def is_in_force(self, on: date) -> bool:
        """Whether the board owned its footprint on this day."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV file with a heading line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def split_names(cell: str) -> tuple[str, ...]:
    """The names in a cell, which are separated by semicolons."""
    return tuple(name.strip() for name in cell.split(";") if name.strip())


class Areas:
    """The reference tables and the questions asked of them. Needs no postcode tables."""

    def __init__(self, folder: Path = DATA) -> None:
        self.boroughs = tuple(
            Borough(row["code"], row["name"], split_names(row["also_known_as"]), row["footprint"])
            for row in read_rows(folder / "boroughs.csv")
        )
        self.footprints = tuple(
            Footprint(row["code"], row["name"], split_names(row["also_known_as"]))
            for row in read_rows(folder / "footprints.csv")
        )
        self.boards = tuple(
            Board(
                row["name"],
                row["footprint"],
                date.fromisoformat(row["starts_on"]),
                date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
                row["source"],
            )
            for row in read_rows(folder / "boards.csv")
        )

    @cached_property
    def _boroughs_by_key(self) -> dict[str, Borough]:
        return {
            key: borough
            for borough in self.boroughs
            for key in (borough.code.casefold(), *map(name_key, (borough.name, *borough.also_known_as)))
        }

    @cached_property
    def _footprints_by_key(self) -> dict[str, Footprint]:
        return {
            name_key(name): footprint
            for footprint in self.footprints
            for name in (footprint.code, footprint.name, *footprint.also_known_as)
        }

    def borough(self, code_or_name: str) -> Borough | None:
        """The borough with this ONS code or name, in any case, with or without "London Borough of"; else None."""
        key = name_key(code_or_name)
        return self._boroughs_by_key.get(key) or self._boroughs_by_key.get(strip_borough_words(key))

    def footprint(self, code_or_name: str) -> Footprint | None:
        """The footprint with this code or name, with or without "ICB"; else None."""
        key = name_key(code_or_name)
        return self._footprints_by_key.get(key) or self._footprints_by_key.get(strip_board_words(key))

    def footprint_of(self, borough: str) -> Footprint | None:
        """The footprint that a borough (code or name) is in; None when it is no London borough."""
        found = self.borough(borough)
        return self.footprint(found.footprint) if found else None

    def board_on(self, footprint: str, on: date) -> Board | None:
        """The board that owns a footprint (code or name) on a day; None before the boards began."""
        found = self.footprint(footprint)
        if found is None:
            return None
        return next((board for board in self.boards if board.footprint == found.code and board.is_in_force(on)), None)

    def footprints_of_board(self, name: str) -> tuple[Footprint, ...]:
        """Every footprint that a board of this name has owned, whatever the day."""
        key = strip_board_words(name_key(name))
        codes = {board.footprint for board in self.boards if strip_board_words(name_key(board.name)) == key}
        return tuple(footprint for footprint in self.footprints if footprint.code in codes)


_BOROUGH_PREFIXES = ("the ", "london borough of ", "royal borough of ", "borough of ", "lb ", "rb ")
_BOROUGH_SUFFIXES = (" london", " council", " borough", " london borough")
_BOARD_PREFIXES = ("the ", "nhs ")
_BOARD_SUFFIXES = (" integrated care board", " integrated care system", " icb", " ics")


def strip_borough_words(key: str) -> str:
    """A name key without the words that only say it is a borough."""
    return _strip(key, _BOROUGH_PREFIXES, _BOROUGH_SUFFIXES)


def strip_board_words(key: str) -> str:
    """A name key without the words that only say it is an integrated care board."""
    return _strip(key, _BOARD_PREFIXES, _BOARD_SUFFIXES)


def _strip(key: str, prefixes: tuple[str, ...], suffixes: tuple[str, ...]) -> str:
    for prefix in prefixes:
        key = key.removeprefix(prefix)
    for suffix in suffixes:
        key = key.removesuffix(suffix)
    return key
