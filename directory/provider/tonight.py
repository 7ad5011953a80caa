"""How long what a service says of now holds. Pure functions, always given the instant."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from directory import schedules
from directory.models import LiveState, LiveStatus
from directory.schedules import LONDON, Schedule
from directory.schedules.days import instant
from directory.web.times import moment

LONGEST = timedelta(hours=24)
"""Nothing that is said of now holds for longer."""

LONGEST_NOTE = 140
_WITHOUT_SESSION = timedelta(hours=8)
_STEP = timedelta(minutes=30)
_NIGHT_ENDS = time(6)


class End(NamedTuple):
    """When a status ends unless another time is chosen, and which time that is, in words."""

    at: datetime
    words: str


def usual_end(schedule: Schedule, now: datetime) -> End:
    """The end of the session that is on, or of the next before 6 in the morning; 8 hours where there is none."""
    now = now.astimezone(LONDON)
    for opens, closes in _sessions(schedule, now):
        if instant(closes) - now > LONGEST:
            break
        which = "this session" if instant(opens) <= now else "your next session"
        return End(instant(closes), f"the end of {which}, {moment(instant(closes), now)}")
    ends = (now + _WITHOUT_SESSION).replace(minute=0, second=0, microsecond=0)
    why = "as no session of yours is coming up" if schedule.known else "as your opening hours are not known here"
    if any(instant(opens) <= now for opens, _ in _sessions(schedule, now)):
        why = "as you do not close"
    return End(ends, f"{moment(ends, now)}, {why}")


def _sessions(schedule: Schedule, now: datetime) -> list[tuple[int, int]]:
    """The sessions that are on or begin before the night is over, as epoch minutes."""
    if not schedule.known:
        return []
    today = now.date()
    tomorrow = today + timedelta(days=1)
    night = today if now.time() < _NIGHT_ENDS else tomorrow
    over = datetime.combine(night, _NIGHT_ENDS, LONDON)
    spans = schedules.openings(schedule, today - timedelta(days=1), tomorrow)
    return [span for span in spans if now < instant(span[1]) and instant(span[0]) < over]


def times_to_choose(now: datetime) -> list[datetime]:
    """The half hours of the next 24 hours."""
    now = now.astimezone(LONDON)
    first = now.replace(minute=0, second=0, microsecond=0)
    halves = [first + step * _STEP for step in range(1, 50)]
    return [half for half in halves if timedelta(minutes=5) <= half - now <= LONGEST]


def status_of(state: LiveState, note: str, until: datetime, now: datetime) -> LiveStatus:
    """What is said from now on. Raises ValueError where it would end before it begins, or hold for too long."""
    if not now < until <= now + LONGEST:
        raise ValueError("Choose a time within the next 24 hours.")
    return LiveStatus(state=state, at=now, until=until, note=note)
