"""The arguments of a search as links carry them: as they were understood, changed one at a time."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from directory.places import Place
from directory.search.parameters import spelt_out
from directory.search.query import PARAMETERS, Asked, Kind, clean

PAGE_PARAMETERS = frozenset({"entry", "shortlist"})
"""What only pages know: the entry chosen at a desk, and the entries on the shortlist."""

_IN_THE_BOX = frozenset({"q", "postcode"})
_OF_ONE_PAGE = frozenset({"page", "entry", "exact"})
_READ_AS: Mapping[Kind, frozenset[str]] = {
    "place": frozenset({"postcode"}),
    "time": frozenset({"at", "open"}),
    "age": frozenset({"age"}),
    "gender": frozenset({"gender"}),
    "community": frozenset({"community"}),
    "language": frozenset({"language"}),
    "type": frozenset({"type"}),
    "need": frozenset({"need"}),
}

Arguments = Mapping[str, Sequence[str]]
Change = str | Sequence[str] | None


def understood_arguments(asked: Asked, given: Arguments) -> dict[str, list[str]]:
    """What every link of a page starts from: the search as it was understood, place and words told apart.

    What could not be understood stays as it was given, so that its field can show it, and so does the shortlist. The
    page and the chosen entry are left out.
    """
    unclear = {problem.field for problem in asked.problems}
    if asked.located is not None and not isinstance(asked.located, Place):
        unclear |= {"q", "postcode"}
    unclear.discard("page")
    unclear |= {"shortlist", "exact"} if asked.query.words else {"shortlist"}
    as_given = {name: values for name, values in known_arguments(given).items() if name in unclear}
    return {name: values for name, values in (spelt_out(asked.query) | as_given).items() if values}


def known_arguments(given: Arguments) -> dict[str, list[str]]:
    """The parameters of a search and its page among whatever was given, cleaned, in a fixed order."""
    known = (PARAMETERS | PAGE_PARAMETERS) & given.keys()
    return {name: [value for value in map(clean, given[name]) if value] for name in sorted(known)}


def kept_arguments(asked: Asked, given: Arguments) -> dict[str, list[str]]:
    """What stays when the box is sent again: whatever was given beside it and is not said by the words in it."""
    left_out = _IN_THE_BOX | _OF_ONE_PAGE | {"asking"}
    for one in asked.understood:
        left_out |= _READ_AS.get(one.kind, frozenset({one.value}))
    return {name: values for name, values in known_arguments(given).items() if values and name not in left_out}


def query_string(arguments: Arguments, changes: Mapping[str, Change] | None = None) -> str:
    """The arguments, some changed, as they stand after the question mark; None and empty take one away."""
    merged: dict[str, Change] = {**arguments, **(changes or {})}
    return urlencode({name: value for name, value in merged.items() if value}, doseq=True)


def search_path(arguments: Arguments, changes: Mapping[str, Change] | None = None) -> str:
    """The address of a search with some arguments changed."""
    query = query_string(arguments, changes)
    return f"/search?{query}" if query else "/search"


def start_again_path(arguments: Arguments) -> str:
    """The address of a new search, in which who is asking and the shortlist stay."""
    query = query_string({name: arguments[name] for name in ("asking", "shortlist") if name in arguments})
    return f"/?{query}" if query else "/"


def typed(arguments: Arguments) -> str:
    """What belongs in the box: words and place together."""
    return " ".join(value for name in ("q", "postcode") for value in arguments.get(name, ()) if value)
