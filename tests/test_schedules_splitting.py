"""Hours split at midnight: what a reader of days makes of them is what the schedule says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from directory.schedules import LONDON, Schedule, openings, parse, split
from directory.schedules.days import london_day
from directory.schedules.splitting import Spans
from tests.test_schedules_properties import DATES, SCHEDULES

DAY = timedelta(days=1)
FIRST = date(2026, 11, 22)
NIGHT: Spans = ((0, 120), (1080, 1440))
TEN_TO_SIX: Spans = ((600, 1080),)


@pytest.mark.parametrize(
    ("text", "week", "bank_holiday"),
    [
        ("", None, None),
        ('"by appointment"', None, None),
        ("PH off", None, ()),
        ("Mo-Su off", ((),) * 7, None),
        ("Mo-Su 18:00-24:00", (((1080, 1440),),) * 7, None),
        ("Mo-Su 18:00-02:00", (NIGHT,) * 7, None),
        ("Fr 18:00-02:00", ((), (), (), (), ((1080, 1440),), ((0, 120),), ()), None),
        ("Su 22:00-02:00", (((0, 120),), (), (), (), (), (), ((1320, 1440),)), None),
        ("Mo 09:00-33:00", (((540, 1440),), ((0, 540),), (), (), (), (), ()), None),
        ("Mo 10:00-18:00; PH 12:00-26:00", (TEN_TO_SIX, (), (), (), (), (), ()), ((720, 1440),)),
        ("Mo 10:00-14:00, Mo 12:00-18:00", (TEN_TO_SIX, (), (), (), (), (), ()), None),
        ("Mo[1] 10:00-18:00", ((),) * 7, None),
    ],
)
def test_weeks_and_bank_holidays(text: str, week: tuple[Spans, ...] | None, bank_holiday: Spans | None) -> None:
    """No span goes past midnight; what is not known stays so."""
    hours = split(parse(text), FIRST)
    assert (hours.week, hours.bank_holiday) == (week, bank_holiday)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("24/7; 2026 Dec 25 off", {date(2026, 12, 25): ()}),
        ("Mo-Su 10:00-18:00; 2026 Dec 24-26 off", {date(2026, 12, day): () for day in (24, 25, 26)}),
        (
            "Mo-Su 10:00-18:00; 2026 Dec 1 18:00-02:00",
            {date(2026, 12, 1): ((1080, 1440),), date(2026, 12, 2): ((0, 120), (600, 1080))},
        ),
        ("2026 Dec 25 10:00-18:00", {date(2026, 12, 25): TEN_TO_SIX}),
        ("Mo-Su 10:00-18:00; 2026 Dec 25 10:00-18:00", {}),
        ("Mo-Su 10:00-18:00; 2020 Dec 25 off", {}),
        ("Mo-Su 10:00-18:00; 2028 Jan 1 off", {}),
    ],
)
def test_dates_are_told_whole_and_only_where_they_differ(text: str, dates: dict[date, Spans]) -> None:
    """A night that goes on into the next day makes that one a date of its own."""
    assert split(parse(text), FIRST).dates == dates


def test_a_night_goes_on_into_a_bank_holiday() -> None:
    """Closed on bank holidays is from when the night before has ended; the day after one has no morning."""
    hours = split(parse("Mo-Su 18:00-02:00; PH off"), FIRST)
    assert hours.bank_holiday == ()
    assert hours.dates[date(2026, 12, 25)] == ((0, 120),)
    assert hours.dates[date(2026, 12, 26)] == ()  # Boxing Day: the night before it was off, and so is the day
    assert hours.dates[date(2026, 12, 27)] == ((1080, 1440),)


def test_a_bank_holiday_at_a_weekend_is_told_by_date() -> None:
    """Some calendars have only its substitute day: by them Boxing Day of 2026 is an ordinary Saturday."""
    hours = split(parse("Mo-Su 09:00-17:00; PH 12:00-16:00"), FIRST)
    assert sorted(hours.dates) == [date(2026, 12, 26), date(2027, 12, 25), date(2027, 12, 26)]
    assert set(hours.dates.values()) == {((720, 960),)}
    assert split(parse("Mo-Su 12:00-16:00; PH 12:00-16:00"), FIRST).dates == {}


def test_yearly_dates_are_told_to_the_end_of_the_next_year() -> None:
    """Once for each year, none before the first day or after the last."""
    hours = split(parse("24/7; Nov 20 off; Dec 25 off"), FIRST)
    assert sorted(hours.dates) == [date(2026, 12, 25), date(2027, 11, 20), date(2027, 12, 25)]
    assert hours.last == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("closed", "dates"),
    [
        (("2026-11-22T12:00", "2026-11-22T14:00"), {FIRST: ((600, 720), (840, 1080))}),
        (("2026-11-22T08:00", "2026-11-22T20:00"), {FIRST: ()}),
        (("2026-11-22T08:00", "2026-11-22T09:00"), {}),
        (("2026-11-22T17:00:30", "2026-11-23T10:00:30"), {FIRST: ((600, 1020),), FIRST + DAY: ((601, 1080),)}),
    ],
)
def test_closures_are_cut_out(closed: tuple[str, str], dates: dict[date, Spans]) -> None:
    """To whole minutes that hold all of them."""
    start, end = (datetime.fromisoformat(text).replace(tzinfo=LONDON) for text in closed)
    assert split(parse("Mo-Su 10:00-18:00"), FIRST, [(start, end)]).dates == dates


@given(SCHEDULES, DATES, DATES)
@settings(max_examples=100, deadline=None)
def test_days_are_what_the_schedule_opens_on_them(schedule: Schedule, first: date, day: date) -> None:
    """On days of 24 hours, whatever comes before and after; in order, apart, and within the day."""
    first, day = min(first, day), max(first, day)
    hours = split(schedule, first)
    told, midnight = hours.on(day), london_day(day.toordinal()).midnight
    if told is None or london_day(day.toordinal() + 1).midnight - midnight != 1440:
        return
    assert all(0 <= opens < closes <= 1440 for opens, closes in told)
    assert all(before[1] < after[0] for before, after in zip(told, told[1:], strict=False))
    around = openings(schedule, day - DAY, day)
    inside = [(max(opens - midnight, 0), min(closes - midnight, 1440)) for opens, closes in around]
    assert list(told) == [(opens, closes) for opens, closes in inside if opens < closes]


@given(SCHEDULES, DATES)
@settings(max_examples=50, deadline=None)
def test_every_date_is_needed(schedule: Schedule, first: date) -> None:
    """Without it a reader would be told something else of that day."""
    hours = split(schedule, first)
    for day, spans in hours.dates.items():
        assert first <= day <= hours.last
        without = {other: told for other, told in hours.dates.items() if other != day}
        rest = type(hours)(hours.week, hours.bank_holiday, hours.open_all_hours, without, hours.last)
        assert rest.readings(day) != {spans}


def test_instants_of_closures_may_be_in_any_zone() -> None:
    """What is cut out is London's day."""
    start, end = datetime(2027, 6, 30, 22, 30, tzinfo=UTC), datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    hours = split(parse("24/7"), FIRST, [(start, end)])
    assert hours.dates == {date(2027, 6, 30): ((0, 1410),), date(2027, 7, 1): ((30, 1440),)}
