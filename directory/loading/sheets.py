"""A CSV file, as spreadsheets really save it, to rows that know their line; and what is wrong with the file itself."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import TextIO

MAX_ROWS = 200_000
MAX_CELL = 5_000  # characters

_LINE_ENDS = re.compile(r"\r\n?")
_WIDE_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_JOINERS = "\u200c\u200d"  # they shape letters in Persian and in Indian scripts, and join emoji
_BAD_QUOTES = (
    "A quotation mark in this row is not closed, or stands in the middle of a cell. Close it, and write a quotation "
    "mark inside quoted text twice. Until then the rows after it may be read wrongly."
)
_SAVE_AS = "In Excel, choose Save As and the type “CSV UTF-8 (Comma delimited)”."


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong in a file and how to mend it, in plain English.

    `line` is the physical line, from 1, where the row starts; `column` the name in the header, or "" where the whole
    row or file is meant.
    """

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f", {self.column}" if self.column else ""
        return f"line {self.line}{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one entry by column, cleaned; `line` is where the row starts in the file, from 1."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that could be told apart, and the complaints about the rest."""

    rows: tuple[Row, ...]
    complaints: tuple[Complaint, ...]


class SheetError(ValueError):
    """The file as a whole cannot be read: its text is damaged, or its header is not the one wanted."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(map(str, complaints)))
        self.complaints = complaints


def read_sheet(source: Path | TextIO, columns: tuple[str, ...]) -> Sheet:
    """Read a CSV file (RFC 4180) with exactly these columns, in any order.

    Accepts what Excel adds: a byte order mark, CRLF, empty rows, empty columns after the last one. Raises SheetError
    where no row can be read, OSError where there is no file.
    """
    text = source.read() if not isinstance(source, Path) else _decoded(source.read_bytes())
    if not text.strip("\ufeff \r\n"):
        raise SheetError(Complaint(1, "", "The file is empty."))
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        first = next(reader)
        header = _header(first, columns)
    except csv.Error:
        raise SheetError(Complaint(1, "", _BAD_QUOTES)) from None
    rows: list[Row] = []
    complaints: list[Complaint] = []
    while len(rows) + len(complaints) <= MAX_ROWS:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            complaints.append(Complaint(line, "", _BAD_QUOTES))
            continue
        outcome = _row(line, cells, header, len(first))
        if isinstance(outcome, Row):
            rows.append(outcome)
        elif outcome:
            complaints.append(outcome)
    else:
        raise SheetError(Complaint(line, "", f"There are more than {MAX_ROWS:,} rows. Split the file."))
    if not rows and not complaints:
        raise SheetError(Complaint(1, "", "There is no entry below the header. Add at least one row."))
    return Sheet(tuple(rows), tuple(complaints))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetError(Complaint(1, "", f"The file is saved as UTF-16. {_SAVE_AS}"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_ENDS.sub("\n", data[: error.start].decode("utf-8")).split("\n"))
        raise SheetError(Complaint(line, "", f"The file is not UTF-8: a letter is damaged here. {_SAVE_AS}")) from None


def _header(cells: list[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetError(Complaint(1, "", "The first line is empty. It must hold the names of the columns."))
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            raise SheetError(Complaint(1, "", f"The columns are separated by {word}, not commas. {_SAVE_AS}"))
    missing = [column for column in columns if column not in names]
    complaints = [Complaint(1, column, "This column is missing from the header. Add it.") for column in missing]
    for name, count in Counter(names).items():
        if name not in columns:
            close = get_close_matches(name, missing, n=1)
            hint = f"Did you mean {close[0]}?" if close else "Take it out."
            complaints.append(Complaint(1, name[:60], f"There is no such column. {hint}"))
        elif count > 1:
            complaints.append(Complaint(1, name, "This column is in the header more than once. Keep one."))
    if complaints:
        raise SheetError(*complaints)
    return tuple(names)


def _row(line: int, cells: list[str], header: tuple[str, ...], width: int) -> Row | Complaint | None:
    """The row; or why it cannot be told which cell is which; or None where every cell is empty.

    `width` counts the empty columns that a spreadsheet left after the last name, too.
    """
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) <= width and not any(cells[len(header) :]):
        del cells[len(header) :]
    if len(cells) != len(header):
        mend = "Put quotation marks around text with a comma in it." if len(cells) > len(header) else "Add the commas."
        problem = f"This row has {len(cells)} cells and the header has {len(header)}. {mend}"
        return Complaint(line, "", problem)
    return Row(line, dict(zip(header, map(_cleaned, cells), strict=True)))


def _cleaned(cell: str) -> str:
    return _WIDE_SPACES.sub(" ", _LINE_ENDS.sub("\n", cell)).strip()


def cell_problem(cell: str) -> str | None:
    """What no cell may hold, whatever its column: too much text, a formula, or characters that cannot be seen.

    A formula may start with + or - too, but so do phone numbers and lists: whoever writes a spreadsheet guards those.
    """
    if len(cell) > MAX_CELL:
        return f"This text has {len(cell):,} characters. The most is {MAX_CELL:,}: shorten it."
    if cell.startswith(("=", "@")):
        return f"This starts with {cell[0]}, so a spreadsheet would run it as a formula. Start with another character."
    for character in "" if cell.isprintable() else cell:
        if not character.isprintable() and character not in _JOINERS and character != "\n":
            return f"There is a character that cannot be seen (U+{ord(character):04X}). Type this text again."
    return None
