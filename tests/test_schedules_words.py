"""Opening hours in words: the sentence, the week's table, and the coming exceptions."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from directory.schedules import LONDON, answer, exceptions, parse, sentence, spoken_time, week

DOCUMENT = Path(__file__).parent.parent / "docs" / "opening-hours.md"
LAST = '"last admission 60 minutes before closing"'


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("24/7", "2026-11-22T22:00", "Open 24 hours"),
        ('24/7 "by appointment"', "2026-11-22T22:00", "Open 24 hours, by appointment"),
        ("24/7; 2026 Nov 24 off", "2026-11-22T22:00", "Open until midnight tomorrow"),
        ("24/7; 2026 Nov 26 off", "2026-11-22T22:00", "Open until midnight at the end of Wednesday"),
        ("24/7; Dec 25 off", "2026-11-22T22:00", "Open until midnight at the end of Thursday 24 December"),
        ("24/7; Dec 25 off", "2026-12-26T22:00", "Open until midnight at the end of Friday 24 December 2027"),
        ("Su 18:00-02:00", "2026-11-22T22:00", "Open until 2am"),
        ("Su 18:00-02:00", "2026-11-23T01:00", "Open until 2am"),
        ("Su 18:00-24:00", "2026-11-22T22:00", "Open until midnight"),
        ("Su 18:00-12:00", "2026-11-22T22:00", "Open until noon"),
        ("Su 18:00-12:30", "2026-11-22T22:00", "Open until 12:30pm tomorrow"),
        ("Su 10:00-22:30", "2026-11-22T12:00", "Open until 10:30pm"),
        ("Su 10:00-34:00", "2026-11-22T12:00", "Open until 10am"),
        ("Sa 10:00-24:00; Su 00:00-24:00; Mo 00:00-09:00", "2026-11-21T12:00", "Open until 9am Monday"),
        (f"Su 18:00-24:00 {LAST}", "2026-11-22T22:00", "Open until midnight, last admission 11pm"),
        (f"Su 18:00-02:00 {LAST}", "2026-11-22T22:00", "Open until 2am, last admission 1am"),
        (f"Su 18:00-02:00 {LAST}", "2026-11-23T01:00", "Open until 2am, last admission was 1am"),
        (f"Su 18:00-02:00 {LAST}", "2026-11-23T00:59:59", "Open until 2am, last admission 1am"),
        (
            'Sa 10:00-24:00; Su 00:00-24:00; Mo 00:00-02:00 "last admission 60 minutes before closing"',
            "2026-11-21T12:00",
            "Open until 2am Monday, last admission 1am",
        ),
        (
            'Fr-Sa 00:00-24:00; Su 20:00-02:00 "last admission 180 minutes before closing", Su 00:00-21:00',
            "2026-11-20T12:00",
            "Open until 2am Monday, last admission 11pm Sunday",
        ),
        ('Su 18:00-23:00 "by appointment"', "2026-11-22T22:00", "Open until 11pm, by appointment"),
        ('Su 18:00-23:00 "by appointment"', "2026-11-22T12:00", "Opens 6pm today, by appointment"),
        ("Su 18:00-02:00", "2026-11-22T01:00", "Opens 6pm today"),
        ("Mo 18:00-02:00", "2026-11-22T01:00", "Opens 6pm tomorrow"),
        ("Su 18:00-02:00", "2026-11-23T03:00", "Opens 6pm Sunday"),
        ("Su 18:00-02:00", "2026-11-22T02:00", "Opens 6pm today"),
        ("Su[1] 09:00-10:00", "2026-11-22T12:00", "Opens 9am Sunday 6 December"),
        ("Su[1] 09:00-10:00", "2026-12-22T12:00", "Opens 9am Sunday 3 January 2027"),
        ("Mo 00:00-09:00", "2026-11-22T12:00", "Opens midnight tonight"),
        ("We 00:00-09:00", "2026-11-22T12:00", "Opens midnight at the start of Wednesday"),
        ("Mo-Su 18:00-22:00; PH off", "2026-12-26T12:00", "Closed for the bank holiday, opens 6pm tomorrow"),
        (
            "Mo-Su 18:00-22:00; Dec 25 off",
            "2026-12-25T12:00",
            "Closed for the bank holiday, opens 6pm tomorrow (bank holiday hours not confirmed)",
        ),
        ('24/7; Dec 25 off "Christmas"', "2026-12-25T12:00", "Closed today (Christmas), opens midnight tonight"),
        (
            'Mo-Fr 09:00-17:00; 2026 Nov 23-2026 Nov 25 off "Refurbishment"',
            "2026-11-23T12:00",
            "Closed today (Refurbishment), opens 9am Thursday",
        ),
        ("Mo-Fr 09:00-17:00; 2026 Nov 23 off", "2026-11-23T12:00", "Closed today, opens 9am tomorrow"),
        (
            'We 10:00-12:00; We[1] off "Staff training"',
            "2026-12-02T09:00",
            "Closed today (Staff training), opens 10am Wednesday 9 December",
        ),
        ('2026 Nov 22 off "Staff illness"', "2026-11-22T12:00", "Closed today (Staff illness), other hours not known"),
        ("2026 Nov 22 10:00-11:00", "2026-11-22T12:00", "Closed, other hours not known"),
        ("Mo-Su off", "2026-11-22T12:00", "Closed, no opening in the next year"),
        ('Mo-Su off; 2026 Nov 22 off "Moved"', "2026-11-22T12:00", "Closed today (Moved), no opening in the next year"),
        ("", "2026-11-22T12:00", "Hours not known"),
        ('"by appointment"', "2026-11-22T12:00", "By appointment, times not known"),
        ("Fr 09:00-17:00", "2026-12-25T12:00", "Open until 5pm (bank holiday hours not confirmed)"),
        ("Fr 09:00-17:00", "2026-12-25T08:00", "Opens 9am today (bank holiday hours not confirmed)"),
        ("24/7", "2026-12-25T08:00", "Open 24 hours"),
    ],
)
def test_sentence(text: str, at: str, said: str) -> None:
    """What a call handler reads out."""
    instant = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert sentence(answer(parse(text), instant), instant) == said


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("Mo-Fr 09:00-17:00", "2026-11-23T00:00", "Opens 9am tomorrow"),
        ("Mo-Su 18:00-02:00", "2026-11-29T12:00", "Opens 6pm Sunday 29 November"),
        ("Mo-Su 18:00-02:00", "2026-11-27T12:00", "Opens 6pm Friday"),
        ("Mo-Su 18:00-02:00", "2026-11-28T23:00", "Open until 2am"),
        ("Sa 10:00-24:00; Su 00:00-24:00; Mo 00:00-09:00", "2026-11-28T12:00", "Open until 9am Monday 30 November"),
        ("Mo-Su 00:00-06:00", "2026-11-24T12:00", "Opens midnight at the start of Wednesday"),
    ],
)
def test_days_are_named_as_on_the_day_of_speaking(text: str, at: str, said: str) -> None:
    """Whoever asks on Sunday 22 November about another time hears no "today" that is not theirs."""
    then = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert sentence(answer(parse(text), then), then, date(2026, 11, 22)) == said


EXAMPLES = [
    [cell.strip().strip("`") for cell in line.strip("| \n").split(" | ")]
    for line in DOCUMENT.read_text(encoding="utf-8").split("## Examples")[1].splitlines()
    if line.startswith("| `") and " | 20" in line
]


def test_the_document_has_examples() -> None:
    """The table is found, so that the next test has something to check."""
    assert len(EXAMPLES) >= 7


@pytest.mark.parametrize(("text", "at", "said"), EXAMPLES)
def test_examples_in_the_document_are_true(text: str, at: str, said: str) -> None:
    """What docs/opening-hours.md promises."""
    instant = datetime.fromisoformat(at).replace(tzinfo=LONDON)
    assert sentence(answer(parse(text), instant), instant) == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("00:00", "midnight"),
        ("00:30", "12:30am"),
        ("02:00", "2am"),
        ("11:59", "11:59am"),
        ("12:00", "noon"),
        ("12:05", "12:05pm"),
        ("18:30", "6:30pm"),
        ("23:00", "11pm"),
    ],
)
def test_spoken_time(clock: str, said: str) -> None:
    """Times as people say them, of a time or of an instant."""
    assert spoken_time(time.fromisoformat(clock)) == said
    assert spoken_time(datetime.fromisoformat(f"2026-07-01T{clock}").replace(tzinfo=LONDON)) == said


def test_week() -> None:
    """Seven days in words, with what is special about them."""
    schedule = parse(
        'Mo-We 09:00-12:00,14:00-18:00; Th 18:00-02:00 "last admission 60 minutes before closing"; Sa 00:00-24:00; '
        '2026 Dec 24 10:00-12:00 "Early closing, by appointment"'
    )
    rows = [(row.date.isoformat(), row.day, row.words, row.note) for row in week(schedule, date(2026, 12, 23))]
    assert rows == [
        ("2026-12-23", "Wednesday", "9am to noon, 2pm to 6pm", ""),
        ("2026-12-24", "Thursday", "10am to noon (by appointment)", "Early closing"),
        ("2026-12-25", "Friday", "Closed", "Christmas Day, bank holiday hours not confirmed"),
        ("2026-12-26", "Saturday", "Open 24 hours", "Boxing Day, bank holiday hours not confirmed"),
        ("2026-12-27", "Sunday", "Closed", ""),
        (
            "2026-12-28",
            "Monday",
            "9am to noon, 2pm to 6pm",
            "Boxing Day (substitute day), bank holiday hours not confirmed",
        ),
        ("2026-12-29", "Tuesday", "9am to noon, 2pm to 6pm", ""),
    ]
    assert week(schedule, date(2026, 12, 31))[0].words == "6pm to 2am (last admission 1am)"


@pytest.mark.parametrize(
    ("text", "words", "note"),
    [
        ("24/7", "Open 24 hours", "Christmas Day"),
        ('24/7 "by appointment"', "Open 24 hours, by appointment", "Christmas Day"),
        ("Mo-Su 09:00-17:00; PH off", "Closed", "Christmas Day"),
        ('Mo-Su 09:00-17:00; PH off "Staff rest"', "Closed", "Christmas Day: Staff rest"),
        ('Mo-Su 09:00-17:00; Dec 25 off "Christmas Day"', "Closed", "Christmas Day"),
        ("", "Hours not known", "Christmas Day"),
        ('"by appointment"', "By appointment, times not known", "Christmas Day"),
    ],
)
def test_a_day_of_the_week_table(text: str, words: str, note: str) -> None:
    """The words and note of Christmas Day."""
    day = week(parse(text), date(2026, 12, 25))[0]
    assert (day.words, day.note) == (words, note)


def test_exceptions() -> None:
    """Dated changes, and bank holidays that differ; a closure that goes on is told to its end."""
    schedule = parse(
        "Mo-Fr 18:00-02:00; PH off; Jan 01-Jan 03 off; "
        '2026 Dec 24-2027 Jan 02 off "Refurbishment"; 2026 Dec 31 18:00-01:00 "New Year\'s Eve"'
    )
    rows = [(change.dates, change.words, change.note) for change in exceptions(schedule, date(2026, 11, 22), 40)]
    assert rows == [
        ("Thursday 24 December 2026 to Wednesday 30 December 2026", "Closed", "Refurbishment"),
        ("Thursday 31 December 2026", "6pm to 1am", "New Year's Eve"),
    ]
    rows = [(change.dates, change.words, change.note) for change in exceptions(schedule, date(2027, 1, 1), 1)]
    assert rows == [("Friday 1 January 2027 to Saturday 2 January 2027", "Closed", "Refurbishment")]


def test_exceptions_leave_out_what_is_as_usual() -> None:
    """A bank holiday on a day that is closed anyway, or open as always, is no exception."""
    closed = [change.first.isoformat() for change in exceptions(parse("Mo-Fr 09:00-17:00; PH off"), date(2026, 12, 1))]
    assert closed == ["2026-12-25", "2026-12-28", "2027-01-01"]
    assert exceptions(parse("Mo-Fr 09:00-17:00"), date(2026, 12, 1)) == ()
    assert exceptions(parse("24/7"), date(2026, 12, 1)) == ()
    first = exceptions(parse("PH off"), date(2026, 12, 1))[0]
    assert (first.dates, first.words, first.note) == ("Friday 25 December 2026", "Closed", "Christmas Day")
