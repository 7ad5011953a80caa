"""What a service says of now: it holds for a while, fades to not known, and never to fine."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import schedules
from directory.models import Entry, LiveState, LiveStatus, Phone
from directory.places import Place, Places
from directory.schedules import LONDON
from directory.search.find import Found, find
from directory.search.live import LiveStatuses, hours_at, opening_at, parsed, spoken_age
from directory.search.query import Query
from directory.search.suggestions import suggest
from tests.factories import CAMBERWELL, make_entry
from tests.search.conftest import MakeCatalogue
from tests.test_schedules_properties import INSTANTS, SCHEDULES

EVENINGS = "Mo-Su 18:00-02:00"
LINE = {"service_type": "crisis_line", "location_type": "virtual", "opening_hours": "24/7", "area_served": ("UK",)}


def on(text: str) -> datetime:
    """A London instant of November 2026: "22 21:04"."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def saying(state: LiveState = "closed", at: str = "22 20:44", until: str = "23 02:00", note: str = "") -> LiveStatus:
    """A status set on Sunday evening, until the end of the session unless told otherwise."""
    return LiveStatus(state=state, at=on(at), until=on(until), note=note)


def evening(**facts: Any) -> Entry:
    """A café in Camberwell, open every evening."""
    return make_entry(**{**CAMBERWELL, "opening_hours": EVENINGS, "area_served": ("London",), **facts})


def refs(found: Found) -> list[str]:
    return [result.entry.ref for result in found.results]


@pytest.fixture
def here(places: Places) -> Place:
    """Where somebody sets out who is at the door in ten minutes."""
    found = places.locate("SE5 8AZ")
    assert isinstance(found, Place)
    return found


CLOSED = "Closed unexpectedly, said the service 20 minutes ago"
UNTIL_TEN = {"until": "22 22:00"}
AGAIN = "Not known whether it is open again, closed unexpectedly until"


@pytest.mark.parametrize(
    ("status", "hours", "at", "state", "text"),
    [
        ({}, EVENINGS, "22 20:43", "open", "Open until 2am"),
        ({}, EVENINGS, "22 21:04", "closed", f"{CLOSED}, opens 6pm tomorrow"),
        ({"note": "no water"}, EVENINGS, "22 21:04", "closed", f"{CLOSED} (no water), opens 6pm tomorrow"),
        ({}, EVENINGS, "23 01:59", "closed", "Closed unexpectedly, said the service 5 hours ago, opens 6pm today"),
        ({}, EVENINGS, "23 02:00", "closed", "Opens 6pm today"),
        ({}, EVENINGS, "23 18:00", "open", "Open until 2am"),
        ({}, "", "22 21:04", "closed", CLOSED.replace(",", " until 2am,")),
        ({}, "", "23 02:00", "unknown", "Hours not known"),
        (UNTIL_TEN, EVENINGS, "22 21:04", "closed", CLOSED.replace(",", " until 10pm,")),
        (UNTIL_TEN, EVENINGS, "22 22:00", "unknown", f"{AGAIN} 10pm"),
        (UNTIL_TEN, EVENINGS, "23 01:59", "unknown", f"{AGAIN} 10pm Sunday 22 November"),
        (UNTIL_TEN, EVENINGS, "23 02:00", "closed", "Opens 6pm today"),
        (UNTIL_TEN, "24/7", "23 21:59", "unknown", f"{AGAIN} 10pm Sunday 22 November"),
        (UNTIL_TEN, "24/7", "23 22:00", "open", "Open 24 hours"),
        ({"until": "23 18:00"}, EVENINGS, "23 18:00", "open", "Open until 2am"),
        ({"until": "23 19:00"}, EVENINGS, "23 19:00", "unknown", f"{AGAIN} 7pm"),
        ({**UNTIL_TEN, "state": "full"}, EVENINGS, "22 21:04", "open", "Open until 2am"),
        ({**UNTIL_TEN, "state": "full"}, EVENINGS, "22 22:00", "open", "Open until 2am"),
    ],
)
def test_a_closure_fades_to_not_known(status: dict[str, Any], hours: str, at: str, state: str, text: str) -> None:
    """The hours apply again from the next session on; what is left of a session is not known."""
    opening = opening_at(make_entry(opening_hours=hours, live_status=saying(**status)), on(at))
    assert (opening.answer.state, opening.text) == (state, text)


@pytest.mark.parametrize(
    ("status", "at", "said"),
    [
        ({"state": "full"}, "22 20:43", ""),
        ({"state": "full"}, "22 20:44", "Full, said the service just now"),
        ({"state": "full"}, "22 20:45", "Full, said the service 1 minute ago"),
        (
            {"state": "busy", "note": "an hour's wait"},
            "22 21:04",
            "Busy, said the service 20 minutes ago (an hour's wait)",
        ),
        ({"state": "space"}, "22 21:50", "Has space, said the service 1 hour ago"),
        ({"state": "ring_first"}, "23 01:59", "Ring first, said the service 5 hours ago"),
        ({"state": "ring_first"}, "23 02:00", ""),
        ({"state": "closed"}, "22 21:04", ""),
    ],
)
def test_what_is_said_of_now_has_an_age(status: dict[str, Any], at: str, said: str) -> None:
    """And an end."""
    assert opening_at(make_entry(opening_hours=EVENINGS, live_status=saying(**status)), on(at)).said == said


@pytest.mark.parametrize(
    ("said", "today", "when"),
    [("22", 22, "at 8:44pm today"), ("20", 21, "at 8:44pm yesterday"), ("20", 22, "at 8:44pm on Friday 20 November")],
)
def test_of_a_chosen_time_the_age_would_mislead(said: str, today: int, when: str) -> None:
    """Whoever reads it now is not yet there: they are told when it was said."""
    entry = make_entry(opening_hours=EVENINGS, live_status=saying("full", at=f"{said} 20:44"))
    read = opening_at(entry, on("23 00:30"), on(f"{today} 21:04").date(), chosen=True)
    assert read.said == f"Full, said the service {when}"


def test_an_age_in_days() -> None:
    """Nobody counts hours past a day."""
    assert [spoken_age(timedelta(hours=hours)) for hours in (23, 24, 49)] == ["23 hours ago", "1 day ago", "2 days ago"]


STATES = st.sampled_from(["space", "busy", "full", "closed", "ring_first"])
LENGTHS = st.sampled_from([1, 30, 60, 480, 1440, 4000]) | st.integers(1, 3000)
OFFSETS = st.sampled_from([-1, 0, 1]) | st.integers(-3000, 6000)


@st.composite
def told(draw: st.DrawFn, states: st.SearchStrategy[LiveState] = STATES) -> tuple[Entry, datetime]:
    """An entry of any hours that says something of now, and an instant near by, often at an end."""
    at = draw(INSTANTS)
    until = at + timedelta(minutes=draw(LENGTHS), seconds=draw(st.sampled_from([0, 0, 30])))
    status = LiveStatus(state=draw(states), at=at, until=until)
    entry = make_entry(opening_hours=schedules.write(draw(SCHEDULES)), live_status=status)
    return entry, draw(st.sampled_from([at, until])) + timedelta(minutes=draw(OFFSETS))


def flags_of(entry: Entry, at: datetime) -> tuple[bool, bool]:
    """Open and not known, as the arrays say it of one entry whose hours say this."""
    state = hours_at(parsed(entry.opening_hours), at).answer.state
    opened, unknown = LiveStatuses([entry]).after_closures(
        np.array([state == "open"]), np.array([state == "unknown"]), None, at.timestamp()
    )
    return bool(opened[0]), bool(unknown[0])


@given(told(st.just("closed")))
def test_nothing_is_open_while_it_says_it_is_closed(case: tuple[Entry, datetime]) -> None:
    """Whatever the hours say; nor before the session is over in which the closure ends."""
    entry, at = case
    live, state = entry.live_status, opening_at(entry, at).answer.state
    assert live is not None
    if live.at <= at < live.until:
        assert state == "closed"
    if live.until <= at < live.until + timedelta(hours=24) and state == "open":
        hours, minute = parsed(entry.opening_hours), timedelta(minutes=1)
        since = (at - minute * ago for ago in range(int((at - live.until) / minute) + 2))
        states = {schedules.answer(hours, max(then, live.until - minute)).state for then in since}
        assert states != {"open"}, "it opened again within the session"


@given(told())
def test_nothing_is_said_outside_its_time(case: tuple[Entry, datetime]) -> None:
    """Neither before nor after; and within it always."""
    entry, at = case
    live, opening = entry.live_status, opening_at(entry, at)
    assert live is not None
    within = live.at <= at < live.until
    assert opening.live == (live if within else None)
    assert ("said the service" in opening.text + opening.said) == within


@given(told())
def test_hours_stand_where_nothing_is_said(case: tuple[Entry, datetime]) -> None:
    """Without a status, before it, and for all but a closure: the state is what the hours say."""
    entry, at = case
    live, silent = entry.live_status, entry.model_copy(update={"live_status": None})
    hours = hours_at(parsed(entry.opening_hours), at)
    assert live is not None and opening_at(silent, at) == hours
    if at < live.at or live.state != "closed":
        stated = opening_at(entry, at)
        assert (stated.answer, stated.text, stated.json) == (hours.answer, hours.text, hours.json)


@given(told(), st.integers(1, 3))
def test_the_arrays_say_the_same(case: tuple[Entry, datetime], before: int) -> None:
    """Of one entry or of some rows of many, at one instant or one for each."""
    entry, at = case
    state = opening_at(entry, at).answer.state
    assert flags_of(entry, at) == (state == "open", state == "unknown")
    hours = hours_at(parsed(entry.opening_hours), at).answer.state
    statuses = LiveStatuses([*[make_entry()] * before, entry, make_entry()])
    rows = np.array([before + 1, before])
    opened, unknown = statuses.after_closures(
        np.array([True, hours == "open"]), np.array([False, hours == "unknown"]), rows, np.full(2, at.timestamp())
    )
    assert (opened.tolist(), unknown.tolist()) == ([True, state == "open"], [False, state == "unknown"])
    assert (before in statuses.rows_told_at(at)) >= (entry.status_at(at) is not None)


def test_a_closed_place_is_a_near_miss(catalogue_of: MakeCatalogue, here: Place, now: datetime) -> None:
    """With what the service said as its reason; and when it opens next is offered."""
    catalogue = catalogue_of(evening(live_status=saying(note="no water")))
    asked = Query(now, place=here, only_open=True)
    found = find(asked, catalogue)
    (miss,) = found.near_misses
    assert (refs(found), miss.rule, miss.text) == ([], "open", f"{CLOSED} (no water), opens 6pm tomorrow")
    assert [offered.label for offered in suggest(asked, found, catalogue)] == [
        "Open tomorrow at 6pm",
        "Open at any time",
    ]
    assert refs(find(Query(on("23 18:30"), at_given=True, place=here, only_open=True), catalogue)) == ["CAD-9001"]


@pytest.mark.parametrize(
    ("until", "asks"),
    [("22 21:05", ("hours",)), ("22 21:10", ("hours",)), ("22 22:00", None), ("23 02:00", None)],
)
def test_who_arrives_while_it_is_closed_is_not_sent(
    catalogue_of: MakeCatalogue, here: Place, now: datetime, until: str, asks: tuple[str, ...] | None
) -> None:
    """Who arrives after the time that was given is told that nobody knows."""
    found = find(Query(now, place=here, only_open=True), catalogue_of(evening(live_status=saying(until=until))))
    assert [result.ask_about for result in found.results] == ([asks] if asks else [])
    assert found.sure_total == 0


def test_a_time_outside_is_not_touched(catalogue_of: MakeCatalogue, here: Place) -> None:
    """Neither the state nor the order of tomorrow's search."""
    tomorrow = Query(on("23 20:00"), at_given=True, place=here, only_open=True)
    for state in ("closed", "full", "ring_first"):
        found = find(tomorrow, catalogue_of(evening(live_status=saying(state))))
        assert (found.sure_total, found.results[0].opening.live) == (1, None)


def test_full_and_ring_first_stand_where_they_belong(catalogue_of: MakeCatalogue, here: Place, now: datetime) -> None:
    """Open, then not known and to be rung first, then full, then closed. None is hidden."""
    catalogue = catalogue_of(
        evening(ref="CAD-0001", name="A", live_status=saying()),
        evening(ref="CAD-0002", name="B", live_status=saying("full")),
        evening(ref="CAD-0003", name="C", live_status=saying("ring_first")),
        evening(ref="CAD-0004", name="D", opening_hours=""),
        evening(ref="CAD-0005", name="E", live_status=saying("busy")),
        evening(ref="CAD-0006", name="F", live_status=saying("space")),
        evening(ref="CAD-0007", name="G", opening_hours="", live_status=saying("full")),
    )
    found = find(Query(now, place=here), catalogue)
    assert [ref[-1] for ref in refs(found)] == ["5", "6", "3", "4", "2", "7", "1"]
    asks = {result.entry.ref[-1]: result.ask_about for result in found.results}
    assert (asks["2"], asks["3"], asks["5"]) == (("full",), ("ring_first",), ())
    assert "Has space" in next(result.reasons for result in found.results if result.entry.ref == "CAD-0006")
    open_now = find(Query(now, place=here, only_open=True), catalogue)
    assert (open_now.total, open_now.sure_total) == (6, 2)


def test_a_report_puts_an_entry_behind_its_equals(catalogue_of: MakeCatalogue, here: Place, now: datetime) -> None:
    """It is still found, it is asked about, and what is further away does not pass it."""
    caution = {"kinds": ("no_answer",), "at": now}
    further = {"easting": 533760, "ref": "CAD-0003", "name": "A"}
    catalogue = catalogue_of(
        evening(ref="CAD-0001", name="B", caution=caution), evening(ref="CAD-0002", name="C"), evening(**further)
    )
    found = find(Query(now, place=here, only_open=True), catalogue)
    assert refs(found) == ["CAD-0002", "CAD-0001", "CAD-0003"]
    assert [result.ask_about for result in found.results] == [(), ("caution",), ()]
    assert (found.total, found.sure_total) == (3, 2)


def test_a_line_that_says_it_is_closed_comes_last(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """It is not hidden. Nobody must ring a line before they ring it."""
    lines = [
        make_entry(ref=f"CAD-000{n}", name=f"Line {n}", **LINE, phones=(Phone(number=f"020 7946 000{n}"),))
        for n in range(3)
    ]
    shut = lines[0].model_copy(update={"live_status": saying()})
    first = lines[1].model_copy(update={"live_status": saying("ring_first")})
    found = find(Query(now), catalogue_of(shut, first, lines[2]))
    assert [line.entry.ref for line in found.lines] == ["CAD-0001", "CAD-0002", "CAD-0000"]
    assert found.lines[2].open_text.startswith("Closed unexpectedly") and found.lines[0].ask_about == ()
