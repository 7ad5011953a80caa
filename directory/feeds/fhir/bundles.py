"""Bundles: the pages of searches and histories, put together from resources that are made already."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

import orjson

from directory.feeds.fhir.cursors import Page, written
from directory.feeds.fhir.index import Row
from directory.feeds.fhir.terms import UCUM, Json

_DISTANCE = "http://hl7.org/fhir/StructureDefinition/location-distance"


def links(base: str, arguments: Mapping[str, list[str]], page: Page) -> list[Json]:
    """The address of this page, as it was asked, and of those beside it."""
    told = [{"relation": "self", "url": _address(base, arguments)}]
    for relation, cursor in (("next", page.next), ("previous", page.previous)):
        if cursor is not None:
            asked = {**arguments, "_page": [written(cursor)]}
            told.append({"relation": relation, "url": _address(base, asked)})
    return told


def _address(base: str, arguments: Mapping[str, list[str]]) -> str:
    query = urlencode(arguments, doseq=True)
    return f"{base}?{query}" if query else base


def match(root: str, row: Row, resource: bytes, kilometres: float | None) -> Json:
    """An entry that meets the search, with how far it is."""
    search: Json = {"mode": "match"}
    if kilometres is not None:
        distance = {"value": kilometres, "unit": "km", "system": UCUM, "code": "km"}
        search = {"extension": [{"url": _DISTANCE, "valueDistance": distance}], **search}
    return {"fullUrl": f"{root}/{row.kind}/{row.id}", "resource": orjson.Fragment(resource), "search": search}


def include(root: str, row: Row, resource: bytes) -> Json:
    """An entry that a match refers to."""
    full_url = f"{root}/{row.kind}/{row.id}"
    return {"fullUrl": full_url, "resource": orjson.Fragment(resource), "search": {"mode": "include"}}


def bundle(kind: str, meta: Json, total: int | None, told: Iterable[Json], entries: list[Json]) -> bytes:
    """A Bundle; FHIR leaves out what is empty."""
    body: Json = {"resourceType": "Bundle", "meta": meta, "type": kind}
    if total is not None:
        body["total"] = total
    body["link"] = list(told)
    if entries:
        body["entry"] = entries
    return orjson.dumps(body)
