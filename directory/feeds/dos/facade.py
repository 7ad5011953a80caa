"""A façade for consumers of the REST interface of the NHS Directory of Services: its paths, envelope and errors.

Services carry the keys that client code is known to read and no others; docs/feeds/dos.md lists what is left out.
"""

import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import orjson
from flask import Blueprint, Flask, Response, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from directory.feeds.answering import home, shelf_for
from directory.feeds.dos.asking import Search, bad, read_number, read_search
from directory.feeds.dos.extras import Reference
from directory.feeds.dos.records import capacity, long_name, service_type
from directory.feeds.readers import here_now, reader
from directory.feeds.shelf import Shelf
from directory.places import Place, PlacesUnavailable, distances_km, miles
from directory.records import OUR_SERVICE_IDS, Record, service_id
from directory.schedules import LONDON, answer
from directory.search.catalogue import CatalogueUnavailable
from directory.search.live import parsed
from directory.web.entering import allow
from directory.web.errors import Refused, tell_in_form

blueprint = Blueprint("dos_facade", __name__, url_prefix="/dos/app/controllers/api/v1.0/services")

CAPACITY_HOLDS: Final = timedelta(hours=24)
_TOLD = (Refused, OperationalError, InterfaceError, NoConnection, CatalogueUnavailable, PlacesUnavailable)
_COLOURS = {"High": "GREEN", "Low": "AMBER", "None": "RED"}
_METRES_IN_A_MILE = 1609.344

Found = Iterable[tuple[Record, float | None]]
"""Services, each with its distance in miles where there was a search around a postcode."""


def init_app(app: Flask) -> None:
    """Register the façade, and have its errors told as its consumers expect them."""
    app.register_blueprint(blueprint)
    tell_in_form(app, "/dos/", _error)


def _answered(find: Callable[..., Found]) -> Callable[..., Response]:
    """A view of what is found for the holder of a key.

    The path may hold somebody's postcode: what goes wrong is logged without it, and nobody keeps the answer.
    """

    @wraps(find)
    def view(**segments: str) -> Response:
        try:
            who = reader(must_have_key=True)
            if request.args:
                raise bad("Everything is asked in the path; there is no query string")
            shelf, now = shelf_for(who), here_now()
            reference = Reference(shelf.taxonomies, shelf.places, shelf.fresh_days, home())
            services = [_service(record, far, now, reference) for record, far in find(shelf, now, segments)]
            body = orjson.dumps({"success": {"serviceCount": len(services), "services": services}})
        except _TOLD:
            raise
        except Exception as error:
            trace = "".join(traceback.format_tb(error.__traceback__))
            current_app.logger.error("The façade failed: %s\n%s", type(error).__name__, trace)
            raise Refused(500, "Error", "Something went wrong. Try again in a minute.") from None
        response = Response(body, mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    return view


@blueprint.get("/byServiceId/<service_id>")
@allow("anybody")
@_answered
def by_service_id(shelf: Shelf, now: datetime, segments: dict[str, str]) -> Found:
    """The service of a number: ours, or that of its profile in the Directory of Services."""
    wanted = read_number(segments["service_id"], "The service ID must be numeric")
    if wanted in OUR_SERVICE_IDS:
        ref = f"CAD-{wanted - OUR_SERVICE_IDS.start:04d}"
        return [(shelf.record(ref, now), None)] if shelf.has(ref) else []
    return [(shelf.record(ref, now), None) for ref in _numbers(shelf).by_service_id.get(wanted, ())[:1]]


@blueprint.get("/byOdsCode/<code>")
@allow("anybody")
@_answered
def by_ods_code(shelf: Shelf, now: datetime, segments: dict[str, str]) -> Found:
    """The services of a site by its code."""
    refs = _numbers(shelf).by_ods_code.get(segments["code"].upper(), ())
    return [(shelf.record(ref, now), None) for ref in refs]


@blueprint.get(
    "/byServiceType/<caseId>/<postcode>/<searchDistance>/<gpPracticeId>/<age>/<gender>/<disposition>/<serviceTypeIds>"
    "/<numberPerType>"
)
@allow("anybody")
@_answered
def by_service_type(shelf: Shelf, now: datetime, segments: dict[str, str]) -> Found:
    """The nearest services of some types for somebody at a postcode."""
    search = read_search(segments, shelf.places)
    counts, found = Counter[int](), []
    for far, ref in sorted(_in_box(shelf, search)):
        record = shelf.record(ref, now)
        number = shelf.taxonomies.service_types[record.service_type].dos_service_type_id
        if counts[number] < search.most and _takes(record, search):
            counts[number] += 1
            found.append((record, far))
    return found


class _Numbers:
    """References by the numbers and codes that the NHS knows services by."""

    def __init__(self, shelf: Shelf) -> None:
        self.by_service_id, self.by_ods_code = defaultdict[int, list[str]](list), defaultdict[str, list[str]](list)
        for ref in shelf.refs:
            record = shelf.record(ref, here_now())
            if record.dos_service_id is not None:
                self.by_service_id[record.dos_service_id].append(ref)
            if record.ods_code:
                self.by_ods_code[record.ods_code.upper()].append(ref)


_kept: WeakKeyDictionary[Shelf, _Numbers] = WeakKeyDictionary()


def _numbers(shelf: Shelf) -> _Numbers:
    """Those of a shelf, made once."""
    numbers = _kept.get(shelf)
    if numbers is None:
        numbers = _kept[shelf] = _Numbers(shelf)
    return numbers


def _in_box(shelf: Shelf, search: Search) -> Iterator[tuple[float, str]]:
    """The services of the types within the square around the postcode, each with its distance in miles.

    None whose place is not known or not told.
    """
    types = shelf.taxonomies.service_types
    codes = [code for code, term in types.items() if term.dos_service_type_id in search.types]
    columns, half = shelf.catalogue.columns, search.miles * _METRES_IN_A_MILE
    east, north = search.grid
    near = (np.abs(columns.easting - east) <= half) & (np.abs(columns.northing - north) <= half)
    rows = np.flatnonzero(near & shelf.catalogue.having("type", codes))
    far = distances_km(*search.degrees, columns.latitude[rows], columns.longitude[rows])
    refs = shelf.refs
    return ((miles(kilometres), refs[row]) for kilometres, row in zip(far.tolist(), rows.tolist(), strict=True))


def _takes(record: Record, search: Search) -> bool:
    """Whether it is for somebody of that age and gender who lives there, as far as is known."""
    if search.gender is not None and record.gender not in (None, search.gender):
        return False
    if search.ages is not None:
        youngest, oldest = search.ages
        too_young = record.minimum_age is not None and oldest < record.minimum_age
        too_old = record.maximum_age is not None and youngest > record.maximum_age
        if too_young or too_old:
            return False
    return _serves(record.area_served, search.place)


def _serves(area_served: tuple[str, ...], place: Place) -> bool:
    if not area_served or not {"UK", "England"}.isdisjoint(area_served):
        return True
    if place.in_london and "London" in area_served:
        return True
    return place.borough in area_served or place.icb in area_served


def _service(record: Record, far: float | None, now: datetime, reference: Reference) -> dict[str, Any]:
    borough = reference.places.boroughs.get(record.borough)
    footprint = reference.places.footprints.get(borough.footprint) if borough else None
    return {
        "id": service_id(record.ref) if record.dos_service_id is None else record.dos_service_id,
        "name": long_name(record, reference),
        "type": {"name": service_type(record, reference)["name"]},
        "odsCode": record.ods_code,
        "address": [part.strip() for part in record.address.split(",") if part.strip()],
        "postcode": record.postcode,
        "easting": record.easting,
        "northing": record.northing,
        "region": {"name": footprint.name if footprint else ""},
        **({} if far is None else {"patientDistance": round(far, 1)}),
        "capacity": _capacity(record, now),
        "endpoints": [],
    }


def _capacity(record: Record, now: datetime) -> dict[str, Any]:
    """What the service says of now; empty texts where it says nothing, or said it longer ago than capacity holds.

    There are no opening hours beside it, so room is told of no service that is closed at this hour.
    """
    live, word = record.live_status, capacity(record)
    holds = live is not None and live.at <= now < min(live.until, live.at + CAPACITY_HOLDS)
    is_shut = word != "None" and answer(parsed(record.opening_hours), now).state == "closed"
    if live is None or word is None or not holds or is_shut:
        return {"status": {"rag": "", "human": ""}, "updated": {"date": "", "time": "", "by": ""}}
    at = live.at.astimezone(LONDON)
    return {
        "status": {"rag": _COLOURS[word], "human": word.upper()},
        "updated": {"date": f"{at:%d/%m/%Y}", "time": f"{at:%H:%M}", "by": "The service"},
    }


def _error(status: int, title: str, detail: str, **more: object) -> Response:
    body = {"error": {"code": status, "message": f"{HTTPStatus(status).phrase}: {detail}"}}
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
