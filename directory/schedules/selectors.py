"""Reads the part of a rule that says when it applies: weekdays, bank holidays, dates."""

import calendar
from datetime import date
from typing import NamedTuple

from directory.schedules.days import FIRST_YEAR, LAST_YEAR
from directory.schedules.model import YEARLY
from directory.schedules.tokens import Cursor, Piece

WEEKDAYS = {
    name: weekday
    for weekday, day in enumerate(calendar.day_name)
    for name in (day[:2].lower(), day[:3].lower(), day.lower())
}
MONTHS = {
    name: month for month, full in enumerate(calendar.month_name) if month for name in (full[:3].lower(), full.lower())
}

_WRITE_A_DATE = "Write dates as 2026 Dec 25, or Dec 25 for every year, and ranges as 2026 Dec 24-2027 Jan 02."
_WRITE_WEEKDAYS = "Write weekdays as Mo, Mo-Fr or Mo,We,Fr."
_NOT_SUPPORTED = {
    "sh": "School holidays have no dates here. Give the dates, such as 2026 Aug 03-2026 Aug 28.",
    "week": "Week numbers cannot be used. Give the dates.",
    "easter": "Give the date of Easter in each year, such as 2027 Mar 28.",
    "sunrise": "Give the time on the clock.",
    "sunset": "Give the time on the clock.",
    "dawn": "Give the time on the clock.",
    "dusk": "Give the time on the clock.",
    "unknown": "Leave the opening hours empty where they are not known.",
}


class DateRange(NamedTuple):
    """The first and last date of an entry; a yearly one has both in the year 2000."""

    first: date
    last: date
    yearly: bool


class Selector(NamedTuple):
    """When a rule applies: weekdays with their weeks of the month, bank holidays, and dates."""

    weekdays: list[tuple[int, tuple[int, ...]]]
    bank_holiday: bool
    dates: list[DateRange]


def read_selector(cursor: Cursor) -> Selector:
    """The selector that starts at the cursor; every day of the week where there is none."""
    piece, word = cursor.next, cursor.next_word
    if piece.kind == "time" or word in {"off", "closed"}:
        return Selector([(weekday, ()) for weekday in range(7)], False, [])
    if word in WEEKDAYS or word == "ph":
        return _weekdays(cursor)
    if word in MONTHS or piece.kind == "number":
        return Selector([], False, _dates(cursor))
    if word in _NOT_SUPPORTED:
        raise piece.error(f"{piece.quoted} is not understood here.", _NOT_SUPPORTED[word])
    raise piece.error(
        f"{piece.quoted} is not a weekday, a date or a time.", "A rule looks like Mo-Fr 09:00-17:00 or Dec 25 off."
    )


def _weekdays(cursor: Cursor) -> Selector:
    days: list[tuple[int, tuple[int, ...]]] = []
    bank_holiday = False
    while True:
        if cursor.next_word == "ph":
            cursor.take()
            bank_holiday = True
        else:
            days += _weekday_range(cursor)
        if not cursor.accept(","):
            return Selector(days, bank_holiday, [])


def _weekday_range(cursor: Cursor) -> list[tuple[int, tuple[int, ...]]]:
    first = _weekday(cursor)
    if cursor.accept("-"):
        last = _weekday(cursor)
        if cursor.next.text == "[":
            raise cursor.next.error("A week of the month needs one weekday.", "Write each day: Mo[1],Tu[1].")
        return [((first + step) % 7, ()) for step in range((last - first) % 7 + 1)]
    if cursor.accept("["):
        return [(first, _weeks(cursor))]
    return [(first, ())]


def _weekday(cursor: Cursor) -> int:
    weekday = WEEKDAYS.get(cursor.next_word)
    if weekday is None:
        raise cursor.next.error(f"{cursor.next.quoted} is not a weekday.", _WRITE_WEEKDAYS)
    cursor.take()
    return weekday


def _weeks(cursor: Cursor) -> tuple[int, ...]:
    weeks: list[int] = []
    while True:
        piece = cursor.next
        week = _week(cursor)
        if cursor.accept("-"):
            last = _week(cursor)
            if not 0 < week < last:
                raise piece.error("These weeks of the month run backwards.", "Write Mo[1-3] or Mo[-1].")
            weeks += range(week, last + 1)
        else:
            weeks.append(week)
        if cursor.accept("]"):
            return tuple(weeks)
        if not cursor.accept(","):
            raise cursor.next.error(f"There is no ] before {cursor.next.quoted}.", "Write Mo[1,3] or Mo[-1].")


def _week(cursor: Cursor) -> int:
    sign = -1 if cursor.accept("-") else 1
    piece = cursor.take()
    if piece.kind != "number" or not 1 <= int(piece.text) <= 5:
        raise piece.error(
            f"{piece.quoted} is not a week of the month.", "Write 1 to 5, or -1 for the last: Mo[1,3] or Mo[-1]."
        )
    return sign * int(piece.text)


def _dates(cursor: Cursor) -> list[DateRange]:
    found = [_date_range(cursor, None)]
    while cursor.accept(","):
        found.append(_date_range(cursor, found[-1]))
    return found


def _date_range(cursor: Cursor, before: DateRange | None) -> DateRange:
    piece = cursor.next
    if before and _is_day(piece):
        first, yearly = _on_day(cursor, before.last), before.yearly
    else:
        year = _year(cursor)
        first, yearly = _month_and_day(cursor, year or YEARLY), year is None
    if not cursor.accept("-"):
        return DateRange(first, first, yearly)
    last = _last_date(cursor, first, yearly)
    if last < first and not yearly:
        raise piece.error("These dates run backwards.", "Give the last date its own year: 2026 Dec 24-2027 Jan 02.")
    return DateRange(first, last, yearly)


def _last_date(cursor: Cursor, first: date, yearly: bool) -> date:
    piece = cursor.next
    if _is_day(piece):
        return _on_day(cursor, first)
    year = _year(cursor)
    if year is not None and yearly:
        raise piece.error("Only the last date has a year.", "Give both dates a year, or neither.")
    return _month_and_day(cursor, year or first.year)


def _year(cursor: Cursor) -> int | None:
    piece = cursor.next
    if piece.kind != "number":
        return None
    cursor.take()
    if len(piece.text) < 4 or cursor.next_word not in MONTHS:
        raise piece.error(f"{piece.quoted} does not start a date.", _WRITE_A_DATE)
    if not FIRST_YEAR <= int(piece.text) <= LAST_YEAR:
        raise piece.error(f"{piece.quoted} is too far away.", f"Give a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return int(piece.text)


def _month_and_day(cursor: Cursor, year: int) -> date:
    piece = cursor.next
    month = MONTHS.get(cursor.next_word)
    if month is None:
        raise piece.error(f"{piece.quoted} is not a month.", _WRITE_A_DATE)
    cursor.take()
    if not _is_day(cursor.next):
        raise piece.error(f"{piece.quoted} needs a day of the month.", "For a whole month write Aug 01-Aug 31.")
    return _on_day(cursor, date(year, month, 1))


def _on_day(cursor: Cursor, month: date) -> date:
    piece = cursor.take()
    try:
        return month.replace(day=int(piece.text))
    except ValueError:
        name = month.strftime("%B") if month.year == YEARLY else month.strftime("%B %Y")
        raise piece.error(f"{name} has no day {piece.text}.", _WRITE_A_DATE) from None


def _is_day(piece: Piece) -> bool:
    return piece.kind == "number" and len(piece.text) <= 2
