"""The OpenAPI 3.1 description of Open Referral UK as it is served here, made from the tables that answer it."""

from typing import Any, Final

from directory.feeds.licence import LICENCE_NAME, LICENCE_URL, WEEKLY_TIMES
from directory.feeds.oruk import parameters
from directory.feeds.oruk.parameters import PARAMETERS
from directory.feeds.oruk.taxonomies import PATH

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_ID: Final[Schema] = {"type": "string", "format": "uuid"}
_YES_NO: Final[Schema] = {"type": "boolean"}
_WHOLE: Final[Schema] = {"type": "integer"}
_LISTS: Final = (
    ("services", "Service", "Services", parameters.SERVICES),
    ("service_at_locations", "ServiceAtLocation", "Services at their locations", parameters.SERVICE_AT_LOCATIONS),
    ("organizations", "Organization", "Organisations that run services", parameters.ORGANIZATIONS),
    ("taxonomies", "Taxonomy", "Taxonomies", parameters.TAXONOMIES),
    ("taxonomy_terms", "TaxonomyTerm", "Terms of the taxonomies", parameters.TAXONOMY_TERMS),
)
_GOES: Final = ("services", "service_at_locations")


def document(root: str) -> Schema:
    """The whole description, of the interface behind the address `root`."""
    paths: Schema = {"/": {"get": _operation("about", "Which version this is", (), _json(_ref("About")))}}
    for name, schema, title, known in _LISTS:
        paths[f"/{name}"] = {"get": _list(name, schema, title, known)}
        paths[f"/{name}/{{id}}"] = {"parameters": [_ID_IN_PATH], "get": _one(name, schema)}
    whole = _json({"type": "object"})
    paths["/openapi.json"] = {"get": _operation("openapi", "This description", (), whole)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "London crisis alternatives: Open Referral UK",
            "version": "HSDS-UK-3.0",
            "description": (
                "Members that begin with x_ are this directory's own. What is not known is left out: it never means no "
                f"or closed. {WEEKLY_TIMES} Instants carry their zone. A parameter that is not listed is refused, and "
                "filters must all hold. A key adds nothing here, and one that is not good is refused."
            ),
            "license": {"name": LICENCE_NAME, "url": LICENCE_URL},
        },
        "servers": [{"url": f"{root}{PATH}"}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


_ID_IN_PATH: Final[Schema] = {"name": "id", "in": "path", "required": True, "schema": _ID}


def _list(name: str, schema: str, title: str, known: tuple[str, ...]) -> Schema:
    lines = {"application/x-ndjson": {"schema": _TEXT}}
    items = {"type": "array", "items": _ref("Listed" if name in _GOES else schema)}
    page = {"allOf": [_ref("Page"), {"type": "object", "properties": {"contents": items}}]}
    return _operation(name, title, known, {**_json(page), **lines})


def _one(name: str, schema: str) -> Schema:
    known = ("full_service",) if name == "organizations" else ()
    told = _operation(f"{name}_by_id", "One of them, whole", known, _json(_ref(schema)))
    told["responses"]["404"] = _fault("There is none with this id")
    if name in _GOES:
        told["responses"]["410"] = _fault("It was there, and has been taken out of the directory")
    return told


def _operation(name: str, summary: str, known: tuple[str, ...], content: Schema) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_query(parameter) for parameter in known],
        "responses": {
            "200": {"description": "Here it is", "content": content},
            "304": {"description": "What you have stands"},
            "400": _fault("A parameter is not known or cannot be used; `parameters` names it"),
            "401": _fault("A key was sent that opens nothing"),
            "429": _fault("Too many requests; see Retry-After"),
            "503": _fault("Not ready; see Retry-After"),
        },
    }


def _query(name: str) -> Schema:
    parameter = PARAMETERS[name]
    return {"name": name, "in": "query", "schema": parameter.schema, "description": parameter.description}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _fault(description: str) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _schemas() -> Schema:
    licence = {"x_licence": _TEXT, "x_attribution": _TEXT}
    named = {"id": _ID, "name": _TEXT, "description": _TEXT}
    location = {"service_id": _ID, "location_id": _ID, "location": {"type": "object"}, "service": _ref("Service")}
    return {
        "About": _object({**dict.fromkeys(("version", "profile", "openapi_url", "x_timezone"), _TEXT), **licence}),
        "Page": _object(_of_a_page(licence)),
        "Listed": _object({"id": _ID}, {"name": _TEXT, "modified_date": _TEXT, **licence}),
        "Service": _object(_of_a_service(), _more_of_a_service()),
        "ServiceAtLocation": _object({"id": _ID, **location, **licence}),
        "Organization": _object(named, {"services": _many(_object({"id": _ID}))}),
        "Taxonomy": _object({**named, "uri": _TEXT, "x_code": _TEXT}, {"taxonomy_terms": _many(_ref("TaxonomyTerm"))}),
        "TaxonomyTerm": _object(
            {**named, "code": _TEXT, "taxonomy": _TEXT, "taxonomy_id": _ID, "term_uri": _TEXT}, {"parent_id": _ID}
        ),
        "Problem": _object({"title": _TEXT, "status": _WHOLE}, {"detail": _TEXT, "parameters": _many(_TEXT)}),
    }


def _of_a_page(licence: Schema) -> Schema:
    numbers = dict.fromkeys(("total_items", "total_pages", "page_number", "size"), _WHOLE)
    answers = dict.fromkeys(("first_page", "last_page", "empty"), _YES_NO)
    return {**numbers, **answers, **licence, "contents": {"type": "array"}}


def _of_a_service() -> Schema:
    texts = ("name", "x_ref", "x_valid_until", "x_after_valid_until", "last_modified")
    return {
        "id": _ID,
        "organization_id": _ID,
        "status": {"type": "string", "enum": ["active"]},
        **dict.fromkeys(texts, _TEXT),
        "x_service_id": _WHOLE,
        "x_hours_known": _YES_NO,
        "organization": _ref("Organization"),
    }


def _more_of_a_service() -> Schema:
    lists = ("phones", "schedules", "x_exceptions", "service_areas", "service_at_locations", "languages", "attributes")
    return {
        **dict.fromkeys(("description", "url", "email", "alert", "assured_date", "x_opening_hours"), _TEXT),
        **dict.fromkeys(("minimum_age", "maximum_age"), {"type": "number"}),
        **dict.fromkeys(lists, _many({"type": "object"})),
    }


def _many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}
