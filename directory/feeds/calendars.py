"""When an entry is open, as a calendar to subscribe to: iCalendar (RFC 5545, with the names of RFC 7986)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, PUBLISHER, WEEKLY_TIMES
from directory.feeds.sentences import about_hours, alert, closures, joined, public_number, way_in
from directory.freshness import Freshness, state
from directory.records import Record, stable_id
from directory.revisions import Version
from directory.schedules import LONDON, Answer, answer, openings, spoken_time, without
from directory.search.live import parsed
from directory.web.links import entry_path
from directory.web.times import spoken_date

if TYPE_CHECKING:
    from icalendar import Calendar, Event

DAYS: Final = 90
"""How many days a calendar tells, today first."""

_DAY: Final = timedelta(days=1)
_EVERY: Final = timedelta(hours=1)
_ZONE: Final = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""

Opening = tuple[datetime, datetime]
"""From and until, as instants in London."""


def calendar_of(record: Record, version: Version, today: date, fresh_days: Freshness, home: str) -> bytes:
    """The openings of an entry from today on, each an event of its own; none where they are not known.

    Every opening is written out, so that no reader has to work out bank holidays, dates and weeks of the month.
    `home` is where the directory is, without "/" at the end. The library is large, and loaded when first needed.
    """
    from icalendar import Calendar, Timezone, vText

    calendar = Calendar()
    for name, value in _about(record).items():
        calendar.add(name, vText(value))
    calendar.add("URL", f"{home}{entry_path(record)}")
    calendar.add("REFRESH-INTERVAL", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    calendar.add_component(Timezone.from_ical(_ZONE))
    for opening in opened(record, today):
        calendar.add_component(_event(record, version, opening, fresh_days, home))
    return _written(calendar)


def opened(record: Record, today: date) -> Iterator[Opening]:
    """The openings that are not over before today, up to those that begin on the last day.

    What the service has closed is cut out. An opening of more than a day is one for each day.
    """
    spans = openings(parsed(record.opening_hours), today - _DAY, today + (DAYS - 1) * _DAY)
    shut = [(_minute(start), _minute(end + timedelta(seconds=59))) for start, end in closures(record)]
    for opens, closes in without(tuple(spans), shut):
        for start, end in _by_day(_instant(opens), _instant(closes)):
            if end > _midnight(today):
                yield start, end


def _about(record: Record) -> Mapping[str, str]:
    """What the calendar says of itself, under the names of RFC 7986 and those that calendars read before it."""
    name = f"{record.name}: opening hours"
    number = public_number(record)
    ring = (
        "" if parsed(record.opening_hours).known else f"Ring before anybody sets out{f': {number}' if number else ''}."
    )
    description = joined((about_hours(record.opening_hours), ring, WEEKLY_TIMES, ATTRIBUTION, LICENCE_URL))
    return {
        "VERSION": "2.0",
        "PRODID": f"-//{PUBLISHER}//EN",
        "METHOD": "PUBLISH",
        "NAME": name,
        "X-WR-CALNAME": name,
        "DESCRIPTION": description,
        "X-WR-CALDESC": description,
        "X-WR-TIMEZONE": "Europe/London",
    }


def _event(record: Record, version: Version, opening: Opening, fresh_days: Freshness, home: str) -> "Event":
    from icalendar import Event

    start, end = opening
    then = answer(parsed(record.opening_hours), start)
    doubts = _doubts(record, then, start.date(), fresh_days)
    event = Event()
    event.add("UID", stable_id("opening", f"{record.ref} {start.astimezone(UTC).isoformat()}"))
    event.add("DTSTAMP", version.at.astimezone(UTC).replace(microsecond=0))
    event.add("SEQUENCE", version.number)
    event.add("DTSTART", _unmistakable(start))
    event.add("DTEND", _unmistakable(end))
    event.add("SUMMARY", f"{record.name}: open{' by appointment' if then.by_appointment else ''}")
    event.add("STATUS", "TENTATIVE" if doubts else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")
    event.add("URL", f"{home}{entry_path(record)}")
    event.add("DESCRIPTION", joined((*_said(record, opening, bool(doubts)), _last_admission(then), doubts)))
    if record.address or record.postcode:
        event.add("LOCATION", ", ".join(filter(None, (record.address, record.postcode))))
    if record.latitude is not None:
        event.add("GEO", (record.latitude, record.longitude))
    return event


def _said(record: Record, opening: Opening, is_doubtful: bool) -> tuple[str, str]:
    """How to get in, and what is wrong while the service says so or people report it.

    Nobody is sent straight to a door that may be shut.
    """
    live = record.live_status
    if live is not None and (live.until <= opening[0] or opening[1] < live.at):
        record = replace(record, live_status=None)
    return way_in(record, holds=not is_doubtful), alert(record)


def _last_admission(then: Answer) -> str:
    at = then.last_admission_at
    return f"Last admission {spoken_time(at)}." if at else ""


def _doubts(record: Record, then: Answer, day: date, fresh_days: Freshness) -> str:
    """Why somebody has to ring first; "" where the hours were checked and still hold on the day."""
    checked = next((evidence for evidence in record.evidence if evidence.fact_group == "hours"), None)
    dated = f", dated {spoken_date(checked.dated)}" if checked and checked.dated else ""
    reasons = (
        "Bank holiday hours not confirmed." if then.bank_holiday_unconfirmed else "",
        "" if state(checked, day, fresh_days) == "fresh" else f"Opening hours not confirmed{dated}.",
    )
    if not any(reasons) or record.caution:
        return joined(reasons)
    return joined((*reasons, _ring(record)))


def _ring(record: Record) -> str:
    number = public_number(record)
    return f"Ring before anybody sets out: {number}." if number else "Check with the service before anybody sets out."


def _unmistakable(local: datetime) -> datetime:
    """An instant on the clock in London; in UTC within the hour that comes twice, which would be read in two ways."""
    twice = local.utcoffset() != local.replace(fold=not local.fold).utcoffset()
    return local.astimezone(UTC) if twice else local


def _by_day(start: datetime, end: datetime) -> Iterator[Opening]:
    """An opening, cut at every midnight where it goes on for more than a day."""
    is_long = end.astimezone(UTC) - start.astimezone(UTC) > _DAY
    while is_long and (midnight := _midnight(start.date() + _DAY)) < end:
        yield start, midnight
        start = midnight
    yield start, end


def _written(calendar: "Calendar") -> bytes:
    written: bytes = calendar.to_ical()
    return written


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON)


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, LONDON)
