"""The OpenAPI 3.1 description of the JSON interface, made from the same tables that answer it."""

from collections.abc import Iterable
from typing import Any, get_args

from directory.models import CREW_FACTS, FACT_GROUPS, CheckedBy, CheckedHow, ClaimKind, LiveState, ProblemKind
from directory.places import By, Places
from directory.search import wording
from directory.search.query import LONGEST_TEXT, TAKEN, WIDEST_KM, Asking, Kind
from directory.taxonomies import Taxonomies

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
MAYBE_TRUE: Schema = {"type": ["boolean", "null"], "description": "true, false, or null: not known"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
AGES = "^[0-9]{1,3}(-[0-9]{1,3})?$"
RULES = ("open", "age", "gender", "residence", "referral", "self_referral", "walk_in", "step_free", *TAKEN)
INSTANT: Schema = {"type": "string", "format": "date-time"}
MAYBE_INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}


def document(taxonomies: Taxonomies, places: Places) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "London crisis alternatives",
            "version": "1",
            "summary": "Where a person in crisis can go, or who they can call, now.",
            "description": (
                "Facts are true, false or null, where null means not known. Times are London time with their offset. "
                "Addresses that must not be told are never in an answer."
            ),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "paths": {
            "/api/v1/search": {"get": _search(taxonomies, places)},
            "/api/v1/suggestions": {"get": _suggestions()},
            "/api/v1/services/{ref}": {"get": _service()},
            "/api/v1/openapi.json": {
                "get": {
                    "operationId": "openapi",
                    "summary": "This description",
                    "responses": {"200": _answers("An OpenAPI document", {"type": "object"})},
                }
            },
            "/healthz": {
                "get": {
                    "operationId": "health",
                    "summary": "Whether searches can be answered",
                    "responses": {"200": _answers("Ready", _ref("Health")), "503": _fault("Not ready")},
                }
            },
        },
        "components": {"schemas": _schemas()},
    }


def _search(taxonomies: Taxonomies, places: Places) -> Schema:
    yes_no, yes = {"type": "string", "enum": ["yes", "no"]}, {"type": "string", "enum": ["yes"]}
    text = {"type": "string", "maxLength": LONGEST_TEXT}
    parameters = [
        _query("q", text, "What a person would type: “somali women E1 tonight”. What it says wins over parameters."),
        _query("postcode", text, "A postcode, part of one, a place, a borough, or latitude,longitude."),
        _query("open", {"type": "string", "enum": ["now", "any"]}, "Keep what is open at the time asked about."),
        _query("at", text, "A London time such as 2026-12-25T18:00; on its own it keeps what is open then."),
        _query("radius_km", {"type": "number", "minimum": 0.1, "maximum": WIDEST_KM}, "Kilometres from the place."),
        _query("type", _many(taxonomies.service_types), "Kinds of service; any of them."),
        _query("need", _many(taxonomies.needs), "What help is needed with; any of them."),
        _query("asking", _one(get_args(Asking)), "Who asks: keep what takes a person from them."),
        _query("self_referral", yes_no, "Whether people can refer themselves."),
        _query("walk_in", yes_no, "Whether people can walk in."),
        _query("step_free", yes, "Keep what has no steps."),
        *(_query(name, yes, f"Keep what takes {wording.TAKEN[name]}.") for name in TAKEN),
        _query("age", {"type": "string", "pattern": AGES}, "The person’s age in years, or a range: “17”, “13-17”."),
        _query("gender", {"type": "string", "enum": ["women", "men", "any"]}, "Who the place must take."),
        _query("community", _many(taxonomies.communities), "Communities the service is for; any of them."),
        _query("language", _many(taxonomies.languages), "Languages spoken; any of them."),
        _query("borough", text, f"In or for a borough, by name or code, such as {places.areas.boroughs[0].name}."),
        _query("icb", text, "In or for an area of the integrated care boards, by code or name, such as SEL."),
        _query("exact", {"type": "string", "enum": ["yes"]}, "Leave the spelling of the words as it is."),
        _query("page", {"type": "integer", "minimum": 1, "maximum": 1000}, "Which page of results."),
    ]
    return {
        "operationId": "search",
        "summary": "Find crisis alternatives",
        "description": "A parameter that is not listed here is refused.",
        "parameters": parameters,
        "responses": {
            "200": _answers("What was found", _ref("Search")),
            "400": _fault("The search cannot be understood"),
            "503": _fault("Not ready"),
        },
    }


def _suggestions() -> Schema:
    text = {"type": "string", "maxLength": LONGEST_TEXT}
    suggestion = _object({"text": TEXT, "kind": TEXT, "detail": TEXT, "url": MAYBE_TEXT})
    return {
        "operationId": "suggestions",
        "summary": "What somebody who is typing may be about to say",
        "parameters": [_query("q", text, "The text of the box as it stands.")],
        "responses": {
            "200": _answers("Whole texts for the box", _object({"suggestions": _list(suggestion)})),
            "400": _fault("The text is too long"),
            "503": _fault("Not ready"),
        },
    }


def _service() -> Schema:
    ref = {"name": "ref", "in": "path", "required": True, "schema": {"type": "string"}, "example": "CAD-0001"}
    return {
        "operationId": "service",
        "summary": "One entry, whole",
        "parameters": [ref],
        "responses": {
            "200": _answers("The entry", _ref("Service")),
            "404": _fault("No such entry"),
            "503": _fault("Not ready"),
        },
    }


def _query(name: str, schema: Schema, description: str) -> Schema:
    parameter = {"name": name, "in": "query", "schema": schema, "description": description}
    return {**parameter, "style": "form", "explode": True} if schema["type"] == "array" else parameter


def _many(terms: Any) -> Schema:
    return {"type": "array", "items": {"type": "string", "enum": list(terms)}}


def _one(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _answers(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _fault(description: str) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _or_null(properties: Schema, description: str) -> Schema:
    return {"oneOf": [_object(properties), {"type": "null"}], "description": description}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _schemas() -> Schema:
    return {
        "Opening": _object(
            {
                "state": {"type": "string", "enum": ["open", "closed", "unknown"]},
                "until": MAYBE_INSTANT,
                "next_open": MAYBE_INSTANT,
                "text": TEXT,
            }
        ),
        "LiveStatus": _or_null(_of_a_live_status(), "What the service says of this instant; null: nothing"),
        "Caution": _or_null(_of_a_caution(), "Several people reported the entry, since this instant"),
        "Evidence": _object(_of_evidence()),
        "Place": {"oneOf": [_object(_whereabouts()), {"type": "null"}]},
        "Result": _object({**_brief(), **_of_a_result()}),
        "NearMiss": _object({"entry": _ref("Result"), "rule": _one(RULES), "text": TEXT}),
        "Understood": _object({"kind": _one(get_args(Kind)), "value": TEXT, "words": TEXT}),
        "Correction": _object({"typed": TEXT, "read_as": TEXT}),
        "Service": _object({**_brief(), **_of_a_whole_entry()}),
        "Search": _object(_of_a_search()),
        "Health": _object(
            {
                "ready": {"type": "boolean"},
                "number": WHOLE,
                "age_seconds": MAYBE_NUMBER,
                "stale": {"type": "boolean"},
                "entries": WHOLE,
            }
        ),
        "Problem": {
            "type": "object",
            "required": ["title", "status"],
            "properties": {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "reason": TEXT},
        },
    }


def _of_a_result() -> Schema:
    return {
        "distance_km": MAYBE_NUMBER,
        "open": _ref("Opening"),
        "live_status": _ref("LiveStatus"),
        "ask_about": {
            **_list(TEXT),
            "description": "What was asked for and is not known, or was said or reported",
        },
        "reasons": {**_list(TEXT), "description": "Why the entry is here, each in a few words"},
        "arrival": {"oneOf": [_object(_of_an_arrival()), {"type": "null"}]},
    }


def _of_a_live_status() -> Schema:
    return {"state": _one(get_args(LiveState)), "note": MAYBE_TEXT, "at": INSTANT, "until": INSTANT}


def _of_a_caution() -> Schema:
    return {"kinds": _list(_one(get_args(ProblemKind))), "at": INSTANT}


def _of_evidence() -> Schema:
    by, how = [*filter(None, get_args(CheckedBy)), None], [*filter(None, get_args(CheckedHow)), None]
    return {
        "fact_group": _one(FACT_GROUPS),
        "source_url": MAYBE_TEXT,
        "source_date": {**MAYBE_TEXT, "description": "Perhaps only a year or a month"},
        "checked_on": {**MAYBE_TEXT, "description": "The day on which somebody last said that the group is right"},
        "checked_by": {"enum": by, "description": "Which side said so"},
        "checked_how": {"enum": how},
        "confirmed_by_provider": {"type": "boolean"},
    }


def _of_an_arrival() -> Schema:
    band = _object({"least": WHOLE, "most": WHOLE})
    return {
        "at": {"type": "string", "format": "date-time", "description": "Estimated from the distance"},
        "note": {**MAYBE_TEXT, "description": "What the journey changes"},
        "minutes": _object(dict.fromkeys(get_args(By), band)),
    }


def _of_a_whole_entry() -> Schema:
    term = _list(_object({"code": TEXT, "name": TEXT}))
    texts = ("description", "email", "website", "opening_hours", "eligibility", "application_process", "accessibility")
    return {
        **dict.fromkeys(texts, MAYBE_TEXT),
        **dict.fromkeys(("referral_routes", "communities", "languages"), term),
        **dict.fromkeys(("interpreters", "step_free", "nhs_commissioned"), MAYBE_TRUE),
        **dict.fromkeys(("cost", "cost_description"), MAYBE_TEXT),
        **dict.fromkeys(CREW_FACTS, _crew_fact()),
        "entrance": MAYBE_TEXT,
        "cultural_claims": _list(_claim()),
        "evidence": _list(_ref("Evidence")),
        "open": _ref("Opening"),
        "live_status": _ref("LiveStatus"),
        "number": WHOLE,
    }


def _crew_fact() -> Schema:
    said = _object(
        {"value": {"type": "boolean"}, "said_on": {**MAYBE_TEXT, "description": "ISO 8601, perhaps reduced"}}
    )
    return {"oneOf": [said, {"type": "null"}], "description": "Yes or no and when that was said; null: not known"}


def _claim() -> Schema:
    texts = dict.fromkeys(("code", "name", "said_by"), TEXT)
    claim = _object({"kind": _one(get_args(ClaimKind)), **texts, "said_on": MAYBE_TEXT})
    return {**claim, "description": "What somebody claims of its culture: no more than that"}


def _of_a_search() -> Schema:
    return {
        "place": _ref("Place"),
        "at": {"type": "string", "format": "date-time"},
        **dict.fromkeys(("words", "asking"), MAYBE_TEXT),
        "understood": _list(_ref("Understood")),
        "corrections": _list(_ref("Correction")),
        "notices": _list(TEXT),
        **dict.fromkeys(("total", "sure_total", "places_total"), WHOLE),
        **dict.fromkeys(("results", "lines"), _list(_ref("Result"))),
        "near_misses": _list(_ref("NearMiss")),
        "suggestions": _list({"type": "object"}),
        "radius_km": MAYBE_NUMBER,
        **dict.fromkeys(("widened", "any_word", "words_left_out", "needs_left_out", "stale"), {"type": "boolean"}),
        "next_page": {"type": ["integer", "null"]},
        "number": WHOLE,
        "as_of": MAYBE_INSTANT,
    }


def _brief() -> Schema:
    return {
        **dict.fromkeys(("ref", "name", "service_type", "service_type_name", "url"), {"type": "string"}),
        **dict.fromkeys(("organization", "address", "postcode", "borough", "gender"), MAYBE_TEXT),
        "location_type": {"type": "string", "enum": ["physical", "virtual"]},
        "address_visibility": {"type": "string", "enum": ["full", "area", "hidden"]},
        **dict.fromkeys(("latitude", "longitude"), MAYBE_NUMBER),
        **dict.fromkeys(("self_referral", "walk_in"), MAYBE_TRUE),
        **dict.fromkeys(("minimum_age", "maximum_age"), {"type": ["integer", "null"]}),
        "area_served": _list({"type": "string"}),
        "phones": _list(_object({"number": {"type": "string"}, "note": MAYBE_TEXT, "kind": {"type": "string"}})),
        "confirmed_by_provider": {"type": "boolean"},
        "caution": _ref("Caution"),
    }


def _whereabouts() -> Schema:
    return {
        **dict.fromkeys(("kind", "label"), {"type": "string"}),
        **dict.fromkeys(("latitude", "longitude"), MAYBE_NUMBER),
        **dict.fromkeys(("easting", "northing"), {"type": ["integer", "null"]}),
        **dict.fromkeys(("borough", "borough_code", "icb", "note"), MAYBE_TEXT),
        **dict.fromkeys(("exact", "in_london"), {"type": "boolean"}),
    }
