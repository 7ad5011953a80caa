"""Distances on the WGS84 ellipsoid and moves between the National Grid and latitude and longitude."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from geopy.distance import Distance
from pyproj import Geod, Transformer

_KM_IN_A_MILE = float(Distance(miles=1).kilometers)
_GEOD = Geod(ellps="WGS84")
# OSGB36 / British National Grid (EPSG:27700) to WGS 84 (EPSG:4326) by the seven parameters of EPSG:1314, about 3 m
# from OSTN15, written out so that the answer never depends on which grid files a machine has.
_GRID_TO_DEGREES = Transformer.from_pipeline(
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)

Floats = npt.NDArray[np.float64]


def to_degrees(easting: float, northing: float) -> tuple[float, float]:
    """The latitude and longitude (WGS84 degrees, six decimals) of a grid reference in metres."""
    longitude, latitude = _GRID_TO_DEGREES.transform(easting, northing)
    return round(latitude, 6), round(longitude, 6)


def to_grid(latitude: float, longitude: float) -> tuple[float, float]:
    """The easting and northing in metres of a latitude and longitude; infinite far from Great Britain."""
    easting, northing = _GRID_TO_DEGREES.transform(longitude, latitude, direction="INVERSE")
    return easting, northing


def distances_km(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    """Geodesic kilometres (Karney, WGS84) from one point to each of many. Two arrays of one shape in, one out."""
    shape = np.shape(latitudes)
    metres = _GEOD.inv(np.full(shape, longitude), np.full(shape, latitude), longitudes, latitudes)[2]
    return np.asarray(metres, dtype=np.float64) / 1000


def distance_km(a_latitude: float, a_longitude: float, b_latitude: float, b_longitude: float) -> float:
    """Geodesic kilometres (Karney, WGS84) between two points."""
    return float(_GEOD.inv(a_longitude, a_latitude, b_longitude, b_latitude)[2]) / 1000


def miles(kilometres: float) -> float:
    """Kilometres as international miles."""
    return kilometres / _KM_IN_A_MILE


def distance_in_words(kilometres: float) -> str:
    """A distance as people in Britain say it: "less than 0.1 miles", "0.4 miles", "1 mile", "12 miles"."""
    far = miles(kilometres)
    if far < 0.1:
        return "less than 0.1 miles"
    number = f"{far:.1f}".removesuffix(".0") if far < 9.95 else f"{far:.0f}"
    return "1 mile" if number == "1" else f"{number} miles"
