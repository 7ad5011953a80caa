"""Opening hours: what is open at an instant, until when, and how to say it. Pure functions, always given the instant.

Text comes in through `parse` and goes out through `write`; the rules are in docs/opening-hours.md.
"""

from directory.schedules.answers import Answer, admissions, answer, openings, to_json
from directory.schedules.days import LONDON, bank_holidays
from directory.schedules.model import UNKNOWN, DatedEntry, Pattern, Schedule, Session, WeeklyRule
from directory.schedules.reading import parse
from directory.schedules.splitting import (
    LAST_MINUTE,
    Spans,
    SplitHours,
    on_day,
    ordinary_week,
    split,
    wall_clock,
    without,
)
from directory.schedules.tokens import HoursError
from directory.schedules.words import DayHours, HoursChange, closing_words, exceptions, sentence, spoken_time, week
from directory.schedules.writing import write

__all__ = [
    "LAST_MINUTE",
    "LONDON",
    "UNKNOWN",
    "Answer",
    "DatedEntry",
    "DayHours",
    "HoursChange",
    "HoursError",
    "Pattern",
    "Schedule",
    "Session",
    "Spans",
    "SplitHours",
    "WeeklyRule",
    "admissions",
    "answer",
    "bank_holidays",
    "closing_words",
    "exceptions",
    "on_day",
    "openings",
    "ordinary_week",
    "parse",
    "sentence",
    "split",
    "spoken_time",
    "to_json",
    "wall_clock",
    "week",
    "without",
    "write",
]
