"""The OpenAPI 3.1 description of the export, the table, the map and the calendar."""

from collections.abc import Iterable
from typing import Final

import orjson
from flask import Blueprint, Flask, Response

from directory.feeds.answering import home, root
from directory.feeds.dos.pages import LIMIT, MOST
from directory.feeds.licence import ATTRIBUTION, LICENCE, LICENCE_URL, WEEKLY_TIMES
from directory.feeds.openapi_schemas import TEXT, WHOLE, Schema, obj, ref, schemas
from directory.feeds.readers import ANYBODY_A_MINUTE, KEY_A_MINUTE, reader
from directory.web.entering import allow

_ABOUT: Final = (
    "Every service of the directory, for systems that keep a copy. A fact is yes, no or not known: null, an empty list "
    f"or no member at all means not known, never “no” or “closed”. {WEEKLY_TIMES} Instants carry their offset. A "
    f"parameter that is not listed is refused. {ANYBODY_A_MINUTE} requests a minute from one address, {KEY_A_MINUTE} "
    f"with a key. {ATTRIBUTION}"
)
_FAULTS: Final = {
    "400": "A parameter is not known, or has a value that cannot be used; `parameter` says which",
    "401": "The key opens nothing: it is unknown, has expired or was revoked",
    "404": "There is no such service, and never was for these readers",
    "406": "The media types in Accept are not told here",
    "410": "There was such a service: take it out of every copy",
    "429": "Too many requests: wait for the seconds in Retry-After",
    "503": "The directory is not ready: ask again after the seconds in Retry-After",
}
_WAITING: Final = frozenset({"429", "503"})

blueprint = Blueprint("openapi", __name__)


def init_app(app: Flask) -> None:
    """Register the address."""
    app.register_blueprint(blueprint)


@blueprint.get("/export/v1/openapi.json")
@allow("anybody")
def openapi() -> Response:
    """What the export is."""
    reader()
    response = Response(orjson.dumps(document(root(), home())), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def document(root: str, home: str) -> Schema:
    """The whole description of the directory at the address `root`, which names things by `home`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "London crisis alternatives: export",
            "version": "1",
            "summary": "A copy of the directory, and what has changed since.",
            "description": _ABOUT,
            "license": {"name": LICENCE, "url": LICENCE_URL},
        },
        "externalDocs": {"url": f"{home}/developers", "description": "How to start"},
        "servers": [{"url": root}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "paths": {path: {"get": operation} for path, operation in _operations().items()},
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The whole key as the token."},
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The name of the key (cad_ and 8 characters), and the whole key as password.",
                },
            },
        },
    }


def _operations() -> dict[str, Schema]:
    """What can be asked, by address."""
    return {
        "/export/v1/services": _operation(
            "snapshot",
            "Every service: a copy to begin with",
            {"application/json": ref("Snapshot"), "application/x-ndjson": TEXT},
            [_query("format", {"type": "string", "enum": ["json", "ndjson"]}, "The same as Accept says.")],
        ),
        "/export/v1/services/{ref}": _operation("service", "One service", {"application/json": ref("Service")}, [_REF]),
        "/export/v1/changes": _operation(
            "changes",
            "What is new, other or gone since a change",
            {"application/json": ref("Changes")},
            [
                _query("afterChangeNumber", {**WHOLE, "minimum": 0, "default": 0}, "`number` of a snapshot, or 0."),
                _query("limit", {**WHOLE, "minimum": 1, "maximum": MOST, "default": LIMIT}, "Most items in a page."),
            ],
        ),
        "/export/v1/services.csv": _operation(
            "table",
            "Every service as a row of a table (RFC 4180)",
            {"text/csv": TEXT},
            [_query("for", {"type": "string", "enum": ["excel"]}, "Begin with a byte order mark, which Excel needs.")],
        ),
        "/export/v1/datapackage.json": _operation(
            "datapackage", "What the columns of the table mean", {"application/json": ref("DataPackage")}
        ),
        "/export/v1/services.geojson": _operation(
            "map", "Every service as a feature of a map (RFC 7946)", {"application/geo+json": ref("Map")}
        ),
        "/export/v1/catalogue.jsonld": _operation(
            "catalogue", "The directory for catalogues of data (DCAT)", {"application/ld+json": obj({"@context": {}})}
        ),
        "/export/v1/openapi.json": {
            "operationId": "openapi",
            "summary": "This description",
            "responses": {
                "200": {"description": "An OpenAPI document", "content": _content({"application/json": obj({})})},
                **_faults(("401", "429")),
            },
        },
        "/services/{ref}/calendar.ics": _calendar(),
    }


_REF: Final[Schema] = {
    "name": "ref",
    "in": "path",
    "required": True,
    "schema": TEXT,
    "description": "Our reference, such as CAD-0001.",
}
_IF_NONE_MATCH: Final[Schema] = {
    "name": "If-None-Match",
    "in": "header",
    "schema": TEXT,
    "description": "The ETag of the answer that you have.",
}


def _operation(name: str, summary: str, told: dict[str, Schema], parameters: list[Schema] | None = None) -> Schema:
    asked = parameters or []
    statuses = ["400", "401", "429", "503"]
    if _REF in asked:
        statuses += ["404", "410"]
    if name in {"snapshot", "service", "changes"}:
        statuses.append("406")
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*asked, _IF_NONE_MATCH],
        "responses": {**_answers(told), **_faults(sorted(statuses))},
    }


def _calendar() -> Schema:
    """Its errors are pages for people, who subscribe to it."""
    pages = {
        status: {"description": _FAULTS[status], "content": _content({"text/html": TEXT})}
        for status in ("401", "404", "410", "429", "503")
    }
    return {
        "operationId": "calendar",
        "summary": "When a service is open in the next 90 days (iCalendar, RFC 5545)",
        "parameters": [_REF, _IF_NONE_MATCH],
        "responses": {**_answers({"text/calendar": TEXT}), **pages},
    }


def _answers(told: dict[str, Schema]) -> Schema:
    tag = {"description": "What this answer is known by", "required": True, "schema": TEXT}
    changed = {"description": "When anything in the directory last changed", "schema": TEXT}
    return {
        "200": {
            "description": "As of now",
            "headers": {"ETag": tag, "Last-Modified": changed},
            "content": _content(told),
        },
        "304": {"description": "Nothing has changed since the answer that you have"},
    }


def _faults(statuses: Iterable[str]) -> Schema:
    waits = {"Retry-After": {"description": "Seconds to wait", "required": True, "schema": TEXT}}
    return {
        status: {
            "description": _FAULTS[status],
            **({"headers": waits} if status in _WAITING else {}),
            "content": _content({"application/problem+json": ref("Problem")}),
        }
        for status in statuses
    }


def _content(told: dict[str, Schema]) -> Schema:
    return {media: {"schema": schema} for media, schema in told.items()}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}
