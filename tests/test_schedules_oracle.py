"""Agreement with an independent reader of OpenStreetMap opening hours, on thousands of made-up schedules.

The two rules differ on purpose in what `DIFFERENCES` lists, as docs/opening-hours.md explains; the rest must agree.
"""

import random
from datetime import date, datetime, timedelta

import pytest
from opening_hours import OpeningHours

from directory.schedules import LONDON, Schedule, answer, bank_holidays, parse, write

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOCK_CHANGES = {date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)}
YEAR = timedelta(days=366)

Rule = tuple[str, str]


def test_overnight_weeks_agree() -> None:
    """Weekly sessions, past midnight too, and in some weeks of the month.

    They are put to the other reader joined by ", ": joined by "; ", it lets the rule for Tuesday cut off the end of
    Monday night.
    """
    chance = random.Random(20261122)
    for _ in range(1500):
        days = chance.sample(DAYS, chance.randint(1, 7))
        rules = [(_in_some_weeks(chance, day), _times(chance, past_midnight=True)) for day in days]
        _assert_agreement(chance, _joined(rules, "; "), _joined(rules, ", "))


def test_weeks_with_closures_and_holidays_agree() -> None:
    """Weekly sessions within the day, rules that replace others, bank holidays, yearly and dated entries."""
    chance = random.Random(20261225)
    for _ in range(1500):
        weekly = [(",".join(chance.sample(DAYS, chance.randint(1, 5))), _times(chance)) for _ in range(2)]
        weekly.append((_in_some_weeks(chance, chance.choice(DAYS)), _times_or_off(chance)))
        holiday = [_times_or_off(chance)] if chance.random() < 0.5 else []
        dated = [(_dates(chance, yearly=True), _times_or_off(chance)), (_dates(chance), _times_or_off(chance))]
        ours = _joined([*weekly, *(("PH", times) for times in holiday), *dated], "; ")
        theirs = _joined([*weekly, *(rule for times in holiday for rule in _on_bank_holidays(times)), *dated], "; ")
        _assert_agreement(chance, ours, theirs)


def test_24_hours_with_closures_agree() -> None:
    """24/7 and closures by date."""
    chance = random.Random(20261231)
    for _ in range(300):
        text = _joined([("24/7", ""), (_dates(chance, yearly=True), "off"), (_dates(chance), "off")], "; ")
        _assert_agreement(chance, text, text)


def test_it_reads_what_is_written() -> None:
    """The canonical text of everything that can be said is OpenStreetMap's too."""
    texts = [
        "24/7",
        '24/7 "by appointment"',
        '"by appointment"',
        "Mo-Su off",
        "Mo[1,3],We[-1] 18:00-02:00",
        "Mo 09:00-33:00",
        'Mo-Fr 10:00-12:00, Mo-Fr 14:00-18:00 "by appointment, last admission 60 minutes before closing"',
        "PH off",
        'Dec 24-Jan 02 off "Refurbishment"; 2026 Dec 24-2027 Jan 02 off; 2026 Dec 31 18:00-02:00 "New Year\'s Eve"',
    ]
    for text in texts:
        OpeningHours(write(parse(text)))


def test_long_openings_agree() -> None:
    """An opening of exactly 24 hours, or a minute less."""
    chance = random.Random(7)
    for text in ("Mo 09:00-33:00", "Mo-Su 23:00-22:59", "Fr 10:00-24:00, Sa 00:00-24:00, Su 00:00-09:00"):
        for _ in range(20):
            _assert_agreement(chance, text, text)


DIFFERENCES = [
    # what it is, the text, the instant, what we say, what the other reader says
    (
        "a closure keeps the end of the night before",
        "Mo-Su 18:00-02:00; 2026 Nov 23 off",
        "2026-11-23T01:00",
        "open",
        "closed",
    ),
    ("so does a rule for the next weekday", "Su 18:00-02:00; Mo 09:00-17:00", "2026-11-23T01:00", "open", "closed"),
    (
        "bank holidays go before weekdays in any order",
        "PH off; Mo-Fr 09:00-17:00",
        "2026-12-25T12:00",
        "closed",
        "open",
    ),
    ("dates go before weekdays in any order", "Dec 25 off; Mo-Fr 09:00-17:00", "2026-12-25T12:00", "closed", "open"),
    (
        "a year goes before every year",
        "Mo-Su 09:00-17:00; 2026 Dec 25 09:00-17:00; Dec 25 off",
        "2026-12-25T12:00",
        "open",
        "closed",
    ),
    (
        "a day goes before a range",
        "Mo-Su 09:00-17:00; Dec 25 09:00-17:00; Dec 24-Dec 27 off",
        "2026-12-25T12:00",
        "open",
        "closed",
    ),
    ("Easter Monday is a bank holiday", "Mo-Su 09:00-17:00; PH off", "2026-04-06T12:00", "closed", "open"),
    ("New Year's Day is a bank holiday", "Mo-Su 09:00-17:00; PH off", "2026-01-01T12:00", "closed", "open"),
    ("the August bank holiday is one", "Mo-Su 09:00-17:00; PH off", "2026-08-31T12:00", "closed", "open"),
    ("Boxing Day on a Saturday is one", "Mo-Su 09:00-17:00; PH off", "2026-12-26T12:00", "closed", "open"),
    ("no hours means not known", "PH off", "2026-11-22T12:00", "unknown", "closed"),
    ("by appointment without times means not known", '"by appointment"', "2026-11-22T12:00", "unknown", "open"),
    (
        "an hour that comes twice closes at its first coming",
        "Su 00:30-01:30",
        "2026-10-25T01:20+00:00",
        "closed",
        "open",
    ),
]


@pytest.mark.parametrize(("what", "text", "at", "ours", "theirs"), DIFFERENCES, ids=[row[0] for row in DIFFERENCES])
def test_deliberate_differences(what: str, text: str, at: str, ours: str, theirs: str) -> None:
    """Each difference is there, so that the list stays true when either reader changes."""
    instant = datetime.fromisoformat(at)
    london = instant.astimezone(LONDON) if instant.tzinfo else instant.replace(tzinfo=LONDON)
    assert answer(parse(text), london).state == ours
    assert str(OpeningHours(text, country="GB", timezone=LONDON).state(london)[0]) == theirs


@pytest.mark.parametrize("text", ["24/7; PH off", "Mo-Fr", "SH off", "Mo 17:00+", "sunrise-sunset", "Dec off"])
def test_openstreetmap_texts_that_are_refused(text: str) -> None:
    """The form is a subset: these mean something there and are refused here, never read as something else."""
    OpeningHours(text)
    with pytest.raises(ValueError, match="Column"):
        parse(text)


def _assert_agreement(chance: random.Random, ours: str, theirs: str) -> None:
    schedule, oracle = parse(ours), OpeningHours(theirs, max_interval_days=400)
    for _ in range(4):
        wall = datetime(2026, 1, 1) + timedelta(minutes=chance.randrange(2 * 365 * 1440))
        if wall.date() not in CLOCK_CHANGES:
            _assert_same(schedule, oracle, wall, f"{ours!r} at {wall}, put as {theirs!r}")


def _assert_same(schedule: Schedule, oracle: OpeningHours, wall: datetime, where: str) -> None:
    found = answer(schedule, wall.replace(tzinfo=LONDON))
    assert found.state == str(oracle.state(wall)[0]), where
    change = oracle.next_change(wall)
    if change is None or change - wall > YEAR - timedelta(days=1):
        assert found.until is None or found.until.replace(tzinfo=None) - wall > YEAR - timedelta(days=1), where
    elif change.date() not in CLOCK_CHANGES:
        assert found.until is not None and found.until.replace(tzinfo=None) == change, where


def _joined(rules: list[Rule], separator: str) -> str:
    return separator.join(f"{selector} {times}".strip() for selector, times in rules)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _times(chance: random.Random, *, past_midnight: bool = False) -> str:
    edges = sorted(chance.sample(range(0, 1440, 15), 2 * chance.randint(1, 2)))
    if past_midnight:
        edges[-1] = chance.randrange(1440, max(1441, 1440 + edges[0]), 15)
    return ",".join(
        f"{_clock(o)}-{_clock(c if c <= 1440 else c - 1440)}" for o, c in zip(edges[::2], edges[1::2], strict=True)
    )


def _times_or_off(chance: random.Random) -> str:
    return "off" if chance.random() < 0.5 else _times(chance)


def _in_some_weeks(chance: random.Random, day: str) -> str:
    return day + chance.choice(["", "", "[1]", "[1,3]", "[2,-1]", "[5]", "[-2]"])


def _dates(chance: random.Random, *, yearly: bool = False) -> str:
    """A date, or a range of up to a month that stays within its year."""
    first = date(2026, 1, 1) + timedelta(days=chance.randrange(330))
    last = first + timedelta(days=chance.choice([0, 0, 1, 6, 30]))
    first_text, last_text = (f"{'' if yearly else '2026 '}{MONTHS[d.month - 1]} {d.day:02}" for d in (first, last))
    return first_text if first == last else f"{first_text}-{last_text}"


def _on_bank_holidays(times: str) -> list[Rule]:
    """The bank-holiday pattern date by date, as the other reader's own list is not that of England and Wales."""
    days = [day for year in (2026, 2027, 2028) for day in bank_holidays(year)]
    return [(f"{day.year} {MONTHS[day.month - 1]} {day.day:02}", times) for day in days]
