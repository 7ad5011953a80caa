"""The files of the lists, read strictly: whatever is wrong is said by file, line and column."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")


class TaxonomyError(ValueError):
    """A taxonomy file is missing or damaged. The message names file, line, column, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, which knows where it stands so that it can say what is wrong with it."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def fail(self, column: str, problem: str) -> NoReturn:
        """Raise TaxonomyError about a cell of this line."""
        raise TaxonomyError(f"{self.path.name}, line {self.line}, column {column}: {problem}")

    def text(self, column: str) -> str:
        """A cell that must be filled in."""
        return self.cells[column] or self.fail(column, "is empty. Fill it in.")

    def code(self) -> str:
        """The `code` of this line."""
        return self.code_in("code")

    def code_in(self, column: str) -> str:
        """A cell that must hold a code: small letters, digits and single underscores."""
        code = self.text(column)
        if not _CODE.fullmatch(code):
            self.fail(column, f"{code!r} is not a code. Use small letters, digits and single underscores.")
        return code

    def codes(self, column: str, known: Collection[str]) -> tuple[str, ...]:
        """The parts of a cell, each of which must be the code of a known term."""
        codes = self.words(column)
        for code in codes:
            if code not in known:
                self.fail(column, f"{code!r} is not a known code. Check its spelling, or add it to its own list first.")
        return codes

    def number(self, column: str) -> int:
        """A cell that must hold a whole number."""
        value = self.text(column)
        if not _WHOLE_NUMBER.fullmatch(value):
            self.fail(column, f"{value!r} is not a whole number.")
        return int(value)

    def words(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that are separated by semicolons; none where it is empty."""
        if not self.cells[column]:
            return ()
        words = tuple(word.strip() for word in self.cells[column].split(";"))
        if not all(words):
            self.fail(column, "has nothing between two semicolons. Take one out.")
        return words


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of a table with exactly these columns, in order.

    Raises TaxonomyError, with file, line and how to mend it, if the file is missing, not UTF-8 or not such a table.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            if (header := tuple(next(reader, ()))) != columns:
                raise TaxonomyError(f"{path.name}, line 1: the columns are {header}, and should be {columns}.")
            for cells in reader:
                if len(cells) != len(columns):
                    problem = f"{len(cells)} cells instead of {len(columns)}. Put quotes around text with a comma."
                    raise TaxonomyError(f"{path.name}, line {reader.line_num}: {problem}")
                stripped = (cell.strip() for cell in cells)
                yield Row(path, reader.line_num, dict(zip(columns, stripped, strict=True)))
    except OSError as error:
        raise TaxonomyError(f"{path} cannot be read: {error.strerror}. Restore the file.") from error
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{path.name}, from line {reader.line_num + 1}: not UTF-8. Save it as UTF-8.") from error
    except csv.Error as error:
        raise TaxonomyError(f"{path.name}, line {reader.line_num}: {error}. Check the quotes.") from error
