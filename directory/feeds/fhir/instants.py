"""Dates of searches: whole or reduced, with what they are compared by, as FHIR R4 search has them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from directory.schedules import LONDON

Span = tuple[datetime, datetime]
"""From, and until but not at it; in UTC."""

HOW: Final = (
    "A date is written as 2026, 2026-05, 2026-05-01 or 2026-05-01T09:30:00Z, with eq, ne, gt, ge, lt, le, sa or eb "
    "before it where it is compared. In an address, + is written as %2B."
)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_COMPARED: Final = ("eq", "ne", "gt", "ge", "lt", "le", "sa", "eb")


def compared(text: str) -> Callable[[datetime], bool]:
    """Whether an instant meets a date with its prefix. Raises ValueError, saying how dates are written."""
    prefix, rest = (text[:2], text[2:]) if text[:2] in _COMPARED else ("eq", text)
    start, end = span(rest)
    return {
        "eq": lambda at: start <= at < end,
        "ne": lambda at: not start <= at < end,
        "gt": lambda at: at >= end,
        "sa": lambda at: at >= end,
        "ge": lambda at: at >= start,
        "lt": lambda at: at < start,
        "eb": lambda at: at < start,
        "le": lambda at: at < end,
    }[prefix]


def span(text: str) -> Span:
    """All that a date may mean; London time where it has no zone. Raises ValueError, saying how dates are written.

    A space before the zone is taken for the "+" that it was before it became part of an address.
    """
    match = _DATE.fullmatch(text.replace(" ", "+"))
    if match is None:
        raise ValueError(HOW)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    iso = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    try:
        start = datetime.fromisoformat(f"{iso}.{(fraction or '').ljust(6, '0')}{zone or ''}")
        start = start if start.tzinfo else start.replace(tzinfo=LONDON)
        end = _end(start, month, day, hour, second, fraction)
        return start.astimezone(UTC), end.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(HOW) from None


def _end(
    start: datetime, month: str | None, day: str | None, hour: str | None, second: str | None, fraction: str | None
) -> datetime:
    """When what a date means is over, by how much of it is written."""
    if month is None:
        return start.replace(year=start.year + 1)
    if day is None:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    if hour is None:
        return start + timedelta(days=1)
    if fraction is not None:
        return start + timedelta(microseconds=10 ** (6 - len(fraction)))
    return start + (timedelta(minutes=1) if second is None else timedelta(seconds=1))
