"""What was asked: the parameters of a search, read once for page and JSON alike, with every fault said plainly."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar, get_args

from directory.models import Gender
from directory.places import Choices, NotFound, Place, Places
from directory.schedules import LONDON
from directory.taxonomies import Taxonomies

if TYPE_CHECKING:
    from directory.search.spelling import Spelling

LONGEST_TEXT = 2000
WIDEST_KM = 100.0
LAST_PAGE = 1000
FURTHEST_DAYS = 370
MOST_NAMED = 3
OLDEST = 120
PARAMETERS = frozenset(
    "q postcode open at radius_km type need self_referral walk_in step_free age gender community language asking "
    "borough icb page exact".split()
)
Asking = Literal["self", "carer", "111", "police", "ambulance", "gp", "professional"]
Kind = Literal["place", "time", "age", "gender", "community", "language", "type", "need", "access", "referral"]
_YES_NO = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False}
_GENDERS: dict[str, Gender | None] = {
    **dict.fromkeys(("women", "woman", "female", "girl", "girls"), "women"),
    **dict.fromkeys(("men", "man", "male", "boy", "boys"), "men"),
    "any": None,
}

_ASKING: dict[str, Asking] = {code: code for code in get_args(Asking)}
_AGES = re.compile(r"([0-9]{1,4})(?: ?[-\N{EN DASH}] ?([0-9]{1,4}))?")

Arguments = Mapping[str, Sequence[str]]
T = TypeVar("T")


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

    `only_open` keeps what is open at `at`. `radius_km` None leaves the radius to the search. Codes are those of the
    taxonomies, `asking` that of whoever asks, `borough` an ONS code, `icb` a footprint code. None and empty mean "not
    asked".
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
    ages: Ages | None = None
    gender: Gender | None = None
    communities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    asking: Asking | None = None
    borough: str | None = None
    icb: str | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing that was recognised in the box, and the words it was recognised in.

    `value` is a code of the taxonomies; of a place, text that finds it again; of a time, "now" or wall-clock time in
    London ("2026-11-29T01:00"); of an age, "17" or "13-17"; of an access, "step_free"; of a referral, "walk_in",
    "self_referral", or the code of whoever asks.
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


class Reader:
    """Reads searches. Made once; it keeps nothing of what it reads."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies

    def read(self, arguments: Arguments, now: datetime, spelling: "Spelling | None" = None) -> Asked:
        """Understand the parameters of a search.

        `arguments` maps each name to the values given for it, in order. `type`, `need`, `community` and `language` may
        be repeated; any other name repeated with different values is a problem. Unknown names are ignored. A chosen
        time (`at`) wins over `open=now`, and on its own asks for what is open then; `open=any` keeps everything.
        """
        return _Reading(arguments, self._places, self._taxonomies, now).asked()


def read(arguments: Arguments, places: Places, taxonomies: Taxonomies, now: datetime) -> Asked:
    """Understand the parameters of one search, as `Reader.read` does."""
    return Reader(places, taxonomies).read(arguments, now)


class _Reading:
    """Reads one set of arguments, collecting problems on the way."""

    def __init__(self, arguments: Arguments, places: Places, taxonomies: Taxonomies, now: datetime) -> None:
        self._arguments, self._places, self._taxonomies, self._now = arguments, places, taxonomies, now
        self._problems: list[Problem] = []

    def asked(self) -> Asked:
        located, words = self._place_and_words()
        at = self._value("at", self._instant)
        opening = self._value("open", self._choice({"now": True, "any": False}, "open", "now or any"))
        query = Query(
            at=at or self._now.astimezone(LONDON),
            at_given=at is not None,
            place=located if isinstance(located, Place) else None,
            only_open=at is not None if opening is None else opening,
            radius_km=self._value("radius_km", self._radius),
            service_types=self._codes("type", self._taxonomies.service_types, "type of service"),
            needs=self._codes("need", self._taxonomies.needs, "need"),
            self_referral=self._value("self_referral", self._choice(_YES_NO, "self_referral", "yes or no")),
            walk_in=self._value("walk_in", self._choice(_YES_NO, "walk_in", "yes or no")),
            step_free=self._value("step_free", self._choice(_YES_NO, "step_free", "yes or no")) or None,
            ages=self._value("age", self._ages),
            gender=self._value("gender", self._choice(_GENDERS, "gender", "women, men or any")),
            communities=self._codes("community", self._taxonomies.communities, "community"),
            languages=self._codes("language", self._taxonomies.languages, "language"),
            asking=self._value("asking", self._choice(_ASKING, "asking", f"one of {', '.join(_ASKING)}")),
            borough=self._value("borough", self._borough),
            icb=self._value("icb", self._icb),
            words=words,
            page=self._value("page", self._page) or 1,
        )
        return Asked(query, located, tuple(self._problems))

    def _place_and_words(self) -> tuple[Place | Choices | NotFound | None, str]:
        words = self._value("q", self._text("q")) or ""
        typed = self._value("postcode", self._text("postcode"))
        if typed:
            located = self._places.locate(typed)
            if isinstance(located, NotFound):
                inside, left = self._places.find_in(typed)
                if not isinstance(inside, NotFound):
                    return inside, f"{left} {words}".strip()
            return located, words
        if words:
            located, left = self._places.find_in(words)
            if not isinstance(located, NotFound) or located.reason != "empty":
                return located, left
        return None, words

    def _value(self, name: str, read_one: Callable[[str], T | None]) -> T | None:
        """The one value of a parameter; empty values count as not given, equal repeats as one."""
        if name not in self._arguments:
            return None
        given = list(dict.fromkeys(filter(None, map(clean, self._arguments[name]))))
        if len(given) > 1:
            self._problem(name, f"“{name}” is given more than once with different values. Give it once.")
        return read_one(given[0]) if given else None

    def _problem(self, field: str, message: str) -> None:
        self._problems.append(Problem(field, message))

    def _text(self, field: str) -> Callable[[str], str | None]:
        def read_text(text: str) -> str | None:
            if len(text) > LONGEST_TEXT:
                self._problem(field, f"Use {LONGEST_TEXT} characters or fewer. A postcode and a few words are enough.")
                return None
            return text

        return read_text

    def _choice(self, known: Mapping[str, T], field: str, said: str) -> Callable[[str], T | None]:
        def read_choice(text: str) -> T | None:
            if text.lower() not in known:
                self._problem(field, f"“{field}” must be {said}.")
            return known.get(text.lower())

        return read_choice

    def _codes(self, field: str, known: Mapping[str, object], said: str) -> tuple[str, ...]:
        if field not in self._arguments:
            return ()
        texts = ",".join(map(clean, self._arguments[field])).split(",")
        given = dict.fromkeys(code for text in texts if (code := text.strip().lower()))
        by_lower = {code.lower(): code for code in known}
        for code in [code for code in given if code not in by_lower][:MOST_NAMED]:
            self._problem(field, f"“{code[:40]}” is not a {said} that the directory knows.")
        return tuple(by_lower[code] for code in given if code in by_lower)

    def _instant(self, text: str) -> datetime | None:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self._problem("at", "Give the date and time like this: 2026-12-25T18:00.")
            return None
        at = at.replace(tzinfo=LONDON) if at.tzinfo is None else at
        if abs(at.replace(tzinfo=None) - self._now.replace(tzinfo=None)) > timedelta(days=FURTHEST_DAYS):
            self._problem("at", "Choose a date within a year of today.")
            return None
        return at.astimezone(UTC).astimezone(LONDON)  # a time that the clocks skip becomes the one that they show

    def _radius(self, text: str) -> float | None:
        try:
            radius = float(text)
        except ValueError:
            radius = -1.0
        if not 0.1 <= radius <= WIDEST_KM:
            self._problem("radius_km", f"Give a distance in kilometres from 0.1 to {WIDEST_KM:.0f}.")
            return None
        return radius

    def _ages(self, text: str) -> Ages | None:
        match = _AGES.fullmatch(text)
        ages = Ages(int(match[1]), int(match[2] or match[1])) if match else None
        if ages is None or not ages.youngest <= ages.oldest <= OLDEST:
            self._problem("age", f"Give an age in years from 0 to {OLDEST}, or two: 13-17.")
            return None
        return ages

    def _page(self, text: str) -> int | None:
        return self._whole_number("page", text, 1, LAST_PAGE, f"Give a page number from 1 to {LAST_PAGE}.")

    def _whole_number(self, field: str, text: str, least: int, most: int, mend: str) -> int | None:
        if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
            self._problem(field, mend)
            return None
        return int(text)

    def _borough(self, text: str) -> str | None:
        borough = self._places.borough(text)
        if borough is None:
            self._problem("borough", "Give the name of a London borough, for example Lambeth.")
            return None
        return borough.code

    def _icb(self, text: str) -> str | None:
        footprint = self._places.areas.footprint(text)
        if footprint is None:
            self._problem("icb", "Give one of the areas of London’s integrated care boards, for example SEL.")
            return None
        return footprint.code


def clean(text: str) -> str:
    """Text as a person meant it: control and formatting characters out, white space folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if unicodedata.category(mark) in {"Cc", "Zl", "Zp"} else mark for mark in text)
    return " ".join("".join(mark for mark in kept if unicodedata.category(mark) not in {"Cf", "Cs", "Co"}).split())
