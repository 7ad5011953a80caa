"""The calendar of an entry, read by icalendar: its events are the openings, whatever the clocks do."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from directory import create_app
from directory.feeds.calendars import DAYS, calendar_of
from directory.freshness import DEFAULT
from directory.models import Entry, Evidence, LiveStatus
from directory.records import record_for
from directory.revisions import Version
from directory.schedules import LONDON, Schedule, openings, write
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.feeds.conftest import Publish, on_sqlite
from tests.test_schedules_properties import DATES, SCHEDULES

DAY = timedelta(days=1)
SUNDAY = SUNDAY_EVENING.date()
CHECKED = (Evidence(fact_group="hours", source_url="https://example.org/", checked_on="2026-11-20"),)
Spans = list[tuple[int, int]]


def calendar_for(entry: Entry, today: date = SUNDAY) -> Calendar:
    """The calendar of a made-up entry, read back."""
    record = record_for(entry, "public")
    assert record
    version = Version(entry.ref, 7, SUNDAY_EVENING)
    return Calendar.from_ical(calendar_of(record, version, today, DEFAULT, "https://example.org"))


def events_for(today: date = SUNDAY, **facts: Any) -> list[Any]:
    """The events of a made-up entry."""
    return list(calendar_for(make_entry(**facts), today).walk("VEVENT"))


def spans_of(events: Iterable[Any]) -> Spans:
    """When the events are, as epoch minutes, those that touch as one."""
    found: Spans = []
    for event in events:
        opens, closes = (int(event.decoded(name).timestamp()) // 60 for name in ("DTSTART", "DTEND"))
        if found and found[-1][1] == opens:
            found[-1] = (found[-1][0], closes)
        else:
            found.append((opens, closes))
    return found


def since(minute: int, spans: Spans) -> Spans:
    """What of them is after a minute."""
    return [(max(opens, minute), closes) for opens, closes in spans if closes > minute]


def midnight(day: date) -> int:
    return int(datetime.combine(day, time(0), LONDON).timestamp()) // 60


@settings(max_examples=60, deadline=None)
@given(schedule=SCHEDULES, today=DATES)
def test_events_are_the_openings(schedule: Schedule, today: date) -> None:
    """From today on, none longer than a day of 25 hours, each with a name of its own."""
    events = events_for(today, opening_hours=write(schedule))
    expected = openings(schedule, today - DAY, today + (DAYS - 1) * DAY)
    assert since(midnight(today), spans_of(events)) == since(midnight(today), expected)
    lasting = [event.decoded("DTEND").astimezone(UTC) - event.decoded("DTSTART").astimezone(UTC) for event in events]
    assert all(timedelta(0) < length <= timedelta(hours=25) for length in lasting)
    assert len({event["UID"] for event in events}) == len(events)


@settings(max_examples=40, deadline=None)
@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)))
def test_its_time_zone_is_londons(at: datetime) -> None:
    """For readers that know no zones by name."""
    (zone,) = calendar_for(make_entry()).walk("VTIMEZONE")
    instant = at.replace(tzinfo=UTC)
    assert instant.astimezone(zone.to_tz(lookup_tzid=False)).utcoffset() == instant.astimezone(LONDON).utcoffset()


@pytest.mark.parametrize(
    ("today", "hours", "starts", "ends"),
    [
        (date(2026, 3, 28), "Sa 22:00-06:00", "20260328T220000", "20260329T060000"),
        (date(2026, 10, 24), "Sa 22:00-06:00", "20261024T220000", "20261025T060000"),
        (date(2026, 10, 25), "Su 01:30-09:00", "20261025T003000Z", "20261025T090000"),
    ],
)
def test_times_are_those_on_the_wall_when_the_clocks_change(today: date, hours: str, starts: str, ends: str) -> None:
    """In the zone of London; within the hour that comes twice, in UTC."""
    event = events_for(today, opening_hours=hours)[0]
    assert event["DTSTART"].to_ical().decode() == starts and event["DTEND"].to_ical().decode() == ends
    assert event["DTEND"].params["TZID"] == "Europe/London"


def test_an_event_keeps_its_name_from_day_to_day() -> None:
    """So that a calendar that asks again has one of each."""
    names = [{event["UID"] for event in events_for(day, opening_hours="24/7")} for day in (SUNDAY, SUNDAY + DAY)]
    assert len(names[0]) == len(names[1]) == DAYS and len(names[0] & names[1]) == DAYS - 1


def test_an_event_says_how_to_get_in_and_how_sure_it_is() -> None:
    """Hours are confirmed for as long as a check of them holds, but for the bank holiday that nobody named."""
    events = events_for(opening_hours="Mo-Su 18:00-23:00", walk_in=True, evidence=CHECKED)
    first, christmas = events[0], events[(date(2026, 12, 25) - SUNDAY).days]
    assert first["SUMMARY"] == "Example Evening Sanctuary: open" and first["STATUS"] == "CONFIRMED"
    assert first["DESCRIPTION"].startswith("You can go straight to this service.")
    assert christmas["STATUS"] == "TENTATIVE" and "Bank holiday hours not confirmed. Ring" in christmas["DESCRIPTION"]
    assert not [event for event in events if event["STATUS"] == "TENTATIVE" and "go straight" in event["DESCRIPTION"]]
    assert events[-1]["STATUS"] == "TENTATIVE" and "not confirmed, dated 20 November 2026" in events[-1]["DESCRIPTION"]
    never = events_for(opening_hours="Mo-Su 18:00-23:00")
    assert {event["STATUS"] for event in never} == {"TENTATIVE"}
    booked = events_for(opening_hours='Mo 18:00-23:00 "by appointment, last admission 1 hour before closing"')[0]
    assert booked["SUMMARY"].endswith("open by appointment") and "Last admission 10pm." in booked["DESCRIPTION"]


@pytest.mark.parametrize(
    ("shown", "location"), [("full", "1 Example Street, SE5 8AZ"), ("area", None), ("hidden", None)]
)
def test_only_an_address_that_may_be_told_is_a_location(shown: str, location: str | None) -> None:
    """And only that has a point."""
    facts = {**CAMBERWELL, "address": "1 Example Street", "address_visibility": shown}
    event = events_for(opening_hours="24/7", **facts)[0]
    assert event.get("LOCATION") == location and ("GEO" in event) is (location is not None)


def test_what_is_closed_tonight_is_not_open() -> None:
    """And nobody is told to go until it opens again; later evenings stand."""
    live = LiveStatus(state="closed", at=SUNDAY_EVENING, until=datetime(2026, 11, 23, 2, tzinfo=LONDON))
    events = events_for(opening_hours="Mo-Su 18:00-02:00", walk_in=True, evidence=CHECKED, live_status=live)
    times = [(event["DTSTART"].to_ical().decode(), event["DTEND"].to_ical().decode()) for event in events[:3]]
    assert times == [
        ("20261121T180000", "20261122T020000"),
        ("20261122T180000", "20261122T210400"),
        ("20261123T180000", "20261124T020000"),
    ]
    assert "Closed unexpectedly" in events[1]["DESCRIPTION"] and "Closed" not in events[2]["DESCRIPTION"]
    assert "go straight" not in events[1]["DESCRIPTION"] and "go straight" in events[2]["DESCRIPTION"]


def test_hours_that_are_not_known_are_said_not_to_be() -> None:
    """A calendar without events is not one of a place that never opens."""
    told = calendar_for(make_entry())
    assert not told.walk("VEVENT")
    assert told["X-WR-CALDESC"].startswith("Opening hours are not known. Ring before anybody sets out: 020")
    assert told["X-WR-CALNAME"] == "Example Evening Sanctuary: opening hours" and "CC BY 4.0" in told["DESCRIPTION"]
    assert told["REFRESH-INTERVAL"].to_ical() == b"PT1H" and told["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


def test_no_text_of_an_entry_adds_a_line() -> None:
    """What stands in a name stays in it."""
    told = calendar_for(make_entry(name="A;B,C\nBEGIN:VEVENT", opening_hours="24/7", address="1\r\nX:Y"))
    events = told.walk("VEVENT")
    assert len(events) == DAYS and events[0]["SUMMARY"] == "A;B,C\nBEGIN:VEVENT: open" and "X" not in events[0]


@on_sqlite
def test_a_calendar_is_told_anew_each_day_and_when_something_changes(publish: Publish, house: Flask) -> None:
    """Until then it is as it was; what is gone is 410, what never was 404."""
    path, client = "/services/CAD-9001/calendar.ics", publish(make_entry(opening_hours="Mo-Su 18:00-02:00"))
    first = client.get(path)
    assert first.mimetype == "text/calendar" and len(Calendar.from_ical(first.data).walk("VEVENT")) == DAYS + 1
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path.lower(), headers=known).status_code == 304
    tomorrow = create_app(house.extensions["directory"].config, now=lambda: SUNDAY_EVENING + DAY)
    assert tomorrow.test_client().get(path, headers=known).status_code == 200
    tomorrow.extensions["directory"].database.close()
    assert client.get("/services/CAD-9009/calendar.ics").status_code == 404
    assert publish(make_entry(status="withdrawn")).get(path, headers=known).status_code == 410
