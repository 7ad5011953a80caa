"""The form of filters beside the box. It is the same for everybody who asked for the same, so its markup is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from directory.public.arguments import Arguments
from directory.public.tags import RADII
from directory.taxonomies import Taxonomies, Term

SHOWN = ("open", "at", "self_referral", "walk_in", "age", "gender", "radius_km", "type", "community", "language")
HIDDEN = ("borough", "icb")
MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What the form holds: the arguments that it shows, and what is wrong with any of them, by name."""

    chosen: tuple[tuple[str, tuple[str, ...]], ...]
    errors: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, arguments: Arguments, errors: Mapping[str, str]) -> "Filters":
        """The form for these arguments."""
        chosen = tuple((name, tuple(arguments[name])) for name in (*SHOWN, *HIDDEN) if name in arguments)
        return cls(chosen, tuple((name, errors[name]) for name in SHOWN if name in errors))


class FilterForms:
    """Makes the markup of the form, and keeps it while the types on offer stay the same."""

    def __init__(self, taxonomies: Taxonomies) -> None:
        self._taxonomies = taxonomies
        self.markup = lru_cache(maxsize=MOST_KEPT)(self._markup)

    def _markup(self, filters: Filters, offered: frozenset[str]) -> Markup:
        """The form; `offered` are the types that the public can find."""
        chosen = dict(filters.chosen)
        first = {name: values[0] for name, values in chosen.items()}
        types = {c: t for c, t in self._taxonomies.service_types.items() if c in offered or c in chosen.get("type", ())}
        return Markup(
            render_template(
                "public/filters.html",
                first=first,
                errors=dict(filters.errors),
                types=_options(types, chosen.get("type", ())),
                communities=_options(self._taxonomies.communities, chosen.get("community", ())[:1]),
                languages=_options(self._taxonomies.languages, chosen.get("language", ())[:1]),
                radii=_radii(first.get("radius_km", "")),
                hidden=[
                    *((name, value) for name in HIDDEN for value in chosen.get(name, ())),
                    *((name, value) for name in ("community", "language") for value in chosen.get(name, ())[1:]),
                ],
            )
        )


def _options(terms: Mapping[str, Term], chosen: tuple[str, ...]) -> list[Option]:
    return [Option(code, term.name, code in chosen) for code, term in terms.items()]


def _radii(chosen: str) -> list[Option]:
    known = dict(RADII)
    if chosen and chosen not in known:
        known[chosen] = f"{chosen} km"
    return [Option(value, f"Up to {text}", value == chosen) for value, text in known.items()]
