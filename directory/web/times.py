"""Instants as people say them, in London."""

from datetime import datetime, time, timedelta

from directory import schedules
from directory.schedules import LONDON
from directory.search.live import spoken_age

_MONTHS = "January February March April May June July August September October November December".split()


def clock(instant: datetime) -> str:
    """The time on a London clock: "9:04pm", "midnight"."""
    return schedules.spoken_time(instant.astimezone(LONDON).time())


def moment(instant: datetime, now: datetime) -> str:
    """Time and day: "6pm today", "2am tomorrow", "6pm on Friday 25 December", with the year where it is another.

    A midnight to come is the end of a day, as people mean it: "midnight tonight", "midnight tomorrow".
    """
    local, today = instant.astimezone(LONDON), now.astimezone(LONDON).date()
    day, ends_it = local.date(), instant > now and local.time() == time()
    day -= timedelta(days=ends_it)
    if day == today:
        return f"{clock(local)} {'tonight' if ends_it else 'today'}"
    if day == today + timedelta(days=1):
        return f"{clock(local)} tomorrow"
    year = f" {day.year}" if day.year != today.year else ""
    return f"{clock(local)} on {day:%A} {day.day} {day:%B}{year}"


def age(at: datetime, now: datetime) -> str:
    """How long ago something was said: "just now", "20 minutes ago", "3 hours ago", "2 days ago"."""
    return spoken_age(now - at)


def spoken_instant(instant: datetime) -> str:
    """An instant in full: "9:04pm on 22 November 2026"."""
    local = instant.astimezone(LONDON)
    return f"{schedules.spoken_time(local)} on {local.day} {local:%B %Y}"


def spoken_date(iso: str) -> str:
    """A whole or reduced ISO 8601 date as people say it: "5 March 2024", "March 2024", "2024"."""
    year, *rest = iso.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])
