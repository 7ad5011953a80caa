"""An entry to cells, and cells to the text of a file: what `cells` reads, the other way round.

A writer takes an entry and gives the text of one cell, "" for what is not known.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any, Literal

from directory.loading.cells import is_balanced
from directory.models import Audience, CrewFact, CulturalClaim, Entry, Phone

Writer = Callable[[Entry], str]

_YES_NO = {True: "yes", False: "no", None: ""}
_SQUARE = str.maketrans("()", "[]")


def as_text(field: str) -> Writer:
    """A text, a word or a whole number, as it is."""

    def write(entry: Entry) -> str:
        value = getattr(entry, field)
        return "" if value is None else str(value)

    return write


def as_answer(field: str) -> Writer:
    """Yes, no, or not known."""
    return lambda entry: _YES_NO[getattr(entry, field)]


def as_codes(field: str, words: Mapping[str, str] | None = None) -> Writer:
    """Several codes, or the words for them."""
    said = words or {}
    return lambda entry: "; ".join(said.get(code, code) for code in getattr(entry, field))


def as_word(field: str, words: Mapping[str, str]) -> Writer:
    """The word for one code."""
    return lambda entry: words.get(getattr(entry, field), getattr(entry, field))


def unless_hidden(write: Writer) -> Writer:
    """Nothing for an entry whose place is hidden: that stays out of files."""
    return lambda entry: "" if entry.address_visibility == "hidden" else write(entry)


def as_source(field: Literal["source_url", "source_date"]) -> Writer:
    """What the first group of facts that names a source says of it."""

    def write(entry: Entry) -> str:
        source = next((evidence for evidence in entry.evidence if evidence.source_url), None)
        return str(getattr(source, field)) if source else ""

    return write


def as_phones(kind: Literal["voice", "text"], audience: Audience, purpose: Literal["", "handover"] = "") -> Writer:
    """The numbers of one sort, each with its note in brackets."""

    def write(entry: Entry) -> str:
        wanted = [phone for phone in entry.phones if sort_of(phone) == (kind, audience, purpose)]
        return "; ".join(phone.number + _in_brackets(phone.note) for phone in wanted)

    return write


def sort_of(phone: Phone) -> tuple[str, str, str]:
    """What decides which column a number stands in."""
    return phone.kind, phone.audience, phone.purpose


def as_crew_fact(field: str) -> Writer:
    """Yes or no, and when that was said: "yes (2026-11-22)"."""

    def write(entry: Entry) -> str:
        fact: CrewFact | None = getattr(entry, field)
        return _YES_NO[fact.value] + _in_brackets(fact.on) if fact else ""

    return write


def as_claims(entry: Entry) -> str:
    """Claims, each with who says so and when: "specialist_in somali (Example Trust, 2026-11-22)"."""

    def write(claim: CulturalClaim) -> str:
        said = ", ".join(filter(None, (claim.said_by, claim.said_on)))
        return f"{claim.kind} {claim.code}{_in_brackets(said)}"

    return "; ".join(map(write, entry.cultural_claims))


def _in_brackets(text: str) -> str:
    """A note after what it is about; brackets of its own that nobody could pair become square ones."""
    return f" ({text if is_balanced(text) else text.translate(_SQUARE)})" if text else ""


def write_text(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The text of a CSV file as Excel opens it right: with a byte order mark, CRLF, and commas."""
    file = StringIO(newline="")
    file.write("\ufeff")
    writer = csv.DictWriter(file, list(columns))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
