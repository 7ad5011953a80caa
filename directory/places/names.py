"""The names people use for boroughs, integrated care boards and neighbourhoods, and what each one stands for."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from directory.places.answers import Place, place_at
from directory.places.areas import DATA, Areas, Borough, Footprint, read_rows, split_names
from directory.places.spelling import name_key
from directory.places.tables import Extent, Tables

_BOROUGH_FORMS = ("{}", "london borough of {}", "royal borough of {}", "borough of {}", "{} borough", "{} council")
_ICB_FORMS = tuple(
    f"{before}{{}}{after}"
    for before in ("", "nhs ")
    for after in ("", " icb", " ics", " integrated care board", " integrated care system")
)
_LONGEST_WORTH_COMPARING = 40
_CLOSE = 0.84  # of difflib's ratio: one wrong letter in four passes, two in seven don't


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: one place or several. `ordinary` names are also everyday words ("Bank", "Angel")."""

    places: tuple[Place, ...]
    ordinary: bool


class Names:
    """An index from the compared form of a name to its meaning."""

    def __init__(self, meanings: dict[str, Meaning]) -> None:
        self._meanings = meanings
        self.longest = max(key.count(" ") + 1 for key in meanings)
        self.first_words = frozenset(key.partition(" ")[0] for key in meanings) | {"the"}

    def get(self, key: str) -> Meaning | None:
        """What a compared name stands for. "London" after it, "the" before it, change nothing."""
        return self._meanings.get(key) or self._meanings.get(key.removeprefix("the ").removesuffix(" london"))

    def close_to(self, key: str) -> tuple[str, ...]:
        """Up to three labels whose names look like this one."""
        if not 4 <= len(key) <= _LONGEST_WORTH_COMPARING:
            return ()
        keys = difflib.get_close_matches(key, self._meanings, n=3, cutoff=_CLOSE)
        return tuple(dict.fromkeys(self._meanings[found].places[0].label for found in keys))


def load_names(areas: Areas, tables: Tables, folder: Path = DATA) -> Names:
    """The index of every name in the reference data. Centres of boroughs and footprints come from the tables."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    boroughs = {borough.code: _borough_place(borough, tables) for borough in areas.boroughs}
    footprints = {footprint.code: _footprint_place(footprint, areas, tables) for footprint in areas.footprints}
    for borough in areas.boroughs:
        _add(found, (borough.name, *borough.also_known_as), _BOROUGH_FORMS, [boroughs[borough.code]])
    for footprint in areas.footprints:
        named = (footprint.code, footprint.name, *footprint.also_known_as)
        _add(found, named, _ICB_FORMS, [footprints[footprint.code]])
    for name in dict.fromkeys(board.name for board in areas.boards):
        owned = [footprints[footprint.code] for footprint in areas.footprints_of_board(name)]
        short = name.removeprefix("NHS ").removesuffix(" Integrated Care Board")
        _add(found, (short,), _ICB_FORMS, owned)
    ordinary = _add_neighbourhoods(found, areas, folder)
    return Names({key: Meaning(_distinct(places), key in ordinary) for key, places in found.items()})


def _add(found: defaultdict[str, list[Place]], names: Iterable[str], forms: Iterable[str], places: list[Place]) -> None:
    keys = {name_key(form.format(name)) for name in names for form in forms}
    for key in sorted(keys):
        found[key].extend(place for place in places if place not in found[key])


def _add_neighbourhoods(found: defaultdict[str, list[Place]], areas: Areas, folder: Path) -> set[str]:
    ordinary = set()
    for row in read_rows(folder / "places.csv"):
        borough = areas.borough(row["borough"])
        place = _neighbourhood(row, borough)
        for name in (row["name"], *split_names(row["also_known_as"])):
            key = name_key(name)
            if row["ordinary"]:
                ordinary.add(key)
            found[key].append(place)
            for suffix in (borough.name, *borough.also_known_as) if borough else ():
                found[f"{key} {name_key(suffix)}"].append(place)
    return ordinary


def _neighbourhood(row: dict[str, str], borough: Borough | None) -> Place:
    return place_at(
        "name",
        row["name"],
        int(row["easting"]),
        int(row["northing"]),
        borough,
        degrees=(float(row["latitude"]), float(row["longitude"])),
        query=f"{row['name']}, {borough.name}" if borough else None,
        in_london=True,
    )


def _distinct(places: list[Place]) -> tuple[Place, ...]:
    """One place for each meaning; a borough stands for the neighbourhood of the same name inside it."""
    whole = {place.borough for place in places if place.kind == "borough"}
    kept = [place for place in dict.fromkeys(places) if place.kind != "name" or place.borough not in whole]
    if len(kept) == 1:
        return tuple(kept)
    return tuple(
        replace(place, label=f"{place.label} ({place.borough_name})") if place.kind == "name" else place
        for place in kept
    )


def _borough_place(borough: Borough, tables: Tables) -> Place:
    return place_at("borough", borough.name, *_centre([tables.extents[borough.code]]), borough, in_london=True)


def _footprint_place(footprint: Footprint, areas: Areas, tables: Tables) -> Place:
    extents = [tables.extents[borough.code] for borough in areas.boroughs if borough.footprint == footprint.code]
    return place_at("icb", footprint.name, *_centre(extents), None, icb=footprint.code, in_london=True)


def _centre(extents: list[Extent]) -> tuple[int, int]:
    count = sum(extent.count for extent in extents)
    return (
        round(sum(extent.easting_sum for extent in extents) / count),
        round(sum(extent.northing_sum for extent in extents) / count),
    )
