"""What a schedule is: sessions, the pattern of a day, and when each pattern applies. Plain values, always valid."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from directory.schedules.days import FIRST_YEAR, LAST_YEAR

DAY_MINUTES = 1440
YEARLY = 2000
"""The year in which a yearly entry keeps its dates: a leap year, so that it can hold 29 February."""

REASON_LENGTH = 200

_FACT = re.compile(r"by appointment|last admission ([0-9]{1,4}) (minute|hour)s? before closing", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a comment in the text form says of the sessions it follows, and the reason that is left."""

    reason: str = ""
    last_admission: int | None = None
    by_appointment: bool = False

    @classmethod
    def read(cls, comment: str) -> "Facts":
        """Take a comment apart at its commas."""
        rest, last_admission, by_appointment = [], None, False
        for part in comment.split(", "):
            fact = _FACT.fullmatch(part.strip())
            if fact is None:
                rest.append(part.strip())
            elif fact[1] is None:
                by_appointment = True
            else:
                last_admission = int(fact[1]) * (60 if fact[2].lower() == "hour" else 1)
        return cls(tidy(", ".join(rest)), last_admission, by_appointment)


@dataclass(frozen=True, slots=True)
class Session:
    """One opening. It belongs to the day it starts on.

    `opens` is minutes after midnight, 0 to 1439. `closes` is minutes after the same midnight, at most 24 hours
    later: 18:00 to 02:00 is 1080 to 1560. `last_admission` is how many minutes before closing the last person is
    let in; None is not known. Raises ValueError where these do not hold.
    """

    opens: int
    closes: int
    last_admission: int | None = None
    by_appointment: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY_MINUTES or not self.opens < self.closes <= self.opens + DAY_MINUTES:
            raise ValueError(f"a session cannot run from minute {self.opens} to minute {self.closes}")
        if self.last_admission is not None and not 0 <= self.last_admission < self.closes - self.opens:
            raise ValueError("last admission must be within the session")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What happens on a day: its sessions, in order; none of them means closed, perhaps for a reason."""

    sessions: tuple[Session, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", tuple(sorted(set(self.sessions), key=_session_order)))
        if not self.reason:
            return
        if self.reason != tidy(self.reason) or (self.sessions and Facts.read(self.reason) != Facts(self.reason)):
            raise ValueError(f"not a reason that can be written down: {self.reason!r}")


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """The pattern of a weekday (0 is Monday), in every week or only in some weeks of the month.

    `weeks` holds 1 to 5 counted from the start of the month, -1 to -5 from its end; empty means every week.
    Only a closure may carry a reason.
    """

    weekday: int
    pattern: Pattern
    weeks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        weeks = set(self.weeks)
        if not 0 <= self.weekday <= 6 or any(not 1 <= abs(week) <= 5 for week in weeks):
            raise ValueError("a weekday is 0 to 6, a week of the month 1 to 5 or -1 to -5")
        if self.pattern.sessions and self.pattern.reason:
            raise ValueError("only a closure or a dated entry has a reason")
        if weeks >= {1, 2, 3, 4, 5} or weeks >= {-1, -2, -3, -4, -5}:
            weeks = set()
        object.__setattr__(self, "weeks", tuple(sorted(weeks, key=lambda week: (week < 0, week))))

    def applies_on(self, day: date) -> bool:
        """Whether the day, which must be the right weekday, is in one of the weeks."""
        if not self.weeks:
            return True
        return (day.day + 6) // 7 in self.weeks or -((_days_in_month(day) - day.day) // 7) - 1 in self.weeks


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """The pattern of one date, or of each date from `first` to `last`.

    A yearly entry keeps its dates in the year 2000, and may run over the new year (first after last).
    """

    first: date
    last: date
    pattern: Pattern
    yearly: bool = False

    def __post_init__(self) -> None:
        if self.yearly and not self.first.year == self.last.year == YEARLY:
            raise ValueError("a yearly entry keeps its dates in the year 2000")
        if not self.yearly and not FIRST_YEAR <= self.first.year <= self.last.year <= LAST_YEAR:
            raise ValueError(f"a date must be in the years {FIRST_YEAR} to {LAST_YEAR}")
        if not self.yearly and self.last < self.first:
            raise ValueError("a range of dates cannot end before it starts")

    def covers(self, day: date) -> bool:
        """Whether the entry says what happens on the day."""
        if not self.yearly:
            return self.first <= day <= self.last
        day = day.replace(year=YEARLY)
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that is known about when a service is open.

    `weekly` None means that ordinary days are not known; empty, that it never opens on them. `open_all_hours` is
    24/7 and leaves no room for a weekly or bank-holiday pattern. `bank_holiday` None means nothing was said.
    `by_appointment` is for schedules without weekly sessions: 24/7 by appointment, or by appointment at times
    not known. Rules that can never apply are dropped and the rest are put in order, so that two schedules which
    say the same in the same way are equal. Raises ValueError where the parts contradict each other.
    """

    weekly: tuple[WeeklyRule, ...] | None = None
    open_all_hours: bool = False
    bank_holiday: Pattern | None = None
    dated: tuple[DatedEntry, ...] = ()
    by_appointment: bool = False
    regular: tuple[Pattern, ...] | None = field(init=False, repr=False, compare=False, default=None)
    """The seven patterns of the week, where nothing else can decide a day."""

    def __post_init__(self) -> None:
        if self.open_all_hours and (self.weekly is not None or self.bank_holiday is not None):
            raise ValueError("24/7 leaves no room for a weekly or bank-holiday pattern")
        if self.by_appointment and self.weekly is not None:
            raise ValueError("with a weekly pattern, each session says whether it is by appointment")
        if self.bank_holiday is not None and self.bank_holiday.sessions and self.bank_holiday.reason:
            raise ValueError("only a closure or a dated entry has a reason")
        if self.weekly is not None:
            object.__setattr__(self, "weekly", _effective(self.weekly))
        dated = {(entry.first, entry.last, entry.yearly): entry for entry in self.dated}
        object.__setattr__(self, "dated", tuple(sorted(dated.values(), key=_precedence)))
        object.__setattr__(self, "regular", self._regular())

    @property
    def known(self) -> bool:
        """Whether the hours of ordinary days are known."""
        return self.open_all_hours or self.weekly is not None

    def weekly_pattern(self, day: date) -> Pattern | None:
        """What the ordinary week says of a day; None where that is not known."""
        if self.open_all_hours:
            return ALL_DAY_BY_APPOINTMENT if self.by_appointment else ALL_DAY
        if self.weekly is None:
            return None
        weekday = day.weekday()
        for rule in reversed(self.weekly):
            if rule.weekday == weekday and rule.applies_on(day):
                return rule.pattern
        return CLOSED

    def dated_pattern(self, day: date) -> Pattern | None:
        """What the dated entries say of a day; None where they say nothing."""
        for entry in reversed(self.dated):
            if entry.covers(day):
                return entry.pattern
        return None

    def _regular(self) -> tuple[Pattern, ...] | None:
        if self.dated or self.bank_holiday is not None:
            return None
        if self.open_all_hours:
            return (ALL_DAY_BY_APPOINTMENT if self.by_appointment else ALL_DAY,) * 7
        if self.weekly is None or any(rule.weeks for rule in self.weekly):
            return None
        patterns = {rule.weekday: rule.pattern for rule in self.weekly}
        return tuple(patterns.get(weekday, CLOSED) for weekday in range(7))


def tidy(reason: str) -> str:
    """A reason as it is kept: one line without quotation marks or control characters, at most 200 characters."""
    printable = "".join(" " if c.isspace() or not c.isprintable() else c for c in reason if c not in '"“”')
    return " ".join(printable.split())[:REASON_LENGTH].rstrip()


def _effective(rules: Iterable[WeeklyRule]) -> tuple[WeeklyRule, ...]:
    """The rules that can still apply, by weekday; within a weekday a later rule goes before an earlier one."""
    days: list[list[WeeklyRule]] = [[] for _ in range(7)]
    for rule in rules:
        weeks = set(rule.weeks)
        kept = [r for r in days[rule.weekday] if weeks and not (r.weeks and weeks.issuperset(r.weeks))]
        kept.append(rule)
        while kept and kept[0].pattern == CLOSED:
            del kept[0]
        days[rule.weekday] = kept
    return tuple(rule for day in days for rule in day)


def _session_order(session: Session) -> tuple[int, int, bool, int]:
    last_admission = -1 if session.last_admission is None else session.last_admission
    return session.opens, session.closes, session.by_appointment, last_admission


def _precedence(entry: DatedEntry) -> tuple[bool, bool, date, int]:
    """Sorts dated entries so that the one that decides comes last: of one year, of one day, later, shorter."""
    length = (entry.last - entry.first).days
    return not entry.yearly, length == 0, entry.first, -(length % 366 if entry.yearly else length)


def _days_in_month(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following.toordinal() - day.replace(day=1).toordinal()


CLOSED = Pattern()
ALL_DAY = Pattern((Session(0, DAY_MINUTES),))
ALL_DAY_BY_APPOINTMENT = Pattern((Session(0, DAY_MINUTES, by_appointment=True),))
UNKNOWN = Schedule()
