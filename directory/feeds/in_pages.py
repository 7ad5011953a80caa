"""What the page of an entry tells machines that read it: where its records are, and the entry as JSON-LD."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import orjson
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from directory.feeds.answering import home, shelf_for
from directory.feeds.linked_data import linked_data
from directory.feeds.readers import ANYBODY, here_now
from directory.places import Places
from directory.records import Record, stable_id
from directory.revisions import Version
from directory.taxonomies import Taxonomies
from directory.web import rooms

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same entry, or all of them, in another format: a link of rel="alternate"."""

    href: str
    mimetype: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the page of an entry tells machines; `linked_data` is JSON that is safe within a script element."""

    alternates: Sequence[Alternate]
    linked_data: Markup


WHOLE = (
    Alternate("/export/v1/services", "application/json", "Every entry, in the words of the Directory of Services"),
    Alternate("/export/v1/services.csv", "text/csv", "Every entry as a table"),
    Alternate("/export/v1/services.geojson", "application/geo+json", "Every entry with a place, for maps"),
)
"""The directory as a whole."""


def told_to_machines(ref: str) -> Told | None:
    """What the page of an entry tells machines: the same for every reader; None for one that is not for the public.

    None too while the database does not answer: the page stands without it, and waits for nothing.
    """
    if rooms().catalogue().stale:
        return None
    try:
        shelf = shelf_for(ANYBODY)
    except SQLAlchemyError as error:
        log.warning("A page tells machines nothing: %s", type(error).__name__)
        return None
    if not shelf.has(ref) or ref not in shelf.versions:
        return None
    form = partial(_json, home=home(), places=shelf.places, taxonomies=shelf.taxonomies)
    return Told(alternates(ref), Markup(shelf.made("schema.org", form, ref, here_now()).decode()))


def alternates(ref: str) -> tuple[Alternate, ...]:
    """Where the records of an entry are, in every format."""
    uuid = stable_id("service", ref)
    return (
        Alternate(f"/api/v1/services/{ref}", "application/json", "This entry as JSON"),
        Alternate(f"/export/v1/services/{ref}", "application/json", "In the words of the Directory of Services"),
        Alternate(f"/fhir/R4/HealthcareService/{uuid}", "application/fhir+json", "As FHIR R4"),
        Alternate(f"/oruk/v3/services/{uuid}", "application/json", "As Open Referral UK 3.0"),
        Alternate(f"/services/{ref}/calendar.ics", "text/calendar", "When it is open, as a calendar"),
    )


def _json(record: Record, version: Version, *, home: str, places: Places, taxonomies: Taxonomies) -> bytes:
    """JSON-LD without any character that could end the script element or begin another."""
    text = orjson.dumps(linked_data(record, version, home, places, taxonomies))
    return text.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
