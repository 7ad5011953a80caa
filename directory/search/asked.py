"""What was asked, as values: the query, what was recognised in the box, and what could not be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from directory.models import FactGroup, Gender
from directory.places import Choices, NotFound, Place

Asking = Literal["self", "carer", "111", "police", "ambulance", "gp", "professional"]
Taken = Literal["intoxicated", "alone_under_18", "companion", "dog"]
Kind = Literal["place", "time", "age", "gender", "community", "language", "type", "need", "access", "referral", "takes"]

OLDEST = 120
ASKING: Mapping[str, Asking] = {code: code for code in get_args(Asking)}
TAKEN: tuple[Taken, ...] = get_args(Taken)
"""What a person may bring through the door, or be, that a place may refuse: facts of an entry under these names."""


class Ages(NamedTuple):
    """Ages in whole years, both included; one age is twice the same."""

    youngest: int
    oldest: int

    def __str__(self) -> str:
        return f"{self.youngest}" if self.youngest == self.oldest else f"{self.youngest}-{self.oldest}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that cannot be used, and how to mend it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood. `at` is the instant the answer is for; `at_given` is True where the person chose it.

    `only_open` keeps what is open at `at`. `takes` is whom or what else it must take. `radius_km` None leaves the
    radius to the search. Codes are those of the taxonomies, `asking` that of whoever asks, `borough` an ONS code,
    `icb` a footprint code. `typed` is the whole text of the box, in which a service may be named, `words` what is
    left of it to search for. None and empty mean "not asked".
    """

    at: datetime
    at_given: bool = False
    place: Place | None = None
    only_open: bool = False
    radius_km: float | None = None
    service_types: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    self_referral: bool | None = None
    walk_in: bool | None = None
    step_free: bool | None = None
    takes: tuple[Taken, ...] = ()
    ages: Ages | None = None
    gender: Gender | None = None
    communities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    asking: Asking | None = None
    borough: str | None = None
    icb: str | None = None
    words: str = ""
    typed: str = ""
    page: int = 1

    @property
    def leading(self) -> FactGroup:
        """The group of facts that matters most to this search: how fresh it is decides, and is shown."""
        if self.only_open:
            return "hours"
        if self.communities or self.languages:
            return "culture"
        rules = (self.self_referral, self.walk_in, self.step_free, self.ages, self.gender, self.asking)
        return "criteria" if any(rule is not None for rule in rules) else "contact"


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing that was recognised in the box, and the words it was recognised in.

    `value` is a code of the taxonomies; of a place, text that finds it again; of a time, "now" or wall-clock time in
    London ("2026-11-29T01:00"); of an age, "17" or "13-17"; of an access, "step_free"; of a referral, "walk_in",
    "self_referral", or the code of whoever asks; of what it must take, the name of that fact ("dog").
    """

    kind: Kind
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the box that was read as another."""

    typed: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, what its place text turned out to be, and what could not be used.

    `located` is None where no place was given. With problems, `query` holds whatever could be understood. `understood`
    and `corrections` tell how the box was read, `notices` in plain sentences which of two things that differ was used.
    """

    query: Query
    located: Place | Choices | NotFound | None
    problems: tuple[Problem, ...]
    understood: tuple[Understood, ...] = ()
    corrections: tuple[Correction, ...] = ()
    notices: tuple[str, ...] = ()
