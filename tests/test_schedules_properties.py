"""What must hold for every schedule at every instant, tried on thousands of made-up ones."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.schedules import (
    LONDON,
    DatedEntry,
    Pattern,
    Schedule,
    Session,
    WeeklyRule,
    answer,
    exceptions,
    openings,
    parse,
    sentence,
    week,
    write,
)
from directory.schedules.days import london_day
from directory.schedules.model import tidy

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
YEAR = 366 * DAY

# Times that meet, overlap, end the day and fall into the hours of a clock change come up often.
CLOCK = st.sampled_from([0, 30, 60, 75, 90, 120, 540, 600, 720, 1080, 1200, 1320, 1410]) | st.integers(0, 1439)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    opens = draw(CLOCK)
    length = draw(st.sampled_from([60, 480, 1440, 1440 - opens or 60]) | st.integers(1, 1440))
    last_admission = draw(st.none() | st.integers(0, length - 1))
    return Session(opens, opens + length, last_admission, draw(st.booleans()))


CLOSED = st.builds(Pattern, st.just(()), st.text(max_size=20).map(tidy))
OPEN = st.lists(sessions(), min_size=1, max_size=3).map(lambda found: Pattern(tuple(found)))
REASONED = st.tuples(OPEN, st.sampled_from(["", "New Year's Eve", "a, b", ", x"])).map(
    lambda pair: Pattern(pair[0].sessions, pair[1])
)
WEEKS = st.just(()) | st.lists(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), max_size=5).map(tuple)
RULES = st.lists(st.builds(WeeklyRule, st.integers(0, 6), CLOSED | OPEN, WEEKS), max_size=9).map(tuple)
# Dates around both clock changes of 2026 and the turn of the year, where bank holidays are.
DATES = st.dates(date(2026, 3, 25), date(2026, 4, 8)) | st.dates(date(2026, 10, 20), date(2027, 1, 6))


@st.composite
def dated_entries(draw: st.DrawFn) -> DatedEntry:
    first = draw(DATES)
    last = first + draw(st.sampled_from([0, 0, 1, 9])) * DAY
    pattern = draw(CLOSED | REASONED)
    if draw(st.booleans()):
        return DatedEntry(first.replace(year=2000), last.replace(year=2000), pattern, yearly=True)
    return DatedEntry(first, last, pattern)


ENTRIES = st.lists(dated_entries(), max_size=4).map(tuple)
SCHEDULES = st.one_of(
    st.builds(Schedule, RULES, st.just(False), st.none() | CLOSED | OPEN, ENTRIES),
    st.builds(Schedule, st.just(None), st.just(False), st.none() | CLOSED | OPEN, ENTRIES, st.booleans()),
    st.builds(Schedule, st.just(None), st.just(True), st.none(), ENTRIES, st.booleans()),
)
INSTANTS = st.builds(
    lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE,
    DATES,
    st.integers(0, 1439),
)


def minute_of(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


@given(SCHEDULES)
@settings(max_examples=250, deadline=None)
def test_text_and_schedule_are_the_same_thing(schedule: Schedule) -> None:
    """Round trip both ways: what is written reads back equal, and is written the same again."""
    text = write(schedule)
    assert parse(text) == schedule
    assert write(parse(text)) == text


@given(SCHEDULES, DATES)
@settings(max_examples=150, deadline=None)
def test_openings_and_answers_agree_at_every_boundary(schedule: Schedule, first: date) -> None:
    """Never open and closed: around each opening's ends, `answer` says what `openings` says."""
    found = openings(schedule, first, first + 5 * DAY)
    assert all(opens < closes for opens, closes in found)
    assert all(closes < opens for (_, closes), (opens, _) in zip(found, found[1:], strict=False))
    whole = openings(schedule, first - 2 * DAY, first + 7 * DAY)
    for boundary in {minute for opening in found for minute in opening}:
        for minute in (boundary - 1, boundary, boundary + 1):
            state = answer(schedule, datetime.fromtimestamp(minute * 60, UTC)).state
            assert (state == "open") == any(opens <= minute < closes for opens, closes in whole)


@given(SCHEDULES, INSTANTS)
@settings(max_examples=250, deadline=None)
def test_until_is_the_first_change_of_state(schedule: Schedule, at: datetime) -> None:
    """The state holds until just before `until`, and is another one then; None means not within a year."""
    found = answer(schedule, at)
    if found.until is None:
        probes = [at + days * DAY for days in range(0, 366, 7)]
        assert {answer(schedule, probe).state for probe in probes} == {found.state}
        return
    assert at < found.until <= at + YEAR
    just_before = answer(schedule, found.until.astimezone(UTC) - MINUTE)
    assert (just_before.state, just_before.until) == (found.state, found.until)
    assert answer(schedule, found.until).state != found.state
    between = at + (found.until - at) / 2
    assert answer(schedule, between).until == found.until


@given(SCHEDULES, INSTANTS)
@settings(max_examples=250, deadline=None)
def test_next_open_really_is_next(schedule: Schedule, at: datetime) -> None:
    """The first opening after now in `openings` is `next_open`, unless a day comes first whose hours are not known."""
    found = answer(schedule, at)
    assert (found.next_open is not None) <= (found.state == "closed" and found.until == found.next_open)
    if found.state != "closed":
        return
    today = at.astimezone(LONDON).date()
    end = minute_of(found.until) if found.until else minute_of(at + YEAR)
    following = [o for o, _ in openings(schedule, today - DAY, today + 367 * DAY) if minute_of(at) < o <= end]
    assert following[:1] == ([minute_of(found.next_open)] if found.next_open else [])


@given(SCHEDULES, INSTANTS)
@settings(max_examples=200, deadline=None)
def test_there_are_words_for_everything(schedule: Schedule, at: datetime) -> None:
    """A sentence never says that a service is open when it is not; the tables cover their days in order."""
    found = answer(schedule, at)
    said = sentence(found, at)
    assert said.startswith("Open ") == (found.state == "open")
    assert (said in ("Hours not known", "By appointment, times not known")) == (found.state == "unknown")
    today = at.astimezone(LONDON).date()
    assert [row.date for row in week(schedule, today)] == [today + step * DAY for step in range(7)]
    changes = exceptions(schedule, today)
    assert all(change.first <= change.last for change in changes)
    assert all(before.last < after.first for before, after in zip(changes, changes[1:], strict=False))


@given(SCHEDULES, DATES)
@settings(max_examples=150, deadline=None)
def test_a_closure_takes_away_one_day_and_nothing_else(schedule: Schedule, day: date) -> None:
    """Adding a closure on a date removes the sessions that start then; yesterday's and tomorrow's stay whole."""
    closed = Schedule(
        schedule.weekly,
        schedule.open_all_hours,
        schedule.bank_holiday,
        (*(e for e in schedule.dated if e.first != day), DatedEntry(day, day, Pattern())),
        schedule.by_appointment,
    )
    before = Schedule(
        schedule.weekly, schedule.open_all_hours, schedule.bank_holiday, closed.dated[:-1], schedule.by_appointment
    )
    assert openings(closed, day, day) == []
    for other in (day - DAY, day + DAY):
        if not any(entry.covers(other) for entry in schedule.dated):
            assert openings(closed, other, other) == openings(before, other, other)


def test_every_wall_clock_minute_keeps_its_order() -> None:
    """Through two years with four clock changes, a later time on the wall is never an earlier instant."""
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2028, 1, 1).toordinal()):
        day = london_day(ordinal)
        found = [day.minute_of(minutes) for minutes in range(0, 2881, 15)]
        assert found == sorted(found)
        assert found[0] == day.midnight
        assert found[96] == london_day(ordinal + 1).midnight
