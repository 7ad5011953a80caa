"""Writes a schedule in its one canonical text form."""

from collections.abc import Iterable
from itertools import groupby

from directory.schedules.model import DAY_MINUTES, DatedEntry, Pattern, Schedule, Session, WeeklyRule

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_BY_APPOINTMENT = '"by appointment"'


def write(schedule: Schedule) -> str:
    """The canonical text: 24/7 or the week, then bank holidays, then dates. `parse` reads it back exactly."""
    rules: list[str] = []
    if schedule.open_all_hours:
        rules.append(f"24/7 {_BY_APPOINTMENT}" if schedule.by_appointment else "24/7")
    elif schedule.by_appointment:
        rules.append(_BY_APPOINTMENT)
    if schedule.weekly is not None:
        rules += _weekly(schedule.weekly)
    if schedule.bank_holiday is not None:
        rules.append(_rule("PH", schedule.bank_holiday))
    rules += [_rule(_dates(entry), entry.pattern) for entry in schedule.dated]
    return "; ".join(rules)


def _weekly(rules: tuple[WeeklyRule, ...]) -> Iterable[str]:
    """The first rules of all weekdays, then the rules that replace them in some weeks."""
    if not rules:
        yield "Mo-Su off"
    by_day = [list(of_day) for _, of_day in groupby(rules, key=lambda rule: rule.weekday)]
    for turn in range(max((len(of_day) for of_day in by_day), default=0)):
        weekdays: dict[tuple[tuple[int, ...], Pattern], list[int]] = {}
        for of_day in by_day:
            for rule in of_day[turn : turn + 1]:
                weekdays.setdefault((rule.weeks, rule.pattern), []).append(rule.weekday)
        for (weeks, pattern), days in weekdays.items():
            yield _rule(_in_weeks(days, weeks) if weeks else _weekdays(days), pattern)


def _in_weeks(days: Iterable[int], weeks: Iterable[int]) -> str:
    return ",".join(f"{_DAYS[day]}[{','.join(map(str, weeks))}]" for day in days)


def _weekdays(days: list[int]) -> str:
    """Weekdays as a list: a run of three days is a range, and so is a run of two that stands alone."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    shortest = 2 if len(runs) == 1 else 3
    return ",".join(
        f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" if len(run) >= shortest else ",".join(_DAYS[day] for day in run)
        for run in runs
    )


def _dates(entry: DatedEntry) -> str:
    written = "%b %d" if entry.yearly else "%Y %b %d"
    first, last = entry.first.strftime(written), entry.last.strftime(written)
    return first if first == last else f"{first}-{last}"


def _rule(selector: str, pattern: Pattern) -> str:
    """A selector with its times; sessions about which something else is said follow after a comma."""
    if not pattern.sessions:
        return f'{selector} off "{pattern.reason}"' if pattern.reason else f"{selector} off"
    by_facts: dict[str, list[str]] = {}
    for session in pattern.sessions:
        by_facts.setdefault(_facts(session), []).append(f"{_clock(session.opens)}-{_closing(session)}")
    rules, reason = [], pattern.reason
    for facts, times in by_facts.items():
        comment = ", ".join(filter(None, (reason, facts)))
        rules.append(f"{selector} {','.join(times)}" + (f' "{comment}"' if comment else ""))
        reason = ""
    return ", ".join(rules)


def _facts(session: Session) -> str:
    facts = ["by appointment"] if session.by_appointment else []
    if session.last_admission is not None:
        minutes = "minute" if session.last_admission == 1 else "minutes"
        facts.append(f"last admission {session.last_admission} {minutes} before closing")
    return ", ".join(facts)


def _closing(session: Session) -> str:
    """The closing time on the clock; past 24:00 where that would look the same as the opening time."""
    is_next_day = DAY_MINUTES < session.closes < session.opens + DAY_MINUTES
    return _clock(session.closes - DAY_MINUTES if is_next_day else session.closes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
