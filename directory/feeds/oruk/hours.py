"""Opening hours as the schedules of Open Referral UK: a week, and the dates that differ from it.

Times of day are bare "HH:MM" of the clock on the wall in London, and no session goes past midnight: one that does is
two. A day ends at 23:59, as the profile has no 24:00.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Final

from directory.feeds.sentences import joined
from directory.records import Record, stable_id
from directory.schedules import LAST_MINUTE, Spans, SplitHours, bank_holidays, ordinary_week, wall_clock
from directory.search.live import parsed

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ALL_DAY: Final[Spans] = ((0, LAST_MINUTE + 1),)
_ATTENDING: Final = {"crisis_line": "Telephone", "text_line": "Text message"}


@lru_cache(maxsize=20_000)
def weekly_sessions(opening_hours: str) -> tuple[tuple[int, int, int], ...]:
    """The sessions of an ordinary week as they are told: weekday (0 is Monday), opening and closing minute of it.

    There are none where the hours are not known, or are those of some dates only.
    """
    schedule = parsed(opening_hours)
    week = (_ALL_DAY,) * 7 if schedule.open_all_hours else ordinary_week(schedule) or ()
    return tuple((day, opens, min(closes, LAST_MINUTE)) for day, spans in enumerate(week) for opens, closes in spans)


def schedules(record: Record, hours: SplitHours, special: dict[date, Spans]) -> list[dict[str, Any]]:
    """The schedules of a service: those of the week, days with the same times in one, then those of `special` dates."""
    about = _about(record, hours, special)
    days: dict[tuple[int, int], list[int]] = {}
    for day, opens, closes in weekly_sessions(record.opening_hours):
        days.setdefault((opens, closes), []).append(day)
    told = [
        {**_schedule(record, ",".join(WEEKDAYS[day] for day in among), opens, closes), **about}
        for (opens, closes), among in sorted(days.items(), key=lambda item: (item[1], item[0]))
    ]
    for on, spans in special.items():
        for opens, closes in spans:
            told.append(_schedule(record, WEEKDAYS[on.weekday()], opens, closes, on.isoformat()))
    return told


def special_dates(hours: SplitHours, first: date) -> dict[date, Spans]:
    """The dates, from the first to the last that is told, whose hours are not those of the week; () for closed."""
    week = _week(hours)
    days = {day for year in range(first.year, hours.last.year + 1) for day in bank_holidays(year)} | set(hours.dates)
    told = {}
    for day in sorted(day for day in days if first <= day <= hours.last):
        spans = hours.on(day)
        if spans is not None and (week is None or spans != week[day.weekday()]):
            told[day] = spans
    return told


def _week(hours: SplitHours) -> tuple[Spans, ...] | None:
    return (_ALL_DAY,) * 7 if hours.open_all_hours else hours.week


def exceptions(special: dict[date, Spans]) -> list[dict[str, Any]]:
    """Those dates for readers who want to be sure: what is said here is all that holds on the date."""
    return [_exception(day, spans) for day, spans in special.items()]


def _exception(day: date, spans: Spans) -> dict[str, Any]:
    told: dict[str, Any] = {"date": day.isoformat(), "closed": not spans}
    if spans:
        told["sessions"] = [{"opens_at": wall_clock(opens), "closes_at": wall_clock(closes)} for opens, closes in spans]
    if holiday := bank_holidays(day.year).get(day):
        told["reason"] = holiday
    return told


def _schedule(record: Record, byday: str, opens: int, closes: int, on: str = "") -> dict[str, Any]:
    """One schedule; with a date, it is for that date alone."""
    times = {"opens_at": wall_clock(opens), "closes_at": wall_clock(closes)}
    name = f"{record.ref}:{on or byday}:{times['opens_at']}-{times['closes_at']}"
    dates = {"valid_from": on, "valid_to": on} if on else {}
    return {"id": stable_id("schedule", name), "freq": "WEEKLY", "byday": byday, **dates, **times}


def _about(record: Record, hours: SplitHours, special: dict[date, Spans]) -> dict[str, Any]:
    """What the schedules of the week say besides their times: on which dates they do not hold, too."""
    told = {}
    attending = "In person" if record.location_type == "physical" else _ATTENDING.get(record.service_type)
    if attending:
        told["attending_type"] = attending
    notes = ("" if hours.open_all_hours else _bank_holidays(hours.bank_holiday), _not_on(hours, special))
    if any(notes):
        told["notes"] = joined(notes)
    return told


def _not_on(hours: SplitHours, special: dict[date, Spans]) -> str:
    """The dates that lack a session of the week, but for bank holidays like every other."""
    week = _week(hours) or ((),) * 7
    lacking = (day for day, spans in special.items() if not set(week[day.weekday()]) <= set(spans))
    days = [day for day in lacking if day not in bank_holidays(day.year) or special[day] != hours.bank_holiday]
    return f"Closed or open at other times on {', '.join(day.isoformat() for day in days)}." if days else ""


def _bank_holidays(spans: Spans | None) -> str:
    if spans is None:
        return "Bank holidays: these hours are not confirmed."
    return f"Bank holidays: {', '.join(_spoken(spans)) or 'closed'}."


def _spoken(spans: Spans) -> Iterator[str]:
    return (f"{wall_clock(opens)} to {wall_clock(closes)}" for opens, closes in spans)
