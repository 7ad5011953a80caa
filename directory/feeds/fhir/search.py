"""Answers to searches: which rows meet what was asked, in which order, and the page of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from directory.feeds.fhir.cursors import Page, page_of
from directory.feeds.fhir.index import Index, Row
from directory.feeds.fhir.parameters import Asked, Near, Test
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
    found = index.in_order(asked.kind, asked.sort)
    for test in asked.tests:
        found = [keyed for keyed in found if test(keyed[1])]
    for kind, test in asked.chained:
        found = [keyed for keyed in found if _leads_to(keyed[1], kind, test, index)]
    kilometres: Mapping[str, float] = {}
    if asked.near is not None:
        kilometres = _kilometres(asked.near, (row for _, row in found), index)
        found = [keyed for keyed in found if keyed[1].id in kilometres]
    if asked.sort == "near":
        found = sorted((((kilometres[row.id], row.id), row) for _, row in found), key=itemgetter(0))
    elif asked.descending:
        found = found[::-1]
    page = page_of([key for key, _ in found], asked.cursor, asked.count, descending=asked.descending)
    told = [row for _, row in found[page.start : page.end]]
    return Found(told, _included(asked, told, index), len(found), page, kilometres)


def _kilometres(near: Near, rows: Iterable[Row], index: Index) -> Mapping[str, float]:
    """How far each row is that is near enough: a place itself, a service by its place."""
    places = index.near(near.latitude, near.longitude, near.most_km)
    by_row = ((row.id, places.get(row.location if row.kind == "HealthcareService" else row.id)) for row in rows)
    return {row_id: round(km, _DISTANCE_DIGITS) for row_id, km in by_row if km is not None}


def _leads_to(row: Row, kind: Kind, test: Test, index: Index) -> bool:
    target = index.rows[kind].get(row.location if kind == "Location" else row.organization)
    return target is not None and test(target)


def _included(asked: Asked, rows: Sequence[Row], index: Index) -> list[Row]:
    """What the rows refer to, each once."""
    wanted: list[Row] = []
    for include in sorted(asked.include):
        _, _, name = include.partition(":")
        kind: Kind = "Location" if name == "location" else "Organization"
        ids = dict.fromkeys(row.location if kind == "Location" else row.organization for row in rows)
        wanted += [index.rows[kind][resource_id] for resource_id in ids if resource_id]
    return wanted
