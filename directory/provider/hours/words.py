"""What a schedule says, in words that a provider can check: past midnight, weeks of the month and dates spelt out."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from directory import schedules
from directory.provider.hours.form import time_typed
from directory.provider.hours.times import WEEKDAYS, said_date
from directory.schedules import DatedEntry, Pattern, Schedule, Session, WeeklyRule
from directory.schedules.answers import is_unconfirmed, pattern_of
from directory.schedules.days import london_day
from directory.schedules.model import CLOSED, DAY_MINUTES

NOT_SAID = "Nothing said"

_WEEKS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def ordinary_in_words(schedule: Schedule) -> tuple[str, ...]:
    """Ordinary days and bank holidays, a sentence each: "Monday to Friday: 6pm to 2am (the next morning)"."""
    if schedule.open_all_hours:
        said = ["Every day: open 24 hours" + (", by appointment" if schedule.by_appointment else "")]
    elif schedule.weekly is None:
        said = ["Ordinary days: " + ("by appointment, times not known" if schedule.by_appointment else "not known")]
    elif not schedule.weekly:
        said = ["Ordinary days: never open"]
    else:
        said = [*_weekly(schedule.weekly)]
    if schedule.bank_holiday is not None:
        said.append(f"Bank holidays: {pattern_in_words(schedule.bank_holiday)}")
    return tuple(said)


def dated_in_words(entry: DatedEntry) -> str:
    """A dated entry: "Friday 25 December 2026 (Christmas Day): closed", "25 December every year: closed"."""
    return f"{dates_in_words(entry)}: {pattern_in_words(entry.pattern, _weekday_of(entry))}"


def dates_in_words(entry: DatedEntry) -> str:
    """The dates of an entry, with the name of the bank holiday where it is one."""
    if entry.yearly:
        said = said_date(entry.first, yearly=True)
        return (
            f"{said} every year"
            if entry.first == entry.last
            else f"{said} to {said_date(entry.last, yearly=True)} every year"
        )
    if entry.first != entry.last:
        return f"{day_in_words(entry.first)} to {day_in_words(entry.last)}"
    name = schedules.bank_holidays(entry.first.year).get(entry.first)
    return day_in_words(entry.first) + (f" ({name})" if name else "")


def day_in_words(day: date, today: date | None = None) -> str:
    """ "Friday 25 December 2026"; with `today` also "Today, Sunday 22 November"."""
    if today is None:
        return f"{day:%A} {said_date(day)}"
    near = {0: "Today, ", 1: "Tomorrow, "}.get((day - today).days, "")
    return f"{near}{day:%A} {said_date(day, yearly=day.year == today.year)}"


def pattern_in_words(pattern: Pattern, weekday: int | None = None) -> str:
    """What happens on a day: "closed (staff training)", "6pm to 2am (Saturday morning), last admission 1am"."""
    if not pattern.sessions:
        said = "closed"
    else:
        said = "; ".join(_session(session, weekday) for session in pattern.sessions)
    return f"{said} ({pattern.reason})" if pattern.reason else said


def happening(schedule: Schedule, day: date) -> str:
    """What a schedule makes of one day, in words; whether nothing was said of a bank holiday, too."""
    found = london_day(day.toordinal())
    pattern, said = pattern_of(schedule, found)
    if pattern is None:
        return "by appointment, times not known" if schedule.by_appointment else "not known"
    words = pattern_in_words(pattern, day.weekday())
    if is_unconfirmed(schedule, found, said):
        return f"{NOT_SAID}. People are told “{words}, bank holiday hours not confirmed”"
    if found.bank_holiday and said == "date" and pattern.sessions == _usual(schedule, day):
        return f"as usual, {words}"
    return words


def changes_in_words(before: Schedule, after: Schedule) -> tuple[str, ...]:
    """The dated entries that `after` has and `before` has not, and those that were taken away."""
    gone = {(entry.first, entry.last, entry.yearly) for entry in before.dated}
    gone -= {(entry.first, entry.last, entry.yearly) for entry in after.dated}
    new = [dated_in_words(entry) for entry in after.dated if entry not in before.dated]
    taken = [
        f"{dates_in_words(entry)}: taken back, so {after_taking_back(after, entry)}"
        for entry in before.dated
        if (entry.first, entry.last, entry.yearly) in gone
    ]
    return (*new, *taken)


def after_taking_back(after: Schedule, entry: DatedEntry) -> str:
    """What happens on the dates of an entry that is there no longer."""
    return "other rules apply" if entry.yearly or entry.first != entry.last else happening(after, entry.first)


def _usual(schedule: Schedule, day: date) -> tuple[Session, ...]:
    usual = schedule.weekly_pattern(day)
    return usual.sessions if usual is not None else ()


def _weekly(rules: Iterable[WeeklyRule]) -> Iterable[str]:
    """Days in a row that are alike together, then the rules for some weeks of the month."""
    every = {rule.weekday: rule.pattern for rule in rules if not rule.weeks}
    days = [(every.get(weekday, CLOSED), weekday) for weekday in range(7)]
    for pattern, alike in groupby(days, key=lambda day: day[0]):
        weekdays = [weekday for _, weekday in alike]
        first, last = WEEKDAYS[weekdays[0]], WEEKDAYS[weekdays[-1]]
        between = " and " if len(weekdays) == 2 else " to "
        names = first if first == last else f"{first}{between}{last}"
        yield f"{names}: {pattern_in_words(pattern, weekdays[0] if first == last else None)}"
    for rule in rules:
        if rule.weeks:
            yield f"{_in_weeks(rule)}: {pattern_in_words(rule.pattern, rule.weekday)}"


def _in_weeks(rule: WeeklyRule) -> str:
    """ "The second and last Wednesday of the month"."""
    weeks = [week_in_words(week) for week in rule.weeks]
    joined = " and ".join(filter(None, (", ".join(weeks[:-1]), weeks[-1])))
    return f"The {joined} {WEEKDAYS[rule.weekday]} of the month"


def week_in_words(week: int) -> str:
    """Which week of the month: "second", "last", "second to last"."""
    return _WEEKS.get(week) or f"{_WEEKS[-week]} to last"


def _weekday_of(entry: DatedEntry) -> int | None:
    return None if entry.yearly or entry.first != entry.last else entry.first.weekday()


def _session(session: Session, weekday: int | None) -> str:
    if (session.opens, session.closes) == (0, DAY_MINUTES):
        said = "open 24 hours"
    else:
        said = f"{time_typed(session.opens)} to {time_typed(session.closes)}{_next_day(session, weekday)}"
    if session.last_admission is not None:
        said += f", last admission {time_typed(session.closes - session.last_admission)}"
    return said + (", by appointment" if session.by_appointment else "")


def _next_day(session: Session, weekday: int | None) -> str:
    """In which morning an opening past midnight ends."""
    if session.closes <= DAY_MINUTES:
        return ""
    after = session.closes - DAY_MINUTES
    part = "morning" if after <= 720 else "afternoon" if after <= 1080 else "evening"
    return f" (the next {part})" if weekday is None else f" ({WEEKDAYS[(weekday + 1) % 7]} {part})"
