"""Reads the text form of opening hours, a subset of OpenStreetMap's; the grammar is in docs/opening-hours.md."""

from dataclasses import replace

from directory.schedules.model import (
    DAY_MINUTES,
    REASON_LENGTH,
    DatedEntry,
    Facts,
    Pattern,
    Schedule,
    Session,
    WeeklyRule,
    tidy,
)
from directory.schedules.selectors import MONTHS, WEEKDAYS, DateRange, Selector, read_selector
from directory.schedules.tokens import Cursor, HoursError, Piece

_WRITE_TIMES = "Write times as 09:00-17:00, with two digits for the minutes."
_COMMENTS = 'Only "by appointment" and "last admission 60 minutes before closing" can be said here.'


def parse(text: str) -> Schedule:
    """Read opening hours; empty text is UNKNOWN.

    Raises HoursError, and nothing else, with the column, what is wrong and how to mend it.
    """
    reader = _Reader(text)
    reader.read()
    return reader.schedule()


class _Reader:
    """Collects what the rules say, in the order in which they come."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.always: Piece | None = None
        self.appointment: Piece | None = None
        self.patterned: Piece | None = None
        self.weekly: dict[int, list[WeeklyRule]] = {}
        self.weekly_said: Piece | None = None
        self.bank_holiday: Pattern | None = None
        self.dated: dict[DateRange, Pattern] = {}

    def read(self) -> None:
        """Read every rule. A semicolon lets a rule replace an earlier one; a comma lets it add times."""
        adding = False
        while self.cursor.next.kind != "end" or adding:
            if self.cursor.accept(";"):
                continue
            self.rule(adding)
            adding = self.cursor.accept(",")
            if not adding and not self.cursor.accept(";") and self.cursor.next.kind != "end":
                raise self.unexpected()

    def rule(self, adding: bool) -> None:
        """Read one rule and keep what it says."""
        start = self.cursor.next
        if start.kind == "always":
            self.cursor.take()
            self.always = start
        if self.cursor.next.kind == "comment" and (start.kind in {"always", "comment"}):
            self.whole_comment()
        elif start.kind != "always":
            selector = read_selector(self.cursor)
            self.cursor.accept(":")
            self.keep(selector, self.pattern(bool(selector.dates)), start, adding)

    def whole_comment(self) -> None:
        """Read a comment that stands alone or after 24/7."""
        piece = self.cursor.take()
        if self.facts(piece) != Facts(by_appointment=True):
            raise piece.error(
                "This comment does not follow any times.", 'Without times only "by appointment" can be said.'
            )
        self.appointment = piece

    def pattern(self, reason_allowed: bool) -> Pattern:
        """Read what follows a selector: `off`, or times, and a comment."""
        if self.cursor.next_word in {"off", "closed"}:
            self.cursor.take()
            return Pattern((), self.reason(self.cursor.take()) if self.cursor.next.kind == "comment" else "")
        if self.cursor.next.kind != "time":
            raise self.unexpected()
        times = self.times()
        if self.cursor.next_word == "open":
            self.cursor.take()
        if self.cursor.next.kind != "comment":
            return Pattern(tuple(Session(opens, closes) for opens, closes in times))
        piece = self.cursor.take()
        facts = self.facts(piece)
        if facts.reason and not reason_allowed:
            raise piece.error("This comment is not understood.", f"{_COMMENTS} Put anything else in the description.")
        if facts.last_admission is not None and facts.last_admission >= min(c - o for o, c in times):
            raise piece.error("Last admission is before opening.", "Check the number of minutes.")
        sessions = (Session(o, c, facts.last_admission, facts.by_appointment) for o, c in times)
        return Pattern(tuple(sessions), facts.reason)

    def times(self) -> list[tuple[int, int]]:
        """Read the openings of a day, as minutes after its midnight."""
        found = [self.opening()]
        while self.cursor.next.text == "," and self.cursor.after_next.kind == "time":
            self.cursor.take()
            found.append(self.opening())
        return found

    def opening(self) -> tuple[int, int]:
        piece = self.cursor.next
        opens = self.minutes()
        if opens >= DAY_MINUTES:
            raise piece.error(f"{piece.quoted} is on the next day.", "Write it under the day on which it opens.")
        if not self.cursor.accept("-"):
            raise self.cursor.next.error(f"{piece.quoted} has no closing time.", _WRITE_TIMES)
        closes = self.minutes()
        if opens == closes:
            mend = "For all day write 00:00-24:00." if opens == 0 else "Check the closing time."
            raise piece.error("It opens and closes at the same time.", mend)
        if closes < opens:
            closes += DAY_MINUTES
        if closes > opens + DAY_MINUTES:
            raise piece.error("This opening is longer than 24 hours.", "Write each day on its own, or 24/7.")
        return opens, closes

    def minutes(self) -> int:
        piece = self.cursor.next
        if piece.kind != "time":
            raise piece.error(f"{piece.quoted} is not a time.", _WRITE_TIMES)
        self.cursor.take()
        hours, minutes = piece.text.split(":")
        total = int(hours) * 60 + int(minutes)
        if int(minutes) > 59 or total > 2 * DAY_MINUTES:
            raise piece.error(
                f"{piece.quoted} is not a time.", "Write 00:00 to 24:00, or up to 48:00 for the next day."
            )
        return total

    def reason(self, piece: Piece) -> str:
        """The words of a comment."""
        words = piece.text[1:-1]
        if len(words) > REASON_LENGTH:
            raise piece.error("This comment is too long.", f"Use at most {REASON_LENGTH} characters.")
        if not all(c.isprintable() or c.isspace() for c in words):
            raise piece.error("This comment has a character that cannot be shown.", "Type the comment again.")
        return tidy(words)

    def facts(self, piece: Piece) -> Facts:
        """What a comment says of the times before it."""
        return Facts.read(self.reason(piece))

    def keep(self, selector: Selector, pattern: Pattern, start: Piece, adding: bool) -> None:
        """Keep a pattern for everything that the selector names."""
        if adding and not pattern.sessions:
            raise start.error("A closure cannot be added after a comma.", "Put a semicolon before it.")
        for weekday, weeks in selector.weekdays:
            self.keep_weekly(WeeklyRule(weekday, pattern, weeks), start, adding)
        if selector.bank_holiday:
            self.patterned = self.patterned or start
            self.bank_holiday = _added(self.bank_holiday, pattern, start) if adding else pattern
        for dates in selector.dates:
            self.dated[dates] = _added(self.dated.get(dates), pattern, start) if adding else pattern

    def keep_weekly(self, rule: WeeklyRule, start: Piece, adding: bool) -> None:
        self.patterned = self.patterned or start
        self.weekly_said = self.weekly_said or start
        rules = self.weekly.setdefault(rule.weekday, [])
        if not adding or not rules:
            rules.append(rule)
            return
        earlier = rules[-1].pattern if rules[-1].weeks == rule.weeks else None
        rules[-1] = replace(rule, pattern=_added(earlier, rule.pattern, start))

    def schedule(self) -> Schedule:
        """All that was read, as one schedule."""
        if self.always and self.patterned:
            raise self.patterned.error(
                "24/7 already covers every day, bank holidays too.",
                "Write the days on which it is open, such as Mo-Su 00:00-24:00; PH off, or a date, such as Dec 25 off.",
            )
        if self.appointment and self.weekly_said:
            raise self.appointment.error("This comment stands apart from the times.", "Put it straight after them.")
        return Schedule(
            tuple(rule for rules in self.weekly.values() for rule in rules) if self.weekly_said else None,
            self.always is not None,
            self.bank_holiday,
            tuple(DatedEntry(*dates[:2], pattern, dates.yearly) for dates, pattern in self.dated.items()),
            self.appointment is not None,
        )

    def unexpected(self) -> HoursError:
        """What is wrong with a piece that cannot come here."""
        piece, word = self.cursor.next, self.cursor.next_word
        if piece.text == "+":
            return piece.error("An opening needs a closing time.", _WRITE_TIMES)
        if word in WEEKDAYS or word in MONTHS or word == "ph":
            return piece.error(
                f"{piece.quoted} cannot come here.", "Put a semicolon between rules; dates and weekdays do not mix."
            )
        if piece.kind in {"word", "number"}:
            return piece.error(f"{piece.quoted} is not understood here.", _WRITE_TIMES)
        return piece.error(f"Times, or off, are missing before {piece.quoted}.", _WRITE_TIMES)


def _added(earlier: Pattern | None, pattern: Pattern, start: Piece) -> Pattern:
    """The sessions of both; they must be of the same days."""
    if earlier is None or not earlier.sessions:
        raise start.error("A comma only adds times to the same days.", "Put a semicolon between rules for other days.")
    if pattern.reason and earlier.reason and pattern.reason != earlier.reason:
        raise start.error("These dates have two reasons.", "Give the reason once.")
    return Pattern(earlier.sessions + pattern.sessions, earlier.reason or pattern.reason)
