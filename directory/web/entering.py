"""The doors: every route declares who may enter, and nobody else does."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, redirect, request
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from directory.permissions import Access, Person, may_enter

_LARGEST = 2**31 - 1  # of a column of numbers in PostgreSQL

View = TypeVar("View", bound=Callable[..., Any])

WhoLoader = Callable[[], Person | None]


def allow(access: Access) -> Callable[[View], View]:
    """Declare who may enter a view: `@allow("maintainer")`, below the decorator that gives it its address."""

    def declare(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Access:
    """Who may enter an endpoint. Raises KeyError where it does not say: such a page lets nobody in."""
    declared = getattr(app.view_functions[endpoint], "access", None)
    if declared is None:
        raise KeyError(endpoint)
    return cast(Access, declared)


class _Number(IntegerConverter):
    """A number in an address; 404 for one that no column can hold."""

    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=_LARGEST)


def init_app(app: Flask) -> None:
    """Stop whoever may not enter before anything is read or done."""

    app.url_map.converters["int"] = _Number
    app.jinja_env.globals["who"] = who

    @app.before_request
    def at_the_door() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(app, request.endpoint)
        person = who() if access != "anybody" else None
        if may_enter(person, access):
            return None
        if person is None:
            query = urlencode({"next": request.path}) if request.method == "GET" else ""
            return redirect(f"/sign-in?{query}" if query else "/sign-in")
        if person.lacks_second_factor and access in {"maintainer", "administrator"}:
            return redirect("/account/second-factor")
        abort(403)


def who() -> Person | None:
    """Who has signed in, with the roles that count for this request; None for anybody else."""
    if "person" not in g:
        loader: WhoLoader | None = current_app.extensions.get("who")
        g.person = loader() if loader else None
    return cast(Person | None, g.person)


def signed_in() -> Person:
    """Who has signed in, on a page that nobody else can enter."""
    person = who()
    if person is None:
        abort(403)
    return person
