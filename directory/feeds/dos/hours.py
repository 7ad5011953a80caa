"""Opening hours as the NHS Directory of Services writes them: rota sessions, and dates as DD-MM-YYYY-hh:mm-hh:mm.

No session crosses midnight: 23:59 stands for the midnight that ends a day. A reader asks the dates first, then whether
it is open all hours, then the sessions of bank holidays on those, then the week.
"""

from datetime import date, timedelta
from typing import Any

from directory.schedules import LAST_MINUTE, Spans, SplitHours, bank_holidays, wall_clock

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOSED: Spans = ((0, 0),)
_DAY = timedelta(days=1)


def rota_sessions(hours: SplitHours) -> list[dict[str, Any]]:
    """The sessions of the week from Monday, then those of bank holidays; none where it is open all hours."""
    if hours.open_all_hours:
        return []
    days = [*zip(_DAYS, hours.week or (), strict=False), ("Bankholiday", hours.bank_holiday or ())]
    return [_session(day, opens, closes) for day, spans in days for opens, closes in spans]


def specified_sessions(hours: SplitHours, first: date) -> list[str]:
    """The dates that differ, from a day on, in order; 00:00-00:00 for a day that is closed.

    Where it is closed on bank holidays each of them is told by date: a rota without their sessions does not say so.
    """
    dates = dict(hours.dates)
    if hours.bank_holiday == ():
        shut = (day for year in range(first.year, hours.last.year + 1) for day in bank_holidays(year) if day >= first)
        dates = {day: Spans() for day in shut} | dates
    return [_dated(day, span) for day in sorted(dates) for span in dates[day] or _CLOSED]


def _session(day: str, opens: int, closes: int) -> dict[str, Any]:
    return {
        "startDayOfWeek": day,
        "startTime": _time(opens),
        "endDayOfWeek": day,
        "endTime": _time(closes),
        "status": "Open",
    }


def _time(minutes: int) -> dict[str, int]:
    hours, rest = divmod(min(minutes, LAST_MINUTE), 60)
    return {"hours": hours, "minutes": rest}


def _dated(day: date, span: tuple[int, int]) -> str:
    return f"{day:%d-%m-%Y}-{wall_clock(span[0])}-{wall_clock(span[1])}"
