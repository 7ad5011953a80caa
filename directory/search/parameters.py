"""The parameters of a search, each checked by itself, with every fault said plainly."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from directory.models import Gender
from directory.places import Choices, NotFound, Place, Places
from directory.schedules import LONDON
from directory.search.asked import ASKING, OLDEST, TAKEN, Ages, Problem, Query
from directory.search.moments import FURTHEST_DAYS
from directory.taxonomies import Taxonomies

LONGEST_TEXT = 2000
WIDEST_KM = 100.0
LAST_PAGE = 1000
MOST_NAMED = 3
PARAMETERS = frozenset(
    "q postcode open at radius_km type need self_referral walk_in step_free age gender community language asking "
    "borough icb page exact".split()
) | set(TAKEN)
_YES_NO = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False}
_GENDERS: Mapping[str, Gender | None] = {
    **dict.fromkeys(("women", "woman", "female", "girl", "girls"), "women"),
    **dict.fromkeys(("men", "man", "male", "boy", "boys"), "men"),
    "any": None,
}
_AGES = re.compile(r"([0-9]{1,4})(?: ?[-\N{EN DASH}] ?([0-9]{1,4}))?")

Arguments = Mapping[str, Sequence[str]]
T = TypeVar("T")


class Parameters:
    """One set of arguments; what is wrong with them is in `problems` once they have been read."""

    def __init__(self, arguments: Arguments, places: Places, taxonomies: Taxonomies, now: datetime) -> None:
        self._arguments, self._places, self._taxonomies, self._now = arguments, places, taxonomies, now
        self.problems: list[Problem] = []
        self.notices: list[str] = []

    def query(self) -> Query:
        """What all parameters but `q` and `postcode` ask for."""
        at = self._value("at", self._instant)
        opening = self._value("open", self._choice({"now": True, "any": False}, "open", "now or any"))
        if at is not None and opening:
            self.notices.append("A time was chosen, so the search is for that time and not for now.")
        return Query(
            at=at or self._now.astimezone(LONDON),
            at_given=at is not None,
            only_open=at is not None if opening is None else opening,
            radius_km=self._value("radius_km", self._radius),
            service_types=self._codes("type", self._taxonomies.service_types, "type of service"),
            needs=self._codes("need", self._taxonomies.needs, "need"),
            self_referral=self._value("self_referral", self._choice(_YES_NO, "self_referral", "yes or no")),
            walk_in=self._value("walk_in", self._choice(_YES_NO, "walk_in", "yes or no")),
            step_free=self._value("step_free", self._choice(_YES_NO, "step_free", "yes or no")) or None,
            takes=tuple(name for name in TAKEN if self._value(name, self._choice(_YES_NO, name, "yes or no"))),
            ages=self._value("age", self._ages),
            gender=self._value("gender", self._choice(_GENDERS, "gender", "women, men or any")),
            communities=self._codes("community", self._taxonomies.communities, "community"),
            languages=self._codes("language", self._taxonomies.languages, "language"),
            asking=self._value("asking", self._choice(ASKING, "asking", f"one of {', '.join(ASKING)}")),
            borough=self._value("borough", self._borough),
            icb=self._value("icb", self._icb),
            page=self._value("page", self._page) or 1,
        )

    def box(self) -> str:
        """The text of the box."""
        return self._value("q", self._text("q")) or ""

    def exact(self) -> bool:
        """Whether words are to be taken as they are spelt."""
        return self._value("exact", self._choice(_YES_NO, "exact", "yes or no")) or False

    def place(self) -> tuple[Place | Choices | NotFound | None, str]:
        """What `postcode` turns out to be, and the words in it that belong in the box."""
        typed = self._value("postcode", self._text("postcode"))
        if not typed:
            return None, ""
        located = self._places.locate(typed)
        if isinstance(located, NotFound):
            inside, left = self._places.find_in(typed)
            if not isinstance(inside, NotFound):
                return inside, left
        return located, ""

    def _value(self, name: str, read_one: Callable[[str], T | None]) -> T | None:
        """The one value of a parameter; empty values count as not given, equal repeats as one."""
        if name not in self._arguments:
            return None
        given = list(dict.fromkeys(filter(None, map(clean, self._arguments[name]))))
        if len(given) > 1:
            self._problem(name, f"“{name}” is given more than once with different values. Give it once.")
        return read_one(given[0]) if given else None

    def _problem(self, field: str, message: str) -> None:
        self.problems.append(Problem(field, message))

    def _text(self, field: str) -> Callable[[str], str | None]:
        def read_text(text: str) -> str | None:
            if len(unicodedata.normalize("NFKC", text)) > LONGEST_TEXT:  # as it will be read
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


def spelt_out(query: Query) -> dict[str, list[str]]:
    """A query as parameters that are read as the same query; what was not asked is an empty list."""
    if query.at_given:
        opening = {"at": [_wall_clock(query.at)], "open": [] if query.only_open else ["any"]}
    else:
        opening = {"open": ["now"] if query.only_open else []}
    return {
        "q": [query.words] if query.words else [],
        "postcode": [query.place.query] if query.place else [],
        **opening,
        "radius_km": [f"{query.radius_km:g}"] if query.radius_km is not None else [],
        "type": list(query.service_types),
        "need": list(query.needs),
        "self_referral": _yes_no(query.self_referral),
        "walk_in": _yes_no(query.walk_in),
        "step_free": ["yes"] if query.step_free else [],
        **{name: ["yes"] if name in query.takes else [] for name in TAKEN},
        "age": [str(query.ages)] if query.ages is not None else [],
        "gender": [query.gender] if query.gender else [],
        "community": list(query.communities),
        "language": list(query.languages),
        "asking": [query.asking] if query.asking else [],
        "borough": [query.borough] if query.borough else [],
        "icb": [query.icb] if query.icb else [],
    }


def _yes_no(fact: bool | None) -> list[str]:
    return [] if fact is None else ["yes" if fact else "no"]


def _wall_clock(at: datetime) -> str:
    """The time on London's clocks; with its offset in the hour that they show twice."""
    twice = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    return at.isoformat(timespec="minutes") if twice else at.strftime("%Y-%m-%dT%H:%M")
