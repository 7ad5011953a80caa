"""A CSV file, as spreadsheets really save it, to rows that know their line; and what is wrong with the file itself."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import _csv

MAX_ROWS = 200_000
MAX_LINES = 250_000  # with the empty ones, of which a spreadsheet may leave a million
MAX_COLUMNS = 200
MAX_CELL = 5_000  # characters

_SEPARATORS = ",;\t"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods; .xls
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GUARDED = re.compile(r"'+[=+\-@\uff1d\uff0b\uff0d\uff20]")
_RUNS = re.compile(r"'*[=+\-@\uff1d\uff0b\uff0d\uff20]")
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
    """The cells of one entry by column, cleaned and still guarded; `line` is where the row starts, from 1."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that could be told apart, and the complaints about the rest.

    `is_windows` is true of a file that holds only the letters of Windows-1252: others were lost when it was saved.
    """

    rows: tuple[Row, ...]
    complaints: tuple[Complaint, ...]
    is_windows: bool = False


class SheetError(ValueError):
    """The file as a whole cannot be read: its text is damaged, or its header is not the one wanted."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(map(str, complaints)))
        self.complaints = complaints


def read_sheet(
    source: Path | TextIO | bytes, columns: tuple[str, ...], optional: tuple[str, ...] = (), max_rows: int = MAX_ROWS
) -> Sheet:
    """Read a CSV file (RFC 4180) with exactly these columns, in any order, and perhaps the optional ones.

    Accepts what spreadsheets do: a byte order mark, CRLF, semicolons or tabs for commas, empty rows, empty columns
    after the last one, UTF-16 with its mark, and Windows-1252. Raises SheetError where no row can be read, OSError
    where there is no file.
    """
    text, is_windows = _text(source)
    if not text.strip("\ufeff \r\n"):
        raise SheetError(Complaint(1, "", "The file is empty."))
    text = text.removeprefix("\ufeff")
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=_separator(text))
    try:
        first = next(reader)
        header = _header(first, columns, optional)
    except csv.Error:
        raise SheetError(Complaint(1, "", _BAD_QUOTES)) from None
    rows, complaints = _rows(reader, header, len(first), max_rows)
    if not rows and not complaints:
        raise SheetError(Complaint(1, "", "There is no entry below the header. Add at least one row."))
    return Sheet(tuple(rows), tuple(complaints), is_windows)


def _rows(
    reader: "_csv.Reader", header: tuple[str, ...], width: int, max_rows: int
) -> tuple[list[Row], list[Complaint]]:
    rows: list[Row] = []
    complaints: list[Complaint] = []
    for _ in range(MAX_LINES):
        line = reader.line_num + 1
        try:
            outcome = _row(line, next(reader), header, width)
        except StopIteration:
            return rows, complaints
        except csv.Error:
            outcome = Complaint(line, "", _BAD_QUOTES)
        if isinstance(outcome, Row):
            rows.append(outcome)
        elif outcome:
            complaints.append(outcome)
        if len(rows) + len(complaints) > max_rows:
            raise SheetError(Complaint(line, "", f"There are more than {max_rows:,} rows. Split the file."))
    raise SheetError(Complaint(line, "", f"There are more than {MAX_LINES:,} lines. Delete the empty rows."))


def _text(source: Path | TextIO | bytes) -> tuple[str, bool]:
    """The text of a file, and whether it was saved as Windows-1252."""
    if isinstance(source, Path):
        return _decoded(source.read_bytes())
    return _decoded(source) if isinstance(source, bytes) else (source.read(), False)


def _decoded(data: bytes) -> tuple[str, bool]:
    """UTF-8; or UTF-16 that says so; or what Excel saves as plain CSV, which is told by bytes that are no UTF-8."""
    if data.startswith(_WORKBOOKS):
        raise SheetError(Complaint(1, "", f"This is a workbook, not a CSV file. {_SAVE_AS}"))
    try:
        return (data.decode("utf-16"), False) if data.startswith(_UTF16) else (data.decode("utf-8"), False)
    except UnicodeDecodeError as error:
        damaged = error.start
    try:
        return data.decode("cp1252"), True
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, damaged) + 1
        raise SheetError(Complaint(line, "", f"The file is not UTF-8: a letter is damaged here. {_SAVE_AS}")) from None


def _separator(text: str) -> str:
    header, _, _ = text.partition("\n")
    return max(_SEPARATORS, key=header.count)


def _header(cells: list[str], columns: tuple[str, ...], optional: tuple[str, ...]) -> tuple[str, ...]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetError(Complaint(1, "", "The first line is empty. It must hold the names of the columns."))
    if len(names) > MAX_COLUMNS or not all(map(str.isprintable, names)):
        problem = "The first line does not look like the names of the columns."
        raise SheetError(Complaint(1, "", f"{problem} Is this a CSV file? {_SAVE_AS}"))
    missing = [column for column in columns if column not in names]
    complaints = [Complaint(1, column, "This column is missing from the header. Add it.") for column in missing]
    for name, count in Counter(names).items():
        if name not in columns + optional:
            close = get_close_matches(name[:60], missing, n=1)
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
    return Row(line, dict(zip(header, map(cleaned, cells), strict=True)))


def cleaned(cell: str) -> str:
    """A cell without what nobody sees: white space at its ends, spaces of other widths, other systems' line ends."""
    return _WIDE_SPACES.sub(" ", _LINE_ENDS.sub("\n", cell)).strip()


def guarded(text: str) -> str:
    """Text as a cell that no spreadsheet runs as a formula: an apostrophe stands before what would start one."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


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
