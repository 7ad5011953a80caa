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
    """What a name stands for: one place or several. `ordinary` names are also everyday words ("Bow", "Angel")."""

    places: tuple[Place, ...]
    ordinary: bool


class Names:
    """An index from the compared form of a name to its meaning, and the names as they are written."""

    def __init__(self, meanings: dict[str, Meaning], written: Iterable[str]) -> None:
        self._meanings = meanings
        self._written = {name_key(name): name for name in written}
        self.longest = max(key.count(" ") + 1 for key in meanings)
        self.first_words = frozenset(key.partition(" ")[0] for key in meanings) | {"the"}

    @property
    def written(self) -> tuple[str, ...]:
        """Every name of a borough, an area or a neighbourhood, as people write it."""
        return tuple(self._written.values())

    def get(self, key: str) -> Meaning | None:
        """What a compared name stands for. "The" before it or "London" after it change nothing."""
        bare = key.removeprefix("the ")
        return self._meanings.get(key) or self._meanings.get(bare) or self._meanings.get(bare.removesuffix(" london"))

    def close_to(self, key: str) -> tuple[str, ...]:
        """Up to three names that look like this one and start with the same letter."""
        if not 4 <= len(key) <= _LONGEST_WORTH_COMPARING:
            return ()
        near = [name for name in self._written if name[0] == key[0]]
        return tuple(self._written[name] for name in difflib.get_close_matches(key, near, n=3, cutoff=_CLOSE))


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
    rows = read_rows(folder / "places.csv")
    ordinary = {name_key(name) for row in rows if row["ordinary"] for name in _names_of(row)}
    for row in rows:
        _add_neighbourhood(found, row, areas)
    written = [borough.name for borough in areas.boroughs] + [footprint.name for footprint in areas.footprints]
    written += [name for row in rows for name in _names_of(row)]
    return Names({key: _meaning(places, key in ordinary) for key, places in found.items()}, written)


def _meaning(places: list[Place], ordinary: bool) -> Meaning:
    """A name shared by footprints ("South London") is more often part of an organisation's name than a place."""
    shared = len(places) > 1 and all(place.kind == "icb" for place in places)
    return Meaning(_distinct(places), ordinary or shared)


def _add(found: defaultdict[str, list[Place]], names: Iterable[str], forms: Iterable[str], places: list[Place]) -> None:
    keys = {name_key(form.format(name)) for name in names for form in forms}
    for key in sorted(keys):
        found[key].extend(place for place in places if place not in found[key])


def _names_of(row: dict[str, str]) -> tuple[str, ...]:
    return (row["name"], *split_names(row["also_known_as"]))


def _add_neighbourhood(found: defaultdict[str, list[Place]], row: dict[str, str], areas: Areas) -> None:
    borough = areas.borough(row["borough"])
    place = _neighbourhood(row, borough, areas)
    for name in _names_of(row):
        found[name_key(name)].append(place)
        for suffix in (borough.name, *borough.also_known_as) if borough else ():
            found[name_key(f"{name} {suffix}")].append(place)


def _neighbourhood(row: dict[str, str], borough: Borough | None, areas: Areas) -> Place:
    around = [borough, *map(areas.borough, split_names(row["also_in"]))]
    footprints = {nearby.footprint if nearby else None for nearby in around}
    return place_at(
        "name",
        row["name"],
        int(row["easting"]),
        int(row["northing"]),
        borough if len(around) == 1 else None,
        icb=footprints.pop() if len(footprints) == 1 else None,
        degrees=(float(row["latitude"]), float(row["longitude"])),
        query=f"{row['name']}, {borough.name}" if borough else None,
        in_london=True,
        boroughs=tuple(nearby.code for nearby in around if nearby),
    )


def _distinct(places: list[Place]) -> tuple[Place, ...]:
    """One place for each meaning; a borough stands for the neighbourhood of the same name inside it."""
    whole = {place.borough for place in places if place.kind == "borough"}
    kept = [place for place in dict.fromkeys(places) if place.kind != "name" or place.borough not in whole]
    if len(kept) == 1:
        return tuple(kept)
    return tuple(replace(place, label=place.query) for place in kept)


def _borough_place(borough: Borough, tables: Tables) -> Place:
    return place_at("borough", borough.name, *_centre([tables.extents[borough.code]]), borough, in_london=True)


def _footprint_place(footprint: Footprint, areas: Areas, tables: Tables) -> Place:
    boroughs = tuple(borough.code for borough in areas.boroughs if borough.footprint == footprint.code)
    centre = _centre([tables.extents[code] for code in boroughs])
    return place_at("icb", footprint.name, *centre, None, icb=footprint.code, in_london=True, boroughs=boroughs)


def _centre(extents: list[Extent]) -> tuple[int, int]:
    count = sum(extent.count for extent in extents)
    return (
        round(sum(extent.easting_sum for extent in extents) / count),
        round(sum(extent.northing_sum for extent in extents) / count),
    )
