"""What is asked of the façade: the segments of its paths, by the rules of the NHS Directory of Services.

Every segment is there; "0" stands for what is not supplied.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from directory.models import Gender
from directory.places import Place, Places
from directory.web.errors import Refused

DISTANCE: Final = 37.5
FURTHEST: Final = 100
NUMBER_PER_TYPE: Final = 5
NOT_SUPPLIED: Final = "0"
AGE_GROUPS: Final[Mapping[str, tuple[int, int]]] = {
    "4": (0, 0),
    "3": (1, 4),
    "2": (5, 15),
    "1": (16, 129),
    "8": (65, 129),
}
"""First and last year of age of each group."""

_GENDERS: Mapping[str, Gender | Literal["other"]] = {"M": "men", "F": "women", "I": "other"}
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_MILES = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Search:
    """A search by type: around a postcode, as far as `miles` in each direction of the grid, `most` of each type.

    `grid` is its easting and northing in metres, `degrees` its latitude and longitude. `ages` and `gender` are None
    where not supplied.
    """

    place: Place
    grid: tuple[int, int]
    degrees: tuple[float, float]
    miles: float
    ages: tuple[int, int] | None
    gender: Gender | Literal["other"] | None
    types: tuple[int, ...]
    most: int


def read_search(segments: Mapping[str, str], places: Places) -> Search:
    """The segments of byServiceType, by their names in the Directory of Services. Raises Refused (400).

    The case and the disposition are ignored, as they are there; so is the practice, as no service of ours belongs to
    one.
    """
    practice = segments["gpPracticeId"]
    read_number(practice, "The supplied service ID of the patient's practice does not exist in the system")
    place, grid, degrees = _where(segments["postcode"], places)
    return Search(
        place,
        grid,
        degrees,
        _miles(segments["searchDistance"]),
        _ages(segments["age"]),
        _gender(segments["gender"]),
        _types(segments["serviceTypeIds"]),
        read_number(segments["numberPerType"], "Number per type must be numeric") or NUMBER_PER_TYPE,
    )


def read_number(text: str, otherwise: str) -> int:
    """A whole number that is not negative. Raises Refused (400) with other words."""
    if not _WHOLE.fullmatch(text) or int(text) < 0:
        raise bad(otherwise)
    return int(text)


def bad(detail: str) -> Refused:
    """An error of the one who asks."""
    return Refused(400, "Bad Request", detail)


def _where(text: str, places: Places) -> tuple[Place, tuple[int, int], tuple[float, float]]:
    if text == NOT_SUPPLIED:
        raise bad("Postcode must be provided")
    found = places.locate(text)
    compact = text.replace(" ", "").upper()
    if not isinstance(found, Place) or found.kind != "postcode" or found.label.replace(" ", "") != compact:
        raise bad("Invalid post code")
    if found.easting is None or found.northing is None or found.latitude is None or found.longitude is None:
        raise bad("Invalid post code")
    return found, (found.easting, found.northing), (found.latitude, found.longitude)


def _miles(text: str) -> float:
    if not _MILES.fullmatch(text):
        raise bad("Search distance must be numeric")
    if float(text) > FURTHEST:
        raise bad(f"Search distance must be no more than {FURTHEST}")
    return float(text) or DISTANCE


def _ages(text: str) -> tuple[int, int] | None:
    if text == NOT_SUPPLIED:
        return None
    if text not in AGE_GROUPS:
        raise bad("The age group ID must be one of the following: 1, 2, 3, 4, 8")
    return AGE_GROUPS[text]


def _gender(text: str) -> Gender | Literal["other"] | None:
    if text == NOT_SUPPLIED:
        return None
    if text not in _GENDERS:
        raise bad("The gender must be one of the following: M, F, I (case sensitive)")
    return _GENDERS[text]


def _types(text: str) -> tuple[int, ...]:
    if text == NOT_SUPPLIED:
        raise bad("Service type IDs must be provided")
    parts = [part.strip() for part in text.split(",")]
    if not all(map(_WHOLE.fullmatch, parts)):
        raise bad("Service type IDs must be numeric, with commas between them")
    return tuple(map(int, parts))
