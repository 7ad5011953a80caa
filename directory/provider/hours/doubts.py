"""What a person should look at again before saving: nothing here is wrong for certain. Pure functions."""

from collections.abc import Iterable
from datetime import date, timedelta

from directory.provider.hours.form import bank_holidays_from
from directory.provider.hours.times import WEEKDAYS, said_date
from directory.provider.hours.words import dates_in_words, day_in_words, pattern_in_words
from directory.schedules import DatedEntry, Pattern, Schedule
from directory.schedules.answers import is_unconfirmed, pattern_of
from directory.schedules.days import london_day
from directory.schedules.model import ALL_DAY, ALL_DAY_BY_APPOINTMENT, CLOSED, DAY_MINUTES

LONG_MINUTES = 16 * 60
SOON_DAYS = 60
_MOST_DAYS = 400


def doubts(before: Schedule, after: Schedule, today: date) -> tuple[str, ...]:
    """All that should be looked at again in `after`, which is to take the place of `before`."""
    return (
        *_lost_days(before, after),
        *_odd_week(after),
        *(doubt for entry in after.dated if entry not in before.dated for doubt in _odd_dates(after, entry, today)),
        *_unsaid_holidays(after, today),
    )


def _lost_days(before: Schedule, after: Schedule) -> Iterable[str]:
    """Weekdays on which it was open and would not be."""
    lost = [WEEKDAYS[day] for day in range(7) if _opens(before, day) and not _opens(after, day)]
    if lost and not after.known:
        yield "The hours of ordinary days were known, and would not be known any more."
    elif lost:
        yield f"Now closed, and open before: {', '.join(lost)}."


def _opens(schedule: Schedule, weekday: int) -> bool:
    rules = schedule.weekly or ()
    return schedule.open_all_hours or any(rule.weekday == weekday and rule.pattern.sessions for rule in rules)


def _odd_week(schedule: Schedule) -> Iterable[str]:
    rules = schedule.weekly or ()
    alike: dict[Pattern, list[str]] = {}
    for rule in rules:
        alike.setdefault(rule.pattern, []).append(WEEKDAYS[rule.weekday])
    for pattern, names in alike.items():
        yield from _odd_day(", ".join(dict.fromkeys(names)), pattern)
    if schedule.bank_holiday is not None:
        yield from _odd_day("Bank holidays", schedule.bank_holiday)
    every = {rule.weekday: rule.pattern for rule in rules if not rule.weeks}
    for weekday, pattern in every.items():
        following = every.get((weekday + 1) % 7, CLOSED).sessions
        ends = max((session.closes for session in pattern.sessions), default=0) - DAY_MINUTES
        if following and ends > following[0].opens:
            yield f"{WEEKDAYS[weekday]} is still open when {WEEKDAYS[(weekday + 1) % 7]} opens."


def _odd_day(where: str, pattern: Pattern) -> Iterable[str]:
    if pattern.sessions in (ALL_DAY.sessions, ALL_DAY_BY_APPOINTMENT.sessions):
        return
    said = pattern_in_words(pattern)
    if sum(session.closes - session.opens for session in pattern.sessions) > LONG_MINUTES:
        yield f"{where}: open for more than 16 hours ({said})."
    ordered = zip(pattern.sessions, pattern.sessions[1:], strict=False)
    if any(session.closes >= following.opens for session, following in ordered):
        yield f"{where}: openings meet or overlap, and are shown to people as one ({said})."
    if pattern.sessions and pattern.sessions[0].opens == 0:
        yield f"{where}: midnight is the start of the day, in the night from the day before ({said})."


def _odd_dates(schedule: Schedule, entry: DatedEntry, today: date) -> Iterable[str]:
    yield from _odd_day(dates_in_words(entry), entry.pattern)
    if entry.yearly:
        return
    if entry.last < today:
        yield f"{dates_in_words(entry)} is in the past."
    days = min((entry.last - entry.first).days + 1, _MOST_DAYS)
    for day in (entry.first + timedelta(days=offset) for offset in range(days)):
        decided = schedule.dated_pattern(day)
        if decided is not None and decided != entry.pattern:
            yield f"{day_in_words(day)} has hours of its own, which stay: {pattern_in_words(decided, day.weekday())}."


def _unsaid_holidays(schedule: Schedule, today: date) -> Iterable[str]:
    unsaid = []
    for day, name in bank_holidays_from(today).items():
        found = london_day(day.toordinal())
        if (day - today).days <= SOON_DAYS and is_unconfirmed(schedule, found, pattern_of(schedule, found)[1]):
            unsaid.append(f"{said_date(day, yearly=True)} ({name})")
    if unsaid:
        yield f"Nothing is said about {', '.join(unsaid)}. People are told “bank holiday hours not confirmed”."
