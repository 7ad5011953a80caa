"""Opening hours for formats whose sessions end by midnight: a week, a bank holiday, and dates that differ from both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directory.schedules.answers import pattern_of
from directory.schedules.days import LONDON, bank_holidays, london_day
from directory.schedules.model import CLOSED, DAY_MINUTES, DatedEntry, Pattern, Schedule

Span = tuple[int, int]
"""From and until, in minutes after midnight by the clock on the wall in London: 0 to 1440, never past it."""

Spans = tuple[Span, ...]
LAST_MINUTE = DAY_MINUTES - 1
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SplitHours:
    """When a service is open, by day.

    `week` has seven days from Monday, None where ordinary days are not known; `bank_holiday` is None where nothing was
    said of them. `dates` are the days up to `last` that would be told wrongly otherwise, each whole, () for closed. A
    reader asks `dates` first, then `open_all_hours`, then `bank_holiday`, then `week`: the order of the NHS Directory
    of Services. Whether a bank holiday that falls at a weekend is one beside its substitute day differs by calendar, so
    `dates` have it wherever that matters.
    """

    week: tuple[Spans, ...] | None
    bank_holiday: Spans | None
    open_all_hours: bool
    dates: Mapping[date, Spans]
    last: date

    def on(self, day: date) -> Spans | None:
        """What a reader makes of a day; None where it is not known."""
        if day in self.dates:
            return self.dates[day]
        if self.open_all_hours:
            return ((0, DAY_MINUTES),)
        if self.bank_holiday is not None and london_day(day.toordinal()).bank_holiday:
            return self.bank_holiday
        return self._in_the_week(day)

    def readings(self, day: date) -> set[Spans | None]:
        """What readers make of a day, those too whose calendar has bank holidays only on working days."""
        is_weekend_to_some = day.weekday() >= _SATURDAY and day not in self.dates and not self.open_all_hours
        return {self.on(day), self._in_the_week(day)} if is_weekend_to_some else {self.on(day)}

    def _in_the_week(self, day: date) -> Spans | None:
        return None if self.week is None else self.week[day.weekday()]


def split(schedule: Schedule, first: date, closures: Iterable[tuple[datetime, datetime]] = ()) -> SplitHours:
    """The hours of a schedule from a day to the end of the year after it, with closures (aware instants) cut out.

    A session that goes on past midnight is two: one until 1440, and one from 0 on the next day, also where that next
    day is a bank holiday or has a dated entry of its own.
    """
    last = date(first.year + 1, 12, 31)
    shut = _by_day(closures)
    hours = SplitHours(ordinary_week(schedule), _own(schedule.bank_holiday), schedule.open_all_hours, {}, last)
    dates = {}
    for day in sorted(_special_days(schedule, first, last) | set(shut)):
        told = on_day(schedule, day) if first <= day <= last else None
        if told is None:
            continue
        told = without(told, shut.get(day, ()))
        if {told} != hours.readings(day):
            dates[day] = told
    return SplitHours(hours.week, hours.bank_holiday, hours.open_all_hours, dates, last)


def on_day(schedule: Schedule, day: date) -> Spans | None:
    """The hours of one calendar day, with what is left of the night before; None where they are not known."""
    today, _ = pattern_of(schedule, london_day(day.toordinal()))
    if today is None:
        return None
    before, _ = pattern_of(schedule, london_day((day - _DAY).toordinal()))
    return _merged([*_spill(before), *(_own(today) or ())])


def wall_clock(minutes: int) -> str:
    """A minute of a day as "18:00"; the midnight that ends it is "23:59", as these formats have no 24:00."""
    hours, rest = divmod(min(minutes, LAST_MINUTE), 60)
    return f"{hours:02}:{rest:02}"


def _special_days(schedule: Schedule, first: date, last: date) -> set[date]:
    """The days on which something may be other than in the ordinary week, and those after them."""
    days = set[date]()
    if schedule.bank_holiday is not None:
        days.update(day for year in range(first.year, last.year + 1) for day in bank_holidays(year))
    for entry in schedule.dated:
        days.update(_covered(entry, first, last))
    weekdays = {rule.weekday for rule in schedule.weekly or () if rule.weeks}
    if weekdays:
        every = map(date.fromordinal, range(first.toordinal() - 1, last.toordinal() + 1))
        days.update(day for day in every if day.weekday() in weekdays)
    return days | {day + _DAY for day in days}


def _covered(entry: DatedEntry, first: date, last: date) -> Iterator[date]:
    """The days of a dated entry from the day before the first to the last."""
    begin, end = first - _DAY, last
    if not entry.yearly:
        begin, end = max(begin, entry.first), min(end, entry.last)
    every = map(date.fromordinal, range(begin.toordinal(), end.toordinal() + 1))
    return (day for day in every if entry.covers(day))


def ordinary_week(schedule: Schedule) -> tuple[Spans, ...] | None:
    """The days of a week in which nothing is special: rules for some weeks of the month are told by date."""
    if schedule.weekly is None:
        return None
    ordinary = {rule.weekday: rule.pattern for rule in schedule.weekly if not rule.weeks}
    days = [ordinary.get(weekday, CLOSED) for weekday in range(7)]
    return tuple(_merged([*_spill(days[weekday - 1]), *(_own(days[weekday]) or ())]) for weekday in range(7))


def _own(pattern: Pattern | None) -> Spans | None:
    """The sessions of a day until midnight."""
    if pattern is None:
        return None
    return _merged([(session.opens, min(session.closes, DAY_MINUTES)) for session in pattern.sessions])


def _spill(pattern: Pattern | None) -> Spans:
    """What the sessions of a day are on the next."""
    sessions = pattern.sessions if pattern else ()
    return tuple((0, session.closes - DAY_MINUTES) for session in sessions if session.closes > DAY_MINUTES)


def _merged(spans: Iterable[Span]) -> Spans:
    merged: list[Span] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)


def without(spans: Spans, shut: Sequence[Span]) -> Spans:
    """Spans, of minutes of any one kind, with others cut out of them."""
    for start, end in shut:
        spans = tuple(
            part
            for opens, closes in spans
            for part in ((opens, min(closes, start)), (max(opens, end), closes))
            if part[0] < part[1]
        )
    return spans


def _by_day(closures: Iterable[tuple[datetime, datetime]]) -> dict[date, list[Span]]:
    """Closures as spans of the days that they touch, whole minutes that hold all of them."""
    days: dict[date, list[Span]] = {}
    for start, end in closures:
        begins, ends = start.astimezone(LONDON), (end + timedelta(seconds=59)).astimezone(LONDON)
        day = begins.date()
        while day <= ends.date():
            opens = _minutes(begins) if day == begins.date() else 0
            closes = _minutes(ends) if day == ends.date() else DAY_MINUTES
            if opens < closes:
                days.setdefault(day, []).append((opens, closes))
            day += _DAY
    return days


def _minutes(local: datetime) -> int:
    return local.hour * 60 + local.minute
