"""The export: every service as the NHS Directory of Services would tell it, whole, one by one, or since a change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from directory import revisions
from directory.feeds.answering import bad, home, in_pieces, only, root, shelf_for, tagged
from directory.feeds.dos.extras import Reference
from directory.feeds.dos.records import to_json
from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, WEEKLY_TIMES
from directory.feeds.readers import Reader, here_now, reader
from directory.feeds.shelf import Form, Shelf
from directory.records import stable_id
from directory.revisions import Version
from directory.web import rooms
from directory.web.entering import allow
from directory.web.errors import Refused

blueprint = Blueprint("dos", __name__)

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
KIND: Final = "CrisisAlternative"
LIMIT: Final = 500
MOST: Final = 5000
_NAME = "dos"
_BATCH = 100
_NUMBER = re.compile(r"[0-9]{1,18}")


@blueprint.get("/export/v1/services")
@allow("anybody")
def snapshot() -> Response:
    """Every service, as one JSON object or as a line for each."""
    who = reader()
    only("format")
    mimetype = _acceptable(_FORMATS[_one_of("format", _FORMATS)] if "format" in request.args else None)
    shelf, form = _shelf(who)
    made = shelf.all_made(_NAME, form, here_now())
    pieces = _lines(made) if mimetype == NDJSON else _whole(shelf, made)
    return tagged(shelf, who, lambda: in_pieces(pieces, mimetype), part=mimetype.rpartition("/")[2])


@blueprint.get("/export/v1/services/<ref>")
@allow("anybody")
def service(ref: str) -> Response:
    """One service; 410 where there was one."""
    who = reader()
    only()
    _acceptable(JSON)
    shelf, form = _shelf(who)
    ref = ref.upper()
    if not shelf.has(ref):
        if ref in shelf.versions:
            raise Refused(410, "Gone", "This service is no longer in the directory. Take it out of every copy.")
        raise Refused(404, "No such service", "No service that you may see has this reference.")
    return tagged(shelf, who, lambda: Response(shelf.made(_NAME, form, ref, here_now()), mimetype=JSON))


@blueprint.get("/export/v1/changes")
@allow("anybody")
def changes() -> Response:
    """What is new, other or gone since a change, each service once, at its newest change."""
    who = reader()
    only("afterChangeNumber", "limit")
    after = _number("afterChangeNumber", 0, range(10**18))
    limit = _number("limit", LIMIT, range(1, MOST + 1))
    _acceptable(JSON)
    shelf, form = _shelf(who)
    if after > shelf.number:
        _look_for(after)
        shelf, form = _shelf(who)
    if after > shelf.number:
        detail = "The directory cannot see its newest changes just now. Ask again in a minute."
        raise Refused(503, "Not ready", detail, {"Retry-After": "60"})
    return tagged(shelf, who, lambda: _page(shelf, form, after, limit), part=f"{after}-{limit}")


def _shelf(who: Reader) -> tuple[Shelf, Form]:
    shelf = shelf_for(who)
    return shelf, partial(to_json, reference=Reference(shelf.taxonomies, shelf.places, shelf.fresh_days, home()))


def _page(shelf: Shelf, form: Form, after: int, limit: int) -> Response:
    """A page of changes. `next` begins behind its last item; an empty page is followed by itself."""
    now, versions = here_now(), shelf.after(after, limit)
    items = b",".join(_item(shelf, form, version, now) for version in versions)
    own = f"{root()}{request.path}"
    if not versions:
        query = request.query_string.decode()
        following = f"{own}?{query}" if query else own
    else:
        size = f"&limit={limit}" if "limit" in request.args else ""
        following = f"{own}?afterChangeNumber={versions[-1].number}{size}"
    head = {"next": following, "license": LICENCE_URL, "attribution": ATTRIBUTION, "x_times": WEEKLY_TIMES}
    return Response(_opened(head, b"items") + items + b"]}", mimetype=JSON)


def _item(shelf: Shelf, form: Form, version: Version, now: datetime) -> bytes:
    is_there = shelf.has(version.ref)
    head = orjson.dumps(
        {
            "state": "updated" if is_there else "deleted",
            "kind": KIND,
            "id": stable_id("service", version.ref),
            "modified": version.number,
        }
    )
    if not is_there:
        return head
    return b'%b,"data":%b}' % (head[:-1], shelf.made(_NAME, form, version.ref, now))


def _whole(shelf: Shelf, made: Iterator[bytes]) -> Iterator[bytes]:
    catalogue = shelf.catalogue
    head = {
        "number": shelf.number,
        "as_of": catalogue.as_of.isoformat(timespec="seconds") if catalogue.as_of else None,
        "stale": catalogue.stale,
        "license": LICENCE_URL,
        "attribution": ATTRIBUTION,
        "x_times": WEEKLY_TIMES,
    }
    yield _opened(head, b"services")
    separator = b""
    while batch := list(islice(made, _BATCH)):
        yield separator + b",".join(batch)
        separator = b","
    yield b"]}"


def _lines(made: Iterator[bytes]) -> Iterator[bytes]:
    while batch := list(islice(made, _BATCH)):
        yield b"\n".join(batch) + b"\n"


def _opened(head: Mapping[str, object], name: bytes) -> bytes:
    """An object whose last member is a list that is still open."""
    return b'%b,"%b":[' % (orjson.dumps(head)[:-1], name)


_FORMATS = {"json": JSON, "ndjson": NDJSON}


def _one_of(name: str, values: Iterable[str]) -> str:
    given = request.args[name]
    if given not in values:
        raise bad(name, f"{name} is one of: {', '.join(values)}.")
    return given


def _number(name: str, default: int, allowed: range) -> int:
    given = request.args.get(name)
    if given is None:
        return default
    if not _NUMBER.fullmatch(given) or int(given) not in allowed:
        raise bad(name, f"{name} is a whole number from {allowed.start} to {allowed.stop - 1}.")
    return int(given)


def _acceptable(wanted: str | None) -> str:
    """What is sent: as the address says, else as the reader likes best. Raises Refused (406)."""
    offered = [wanted] if wanted else [JSON, NDJSON]
    if not request.accept_mimetypes or "format" in request.args:
        return offered[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        raise Refused(406, "Not acceptable", f"This address tells {' or '.join(offered)}. Ask for that in Accept.")
    return best


def _look_for(number: int) -> None:
    """See a change that another process told of. Raises Refused (400) where the database has none of that number."""
    here = rooms()
    try:
        with here.database.reading() as session:
            newest = revisions.latest_number(session)
    except SQLAlchemyError:
        newest = number  # for all that is known
    if number > newest:
        detail = (
            f"The newest change is {newest}, so afterChangeNumber is none of this directory: it was put back from an "
            "older copy. Begin again from the snapshot at /export/v1/services."
        )
        raise Refused(400, "No such change", detail, parameter="afterChangeNumber", newest=newest)
    here.current.refresh()
