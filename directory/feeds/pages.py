"""The addresses of what goes with pages: the calendar of an entry, and the page for developers."""

from flask import Blueprint, Flask, Response, abort, render_template

from directory.feeds.answering import home, root, shelf_for, tagged
from directory.feeds.calendars import calendar_of
from directory.feeds.in_pages import WHOLE
from directory.feeds.licence import ATTRIBUTION, LICENCE, LICENCE_URL
from directory.feeds.readers import ANYBODY, ANYBODY_A_MINUTE, KEY_A_MINUTE, here_now, reader
from directory.records import service_id, stable_id
from directory.search.catalogue import Catalogue
from directory.web import rooms
from directory.web.entering import allow

blueprint = Blueprint("pages_for_machines", __name__)


def init_app(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/services/<ref>/calendar.ics")
@allow("anybody")
def calendar(ref: str) -> Response:
    """When an entry is open in the next months; 410 where there was one. It holds for a day, so its tag says which."""
    who, shelf, ref = reader(), shelf_for(ANYBODY), ref.upper()
    if not shelf.has(ref):
        abort(410 if ref in shelf.versions else 404)
    now = here_now()

    def make() -> Response:
        told = calendar_of(shelf.record(ref, now), shelf.versions[ref], now.date(), shelf.fresh_days, home())
        return Response(told, mimetype="text/calendar")

    return tagged(shelf, who, make, part=now.date().isoformat())


@blueprint.get("/developers")
@allow("anybody")
def developers() -> str:
    """Every way to read the directory by machine, with examples that this installation answers."""
    ref = _example(rooms().catalogue())
    return render_template(
        "feeds/developers.html",
        root=root(),
        whole_directory=WHOLE,
        ref=ref,
        uuid=stable_id("service", ref) if ref else "",
        service_id=service_id(ref) if ref else 0,
        anybody_a_minute=ANYBODY_A_MINUTE,
        key_a_minute=KEY_A_MINUTE,
        licence=LICENCE,
        licence_url=LICENCE_URL,
        attribution=ATTRIBUTION,
    )


def _example(catalogue: Catalogue) -> str:
    """The entry that the examples are about: the first with a place and hours, else the first; "" of none."""
    full = (entry.ref for entry in catalogue.entries if entry.has_point and entry.opening_hours)
    return next(full, next(iter(catalogue.rows), ""))
