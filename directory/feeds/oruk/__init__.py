"""Open Referral UK 3.0 (HSDS-UK-3.0) below /oruk/v3: always the public records, whatever key is sent.

docs/feeds/oruk.md says what is told where, and what each filter means.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson
from flask import Blueprint, Flask, Response

from directory.feeds.answering import root
from directory.feeds.licence import PUBLISHER, WEEKLY_TIMES
from directory.feeds.oruk import parameters
from directory.feeds.oruk.filters import Facts, having_words
from directory.feeds.oruk.openapi import document
from directory.feeds.oruk.pages import listed, single
from directory.feeds.oruk.parameters import Values
from directory.feeds.oruk.records import (
    LICENCE,
    STATUS,
    organization_in_list,
    service,
    service_at_location,
    service_at_location_in_list,
    service_in_list,
)
from directory.feeds.oruk.taxonomies import PATH
from directory.feeds.oruk.telling import Form, Telling, answered, found, still_there, telling
from directory.feeds.shelf import Shelf
from directory.web.entering import allow
from directory.web.errors import problem, tell_in_form

VERSION: Final = "HSDS-UK-3.0"
PROFILE: Final = "https://openreferraluk.org/developers/specifications"

Maker = Callable[[], Response]

blueprint = Blueprint("oruk", __name__, url_prefix=PATH)


def init_app(app: Flask) -> None:
    """Register the addresses of Open Referral UK."""
    app.extensions["oruk"] = Telling()
    app.register_blueprint(blueprint)
    tell_in_form(app, "/oruk/", problem)


@blueprint.get("")
@blueprint.get("/")
@allow("anybody")
def about() -> Response:
    """Which version this is, and where its description is."""
    told = {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": f"{root()}{PATH}/openapi.json",
        "x_timezone": "Europe/London",
        "x_weekly_times": WEEKLY_TIMES,
        "x_publisher": PUBLISHER,
        **LICENCE,
    }
    return answered((), lambda shelf, values: lambda: single(told))


@blueprint.get("/openapi.json")
@allow("anybody")
def openapi() -> Response:
    """This interface in OpenAPI 3.1."""
    return answered((), lambda shelf, values: lambda: single(document(root())))


@blueprint.get("/services")
@allow("anybody")
def services() -> Response:
    """A page of services."""

    def make(shelf: Shelf, values: Values) -> Response:
        if values.get("minimal"):
            matching = telling().index(shelf).matching(values, shelf.catalogue)
            return listed(matching, Facts.minimal, values)
        return _listed_records(shelf, values, service if values.get("full") else service_in_list)

    return answered(parameters.SERVICES, lambda shelf, values: lambda: make(shelf, values))


@blueprint.get("/services/<uuid>")
@allow("anybody")
def service_by_id(uuid: str) -> Response:
    """A service, whole."""

    def prepare(shelf: Shelf, values: Values) -> Maker:
        ref = still_there(shelf, uuid, shelf.ref_by_id, "service")
        return lambda: single(telling().teller(shelf, service)(ref))

    return answered((), prepare)


@blueprint.get("/service_at_locations")
@allow("anybody")
def service_at_locations() -> Response:
    """A page of services at their locations."""

    def make(shelf: Shelf, values: Values) -> Response:
        whole = values.get("full")
        return _listed_records(shelf, values, service_at_location if whole else service_at_location_in_list)

    return answered(parameters.SERVICE_AT_LOCATIONS, lambda shelf, values: lambda: make(shelf, values))


@blueprint.get("/service_at_locations/<uuid>")
@allow("anybody")
def service_at_location_by_id(uuid: str) -> Response:
    """A service at its location, whole."""

    def prepare(shelf: Shelf, values: Values) -> Maker:
        refs = telling().index(shelf).ref_by_location
        ref = still_there(shelf, uuid, refs, "service at a location")
        return lambda: single(telling().teller(shelf, service_at_location)(ref))

    return answered((), prepare)


@blueprint.get("/organizations")
@allow("anybody")
def organizations() -> Response:
    """A page of the organisations that run services."""

    def make(shelf: Shelf, values: Values) -> Response:
        runs = telling().index(shelf).organizations
        told = _with_words([organization_in_list(run[0].organization) for run in runs.values()], values)
        if values.get("full") or values.get("full_service"):
            whole = _organizations(shelf, values)
            return listed(told, lambda member: whole(runs[member["id"]]), values)
        return listed(told, orjson.dumps, values)

    return answered(parameters.ORGANIZATIONS, lambda shelf, values: lambda: make(shelf, values))


@blueprint.get("/organizations/<uuid>")
@allow("anybody")
def organization_by_id(uuid: str) -> Response:
    """An organisation with the services that it runs."""

    def prepare(shelf: Shelf, values: Values) -> Maker:
        runs = found(uuid, telling().index(shelf).organizations, "organisation")
        return lambda: single(_organizations(shelf, values)(runs))

    return answered(("full_service",), prepare)


@blueprint.get("/taxonomies")
@allow("anybody")
def taxonomies() -> Response:
    """A page of taxonomies."""

    def make(values: Values) -> Response:
        return listed(_with_words(telling().reference.terms.taxonomies.values(), values), orjson.dumps, values)

    return answered(parameters.TAXONOMIES, lambda shelf, values: lambda: make(values))


@blueprint.get("/taxonomies/<uuid>")
@allow("anybody")
def taxonomy_by_id(uuid: str) -> Response:
    """A taxonomy with its terms."""

    def prepare(shelf: Shelf, values: Values) -> Maker:
        terms = telling().reference.terms
        told = found(uuid, terms.taxonomies, "taxonomy")
        return lambda: single({**told, "taxonomy_terms": terms.among(told["id"]), **LICENCE})

    return answered((), prepare)


@blueprint.get("/taxonomy_terms")
@allow("anybody")
def taxonomy_terms() -> Response:
    """A page of the terms of all taxonomies."""

    def make(values: Values) -> Response:
        told = _with_words([term.told for term in telling().reference.terms.by_id.values()], values)
        for name in ("taxonomy_id", "parent_id"):
            if name in values:
                told = [term for term in told if term.get(name) == values[name]]
        if values.get("top_only"):
            told = [term for term in told if "parent_id" not in term]
        return listed(told, orjson.dumps, values)

    return answered(parameters.TAXONOMY_TERMS, lambda shelf, values: lambda: make(values))


@blueprint.get("/taxonomy_terms/<uuid>")
@allow("anybody")
def taxonomy_term_by_id(uuid: str) -> Response:
    """A term."""

    def prepare(shelf: Shelf, values: Values) -> Maker:
        term = found(uuid, telling().reference.terms.by_id, "taxonomy term")
        return lambda: single({**term.told, **LICENCE})

    return answered((), prepare)


def _listed_records(shelf: Shelf, values: Values, form: Form) -> Response:
    tell = telling().teller(shelf, form)
    matching = telling().index(shelf).matching(values, shelf.catalogue)
    return listed(matching, lambda facts: tell(facts.ref), values)


def _with_words(told: Iterable[Mapping[str, Any]], values: Values) -> list[Mapping[str, Any]]:
    return list(having_words(told, values["search"]) if "search" in values else told)


def _organizations(shelf: Shelf, values: Values) -> Callable[[list[Facts]], bytes]:
    """What tells an organisation, by the services that it runs: with the little of them that lists need, or whole."""
    tell, is_full = telling().teller(shelf, service), values.get("full_service")

    def told(runs: list[Facts]) -> bytes:
        services = [orjson.Fragment(tell(facts.ref)) if is_full else _brief(facts) for facts in runs]
        return orjson.dumps({**organization_in_list(runs[0].organization), "services": services, **LICENCE})

    return told


def _brief(facts: Facts) -> dict[str, str]:
    return {"id": facts.id, "name": facts.name, "status": STATUS}
