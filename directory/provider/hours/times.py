"""Times and dates as people type them, and as the forms show them. Pure functions."""

import calendar
import re
from datetime import date

from directory.schedules.days import FIRST_YEAR, LAST_YEAR
from directory.schedules.model import DAY_MINUTES, YEARLY

WEEKDAYS = tuple(calendar.day_name)

_HALF = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?([ap])\.?m?\.?")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})|([0-9]{2})([0-9]{2})|(1[3-9]|2[0-4])")
_NAMED = {
    **dict.fromkeys(("noon", "midday", "12noon"), 720),
    **dict.fromkeys(("midnight", "12midnight"), 0),
}
_MONTHS = {
    name: month for month, full in enumerate(calendar.month_name) if month for name in (full.lower(), full[:3].lower())
}
_MONTHS["sept"] = 9
_WRITTEN = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]+)(?: ([0-9]{4}))?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}|[0-9]{2}))?")


class NotUnderstoodError(ValueError):
    """Something typed that cannot be read; the message says how to write it."""


def read_time(text: str) -> int:
    """Minutes after midnight, 0 to 1439, of "6pm", "18:00", "6.30 pm", "1830", "noon" or "midnight".

    Raises NotUnderstoodError, also for "6:30", which is a time in the morning and in the evening.
    """
    typed = "".join(text.lower().split())
    if typed in _NAMED:
        return _NAMED[typed]
    if half := _HALF.fullmatch(typed):
        hour, minute = int(half[1]), int(half[2] or 0)
        if 1 <= hour <= 12 and minute < 60:
            return (hour % 12 + (12 if half[3] == "p" else 0)) * 60 + minute
    elif clock := _CLOCK.fullmatch(typed):
        hour, minute = int(clock[1] or clock[3] or clock[5]), int(clock[2] or clock[4] or 0)
        if clock[1] and len(clock[1]) == 1 and hour and minute < 60:
            raise NotUnderstoodError(f"is in the morning and in the evening. Write {typed}am or {typed}pm.")
        if minute < 60 and hour * 60 + minute <= DAY_MINUTES:
            return (hour * 60 + minute) % DAY_MINUTES
    elif typed.isdecimal() and 1 <= int(typed) <= 12:
        raise NotUnderstoodError(f"is in the morning and in the evening. Write {int(typed)}am or {int(typed)}pm.")
    raise NotUnderstoodError("is not a time. Write it like 6pm, 6:30pm or 18:30.")


def read_date(text: str, after: date) -> date:
    """The date of "25 December 2026", "25/12/2026", "2026-12-25" or "Fri 25th Dec".

    Without a year it is the next such day, `after` or later. Raises NotUnderstoodError.
    """
    day, month, year = _numbers(text)
    try:
        if year is not None:
            return _in_range(date(year, month, day))
        return next(found for found in _coming(day, month, after) if found >= after)
    except (ValueError, StopIteration):
        raise NotUnderstoodError("is not a date. Write it like 25 December 2026.") from None


def read_yearly_date(text: str) -> date:
    """The date of "25 December", in the year in which yearly dates are kept. Raises NotUnderstoodError."""
    day, month, _ = _numbers(text)
    try:
        return date(YEARLY, month, day)
    except ValueError:
        raise NotUnderstoodError("is not a date. Write it like 25 December.") from None


def said_date(day: date, *, yearly: bool = False) -> str:
    """ "25 December 2026", or "25 December" of every year."""
    return f"{day.day} {day:%B}" if yearly else f"{day.day} {day:%B} {day.year}"


def _numbers(text: str) -> tuple[int, int, int | None]:
    """Day, month and year as typed; the year None where there is none."""
    typed = " ".join(text.lower().replace(",", " ").split())
    if iso := _ISO.fullmatch(typed):
        return int(iso[3]), int(iso[2]), int(iso[1])
    if slashed := _SLASHED.fullmatch(typed):
        year = int(slashed[3]) if slashed[3] else None
        return int(slashed[1]), int(slashed[2]), year + 2000 if year is not None and year < 100 else year
    if (written := _WRITTEN.fullmatch(typed)) and written[2] in _MONTHS:
        return int(written[1]), _MONTHS[written[2]], int(written[3]) if written[3] else None
    raise NotUnderstoodError("is not a date. Write it like 25 December 2026.")


def _coming(day: int, month: int, after: date) -> list[date]:
    """This day of the month in the year of `after` and the years that follow, where it exists."""
    years = range(after.year, after.year + 9)
    return [date(year, month, day) for year in years if day <= calendar.monthrange(year, month)[1]]


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day
