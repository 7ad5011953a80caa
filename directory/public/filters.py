"""The form of filters beside the box. Its markup is kept with blanks for the counts and for what is not shown in it."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template
from markupsafe import Markup, escape

from directory.public.arguments import Arguments
from directory.public.tags import RADII
from directory.search import wording
from directory.search.facets import Facets
from directory.search.query import TAKEN
from directory.taxonomies import Taxonomies, Term

SHOWN = ("open", "at", "self_referral", "walk_in", "step_free", *TAKEN, "age", "gender", "radius_km")
LISTS = ("need", "community", "language")
HIDDEN = ("q", "postcode", "asking", "borough", "icb", "exact", "shortlist")
MOST_KEPT = 256
_BLANK = f"blank{secrets.token_hex(8)}"
_COUNTED = ("open", "self_referral", "walk_in", "step_free")
_Item = Callable[[str, str, bool], str]
_INPUT = Markup('<input type="hidden" name="{}" value="{}">\n')


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the form shows of a search, and what is wrong with any of it, by name."""

    chosen: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, arguments: Arguments, errors: Mapping[str, str]) -> "Filters":
        """What the form shows of these arguments."""
        chosen = tuple((name, arguments[name][0]) for name in SHOWN if arguments.get(name))
        return cls(chosen, tuple((name, errors[name]) for name in (*SHOWN, *LISTS, "type") if name in errors))


class FilterForms:
    """Makes the markup of the form."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._names = {
            "type": _names(taxonomies.service_types),
            "need": _names(taxonomies.needs),
            "community": _names(taxonomies.communities),
            "language": _names(taxonomies.languages),
        }
        self._kept = lru_cache(maxsize=MOST_KEPT)(_pieces)

    def markup(
        self, arguments: Arguments, errors: Mapping[str, str], facets: Facets | None, offered: Mapping[str, int]
    ) -> Markup:
        """The form for these arguments.

        `facets` tells how many results each choice would leave; without them `offered` are the types there are.
        """
        counts: dict[str, Mapping[str, int] | None] = dict.fromkeys(self._names)
        if facets:
            counts = {
                "type": facets.types,
                "need": facets.needs,
                "community": facets.communities,
                "language": facets.languages,
            }
        fills = {name: self._items(name, _option, counts[name], arguments.get(name, ())[:1]) for name in LISTS}
        ticked = arguments.get("type", ())
        types = counts["type"] if facets else {**offered, **dict.fromkeys(ticked, 0)}
        fills["type"] = self._items("type", _checkbox, types, ticked, said=facets is not None)
        fills |= {name: f" ({getattr(facets, name)})" if facets else "" for name in _COUNTED}
        fills |= {name: f" ({facets.takes[name]})" if facets else "" for name in TAKEN}
        fills["hidden"] = Markup().join(_INPUT.format(*pair) for pair in _hidden(arguments))
        pieces = self._kept(Filters.of(arguments, errors))
        return Markup("".join([fills[piece] if is_blank else piece for piece, is_blank in pieces]))

    def _items(
        self,
        name: str,
        item: _Item,
        counts: Mapping[str, int] | None,
        chosen: Sequence[str],
        *,
        said: bool = True,
    ) -> str:
        """The choices that would find something, with how much where that is `said`, and those that are made."""
        return "".join(
            item(code, f"{text} ({counts.get(code, 0)})" if said and counts is not None else text, code in chosen)
            for code, text in self._names[name].items()
            if counts is None or code in counts or code in chosen
        )


def _names(terms: Mapping[str, Term]) -> dict[str, str]:
    return {code: str(escape(term.name)) for code, term in terms.items()}


def _option(code: str, text: str, chosen: bool) -> str:
    return f'<option value="{code}"{" selected" if chosen else ""}>{text}</option>\n'


def _checkbox(code: str, text: str, chosen: bool) -> str:
    return (
        f'<div class="nhsuk-checkboxes__item"><input class="nhsuk-checkboxes__input" id="type-{code}" name="type" '
        f'type="checkbox" value="{code}"{" checked" if chosen else ""}>'
        f'<label class="nhsuk-label nhsuk-checkboxes__label" for="type-{code}">{text}</label></div>\n'
    )


def _hidden(arguments: Arguments) -> Iterator[tuple[str, str]]:
    for name in HIDDEN:
        yield from ((name, value) for value in arguments.get(name, ()))
    for name in LISTS:
        yield from ((name, value) for value in arguments.get(name, ())[1:])


def _pieces(filters: Filters) -> list[tuple[str, bool]]:
    """The markup of the form in pieces; every second one, marked True, is the name of a blank."""
    first = dict(filters.chosen)
    html = render_template(
        "public/filters.html",
        first=first,
        errors=dict(filters.errors),
        radii=_radii(first.get("radius_km", "")),
        blank={name: f"{_BLANK}{name};" for name in (*_COUNTED, *TAKEN, *LISTS, "type", "hidden")},
        taken=wording.TAKEN,
    )
    pieces = re.split(rf"{_BLANK}(\w+);", html)
    return [(piece, bool(number % 2)) for number, piece in enumerate(pieces)]


def _radii(chosen: str) -> list[Option]:
    known = dict(RADII)
    if chosen and chosen not in known:
        known[chosen] = f"{chosen} km"
    return [Option(value, f"Up to {text}", value == chosen) for value, text in known.items()]
