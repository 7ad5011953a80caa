"""What differs between two schedules, and how two people's changes go together. Pure functions."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from directory import schedules
from directory.provider.hours.doubts import doubts
from directory.provider.hours.words import changes_in_words, ordinary_in_words
from directory.schedules import DatedEntry, DayHours, HoursChange, Schedule
from directory.schedules.answers import pattern_of
from directory.schedules.days import london_day

DatedKey = tuple[date, date, bool]
"""The first and last date of an entry, and whether it is yearly: a schedule has one entry at most for each."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A schedule in words, as a person checks it: `now` is what people are told at this moment."""

    now: str
    ordinary: tuple[str, ...]
    week: tuple[DayHours, ...]
    coming: tuple[HoursChange, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What saving would do: `at_once` are changes of dates; `is_ordinary_changed` says that the rest differs too."""

    text: str
    shown: Shown
    at_once: tuple[str, ...]
    is_ordinary_changed: bool
    doubts: tuple[str, ...]


def shown(schedule: Schedule, now: datetime) -> Shown:
    """A schedule in words at an instant, with the week from that day and the changes of the three months ahead."""
    said = schedules.sentence(schedules.answer(schedule, now), now)
    today = now.date()
    return Shown(
        said, ordinary_in_words(schedule), schedules.week(schedule, today), schedules.exceptions(schedule, today)
    )


def result(published: Schedule, wanted: Schedule, now: datetime) -> Result:
    """What would become of the published schedule."""
    return Result(
        schedules.write(wanted),
        shown(wanted, now),
        changes_in_words(published, wanted),
        not is_same_week(published, wanted),
        doubts(published, wanted, now.date()),
    )


def is_same_week(one: Schedule, other: Schedule) -> bool:
    """Whether two schedules say the same but for dates."""
    return replace(one, dated=()) == replace(other, dated=())


def closed_soon(before: Schedule, after: Schedule, today: date) -> tuple[tuple[date, str], ...]:
    """Today and tomorrow, where it is closed all day and was not said to be: each day with the reason."""
    found = []
    for day in (today, today + timedelta(days=1)):
        was, _ = pattern_of(before, london_day(day.toordinal()))
        now, _ = pattern_of(after, london_day(day.toordinal()))
        if now is not None and not now.sessions and (was is None or was.sessions):
            found.append((day, now.reason))
    return tuple(found)


def merged(base: Schedule, theirs: Schedule, mine: Schedule) -> Schedule | None:
    """Both people's changes of `base`; None where they changed the same to something else.

    The ordinary week with bank holidays is one thing, each dated entry another.
    """
    ordinary = mine if is_same_week(base, theirs) else theirs
    if ordinary is theirs and not is_same_week(base, mine) and not is_same_week(theirs, mine):
        return None
    was, their, own = (_by_dates(schedule) for schedule in (base, theirs, mine))
    dated = []
    for key in {**their, **own}:
        if their.get(key) != own.get(key) and was.get(key) not in (their.get(key), own.get(key)):
            return None
        chosen = own.get(key) if their.get(key) == was.get(key) else their.get(key)
        dated.append(chosen)
    return replace(ordinary, dated=tuple(entry for entry in dated if entry is not None))


def _by_dates(schedule: Schedule) -> dict[DatedKey, DatedEntry]:
    return {(entry.first, entry.last, entry.yearly): entry for entry in schedule.dated}
