"""Tags: what was understood of a search, each a link that takes it away, and what is most often added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.models import Gender
from directory.places import Place, Places
from directory.public.arguments import Arguments, Change, search_path
from directory.search.facets import Facets
from directory.search.query import OLDEST, Ages, Asking, Query, Taken
from directory.search.wording import quoted, uncapitalised
from directory.taxonomies import Taxonomies, Term
from directory.web.times import moment

RADII = {"1.6": "1 mile", "3.2": "2 miles", "8": "5 miles", "16": "10 miles", "40": "25 miles"}
ASKING: Mapping[Asking, str] = {
    "self": "The person themselves",
    "carer": "Family, friend or carer",
    "111": "NHS 111",
    "police": "Police",
    "ambulance": "Ambulance crew",
    "gp": "GP",
    "professional": "Other professional",
}
_GENDERS: Mapping[Gender, str] = {"women": "For a woman", "men": "For a man"}
_Labelled = tuple[str, Mapping[str, Change]]
_SELF_REFERRAL = {True: "Self-referral", False: "Referral needed"}
_TAKEN: Mapping[Taken, str] = {
    "intoxicated": "Drinking or drugs",
    "alone_under_18": "Under 18, alone",
    "companion": "With a companion",
    "dog": "With a dog",
}
_WALK_IN = {True: "Walk-in", False: "No walk-ins"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A label, and the address of the search without it (where it is on) or with it (where it is off).

    `count` is how many results it would leave, as text; empty where that was not counted. Extra ones are those that a
    small screen can do without: it shows them elsewhere.
    """

    label: str
    href: str
    is_on: bool
    count: str = ""
    is_extra: bool = False


def tags(
    query: Query,
    arguments: Arguments,
    places: Places,
    taxonomies: Taxonomies,
    now: datetime,
    facets: Facets | None = None,
) -> list[Tag]:
    """All that was understood, then the switches that are off and would leave something."""
    on = [
        Tag(label, search_path(arguments, changes), True, is_extra="asking" in changes)
        for label, changes in _understood(query, places, taxonomies, now)
    ]
    off = [
        Tag(
            label,
            search_path(arguments, changes),
            False,
            str(count) if facets else "",
            is_extra="open" not in changes,
        )
        for label, changes, count in _switches(query, facets)
        if count or not facets
    ]
    return on + off


def _understood(query: Query, places: Places, taxonomies: Taxonomies, now: datetime) -> Iterator[_Labelled]:
    if query.place:
        yield nearness(query.place), {"postcode": None, "radius_km": None}
    if query.radius_km is not None:
        yield f"Within {radius_in_words(query.radius_km)}", {"radius_km": None}
    if query.at_given or query.only_open:
        yield _time_label(query, now), {"open": None, "at": None}
    yield from _about_the_person(query)
    yield from _ways_in(query)
    yield from _terms("type", query.service_types, taxonomies.service_types)
    yield from _terms("need", query.needs, taxonomies.needs)
    yield from _terms("community", query.communities, taxonomies.communities)
    yield from _terms("language", query.languages, taxonomies.languages)
    if query.borough:
        yield f"In or for {places.boroughs[query.borough].name}", {"borough": None}
    if query.icb:
        yield f"In or for {places.footprints[query.icb].name}", {"icb": None}
    if query.words:
        yield quoted(query.words), {"q": None}


def _about_the_person(query: Query) -> Iterator[_Labelled]:
    if query.asking is not None:
        yield f"Asking: {uncapitalised(ASKING[query.asking])}", {"asking": None}
    if query.ages is not None:
        yield _ages(query.ages), {"age": None}
    if query.gender is not None:
        yield _GENDERS[query.gender], {"gender": None}


def _ages(ages: Ages) -> str:
    if ages.youngest == ages.oldest:
        return f"Aged {ages.youngest}"
    if ages.youngest == 0:
        return f"Under {ages.oldest + 1}"
    return f"Aged {ages.youngest} and over" if ages.oldest == OLDEST else f"Aged {ages.youngest} to {ages.oldest}"


def _ways_in(query: Query) -> Iterator[_Labelled]:
    if query.self_referral is not None:
        yield _SELF_REFERRAL[query.self_referral], {"self_referral": None}
    if query.walk_in is not None:
        yield _WALK_IN[query.walk_in], {"walk_in": None}
    if query.step_free:
        yield "Step-free", {"step_free": None}
    for what in query.takes:
        yield _TAKEN[what], {what: None}


def _terms(name: str, codes: Sequence[str], terms: Mapping[str, Term]) -> Iterator[_Labelled]:
    for code in codes:
        yield terms[code].name, {name: [other for other in codes if other != code]}


def _switches(query: Query, facets: Facets | None) -> Iterator[tuple[str, Mapping[str, Change], int]]:
    if not query.only_open and not query.at_given:
        yield "Open now", {"open": "now"}, facets.open if facets else 0
    if query.self_referral is None:
        yield "Self-referral", {"self_referral": "yes"}, facets.self_referral if facets else 0
    if query.walk_in is None:
        yield "Walk-in", {"walk_in": "yes"}, facets.walk_in if facets else 0


def nearness(place: Place) -> str:
    """How a place is asked about: "Near SE5 8AZ", "In South East London"."""
    return f"In {place.label}" if place.kind == "icb" else f"Near {distinct_name(place)}"


def distinct_name(place: Place) -> str:
    """A name that no other place has: "Hayes, Bromley"."""
    return place.query if place.kind == "name" else place.label


def radius_in_words(kilometres: float) -> str:
    """A radius as it was chosen, in miles."""
    return RADII.get(f"{kilometres:g}") or f"{kilometres / 1.609344:.3g} miles"


def _time_label(query: Query, now: datetime) -> str:
    if not query.at_given:
        return "Open now"
    when = moment(query.at, now)
    return f"Open at {when}" if query.only_open else f"At {when}"
