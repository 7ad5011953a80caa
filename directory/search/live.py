"""What a service says of now, laid over its hours: closed, full, busy, space, ring first; and how that fades.

docs/decisions/0015 says the rules. Every instant is given; nothing here looks at a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, get_args

import numpy as np
import orjson
from numpy.typing import NDArray

from directory import schedules
from directory.models import Entry, LiveState, LiveStatus
from directory.schedules import LONDON, Answer, closing_words, spoken_time
from directory.search.columns import Flags, Rows
from directory.search.wording import uncapitalised

FADES_AT_MOST = timedelta(hours=24)
"""How long it stays unknown whether a service that never closes is open again."""

STATES: Mapping[LiveState, str] = {
    "space": "Has space",
    "busy": "Busy",
    "full": "Full",
    "closed": "Closed unexpectedly",
    "ring_first": "Ring first",
}
"""What a service may say of now, in the words of every page."""

ENDED_BY = "system:status"
"""Who takes from the thread what a service said of now, once it is over: nobody had to do anything."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """How an entry stands at one instant: the answer, the sentence for people, and both as JSON, ready to be sent.

    `live` is what the service says of that instant, None where nothing is known of it; `said` is that as a sentence,
    "Full, said the service 20 minutes ago". A service that says it is closed says so in `text`, and `said` is empty.
    """

    answer: Answer
    text: str
    json: bytes
    live: LiveStatus | None = None
    said: str = ""


class _Closure(NamedTuple):
    """What follows from one "closed": until when it is not known whether it is open again, and both answers."""

    faded: datetime
    closed: Answer
    fading: Answer


def opening_at(entry: Entry, at: datetime, today: date | None = None, *, chosen: bool = False) -> Opening:
    """How an entry stands at an instant, said on a day: that of the instant where none is given.

    Where the instant was `chosen`, what the service said is given its time and not its age.
    """
    return laid_over(hours_at(parsed(entry.opening_hours), at, today), entry, at, today, chosen=chosen)


def hours_at(schedule: schedules.Schedule, at: datetime, today: date | None = None) -> Opening:
    """What the hours alone say of an instant."""
    answer = schedules.answer(schedule, at)
    return _opening(answer, schedules.sentence(answer, at, today))


def laid_over(hours: Opening, entry: Entry, at: datetime, today: date | None = None, *, chosen: bool) -> Opening:
    """What the hours say of an instant with what the service says laid over it."""
    last = entry.live_status
    if last is None or at < last.at:
        return hours
    today = today or at.astimezone(LONDON).date()
    live = entry.status_at(at)
    if last.state != "closed":
        if live is None:
            return hours
        return replace(hours, live=live, said=_said(STATES[live.state], live, at, today, chosen))
    closure = _closure(entry.opening_hours, last)
    if live is not None:
        words = _said(_closed_words(live, closure, at, today), live, at, today, chosen)
        if closure.closed.next_open is not None and closure.faded == live.until:
            words += f", {uncapitalised(schedules.sentence(closure.closed, at, today))}"
        return replace(_opening(closure.closed, words), live=live)
    if at < closure.faded and hours.answer.state == "open":
        words = f"Not known whether it is open again, closed unexpectedly until {_end(last, at, today)}"
        return _opening(closure.fading, words)
    return hours


def over_at(opening_hours: str, live: LiveStatus) -> datetime:
    """From when a status says nothing any more, not even that something is not known."""
    return _closure(opening_hours, live).faded if live.state == "closed" else live.until


@lru_cache(maxsize=20_000)
def parsed(opening_hours: str) -> schedules.Schedule:
    """The schedule of a text that was checked when it was loaded."""
    return schedules.parse(opening_hours)


def _opening(answer: Answer, text: str) -> Opening:
    return Opening(answer, text, orjson.dumps({**schedules.to_json(answer), "text": text}))


@lru_cache(maxsize=4096)
def _closure(opening_hours: str, status: LiveStatus) -> _Closure:
    schedule = parsed(opening_hours)
    faded = _fades_until(schedule, status.until)
    after = schedules.answer(schedule, faded)
    ends, opens = status.until.astimezone(LONDON), after.next_open
    if after.state == "open" and faded == status.until:
        opens = ends
    closed = Answer(
        "closed",
        until=opens if opens and faded == status.until else ends,
        next_open=opens,
        bank_holiday_unconfirmed=after.bank_holiday_unconfirmed,
    )
    return _Closure(faded, closed, Answer("unknown", until=faded.astimezone(LONDON)))


def _fades_until(schedule: schedules.Schedule, ends: datetime) -> datetime:
    """The end of the session in the midst of which a closure ends; where it ends in none, its own end."""
    before, after = schedules.answer(schedule, ends - _INSTANT), schedules.answer(schedule, ends)
    if before.state != "open" or after.state != "open":
        return ends
    latest = ends + FADES_AT_MOST
    return min(after.until, latest) if after.until else latest


def _closed_words(live: LiveStatus, closure: _Closure, at: datetime, today: date) -> str:
    """With its end, where no opening time tells it."""
    if closure.faded == live.until and closure.closed.next_open is not None:
        return STATES["closed"]
    return f"{STATES['closed']} until {_end(live, at, today)}"


def _end(live: LiveStatus, at: datetime, today: date) -> str:
    return closing_words(live.until.astimezone(LONDON), at.astimezone(LONDON), today)


def _said(words: str, live: LiveStatus, at: datetime, today: date, chosen: bool) -> str:
    when = _moment(live.at.astimezone(LONDON), today) if chosen else spoken_age(at - live.at)
    return f"{words}, said the service {when}" + (f" ({live.note})" if live.note else "")


def spoken_age(age: timedelta) -> str:
    """How long ago something was said, rounded down: "just now", "20 minutes ago", "3 hours ago"."""
    minutes = int(age.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if number := minutes // size:
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def _moment(local: datetime, today: date) -> str:
    days = (today - local.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"on {local:%A} {local.day} {local:%B}")
    return f"at {spoken_time(local)} {day}"


class LiveStatuses:
    """What the services of a catalogue say of now, as arrays, to be asked for all of them at once.

    `entries` stand in the order of the rows. Instants are seconds since the epoch.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        told = [(row, entry, entry.live_status) for row, entry in enumerate(entries) if entry.live_status is not None]
        self._rows = np.array([row for row, _, _ in told], dtype=np.int64)
        self._from = np.array([live.at.timestamp() for _, _, live in told], dtype=np.float64)
        self._until = np.array([live.until.timestamp() for _, _, live in told], dtype=np.float64)
        ends = [over_at(entry.opening_hours, live) for _, entry, live in told]
        self._faded = np.array([end.timestamp() for end in ends], dtype=np.float64)
        states = [live.state for _, _, live in told]
        self._saying = {state: np.flatnonzero([other == state for other in states]) for state in get_args(LiveState)}
        self._count = len(entries)
        self._position = np.full(self._count, -1, dtype=np.int64)
        closed = self._saying["closed"]
        self._position[self._rows[closed]] = closed
        self._has_closures = bool(len(closed))

    def rows_told_at(self, at: datetime) -> frozenset[int]:
        """The rows of which the hours alone do not tell all at an instant."""
        if not len(self._rows):
            return frozenset()
        second = at.timestamp()
        return frozenset(self._rows[(self._from <= second) & (second < self._faded)].tolist())

    def saying(self, state: LiveState, at: datetime) -> Flags:
        """Which entries say so of an instant."""
        flags, told, second = np.zeros(self._count, dtype=bool), self._saying[state], at.timestamp()
        if len(told):
            flags[self._rows[told[(self._from[told] <= second) & (second < self._until[told])]]] = True
        return flags

    def after_closures(
        self, opened: Flags, unknown: Flags, rows: Rows | None, second: float | NDArray[np.float64]
    ) -> tuple[Flags, Flags]:
        """Which of these rows (None for all) let people in at an instant, and of which that is not known.

        `opened` and `unknown` are what their hours say; one instant for all, or one a row.
        """
        if not self._has_closures:
            return opened, unknown
        positions = self._position if rows is None else self._position[rows]
        touched = np.flatnonzero(positions >= 0)
        if not len(touched):
            return opened, unknown
        told = positions[touched]
        then = second[touched] if isinstance(second, np.ndarray) else second
        shut = (self._from[told] <= then) & (then < self._until[told])
        fading = (self._until[told] <= then) & (then < self._faded[told])
        opened, unknown = opened.copy(), unknown.copy()
        unknown[touched] = ~shut & (unknown[touched] | (fading & opened[touched]))
        opened[touched] &= ~shut & ~fading
        return opened, unknown
