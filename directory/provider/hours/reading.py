"""From what was typed to a schedule, or to what is wrong, field by field, and how to mend it. Pure functions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from directory import schedules
from directory.provider.hours.form import (
    NO_SESSION,
    DatesTyped,
    DayTyped,
    HoursTyped,
    SessionTyped,
    WeeksTyped,
    bank_holidays_from,
)
from directory.provider.hours.times import (
    WEEKDAYS,
    NotUnderstoodError,
    read_date,
    read_time,
    read_yearly_date,
    said_date,
)
from directory.schedules import DatedEntry, Pattern, Schedule, Session, WeeklyRule
from directory.schedules.model import CLOSED, DAY_MINUTES, REASON_LENGTH, YEARLY, Facts, tidy

_TURNS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ")


@dataclass(frozen=True, slots=True)
class Reading:
    """The schedule that was typed, or None with what is wrong, by the name of the field."""

    schedule: Schedule | None
    faults: dict[str, str]


def read_hours(form: HoursTyped, today: date) -> Reading:
    """The schedule that a form holds. Dates without a year are coming ones.

    Raises ValueError where the form is not one of ours: hidden parts that cannot be read.
    """
    reader = _Reader(today)
    ordinary = reader.ordinary(form)
    dated = {
        (day, day, False): entry for day, typed in form.named.items() if (entry := reader.named(day, typed, ordinary))
    }
    for at, typed in enumerate(form.dated):
        entry = reader.dates(typed, f"dated-{at}", ordinary)
        if entry is None:
            continue
        key = (entry.first, entry.last, entry.yearly)
        if key in dated:
            said = said_date(entry.first, yearly=entry.yearly)
            reader.faults[f"dated-{at}-first"] = f"{said} is there twice. Take one of the two away."
        dated[key] = entry
    if reader.faults:
        return Reading(None, reader.faults)
    past = schedules.parse(form.kept).dated
    return Reading(replace(ordinary, dated=(*past, *dated.values())), {})


def read_dates(
    typed: DatesTyped, name: str, ordinary: Schedule, today: date
) -> tuple[DatedEntry | None, dict[str, str]]:
    """The dated entry that was typed under a prefix, or None with what is wrong, by the name of the field."""
    reader = _Reader(today)
    entry = reader.dates(typed, name, ordinary)
    return (None if reader.faults else entry), reader.faults


@dataclass
class _Reader:
    """Reads fields one by one, and keeps what is wrong with them."""

    today: date
    faults: dict[str, str] = field(default_factory=dict)

    def ordinary(self, form: HoursTyped) -> Schedule:
        """Everything but dates. Open 24 hours but for bank holidays is a week of days without an end."""
        bank = self.bank(form.bank)
        if form.ordinary == "always" and bank is not None:
            all_day = Pattern((Session(0, DAY_MINUTES, by_appointment=form.always_by_appointment),))
            return Schedule(tuple(WeeklyRule(weekday, all_day) for weekday in range(7)), bank_holiday=bank)
        if form.ordinary == "always":
            return Schedule(open_all_hours=True, by_appointment=form.always_by_appointment)
        if form.ordinary == "times":
            return Schedule(self.week(form), bank_holiday=bank)
        if form.ordinary == "never":
            return Schedule((), bank_holiday=bank)
        if form.ordinary not in ("appointment", "unknown"):
            self.faults["ordinary"] = "Choose when it is open on ordinary days."
        return Schedule(bank_holiday=bank, by_appointment=form.ordinary == "appointment")

    def week(self, form: HoursTyped) -> tuple[WeeklyRule, ...]:
        """The rules of ordinary days; a day without times is closed."""
        rules = []
        for weekday, typed in enumerate(form.days):
            name, where = f"day-{weekday}", WEEKDAYS[weekday]
            rules.append(WeeklyRule(weekday, self.weekly(typed, name, where)))
        for at, weeks in enumerate(form.weeks):
            rule = self.some_weeks(weeks, f"weeks-{at}")
            if rule is not None:
                rules.append(rule)
        if all(rule.pattern == CLOSED for rule in rules) and not self.faults:
            self.faults["day-0-0-opens"] = "Type the times of at least one day, or choose another answer above."
        return tuple(rules)

    def some_weeks(self, typed: WeeksTyped, name: str) -> WeeklyRule | None:
        """A rule for some weeks of the month."""
        where = f"Some {WEEKDAYS[int(typed.weekday)]}s"
        pattern = self.chosen(typed.day, name, where, lambda: self.weekly(typed.day, name, where))
        if not typed.weeks:
            self.faults[f"{name}-weeks"] = f"{where}: choose which of the month."
        if pattern is None or not typed.weeks:
            return None
        return WeeklyRule(int(typed.weekday), pattern, tuple(map(int, typed.weeks)))

    def bank(self, typed: DayTyped) -> Pattern | None:
        """What happens on bank holidays; None where nothing is said."""
        if not typed.what:
            return None
        return self.chosen(typed, "bank", "Bank holidays", lambda: self.weekly(typed, "bank", "Bank holidays"))

    def weekly(self, typed: DayTyped, name: str, where: str) -> Pattern:
        """The pattern of an ordinary day, on which only a closure has a reason."""
        sessions = self.sessions(typed, name, where)
        if sessions and typed.reason:
            self.faults[f"{name}-reason"] = (
                f"{where}: only a closed day has a reason. Take away the reason or the times."
            )
            return Pattern(sessions)
        return Pattern(sessions, self.reason(typed, name, where))

    def named(self, day: date, typed: DayTyped, ordinary: Schedule) -> DatedEntry | None:
        """What happens on one bank holiday; None where nothing is said."""
        if not typed.what:
            return None
        where = f"{bank_holidays_from(day).get(day, 'Bank holiday')}, {said_date(day)}"
        pattern = self.on_date(typed, f"named-{day}", where, day, ordinary)
        return DatedEntry(day, day, pattern) if pattern is not None else None

    def dates(self, typed: DatesTyped, name: str, ordinary: Schedule) -> DatedEntry | None:
        """What happens on a date, or a range of dates; None where something is wrong, or nothing was typed."""
        where = typed.first or "A date"
        first = self.day(typed.first, f"{name}-first", typed.yearly, self.today)
        last = self.day(typed.last, f"{name}-last", typed.yearly, first or self.today) if typed.last else first
        if first and last and last < first and not typed.yearly:
            self.faults[f"{name}-last"] = (
                f"{where}: the last day, {said_date(last)}, is before the first. Change one of them."
            )
            return None
        pattern = self.on_date(typed.day, name, where, first, ordinary)
        if first is None or last is None or pattern is None:
            return None
        return DatedEntry(first, last, pattern, typed.yearly)

    def day(self, typed: str, field_name: str, yearly: bool, after: date) -> date | None:
        """A date as typed; None where it cannot be read."""
        if not typed:
            self.faults[field_name] = "A date is missing. Write it like 25 December 2026."
            return None
        try:
            return read_yearly_date(typed) if yearly else read_date(typed, after)
        except NotUnderstoodError as error:
            self.faults[field_name] = f"“{typed}” {error}"
            return None

    def on_date(self, typed: DayTyped, name: str, where: str, day: date | None, ordinary: Schedule) -> Pattern | None:
        """The pattern of a date, which may have a reason whatever happens."""
        if typed.what == "usual" and day is not None:
            usual = ordinary.weekly_pattern(day)
            if usual is None or day.year == YEARLY:
                self.faults[f"{name}-what"] = (
                    f"{where}: the usual hours are not known. Give the times, or choose closed."
                )
            return usual

        def with_reason() -> Pattern:
            return Pattern(self.sessions(typed, name, where), self.reason(typed, name, where))

        return self.chosen(typed, name, where, with_reason)

    def chosen(self, typed: DayTyped, name: str, where: str, opened: Callable[[], Pattern]) -> Pattern | None:
        """Closed, or what `opened` makes of the times; None where something is wrong."""
        if typed.what == "closed":
            return Pattern((), self.reason(typed, name, where))
        if typed.what != "open":
            self.faults[f"{name}-what"] = f"{where}: choose closed, or open."
            return None
        before = len(self.faults)
        pattern = opened()
        if not pattern.sessions and len(self.faults) == before:
            self.faults[f"{name}-0-opens"] = f"{where}: the times are missing. Write them like 6pm, or choose closed."
        return pattern

    def sessions(self, typed: DayTyped, name: str, where: str) -> tuple[Session, ...]:
        """The openings of a day; rows in which nothing was typed are left out."""
        found = []
        for at, each in enumerate(typed.sessions):
            if each != NO_SESSION:
                turn = f"{where}, {_TURNS[at] if at < len(_TURNS) else 'next '}opening" if at else where
                found.append(self.session(each, f"{name}-{at}", turn))
        return tuple(session for session in found if session is not None)

    def session(self, typed: SessionTyped, name: str, where: str) -> Session | None:
        """One opening. A closing time that is not after the opening time is on the next day."""
        opens = self.minutes(typed.opens, f"{name}-opens", f"{where}: the opening time", "6pm")
        closes = self.minutes(typed.closes, f"{name}-closes", f"{where}: the closing time", "10pm")
        last = self.minutes(typed.last, f"{name}-last", f"{where}: last admission", "9pm") if typed.last else None
        if opens is None or closes is None or (typed.last and last is None):
            return None
        ends = closes if closes > opens else closes + DAY_MINUTES
        margin = None if last is None else (ends - last) % DAY_MINUTES
        if margin is not None and margin >= ends - opens:
            said = f"{typed.last} is not between {typed.opens} and {typed.closes}"
            self.faults[f"{name}-last"] = (
                f"{where}: last admission {said}. Write the time at which the last person is let in."
            )
            return None
        return Session(opens, ends, margin, typed.by_appointment)

    def minutes(self, typed: str, field_name: str, what: str, example: str) -> int | None:
        """A time as typed; None where it is missing or cannot be read."""
        if not typed:
            self.faults[field_name] = f"{what} is missing. Write it like {example}."
            return None
        try:
            return read_time(typed)
        except NotUnderstoodError as error:
            self.faults[field_name] = f"{what} “{typed}” {error}"
            return None

    def reason(self, typed: DayTyped, name: str, where: str) -> str:
        """The reason as it is kept: it takes the place of the facts that have fields of their own."""
        reason = tidy(typed.reason)
        if len(typed.reason) > REASON_LENGTH:
            self.faults[f"{name}-reason"] = (
                f"{where}: the reason has {len(typed.reason)} characters. Use at most {REASON_LENGTH}."
            )
        elif typed.what == "open" and Facts.read(reason) != Facts(reason):
            self.faults[f"{name}-reason"] = f"{where}: tick “by appointment”, or type last admission, beside the times."
            return ""
        return reason
