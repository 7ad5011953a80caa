"""How long a journey may take: bands of minutes estimated from the distance in a straight line.

An estimate and never better than a journey planner: it knows no road, no river, no line, no timetable and no traffic.
How it is made, for people who read it out: docs/travel.md.
"""

from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

By = Literal["foot", "car", "transit"]
Km = TypeVar("Km", float, NDArray[np.float64])

LONGEST_WALK = 60
"""Minutes: a walk that may take longer is not offered to somebody in crisis."""

LONGEST_SAID = 120
"""Minutes: a journey longer than this is not said to five minutes."""

_STEP = 5
_TOWN_KM = 20.0
"""From here on the journey is taken to leave the streets of the town: trunk roads, fast trains."""


class Minutes(NamedTuple):
    """A band: a good journey takes about `least`, a bad one about `most`. Both are multiples of five, 5 or more."""

    least: int
    most: int


class Travel(NamedTuple):
    """The bands of one journey."""

    foot: Minutes
    car: Minutes
    transit: Minutes


class _Pace(NamedTuple):
    """Minutes spent before and after moving, and minutes for each straight kilometre, in town and beyond it."""

    fixed: float
    town: float
    beyond: float


class _Paces(NamedTuple):
    least: _Pace
    most: _Pace


def _per_km(detour: float, km_an_hour: float) -> float:
    return detour * 60 / km_an_hour


# Streets make the way about a fifth longer than the straight line where they are a grid, and two fifths longer
# where a railway, a park or the river lies across it. Trunk roads and railways are straighter.
_GRID, _ROUNDABOUT = 1.2, 1.4
_PACES: dict[By, _Paces] = {
    # A steady walk, and one by somebody tired, with a child or in the rain. Nobody walks out of town.
    "foot": _Paces(
        _Pace(0.5, _per_km(_GRID, 5.0), _per_km(_GRID, 5.0)),
        _Pace(1.0, _per_km(_ROUNDABOUT, 4.0), _per_km(_ROUNDABOUT, 4.0)),
    ),
    # Outer London at night moves at about 30 km/h, inner London by day at about 16. Getting to the car, and handing
    # over or finding where it may stand, takes 2 minutes at best and 8 at worst.
    "car": _Paces(
        _Pace(2.0, _per_km(_GRID, 30.0), _per_km(_GRID, 80.0)),
        _Pace(8.0, _per_km(_ROUNDABOUT, 16.0), _per_km(_ROUNDABOUT, 50.0)),
    ),
    # The Tube or a train, stops included, moves at about 30 km/h, a bus by day or night at about 14. Walking to the
    # stop, waiting and walking on takes 6 minutes at best; 15 at worst covers a change or a night bus.
    "transit": _Paces(
        _Pace(6.0, _per_km(_GRID, 30.0), _per_km(_GRID, 70.0)),
        _Pace(15.0, _per_km(_ROUNDABOUT, 14.0), _per_km(_ROUNDABOUT, 35.0)),
    ),
}


def travel(km: float) -> Travel:
    """The bands for a journey between places `km` kilometres apart in a straight line.

    Each minute is rounded up to the next five. Raises ValueError unless `km` is a finite number from 0.
    """
    if not 0 <= km < float("inf"):
        raise ValueError(f"a distance is 0 km or more, not {km}")
    return Travel(*(Minutes(*(int(_rounded_up(km, pace)) for pace in _PACES[by])) for by in _PACES))


def minutes(km: NDArray[np.float64], by: By | None) -> NDArray[np.int64]:
    """For each distance the `most` of its band; where `by` is None, that of the quicker of foot and public transport.

    0 where the distance is not finite: there is no journey to an entry whose place is not known.
    """
    known = np.isfinite(km)
    straight = np.where(known, km, 0.0)
    if by is None:
        most = np.minimum(_rounded_up(straight, _PACES["foot"].most), _rounded_up(straight, _PACES["transit"].most))
    else:
        most = _rounded_up(straight, _PACES[by].most)
    return np.where(known, most, 0.0).astype(np.int64)


def in_words(travel: Travel) -> str:
    """The bands as a sentence: "About 15 to 25 minutes on foot, 5 to 15 by car, 10 to 25 by public transport".

    A walk that may take more than an hour is left out.
    """
    if travel.car.least > LONGEST_SAID:
        return "More than 2 hours by car or public transport"
    if travel.foot.most <= LONGEST_WALK:
        rest = f"{_band(travel.car)} by car, {_band(travel.transit)} by public transport"
        return f"About {_band(travel.foot)} minutes on foot, {rest}"
    return f"About {_band(travel.car)} minutes by car, {_band(travel.transit)} by public transport"


def _band(band: Minutes) -> str:
    return str(band.least) if band.least == band.most else f"{band.least} to {band.most}"


def _rounded_up(km: Km, pace: _Pace) -> Km:
    beyond = (km - _TOWN_KM) * (km > _TOWN_KM)
    taken = pace.fixed + (km - beyond) * pace.town + beyond * pace.beyond
    return -(-taken // _STEP) * _STEP
