"""What every page of a maintainer needs: their queue, their place in it, and the entries that they keep."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, render_template, request
from sqlmodel import Session
from werkzeug.wrappers import Response

from directory import revisions
from directory.models import Entry
from directory.permissions import may_maintain
from directory.regional.differing import Comparer
from directory.regional.gathering import Gatherer
from directory.regional.queue import Item, Place, Wanted, place_of
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.entering import signed_in


def gatherer() -> Gatherer:
    """What remembers the published entries."""
    return cast(Gatherer, current_app.extensions["regional"])


def comparer() -> Comparer:
    """What says of fields and differences in words, today."""
    here = rooms()
    return Comparer(here.places, here.taxonomies, here.now().astimezone(LONDON).date())


def wanted() -> Wanted:
    """The part of the queue in the address."""
    return Wanted(*(request.args.get(name, "") for name in ("kind", "borough", "footprint")))


def query(part: Wanted, **more: object) -> str:
    """A part of the queue as the end of an address: "?kind=lead", or "" for all of it."""
    given = {"kind": part.kind, "borough": part.borough, "footprint": part.footprint, **more}
    told = {name: value for name, value in given.items() if value}
    return f"?{urlencode(told)}" if told else ""


def queue(session: Session) -> tuple[Item, ...]:
    """Everything that waits for whoever is signed in."""
    return gatherer().queue(session, signed_in(), rooms().now())


def place(session: Session, path: str) -> Place | None:
    """Where the item with this path stands in the part of the queue that is looked at."""
    return place_of(queue(session), wanted(), path)


def decide(session: Session, path: str) -> Callable[[str], Response]:
    """Call it before something is decided, and what it gives after: says what was done and goes to the next item."""
    here = place(session, path)

    def done(said: str) -> Response:
        following = (here.next or here.previous) if here else None
        return stay(following.path, f"{said} Here is the next item.") if following else stay("/region", said)

    return done


def stay(path: str, said: str) -> Response:
    """Say what was done, and show this page in the same part of the queue."""
    flash(said)
    return redirect(f"{path}{query(wanted())}", 303)


def maintained(session: Session, ref: str) -> Entry:
    """An entry of a region of whoever is signed in: 404 where there is none, 403 where it is another region's."""
    try:
        entry = revisions.get_entry(session, ref)
    except KeyError:
        abort(404)
    if not may_maintain(signed_in(), entry, rooms().places.areas):
        abort(403)
    return entry


def page(name: str, status: int = 200, *, item: Place | None = None, **facts: Any) -> Response:
    """A page of a maintainer, with where its item stands in the queue."""
    part = wanted()
    text = render_template(f"regional/{name}.html", item=item, query=query(part), **facts)
    return Response(text, status, mimetype="text/html")
