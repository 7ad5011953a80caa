"""The words that people use for times, from `data/taxonomies/times.csv`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from directory.schedules import bank_holidays
from directory.search.spoken import (
    RANKS,
    Clock,
    Day,
    Fits,
    Part,
    Piece,
    Said,
    Wait,
    days_ahead,
    on_date,
    pieces_in_figures,
)
from directory.taxonomies import Row, TaxonomyError, rows

_COLUMNS = ("term", "words", "kind", "means", "begins", "ends", "note")
_LEADS = r"next|this\s+coming|this|coming|later\s+this|in\s+the|during\s+the|at\s+the|at"
_TIME = re.compile(r"([0-4][0-9]):([0-5][0-9])")
_DATE = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_NEEDS: Mapping[str, Literal["", "day", "day before"]] = {"part": "day", "half": "day before", "alone": ""}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Times:
    """The words for times. `otherwise` is the minute that stands for a day about which no more is said."""

    words: Mapping[str, Said | None]
    otherwise: int
    pattern: re.Pattern[str]
    past: re.Pattern[str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the table. Raises TaxonomyError, with the line and how to mend it, where it cannot be read."""
        words: dict[str, Said | None] = {}
        otherwise: int | None = None
        for row in rows(path, _COLUMNS):
            if row.text("kind") == "otherwise":
                otherwise = _minutes(row, "means")
                continue
            said = _said(row)
            for word in map(_folded, (row.text("term"), *row.words("words"))):
                if word in words:
                    row.fail("words", f"{word!r} is here twice. Keep it in one place.")
                words[word] = said
        if otherwise is None:
            raise TaxonomyError(f"{path.name}: there is no line of the kind “otherwise”. Put it back.")
        ends = r"(?:['’]s)?(?!\w)"
        days = _any_of(word for word, said in words.items() if isinstance(said, Day | Part))
        return cls(
            words=MappingProxyType(words),
            otherwise=otherwise,
            pattern=_pattern(rf"(?<!\w)(?:({_LEADS})\s+)?({_any_of(words)}){ends}"),
            past=_pattern(rf"(?<!\w)(?:last|since|previous)\s+(?:{days}){ends}"),
        )

    def pieces(self, text: str) -> list[Piece]:
        """Every piece of a time in a text, in order, none overlapping another: the earlier wins, then the longer."""
        found = [Piece(*match.span(), None) for match in self.past.finditer(text)]
        found += [Piece(*match.span(), self._meaning(match[1], match[2])) for match in self.pattern.finditer(text)]
        found += pieces_in_figures(text)
        found.sort(key=lambda piece: (piece.start, -piece.end, piece.said is not None))
        kept: list[Piece] = []
        for piece in found:
            if not kept or piece.start >= kept[-1].end:
                kept.append(piece)
        return kept

    def _meaning(self, lead: str | None, word: str) -> Said | None:
        said = self.words[_folded(word)]
        is_next = lead is not None and lead.lower() == "next"
        if isinstance(said, Part) and said.needs == "day" and lead and not is_next:
            return replace(said, needs="")
        if isinstance(said, Day) and is_next and said.rank in (RANKS["weekday"], RANKS["weekend"]):
            return replace(said, fits=_in_next_week(said.fits))
        return said


def _folded(text: str) -> str:
    return " ".join(re.sub(r"['’]", "", text.lower()).replace("-", " ").split())


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


def _any_of(words: Iterable[str]) -> str:
    """A pattern of folded words, longest first, however people space, hyphenate and apostrophise them."""
    return "|".join(
        r"[\s-]+".join("['’]?".join(map(re.escape, part)) for part in word.split())
        for word in sorted(words, key=len, reverse=True)
    )


def _said(row: Row) -> Said | None:
    kind = row.text("kind")
    match kind:
        case "not":
            return None
        case "now":
            return Wait(0)
        case "wait":
            return Wait(row.number("means"), joins=True)
        case "clock":
            return Clock(_minutes(row, "means"))
        case "part" | "half" | "alone":
            means, begins, ends = (_minutes(row, column) for column in ("means", "begins", "ends"))
            if not begins <= means < ends:
                row.fail("means", "is not between the beginning and the end.")
            return Part(means, begins, ends, _NEEDS[kind])
        case "day" | "weekday" | "weekend" | "holiday" | "eve" | "date":
            return _day(row, kind)
    row.fail("kind", f"{kind!r} is not a kind of time.")


def _day(row: Row, kind: str) -> Day:
    match kind:
        case "day":
            return days_ahead(row.number("means"))
        case "weekday":
            number = row.number("means")
            return Day(RANKS[kind], lambda day, _: day.weekday() == number)
        case "weekend":
            return Day(RANKS[kind], lambda day, _: day.weekday() >= _SATURDAY)
        case "date":
            date_of_year = _DATE.fullmatch(row.text("means")) or row.fail("means", "is not a date such as 12-25.")
            return on_date(int(date_of_year[1]), int(date_of_year[2]))
    name = row.cells["means"]
    if kind == "eve":
        return Day(RANKS[kind], lambda day, _: _is_holiday(day + timedelta(days=1), name))
    return Day(RANKS[kind], lambda day, _: _is_holiday(day, name), lambda day, _: _leads_to_holiday(day, name))


def _is_holiday(day: date, name: str) -> bool:
    found = bank_holidays(day.year).get(day)
    return found is not None and found.startswith(name)


def _leads_to_holiday(day: date, name: str) -> bool:
    """A bank holiday, or the Saturday or Sunday of the weekend that one on a Monday makes long."""
    following = range(8 - day.weekday()) if day.weekday() >= _SATURDAY else range(1)
    return any(_is_holiday(day + timedelta(days=ahead), name) for ahead in following)


def _in_next_week(fits: Fits) -> Fits:
    return lambda day, today: fits(day, today) and _week(day) == _week(today) + 1


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7


def _minutes(row: Row, column: str) -> int:
    match = _TIME.fullmatch(row.text(column))
    if match is None:
        row.fail(column, f"{row.text(column)!r} is not a time such as 09:30, or 26:00 for 2am on the next day.")
    return int(match[1]) * 60 + int(match[2])
