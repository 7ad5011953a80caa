"""The parameters of Open Referral UK: what each may hold and means. Answers and their description read this table.

An empty parameter is as good as none. One that is not known, or given twice, is refused by name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from werkzeug.datastructures import MultiDict

from directory.feeds.oruk.hours import WEEKDAYS
from directory.schedules import LONDON
from directory.search.query import LONGEST_TEXT
from directory.web.errors import Refused

MOST_A_PAGE: Final = 500
A_PAGE: Final = 50
_LAST_PAGE: Final = 1_000_000
_OLDEST: Final = 150
_WIDEST_METRES: Final = 1_000_000
_MOST_NAMED: Final = 10
_LONGEST_NAME: Final = 40
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOST_PLUS: Final = re.compile(r"(T[0-9:.]+) ([0-9]{2}:?[0-9]{2})")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Schema = dict[str, Any]
Values = Mapping[str, Any]
"""What was asked for, by parameter; only those that were given."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """How a value is read (`read` raises ValueError, whose words say how to mend it), and what it means."""

    read: Callable[[str], Any]
    schema: Schema
    description: str


def read(asked: MultiDict[str, str], known: tuple[str, ...]) -> dict[str, Any]:
    """The values of the parameters of a request. Raises Refused (400), which names what is wrong."""
    unknown = sorted(set(asked) - set(known))
    if unknown:
        named = [name[:_LONGEST_NAME] for name in unknown[:_MOST_NAMED]]
        takes = f"takes {', '.join(known)}." if known else "takes no parameters."
        raise Refused(400, "Unknown parameter", f"Not known here: {', '.join(named)}. It {takes}", parameters=named)
    values = {}
    for name in known:
        texts = [text.strip() for text in asked.getlist(name)]
        if len(texts) > 1:
            raise _refused(name, "Give it once.")
        if texts and texts[0]:
            try:
                values[name] = PARAMETERS[name].read(texts[0])
            except ValueError as error:
                raise _refused(name, str(error)) from None
    _check_together(values)
    return values


def _check_together(values: Values) -> None:
    """Raise Refused where parameters do not go together."""
    if "proximity" in values and "postcode" not in values:
        raise _refused("proximity", "Give a postcode too: the metres are counted from it.")
    if values.get("minimal") and values.get("full"):
        raise _refused("minimal", "Ask for minimal or for full, not for both.")
    if values.get("format") == "ndjson" and not {"page", "per_page"}.isdisjoint(values):
        raise _refused("format", "ndjson holds everything and has no pages. Leave out page and per_page.")


def _refused(name: str, how_to_mend_it: str) -> Refused:
    return Refused(400, "A parameter cannot be used", f"{name}: {how_to_mend_it}", parameters=[name])


def whole_uuid(text: str) -> str:
    """A UUID as we write it. Raises ValueError."""
    if not _UUID.fullmatch(text):
        raise ValueError("Give a UUID, such as 2f4ec465-5f27-5542-8ce1-19bb85fe7d06.")
    return str(UUID(text))


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"Use at most {LONGEST_TEXT} characters.")
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ValueError(f"Give a whole number from {least} to {most}.")
        return int(text)

    return read_number


def _number(most: int, unit: str) -> Callable[[str], float]:
    def read_number(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text) or float(text) > most:
            raise ValueError(f"Give a number of {unit} from 0 to {most}.")
        return float(text)

    return read_number


def _yes_no(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("Write true or false.")
    return text.lower() == "true"


def _minute(text: str) -> int:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError("Write a time from 00:00 to 23:59, such as 18:30.")
    return int(match[1]) * 60 + int(match[2])


def _weekday(text: str) -> int:
    day = text.lower()
    if day in _DAYS:
        return _DAYS.index(day)
    if day.upper() in WEEKDAYS:
        return WEEKDAYS.index(day.upper())
    raise ValueError(f"Write one of {', '.join(WEEKDAYS)}, or the name of the day.")


def _instant(text: str) -> datetime:
    """A date is its first instant in London; a time without a zone is London's, as weekly times are."""
    try:
        if _DATE.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(0), LONDON).astimezone(UTC)
        at = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text))
        return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Write a date such as 2026-05-01, or an instant such as 2026-05-01T09:30:00Z.") from None


def _format(text: str) -> str:
    if text.lower() not in {"json", "ndjson"}:
        raise ValueError("Write json or ndjson.")
    return text.lower()


_YES_NO: Final[Schema] = {"type": "boolean"}
_ID: Final[Schema] = {"type": "string", "format": "uuid"}
_CLOCK: Final[Schema] = {"type": "string", "pattern": f"^{_TIME.pattern}$"}


def _ages(description: str) -> Parameter:
    schema = {"type": "number", "minimum": 0, "maximum": _OLDEST}
    return Parameter(_number(_OLDEST, "years"), schema, description)


PARAMETERS: Final[Mapping[str, Parameter]] = {
    "search": Parameter(
        _text,
        {"type": "string", "maxLength": LONGEST_TEXT},
        "Every one of these words is in the text of the entry, in this form or in another of the same word.",
    ),
    "page": Parameter(
        _whole(1, _LAST_PAGE),
        {"type": "integer", "minimum": 1, "maximum": _LAST_PAGE, "default": 1},
        "Which page, from 1. One past the end is empty.",
    ),
    "per_page": Parameter(
        _whole(1, MOST_A_PAGE),
        {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE, "default": A_PAGE},
        "How many on a page.",
    ),
    "taxonomy_term_id": Parameter(whole_uuid, _ID, "Has this term among its attributes."),
    "taxonomy_id": Parameter(whole_uuid, _ID, "Has a term of this taxonomy among its attributes; or is in it."),
    "organization_id": Parameter(whole_uuid, _ID, "Is run by this organisation."),
    "minimum_age": _ages("Its minimum_age is known, and is this or more."),
    "maximum_age": _ages("Its maximum_age is known, and is this or less."),
    "day": Parameter(
        _weekday,
        {"type": "string", "enum": list(WEEKDAYS)},
        "Has a weekly session on this day. Names of days are read too.",
    ),
    "start_time": Parameter(_minute, _CLOCK, "Has a weekly session that opens at this time or later in the day."),
    "end_time": Parameter(
        _minute,
        _CLOCK,
        "Has a weekly session that closes at this time or earlier in the day. One session must suit day, start_time "
        "and end_time together.",
    ),
    "postcode": Parameter(
        _text,
        {"type": "string", "maxLength": LONGEST_TEXT},
        "A whole postcode: serves people who live there, or it is not known whom it serves.",
    ),
    "proximity": Parameter(
        _number(_WIDEST_METRES, "metres"),
        {"type": "number", "minimum": 0, "maximum": _WIDEST_METRES},
        "Its location is known, and no more than so many metres from the postcode in a straight line.",
    ),
    "modified_after": Parameter(
        _instant,
        {"type": "string", "examples": ["2026-05-01", "2026-05-01T09:30:00Z"]},
        "Its last_modified is at or after this: a date, or an instant; without a zone it is London's.",
    ),
    "minimal": Parameter(_yes_no, _YES_NO, "Nothing but ids and when they were modified, all on one page."),
    "full": Parameter(_yes_no, _YES_NO, "Whole records, as they are under their ids."),
    "full_service": Parameter(_yes_no, _YES_NO, "With the whole records of its services."),
    "format": Parameter(
        _format,
        {"type": "string", "enum": ["json", "ndjson"], "default": "json"},
        "ndjson: a record a line, all of them, without pages.",
    ),
    "top_only": Parameter(_yes_no, _YES_NO, "Terms that have no parent."),
    "parent_id": Parameter(whole_uuid, _ID, "Terms with this parent."),
}

_PAGED: Final = ("search", "page", "per_page", "format")
_FILTERS: Final = (
    *("taxonomy_term_id", "taxonomy_id", "organization_id", "minimum_age", "maximum_age"),
    *("day", "start_time", "end_time", "modified_after"),
)
SERVICES: Final = (*_PAGED, *_FILTERS, "minimal", "full")
SERVICE_AT_LOCATIONS: Final = (*_PAGED, *_FILTERS, "postcode", "proximity", "full")
ORGANIZATIONS: Final = (*_PAGED, "full", "full_service")
TAXONOMIES: Final = _PAGED
TAXONOMY_TERMS: Final = (*_PAGED, "taxonomy_id", "top_only", "parent_id")
