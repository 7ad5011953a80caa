"""The quick form: other hours, or none, on one day or a few days. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from directory.provider.hours.changes import DatedKey
from directory.provider.hours.form import DatesTyped, DayTyped, Fields, bank_holidays_from, dates_sent, first, form_of
from directory.provider.hours.reading import read_dates
from directory.provider.hours.times import said_date
from directory.provider.hours.words import dates_in_words, day_in_words, happening, pattern_in_words
from directory.schedules import DatedEntry, Pattern, Schedule
from directory.schedules.answers import pattern_of
from directory.schedules.days import london_day

DAYS_OFFERED = 14
OTHER = "other"
NAME = "change"


@dataclass(frozen=True, slots=True)
class ChangeTyped:
    """The quick form: `day` is one of the days that are offered (ISO 8601) or "other", and then `dates` has it."""

    day: str = ""
    dates: DatesTyped = DatesTyped(day=DayTyped())


@dataclass(frozen=True, slots=True)
class Coming:
    """A line of what is coming: when, what happens, the day to change it by ("" for several days) and its entry."""

    dates: str
    words: str
    day: str
    key: str


def change_sent(fields: Fields) -> ChangeTyped:
    """The quick form as a browser sent it."""
    return ChangeTyped(first(fields, "day"), dates_sent(fields, NAME))


def change_of(schedule: Schedule, day: date, today: date) -> ChangeTyped:
    """The quick form as it is opened for a day, with what is said of that day now."""
    entry = _by_key(schedule).get((day, day, False))
    said = form_of(Schedule(dated=(entry,)), date.min) if entry else None
    typed = said.dated[0] if said else DatesTyped(said_date(day), day=DayTyped())
    if 0 <= (day - today).days < DAYS_OFFERED:
        return ChangeTyped(day.isoformat(), replace(typed, first=""))
    return ChangeTyped(OTHER, typed)


def read_change(typed: ChangeTyped, schedule: Schedule, today: date) -> tuple[Schedule | None, dict[str, str]]:
    """The schedule with the change in it, or None with what is wrong, by the name of the field.

    Raises ValueError for a day that was not offered as a form has it.
    """
    if not typed.day:
        return None, {"day": "Choose a day."}
    dates = typed.dates if typed.day == OTHER else replace(typed.dates, first=said_date(date.fromisoformat(typed.day)))
    entry, faults = read_dates(dates, NAME, schedule, today)
    if entry is None:
        return None, faults
    if entry.last < today:
        field = f"{NAME}-first" if typed.day == OTHER else "day"
        return None, {field: f"{said_date(entry.last)} is in the past. Choose a day to come."}
    if dates.day.what == "usual" and entry.first == entry.last:
        return as_usual(schedule, entry.first), {}
    return with_entry(schedule, entry), {}


def with_entry(schedule: Schedule, entry: DatedEntry) -> Schedule:
    """The schedule with this entry, in place of what it says of the same dates."""
    known = {**_by_key(schedule), (entry.first, entry.last, entry.yearly): entry}
    return replace(schedule, dated=tuple(known.values()))


def without_entry(schedule: Schedule, key: str) -> Schedule:
    """The schedule without the entry of this key, as `coming` gives it. Raises ValueError where there is none."""
    kept = tuple(entry for entry in schedule.dated if key_of(entry) != key)
    if len(kept) == len(schedule.dated):
        raise ValueError(key)
    return replace(schedule, dated=kept)


def as_usual(schedule: Schedule, day: date) -> Schedule:
    """The schedule with its ordinary hours on a day: nothing said of it, or the ordinary times where more is needed."""
    known = _by_key(schedule)
    known.pop((day, day, False), None)
    plain = replace(schedule, dated=tuple(known.values()))
    found = london_day(day.toordinal())
    if pattern_of(plain, found)[1] == "week" and not found.bank_holiday:
        return plain
    return with_entry(plain, DatedEntry(day, day, schedule.weekly_pattern(day) or Pattern()))


def offered(schedule: Schedule, today: date) -> tuple[tuple[str, str, str], ...]:
    """The days that are offered: each as ISO 8601, in words, and what happens then."""
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return tuple((day.isoformat(), day_in_words(day, today), happening(schedule, day)) for day in days)


def coming(schedule: Schedule, today: date) -> tuple[Coming, ...]:
    """What is said of dates to come, and the bank holidays of twelve months, in order; yearly dates last."""
    lines = list(_lines(schedule, today))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def key_of(entry: DatedEntry) -> str:
    """An entry's dates as a form carries them."""
    return f"{entry.first}/{entry.last}/{'yearly' if entry.yearly else ''}"


def _lines(schedule: Schedule, today: date) -> Iterable[tuple[tuple[bool, date], Coming]]:
    holidays = bank_holidays_from(today)
    known = _by_key(schedule)
    for day, name in holidays.items():
        entry = known.get((day, day, False))
        words = happening(schedule, day)
        if entry and entry.pattern.reason and entry.pattern.reason not in words:
            words = f"{words} ({entry.pattern.reason})"
        key = key_of(entry) if entry else ""
        yield (False, day), Coming(f"{day_in_words(day)} ({name})", words, day.isoformat(), key)
    for entry in schedule.dated:
        is_single = not entry.yearly and entry.first == entry.last
        if (is_single and entry.first in holidays) or (not entry.yearly and entry.last < today):
            continue
        words = pattern_in_words(entry.pattern, entry.first.weekday() if is_single else None)
        day_text = entry.first.isoformat() if is_single else ""
        yield (entry.yearly, entry.first), Coming(dates_in_words(entry), words, day_text, key_of(entry))


def _by_key(schedule: Schedule) -> dict[DatedKey, DatedEntry]:
    return {(entry.first, entry.last, entry.yearly): entry for entry in schedule.dated}
