"""What searches look at: a row for each resource of a shelf, made once for each version."""

import threading
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from directory.feeds.fhir import facts
from directory.feeds.fhir.cursors import Key
from directory.feeds.fhir.resources import (
    Kind,
    has_location,
    head,
    location,
    location_id,
    organization,
    version_id,
)
from directory.feeds.fhir.terms import Json, Terms
from directory.feeds.organizations import organization_id
from directory.feeds.shelf import Shelf
from directory.models import Audience
from directory.places import distances_km
from directory.records import Record
from directory.revisions import Version

Token = tuple[str, str]
"""A system, "" for none, and a code or value without regard to capitals."""

Told = TypeVar("Told", bound=Hashable)

Text = tuple[str, str]
"""A text as it is written, and without capitals, accents and double spaces."""


@dataclass(frozen=True, slots=True)
class Row:
    """A resource as searches see it.

    `tokens` and `texts` are what it has, by search parameter. `location` and `organization` are the ids of what it
    refers to, "" for none.
    """

    kind: Kind
    id: str
    ref: str
    at: datetime
    version_id: str
    name: Text
    tokens: Mapping[str, tuple[Token, ...]]
    texts: Mapping[str, tuple[Text, ...]]
    location: str = ""
    organization: str = ""
    point: tuple[float, float] | None = None

    def reference(self, name: str) -> str:
        """What it refers to by a search parameter, as in "Location/id"; "" for nothing."""
        resource_id = {"location": self.location, "organization": self.organization}.get(name)
        return f"{name.capitalize()}/{resource_id}" if resource_id else ""


_KM_A_DEGREE = 110.5  # of latitude, at the least (WGS84)
Rows = Mapping[str, Row]


Keyed = Sequence[tuple[Key, Row]]


class Index:
    """The rows of a shelf by kind and id, those of services and places in the order of their references."""

    def __init__(self, shelf: Shelf, rows: Mapping[Kind, Rows]) -> None:
        self.shelf, self.rows = shelf, rows
        self._in_order: dict[tuple[Kind, str], Keyed] = {}

    def in_order(self, kind: Kind, sort: str) -> Keyed:
        """The rows of a kind with their keys, by "name" or "_lastUpdated"; otherwise as they are in `rows`."""
        found = self._in_order.get((kind, sort))
        if found is None:
            found = [(_key_of(row, sort), row) for row in self.rows[kind].values()]
            found = self._in_order[kind, sort] = sorted(found, key=itemgetter(0))
        return found

    @cached_property
    def _points(self) -> tuple[list[str], NDArray[np.float64]]:
        places = [row for row in self.rows["Location"].values() if row.point is not None]
        return [row.id for row in places], np.array([row.point for row in places], dtype=np.float64).reshape(-1, 2)

    def near(self, latitude: float, longitude: float, most_km: float | None) -> dict[str, float]:
        """Kilometres to each place by its id, of those that are at most so far; of all without a limit."""
        ids, points = self._points
        most = np.inf if most_km is None else most_km
        rows = np.flatnonzero(np.abs(points[:, 0] - latitude) * _KM_A_DEGREE <= most)
        kilometres = distances_km(latitude, longitude, points[rows, 0], points[rows, 1])
        within = kilometres <= most
        return {ids[row]: km for row, km in zip(rows[within].tolist(), kilometres[within].tolist(), strict=True)}

    def is_gone(self, kind: Kind, resource_id: str) -> bool:
        """Whether an id is ours but no longer leads anywhere. Of organisations that is not known."""
        if kind == "HealthcareService":
            return resource_id in self.shelf.ref_by_id
        return kind == "Location" and resource_id in self._location_ids

    @cached_property
    def _location_ids(self) -> frozenset[str]:
        return frozenset(location_id(ref) for ref in self.shelf.versions)


Kept = dict[str, tuple[Version, str, Row, Row | None]]
"""By reference: the version, the name of the organisation, and the rows of the service and its place."""


class Indexes:
    """Hands out the index of a shelf; what stands from the shelf before is not made again."""

    def __init__(self) -> None:
        self._made: dict[Audience, Index] = {}
        self._kept: dict[Audience, Kept] = {}
        self._lock = threading.Lock()

    def of(self, shelf: Shelf, terms: Terms, now: datetime) -> Index:
        """The index of a shelf."""
        index = self._made.get(shelf.audience)
        if index is not None and index.shelf is shelf:
            return index
        with self._lock:
            index = self._made.get(shelf.audience)
            if index is None or index.shelf is not shelf:
                kept = self._kept[shelf.audience] = _kept(shelf, self._kept.get(shelf.audience, {}), terms, now)
                index = self._made[shelf.audience] = Index(shelf, _rows(kept, index, terms))
        return index


def _key_of(row: Row, sort: str) -> Key:
    if sort == "_lastUpdated":
        return row.at.timestamp(), row.id
    return (row.name[1], row.id) if sort == "name" or not row.ref else (row.ref,)


def fold(text: str) -> str:
    """A text without capitals, accents and double spaces."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def _kept(shelf: Shelf, before: Kept, terms: Terms, now: datetime) -> Kept:
    kept: Kept = {}
    for ref in shelf.refs:
        version, known = shelf.versions[ref], before.get(ref)
        if known is None or known[0] != version:
            record = shelf.record(ref, now)
            service, place = _service_row(record, version, terms), _location_row(record, version, terms)
            known = version, record.organization, service, place
        kept[ref] = known
    return kept


def _rows(kept: Kept, before: Index | None, terms: Terms) -> dict[Kind, Rows]:
    services = {service.id: service for _, _, service, _ in kept.values()}
    places = {place.id: place for _, _, _, place in kept.values() if place is not None}
    known = before.rows["Organization"] if before else {}
    told: dict[str, tuple[str, datetime]] = {}
    for version, provider, service, _ in kept.values():
        if service.organization:
            name, at = told.get(service.organization, (provider, version.at))
            told[service.organization] = name, max(at, version.at)
    made = (_provider(known.get(provider), name, at, terms) for provider, (name, at) in told.items())
    in_order = sorted(made, key=lambda row: (row.name[1], row.id))
    return {"HealthcareService": services, "Location": places, "Organization": {row.id: row for row in in_order}}


def _provider(known: Row | None, name: str, at: datetime, terms: Terms) -> Row:
    """The row of an organisation; the one from before where it stands."""
    stands = known is not None and (known.name[0], known.at) == (name, at)
    return known if known is not None and stands else _organization_row(name, at, terms)


def _service_row(record: Record, version: Version, terms: Terms) -> Row:
    told, own, name = head(record, terms), record.id, _text(record.name)
    areas = [area["identifier"] for area in facts.coverage_area(record, terms)]
    return Row(
        "HealthcareService",
        own,
        record.ref,
        version.at,
        version_id(version, terms),
        name,
        {
            "_id": (("", own),),
            "active": _ACTIVE,
            "identifier": _identified(told["identifier"]),
            "service-category": _coded(told["category"]),
            "service-type": _coded(told["type"]),
            "characteristic": _coded(facts.characteristics(record, terms)),
            "coverage-area:identifier": _shared(tuple(map(_shared, _identified(areas)))),
        },
        {"name": (name,)},
        location_id(record.ref) if has_location(record) else "",
        _provider_id(record),
    )


def _location_row(record: Record, version: Version, terms: Terms) -> Row | None:
    if not has_location(record):
        return None
    told, name = location(record, version, terms), _text(record.name)
    address, position = told["address"], told.get("position")
    parts = [*address.get("line", ()), *(address.get(part, "") for part in _ADDRESS)]
    return Row(
        "Location",
        told["id"],
        record.ref,
        version.at,
        told["meta"]["versionId"],
        name,
        {
            "_id": (("", told["id"]),),
            "identifier": _identified(told["identifier"]),
            "status": _shared((("http://hl7.org/fhir/location-status", told["status"]),)),
        },
        {
            "name": (name,),
            "address": tuple(_shared(_text(part)) for part in parts if part),
            "address-postalcode": _postcodes(record.postcode),
        },
        organization=_provider_id(record),
        point=(position["latitude"], position["longitude"]) if position else None,
    )


_ADDRESS = ("text", "city", "district", "postalCode", "country")
_ACTIVE = (("", "true"),)


def _provider_id(record: Record) -> str:
    return organization_id(record.organization) if record.organization else ""


def _organization_row(name: str, at: datetime, terms: Terms) -> Row:
    told, text = organization(name, at, terms), _text(name)
    return Row(
        "Organization",
        told["id"],
        "",
        at,
        told["meta"]["versionId"],
        text,
        {"_id": (("", told["id"]),), "active": _ACTIVE, "identifier": _identified(told["identifier"])},
        {"name": (text,)},
    )


@lru_cache(maxsize=4096)
def _shared(told: Told) -> Told:
    """The same thing where it was told before: resources have the same few tokens and texts again and again."""
    return told


def _text(text: str) -> Text:
    return text, fold(text)


def _postcodes(postcode: str) -> tuple[Text, ...]:
    """A postcode is found with and without its space."""
    return ((postcode, fold(postcode).replace(" ", "")),) if postcode else ()


def _identified(identifiers: Iterable[Json]) -> tuple[Token, ...]:
    return tuple((_shared(identifier["system"]), identifier["value"].casefold()) for identifier in identifiers)


def _coded(concepts: Iterable[Json]) -> tuple[Token, ...]:
    codings = (coding for concept in concepts for coding in concept.get("coding", ()))
    tokens: Iterable[Token] = ((coding["system"], coding["code"].casefold()) for coding in codings)
    shared: tuple[Token, ...] = _shared(tuple(map(_shared, tokens)))
    return shared
