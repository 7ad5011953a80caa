"""Which services have what was asked for. Every filter is a question of what the whole record tells, and all must hold.

Facts are kept for as long as the version of a record stands, so that a change costs the work of one record.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
import orjson

from directory.feeds.organizations import organization_id
from directory.feeds.oruk.hours import weekly_sessions
from directory.feeds.oruk.parameters import Values
from directory.feeds.oruk.records import instant, organization_name, service_at_location_id
from directory.feeds.oruk.taxonomies import Terms
from directory.feeds.shelf import Shelf
from directory.places import NotFound, Place, Places, distances_km
from directory.records import Record
from directory.revisions import Version
from directory.schedules import LAST_MINUTE
from directory.search.catalogue import Catalogue
from directory.search.columns import Flags
from directory.taxonomies import words_in
from directory.web.errors import Refused


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters ask of a service."""

    ref: str
    id: str
    name: str
    organization: str
    organization_id: str
    terms: tuple[str, ...]
    taxonomies: tuple[str, ...]
    minimum_age: int | None
    maximum_age: int | None
    sessions: tuple[tuple[int, int, int], ...]
    modified: datetime

    def minimal(self) -> bytes:
        """The shortest record, as JSON.

        It has the instant of the version under HSDS's name for it there, and under its name in every other record.
        """
        modified = instant(self.modified)
        return orjson.dumps({"id": self.id, "modified_date": modified, "last_modified": modified})


def make_facts(record: Record, version: Version, terms: Terms) -> Facts:
    """The facts of a record."""
    carried = tuple(terms.of(record))
    organization = organization_name(record)
    return Facts(
        record.ref,
        record.id,
        record.name,
        organization,
        organization_id(organization),
        tuple(term.id for term in carried),
        tuple({term.told["taxonomy_id"] for term in carried}),
        record.minimum_age,
        record.maximum_age,
        weekly_sessions(record.opening_hours),
        version.at,
    )


class Index:
    """The facts of every record of a shelf, in the order of references, and the organisations that run them."""

    def __init__(self, shelf: Shelf, terms: Terms, now: datetime, before: "Index | None" = None) -> None:
        self.change, self._versions = (shelf.number, shelf.mark), shelf.versions
        known = before.by_ref if before else {}
        was = before._versions if before else {}
        self.by_ref: dict[str, Facts] = {}
        for ref in shelf.refs:
            version = shelf.versions[ref]
            stands = ref in known and was[ref] == version
            self.by_ref[ref] = known[ref] if stands else make_facts(shelf.record(ref, now), version, terms)

    @cached_property
    def all(self) -> tuple[Facts, ...]:
        """All of them."""
        return tuple(self.by_ref.values())

    @cached_property
    def organizations(self) -> Mapping[str, list[Facts]]:
        """The services of each organisation, by its id, in the order of their names."""
        found: dict[str, list[Facts]] = {}
        for facts in sorted(self.all, key=lambda facts: (facts.organization.casefold(), facts.ref)):
            found.setdefault(facts.organization_id, []).append(facts)
        return found

    @cached_property
    def ref_by_location(self) -> Mapping[str, str]:
        """The reference behind the UUID of a service at its location, for what is gone too."""
        return {service_at_location_id(ref): ref for ref in self._versions}

    def matching(self, values: Values, catalogue: Catalogue) -> tuple[Facts, ...]:
        """The services that have all of what was asked. Raises Refused for a postcode that is not one, IndexDamaged."""
        found: Sequence[Facts] = self.all
        if asked := list(_flags_asked(values, catalogue)):
            found = [self.all[row] for row in np.flatnonzero(np.logical_and.reduce(asked)).tolist()]
        for name, test in _TESTS.items():
            if name in values:
                found = [facts for facts in found if test(facts, values[name])]
        if not _TIMES.isdisjoint(values):
            found = [facts for facts in found if _has_session(facts, values)]
        return tuple(found)


_TESTS: Final[Mapping[str, Callable[[Facts, Any], bool]]] = {
    "taxonomy_term_id": lambda facts, term: term in facts.terms,
    "taxonomy_id": lambda facts, taxonomy: taxonomy in facts.taxonomies,
    "organization_id": lambda facts, organization: facts.organization_id == organization,
    "minimum_age": lambda facts, years: facts.minimum_age is not None and facts.minimum_age >= years,
    "maximum_age": lambda facts, years: facts.maximum_age is not None and facts.maximum_age <= years,
    "modified_after": lambda facts, at: facts.modified >= at,
}
_TIMES: Final = frozenset({"day", "start_time", "end_time"})


def _has_session(facts: Facts, values: Values) -> bool:
    """Whether one weekly session suits day, start_time and end_time; hours that are not known have none."""
    day, starts, ends = values.get("day"), values.get("start_time", 0), values.get("end_time", LAST_MINUTE)
    return any(
        opens >= starts and closes <= ends and (day is None or on == day) for on, opens, closes in facts.sessions
    )


def _flags_asked(values: Values, catalogue: Catalogue) -> Iterator[Flags]:
    """Which rows have the words, serve a place, and are near it; the rows of a catalogue stand as those of a shelf."""
    if "search" in values:
        found = catalogue.matching(values["search"], every=True)
        yield found[0] if found else np.zeros(catalogue.count, dtype=bool)
    if "postcode" in values:
        place = _postcode(catalogue.places, values["postcode"])
        yield catalogue.serves(place.boroughs, in_london=place.in_london)[0]
        if "proximity" in values:
            yield _are_near(catalogue, place, values["proximity"])


def _are_near(catalogue: Catalogue, place: Place, metres: float) -> Flags:
    """Which are no farther than that; those whose location is not told are not."""
    if place.latitude is None or place.longitude is None:
        raise _no_postcode(f"It is not known where {place.label} is. Use another postcode near it.")
    latitudes, longitudes = catalogue.columns.latitude, catalogue.columns.longitude
    near = np.isfinite(latitudes)
    near[near] = distances_km(place.latitude, place.longitude, latitudes[near], longitudes[near]) * 1000 <= metres
    return near


def _postcode(places: Places, text: str) -> Place:
    """Where a postcode is. Raises Refused; nothing of it is kept or logged."""
    found = places.locate(text)
    if isinstance(found, Place) and found.kind == "postcode":
        return found
    if isinstance(found, NotFound) and found.reason != "not_found":
        raise _no_postcode(found.message)
    raise _no_postcode("Give a whole postcode, such as SW1A 1AA.")


def _no_postcode(detail: str) -> Refused:
    return Refused(400, "A parameter cannot be used", f"postcode: {detail}", parameters=["postcode"])


def having_words(told: Iterable[Mapping[str, Any]], text: str) -> Iterator[Mapping[str, Any]]:
    """Those whose name or description has every word of a text, in the singular or the plural."""
    wanted = {word.singular for word in words_in(text)}
    for one in told:
        if wanted and wanted <= {word.singular for word in words_in(f"{one['name']} {one['description']}")}:
            yield one
