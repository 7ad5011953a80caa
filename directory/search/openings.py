"""When every schedule of a catalogue lets people in: openings flattened into arrays, to be asked all at once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from directory import schedules
from directory.schedules import LONDON
from directory.schedules.days import instant
from directory.search.columns import Flags, Rows

HORIZON_DAYS = 16
STEP_MINUTES, STEPS = 5, 61


class OpeningTimes:
    """The openings of these schedules from a first day on, as half-open minutes in which newcomers are let in.

    What lies beyond the horizon is asked of each schedule on its own; so is a schedule that knows only some dates.
    """

    def __init__(self, known: Sequence[schedules.Schedule], first: date) -> None:
        self._schedules = known
        self._first, self._last = first, first + timedelta(days=HORIZON_DAYS)
        spans = [
            (number, opens, closes)
            for number, schedule in enumerate(known)
            for opens, closes in schedules.admissions(schedule, first, self._last)
        ]
        table = np.array(spans, dtype=np.int64).reshape(len(spans), 3)
        self._owner, self._opens, self._closes = (table[:, column].copy() for column in range(3))
        self._unknown = np.array([not schedule.known for schedule in known], dtype=bool)
        self._one_by_one = [
            number
            for number, schedule in enumerate(known)
            if not schedule.known and (schedule.dated or schedule.bank_holiday is not None)
        ]

    def states_at(self, at: datetime) -> tuple[Flags, Flags]:
        """Which schedules let in somebody who comes at an instant, and which are not known to be open or closed."""
        opened = np.zeros(len(self._schedules), dtype=bool)
        minute = int(at.timestamp()) // 60
        opened[self._owner[(self._opens <= minute) & (minute < self._closes)]] = True
        unknown = self._unknown.copy()
        self._ask(self._asked_one_by_one(at, at), at, opened, unknown)
        return opened, unknown

    def states_after(self, at: datetime) -> tuple[Flags, Flags]:
        """The same for each step of five minutes after an instant: one row a step."""
        start = int(at.timestamp()) // 60
        one_by_one = self._asked_one_by_one(at, instant(start + STEPS * STEP_MINUTES))
        near = (self._opens < start + STEPS * STEP_MINUTES) & (start < self._closes)
        changes = np.zeros((STEPS + 1, len(self._schedules)), dtype=np.int8)
        np.add.at(changes, (_step(self._opens[near] - start), self._owner[near]), 1)
        np.add.at(changes, (_step(self._closes[near] - start), self._owner[near]), -1)
        opened = np.cumsum(changes[:-1], axis=0) > 0
        unknown = np.repeat(self._unknown[np.newaxis], STEPS, axis=0)
        for step in range(STEPS):
            self._ask(one_by_one, instant(start + step * STEP_MINUTES), opened[step], unknown[step])
        return opened, unknown

    def _asked_one_by_one(self, first: datetime, last: datetime) -> Sequence[int]:
        """The schedules that the arrays do not tell of between two instants."""
        inside = self._first < first.astimezone(LONDON).date() and last.astimezone(LONDON).date() <= self._last
        return self._one_by_one if inside else range(len(self._schedules))

    def _ask(self, numbers: Iterable[int], at: datetime, opened: Flags, unknown: Flags) -> None:
        """Ask some schedules one by one, and note what they say."""
        for number in numbers:
            answer = schedules.answer(self._schedules[number], at)
            last = answer.last_admission_at
            too_late = last is not None and last.timestamp() <= at.timestamp()
            opened[number] = answer.state == "open" and not too_late
            unknown[number] = answer.state == "unknown"


def _step(minutes: Rows) -> Rows:
    """The first step at or after so many minutes, within the table."""
    return np.clip(-(-minutes // STEP_MINUTES), 0, STEPS)
