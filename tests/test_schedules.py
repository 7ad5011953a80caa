"""Opening hours at an instant: the truth table, the traps that other directories fell into, and the calendar."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from directory.schedules import LONDON, UNKNOWN, answer, bank_holidays, openings, parse, sentence, to_json, write
from directory.schedules.days import one_off_days

OVERNIGHT = "Su 18:00-02:00"
EVERY_NIGHT = "Mo-Su 18:00-02:00"


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def utc_minute(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60


# 22 November 2026 is a Sunday. Bank holidays used: Friday 25 and Saturday 26 December 2026, Monday 28 December 2026
# (substitute), Monday 4 May 2026.
TRUTH = [
    # the session that every "open now" rule is asked about: Sunday 18:00 to 02:00
    (OVERNIGHT, "2026-11-22T22:00", "open", "2026-11-23T02:00"),
    (OVERNIGHT, "2026-11-23T01:00", "open", "2026-11-23T02:00"),
    (OVERNIGHT, "2026-11-22T12:00", "closed", "2026-11-22T18:00"),
    (OVERNIGHT, "2026-11-22T18:00", "open", "2026-11-23T02:00"),
    (OVERNIGHT, "2026-11-22T17:59", "closed", "2026-11-22T18:00"),
    (OVERNIGHT, "2026-11-23T01:59", "open", "2026-11-23T02:00"),
    (OVERNIGHT, "2026-11-23T02:00", "closed", "2026-11-29T18:00"),
    (OVERNIGHT, "2026-11-22T01:00", "closed", "2026-11-22T18:00"),
    # second trap: a closure on Monday does not cut the end of Sunday night
    (f"{OVERNIGHT}; PH off", "2026-05-04T01:00", "open", "2026-05-04T02:00"),
    (f"{EVERY_NIGHT}; PH off", "2026-05-04T01:00", "open", "2026-05-04T02:00"),
    (f"{EVERY_NIGHT}; PH off", "2026-05-04T02:00", "closed", "2026-05-05T18:00"),
    (f"{EVERY_NIGHT}; PH off", "2026-05-05T01:00", "closed", "2026-05-05T18:00"),
    (f"{EVERY_NIGHT}; 2026 Nov 23 off", "2026-11-23T01:00", "open", "2026-11-23T02:00"),
    (f"{EVERY_NIGHT}; 2026 Nov 23 off", "2026-11-23T19:00", "closed", "2026-11-24T18:00"),
    (f"{OVERNIGHT}; Mo off", "2026-11-23T01:00", "open", "2026-11-23T02:00"),
    # third trap: London is an hour ahead of UTC in summer
    ("Mo-Fr 09:00-17:00", "2026-07-01T09:00", "open", "2026-07-01T17:00"),
    ("Mo-Fr 09:00-17:00", "2026-07-01T08:59", "closed", "2026-07-01T09:00"),
    # fourth trap: the days that the rules in another engine leave out
    ("Mo-Fr 09:00-17:00; PH off", "2026-01-01T12:00", "closed", "2026-01-02T09:00"),
    ("Mo-Fr 09:00-17:00; PH off", "2026-04-06T12:00", "closed", "2026-04-07T09:00"),
    ("Mo-Fr 09:00-17:00; PH off", "2026-08-31T12:00", "closed", "2026-09-01T09:00"),
    # precedence: dated, then 24/7, then bank holiday, then weekly
    ("Mo-Su 09:00-17:00; PH 12:00-16:00", "2026-12-25T10:00", "closed", "2026-12-25T12:00"),
    ("Mo-Su 09:00-17:00; PH 12:00-16:00", "2026-12-25T13:00", "open", "2026-12-25T16:00"),
    ("Mo-Su 09:00-17:00; PH 12:00-16:00; Dec 25 off", "2026-12-25T13:00", "closed", "2026-12-26T12:00"),
    ("Mo-Su 09:00-17:00; PH off; Dec 25 12:00-14:00", "2026-12-25T13:00", "open", "2026-12-25T14:00"),
    ("Mo-Su 09:00-17:00; Dec 25 off; 2026 Dec 25 12:00-14:00", "2026-12-25T13:00", "open", "2026-12-25T14:00"),
    ("Mo-Su 09:00-17:00; 2026 Dec 25 12:00-14:00; Dec 25 off", "2026-12-25T13:00", "open", "2026-12-25T14:00"),
    ("Mo-Su 09:00-17:00; Dec 24-Jan 02 off; Dec 31 10:00-12:00", "2026-12-31T11:00", "open", "2026-12-31T12:00"),
    ("Mo-Su 09:00-17:00; Dec 31 10:00-12:00; Dec 24-Jan 02 off", "2026-12-31T11:00", "open", "2026-12-31T12:00"),
    (
        "Mo-Su 09:00-17:00; Dec 31 10:00-12:00; 2026 Dec 24-2027 Jan 02 off",
        "2026-12-31T11:00",
        "closed",
        "2027-01-03T09:00",
    ),
    ("Mo-Su 09:00-17:00; Dec 24-Jan 02 off", "2027-01-02T12:00", "closed", "2027-01-03T09:00"),
    ("Mo-Su 09:00-17:00; Dec 24-Jan 02 off", "2027-01-03T12:00", "open", "2027-01-03T17:00"),
    (
        "Mo-Su 09:00-17:00; 2026 Dec 01-2026 Dec 31 off; 2026 Dec 10-2026 Dec 12 10:00-11:00",
        "2026-12-11T10:30",
        "open",
        "2026-12-11T11:00",
    ),
    (
        "Mo-Su 09:00-17:00; 2026 Dec 10-2026 Dec 12 10:00-11:00; 2026 Dec 01-2026 Dec 31 off",
        "2026-12-11T10:30",
        "open",
        "2026-12-11T11:00",
    ),
    (
        "Mo-Su 09:00-17:00; 2026 Dec 10-31 off; 2026 Dec 10-12 10:00-11:00",
        "2026-12-11T10:30",
        "open",
        "2026-12-11T11:00",
    ),
    (
        "Mo-Su 09:00-17:00; 2026 Dec 10-12 10:00-11:00; 2026 Dec 10-31 off",
        "2026-12-11T10:30",
        "open",
        "2026-12-11T11:00",
    ),
    ("Mo-Su 09:00-17:00; Feb 29 off", "2028-02-29T12:00", "closed", "2028-03-01T09:00"),
    ("Mo-Su 09:00-17:00; Feb 29 off", "2027-03-01T12:00", "open", "2027-03-01T17:00"),
    # weeks of the month: first and last days of months that begin and end on different weekdays
    ("Mo[1,3] 10:30-12:30", "2026-11-16T11:00", "open", "2026-11-16T12:30"),
    ("Mo[1,3] 10:30-12:30", "2026-11-09T11:00", "closed", "2026-11-16T10:30"),
    ("Mo[1,3] 10:30-12:30", "2026-06-01T11:00", "open", "2026-06-01T12:30"),
    ("We[2,-1] 10:00-13:00", "2026-11-25T11:00", "open", "2026-11-25T13:00"),
    ("We[2,-1] 10:00-13:00", "2026-11-18T11:00", "closed", "2026-11-25T10:00"),
    ("We[2,-1] 10:00-13:00", "2026-09-30T11:00", "open", "2026-09-30T13:00"),
    ("We[2,-1] 10:00-13:00", "2026-09-23T11:00", "closed", "2026-09-30T10:00"),
    ("We[5] 10:00-13:00", "2026-11-20T11:00", "closed", "2026-12-30T10:00"),
    ("We[-2] 10:00-13:00", "2026-11-18T11:00", "open", "2026-11-18T13:00"),
    ("We 10:00-12:00; We[1] off", "2026-12-02T11:00", "closed", "2026-12-09T10:00"),
    ("We 10:00-12:00; We[1] 14:00-16:00", "2026-12-02T11:00", "closed", "2026-12-02T14:00"),
    # several sessions a day; ends of the day; a whole day from another hour
    ("Mo-Fr 10:00-12:00,14:00-18:00", "2026-11-23T13:00", "closed", "2026-11-23T14:00"),
    ("Mo-Fr 10:00-12:00,14:00-18:00", "2026-11-23T15:00", "open", "2026-11-23T18:00"),
    ("Mo-Su 18:00-24:00", "2026-11-22T23:59", "open", "2026-11-23T00:00"),
    ("Mo-Su 18:00-24:00", "2026-11-23T00:00", "closed", "2026-11-23T18:00"),
    ("Mo 09:00-33:00", "2026-11-24T08:59", "open", "2026-11-24T09:00"),
    ("Mo-Su 14:00-06:00", "2026-11-22T05:59", "open", "2026-11-22T06:00"),
    # nothing known, or nothing known of this day
    ("", "2026-11-22T12:00", "unknown", None),
    ('"by appointment"', "2026-11-22T12:00", "unknown", None),
    ("PH off", "2026-11-22T12:00", "unknown", "2026-12-25T00:00"),
    ("PH off", "2026-12-26T12:00", "closed", "2026-12-27T00:00"),
    ("2026 Nov 22 off", "2026-11-22T12:00", "closed", "2026-11-23T00:00"),
    ("2026 Nov 22 18:00-02:00", "2026-11-22T12:00", "closed", "2026-11-22T18:00"),
    ("2026 Nov 22 18:00-02:00", "2026-11-23T01:00", "open", "2026-11-23T02:00"),
    ("2026 Nov 22 18:00-02:00", "2026-11-23T02:00", "unknown", None),
    # nothing within a year
    ("Mo-Su off", "2026-11-22T12:00", "closed", None),
    ("Mo-Su off; 2027 Nov 23 10:00-11:00", "2026-11-22T10:00", "closed", "2027-11-23T10:00"),
    ("Mo-Su off; 2027 Nov 23 10:00-11:00", "2026-11-22T09:59", "closed", None),
    ("24/7", "2026-11-22T12:00", "open", None),
    ("Mo-Su 00:00-24:00", "2026-11-22T12:00", "open", None),
    ("Mo-Su 00:00-12:00,12:00-24:00", "2026-11-22T12:00", "open", None),
]


@pytest.mark.parametrize(("text", "at", "state", "until"), TRUTH)
def test_truth_table(text: str, at: str, state: str, until: str | None) -> None:
    """The state at an instant, and when it ends."""
    found = answer(parse(text), london(at))
    assert (found.state, found.until) == (state, until and london(until))


@pytest.mark.parametrize(("text", "at", "state", "until"), TRUTH)
def test_next_open_is_the_end_of_a_closure(text: str, at: str, state: str, until: str | None) -> None:
    """Only a closed service has a next opening, and it is then open; after `until` an open one is not."""
    schedule = parse(text)
    found = answer(schedule, london(at))
    if found.next_open is not None:
        assert found.state == "closed"
        assert found.next_open == found.until
        assert answer(schedule, found.next_open).state == "open"
    elif found.until is not None:
        assert answer(schedule, found.until).state != found.state


# What users of other directories complained of.
def test_a_day_entered_as_23_00_to_22_59_is_open() -> None:
    """Complaint 1: such a 24-hour service was shown as closed; label and filter disagreed."""
    schedule = parse("Mo-Su 23:00-22:59")
    assert answer(schedule, london("2026-11-22T12:00")).until == london("2026-11-22T22:59")
    assert answer(schedule, london("2026-11-22T22:59")).until == london("2026-11-22T23:00")
    assert len(openings(schedule, date(2026, 11, 22), date(2026, 11, 28))) == 7


def test_friday_night_before_a_weekend_off_says_monday() -> None:
    """Complaint 2: the card said "closed until tomorrow" for a service shut all weekend."""
    at = london("2026-11-20T20:00")
    assert sentence(answer(parse("Mo-Fr 09:00-17:00"), at), at) == "Opens 9am Monday"


def test_past_midnight_is_read_and_written() -> None:
    """Complaint 3: past-midnight hours could be stored and not edited. Complaint 4: the end became 23:59."""
    schedule = parse("Fr 22:00-03:00")
    assert write(schedule) == "Fr 22:00-03:00"
    assert answer(schedule, london("2026-11-20T23:00")).until == london("2026-11-21T03:00")


def test_touching_sessions_are_one_opening() -> None:
    """Complaint 4 again: entered in two halves, it is still open until 3am, not midnight."""
    halves = parse("Fr 22:00-24:00; Sa 00:00-03:00")
    assert answer(halves, london("2026-11-20T23:00")).until == london("2026-11-21T03:00")


def test_a_bank_holiday_closure_keeps_the_night_before() -> None:
    """Complaint 5: the closure wiped the after-midnight end of the night before."""
    found = answer(parse("Mo-Su 19:00-02:00; PH off"), london("2026-12-25T01:00"))
    assert (found.state, found.until) == ("open", london("2026-12-25T02:00"))


def test_on_a_holiday_it_says_when_it_next_opens() -> None:
    """Complaint 6: "closed but will close tomorrow"."""
    at = london("2026-12-25T12:00")
    found = sentence(answer(parse("Mo-Su 18:00-22:00; PH off"), at), at)
    assert found == "Closed for the bank holiday, opens 6pm Sunday"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_clock_is_the_service_s(zone: str) -> None:
    """Complaint 7: the state was worked out on the clock of the phone."""
    at = london("2026-07-05T23:30")
    schedule = parse(OVERNIGHT)
    elsewhere = answer(schedule, at.astimezone(ZoneInfo(zone)))
    assert elsewhere == answer(schedule, at)
    assert str(elsewhere.until) == "2026-07-06 02:00:00+01:00"
    assert sentence(elsewhere, at.astimezone(ZoneInfo(zone))) == "Open until 2am"
    late = london("2026-07-04T23:30").astimezone(ZoneInfo(zone))
    assert sentence(answer(schedule, late), late) == "Opens 6pm tomorrow"


def test_recurring_hours_are_one_readable_line() -> None:
    """Complaint 8: rules of recurrence were too complex; a week of the month is `We[2,-1]`."""
    assert answer(parse("We[2,-1] 10:00-13:00"), london("2026-11-11T11:00")).state == "open"


def test_an_end_of_dates_is_not_an_end_of_knowledge() -> None:
    """Complaint 9: after the last date told, hours are not known again rather than closed."""
    schedule = parse("2026 Nov 01-2026 Nov 21 10:00-12:00")
    assert answer(schedule, london("2026-11-21T13:00")).state == "closed"
    assert answer(schedule, london("2026-11-22T11:00")).state == "unknown"


def test_missing_hours_are_not_closed() -> None:
    """Complaint 10: missing hours must look different from closed."""
    at = london("2026-11-22T12:00")
    assert not UNKNOWN.known
    assert sentence(answer(UNKNOWN, at), at) == "Hours not known"
    assert sentence(answer(parse("Mo-Su off"), at), at) == "Closed, no opening in the next year"


def test_a_24_hour_place_can_shut_for_a_day() -> None:
    """Complaint 11: 24/7 sites could not be marked shut on the day. The closure is exactly that day."""
    schedule = parse('24/7; 2026 Nov 22 off "Burst pipe"')
    assert openings(schedule, date(2026, 11, 21), date(2026, 11, 23)) == [
        (utc_minute("2026-11-21T00:00"), utc_minute("2026-11-22T00:00")),
        (utc_minute("2026-11-23T00:00"), utc_minute("2026-11-24T00:00")),
    ]
    found = answer(schedule, london("2026-11-22T12:00"))
    assert (found.state, found.reason, found.next_open) == ("closed", "Burst pipe", london("2026-11-23T00:00"))


# The clocks go forward at 01:00 UTC on 29 March 2026 and 28 March 2027, and back at 01:00 UTC on 25 October 2026 and
# 31 October 2027; all are Sundays.
SPRING = [("2026-03-29", "2026-03-28"), ("2027-03-28", "2027-03-27")]
AUTUMN = [("2026-10-25", "2026-10-24"), ("2027-10-31", "2027-10-30")]


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("Su 00:00-24:00", "00:00", "23:00"),
        ("Su 00:30-03:00", "00:30", "02:00"),
        ("Su 00:30-01:30", "00:30", "01:00"),
        ("Su 01:30-03:30", "01:00", "02:30"),
        ("Su 02:00-03:00", "01:00", "02:00"),
        ("Su 09:00-17:00", "08:00", "16:00"),
    ],
)
@pytest.mark.parametrize("day", [day for day, _ in SPRING])
def test_clocks_go_forward(day: str, text: str, opens: str, closes: str) -> None:
    """A time in the missing hour is the instant of the change. Wall clock in, UTC out."""
    sunday = date.fromisoformat(day)
    assert openings(parse(text), sunday, sunday) == [(utc_minute(f"{day}T{opens}"), utc_minute(f"{day}T{closes}"))]


@pytest.mark.parametrize(("day", "eve"), SPRING)
def test_an_opening_within_the_missing_hour_does_not_exist(day: str, eve: str) -> None:
    """01:15 to 01:45 never comes, so it is neither open then nor listed; a night across it is an hour shorter."""
    sunday = date.fromisoformat(day)
    assert openings(parse("Su 01:15-01:45"), sunday, sunday) == []
    assert answer(parse("Su 01:15-01:45"), london(f"{day}T00:30")).next_open == london(f"{day}T01:15") + timedelta(7)
    assert openings(parse("Sa 22:00-06:00"), date.fromisoformat(eve), sunday) == [
        (utc_minute(f"{eve}T22:00"), utc_minute(f"{day}T05:00"))
    ]
    assert openings(parse("Sa 22:00-01:30"), date.fromisoformat(eve), sunday) == [
        (utc_minute(f"{eve}T22:00"), utc_minute(f"{day}T01:00"))
    ]


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("Su 00:00-24:00", "-01:00", "24:00"),
        ("Su 00:30-01:30", "-00:30", "00:30"),
        ("Su 01:00-02:00", "00:00", "02:00"),
        ("Su 01:30-03:00", "00:30", "03:00"),
        ("Su 09:00-17:00", "09:00", "17:00"),
    ],
)
@pytest.mark.parametrize("day", [day for day, _ in AUTUMN])
def test_clocks_go_back(day: str, text: str, opens: str, closes: str) -> None:
    """A time that comes twice means its first coming. Wall clock in, UTC out (relative to the Sunday's 00:00 UTC)."""
    sunday = date.fromisoformat(day)
    start = utc_minute(f"{day}T00:00")
    assert openings(parse(text), sunday, sunday) == [(start + minutes(opens), start + minutes(closes))]


@pytest.mark.parametrize(("day", "eve"), AUTUMN)
def test_a_night_with_the_hour_that_comes_twice(day: str, eve: str) -> None:
    """Open until 01:30 closes at the first 01:30; at the second it is closed. Until 6am it is an hour longer."""
    schedule = parse("Sa 22:00-01:30")
    first = datetime.fromisoformat(f"{day}T01:29").replace(tzinfo=LONDON)
    assert answer(schedule, first).state == "open"
    assert answer(schedule, first.replace(minute=30)).state == "closed"
    assert answer(schedule, first.replace(fold=1)).state == "closed"
    assert openings(parse("Sa 22:00-06:00"), date.fromisoformat(eve), date.fromisoformat(eve)) == [
        (utc_minute(f"{eve}T21:00"), utc_minute(f"{day}T06:00"))
    ]


@pytest.mark.parametrize("day", [day for day, _ in SPRING + AUTUMN])
def test_24_7_has_no_gap_at_a_clock_change(day: str) -> None:
    """Always open is one opening, through the change and around it."""
    sunday = date.fromisoformat(day)
    found = openings(parse("24/7"), sunday.replace(day=sunday.day - 2), sunday)
    assert len(found) == 1
    assert answer(parse("24/7"), london(f"{day}T01:30")).until is None


def minutes(clock: str) -> int:
    hours, rest = clock.lstrip("-").split(":")
    return (-1 if clock.startswith("-") else 1) * (int(hours) * 60 + int(rest))


# Written out by hand from the published rules; a weekend holiday is listed beside its substitute day.
BANK_HOLIDAYS = """
2026-01-01 New Year's Day
2026-04-03 Good Friday
2026-04-06 Easter Monday
2026-05-04 Early May bank holiday
2026-05-25 Spring bank holiday
2026-08-31 Summer bank holiday
2026-12-25 Christmas Day
2026-12-26 Boxing Day
2026-12-28 Boxing Day (substitute day)
2027-01-01 New Year's Day
2027-03-26 Good Friday
2027-03-29 Easter Monday
2027-05-03 Early May bank holiday
2027-05-31 Spring bank holiday
2027-08-30 Summer bank holiday
2027-12-25 Christmas Day
2027-12-26 Boxing Day
2027-12-27 Christmas Day (substitute day)
2027-12-28 Boxing Day (substitute day)
2028-01-01 New Year's Day
2028-01-03 New Year's Day (substitute day)
2028-04-14 Good Friday
2028-04-17 Easter Monday
2028-05-01 Early May bank holiday
2028-05-29 Spring bank holiday
2028-08-28 Summer bank holiday
2028-12-25 Christmas Day
2028-12-26 Boxing Day
2029-01-01 New Year's Day
2029-03-30 Good Friday
2029-04-02 Easter Monday
2029-05-07 Early May bank holiday
2029-05-28 Spring bank holiday
2029-08-27 Summer bank holiday
2029-12-25 Christmas Day
2029-12-26 Boxing Day
2030-01-01 New Year's Day
2030-04-19 Good Friday
2030-04-22 Easter Monday
2030-05-06 Early May bank holiday
2030-05-27 Spring bank holiday
2030-08-26 Summer bank holiday
2030-12-25 Christmas Day
2030-12-26 Boxing Day
"""


@pytest.mark.parametrize("year", range(2026, 2031))
def test_bank_holidays(year: int) -> None:
    """Those of England and Wales, all of them and no others; Scotland's and Northern Ireland's stay out."""
    lines = [line.split(" ", 1) for line in BANK_HOLIDAYS.strip().splitlines()]
    expected = {date.fromisoformat(day): name for day, name in lines if day.startswith(str(year))}
    assert dict(bank_holidays(year)) == expected
    schedule = parse("Mo-Su 09:00-17:00; PH off")
    shut = {
        day
        for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        if not openings(schedule, day := date.fromordinal(ordinal), day)
    }
    assert shut == set(expected)


def test_one_off_bank_holidays_come_from_a_table(tmp_path: Path) -> None:
    """A row gives a day its name; a line that cannot be read is named."""
    table = tmp_path / "bank_holidays.csv"
    table.write_text("date,name,source\n2027-06-11,A made-up jubilee,https://example.org\n", encoding="utf-8")
    assert one_off_days(table) == {date(2027, 6, 11): "A made-up jubilee"}
    table.write_text("date,name,source\n11 June,A made-up jubilee,https://example.org\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bank_holidays\.csv, line 2: write date,name,source"):
        one_off_days(table)


@pytest.mark.parametrize(
    ("text", "at", "unconfirmed"),
    [
        ("Mo-Fr 09:00-17:00", "2026-12-25T10:00", True),
        ("Mo-Fr 09:00-17:00", "2026-12-25T20:00", True),
        ("Mo-Fr 09:00-17:00", "2026-12-24T20:00", True),  # the next opening is on the bank holiday
        ("Mo-Fr 09:00-17:00", "2026-12-23T20:00", False),
        ("Mo-Su 18:00-02:00", "2026-12-25T01:00", False),  # the session began on Christmas Eve
        ("Mo-Su 18:00-02:00", "2026-12-25T20:00", True),
        ("Mo-Su 18:00-02:00", "2026-12-27T01:00", True),  # the session began on Boxing Day
        ("Mo-Fr 09:00-17:00; PH off", "2026-12-25T10:00", False),
        ("Mo-Fr 09:00-17:00; 2026 Dec 25 10:00-12:00", "2026-12-25T10:00", False),
        ("24/7", "2026-12-25T10:00", False),
        ("", "2026-12-25T10:00", False),
    ],
)
def test_bank_holidays_about_which_nothing_was_said(text: str, at: str, unconfirmed: bool) -> None:
    """The weekly pattern applies, and the answer says that it is not confirmed."""
    assert answer(parse(text), london(at)).bank_holiday_unconfirmed is unconfirmed


LAST_ADMISSION = '"last admission 60 minutes before closing"'


@pytest.mark.parametrize(
    ("text", "at", "last_admission_at"),
    [
        (f"Su 18:00-02:00 {LAST_ADMISSION}", "2026-11-22T20:00", "2026-11-23T01:00"),
        (f"Su 18:00-02:00 {LAST_ADMISSION}", "2026-11-22T12:00", None),
        ("Su 18:00-02:00", "2026-11-22T20:00", None),
        # of openings that touch, the one that ends last decides; where two end together, the later admission does
        (f"Su 18:00-24:00 {LAST_ADMISSION}; Mo 00:00-02:00", "2026-11-22T20:00", None),
        (f"Su 18:00-24:00; Mo 00:00-02:00 {LAST_ADMISSION}", "2026-11-22T20:00", "2026-11-23T01:00"),
        (
            f'Su 18:00-22:00 {LAST_ADMISSION}, Su 20:00-22:00 "last admission 30 minutes before closing"',
            "2026-11-22T18:00",
            "2026-11-22T21:30",
        ),
        (f"Su 18:00-22:00 {LAST_ADMISSION}, Su 20:00-22:00", "2026-11-22T18:00", None),
    ],
)
def test_last_admission(text: str, at: str, last_admission_at: str | None) -> None:
    """The last instant at which somebody is let in, of the present opening."""
    found = answer(parse(text), london(at)).last_admission_at
    assert found == (last_admission_at and london(last_admission_at))


def test_by_appointment_is_of_the_present_or_next_session() -> None:
    """A mixed day tells the two apart; a session that needs none wins where both run."""
    schedule = parse('Su 10:00-12:00, Su 11:00-13:00,14:00-16:00 "by appointment"')
    times = {"09:00": False, "10:30": False, "11:30": False, "12:00": True, "13:30": True, "15:00": True}
    found = {time: answer(schedule, london(f"2026-11-22T{time}")).by_appointment for time in times}
    assert found == times


def test_json_has_offsets() -> None:
    """ISO 8601 with London's offset at that instant, or null."""
    found = to_json(answer(parse(OVERNIGHT), london("2026-07-05T12:00")))
    assert found == {
        "state": "closed",
        "until": "2026-07-05T18:00:00+01:00",
        "next_open": "2026-07-05T18:00:00+01:00",
    }
    assert to_json(answer(parse("24/7"), london("2026-07-05T12:00"))) == {
        "state": "open",
        "until": None,
        "next_open": None,
    }


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 11, 22, 12), datetime(1999, 12, 31, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)],
    ids=["naive", "too early", "too late"],
)
def test_instants_that_cannot_be_answered(at: datetime) -> None:
    """A naive instant, and years in which neither hours nor holidays are known, are refused."""
    with pytest.raises(ValueError, match="the instant"):
        answer(parse("24/7"), at)


def test_seconds_count() -> None:
    """A service that shuts at 2am is open one second before."""
    schedule = parse(OVERNIGHT)
    assert answer(schedule, london("2026-11-23T01:59:59.999999")).state == "open"
    assert answer(schedule, london("2026-11-23T02:00:00")).state == "closed"


def test_openings_outside_the_calendar_are_refused() -> None:
    """Dates beyond 2100 are an error; a stretch that runs backwards is empty."""
    with pytest.raises(ValueError, match="2000 to 2100"):
        openings(parse("24/7"), date(2026, 1, 1), date.max)
    assert openings(parse("24/7"), date(2026, 1, 2), date(2026, 1, 1)) == []
