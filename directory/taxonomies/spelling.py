"""Words as they are compared, whichever way people write them."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['\u2018\u2019\u02bc\u02bb`\u00b4][^\W_]+)*|&")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02bb`\u00b4", "'"))


class Word(NamedTuple):
    """One word of a text: as it is compared, the same in the singular, and where it starts and ends."""

    text: str
    singular: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """The words of a text as they are compared: no case, accents, apostrophes or hyphens; "&" is "and"."""
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        if not word.isascii():
            word = word.translate(_APOSTROPHES)
            word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
        word = "and" if word == "&" else word
        yield Word(word.replace("'", ""), _singular(word), match.start(), match.end())


def _singular(word: str) -> str:
    """A word without the ending of a plural or a possessive, where it surely has one."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < 5 or word[-1] != "s" or word[-2:] in ("ss", "us", "is"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def phrase_key(phrase: str) -> str:
    """A phrase as it is compared: its words with single spaces between."""
    return " ".join(word.text for word in words_in(phrase))
