"""The history of services: the newest version of each since an instant, newest first, what is gone told as deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from directory.feeds.fhir.cursors import Cursor, Page, page_of, read_cursor
from directory.feeds.fhir.instants import span
from directory.feeds.fhir.parameters import one, read_count, refuse
from directory.feeds.fhir.resources import version_id
from directory.feeds.fhir.terms import Json, Terms, instant
from directory.feeds.shelf import Shelf
from directory.records import stable_id
from directory.revisions import Version

_KNOWN = ("_since", "_count", "_page")


@dataclass(frozen=True, slots=True)
class Since:
    """A history that was understood: what changed at an instant or later."""

    instant: datetime
    count: int
    cursor: Cursor | None


def read_since(arguments: Mapping[str, list[str]]) -> Since:
    """What a history asks. Raises Refused, 400."""
    for name in arguments:
        if name not in _KNOWN:
            refuse(
                name, "", f"This parameter is not known. A history can be asked by {', '.join(_KNOWN[:2])}, _format."
            )
    text = one(arguments, "_since", "")
    try:
        since = span(text)[0] if "_since" in arguments else datetime.min.replace(tzinfo=UTC)
    except ValueError:
        refuse("_since", text, "_since needs an instant, as in 2026-05-01T09:30:00Z. In an address + is written %2B.")
    cursor = read_cursor(arguments["_page"]) if "_page" in arguments else None
    return Since(since, read_count(arguments), cursor)


def changes(asked: Since, shelf: Shelf, ref: str | None) -> tuple[list[Version], int, Page]:
    """The versions of one page, how many there are in all; of one service where a reference is given."""
    order = shelf.order if ref is None else (shelf.versions[ref],)
    found = [version for version in reversed(order) if version.at >= asked.instant]
    page = page_of([(version.number,) for version in found], asked.cursor, asked.count, descending=True)
    return found[page.start : page.end], len(found), page


def entry(version: Version, root: str, terms: Terms, resource: Callable[[str], bytes] | None) -> Json:
    """A version with its request and response, which bdl-3 and bdl-4 want; no `resource` for what is gone."""
    service = f"HealthcareService/{stable_id('service', version.ref)}"
    told = {"lastModified": instant(version.at)}
    if resource is None:
        gone = {"request": {"method": "DELETE", "url": service}, "response": {"status": "204", **told}}
        return {"fullUrl": f"{root}/{service}", **gone}
    etag = f'W/"{version_id(version, terms)}"'
    return {
        "fullUrl": f"{root}/{service}",
        "resource": orjson.Fragment(resource(version.ref)),
        "request": {"method": "PUT", "url": service},
        "response": {"status": "200", "etag": etag, **told},
    }
