"""Instants as people say them, in London."""

from datetime import datetime, timedelta

from directory import schedules
from directory.schedules import LONDON


def clock(instant: datetime) -> str:
    """The time on a London clock: "9:04pm", "midnight"."""
    return schedules.spoken_time(instant.astimezone(LONDON).time())


def moment(instant: datetime, now: datetime) -> str:
    """Time and day: "6pm today", "2am tomorrow", "6pm on Friday 25 December", with the year where it is another."""
    local, today = instant.astimezone(LONDON), now.astimezone(LONDON).date()
    if local.date() == today:
        return f"{clock(local)} today"
    if local.date() == today + timedelta(days=1):
        return f"{clock(local)} tomorrow"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{clock(local)} on {local:%A} {local.day} {local:%B}{year}"
