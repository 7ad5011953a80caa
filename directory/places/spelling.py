"""How people write postcodes and place names. Text in, text out: nothing here knows which of them exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

MAX_LENGTH = 500  # characters of what a person types; more than this is not a place or a phrase with one in it

_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u02bc\u02bb`\u00b4")
_WORD = re.compile(r"[^\W_]+(?:['\u2018\u2019\u02bc\u02bb`\u00b4][^\W_]+)*|&")
_SAME_WORD = {"&": "and", "saint": "st"}

_FULL = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?|GIR)([0-9][A-Z]{2})", re.ASCII)
_OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?", re.ASCII)
_NEVER_INWARD = frozenset("CIKMOV")
_NEVER_LAST_IN_OUTCODE = frozenset("ILOQZ")
_LAYOUTS = {2: ("LD",), 3: ("LDD", "LLD", "LDL"), 4: ("LLDD", "LLDL")}  # L a letter, D a digit
_AS_LETTER = {"0": "O", "1": "LI"}
_AS_DIGIT = {"O": "0", "I": "1", "L": "1"}

_ANY_CASE = re.IGNORECASE | re.ASCII
FULL_IN_TEXT = re.compile(
    r"(?<![A-Z0-9])([A-Z]{1,2}[0-9OIL][0-9A-Z]?)[ .\-]{0,3}([0-9OIL][A-Z0-9]{2})(?![A-Z0-9])", _ANY_CASE
)
OUTCODE_IN_TEXT = re.compile(
    r"(?<![A-Z0-9])([A-Z]{1,2}[0-9][0-9A-Z]?)(?![A-Z0-9])(?:[ \-]{1,2}([0-9])[A-Z]?(?=[ .]*(?:$|[,;])))?", _ANY_CASE
)
SPACED_SECTOR = re.compile(r"[^A-Z0-9]*([A-Z]{1,2} ?[0-9][0-9A-Z]?)[ \-]{1,3}([0-9])[A-Z]?[^A-Z0-9]*", _ANY_CASE)
CLOSED_SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9])[A-Z]?", re.ASCII)
TIME_OR_ORDINAL = re.compile(r"[0-9](AM|PM)|1ST|2ND|3RD|[04-9]TH", re.ASCII)
COORDINATES = re.compile(
    r"(?:geo:)?([+-]?\d{1,3}(?:\.\d{1,15})?)(?: {0,3}, {0,3}| {1,3})([+-]?\d{1,3}(?:\.\d{1,15})?)", _ANY_CASE
)


def clean(text: str) -> str:
    """The text with wide and ligature forms made plain, and control and invisible characters and runs of spaces as one
    space."""
    plain = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def name_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of a text as it is compared, with where it starts and ends: no case, accents or apostrophes."""
    for match in _WORD.finditer(text):
        word = match.group().casefold().translate(_APOSTROPHES)
        if not word.isascii():
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        yield _SAME_WORD.get(word, word), match.start(), match.end()


def name_key(text: str) -> str:
    """A name as it is compared: "St. James's" and "saint jamess" have one key."""
    return " ".join(word for word, _, _ in name_words(text))


def compact(text: str) -> str:
    """Only the letters and digits, as capitals."""
    return "".join(filter(str.isalnum, text)).upper()


def shown(postcode: str) -> str:
    """A postcode written without spaces, as it is shown: "E16AN" becomes "E1 6AN"."""
    return f"{postcode[:-3]} {postcode[-3:]}"


def split_postcode(text: str) -> tuple[str, str] | None:
    """The two halves of a compact text that has the shape of a whole postcode (BS 7666), else None."""
    match = _FULL.fullmatch(text)
    return (match[1], match[2]) if match else None


def is_outcode_shaped(text: str) -> bool:
    """Whether a compact text has the shape of a postcode's first half."""
    return _OUTCODE.fullmatch(text) is not None


def area_letters(text: str) -> str:
    """The letters a postcode or outcode starts with: "SE" of "SE5"."""
    return text[:2] if text[1:2].isalpha() else text[:1]


def why_impossible(outcode: str, inward: str, known_letters: frozenset[str]) -> str | None:
    """Which part of a postcode no postcode can have, as a sentence; None when it could exist."""
    letters = area_letters(outcode)
    if letters not in known_letters:
        return f"No UK postcode starts with {letters}. Check the first letters."
    if outcode[-1] in _NEVER_LAST_IN_OUTCODE:
        return f"{outcode} can't be the first half of a postcode. Check the letter {outcode[-1]}."
    wrong = sorted(_NEVER_INWARD.intersection(inward))
    if wrong:
        return f"A postcode never has {wrong[0]} in its second half. Check {inward}."
    return None


def respellings(text: str, *, inward: bool) -> Iterator[str]:
    """Readings of a compact text, with O and 0, or I, L and 1, taken for one another where a postcode's shape asks it.

    `inward` says whether the text is a whole postcode or a first half only.
    """
    tail = "DLL" if inward else ""
    for layout in _LAYOUTS.get(len(text) - len(tail), ()):
        options = [_readings(char, kind) for char, kind in zip(text, layout + tail, strict=True)]
        for reading in product(*options):
            yield "".join(reading)


def _readings(char: str, kind: str) -> str:
    if kind == "D":
        return char if char.isdigit() else _AS_DIGIT.get(char, "")
    return char if char.isalpha() else _AS_LETTER.get(char, "")
