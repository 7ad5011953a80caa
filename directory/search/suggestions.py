"""When nothing matches: which one thing to change so that something does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from directory.places import miles
from directory.schedules import spoken_time
from directory.search.catalogue import Catalogue
from directory.search.find import USUAL_RADII_KM, Found, count, search_for
from directory.search.query import FURTHEST_DAYS, Query

LOOKED_AT_FOR_LATER = 50


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search that would find something: parameters to set, or to take away (None), and how many it finds."""

    label: str
    arguments: Mapping[str, str | None]
    count: int


def suggest(query: Query, found: Found, catalogue: Catalogue) -> tuple[Suggestion, ...]:
    """Changes to a query without results, each of which finds as many results as it says; none where there are some.

    `found` is what the query found in the same catalogue.
    """
    if found.total:
        return ()
    tried = [*_wider(query, found.radius_km), *_later(query, catalogue), *_without_a_filter(query)]
    counted = [Suggestion(label, arguments, count(other, catalogue)) for label, arguments, other in tried]
    return tuple(suggestion for suggestion in counted if suggestion.count)


_Change = tuple[str, Mapping[str, str | None], Query]


def _wider(query: Query, used_km: float | None) -> Iterator[_Change]:
    for radius in USUAL_RADII_KM:
        if used_km is not None and radius > used_km:
            other = replace(query, radius_km=radius)
            yield f"Search up to {miles(radius):.0f} miles away", {"radius_km": f"{radius:g}"}, other


def _later(query: Query, catalogue: Catalogue) -> Iterator[_Change]:
    """At the next opening of what would match, and at any time."""
    if not query.only_open:
        return
    anytime = replace(query, only_open=False)
    search = search_for(anytime, catalogue)
    rows = search.ordered(search.known, search.choose_radius()[0])[:LOOKED_AT_FOR_LATER]
    openings = catalogue.openings(rows, query.at)
    next_open = min((o.answer.next_open for o in openings if o.answer.next_open is not None), default=None)
    if next_open is not None and (next_open.date() - catalogue.today).days < FURTHEST_DAYS:
        arguments = {"at": next_open.replace(tzinfo=None).isoformat(timespec="minutes"), "open": None}
        yield f"Open {_spoken(next_open, query.at)}", arguments, replace(query, at=next_open, at_given=True)
    yield "Open at any time", {"open": "any", "at": None}, anytime


def _spoken(instant: datetime, at: datetime) -> str:
    time, days = spoken_time(instant.timetz()), (instant.date() - at.date()).days
    if days < 2:
        return f"{('today', 'tomorrow')[days]} at {time}"
    return f"on {instant:%A} at {time}" if days < 7 else f"on {instant:%A} {instant.day} {instant:%B} at {time}"


def _without_a_filter(query: Query) -> Iterator[_Change]:
    if query.words:
        place = query.place.query if query.place else None
        yield f"Without “{query.words}”", {"q": None, "postcode": place}, replace(query, words="")
    if query.service_types:
        yield "Any type of service", {"type": None}, replace(query, service_types=())
    if query.communities:
        yield "Any community", {"community": None}, replace(query, communities=())
    if query.languages:
        yield "Any language", {"language": None}, replace(query, languages=())
    if query.ages is not None:
        yield "Any age", {"age": None}, replace(query, ages=None)
    if query.self_referral is not None:
        yield "With or without self-referral", {"self_referral": None}, replace(query, self_referral=None)
    if query.walk_in is not None:
        yield "With or without walking in", {"walk_in": None}, replace(query, walk_in=None)
    if query.borough is not None:
        yield "Any borough", {"borough": None}, replace(query, borough=None)
    if query.icb is not None:
        yield "Any area", {"icb": None}, replace(query, icb=None)
