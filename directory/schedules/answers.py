"""Answers for an instant, and openings over a stretch of days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from directory.schedules.days import FIRST_YEAR, LAST_YEAR, LondonDay, day_at, instant, london_day
from directory.schedules.model import ALL_DAY, ALL_DAY_BY_APPOINTMENT, DAY_MINUTES, Pattern, Schedule, Session

HORIZON_DAYS = 366
_HORIZON = HORIZON_DAYS * DAY_MINUTES

Said = Literal["date", "bank holiday", "week"]
Timed = tuple[int, int, Session]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a service is open at an instant, and what a sentence about it needs. Instants are in London time.

    `until` is when this state ends: the closing time, the next opening, or the start of a day whose hours are
    known or stop being known; None where it lasts for a year or more. `next_open` is given only when closed.
    `closed_for` says why there is no session all day: a dated closure (or one of this week of the month that
    gives its reason), or the bank holiday; `reason` are the words that came with it. `bank_holiday` names today's
    bank holiday. `last_admission_at` is for the present opening, `by_appointment` for the present or, when
    closed, the next one. `bank_holiday_unconfirmed`: the weekly pattern decided on a bank holiday for which
    nothing was said, now or at the next opening.
    """

    state: Literal["open", "closed", "unknown"]
    until: datetime | None = None
    next_open: datetime | None = None
    reason: str = ""
    closed_for: Literal["date", "bank holiday"] | None = None
    bank_holiday: str = ""
    last_admission_at: datetime | None = None
    by_appointment: bool = False
    bank_holiday_unconfirmed: bool = False


def answer(schedule: Schedule, at: datetime) -> Answer:
    """Whether the service is open at an aware instant of the years 2000 to 2100, and until when.

    Raises ValueError for a naive instant and for one outside those years.
    """
    if at.utcoffset() is None:
        raise ValueError("the instant needs a time zone")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"the instant must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    minute = int(at.timestamp() // 60)
    today = day_at(minute)
    closes, last = _run_of_sessions(schedule, minute, today)
    if closes > minute:
        return _open(schedule, minute, today, closes, last)
    pattern, said = pattern_of(schedule, today)
    if pattern is None:
        return _unknown(schedule, minute, today)
    return _closed(schedule, minute, today, pattern, said)


def openings(schedule: Schedule, first: date, last: date) -> list[tuple[int, int]]:
    """Every session that starts on the days from first to last, as half-open epoch minutes (UTC).

    In order; touching and overlapping sessions are merged. Raises ValueError for dates outside 2000 to 2100.
    """
    if not FIRST_YEAR <= first.year or not last.year <= LAST_YEAR:
        raise ValueError(f"the dates must be in the years {FIRST_YEAR} to {LAST_YEAR}")
    merged: list[tuple[int, int]] = []
    end = -1
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        for opens, closes, _ in _timed(schedule, london_day(ordinal)) or ():
            if opens > end:
                merged.append((opens, closes))
                end = closes
            elif closes > end:
                merged[-1] = (merged[-1][0], closes)
                end = closes
    return merged


def admissions(schedule: Schedule, first: date, last: date) -> list[tuple[int, int]]:
    """When a newcomer is let in: the `openings` of those days, each until its last admission where that is known.

    Half-open epoch minutes (UTC), in order; an opening that lets nobody in is left out. An opening that goes on into
    the day after `last` ends as in `openings`, or at the last admission of the whole where that is earlier. Raises
    ValueError for dates outside 2000 to 2100.
    """
    admitting = []
    for opens, closes in openings(schedule, first, last):
        within = closes - 1
        ends, sessions = _run_of_sessions(schedule, within, day_at(within))
        margin = _margin(sessions) if ends <= within + _HORIZON else None
        until = closes if margin is None else min(closes, ends - margin)
        if opens < until:
            admitting.append((opens, until))
    return admitting


def to_json(answer: Answer) -> dict[str, str | None]:
    """The state and its two instants as ISO 8601 with their offset, or None."""
    return {
        "state": answer.state,
        "until": answer.until.isoformat() if answer.until else None,
        "next_open": answer.next_open.isoformat() if answer.next_open else None,
    }


def pattern_of(schedule: Schedule, day: LondonDay) -> tuple[Pattern | None, Said]:
    """What happens on a day, None where it is not known, and which part of the schedule says so."""
    if schedule.regular is not None:
        return schedule.regular[day.weekday], "week"
    if schedule.dated:
        pattern = schedule.dated_pattern(day.date)
        if pattern is not None:
            return pattern, "date"
    if day.bank_holiday and schedule.bank_holiday is not None:
        return schedule.bank_holiday, "bank holiday"
    return schedule.weekly_pattern(day.date), "week"


def is_unconfirmed(schedule: Schedule, day: LondonDay, said: Said) -> bool:
    """Whether the weekly pattern decides a bank holiday about which nothing was said."""
    return bool(day.bank_holiday) and said == "week" and schedule.weekly is not None


def _timed(schedule: Schedule, day: LondonDay) -> list[Timed] | None:
    """The sessions that start on a day, with their epoch minutes; None where the day is not known."""
    pattern, _ = pattern_of(schedule, day)
    if pattern is None:
        return None
    if day.is_plain:
        midnight = day.midnight
        return [(midnight + s.opens, midnight + s.closes, s) for s in pattern.sessions]
    timed = [(day.minute_of(s.opens), day.minute_of(s.closes), s) for s in pattern.sessions]
    return [(opens, closes, s) for opens, closes, s in timed if opens < closes]


def _run_of_sessions(schedule: Schedule, minute: int, today: LondonDay) -> tuple[int, list[Session]]:
    """When the unbroken run of sessions around a minute ends, and the sessions that end then.

    The minute itself where nothing is open; further away than the horizon where it never ends.
    """
    if schedule.regular is not None and all(p in (ALL_DAY, ALL_DAY_BY_APPOINTMENT) for p in schedule.regular):
        return minute + _HORIZON + 1, []
    closes, last = minute, list[Session]()
    ordinal = today.ordinal - 1
    while (day := london_day(ordinal)).midnight <= closes <= minute + _HORIZON:
        for opens, ends, session in _timed(schedule, day) or ():
            if opens <= closes < ends:
                closes, last = ends, [session]
            elif ends == closes:
                last.append(session)
        ordinal += 1
    return closes, last


def _open(schedule: Schedule, minute: int, today: LondonDay, closes: int, last: list[Session]) -> Answer:
    yesterday = london_day(today.ordinal - 1)
    current = [
        (day, session)
        for day in (yesterday, today)
        for opens, ends, session in _timed(schedule, day) or ()
        if opens <= minute < ends
    ]
    ends_within_a_year = closes <= minute + _HORIZON
    margin = _margin(last) if ends_within_a_year else None
    return Answer(
        "open",
        until=instant(closes) if ends_within_a_year else None,
        bank_holiday=today.bank_holiday,
        last_admission_at=None if margin is None else instant(closes - margin),
        by_appointment=all(session.by_appointment for _, session in current),
        bank_holiday_unconfirmed=any(is_unconfirmed(schedule, day, pattern_of(schedule, day)[1]) for day, _ in current),
    )


def _margin(last: list[Session]) -> int | None:
    """How long before its end an opening stops letting people in, by the sessions that end it; None if not known."""
    margins = [session.last_admission for session in last if session.last_admission is not None]
    return min(margins) if len(margins) == len(last) else None


def _unknown(schedule: Schedule, minute: int, today: LondonDay) -> Answer:
    until = None
    if schedule.dated or schedule.bank_holiday is not None:
        for ordinal in range(today.ordinal + 1, today.ordinal + HORIZON_DAYS + 1):
            day = london_day(ordinal)
            if pattern_of(schedule, day)[0] is not None:
                until = _within_a_year(day.midnight, minute)
                break
    return Answer("unknown", until, bank_holiday=today.bank_holiday, by_appointment=schedule.by_appointment)


def _closed(schedule: Schedule, minute: int, today: LondonDay, pattern: Pattern, said: Said) -> Answer:
    closed_for: Literal["date", "bank holiday"] | None = None
    if not pattern.sessions:
        if said == "bank holiday" or (said == "date" and today.bank_holiday and not pattern.reason):
            closed_for = "bank holiday"
        elif said == "date" or pattern.reason:
            closed_for = "date"
    until, next_day, session = _next_change(schedule, minute, today)
    unconfirmed = is_unconfirmed(schedule, today, said) or bool(
        next_day and is_unconfirmed(schedule, next_day, pattern_of(schedule, next_day)[1])
    )
    return Answer(
        "closed",
        until=until,
        next_open=until if session else None,
        reason=pattern.reason if closed_for else "",
        closed_for=closed_for,
        bank_holiday=today.bank_holiday,
        by_appointment=bool(session and session.by_appointment),
        bank_holiday_unconfirmed=unconfirmed,
    )


def _next_change(
    schedule: Schedule, minute: int, today: LondonDay
) -> tuple[datetime | None, LondonDay | None, Session | None]:
    """When a closed service opens, on which day and with which session; or when its hours stop being known."""
    for ordinal in range(today.ordinal, today.ordinal + HORIZON_DAYS + 1):
        day = london_day(ordinal)
        timed = _timed(schedule, day)
        if timed is None:
            return _within_a_year(day.midnight, minute), None, None
        for opens, _, session in timed:
            if opens > minute:
                until = _within_a_year(opens, minute)
                return until, day if until else None, session if until else None
    return None, None, None


def _within_a_year(changes: int, minute: int) -> datetime | None:
    return instant(changes) if changes <= minute + _HORIZON else None
