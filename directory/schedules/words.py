"""Opening hours in the words of a person: a sentence for now, the week, and the coming exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory.schedules.answers import HORIZON_DAYS, Answer, Said, is_unconfirmed, pattern_of
from directory.schedules.days import LONDON, LondonDay, london_day
from directory.schedules.model import ALL_DAY, ALL_DAY_BY_APPOINTMENT, DAY_MINUTES, Pattern, Schedule, Session

_DAY = timedelta(days=1)
_NOON = time(12)
_UNCONFIRMED = "bank holiday hours not confirmed"


@dataclass(frozen=True, slots=True)
class DayHours:
    """A line of the week's table: "Sunday", "6pm to 2am", and a note such as the name of a bank holiday, or ""."""

    date: date
    day: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class HoursChange:
    """Days on which other hours apply: "Friday 25 December 2026", "Closed", and why, or ""."""

    first: date
    last: date
    dates: str
    words: str
    note: str


def sentence(answer: Answer, at: datetime, today: date | None = None) -> str:
    """The answer for an instant as a person would say it: "Open until 2am, last admission 1am".

    Days are named as on `today`, the London day on which it is said; that of the instant where none is given.
    """
    at = at.astimezone(LONDON)
    today = today or at.date()
    if answer.state == "unknown":
        return "By appointment, times not known" if answer.by_appointment else "Hours not known"
    words = _open_sentence(answer, at, today) if answer.state == "open" else _closed_sentence(answer, at, today)
    return f"{words} ({_UNCONFIRMED})" if answer.bank_holiday_unconfirmed else words


def spoken_time(t: time | datetime) -> str:
    """A time of day as people say it: 2am, 6:30pm, noon, midnight."""
    return _spoken(t.hour * 60 + t.minute)


def closing_words(instant: datetime, at: datetime, today: date) -> str:
    """When something ends, in London time, with the day where the hour alone could be misheard: "2am", "9am Monday".

    Days are named as on `today`.
    """
    day = _day_ending(instant)
    if day == at.date() or (day == at.date() + _DAY and instant.date() == day and instant.time() <= _NOON):
        return spoken_time(instant)
    words = _day_words(day, today)
    if instant.time() == time(0) and day != today + _DAY:
        return f"midnight at the end of {words}"
    return f"{spoken_time(instant)} {words}"


def week(schedule: Schedule, first: date) -> tuple[DayHours, ...]:
    """The seven days from `first`, for a table."""
    hours = []
    for ordinal in range(first.toordinal(), first.toordinal() + 7):
        day = london_day(ordinal)
        pattern, said = pattern_of(schedule, day)
        note = _note(pattern, day)
        if is_unconfirmed(schedule, day, said):
            note = f"{note}, {_UNCONFIRMED}"
        hours.append(DayHours(day.date, f"{day.date:%A}", _pattern_words(schedule, pattern), note))
    return tuple(hours)


def exceptions(schedule: Schedule, first: date, days: int = 92) -> tuple[HoursChange, ...]:
    """The dates from `first` on for which there is a dated entry, and the bank holidays that differ from the week.

    Days in a row with the same hours and note are one change, told to its end (within a year) even where that
    is after the `days` looked at.
    """
    changes: list[HoursChange] = []
    for offset in range(HORIZON_DAYS):
        day = london_day(first.toordinal() + offset)
        follows = bool(changes) and changes[-1].last == day.date - _DAY
        if offset >= days and not follows:
            break
        pattern, said = pattern_of(schedule, day)
        if said == "week" or (said == "bank holiday" and pattern == schedule.weekly_pattern(day.date)):
            continue
        words, note = _pattern_words(schedule, pattern), _change_note(pattern, day, said)
        if follows and (changes[-1].words, changes[-1].note) == (words, note):
            changes[-1] = _change(changes[-1].first, day.date, words, note)
        elif offset < days:
            changes.append(_change(day.date, day.date, words, note))
    return tuple(changes)


def _open_sentence(answer: Answer, at: datetime, today: date) -> str:
    if answer.until is None:
        return "Open 24 hours" + (", by appointment" if answer.by_appointment else "")
    words = "Open until " + closing_words(answer.until, at, today)
    if answer.last_admission_at is not None and answer.last_admission_at <= at:
        words += f", last admission was {spoken_time(answer.last_admission_at)}"
    elif answer.last_admission_at is not None:
        same_day = _day_ending(answer.last_admission_at) == _day_ending(answer.until)
        admission = spoken_time if same_day else lambda instant: closing_words(instant, at, today)
        words += f", last admission {admission(answer.last_admission_at)}"
    return words + (", by appointment" if answer.by_appointment else "")


def _closed_sentence(answer: Answer, at: datetime, today: date) -> str:
    reason = f" ({answer.reason})" if answer.reason else ""
    if answer.closed_for is None:
        prefix = ""
    elif answer.closed_for == "date":
        prefix = f"Closed {_day_words(at.date(), today)}{reason}, "
    else:
        prefix = f"Closed for the bank holiday{reason}, "
    if answer.next_open is None:
        outlook = "other hours not known" if answer.until else "no opening in the next year"
        return f"{prefix or 'Closed, '}{outlook}"
    opens = f"{'opens' if prefix else 'Opens'} {_opening_words(answer.next_open, today)}"
    return prefix + opens + (", by appointment" if answer.by_appointment else "")


def _opening_words(instant: datetime, today: date) -> str:
    """When something opens: "6pm today", "9am Monday 4 January"."""
    if instant.time() != time(0):
        return f"{spoken_time(instant)} {_day_words(instant.date(), today)}"
    if instant.date() == today + _DAY:
        return "midnight tonight"
    return f"midnight at the start of {_day_words(instant.date(), today)}"


def _day_ending(instant: datetime) -> date:
    """The date that a closing time belongs to: midnight ends the day before."""
    return instant.date() - _DAY if instant.time() == time(0) else instant.date()


def _day_words(day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    if 1 < ahead <= 6:
        return f"{day:%A}"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def _spoken(minutes: int) -> str:
    hour, minute = divmod(minutes % DAY_MINUTES, 60)
    if not minute and hour in (0, 12):
        return "noon" if hour else "midnight"
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''}{'pm' if hour >= 12 else 'am'}"


def _pattern_words(schedule: Schedule, pattern: Pattern | None) -> str:
    if pattern is None:
        return "By appointment, times not known" if schedule.by_appointment else "Hours not known"
    if pattern.sessions in (ALL_DAY.sessions, ALL_DAY_BY_APPOINTMENT.sessions):
        return "Open 24 hours" + (", by appointment" if pattern.sessions[0].by_appointment else "")
    return ", ".join(_session_words(session) for session in pattern.sessions) or "Closed"


def _session_words(session: Session) -> str:
    facts = []
    if session.last_admission is not None:
        facts.append(f"last admission {_spoken(session.closes - session.last_admission)}")
    if session.by_appointment:
        facts.append("by appointment")
    return f"{_spoken(session.opens)} to {_spoken(session.closes)}" + (f" ({', '.join(facts)})" if facts else "")


def _note(pattern: Pattern | None, day: LondonDay) -> str:
    return _joined([day.bank_holiday, pattern.reason if pattern else ""])


def _change_note(pattern: Pattern | None, day: LondonDay, said: Said) -> str:
    """The reason alone for a dated entry that has one, so that a long closure is not cut up by bank holidays."""
    return pattern.reason if pattern and pattern.reason and said == "date" else _note(pattern, day)


def _joined(notes: Iterable[str]) -> str:
    return ": ".join(dict.fromkeys(filter(None, notes)))


def _change(first: date, last: date, words: str, note: str) -> HoursChange:
    dates = _full_date(first) if first == last else f"{_full_date(first)} to {_full_date(last)}"
    return HoursChange(first, last, dates, words, note)


def _full_date(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
