"""When there is nowhere to go: which one thing to change so that there is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from directory.places import miles
from directory.schedules import spoken_time
from directory.search.catalogue import LINE_TYPES, Catalogue
from directory.search.find import Found, count_places, search_for
from directory.search.matching import USUAL_RADII_KM
from directory.search.moments import FURTHEST_DAYS
from directory.search.query import Query
from directory.search.ranking import ranked
from directory.search.wording import TAKEN, quoted

LOOKED_AT_FOR_LATER = 50


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search that would find places, and how many: the parameters of the query, some set, or taken away (None)."""

    label: str
    arguments: Mapping[str, str | None]
    count: int


def suggest(query: Query, found: Found, catalogue: Catalogue) -> tuple[Suggestion, ...]:
    """Changes to a query that found no place to go to, each of which finds as many places as it says.

    None where there are some, and where only lines were asked for and found. `found` is what the query found in the
    same catalogue.
    """
    only_lines = bool(query.service_types) and set(query.service_types) <= set(LINE_TYPES)
    if found.places_total or (only_lines and found.total):
        return ()
    tried = [*_wider(query, found.radius_km), *_later(query, catalogue), *_without_a_filter(query)]
    counted = [Suggestion(label, arguments, count_places(other, catalogue)) for label, arguments, other in tried]
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
    here = search.rows(search.fits & catalogue.columns.goes_to, search.choose_radius()[0])
    rows = ranked(search, here)[:LOOKED_AT_FOR_LATER]
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
        yield "Without " + quoted(query.words), {"q": None, "postcode": place}, replace(query, words="", typed="")
    if query.service_types:
        yield "Any type of service", {"type": None}, replace(query, service_types=())
    if query.needs:
        yield "Any need", {"need": None}, replace(query, needs=())
    if query.communities:
        yield "Any community", {"community": None}, replace(query, communities=())
    if query.languages:
        yield "Any language", {"language": None}, replace(query, languages=())
    if query.gender is not None:
        yield "Any gender", {"gender": None}, replace(query, gender=None)
    if query.ages is not None:
        yield "Any age", {"age": None}, replace(query, ages=None)
    if query.borough is not None:
        yield "Any borough", {"borough": None}, replace(query, borough=None)
    if query.icb is not None:
        yield "Any area", {"icb": None}, replace(query, icb=None)
    yield from _without_a_way_in(query)


def _without_a_way_in(query: Query) -> Iterator[_Change]:
    if query.self_referral is not None:
        yield "With or without self-referral", {"self_referral": None}, replace(query, self_referral=None)
    if query.walk_in is not None:
        yield "With or without walking in", {"walk_in": None}, replace(query, walk_in=None)
    if query.step_free is not None:
        yield "With or without steps", {"step_free": None}, replace(query, step_free=None)
    for what in query.takes:
        others = tuple(other for other in query.takes if other != what)
        yield f"Whether or not it takes {TAKEN[what]}", {what: None}, replace(query, takes=others)
    if query.asking is not None:
        yield "Whoever is asking", {"asking": None}, replace(query, asking=None)
