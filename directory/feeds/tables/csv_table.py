"""The table: one row for each service, as RFC 4180 has it, that spreadsheets open and never run.

<https://www.rfc-editor.org/rfc/rfc4180>
"""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Final

from directory.feeds.tables.columns import Column
from directory.feeds.tables.telling import Told
from directory.feeds.tables.values import Value
from directory.loading.sheets import cleaned, guarded

MIMETYPE: Final = "text/csv"
BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""Without it before the text, Excel takes UTF-8 for Windows-1252."""


def header(columns: Iterable[Column]) -> bytes:
    """The first line."""
    return line(column.name for column in columns)


def row(columns: Iterable[Column], told: Told) -> bytes:
    """The line of a record."""
    return line(cell(column.tell(told)) for column in columns)


def cell(value: Value) -> str:
    """A value as text: true or false, ISO 8601 in UTC, and no text that would start a formula."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return guarded(cleaned(value)) if isinstance(value, str) else str(value)


def line(cells: Iterable[str]) -> bytes:
    """Cells as a line of a file."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()
