"""The times that people say in what they type, at fixed instants, and what only looks like a time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.config import DATA
from directory.schedules import LONDON
from directory.search.moments import FURTHEST_DAYS, MOST_TIMES, find_times
from directory.search.times import Times
from directory.taxonomies import TaxonomyError

PHRASES = Times.load(DATA / "taxonomies" / "times.csv")
NOW = "now"


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


EVENING = london("2026-11-22T21:04")  # a Sunday
SMALL_HOURS = london("2026-11-28T03:00")  # a Saturday
MIDDAY = london("2026-11-25T12:00")  # a Wednesday
BEFORE_WINTER = london("2026-10-24T22:00")  # the clocks go back at 2am
IN_THE_HOUR_THAT_COMES_TWICE = london("2026-10-25T01:40")
BEFORE_SUMMER = london("2027-03-27T22:00")  # the clocks go forward at 1am
CHRISTMAS_EVE = london("2026-12-24T18:30")
BANK_HOLIDAY_WEEKEND = london("2026-08-29T11:00")  # a Saturday

SAID = {
    EVENING: [
        *[(text, NOW) for text in ("now", "right now", "Right-Now", "open now", "asap", "ASAP!", "straight away")],
        *[(text, NOW) for text in ("tonight", "TONIGHT", "2nite", "tonite", "this evening", "at night", "today")],
        *[(text, "2026-11-23T01:00") for text in ("1am", "1 am", "1 AM", "1a.m.", "01:00", "1.00am", "at 1 am")],
        *[(text, "2026-11-22T22:30") for text in ("22:30", "10.30pm", "10:30 p.m.", "2230hrs", "half ten", "half 10")],
        *[(text, "2026-11-22T22:30") for text in ("half past ten", "10.30 tonight", "half ten tonight")],
        *[
            (text, "2026-11-22T22:00")
            for text in ("at 10", "at ten", "@10", "10 o'clock", "ten oclock", "at 10 tonight")
        ],
        *[(text, "2026-11-22T22:00") for text in ("10pm tonight", "tonight 10pm", "open until 10pm", "by 10pm")],
        *[(text, "2026-11-23T00:00") for text in ("midnight", "midnight tonight", "12am", "at 12 tonight", "00:00")],
        *[(text, "2026-11-23T12:00") for text in ("noon", "midday", "12pm", "12:00", "tomorrow", "2moro", "monday")],
        ("quarter past nine", "2026-11-22T21:15"),
        ("quarter to 1 tonight", "2026-11-23T00:45"),
        ("half past seven pm", "2026-11-23T19:30"),
        ("later", "2026-11-22T23:04"),
        ("later tonight", "2026-11-22T23:00"),
        ("open late", "2026-11-22T23:00"),
        ("all night", "2026-11-23T03:00"),
        ("in an hour", "2026-11-22T22:04"),
        ("in 2 hours", "2026-11-22T23:04"),
        ("in two hours time", "2026-11-22T23:04"),
        ("in 30 mins", "2026-11-22T21:34"),
        ("in half an hour", "2026-11-22T21:34"),
        ("in an hour and a half", "2026-11-22T22:34"),
        ("in a couple of hours", "2026-11-22T23:04"),
        ("in 2 days", "2026-11-24T12:00"),
        ("in a week", "2026-11-29T12:00"),
        ("in 370 days", "2027-11-27T12:00"),
        ("this afternoon", "2026-11-23T14:00"),
        ("in the morning", "2026-11-23T10:00"),
        ("3 in the morning", "2026-11-23T03:00"),
        ("tomorrow morning", "2026-11-23T10:00"),
        ("tomorrow afternoon", "2026-11-23T14:00"),
        ("tomorrow evening", "2026-11-23T19:00"),
        ("tomorrow night", "2026-11-23T22:00"),
        ("tomorrow at 10", "2026-11-23T10:00"),
        ("tomorrow at 3", "2026-11-23T15:00"),
        ("first thing tomorrow", "2026-11-23T09:00"),
        ("day after tomorrow evening", "2026-11-24T19:00"),
        ("9pm", "2026-11-23T21:00"),
        ("6pm-10pm", "2026-11-23T18:00"),
        ("6-10pm friday", "2026-11-27T18:00"),
        ("10-2am", "2026-11-22T22:00"),
        ("between 6pm and 10pm", "2026-11-23T18:00"),
        ("sunday", "2026-11-29T12:00"),
        ("Sunday 1am", "2026-11-29T01:00"),
        ("1am sunday", "2026-11-29T01:00"),
        ("1am on Sunday", "2026-11-29T01:00"),
        ("sunday 11pm", "2026-11-22T23:00"),
        ("sunday night", NOW),
        ("weekend night", NOW),
        ("sat night", "2026-11-28T22:00"),
        ("late sat night", "2026-11-28T23:00"),
        ("friday night 2am", "2026-11-28T02:00"),
        ("friday night at 10", "2026-11-27T22:00"),
        ("friday 2am", "2026-11-27T02:00"),
        ("friday midnight", "2026-11-28T00:00"),
        ("early hours of sunday", "2026-11-29T02:00"),
        ("tuesday am", "2026-11-24T10:00"),
        ("mon pm", "2026-11-23T14:00"),
        ("wed 14:30", "2026-11-25T14:30"),
        ("thurs, 3pm", "2026-11-26T15:00"),
        ("this friday", "2026-11-27T12:00"),
        ("next friday", "2026-11-27T12:00"),
        ("on saturday", "2026-11-28T12:00"),
        ("saturday 5th 3pm", "2026-12-05T15:00"),
        ("at the weekend", "2026-11-28T12:00"),
        ("next bank holiday", "2026-12-25T12:00"),
        ("bank holiday monday", "2026-12-28T12:00"),
        ("bank holiday sunday", "2026-12-27T12:00"),
        ("christmas day", "2026-12-25T12:00"),
        ("xmas eve", "2026-12-24T12:00"),
        ("xmas eve night", "2026-12-24T22:00"),
        ("boxing day", "2026-12-26T12:00"),
        ("new year's eve", "2026-12-31T12:00"),
        ("new years eve midnight", "2027-01-01T00:00"),
        ("New Year’s Day", "2027-01-01T12:00"),
        ("good friday", "2027-03-26T12:00"),
        ("easter sunday", "2027-03-28T12:00"),
        ("may bank holiday 8pm", "2027-05-03T20:00"),
        ("august bank holiday", "2027-08-30T12:00"),
        ("25 december", "2026-12-25T12:00"),
        ("25th of december", "2026-12-25T12:00"),
        ("25th dec 3pm", "2026-12-25T15:00"),
        ("dec 25th", "2026-12-25T12:00"),
        ("friday 25 dec", "2026-12-25T12:00"),
        ("monday 25 dec", "2026-12-25T12:00"),
        ("3 jan", "2027-01-03T12:00"),
        ("25/12", "2026-12-25T12:00"),
        ("25/12/26", "2026-12-25T12:00"),
        ("25-12-2026", "2026-12-25T12:00"),
        ("on the 28th", "2026-11-28T12:00"),
        ("2026-12-25", "2026-12-25T12:00"),
        ("2026-11-29T01:00", "2026-11-29T01:00"),
        ("2026-12-25 15:00", "2026-12-25T15:00"),
    ],
    SMALL_HOURS: [
        *[(text, NOW) for text in ("tonight", "today", "now", "friday night", "at night")],
        *[(text, "2026-11-28T10:00") for text in ("tomorrow morning", "in the morning", "this morning")],
        ("tomorrow", "2026-11-28T12:00"),
        ("saturday", "2026-11-28T12:00"),
        ("saturday 2am", "2026-12-05T02:00"),
        ("friday night 4am", "2026-11-28T04:00"),
        ("tonight 4am", "2026-11-28T04:00"),
        ("sat night", "2026-11-28T22:00"),
        ("midnight", "2026-11-29T00:00"),
        ("this evening", "2026-11-28T19:00"),
        ("weekend", "2026-11-28T12:00"),
        ("5am", "2026-11-28T05:00"),
    ],
    MIDDAY: [
        *[(text, NOW) for text in ("noon", "12:00", "at 12", "wednesday", "wed afternoon", "this lunchtime")],
        ("tonight", "2026-11-25T20:00"),
        ("this evening", "2026-11-25T19:00"),
        ("wed morning", "2026-12-02T10:00"),
        ("wed 10am", "2026-12-02T10:00"),
        ("wednesday 2pm", "2026-11-25T14:00"),
        ("next wednesday", "2026-12-02T12:00"),
        ("friday", "2026-11-27T12:00"),
        ("next friday", "2026-12-04T12:00"),
        ("next weekend", "2026-12-05T12:00"),
        ("at 1", "2026-11-25T13:00"),
        ("today 3pm", "2026-11-25T15:00"),
        ("25 november", NOW),
    ],
    BEFORE_WINTER: [
        ("1.30am", "2026-10-25T01:30"),
        ("sunday 01:30", "2026-10-25T01:30"),
        ("in 3 hours", "2026-10-25T01:00"),
        ("in 5 hours", "2026-10-25T02:00"),
        ("2am", "2026-10-25T02:00"),
    ],
    BEFORE_SUMMER: [
        *[(text, "2027-03-28T02:00") for text in ("1.30am", "tomorrow 01:30", "sunday 1am", "2am", "in 3 hours")],
        ("easter sunday 3am", "2027-03-28T03:00"),
    ],
    CHRISTMAS_EVE: [
        *[(text, NOW) for text in ("tonight", "christmas eve", "24/12")],
        ("xmas eve night", "2026-12-24T22:00"),
        ("tomorrow", "2026-12-25T12:00"),
        ("bank holiday", "2026-12-25T12:00"),
        ("bank holiday weekend", "2026-12-25T12:00"),
        ("boxing day 9pm", "2026-12-26T21:00"),
        ("next monday", "2026-12-28T12:00"),
        ("23 december", "2027-12-23T12:00"),
    ],
    BANK_HOLIDAY_WEEKEND: [
        ("bank holiday", "2026-08-31T12:00"),
        ("bank holiday monday 3pm", "2026-08-31T15:00"),
        ("bank holiday saturday", "2026-08-29T12:00"),
        ("bank hol sunday night", "2026-08-30T22:00"),
        ("august bank holiday", "2026-08-31T12:00"),
    ],
}
TABLE = [(now, text, at) for now, said in SAID.items() for text, at in said]

WITHIN = [
    ("crisis cafe near brixton open now", ["open now"]),
    ("somali women E1 tonight", ["tonight"]),
    ("step free Tottenham sunday 1am", ["sunday 1am"]),
    ("tonight in N1, 17 year old", ["tonight"]),
    ("N1 9pm", ["9pm"]),
    ("SE1 9AM", ["9AM"]),
    ("9am e17", ["9am"]),
    ("at 9 camden", ["at 9"]),
    ("open from 6pm in Leeds", ["open from 6pm"]),
    ("open now or sunday 1am", ["open now", "sunday 1am"]),
    ("call at 10 tomorrow, else sunday", ["at 10 tomorrow", "sunday"]),
]
NOT_TIMES = [
    *("N1", "E17", "SE1", "N1 9GU", "EC1A 1BB", "111", "136", "999", "24 hour", "24 hours", "24/7", "1 to 1", "1-2-1"),
    *(
        "SUN project camberwell",
        "croydon SUN",
        "17 year old",
        "over 65s",
        "12 step",
        "16-25",
        "10",
        "sunny",
        "monthly",
        "half way house",
        "1.25 miles",
        "£10.30",
    ),
    *("night shelter", "evening drop in", "late stage", "morning", "first thing", "I am 17", "can I am", "pm"),
    *("may 5 year olds", "at 10 acacia road", "at 9 years old", "at 16 weeks", "in 2 years", "in 12 steps", "8/10"),
    *("last night", "since friday", "last sunday", "just now", "until now", "sat in A&E", "Friday Hill"),
    *("later life", "crisis at christmas", "2025-12-25", "25/12/2025", "31/02", "99:99", "25:00", "13am", "17 am"),
    *("29 feb", "in 371 days", "in 999 weeks", "0800 1111", "020 7946 0958", "1st floor", "", "  "),
]


@pytest.mark.parametrize(("now", "text", "at"), TABLE, ids=[f"{now:%d%b%H%M}-{text}" for now, text, _ in TABLE])
def test_a_time_is_one_instant(now: datetime, text: str, at: str) -> None:
    """The whole text is the time, and it is the same among other words."""
    for whole in (text, f"cafe {text}", f"{text} E1 6AN"):
        (found,) = find_times(whole, now, PHRASES)
        start = whole.index(text)
        assert found.span == (start, start + len(text.rstrip("!")))
        assert (f"{found.at:%Y-%m-%dT%H:%M}" if found.at else NOW) == at
        assert found.at is None or (found.at.tzinfo is LONDON and found.at > now)


@pytest.mark.parametrize(("text", "said"), WITHIN)
def test_a_time_is_found_among_other_words(text: str, said: list[str]) -> None:
    assert [text[slice(*found.span)] for found in find_times(text, EVENING, PHRASES)] == said


@pytest.mark.parametrize("text", NOT_TIMES)
def test_what_is_no_time_stays_words(text: str) -> None:
    assert find_times(text, EVENING, PHRASES) == ()


@pytest.mark.parametrize(
    ("text", "later"), [("01:30", 50), ("1.30am", 50), ("1am", 20), ("1.50am", 10), ("01:40", 0), ("2am", 80)]
)
def test_an_hour_that_comes_twice_comes_again(text: str, later: int) -> None:
    """At the first 1:40am of the night, 1:30 is the second one, and 1:50 the first: the next possible moment."""
    (found,) = find_times(text, IN_THE_HOUR_THAT_COMES_TWICE, PHRASES)
    minutes = (found.at.timestamp() - IN_THE_HOUR_THAT_COMES_TWICE.timestamp()) / 60 if found.at else 0
    assert minutes == later


def test_a_long_text_is_read_to_a_stated_end() -> None:
    assert len(find_times("sunday " * 285, EVENING, PHRASES)) == MOST_TIMES
    assert find_times("29 feb, " * 250, EVENING, PHRASES) == ()


WORDS = st.sampled_from(
    [*PHRASES.words, *[text for _, text, _ in TABLE], *NOT_TIMES, "at", "on", "in the", "next", ","]
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=LONDON))


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=60), INSTANTS, st.integers(0, 1))
def test_never_the_past_never_too_far_and_spans_lie_apart_in_the_text(text: str, now: datetime, fold: int) -> None:
    now = now.replace(fold=fold)
    end = 0
    for spoken in find_times(text, now, PHRASES):
        (start, stop), at = spoken.span, spoken.at
        assert end <= start < stop <= len(text)
        end = stop
        if at is not None:
            minute = int(now.timestamp()) // 60 * 60
            assert minute < at.timestamp() <= minute + timedelta(days=FURTHEST_DAYS).total_seconds()
            assert at.tzinfo is LONDON


def test_the_table_is_read_strictly(tmp_path: Path) -> None:
    """Each fault names its line and column."""
    header = "term,words,kind,means,begins,ends,note\n"
    day = "any day,,otherwise,12:00,,,\n"
    path = tmp_path / "times.csv"
    for lines, said in [
        (header, "no line of the kind"),
        (header + day + "now,now,now,,,,\n", "line 3, column words: 'now' is here twice"),
        (header + day + "soon,,sometime,,,,\n", "line 3, column kind"),
        (header + day + "noon,,clock,noon,,,\n", "line 3, column means"),
        (header + day + "eve,,part,19:00,20:00,22:00,\n", "line 3, column means: is not between"),
        (header + day + "may day,,date,1 May,,,\n", "line 3, column means: is not a date"),
    ]:
        path.write_text(lines, encoding="utf-8")
        with pytest.raises(TaxonomyError, match=said):
            Times.load(path)
