"""What a place can turn out to be: one place, a choice between several, or nothing we know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from directory.places.areas import Borough
from directory.places.distances import to_degrees

PlaceKind = Literal["postcode", "sector", "outcode", "borough", "icb", "name", "point"]
Reason = Literal["empty", "too_long", "impossible", "unknown", "northern_ireland", "outside_uk", "not_found"]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on the map.

    `easting` and `northing` are whole metres on the British National Grid (EPSG:27700); `latitude` and `longitude`
    are WGS84 degrees (EPSG:4326). For an area (`exact` is False) they are its centre, the mean of its postcodes. All
    four are None for a postcode whose position the Office for National Statistics does not publish (the Isle of Man,
    Jersey, Guernsey, some PO boxes).
    `borough` is an ONS code such as "E09000022" and `icb` a footprint code such as "SEL"; each is None outside London
    and wherever the area lies in more than one, so neither is ever a guess. `boroughs` are all the London boroughs
    that it lies in.
    `query` is text that `locate()` reads back as this same place. `note` is one sentence the searcher should see.
    """

    kind: PlaceKind
    label: str
    query: str
    easting: int | None
    northing: int | None
    latitude: float | None
    longitude: float | None
    borough: str | None
    borough_name: str | None
    icb: str | None
    exact: bool
    in_london: bool
    note: str | None = None
    boroughs: tuple[str, ...] = ()


def place_at(
    kind: PlaceKind,
    label: str,
    easting: int,
    northing: int,
    borough: Borough | None,
    *,
    in_london: bool,
    degrees: tuple[float, float] | None = None,
    icb: str | None = None,
    query: str | None = None,
    note: str | None = None,
    boroughs: tuple[str, ...] = (),
) -> Place:
    """A Place at a grid reference. Latitude and longitude are worked out, the footprint is the borough's, and the
    borough is the only one, unless they are given."""
    latitude, longitude = degrees or to_degrees(easting, northing)
    return Place(
        kind=kind,
        label=label,
        query=query or label,
        easting=easting,
        northing=northing,
        latitude=latitude,
        longitude=longitude,
        borough=borough.code if borough else None,
        borough_name=borough.name if borough else None,
        icb=borough.footprint if borough else icb,
        exact=kind in ("postcode", "point"),
        in_london=in_london,
        note=note,
        boroughs=boroughs or ((borough.code,) if borough else ()),
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """One name, several places: `message` asks which, `options` are two or more places to offer."""

    text: str
    options: tuple[Place, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """No place. `message` says why and how to mend it; `fallback` is the nearest area we do know;
    `suggestions` are close names, each of which `locate()` understands."""

    text: str
    reason: Reason
    message: str
    fallback: Place | None = None
    suggestions: tuple[str, ...] = ()


Answer = Place | Choices | NotFound
