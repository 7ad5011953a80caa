"""What the hours forms hold: plain text, as it was typed. Made from a schedule, or from what a browser sent.

Nothing here is checked; `reading` makes a schedule of it. Names of fields are a prefix for what they belong to (`day-0`
is Monday, `weeks-1` the second rule for some weeks of the month, `bank` bank holidays, `named-2026-12-25` one of them,
`dated-0` the first other date) and a part: `-0-opens`, `-0-closes`, `-0-last`, `-0-appointment`, `-what`, `-reason`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from directory import schedules
from directory.provider.hours.times import said_date
from directory.schedules import DatedEntry, Pattern, Schedule, Session
from directory.schedules.days import LAST_YEAR

YEAR_DAYS = 366

Fields = Mapping[str, Sequence[str]]
"""What a browser sent: every value of every name."""


@dataclass(frozen=True, slots=True)
class SessionTyped:
    """One opening as it was typed; `last` is the time of last admission."""

    opens: str = ""
    closes: str = ""
    last: str = ""
    by_appointment: bool = False


NO_SESSION = SessionTyped()


@dataclass(frozen=True, slots=True)
class DayTyped:
    """What happens on a day. `what` is "closed", "open", "usual" or "" (nothing said); an ordinary day has none."""

    what: str = ""
    sessions: tuple[SessionTyped, ...] = (NO_SESSION,)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WeeksTyped:
    """What happens on a weekday (0 is Monday) in some weeks of the month."""

    weekday: str = "0"
    weeks: tuple[str, ...] = ()
    day: DayTyped = DayTyped("open")


@dataclass(frozen=True, slots=True)
class DatesTyped:
    """What happens on a date, or from the `first` to the `last`, perhaps in every year."""

    first: str = ""
    last: str = ""
    yearly: bool = False
    day: DayTyped = DayTyped("closed")


@dataclass(frozen=True, slots=True)
class HoursTyped:
    """The whole form. `ordinary` is "times", "never", "always", "appointment" or "unknown".

    `named` are single coming bank holidays, by date; `kept` is the text form of past dates.
    """

    ordinary: str = "unknown"
    always_by_appointment: bool = False
    days: tuple[DayTyped, ...] = (DayTyped(),) * 7
    weeks: tuple[WeeksTyped, ...] = ()
    bank: DayTyped = DayTyped()
    named: Mapping[date, DayTyped] = field(default_factory=dict)
    dated: tuple[DatesTyped, ...] = ()
    kept: str = ""


def bank_holidays_from(today: date) -> dict[date, str]:
    """The bank holidays of the twelve months from a day, by name."""
    last = today + timedelta(days=YEAR_DAYS - 1)
    years = range(today.year, min(last.year, LAST_YEAR) + 1)
    named = {day: name for year in years for day, name in schedules.bank_holidays(year).items()}
    return {day: name for day, name in named.items() if today <= day <= last}


def form_of(schedule: Schedule, today: date) -> HoursTyped:
    """The form as it is opened for a schedule: what is past is kept aside, coming bank holidays have a place."""
    past = [entry for entry in schedule.dated if not entry.yearly and entry.last < today]
    coming = bank_holidays_from(today)
    named = {day: DayTyped() for day in coming}
    dated = []
    for entry in (entry for entry in schedule.dated if entry not in past):
        if not entry.yearly and entry.first == entry.last and entry.first in named:
            named[entry.first] = _said(entry.pattern)
        else:
            dated.append(_dates(entry))
    return HoursTyped(
        ordinary=_ordinary(schedule),
        always_by_appointment=schedule.open_all_hours and schedule.by_appointment,
        days=tuple(_weekday(schedule, weekday) for weekday in range(7)),
        weeks=tuple(
            WeeksTyped(str(rule.weekday), tuple(map(str, rule.weeks)), _said(rule.pattern))
            for rule in schedule.weekly or ()
            if rule.weeks
        ),
        bank=_said(schedule.bank_holiday) if schedule.bank_holiday is not None else DayTyped(),
        named=named,
        dated=tuple(dated),
        kept=schedules.write(Schedule(dated=tuple(past))),
    )


def form_sent(fields: Fields) -> HoursTyped:
    """The form as a browser sent it. Raises ValueError where a name in it holds no date, or rows are too many."""
    named = {date.fromisoformat(found[1]): found[0] for name in fields if (found := _NAMED.fullmatch(name))}
    return HoursTyped(
        ordinary=first(fields, "ordinary"),
        always_by_appointment=bool(first(fields, "always-appointment")),
        days=tuple(_day_sent(fields, f"day-{weekday}") for weekday in range(7)),
        weeks=tuple(
            WeeksTyped(
                first(fields, f"{name}-weekday"), tuple(fields.get(f"{name}-weeks", ())), _day_sent(fields, name)
            )
            for name in _numbered(fields, "weeks", "weekday")
        ),
        bank=_day_sent(fields, "bank"),
        named={day: _day_sent(fields, name.removesuffix("-what")) for day, name in sorted(named.items())},
        dated=tuple(dates_sent(fields, name) for name in _numbered(fields, "dated", "first")),
        kept=first(fields, "kept"),
    )


def dates_sent(fields: Fields, name: str) -> DatesTyped:
    """The dates under a prefix, and what happens on them."""
    return DatesTyped(
        first(fields, f"{name}-first"),
        first(fields, f"{name}-last"),
        bool(first(fields, f"{name}-yearly")),
        _day_sent(fields, name),
    )


def first(fields: Fields, name: str) -> str:
    """The first value of a field, on one line; "" where it was not sent."""
    return " ".join(next(iter(fields.get(name, ())), "").split())


def time_typed(minutes: int) -> str:
    """A time as the form shows it: 6pm, 6:30pm, noon, midnight."""
    return schedules.spoken_time(time(minutes // 60 % 24, minutes % 60))


_MOST_ROWS = 200
_NAMED = re.compile(r"named-([0-9]{4}-[01][0-9]-[0-3][0-9])-what")


def _ordinary(schedule: Schedule) -> str:
    if schedule.open_all_hours:
        return "always"
    if schedule.weekly is None:
        return "appointment" if schedule.by_appointment else "unknown"
    return "times" if schedule.weekly else "never"


def _weekday(schedule: Schedule, weekday: int) -> DayTyped:
    """An ordinary weekday, as it is in every week."""
    rules = [rule for rule in schedule.weekly or () if rule.weekday == weekday and not rule.weeks]
    return DayTyped("", *_parts(rules[0].pattern)) if rules else DayTyped()


def _said(pattern: Pattern) -> DayTyped:
    return DayTyped("open" if pattern.sessions else "closed", *_parts(pattern))


def _parts(pattern: Pattern) -> tuple[tuple[SessionTyped, ...], str]:
    return tuple(_session(session) for session in pattern.sessions) or (NO_SESSION,), pattern.reason


def _session(session: Session) -> SessionTyped:
    last = "" if session.last_admission is None else time_typed(session.closes - session.last_admission)
    return SessionTyped(time_typed(session.opens), time_typed(session.closes), last, session.by_appointment)


def _dates(entry: DatedEntry) -> DatesTyped:
    last = said_date(entry.last, yearly=entry.yearly) if entry.last != entry.first else ""
    return DatesTyped(said_date(entry.first, yearly=entry.yearly), last, entry.yearly, _said(entry.pattern))


def _day_sent(fields: Fields, name: str) -> DayTyped:
    sessions = tuple(
        SessionTyped(
            first(fields, f"{each}-opens"),
            first(fields, f"{each}-closes"),
            first(fields, f"{each}-last"),
            bool(first(fields, f"{each}-appointment")),
        )
        for each in _numbered(fields, name, "opens")
    )
    return DayTyped(first(fields, f"{name}-what"), sessions or (NO_SESSION,), first(fields, f"{name}-reason"))


def _numbered(fields: Fields, name: str, part: str) -> list[str]:
    """The prefixes `name`-0, `name`-1 and so on, as far as they were sent. Raises ValueError for too many."""
    found: list[str] = []
    while f"{name}-{len(found)}-{part}" in fields:
        found.append(f"{name}-{len(found)}")
    if len(found) > _MOST_ROWS:
        raise ValueError(f"{len(found)} rows of {name}")
    return found
