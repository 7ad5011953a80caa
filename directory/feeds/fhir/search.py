"""Answers to searches: which rows meet what was asked, in which order, and the page of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from directory.feeds.fhir.cursors import Key, Page, page_of
from directory.feeds.fhir.index import Index, Row
from directory.feeds.fhir.parameters import Asked, Test
from directory.feeds.fhir.resources import Kind

_DISTANCE_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one page, what they refer to as far as it was asked for, and how many there are in all.

    `kilometres` has the distance of each row by its id, where a point was given.
    """

    rows: Sequence[Row]
    included: Sequence[Row]
    total: int
    page: Page
    kilometres: Mapping[str, float]


def search(asked: Asked, index: Index) -> Found:
    """The page that was asked for. Raises Refused for a cursor that does not fit."""
    rows: Sequence[Row] = list(index.rows[asked.kind].values())
    kilometres = _kilometres(asked, index, rows)
    if asked.near is not None:
        rows = [row for row in rows if row.id in kilometres]
    for test in asked.tests:
        rows = [row for row in rows if test(row)]
    for kind, test in asked.chained:
        rows = [row for row in rows if _leads_to(row, kind, test, index)]
    keyed = _sorted(asked, rows, kilometres)
    page = page_of([key for key, _ in keyed], asked.cursor, asked.count, descending=asked.descending)
    told = [row for _, row in keyed[page.start : page.end]]
    return Found(told, _included(asked, told, index), len(rows), page, kilometres)


def _kilometres(asked: Asked, index: Index, rows: Sequence[Row]) -> Mapping[str, float]:
    """How far each row is that is near enough: a place itself, a service by its place."""
    if asked.near is None:
        return {}
    places = index.near(asked.near.latitude, asked.near.longitude, asked.near.most_km)
    if asked.kind == "Location":
        return {place: round(km, _DISTANCE_DIGITS) for place, km in places.items()}
    return {row.id: round(places[row.location], _DISTANCE_DIGITS) for row in rows if row.location in places}


def _leads_to(row: Row, kind: Kind, test: Test, index: Index) -> bool:
    target = index.rows[kind].get(row.location if kind == "Location" else row.organization)
    return target is not None and test(target)


def _sorted(asked: Asked, rows: Sequence[Row], kilometres: Mapping[str, float]) -> list[tuple[Key, Row]]:
    """Rows in order, each with its key; in that of their references or names where no other was asked for."""
    if asked.sort == "near":
        return sorted((((kilometres[row.id], row.id), row) for row in rows), key=_key)
    if asked.sort == "_lastUpdated":
        by_time = (((row.at.timestamp(), row.id), row) for row in rows)
        return sorted(by_time, key=_key, reverse=asked.descending)
    if asked.sort == "name" or not all(row.ref for row in rows):
        return sorted((((row.name[1], row.id), row) for row in rows), key=_key, reverse=asked.descending)
    return sorted((((row.ref,), row) for row in rows), key=_key)


def _key(keyed: tuple[Key, Row]) -> Key:
    return keyed[0]


def _included(asked: Asked, rows: Sequence[Row], index: Index) -> list[Row]:
    """What the rows refer to, each once."""
    wanted: list[Row] = []
    for include in sorted(asked.include):
        _, _, name = include.partition(":")
        kind: Kind = "Location" if name == "location" else "Organization"
        ids = dict.fromkeys(row.location if kind == "Location" else row.organization for row in rows)
        wanted += [index.rows[kind][resource_id] for resource_id in ids if resource_id]
    return wanted
