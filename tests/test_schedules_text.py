"""The text form of opening hours: what is canonical, which variants are read, and what an error says."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.schedules import UNKNOWN, DatedEntry, HoursError, Pattern, Schedule, Session, WeeklyRule, parse, write

CANONICAL = [
    "",
    "24/7",
    '24/7 "by appointment"',
    '"by appointment"',
    '"by appointment"; PH off',
    "Mo-Su off",
    "Mo-Fr 17:00-22:00; Sa-Su 09:00-22:00",
    "Mo,We 09:00-20:00; Tu,Th,Fr 09:00-17:00",
    "Mo-We,Fr,Su 09:00-17:00",
    "Mo,We,Fr 10:00-12:00,14:00-18:00",
    "Mo-Su 18:00-02:00",
    "Mo-Su 18:00-24:00",
    "Mo-Su 00:00-24:00; PH off",
    "Mo 09:00-33:00",
    "Mo[1,3] 10:30-12:30",
    "We[2,-1] 10:00-13:00",
    "Mo[1],Tu[1] 10:00-12:00",
    "We[1] 10:30-12:30; We[3] 18:30-20:30",
    'We 10:00-12:00; We[1] off "Staff training"',
    "Mo-Fr 09:00-17:00; PH 12:00-16:00",
    'PH off "Bank holidays"',
    'Mo-Su 18:00-02:00 "last admission 60 minutes before closing"',
    'Mo-Su 18:00-02:00 "by appointment, last admission 1 minute before closing"',
    'Mo-Fr 10:00-12:00, Mo-Fr 14:00-18:00 "by appointment"',
    'PH 10:00-12:00, PH 14:00-18:00 "by appointment"',
    'Mo-Fr 09:00-17:00; Dec 25 off; 2026 Dec 25 off "Christmas Day"',
    'Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 02 off "Refurbishment"',
    "24/7; Dec 24-Jan 02 off; Feb 29 off",
    '24/7; 2026 Dec 31 18:00-02:00 "New Year\'s Eve"',
    '2026 Dec 31 10:00-12:00 "New Year\'s Eve, by appointment", 2026 Dec 31 18:00-02:00',
    '2026 Dec 25 off "Closed, by appointment"',
]


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_is_written_back_exactly(text: str) -> None:
    """What `write` makes, `parse` reads, and the other way round."""
    assert write(parse(text)) == text


@pytest.mark.parametrize(
    ("variant", "canonical"),
    [
        ("  \n\t", ""),
        ("mo-fr 9:00-17:00", "Mo-Fr 09:00-17:00"),
        ("MONDAY-Fri 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Mo – Fr 09:00 — 17:00 ;PH  OFF;", "Mo-Fr 09:00-17:00; PH off"),
        ("Mo-Fr: 09:00-17:00", "Mo-Fr 09:00-17:00"),
        ("Mo, We 09:00-12:00, 14:00-18:00", "Mo,We 09:00-12:00,14:00-18:00"),
        ("09:00-17:00", "Mo-Su 09:00-17:00"),
        ("off", "Mo-Su off"),
        ("Mo-Su closed", "Mo-Su off"),
        ("Fr-Mo 09:00-17:00", "Mo,Fr-Su 09:00-17:00"),
        ("Mo-Su 18:00-26:00", "Mo-Su 18:00-02:00"),
        ("Mo-Su 18:00-00:00", "Mo-Su 18:00-24:00"),
        ("Mo-Fr,PH 09:00-17:00", "Mo-Fr 09:00-17:00; PH 09:00-17:00"),
        ("Mo-Fr 09:00-17:00; Sa,Su,PH off", "Mo-Fr 09:00-17:00; PH off"),
        ("PH off; Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off"),
        ("Mo-Fr 09:00-17:00; We 10:00-12:00", "Mo,Tu,Th,Fr 09:00-17:00; We 10:00-12:00"),
        ("Mo-Fr 09:00-17:00, Sa 10:00-12:00", "Mo-Fr 09:00-17:00; Sa 10:00-12:00"),
        ("Mo 14:00-18:00, Mo 10:00-12:00", "Mo 10:00-12:00,14:00-18:00"),
        ("Mo[3,1] 10:00-12:00; Mo[1-3] 14:00-16:00", "Mo[1,2,3] 14:00-16:00"),
        ("Mo[1-5] 10:00-12:00", "Mo 10:00-12:00"),
        ("Mo[-1,1] 10:00-12:00", "Mo[1,-1] 10:00-12:00"),
        ('Mo 10:00-12:00 open "By Appointment"', 'Mo 10:00-12:00 "by appointment"'),
        (
            "Mo 10:00-14:00 “last admission 1 hour before closing”",
            'Mo 10:00-14:00 "last admission 60 minutes before closing"',
        ),
        ('24/7; "by appointment"', '24/7 "by appointment"'),
        ("24/7; 24/7", "24/7"),
        ("2026 December 5 off", "2026 Dec 05 off"),
        ("Dec 25-26 off", "Dec 25-Dec 26 off"),
        ("Dec 25,26,Jan 1 off", "Jan 01 off; Dec 25 off; Dec 26 off"),
        ("2026 Dec 24-31 off", "2026 Dec 24-2026 Dec 31 off"),
        ("2026 Dec 24-Dec 31 off", "2026 Dec 24-2026 Dec 31 off"),
        ("Dec 25 off; Dec 25 10:00-12:00", "Dec 25 10:00-12:00"),
        ("2026 Dec 25 off; Dec 24-Jan 02 off; Dec 31 off", "Dec 24-Jan 02 off; Dec 31 off; 2026 Dec 25 off"),
        ('2026 Dec 25 off "  Christmas \t Day "', '2026 Dec 25 off "Christmas Day"'),
        ('2026 Dec 25 off ""', "2026 Dec 25 off"),
    ],
)
def test_variants_are_read(variant: str, canonical: str) -> None:
    """People type hours in many ways; they are written back in one."""
    assert write(parse(variant)) == canonical
    assert parse(canonical) == parse(variant)


def test_what_the_parts_mean() -> None:
    """One text with every part, as the model holds it."""
    text = (
        'Mo[1] 18:00-02:00 "last admission 60 minutes before closing"; PH off; Dec 25 off; '
        '2026 Dec 24-2027 Jan 02 10:00-12:00 "Winter hours, by appointment"'
    )
    assert parse(text) == Schedule(
        weekly=(WeeklyRule(0, Pattern((Session(1080, 1560, last_admission=60),)), weeks=(1,)),),
        bank_holiday=Pattern(),
        dated=(
            DatedEntry(date(2000, 12, 25), date(2000, 12, 25), Pattern(), yearly=True),
            DatedEntry(
                date(2026, 12, 24),
                date(2027, 1, 2),
                Pattern((Session(600, 720, by_appointment=True),), "Winter hours"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "known", "by_appointment"),
    [
        ("", False, False),
        ("PH off", False, False),
        ("2026 Dec 25 off", False, False),
        ('"by appointment"', False, True),
        ("Mo-Su off", True, False),
        ("24/7", True, False),
        ('24/7 "by appointment"', True, True),
        ("Mo 09:00-17:00", True, False),
    ],
)
def test_what_counts_as_known(text: str, known: bool, by_appointment: bool) -> None:
    """Hours are known when those of ordinary days are."""
    schedule = parse(text)
    assert (schedule.known, schedule.by_appointment) == (known, by_appointment)
    assert (schedule == UNKNOWN) == (text == "")


@pytest.mark.parametrize(
    ("text", "column", "problem", "mend"),
    [
        ("Xx 09:00-17:00", 1, "“Xx” is not a weekday", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr", 6, "Times, or off, are missing", "09:00-17:00"),
        ("Mo 9-17", 4, "“9” is not understood", "two digits"),
        ("Mo 9am-5pm", 4, "“9” is not understood", "two digits"),
        ("Mo 09:00", 9, "“09:00” has no closing time", "09:00-17:00"),
        ("Mo 17:00+", 9, "“17:00” has no closing time", "09:00-17:00"),
        ("Mo 17:00-19:00+", 15, "needs a closing time", "09:00-17:00"),
        ("Mo 09:60-17:00", 4, "“09:60” is not a time", "00:00 to 24:00"),
        ("Mo 09:00-49:00", 10, "“49:00” is not a time", "00:00 to 24:00"),
        ("Mo 24:00-26:00", 4, "is on the next day", "the day on which it opens"),
        ("Mo 10:00-10:00", 4, "opens and closes at the same time", "Check"),
        ("Mo-Su 00:00-00:00", 7, "opens and closes at the same time", "00:00-24:00"),
        ("Mo 18:00-44:00", 4, "longer than 24 hours", "24/7"),
        ("Mo-Xx 09:00-17:00", 4, "“Xx” is not a weekday", "Mo,We,Fr"),
        ("Mo[6] 09:00-17:00", 4, "“6” is not a week of the month", "1 to 5"),
        ("Mo[0] 09:00-17:00", 4, "“0” is not a week of the month", "1 to 5"),
        ("Mo[3-1] 09:00-17:00", 4, "run backwards", "Mo[1-3]"),
        ("Mo[-2-3] 09:00-17:00", 4, "run backwards", "Mo[1-3]"),
        ("Mo[1 09:00-17:00", 6, "There is no ]", "Mo[1,3]"),
        ("Mo-Fr[1] 09:00-17:00", 6, "needs one weekday", "Mo[1],Tu[1]"),
        ("Mo 09:00-12:00,", 16, "the end is not", "Mo-Fr"),
        ("Mo 09:00-12:00 14:00-16:00", 16, "missing before “14:00”", "09:00-17:00"),
        ("Mo 09:00-12:00 Tu 14:00-16:00", 16, "“Tu” cannot come here", "semicolon"),
        ("Mo-Fr 09:00-17:00, PH 10:00-12:00", 20, "only adds times to the same days", "semicolon"),
        ("Mo 09:00-12:00, Mo[1] 14:00-16:00", 17, "only adds times to the same days", "semicolon"),
        ("Mo 09:00-12:00, Tu off", 17, "closure cannot be added", "semicolon"),
        ('Dec 25 off "Shut", Dec 25 10:00-12:00', 20, "only adds times to the same days", "semicolon"),
        ("24/7; PH off", 7, "24/7 already covers", "Mo-Su 00:00-24:00; PH off"),
        ("Su off; 24/7", 1, "24/7 already covers", "Mo-Su 00:00-24:00; PH off"),
        ("24/7 off", 6, "“off” is not understood", "09:00-17:00"),
        ('"ring first"', 1, "does not follow any times", "by appointment"),
        ('24/7 "last admission 5 minutes before closing"', 6, "does not follow any times", "by appointment"),
        ('Mo 09:00-17:00; "by appointment"', 17, "stands apart", "straight after"),
        ('Mo 09:00-17:00 "ring first"', 16, "comment is not understood", "in the description"),
        ('Mo 09:00-10:00 "last admission 60 minutes before closing"', 16, "Last admission is before", "minutes"),
        ('Mo 09:00-10:00 "by', 16, "opened but not closed", "both ends"),
        (f'2026 Dec 25 off "{"x" * 201}"', 17, "too long", "200"),
        ('2026 Dec 25 off "a\x07b"', 17, "cannot be shown", "again"),
        ('2026 Dec 25 10:00-11:00 "A", 2026 Dec 25 12:00-13:00 "B"', 30, "two reasons", "once"),
        ("SH off", 1, "“SH” is not understood", "School holidays"),
        ("easter off", 1, "“easter” is not understood", "2027 Mar 28"),
        ("sunrise-sunset", 1, "“sunrise” is not understood", "on the clock"),
        ("Dec off", 1, "needs a day of the month", "Aug 01-Aug 31"),
        ("25 Dec off", 1, "“25” does not start a date", "2026 Dec 25"),
        ("2026-12-25 off", 1, "“2026” does not start a date", "2026 Dec 25"),
        ("2026 Feb 30 off", 10, "February 2026 has no day 30", "2026 Dec 25"),
        ("Feb 30 off", 5, "February has no day 30", "2026 Dec 25"),
        ("2027 Feb 29 off", 10, "February 2027 has no day 29", "2026 Dec 25"),
        ("2026 Dec 24-Jan 02 off", 1, "run backwards", "2027 Jan 02"),
        ("Dec 24-2027 Jan 02 off", 8, "Only the last date has a year", "or neither"),
        ("1999 Dec 25 off", 1, "too far away", "2000"),
        ("Dec 25 Mo 10:00-12:00", 8, "“Mo” cannot come here", "do not mix"),
        ("Mo 09:00-17:00 \x00", 16, "U+0000 has no place", "Leave it out"),
        ("Mo 09:00-17:00 ?", 16, "“?” has no place", "Leave it out"),
        ("Mo 123456-17:00", 4, "number is too long", "09:30"),
    ],
)
def test_errors_say_where_what_and_how_to_mend(text: str, column: int, problem: str, mend: str) -> None:
    """The column counts from 1; the message has all three."""
    with pytest.raises(HoursError) as caught:
        parse(text)
    error = caught.value
    assert error.column == column, str(error)
    assert problem in error.problem and mend in error.mend, str(error)
    assert str(error) == f"Column {error.column}: {error.problem} {error.mend}"


PIECES = [
    "Mo",
    "Tu-Fr",
    "PH",
    "SH",
    "[1]",
    "[-1,5]",
    "-",
    ",",
    ", ",
    ";",
    "; ",
    ":",
    " ",
    "09:00",
    "17:00",
    "24:00",
    "09:00-17:00",
    "18:00-26:00",
    "off",
    "open",
    "24/7",
    '"by appointment"',
    '"x, y"',
    '"',
    "2026",
    "Dec",
    "25",
    "Dec 25",
    "2026 Dec 24-2027 Jan 02",
    "Feb 29",
    "99999",
    "+",
    "é",
    "\x00",
    "\u202e",
    "\u0661\u0662",
    "月",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but HoursError is ever raised, and what was read is written back."""
    try:
        schedule = parse(text)
    except HoursError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert parse(write(schedule)) == schedule


@pytest.mark.parametrize(
    "unit",
    [
        "Mo[1] 10:00-12:00; ",
        "Mo 10:00-12:00, ",
        "10:00-12:00,",
        "Dec 25,",
        '"',
        "[",
        "1",
        "Mo",
        "-",
        ";",
        " ",
        "\x00",
        '2026 Dec 25 off "x"; ',
        "月",
    ],
)
def test_long_text_is_read_or_refused(unit: str) -> None:
    """10 kB of anything is dealt with."""
    try:
        parse(unit * (10_000 // len(unit)))
    except HoursError as error:
        assert len(str(error)) < 300


@pytest.mark.parametrize(
    "make",
    [
        lambda: Session(1440, 1500),
        lambda: Session(600, 600),
        lambda: Session(600, 2041),
        lambda: Session(600, 660, last_admission=60),
        lambda: WeeklyRule(7, Pattern()),
        lambda: WeeklyRule(0, Pattern(), (0,)),
        lambda: WeeklyRule(0, Pattern((Session(0, 60),), "A reason")),
        lambda: Pattern((), 'a "quoted" reason'),
        lambda: Pattern((Session(0, 60),), "by appointment"),
        lambda: DatedEntry(date(2026, 12, 25), date(2026, 12, 24), Pattern()),
        lambda: DatedEntry(date(2026, 12, 25), date(2026, 12, 25), Pattern(), yearly=True),
        lambda: DatedEntry(date(1999, 12, 25), date(1999, 12, 25), Pattern()),
        lambda: Schedule(weekly=(), open_all_hours=True),
        lambda: Schedule(open_all_hours=True, bank_holiday=Pattern()),
        lambda: Schedule(weekly=(), by_appointment=True),
        lambda: Schedule(bank_holiday=Pattern((Session(0, 60),), "A reason")),
    ],
)
def test_values_that_contradict_themselves_cannot_be_made(make: object) -> None:
    """The model refuses what the text form could not say."""
    with pytest.raises(ValueError, match=r"\w"):
        make()  # type: ignore[operator]
