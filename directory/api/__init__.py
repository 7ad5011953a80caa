"""JSON for machines: the same searches and entries as the pages, and whether the directory is ready."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, request

from directory.api import suggestions
from directory.api.openapi import document
from directory.api.record import Records
from directory.places import Choices, NotFound, Place, PlacesUnavailable, Travel
from directory.schedules import LONDON
from directory.search.catalogue import CatalogueUnavailable
from directory.search.find import Arrival, Found, NearMiss, Result, find
from directory.search.live import Opening, opening_at
from directory.search.parameters import spelt_out
from directory.search.query import MOST_NAMED, PARAMETERS, Asked
from directory.search.suggestions import Suggestion, suggest
from directory.web import rooms
from directory.web.entering import allow
from directory.web.errors import problem

blueprint = Blueprint("api", __name__)


def init_app(app: Flask) -> None:
    """Register the JSON addresses."""
    here = app.extensions["directory"]
    app.extensions["records"] = Records(here.places, here.taxonomies)
    app.register_blueprint(blueprint)
    suggestions.init_app(app)


@blueprint.get("/api/v1/search")
@allow("anybody")
def search() -> Response:
    """Search, by the parameters of the results page."""
    here = rooms()
    unknown = sorted(set(request.args) - PARAMETERS)
    if unknown:
        return _refused(
            [{"parameter": name[:40], "detail": "This parameter is not known."} for name in unknown[:MOST_NAMED]]
        )
    asked = here.read(dict(request.args.lists()))
    if asked.problems:
        return _refused([{"parameter": fault.field, "detail": fault.message} for fault in asked.problems])
    if isinstance(asked.located, NotFound):
        return _not_found(asked.located)
    if isinstance(asked.located, Choices):
        options = [{"label": place.label, "postcode": place.query} for place in asked.located.options]
        return problem(400, "Several places have this name", asked.located.message, choices=options)
    catalogue = here.catalogue()
    found = find(asked.query, catalogue)
    return _json(_answer(asked, found, suggest(asked.query, found, catalogue)))


@blueprint.get("/api/v1/services/<ref>")
@allow("anybody")
def service(ref: str) -> Response:
    """One entry, whole, with its opening at this moment."""
    here = rooms()
    catalogue = here.catalogue()
    try:
        entry = catalogue.get(ref.upper())
    except KeyError:
        return problem(404, "No such entry", "No entry that the public can see has this reference.")
    opening = opening_at(entry, here.now())
    state = {"open": orjson.Fragment(opening.json), "live_status": orjson.Fragment(_live_status(opening))}
    return _json({**_records().whole(entry), **state, "number": catalogue.number})


@blueprint.get("/api/v1/openapi.json")
@allow("anybody")
def openapi() -> Response:
    """What this interface is, in OpenAPI 3.1."""
    return _json(document(rooms().taxonomies, rooms().places))


@blueprint.get("/healthz")
@allow("anybody")
def health() -> Response:
    """Whether searches can be answered, as of which change, and how old that knowledge is in seconds."""
    here = rooms()
    try:
        catalogue, _ = here.catalogue(), here.places.tables
    except (CatalogueUnavailable, PlacesUnavailable) as error:
        return problem(503, "Not ready", str(error))
    age = round(here.now().timestamp() - catalogue.as_of.timestamp(), 3) if catalogue.as_of else None
    ready = {"ready": True, "number": catalogue.number, "age_seconds": age, "stale": catalogue.stale}
    return _json({**ready, "entries": catalogue.count})


def _answer(asked: Asked, found: Found, suggestions: tuple[Suggestion, ...]) -> dict[str, Any]:
    return {
        "place": _place(asked.located) if isinstance(asked.located, Place) else None,
        "at": asked.query.at.isoformat(timespec="seconds"),
        "words": asked.query.words or None,
        "asking": asked.query.asking,
        "understood": [{"kind": u.kind, "value": u.value, "words": u.words} for u in asked.understood],
        "corrections": [{"typed": c.typed, "read_as": c.read_as} for c in asked.corrections],
        "notices": asked.notices,
        "total": found.total,
        "sure_total": found.sure_total,
        "places_total": found.places_total,
        "results": _results(found.results),
        "near_misses": _near_misses(found.near_misses),
        "lines": _results(found.lines),
        "suggestions": [
            {"label": suggestion.label, "parameters": _changed(asked, suggestion), "count": suggestion.count}
            for suggestion in suggestions
        ],
        "radius_km": found.radius_km,
        "widened": found.widened,
        "any_word": found.any_word,
        "words_left_out": found.words_left_out,
        "needs_left_out": found.needs_left_out,
        "next_page": found.next_page,
        "number": found.number,
        "as_of": _moment(found.as_of),
        "stale": found.stale,
    }


def _changed(asked: Asked, suggestion: Suggestion) -> dict[str, str | list[str]]:
    """The parameters of a suggested search, all of them: those of this one as it was understood, and what changes."""
    whole = {**spelt_out(asked.query), **suggestion.arguments}
    return {name: value for name, value in whole.items() if value}


def _results(results: Iterable[Result]) -> orjson.Fragment:
    """Results as a JSON array."""
    records = _records()
    return orjson.Fragment(b"[%b]" % b",".join([_result(result, records) for result in results]))


def _result(result: Result, records: Records) -> bytes:
    """What stands for each entry is made once, so only what differs from search to search is written here."""
    return b'%b"distance_km":%b,"open":%b,"live_status":%b,"ask_about":%b,"reasons":%b,"arrival":%b}' % (
        records.begun_json(result.entry),
        b"null" if result.distance_km is None else b"%.2f" % result.distance_km,
        result.opening.json,
        _live_status(result.opening),
        orjson.dumps(result.ask_about),
        orjson.dumps(result.reasons),
        b"null" if result.arrival is None else _arrival(result.arrival),
    )


def _live_status(opening: Opening) -> bytes:
    """What the service says of the instant answered for, and since and until when; null where that is not known."""
    live = opening.live
    if live is None:
        return b"null"
    span = {"at": _moment(live.at.astimezone(LONDON)), "until": _moment(live.until.astimezone(LONDON))}
    return orjson.dumps({"state": live.state, "note": live.note or None, **span})


def _arrival(arrival: Arrival) -> bytes:
    """When somebody who sets out now would be there, with the minutes of each way to travel, all estimates."""
    note = orjson.dumps(arrival.note) if arrival.note else b"null"
    return b'{"at":%b,"note":%b,"minutes":%b}' % (orjson.dumps(arrival.at), note, _minutes(arrival.travel))


@lru_cache(maxsize=1024)
def _minutes(travel: Travel) -> bytes:
    return orjson.dumps({by: band._asdict() for by, band in travel._asdict().items()})


def _near_misses(near_misses: Iterable[NearMiss]) -> orjson.Fragment:
    """Near misses as a JSON array: the entry as a result, and the one rule that it fails."""
    records = _records()
    written = (
        b'{"entry":%b,"rule":%b,"text":%b}'
        % (_result(miss.result, records), orjson.dumps(miss.rule), orjson.dumps(miss.text))
        for miss in near_misses
    )
    return orjson.Fragment(b"[%b]" % b",".join(written))


def _place(place: Place) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "label": place.label,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "easting": place.easting,
        "northing": place.northing,
        "borough": place.borough_name,
        "borough_code": place.borough,
        "icb": place.icb,
        "exact": place.exact,
        "in_london": place.in_london,
        "note": place.note,
    }


def _moment(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None


def _not_found(unknown: NotFound) -> Response:
    instead = {"postcode": unknown.fallback.query} if unknown.fallback else None
    return problem(400, "Place not found", unknown.message, reason=unknown.reason, instead=instead)


def _records() -> Records:
    records: Records = current_app.extensions["records"]
    return records


def _refused(errors: list[dict[str, str]]) -> Response:
    return problem(400, "The search cannot be understood", " ".join(e["detail"] for e in errors), errors=errors)


def _json(body: dict[str, Any]) -> Response:
    response = Response(orjson.dumps(body), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
