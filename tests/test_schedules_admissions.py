"""When a newcomer is let in: what `admissions` says for days is what `answer` says for each of their minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from directory.schedules import LONDON, Schedule, admissions, answer, openings, parse
from tests.test_schedules_properties import DATES, SCHEDULES

DAY = timedelta(days=1)
SUNDAY = date(2026, 11, 22)


def in_london(minute: int) -> str:
    return f"{datetime.fromtimestamp(minute * 60, LONDON):%a %H:%M}"


def lets_in(schedule: Schedule, minute: int) -> bool:
    """The rule that a search goes by, asked for one minute."""
    at = datetime.fromtimestamp(minute * 60, UTC)
    found = answer(schedule, at)
    return found.state == "open" and (found.last_admission_at is None or at < found.last_admission_at)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("Mo-Su 18:00-02:00", [("Sun 18:00", "Mon 02:00")]),
        ('Mo-Su 18:00-02:00 "last admission 60 minutes before closing"', [("Sun 18:00", "Mon 01:00")]),
        ('Su 18:00-23:00 "last admission 0 minutes before closing"', [("Sun 18:00", "Sun 23:00")]),
        # Of sessions that touch, the one that ends last decides: nobody is turned away at 13:30.
        (
            'Su 10:00-14:00 "last admission 30 minutes before closing", Su 14:00-18:00',
            [("Sun 10:00", "Sun 18:00")],
        ),
        (
            'Su 10:00-14:00, Su 14:00-18:00 "last admission 90 minutes before closing"',
            [("Sun 10:00", "Sun 16:30")],
        ),
        # Two that end together: people are let in until the later of the two, if both are known.
        (
            'Su 10:00-18:00 "last admission 30 minutes before closing", '
            'Su 12:00-18:00 "last admission 60 minutes before closing"',
            [("Sun 10:00", "Sun 17:30")],
        ),
        # Monday's session is of the same opening, which therefore stops letting people in before Sunday's own is over.
        (
            'Su 20:00-02:00; Mo 00:00-03:00 "last admission 150 minutes before closing"',
            [("Sun 20:00", "Mon 00:30")],
        ),
        ("24/7", [("Sun 00:00", "Mon 00:00")]),
        ("Mo 09:00-17:00", []),
        ("", []),
    ],
)
def test_each_opening_ends_at_its_last_admission(hours: str, said: list[tuple[str, str]]) -> None:
    found = admissions(parse(hours), SUNDAY, SUNDAY)
    assert [(in_london(opens), in_london(until)) for opens, until in found] == said


def test_days_outside_the_calendar_are_refused() -> None:
    with pytest.raises(ValueError, match="2000 to 2100"):
        admissions(parse("24/7"), date(2101, 1, 1), date(2101, 1, 2))


@given(SCHEDULES, DATES)
@settings(max_examples=150, deadline=None)
def test_admissions_are_what_asking_for_each_minute_says(schedule: Schedule, first: date) -> None:
    """Around every end of an opening or admission, through clock changes, dated entries and touching sessions."""
    whole = admissions(schedule, first - 2 * DAY, first + 7 * DAY)
    assert whole == sorted(whole)
    boundaries = {minute for pair in openings(schedule, first, first + 5 * DAY) for minute in pair}
    boundaries |= {minute for pair in admissions(schedule, first, first + 5 * DAY) for minute in pair}
    for boundary in boundaries:
        for minute in (boundary - 1, boundary, boundary + 1):
            assert lets_in(schedule, minute) == any(opens <= minute < until for opens, until in whole)
