"""Bank holidays that are coming, and what becomes of a schedule when a provider says what they do on one."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from directory import schedules
from directory.schedules import DatedEntry, Pattern, Schedule, Session

DAYS_AHEAD = 92


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday of which an entry says nothing yet; `usual` are the hours that it would have, in words."""

    day: date
    name: str
    usual: str


def coming(schedule: Schedule, today: date) -> tuple[Holiday, ...]:
    """The bank holidays of the next three months that nothing was said of, where the week's hours are known.

    What is open all hours is open on them too, so nobody is asked.
    """
    if schedule.weekly is None:
        return ()
    last = today + timedelta(days=DAYS_AHEAD)
    names = {**schedules.bank_holidays(today.year), **schedules.bank_holidays(last.year)}
    days = [day for day in names if today < day <= last and schedule.dated_pattern(day) is None]
    return tuple(Holiday(day, names[day], _usual_words(schedule, day)) for day in days)


def as_usual(schedule: Schedule, day: date) -> Schedule:
    """The schedule with the hours that it would have on a date anyway now said of that date."""
    return _on(schedule, day, _usual(schedule, day))


def closed(schedule: Schedule, day: date) -> Schedule:
    """The schedule closed on a date."""
    return _on(schedule, day, Pattern())


def open_between(schedule: Schedule, day: date, opens: int, closes: int) -> Schedule:
    """The schedule with one session on a date, in minutes after its midnight; one that ends earlier ends the next day.

    Raises ValueError where they are the same.
    """
    if opens == closes:
        raise ValueError("a session needs an end of its own")
    return _on(schedule, day, Pattern((Session(opens, closes if closes > opens else closes + 1440),)))


def _on(schedule: Schedule, day: date, pattern: Pattern) -> Schedule:
    return replace(schedule, dated=(*schedule.dated, DatedEntry(day, day, pattern)))


def _usual(schedule: Schedule, day: date) -> Pattern:
    """What the schedule says of a bank holiday of which no date says anything; a week's pattern has no reason."""
    pattern = schedule.bank_holiday or schedule.weekly_pattern(day) or Pattern()
    return Pattern(pattern.sessions)


def _usual_words(schedule: Schedule, day: date) -> str:
    return schedules.week(schedule, day)[0].words
