"""London's days: when each begins, which are odd because the clocks change, which are bank holidays."""

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from directory.config import DATA

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 2000, 2100

_EPOCH = date(1970, 1, 1).toordinal()
_MINUTE = timedelta(minutes=1)
_PUBLISHED_NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}


class LondonDay(NamedTuple):
    """One calendar day in London. `ordinal` counts days as `date.toordinal` does; `weekday` 0 is Monday.

    `midnight` is the epoch minute at which it begins. `is_plain` says that this day and the next both have
    24 hours, so that every session starting on it is `midnight` plus minutes. `bank_holiday` is its name, or "".
    """

    ordinal: int
    date: date
    weekday: int
    midnight: int
    is_plain: bool
    bank_holiday: str

    def minute_of(self, minutes: int) -> int:
        """The epoch minute of a wall-clock time, given in minutes after midnight (1440 and more: the next day).

        A time that comes twice, when the clocks go back, means its first coming. A time that never comes, when
        they go forward, means the instant of the change.
        """
        if self.is_plain:
            return self.midnight + minutes
        wall = datetime.combine(self.date, datetime.min.time()) + minutes * _MINUTE
        local = wall.replace(tzinfo=LONDON)
        if local.utcoffset() < local.replace(fold=1).utcoffset():  # type: ignore[operator]
            local = local.replace(minute=0)
        return int(local.timestamp()) // 60


@lru_cache(maxsize=8192)
def london_day(ordinal: int) -> LondonDay:
    """The day with this proleptic Gregorian ordinal."""
    day = date.fromordinal(ordinal)
    midnight = _midnight(ordinal)
    is_plain = _midnight(ordinal + 2) - midnight == 2 * 1440
    return LondonDay(ordinal, day, day.weekday(), midnight, is_plain, bank_holidays(day.year).get(day, ""))


def day_at(minute: int) -> LondonDay:
    """The London day in which an epoch minute falls."""
    ordinal = _EPOCH + (minute + 60) // 1440
    day = london_day(ordinal)
    return day if day.midnight <= minute else london_day(ordinal - 1)


def instant(minute: int) -> datetime:
    """An epoch minute as an aware datetime in London."""
    return datetime.fromtimestamp(minute * 60, LONDON)


@cache
def bank_holidays(year: int) -> Mapping[date, str]:
    """The bank holidays of England and Wales in a year, by date, under the names that GOV.UK publishes.

    When one falls at a weekend both that day and its substitute are listed: Saturday 26 December 2026 and
    Monday 28 December 2026. One-off days come from `data/bank_holidays.csv`. Raises ValueError naming the line
    of that file which cannot be read.
    """
    found = holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB")
    names = {day: _published_name(found[day]) for day in found if day.year == year}
    extra = one_off_days(DATA / "bank_holidays.csv")
    names.update({day: name for day, name in extra.items() if day.year == year})
    return MappingProxyType(dict(sorted(names.items())))


def _published_name(name: str) -> str:
    plain = name.removesuffix(" (observed)")
    return _PUBLISHED_NAMES.get(plain, plain) + (" (substitute day)" if plain != name else "")


def one_off_days(path: Path) -> dict[date, str]:
    """The names in a table of extra bank holidays with the columns date, name and source.

    Raises ValueError naming the line that cannot be read.
    """
    days: dict[date, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                days[date.fromisoformat(row["date"])] = row["name"]
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(
                    f"{path.name}, line {number}: write date,name,source, the date as 2026-12-25"
                ) from error
    return days


@lru_cache(maxsize=8192)
def _midnight(ordinal: int) -> int:
    day = date.fromordinal(ordinal)
    return int(datetime(day.year, day.month, day.day, tzinfo=LONDON).timestamp()) // 60
