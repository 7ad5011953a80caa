"""When: the times that people say in what they type, and the one instant that each stands for.

Pieces that stand side by side ("friday" "night" "2am") are one time. The rules, each tested:

- Never the past: a time that is over is the next one that comes, and what is going on already is now.
- A night and its small hours belong to the day it starts. Until 5am, tomorrow is the day that is about to begin.
- A weekday is the coming one; with "next" it is that of next week, which starts on a Monday. A day about which no
  more is said stands for its noon; a date or bank holiday that is today and past noon is now.
- Clock times are London's. One that the clocks skip is the moment they change; one that comes twice is the first
  that is still to come.
- Where am or pm is not said, it is the next one that comes, or with a day the one between 7am and 7pm.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from directory.schedules.days import LondonDay, day_at, instant, london_day
from directory.search.spoken import RANKS, Clock, Day, Part, Piece, Wait
from directory.search.times import Times

__all__ = ["FURTHEST_DAYS", "MOST_TIMES", "Span", "SpokenTime", "Times", "find_times"]

FURTHEST_DAYS = 370
MOST_TIMES = 10
"""As many are looked for; what else is in a text stays words."""

_DAY, _HALF_DAY = 1440, 720
_NIGHT_ENDS = 5 * 60
_WAKING = 7 * 60
_BETWEEN = re.compile(r"[\s,]*(?:(?:at|on|around|about|from|by|in|the|of|early|@|-|–)[\s,]*){0,3}", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?<!\w)(?:(?:open(?:s|ing)?|available)\s+)?(?:(?:on|at|for|from|by|after|around|about|till?|until|@)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_LONGEST_BEFORE = 30
_LONGEST_INITIALS = 4


class Span(NamedTuple):
    """Character offsets in a text, the end not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A time where it stands in the text. `at` is in London time, to the minute; None means now."""

    span: Span
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Group:
    """The pieces of one time."""

    pieces: list[Piece]

    @property
    def wait(self) -> Wait | None:
        return next((piece.said for piece in self.pieces if isinstance(piece.said, Wait)), None)

    @property
    def clock(self) -> Clock | None:
        return next((piece.said for piece in self.pieces if isinstance(piece.said, Clock)), None)

    @property
    def part(self) -> Part | None:
        """The latest of the parts: late on Saturday night is late."""
        parts = (piece.said for piece in self.pieces if isinstance(piece.said, Part))
        return max(parts, key=lambda part: part.means, default=None)

    @property
    def days(self) -> list[Day]:
        return sorted((p.said for p in self.pieces if isinstance(p.said, Day)), key=lambda day: day.rank)

    def takes(self, piece: Piece, between: str) -> bool:
        """Whether a piece goes on with this time: near enough, and of a kind that is not in it yet."""
        if not _BETWEEN.fullmatch(between):
            return False
        match piece.said:
            case Wait(joins=True):
                return self.wait is None
            case Day(rank=rank, needs_day=needs_day):
                ranks = {day.rank for day in self.days}
                return self._goes_on and rank not in ranks and (bool(ranks) or not needs_day)
            case Part(needs=needs, begins=begins, ends=ends):
                overlaps = self.part is None or (begins < self.part.ends and self.part.begins < ends)
                return self._goes_on and overlaps and (needs != "day before" or bool(self.days))
            case Clock():
                return self._goes_on and self.clock is None
        return False

    @property
    def _goes_on(self) -> bool:
        return self.wait is None or self.wait.joins

    @property
    def is_a_time(self) -> bool:
        """Whether the pieces are enough: "night" alone may be a night shelter."""
        return len(self.pieces) > 1 or not (isinstance(self.pieces[0].said, Part) and self.pieces[0].said.needs)


def find_times(text: str, now: datetime, phrases: Times) -> tuple[SpokenTime, ...]:
    """The times in a text, in order, each of them at `now` or up to 370 days later. `now` is aware.

    Several only where unrelated ones are in the text. What is over for good, or too far off, is not among them.
    """
    minute = int(now.timestamp()) // 60
    found: list[SpokenTime] = []
    end = 0
    for group in islice(_groups(text, phrases.pieces(text)), MOST_TIMES):
        at = _moment(group, minute, phrases)
        if at is None:
            continue
        start = max(end, group.pieces[0].start - _LONGEST_BEFORE)
        before = _BEFORE.search(text[start : group.pieces[0].start])
        span = Span(start + before.start() if before else group.pieces[0].start, group.pieces[-1].end)
        found.append(SpokenTime(span, None if at == minute else instant(at)))
        end = span.end
    return tuple(found)


def _groups(text: str, pieces: Sequence[Piece]) -> Iterator[_Group]:
    group: _Group | None = None
    for piece in pieces:
        if group and group.takes(piece, text[group.pieces[-1].end : piece.start]):
            group.pieces.append(piece)
            continue
        if group and group.is_a_time and not _is_initials(group, text):
            yield group
        group = _Group([piece]) if _starts(piece) else None
    if group and group.is_a_time and not _is_initials(group, text):
        yield group


def _is_initials(group: _Group, text: str) -> bool:
    """Whether it is only a day's short form in capitals in a text that has small letters: SUN is a support network."""
    only = group.pieces[0]
    span = text[only.start : only.end]
    is_day = len(group.pieces) == 1 and isinstance(only.said, Day)
    return is_day and len(span) <= _LONGEST_INITIALS and span.isupper() and text != text.upper()


def _starts(piece: Piece) -> bool:
    match piece.said:
        case None | Part(needs="day before") | Day(needs_day=True):
            return False
    return True


def _moment(group: _Group, now: int, phrases: Times) -> int | None:
    """The epoch minute that a time stands for; None where there is none in the days ahead."""
    days, furthest = group.days, now + FURTHEST_DAYS * _DAY
    if not days and not group.part and not group.clock:
        waited = now + (group.wait.minutes if group.wait else 0)
        return waited if waited <= furthest else None
    at = _first(days, group, now, phrases)
    if at is None and len(days) > 1:  # they contradict each other: the surest counts
        at = _first(days[:1], group, now, phrases)
    return at if at is not None and at <= furthest else None


def _first(days: Sequence[Day], group: _Group, now: int, phrases: Times) -> int | None:
    today = day_at(now)
    waking = day_at(now - _NIGHT_ENDS).date
    fits = [day.beside if day.beside and len(days) > 1 else day.fits for day in days]
    for ordinal in range(today.ordinal - 1, today.ordinal + (FURTHEST_DAYS + 2 if days else 3)):
        day = london_day(ordinal)
        if all(fit(day.date, waking) for fit in fits):
            at = _on(day, group, now, phrases.otherwise)
            if at is not None:
                return at
    return None


def _on(day: LondonDay, group: _Group, now: int, otherwise: int) -> int | None:
    """The first minute on a day that is not over."""
    clock, part = group.clock, group.part
    if clock is not None:
        options = _readings(clock, part, has_day=bool(group.days))
    elif part is None:
        is_one_day = group.days[0].rank <= RANKS["holiday"]
        if is_one_day and day.minute_of(otherwise) < now < day.minute_of(_DAY):
            return now
        options = [otherwise]
    elif day.minute_of(part.begins) <= now < day.minute_of(part.ends):
        return now
    else:
        options = [part.means]
    comings = (_coming(day, minutes, now) for minutes in options)
    return min((at for at in comings if at >= now), default=None)


def _readings(clock: Clock, part: Part | None, *, has_day: bool) -> list[int]:
    """The minutes after a day's midnight that a clock time may mean, with the part of the day said beside it."""
    morning = clock.minutes % _HALF_DAY
    if part is not None:
        options = [clock.minutes] if clock.form == "said" else [morning, morning + _HALF_DAY]
        options += [minutes + _DAY for minutes in options if minutes + _DAY < part.ends]
        inside = [minutes for minutes in options if part.begins <= minutes < part.ends]
        return inside[:1] or [min(options, key=lambda minutes: abs(minutes - part.begins))]
    if clock.form != "unsaid":
        return [clock.minutes]
    if has_day:
        return [morning if morning >= _WAKING else morning + _HALF_DAY]
    return [morning, morning + _HALF_DAY]


def _coming(day: LondonDay, minutes: int, now: int) -> int:
    """The epoch minute of a wall-clock time; its second coming where the clocks go back and the first is over."""
    at = day.minute_of(minutes)
    if at < now and instant(at + 60).replace(tzinfo=None) == instant(at).replace(tzinfo=None):
        return at + 60
    return at
