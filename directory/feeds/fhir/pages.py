"""The addresses of FHIR R4, below /fhir/R4."""

from collections.abc import Callable
from datetime import datetime

import orjson
from flask import Blueprint, Response, current_app, request

from directory.feeds.answering import home, root, shelf_for, tagged, tagged_as
from directory.feeds.fhir.bundles import bundle, include, links, match
from directory.feeds.fhir.capability import capability
from directory.feeds.fhir.history import changes, entry, read_since
from directory.feeds.fhir.index import Index, Indexes, Row
from directory.feeds.fhir.outcomes import form_for
from directory.feeds.fhir.parameters import one_of, read_search, refuse
from directory.feeds.fhir.resources import Kind, healthcare_service, location, organization
from directory.feeds.fhir.search import Found, search
from directory.feeds.fhir.terms import Json, Terms, code_system, code_systems
from directory.feeds.readers import Reader, here_now, reader
from directory.feeds.shelf import Shelf
from directory.records import Record
from directory.revisions import Version
from directory.web import rooms
from directory.web.entering import allow
from directory.web.errors import Refused

blueprint = Blueprint("fhir", __name__)
_KIND = "<any(HealthcareService, Location, Organization):kind>"


class _Asked:
    """A request whose reader, media type and arguments are known."""

    def __init__(self) -> None:
        self.who: Reader = reader()
        self.sent = dict(request.args.lists())
        self.arguments = {name: texts for name, texts in self.sent.items() if name != "_format"}
        self.form = form_for(self.sent)
        self.shelf: Shelf = shelf_for(self.who)
        self.now: datetime = here_now()
        here = rooms()
        self.terms = Terms(home(), here.taxonomies, here.places.areas, self.shelf.fresh_days, self.shelf.audience)

    @property
    def index(self) -> Index:
        indexes: Indexes = current_app.extensions["fhir_indexes"]
        return indexes.of(self.shelf, self.terms, self.now)

    def service(self, ref: str) -> bytes:
        """A HealthcareService, made once for each version."""

        def make(record: Record, version: Version) -> bytes:
            return orjson.dumps(healthcare_service(record, version, self.terms))

        return self.shelf.made("fhir", make, ref, self.now)

    def resource(self, row: Row) -> bytes:
        """The resource of a row; places and organisations are soon made."""
        if row.kind == "HealthcareService":
            return self.service(row.ref)
        if row.kind == "Organization":
            return orjson.dumps(organization(row.name[0], row.at, self.terms))
        record, version = self.shelf.record(row.ref, self.now), self.shelf.versions[row.ref]
        return orjson.dumps(location(record, version, self.terms))

    def bundle(self, kind: str, total: int | None, told: list[Json], entries: list[Json]) -> bytes:
        """A Bundle as of the newest change."""
        return bundle(kind, self.terms.bundle_meta(self.shelf.changed_at), total, told, entries)

    def tagged(self, make: Callable[[], bytes]) -> Response:
        """The answer with the tag of the shelf."""
        return tagged(self.shelf, self.who, lambda: Response(make(), mimetype=self.form))

    def only(self, *known: str) -> None:
        """Refuse parameters that this address does not know."""
        for name in self.arguments:
            if name not in known:
                refuse(name, "", f"This parameter is not known here. Known are {', '.join((*known, '_format'))}.")


@blueprint.get("/fhir/R4/metadata")
@allow("anybody")
def metadata() -> Response:
    """What this server does, as a CapabilityStatement."""
    asked = _Asked()
    asked.only("mode")
    one_of(asked.arguments, "mode", ("full", "normative"), "full")
    return asked.tagged(lambda: orjson.dumps(capability(asked.terms)))


@blueprint.get(f"/fhir/R4/{_KIND}")
@allow("anybody")
def search_type(kind: Kind) -> Response:
    """A search of one kind of resource, as a Bundle."""
    asked = _Asked()
    wanted = read_search(kind, asked.arguments)

    def make() -> bytes:
        found = search(wanted, asked.index)
        told = links(f"{_base()}/{kind}", asked.sent, found.page)
        return asked.bundle("searchset", found.total if wanted.is_total_told else None, told, _entries(asked, found))

    return asked.tagged(make)


@blueprint.get(f"/fhir/R4/{_KIND}/<resource_id>")
@allow("anybody")
def read(kind: Kind, resource_id: str) -> Response:
    """One resource."""
    asked = _Asked()
    asked.only()
    row = asked.index.rows[kind].get(resource_id)
    if row is None:
        raise _nothing(kind, asked.index.is_gone(kind, resource_id))

    def make() -> Response:
        return Response(asked.resource(row), mimetype=asked.form)

    return tagged_as(row.version_id, row.at, asked.who, make)


@blueprint.get("/fhir/R4/HealthcareService/_history")
@allow("anybody")
def history_type() -> Response:
    """What changed among the services since an instant, deletions included."""
    return _history(_Asked(), None)


@blueprint.get("/fhir/R4/HealthcareService/<resource_id>/_history")
@allow("anybody")
def history_instance(resource_id: str) -> Response:
    """The newest version of one service, or that it is gone."""
    asked = _Asked()
    ref = asked.shelf.ref_by_id.get(resource_id)
    if ref is None:
        raise _nothing("HealthcareService", False)
    return _history(asked, ref)


@blueprint.get("/fhir/CodeSystem/<name>")
@allow("anybody")
def own_code_system(name: str) -> Response:
    """One of our own code systems."""
    asked = _Asked()
    asked.only()
    if name not in code_systems(asked.terms):
        known = ", ".join(code_systems(asked.terms))
        raise Refused(404, "Not found", f"There is no code system of this name. There are: {known}.")
    return asked.tagged(lambda: orjson.dumps(code_system(asked.terms, name)))


def _history(asked: _Asked, ref: str | None) -> Response:
    wanted = read_since(asked.arguments)

    def make() -> bytes:
        versions, total, page = changes(wanted, asked.shelf, ref)
        has = asked.shelf.has
        entries = [entry(v, _base(), asked.terms, asked.service if has(v.ref) else None) for v in versions]
        told = links(f"{root()}{request.path}", asked.sent, page)
        return asked.bundle("history", total, told, entries)

    return asked.tagged(make)


def _entries(asked: _Asked, found: Found) -> list[Json]:
    base = _base()
    matches = [match(base, row, asked.resource(row), found.kilometres.get(row.id)) for row in found.rows]
    return matches + [include(base, row, asked.resource(row)) for row in found.included]


def _base() -> str:
    return f"{root()}/fhir/R4"


def _nothing(kind: Kind, is_gone: bool) -> Refused:
    if is_gone:
        return Refused(410, "Gone", f"This {kind} is no longer in the directory. Take it out of your copy.")
    return Refused(404, "Not found", f"No {kind} has this id. Search for it by name or identifier.")
