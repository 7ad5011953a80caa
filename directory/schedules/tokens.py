"""Cuts the text form of opening hours into pieces that know their column, and says what is wrong with a piece."""

import re
from typing import NamedTuple

_PIECE = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>["“”][^"“”]*["“”])
      | (?P<always>24/7(?![0-9]))
      | (?P<time>[0-9]{1,2}:[0-9]{2}(?![0-9:]))
      | (?P<number>[0-9]{1,4}(?![0-9:]))
      | (?P<word>[^\W\d_]+)
      | (?P<mark>[-–—−,;:+\[\]])""",
    re.VERBOSE,
)
_DASHES = "–—−"


class HoursError(ValueError):
    """Opening hours that cannot be read: `column` (from 1), the `problem`, and how to `mend` it, in plain English."""

    def __init__(self, column: int, problem: str, mend: str) -> None:
        super().__init__(f"Column {column}: {problem} {mend}")
        self.column = column
        self.problem = problem
        self.mend = mend


class Piece(NamedTuple):
    """A piece of the text. `kind` is comment, always, time, number, word, mark or end."""

    kind: str
    text: str
    column: int

    def error(self, problem: str, mend: str) -> HoursError:
        """An error at this piece, to be raised."""
        return HoursError(self.column, problem, mend)

    @property
    def quoted(self) -> str:
        """The piece as an error message shows it."""
        if self.kind == "end":
            return "the end"
        return f"“{self.text[:20]}”"


def pieces(text: str) -> list[Piece]:
    """Every piece of the text, and an end. Raises HoursError where a character cannot belong to opening hours."""
    found: list[Piece] = []
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = str(match.lastgroup)
        if kind == "mark" and match[0] in _DASHES:
            found.append(Piece(kind, "-", position + 1))
        elif kind != "space":
            found.append(Piece(kind, match[0], position + 1))
        position = match.end()
    found.append(Piece("end", "", len(text) + 1))
    return found


def _unreadable(text: str, position: int) -> HoursError:
    character = text[position]
    if character in '"“”':
        return HoursError(position + 1, "A comment is opened but not closed.", 'Put " at both ends of it.')
    if character.isascii() and character.isdigit():
        return HoursError(position + 1, "This number is too long.", "Write times as 09:30 and dates as 2026 Dec 25.")
    shown = f"“{character}”" if character.isprintable() else f"The character U+{ord(character):04X}"
    return HoursError(position + 1, f"{shown} has no place in opening hours.", "Leave it out.")


class Cursor:
    """Walks over the pieces of a text, one ahead."""

    def __init__(self, text: str) -> None:
        self._pieces = pieces(text)
        self._position = 0

    @property
    def next(self) -> Piece:
        """The piece not taken yet; the end comes for ever."""
        return self._pieces[self._position]

    @property
    def after_next(self) -> Piece:
        """The piece behind the next one."""
        return self._pieces[min(self._position + 1, len(self._pieces) - 1)]

    @property
    def next_word(self) -> str:
        """The next piece in lower case if it is a word, else ""."""
        return self.next.text.lower() if self.next.kind == "word" else ""

    def take(self) -> Piece:
        """Take the next piece."""
        piece = self.next
        if piece.kind != "end":
            self._position += 1
        return piece

    def accept(self, mark: str) -> bool:
        """Take the next piece if it is this mark."""
        if self.next.kind != "mark" or self.next.text != mark:
            return False
        self._position += 1
        return True
