"""The addresses of the table, its description, the map, and the record for catalogues of data."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

import orjson
from flask import Blueprint, Response, request

from directory.feeds.answering import bad, home, in_pieces, only, shelf_for, tagged
from directory.feeds.dos.extras import Reference
from directory.feeds.readers import here_now, reader
from directory.feeds.shelf import Form, Shelf
from directory.feeds.tables import csv_table, geojson
from directory.feeds.tables.catalogue import catalogue
from directory.feeds.tables.columns import columns_for
from directory.feeds.tables.datapackage import TABLE, package
from directory.feeds.tables.telling import told
from directory.records import Record
from directory.revisions import Version
from directory.web.entering import allow

blueprint = Blueprint("tables", __name__, url_prefix="/export/v1")

EXCEL: Final = "excel"
_BATCH = 100


@blueprint.get(f"/{TABLE}")
@allow("anybody")
def table() -> Response:
    """One row for each service; `?for=excel` begins with what tells Excel that it is UTF-8."""
    who = reader()
    is_for_excel = _is_for_excel()
    shelf = shelf_for(who)

    def make() -> Response:
        columns, reference = columns_for(who.audience, shelf.taxonomies), _reference(shelf)

        def line(record: Record, version: Version) -> bytes:
            return csv_table.row(columns, told(reference, record, version))

        head = (csv_table.BYTE_ORDER_MARK if is_for_excel else b"") + csv_table.header(columns)
        response = in_pieces(chain((head,), _batches(shelf, "csv", line)), csv_table.MIMETYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="{TABLE}"'
        return response

    response = tagged(shelf, who, make, part=f"csv-{EXCEL}" if is_for_excel else "csv")
    response.headers.add("Link", '<datapackage.json>; rel="describedby"; type="application/json"')
    return response


@blueprint.get("/datapackage.json")
@allow("anybody")
def datapackage() -> Response:
    """What the columns of the table are."""
    who = reader()
    only()
    shelf = shelf_for(who)

    def make() -> Response:
        return _json(package(columns_for(who.audience, shelf.taxonomies), home(), shelf.changed_at))

    return tagged(shelf, who, make, part="package")


@blueprint.get("/services.geojson")
@allow("anybody")
def features() -> Response:
    """One feature for each service."""
    who = reader()
    only()
    shelf = shelf_for(who)

    def make() -> Response:
        reference = _reference(shelf)

        def one(record: Record, version: Version) -> bytes:
            return geojson.feature(told(reference, record, version))

        pieces = chain((geojson.HEAD,), _batches(shelf, "geojson", one, b","), (geojson.TAIL,))
        return in_pieces(pieces, geojson.MIMETYPE)

    return tagged(shelf, who, make, part="geojson")


@blueprint.get("/catalogue.jsonld")
@allow("anybody")
def dcat() -> Response:
    """What there is to be had, for catalogues of data."""
    who = reader()
    only()
    shelf = shelf_for(who)
    return tagged(shelf, who, lambda: _json(catalogue(home(), shelf.changed_at), "application/ld+json"), part="dcat")


def _reference(shelf: Shelf) -> Reference:
    return Reference(shelf.taxonomies, shelf.places, shelf.fresh_days, home())


def _batches(shelf: Shelf, name: str, form: Form, separator: bytes = b"") -> Iterator[bytes]:
    """What a format makes of every record at this instant, many at a time."""
    return _joined(shelf.all_made(name, form, here_now()), separator)


def _joined(made: Iterator[bytes], separator: bytes) -> Iterator[bytes]:
    between = b""
    while batch := list(islice(made, _BATCH)):
        yield between + separator.join(batch)
        between = separator


def _json(body: object, mimetype: str = "application/json") -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_INDENT_2), mimetype=mimetype)


def _is_for_excel() -> bool:
    only("for")
    given = request.args.get("for")
    if given not in (None, EXCEL):
        raise bad("for", f"for can only be {EXCEL}.")
    return given is not None
