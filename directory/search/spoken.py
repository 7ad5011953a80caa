"""What pieces of a spoken time can say, and those that are written in figures: dates, clock times, so long from now."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

Fits = Callable[[date, date], bool]
"""Whether a day is meant, given today: the day that began at the last 5am."""


@dataclass(frozen=True, slots=True)
class Wait:
    """So many minutes from now. One that `joins` says nothing more where a day or a time stands beside it."""

    minutes: int
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """Which days are meant; `beside` says it where another piece names the day too. A lower `rank` is surer.

    One that `needs_day` is a time only after another, as in "Saturday 28th".
    """

    rank: int
    fits: Fits
    beside: Fits | None = None
    needs_day: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day, in minutes after midnight: the instant it stands for, when it begins and when it is over.

    `needs` says what must stand with it for it to be a time: nothing, a day on either side, or a day before it.
    """

    means: int
    begins: int
    ends: int
    needs: Literal["", "day", "day before"] = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes after midnight. `form`: am or pm is "said" or "unsaid", or it has "24" hours: 9:30."""

    minutes: int
    form: Literal["said", "unsaid", "24"] = "said"


Said = Wait | Day | Part | Clock


class Piece(NamedTuple):
    """One piece, where it stands in the text, and what it says; None where it looks like a time and is none."""

    start: int
    end: int
    said: Said | None


RANKS = {"date": 0, "eve": 1, "holiday": 2, "day": 3, "weekday": 4, "weekend": 5}

_HALF_DAY = 720
_HOURS = {
    name: hour
    for hour, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
_COUNTS = {**_HOURS, "a": 1, "an": 1, "couple": 2}
_MONTHS = {
    name: month
    for month, full in enumerate(calendar.month_name)
    if month
    for name in (full.lower(), full[:3].lower(), full[:4].lower())
}
_FRACTIONS = {"half": 30, "quarter past": 15, "quarter to": -15}

_START = r"(?:(?<![\w£$:./])|(?<=[0-9]T))"
_HALF = r"([ap])\.?\s?m\b\.?"
_HOUR = rf"(1[0-2]|0?[1-9]|{'|'.join(_HOURS)})"
_FIGURES = r"(1[0-2]|0?[1-9])(?:[:.]([0-5][0-9]))?"
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b"
_NTH = r"([0-3]?[0-9])(?:st|nd|rd|th)?"
_UNTIL = rf"(1[0-2]|0?[1-9])(?:[:.][0-5][0-9])?\s*{_HALF}"
_UNITS = (
    r"(?:[ap]\.?\s?m|years?|yrs?|y/?o|months?|weeks?|days?|hours?|hrs?|min(?:ute)?s?|miles?|mi|km|m|kg|mg|people)\b"
)
STREETS = r"(?:road|rd|street|st|avenue|ave|lane|close|drive|gardens|terrace|court|grove|crescent|square|place|mews)\b"
"""What follows a number that is that of a house."""


def pieces_in_figures(text: str) -> list[Piece]:
    """Every date, clock time and "in 2 hours" of a text; pieces may overlap."""
    return [
        Piece(*match.span(), read(*match.groups()))
        for pattern, read in _FORMS
        for match in pattern.finditer(text)
    ]  # fmt: skip


def on_date(month: int, day_of_month: int, year: int | None = None) -> Day:
    """That date, in any year where none is given."""
    return Day(
        RANKS["date"],
        lambda day, _: (day.month, day.day) == (month, day_of_month) and year in (None, day.year),
    )


def days_ahead(days: int) -> Day:
    """The day so many days after today."""
    return Day(RANKS["day"], lambda day, today: day == today + timedelta(days=days))


def _of_month(lead: str | None, day: str) -> Said:
    return Day(RANKS["date"], lambda candidate, _: candidate.day == int(day), needs_day=lead is None)


def _date(day: str, month: str, year: str | None = None) -> Said | None:
    number = _MONTHS.get(month.lower()) or int(month)
    full_year = None if year is None else int(year) % 2000 + 2000
    try:
        date(full_year or 2000, number, int(day))
    except ValueError:
        return None
    return on_date(number, int(day), full_year)


def _wait(half: str | None, count: str | None, unit: str, more: str | None) -> Said | None:
    kind = unit[0].lower()
    if half and kind != "h":
        return None
    number = 0.5 if half or not count else _COUNTS.get(count.lower()) or float(count)
    number += 0.5 * bool(more)
    if kind in "dw":
        return days_ahead(int(number * (7 if kind == "w" else 1)))
    return Wait(int(number * (1 if kind == "m" else 60)))


def _minutes(hour: int, minute: int, half: str) -> int:
    """Minutes after midnight; hours above 12 are those of the 24-hour clock, whatever stands after them."""
    return (hour if hour > 12 else hour % 12 + 12 * (half.lower() == "p")) * 60 + minute


def _with_half(hour: str, minute: str | None, half: str) -> Said | None:
    if int(hour) > 23 or (int(hour) > 12 and half in "aA"):
        return None
    return Clock(_minutes(int(hour), int(minute or 0), half))


def _range(first: str, minute: str | None, half: str | None, until: str, until_half: str) -> Said:
    """The beginning of "6pm to 10pm", "6-10pm" or "10-2am"."""
    if not half:
        is_same_half = int(first) % 12 < int(until) % 12
        half = until_half if is_same_half else "pa"["ap".index(until_half.lower())]
    return Clock(_minutes(int(first), int(minute or 0), half))


def _of_24(hour: str, minute: str) -> Said:
    return Clock(int(hour) * 60 + int(minute), "24" if 1 <= int(hour) <= 12 and hour[0] != "0" else "said")


def _hour(hour: str) -> Said:
    return Clock((_HOURS.get(hour.lower()) or int(hour)) % 12 * 60, "unsaid")


def _fraction(fraction: str, hour: str, half: str | None) -> Said:
    said = " ".join(fraction.lower().split())
    minutes = ((_HOURS.get(hour.lower()) or int(hour)) * 60 + _FRACTIONS[said]) % _HALF_DAY
    return Clock(minutes + _HALF_DAY * (half.lower() == "p")) if half else Clock(minutes, "unsaid")


def _form(pattern: str, read: Callable[..., Said | None]) -> tuple[re.Pattern[str], Callable[..., Said | None]]:
    return re.compile(_START + pattern, re.IGNORECASE | re.ASCII), read


_FORMS = (
    _form(
        r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?:T(?=[0-9])|(?![\w-]))", lambda year, month, day: _date(day, month, year)
    ),
    _form(r"([0-3]?[0-9])/([01]?[0-9])(?:/(20[0-9]{2}|[0-9]{2}))?(?![\w/])(?!\s*(?:years?|yrs?|y/?o)\b)", _date),
    _form(r"([0-3]?[0-9])[.-]([01]?[0-9])[.-](20[0-9]{2})(?![\w.-])", _date),
    _form(r"(on\s+the\s+)?([0-3]?[0-9])(?:st|nd|rd|th)\b", _of_month),
    _form(rf"{_NTH}\s*(?:of\s+)?{_MONTH}(?:\.?,?\s+(20[0-9]{{2}})\b)?", _date),
    _form(
        rf"{_MONTH}\.?\s+(?:the\s+)?{_NTH}\b(?![:.][0-9]|-)(?!\s*{_UNITS})(?:,?\s+(20[0-9]{{2}})\b)?",
        lambda month, day, year: _date(day, month, year),
    ),
    _form(
        rf"in\s+(?:(half\s+an?)|(?:a\s+)?(couple)\s+of|(an?|{'|'.join(_HOURS)}|[0-9]{{1,3}}(?:\.5)?))"
        r"\s*(minutes?|mins?|hours?|hrs?|days?|weeks?)\b(?:['’]?\s+time\b)?(\s+and\s+a\s+half\b)?",
        lambda half, couple, count, unit, more: _wait(half, couple or count, unit, more),
    ),
    _form(rf"{_FIGURES}\s*(?:{_HALF})?\s*(?:-|–|to|till?|until)\s*{_UNTIL}", _range),
    _form(rf"between\s+{_FIGURES}\s*(?:{_HALF})?\s+(?:and|to)\s+{_UNTIL}", _range),
    _form(rf"([0-9]{{1,2}})(?:[:.]\s?([0-5][0-9]))?\s*{_HALF}", _with_half),
    _form(rf"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-5][0-9])?(?![\w:/-]|[.][0-9])(?!\s*(?:%|{_UNITS}))", _of_24),
    _form(r"([01][0-9]|2[0-3])([0-5][0-9])\s?(?:hrs?|hours|h)\b", _of_24),
    _form(rf"(?:at|@)\s*{_HOUR}\b(?!\s*(?:[:.]?[0-9]|[/%–-]|{_UNITS}|(?:[a-z]+\s+){{1,3}}{STREETS}))", _hour),
    _form(rf"{_HOUR}(?=\s+(?:in\s+the\s+(?:early\s+)?(?:morning|afternoon|evening)|at\s+night)\b)", _hour),
    _form(rf"{_HOUR}\s?o['’]?\s?clock\b", _hour),
    _form(rf"(half|quarter\s+past|quarter\s+to)\s+(?:past\s+)?{_HOUR}(?:\s*{_HALF}|\b)", _fraction),
)
