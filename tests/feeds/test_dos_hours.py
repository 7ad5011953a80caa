"""Rota sessions and dates: a consumer of the Directory of Services reads from them what the directory says itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.feeds.dos.hours import rota_sessions, specified_sessions
from directory.feeds.sentences import hours_of
from directory.models import LiveStatus
from directory.records import record_for
from directory.revisions import Version
from directory.schedules import LONDON, Schedule, bank_holidays, on_day, parse, split, write
from directory.schedules.days import london_day
from directory.search.live import opening_at
from tests.factories import make_entry
from tests.test_schedules_properties import DATES, SCHEDULES

DAY = timedelta(days=1)
FIRST = date(2026, 11, 22)
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def reads_as_open(service: dict[str, Any], local: datetime) -> bool:
    """What a consumer makes of a service at a minute: dates, then open all hours, then bank holidays, then the week.

    Written from the documentation of the Directory of Services alone. 23:59 ends a day.
    """
    minute, day = local.hour * 60 + local.minute, local.strftime("%d-%m-%Y")
    dated = [text[11:] for text in service["openTimeSpecifiedSessions"] if text.startswith(day)]
    if dated:
        spans = [text.split("-") for text in dated if text != "00:00-00:00"]
        return any(_minute(*opens.split(":")) <= minute < _end(*closes.split(":")) for opens, closes in spans)
    if service["openAllHours"]:
        return True
    names = {session["startDayOfWeek"] for session in service["rotaSessions"]}
    is_bank_holiday = local.date() in bank_holidays(local.year) and "Bankholiday" in names
    name = "Bankholiday" if is_bank_holiday else DAY_NAMES[local.weekday()]
    return any(
        _minute(**session["startTime"]) <= minute < _end(**session["endTime"])
        for session in service["rotaSessions"]
        if session["startDayOfWeek"] == name == session["endDayOfWeek"] and session["status"] == "Open"
    )


def _minute(hours: int | str, minutes: int | str) -> int:
    return int(hours) * 60 + int(minutes)


def _end(hours: int | str, minutes: int | str) -> int:
    end = _minute(hours, minutes)
    return 1440 if end == 1439 else end


def told(text: str, first: date = FIRST) -> tuple[list[str], list[str]]:
    """The rota in short, and the dates."""
    hours = split(parse(text), first)
    short = [
        f"{s['startDayOfWeek'][:2]} {s['startTime']['hours']}:{s['startTime']['minutes']:02}"
        f"-{s['endTime']['hours']}:{s['endTime']['minutes']:02}"
        for s in rota_sessions(hours)
    ]
    return short, specified_sessions(hours, first)


@pytest.mark.parametrize(
    ("text", "rota", "dates"),
    [
        ("", [], []),
        ("24/7", [], []),
        ("24/7; 2026 Dec 25 off", [], ["25-12-2026-00:00-00:00"]),
        ("Fr 18:00-02:00", ["Fr 18:00-23:59", "Sa 0:00-2:00"], []),
        ("Mo 00:00-24:00", ["Mo 0:00-23:59"], []),
        ("Mo 10:00-12:00,14:00-18:00", ["Mo 10:00-12:00", "Mo 14:00-18:00"], []),
        (
            "Mo 10:00-12:00; PH 14:00-22:00",
            ["Mo 10:00-12:00", "Ba 14:00-22:00"],
            ["26-12-2026-14:00-22:00", "25-12-2027-14:00-22:00", "26-12-2027-14:00-22:00"],
        ),
        (
            "Mo 10:00-12:00; 2026 Dec 31 18:00-01:00; 2026 Dec 1 10:00-11:00,12:00-13:00",
            ["Mo 10:00-12:00"],
            [
                *("01-12-2026-10:00-11:00", "01-12-2026-12:00-13:00"),
                *("31-12-2026-18:00-23:59", "01-01-2027-00:00-01:00"),
            ],
        ),
    ],
)
def test_sessions_and_dates(text: str, rota: list[str], dates: list[str]) -> None:
    """No session crosses midnight, dates come in the order of the calendar, a closed day is 00:00-00:00."""
    assert told(text) == (rota, dates)


def test_closed_on_bank_holidays_is_told_by_date() -> None:
    """A rota without sessions of bank holidays does not say it; a night before one goes on into it."""
    rota, dates = told("Mo-Su 18:00-02:00; PH off")
    assert not any(session.startswith("Ba") for session in rota)
    assert "25-12-2026-00:00-02:00" in dates
    assert "26-12-2026-00:00-00:00" in dates
    assert len({text[:10] for text in dates}) == len(dates)


ORDINARY = st.tuples(SCHEDULES, DATES, DATES)


@given(ORDINARY, st.integers(0, 1438))
@settings(max_examples=80, deadline=None)
def test_a_consumer_reads_what_the_directory_says(drawn: tuple[Schedule, date, date], odd: int) -> None:
    """At any minute of a day of 24 hours from the first day on; the minute of 23:59 stands for midnight."""
    schedule, first, day = drawn
    first, day = min(first, day), max(first, day)
    entry = make_entry(opening_hours=write(schedule))
    service = _service(entry, datetime(first.year, first.month, first.day, tzinfo=LONDON))
    _compare(entry, service, day, [odd, *range(0, 1439, 45)])


@given(ORDINARY, st.integers(0, 1438), st.integers(1, 3000), st.lists(st.integers(0, 1438), max_size=8), st.booleans())
@settings(max_examples=80, deadline=None)
def test_a_consumer_reads_a_closure(
    drawn: tuple[Schedule, date, date], minute: int, length: int, odd: list[int], later: bool
) -> None:
    """What a service announces of now is told by date, and so is that it is not known whether it is open again."""
    schedule, first, _ = drawn
    at = datetime(first.year, first.month, first.day, tzinfo=LONDON) + timedelta(minutes=minute)
    live = LiveStatus(state="closed", at=at, until=at + timedelta(minutes=length))
    entry = make_entry(opening_hours=write(schedule), live_status=live)
    _compare(entry, _service(entry, at), first + later * DAY, [minute, *odd, *range(0, 1439, 45)])


def _service(entry: Any, at: datetime) -> dict[str, Any]:
    record = record_for(entry, "public")
    assert record is not None
    hours = hours_of(record, Version(entry.ref, 1, at))
    return {
        "openAllHours": hours.open_all_hours,
        "rotaSessions": rota_sessions(hours),
        "openTimeSpecifiedSessions": specified_sessions(hours, at.date()),
    }


def _compare(entry: Any, service: dict[str, Any], day: date, minutes: list[int]) -> None:
    """Where the directory does not know, a consumer must not read "open"."""
    if london_day(day.toordinal() + 1).midnight - london_day(day.toordinal()).midnight != 1440:
        return
    is_known = on_day(parse(entry.opening_hours), day) is not None
    for minute in minutes:
        local = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(minutes=minute)
        state = opening_at(entry, local).answer.state
        if is_known or state != "open":
            assert reads_as_open(service, local) == (state == "open"), (local, service)
