"""Times and dates as people type them, and forms that hold everything a schedule can say. No application."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from directory.provider.hours.actions import act
from directory.provider.hours.changes import closed_soon, merged
from directory.provider.hours.dates import as_usual, with_entry
from directory.provider.hours.doubts import doubts
from directory.provider.hours.form import bank_holidays_from, form_of, form_sent
from directory.provider.hours.reading import read_hours
from directory.provider.hours.times import NotUnderstoodError, read_date, read_time, read_yearly_date
from directory.provider.hours.words import dated_in_words, happening, ordinary_in_words
from directory.schedules import DatedEntry, Pattern, Schedule, exceptions, parse, week, write
from tests.test_schedules_properties import DATES, SCHEDULES

TODAY = date(2026, 11, 22)
WEEK = {"ordinary": ["times"], "day-0-0-opens": ["6pm"], "day-0-0-closes": ["10pm"]}


def read(fields: dict[str, list[str]]) -> tuple[str, list[str]]:
    """The text of what was typed, and what is wrong."""
    reading = read_hours(form_sent(fields), TODAY)
    return write(reading.schedule) if reading.schedule else "", list(reading.faults.values())


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("6pm", 1080),
        ("6 PM", 1080),
        ("6.30 pm", 1110),
        ("6:30pm", 1110),
        ("630pm", 1110),
        ("6 p.m.", 1080),
        ("18:00", 1080),
        ("18.30", 1110),
        ("1830", 1110),
        ("18", 1080),
        ("09:00", 540),
        ("0930", 570),
        ("0:30", 30),
        ("2am", 120),
        ("12am", 0),
        ("12pm", 720),
        ("12.15am", 15),
        ("noon", 720),
        ("12 noon", 720),
        ("midday", 720),
        ("Midnight", 0),
        ("24:00", 0),
        ("00:00", 0),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, minutes: int) -> None:
    assert read_time(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("6", "is in the morning and in the evening. Write 6am or 6pm."),
        ("6:30", "is in the morning and in the evening. Write 6:30am or 6:30pm."),
        ("25:00", "is not a time. Write it like 6pm, 6:30pm or 18:30."),
        ("13pm", "is not a time. Write it like 6pm, 6:30pm or 18:30."),
        ("6:75pm", "is not a time. Write it like 6pm, 6:30pm or 18:30."),
        ("6pm-10pm", "is not a time. Write it like 6pm, 6:30pm or 18:30."),
        ("late", "is not a time. Write it like 6pm, 6:30pm or 18:30."),
    ],
)
def test_a_time_that_could_be_two_or_none_is_asked_about(typed: str, said: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        read_time(typed)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("25 December 2026", date(2026, 12, 25)),
        ("Friday 25th Dec", date(2026, 12, 25)),
        ("Fri, 25 dec 2026", date(2026, 12, 25)),
        ("25/12/2026", date(2026, 12, 25)),
        ("25.12.26", date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25)),
        ("1 January", date(2027, 1, 1)),
        ("22 November", TODAY),
        ("21/11", date(2027, 11, 21)),
        ("29 February", date(2028, 2, 29)),
        ("the 1st of 1st", None),
        ("31 June", None),
        ("31 June 2026", None),
        ("25 December 1999", None),
        ("tomorrow", None),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str, day: date | None) -> None:
    """One without a year is the next that comes."""
    if day is not None:
        assert read_date(typed, TODAY) == day
        return
    with pytest.raises(NotUnderstoodError, match="is not a date. Write it like 25 December 2026."):
        read_date(typed, TODAY)


def test_a_yearly_date_may_be_the_last_of_february() -> None:
    assert read_yearly_date("29 Feb") == date(2000, 2, 29)
    with pytest.raises(NotUnderstoodError):
        read_yearly_date("30 Feb")


@given(SCHEDULES)
@settings(max_examples=250, deadline=None)
def test_a_form_holds_everything_a_schedule_says(schedule: Schedule) -> None:
    """A form that nobody touches reads back as the schedule that it was made of, whatever that says."""
    reading = read_hours(form_of(schedule, TODAY), TODAY)
    assert (reading.schedule, reading.faults) == (schedule, {})


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({}, "Mo 18:00-22:00"),
        ({"day-0-0-closes": "2am"}, "Mo 18:00-02:00"),
        ({"day-0-0-closes": "midnight"}, "Mo 18:00-24:00"),
        ({"day-0-0-closes": "6pm"}, "Mo 18:00-42:00"),
        ({"day-0-0-opens": "midnight", "day-0-0-closes": "midnight"}, "Mo 00:00-24:00"),
        ({"day-0-0-last": "9.30pm"}, 'Mo 18:00-22:00 "last admission 30 minutes before closing"'),
        ({"day-0-0-closes": "2am", "day-0-0-last": "1am"}, 'Mo 18:00-02:00 "last admission 60 minutes before closing"'),
        ({"day-0-0-appointment": "y"}, 'Mo 18:00-22:00 "by appointment"'),
        ({"day-0-1-opens": "10am", "day-0-1-closes": "noon"}, "Mo 10:00-12:00,18:00-22:00"),
        ({"day-0-1-opens": "", "day-0-1-closes": ""}, "Mo 18:00-22:00"),
        ({"ordinary": "always"}, "24/7"),
        ({"ordinary": "always", "always-appointment": "y"}, '24/7 "by appointment"'),
        ({"ordinary": "always", "bank-what": "closed"}, "Mo-Su 00:00-24:00; PH off"),
        ({"ordinary": "appointment"}, '"by appointment"'),
        ({"ordinary": "never"}, "Mo-Su off"),
        ({"ordinary": "unknown"}, ""),
        ({"bank-what": "open", "bank-0-opens": "noon", "bank-0-closes": "4pm"}, "Mo 18:00-22:00; PH 12:00-16:00"),
        ({"named-2026-12-25-what": "closed"}, "Mo 18:00-22:00; 2026 Dec 25 off"),
        ({"named-2026-12-28-what": "usual"}, "Mo 18:00-22:00; 2026 Dec 28 18:00-22:00"),
        ({"named-2026-12-25-what": "usual"}, "Mo 18:00-22:00; 2026 Dec 25 off"),
        ({"weeks-0-weekday": "2", "weeks-0-weeks": "2", "weeks-0-what": "closed"}, "Mo 18:00-22:00"),
        (
            {"weeks-0-weekday": "0", "weeks-0-weeks": "-1", "weeks-0-what": "closed", "weeks-0-reason": "Training"},
            'Mo 18:00-22:00; Mo[-1] off "Training"',
        ),
        ({"dated-0-first": "24 Dec", "dated-0-last": "2 Jan", "dated-0-what": "closed"},
         "Mo 18:00-22:00; 2026 Dec 24-2027 Jan 02 off"),
        ({"dated-0-first": "24 Dec", "dated-0-last": "2 Jan", "dated-0-what": "closed", "dated-0-yearly": "y"},
         "Mo 18:00-22:00; Dec 24-Jan 02 off"),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_hours(typed: dict[str, str], text: str) -> None:
    assert read({**WEEK, **{name: [value] for name, value in typed.items()}}) == (text, [])


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        ({"day-0-0-closes": ""}, "day-0-0-closes", "Monday: the closing time is missing. Write it like 10pm."),
        ({"day-0-0-opens": ""}, "day-0-0-opens", "Monday: the opening time is missing. Write it like 6pm."),
        ({"day-0-0-opens": "6"}, "day-0-0-opens", "Monday: the opening time “6” is in the morning and in the evening."),
        ({"day-0-1-opens": "1pm"}, "day-0-1-closes", "Monday, second opening: the closing time is missing."),
        ({"day-0-0-last": "11pm"}, "day-0-0-last", "Monday: last admission 11pm is not between 6pm and 10pm."),
        ({"day-0-reason": "Why"}, "day-0-reason", "Monday: only a closed day has a reason."),
        ({"day-0-0-opens": "", "day-0-0-closes": ""}, "day-0-0-opens", "Type the times of at least one day"),
        ({"ordinary": ""}, "ordinary", "Choose when it is open on ordinary days."),
        ({"bank-what": "open"}, "bank-0-opens", "Bank holidays: the times are missing."),
        ({"weeks-0-weekday": "2", "weeks-0-what": "closed"}, "weeks-0-weeks", "Some Wednesdays: choose which"),
        ({"dated-0-first": "", "dated-0-what": "closed"}, "dated-0-first", "A date is missing."),
        ({"dated-0-first": "soon", "dated-0-what": "closed"}, "dated-0-first", "“soon” is not a date."),
        ({"dated-0-first": "1 Dec"}, "dated-0-what", "1 Dec: choose closed, or open."),
        ({"dated-0-first": "1 Dec 2026", "dated-0-last": "1 Nov 2026", "dated-0-what": "closed"}, "dated-0-last",
         "1 Dec 2026: the last day, 1 November 2026, is before the first."),
        ({"dated-0-first": "25 Dec", "dated-0-what": "closed", "named-2026-12-25-what": "closed"}, "dated-0-first",
         "25 December 2026 is there twice."),
        ({"dated-0-first": "1 Dec", "dated-0-what": "closed", "dated-0-reason": "x" * 201}, "dated-0-reason",
         "1 Dec: the reason has 201 characters. Use at most 200."),
        ({"dated-0-first": "1 Dec", "dated-0-what": "open", "dated-0-0-opens": "1pm", "dated-0-0-closes": "2pm",
          "dated-0-reason": "by appointment"}, "dated-0-reason", "1 Dec: tick “by appointment”"),
        ({"ordinary": "unknown", "named-2026-12-25-what": "usual"}, "named-2026-12-25-what",
         "Christmas Day, 25 December 2026: the usual hours are not known."),
    ],
)  # fmt: skip
def test_a_fault_says_where_it_is_and_how_to_mend_it(typed: dict[str, str], name: str, said: str) -> None:
    reading = read_hours(form_sent({**WEEK, **{key: [value] for key, value in typed.items()}}), TODAY)
    assert reading.schedule is None
    assert reading.faults[name].startswith(said)


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("copy 0 1,2,3,4", "Mo-Fr 18:00-22:00"),
        ("copy 0 1,2,3,4,5,6", "Mo-Su 18:00-22:00"),
        ("copy chosen", "Mo,Su 18:00-22:00"),
        ("add day-0", "Mo 18:00-22:00"),
        ("drop day-0-0", ""),
    ],
)
def test_buttons_change_the_form_and_lose_nothing(button: str, text: str) -> None:
    fields = {**WEEK, "copy-from": ["0"], "copy-to": ["6"]}
    reading = read_hours(act(form_sent(fields), button, fields), TODAY)
    assert (write(reading.schedule) if reading.schedule else "") == text


@pytest.mark.parametrize("button", ["", "save", "add nothing-1", "drop dated-7", "copy 9 1", "drop named-2026-12-25-0"])
def test_a_button_that_is_not_ours_is_refused(button: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        act(form_sent(WEEK), button, WEEK)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fr 18:00-02:00", "Friday: 6pm to 2am (Saturday morning)"),
        ("Mo-Fr 18:00-02:00", "Monday to Friday: 6pm to 2am (the next morning)"),
        ("Sa-Su 00:00-24:00", "Saturday and Sunday: open 24 hours"),
        ("We[2,-1] 10:00-13:00", "The second and last Wednesday of the month: 10am to 1pm"),
        ("We 10:00-13:00; We[1,2,3] off", "The first, second and third Wednesday of the month: closed"),
        ("24/7", "Every day: open 24 hours"),
        ('24/7 "by appointment"', "Every day: open 24 hours, by appointment"),
        ('"by appointment"', "Ordinary days: by appointment, times not known"),
        ("", "Ordinary days: not known"),
        ("Mo-Su off", "Ordinary days: never open"),
        ("PH off", "Bank holidays: closed"),
        ('Mo 18:00-22:00 "last admission 30 minutes before closing"', "Monday: 6pm to 10pm, last admission 9:30pm"),
    ],
)  # fmt: skip
def test_the_week_is_said_in_words(text: str, said: str) -> None:
    assert said in ordinary_in_words(parse(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026 Dec 25 off", "Friday 25 December 2026 (Christmas Day): closed"),
        ('2026 Nov 27 18:00-02:00 "Launch"', "Friday 27 November 2026: 6pm to 2am (Saturday morning) (Launch)"),
        ("Dec 24-Jan 02 off", "24 December to 2 January every year: closed"),
        ("2026 Dec 24-2027 Jan 02 off", "Thursday 24 December 2026 to Saturday 2 January 2027: closed"),
    ],
)
def test_dates_are_said_in_words(text: str, said: str) -> None:
    assert dated_in_words(parse(text).dated[0]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mo-Su 18:00-22:00; 2026 Dec 25 off", "closed"),
        ("Mo-Su 18:00-22:00; PH off", "closed"),
        ("Mo-Su 18:00-22:00; 2026 Dec 25 18:00-22:00", "as usual, 6pm to 10pm"),
        ("Mo-Su 18:00-22:00; 2026 Dec 25 12:00-16:00", "noon to 4pm"),
        ("Mo-Su 18:00-22:00", "Nothing said. People are told “6pm to 10pm, bank holiday hours not confirmed”"),
        ("", "not known"),
    ],
)
def test_what_happens_on_a_bank_holiday(text: str, said: str) -> None:
    assert happening(parse(text), date(2026, 12, 25)) == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "Mo 06:00-23:00", "Monday: open for more than 16 hours (6am to 11pm)."),
        ("", "Mo 10:00-14:00,14:00-18:00", "Monday: openings meet or overlap"),
        ("", "Mo 00:00-02:00", "Monday: midnight is the start of the day"),
        ("", "Fr 18:00-02:00; Sa 01:00-04:00", "Friday is still open when Saturday opens."),
        ("Mo,Tu 10:00-12:00", "Mo 10:00-12:00", "Now closed, and open before: Tuesday."),
        ("Mo 10:00-12:00", "", "The hours of ordinary days were known"),
        ("", "Mo-Su 18:00-22:00", "Nothing is said about 25 December (Christmas Day), 26 December"),
        ("", "2026 Nov 21 off", "Saturday 21 November 2026 is in the past."),
        ("2026 Dec 25 12:00-16:00", "2026 Dec 25 12:00-16:00; 2026 Dec 24-2027 Jan 02 off",
         "Friday 25 December 2026 has hours of its own, which stay: noon to 4pm."),
    ],
)  # fmt: skip
def test_what_should_be_looked_at_again(before: str, after: str, said: str) -> None:
    found = doubts(parse(before), parse(after), TODAY)
    assert any(doubt.startswith(said) for doubt in found), found


@pytest.mark.parametrize("text", ["24/7", "Mo-Su 00:00-24:00; PH 00:00-24:00", "Mo-Fr 18:00-02:00; PH off"])
def test_plain_hours_raise_no_doubt(text: str) -> None:
    assert doubts(parse(text), parse(text), TODAY) == ()


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "together"),
    [
        ("Mo 10:00-12:00", "Mo 10:00-12:00; 2026 Dec 01 off", "Tu 10:00-12:00", "Tu 10:00-12:00; 2026 Dec 01 off"),
        ("Mo 10:00-12:00", "Tu 10:00-12:00", "We 10:00-12:00", None),
        ("Mo 10:00-12:00", "Tu 10:00-12:00", "Tu 10:00-12:00", "Tu 10:00-12:00"),
        ("", "2026 Dec 01 off", "2026 Dec 02 off", "2026 Dec 01 off; 2026 Dec 02 off"),
        ("", "2026 Dec 01 off", "2026 Dec 01 10:00-12:00", None),
        ("2026 Dec 01 off", "", "2026 Dec 01 off; 2026 Dec 02 off", "2026 Dec 02 off"),
        ("2026 Dec 01 off", "", "2026 Dec 01 10:00-12:00", None),
    ],
)
def test_two_peoples_changes_go_together_unless_they_are_of_the_same(
    base: str, theirs: str, mine: str, together: str | None
) -> None:
    found = merged(parse(base), parse(theirs), parse(mine))
    assert found == (parse(together) if together is not None else None)


@given(SCHEDULES, SCHEDULES)
@settings(max_examples=100, deadline=None)
def test_one_persons_change_is_kept_whole(base: Schedule, changed: Schedule) -> None:
    """Where the other changed nothing, whoever that is."""
    assert merged(base, base, changed) == changed == merged(base, changed, base)


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        ("Mo-Su 18:00-22:00", "Mo-Su 18:00-22:00; 2026 Nov 22 off", [22]),
        ("Mo-Su 18:00-22:00", "Mo-Su 18:00-22:00; 2026 Nov 20-2026 Nov 30 off", [22, 23]),
        ("Mo-Su 18:00-22:00", "Mo-Su 18:00-22:00; 2026 Nov 24 off", []),
        ("Mo-Fr 18:00-22:00", "Mo-Fr 18:00-22:00; 2026 Nov 22 off", []),
        ("", "2026 Nov 22 off", [22]),
        ("Mo-Su 18:00-22:00; 2026 Nov 22 off", "Mo-Su 18:00-22:00", []),
    ],
)
def test_the_region_is_told_of_what_nobody_expects(before: str, after: str, days: list[int]) -> None:
    """A closure today or tomorrow, where it was open, or not known."""
    assert [day.day for day, _ in closed_soon(parse(before), parse(after), TODAY)] == days


@given(SCHEDULES, DATES)
@settings(max_examples=150, deadline=None)
def test_as_usual_is_the_ordinary_day(schedule: Schedule, day: date) -> None:
    """Whatever was said of the day and the days around; and nothing else changes."""
    usual = as_usual(schedule, day)
    plain = Schedule(schedule.weekly, schedule.open_all_hours, by_appointment=schedule.by_appointment)
    assert replace(usual, dated=()) == replace(schedule, dated=())
    if schedule.known:
        assert week(usual, day)[0].words == week(plain, day)[0].words


def test_a_new_entry_takes_the_place_of_the_one_for_the_same_dates() -> None:
    day = date(2026, 12, 1)
    closed = with_entry(parse("2026 Dec 01 10:00-12:00; 2026 Dec 02 off"), DatedEntry(day, day, Pattern()))
    assert closed == parse("2026 Dec 01 off; 2026 Dec 02 off")
    assert [change.words for change in exceptions(closed, TODAY)] == ["Closed"]


def test_the_bank_holidays_of_twelve_months_have_names() -> None:
    found = bank_holidays_from(TODAY)
    assert list(found)[0] == date(2026, 12, 25)
    assert max(found) < TODAY + timedelta(days=366)
    assert {"Christmas Day", "Good Friday", "Early May bank holiday", "Boxing Day (substitute day)"} <= {
        *found.values()
    }
