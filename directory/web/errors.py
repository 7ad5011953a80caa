"""What is said when something cannot be done: a page for people, problem details (RFC 9457) for machines."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, current_app, render_template, request
from markupsafe import escape
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from directory.places import PlacesUnavailable
from directory.search.catalogue import CatalogueUnavailable
from directory.search.text import IndexDamaged
from directory.web.templating import SERVICE_NAME

_WORDS = {
    400: ("We could not understand that", "Check the address of the page, or start a new search."),
    403: (
        "You cannot see this page",
        "It is not for the public, or your account is not for it. Ask whoever gave you the account.",
    ),
    404: (
        "Page not found",
        "The address may be mistyped, or the service may no longer be in the directory. You can search for another.",
    ),
    405: ("That cannot be done here", "Start again from the search."),
    410: ("This page has gone", "What was here is no longer in the directory. You can search for another."),
    413: ("That is too much to send", "Send less, or start a new search."),
    414: ("That address is too long", "Use fewer words. A postcode and a few words are enough."),
    429: ("Too many requests", "Wait a minute, then try again."),
    500: ("Sorry, something went wrong", "Try again in a minute."),
    503: ("Sorry, the directory is not ready", "Try again in a minute."),
}
_BUSY = (
    "Sorry, the directory is busy",
    "Nothing was saved, and nothing is lost. Go back to the page before, where your words still are, and send it "
    "again in a minute.",
)
_OTHERS = ("Sorry, that did not work", "Start again from the search.")


Form = Callable[..., Response]
"""How some readers want to be told of errors: takes status, title, detail and members of its own."""


class Refused(Exception):  # noqa: N818 - what a reader is told, not a fault in code
    """An error to be told in the form of the address that was asked; `headers` go with it."""

    def __init__(
        self, status: int, title: str, detail: str, headers: dict[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail, self.headers, self.more = status, title, detail, headers or {}, more


def init_app(app: Flask) -> None:
    """Answer every error, expected or not, in a form that its reader understands."""
    tell_in_form(app, "/api/", problem)
    tell_in_form(app, "/healthz", problem)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    for state in (CatalogueUnavailable, IndexDamaged, PlacesUnavailable):
        app.register_error_handler(state, _unavailable)
    for away in (OperationalError, InterfaceError, NoConnection):
        app.register_error_handler(away, _no_database)
    app.register_error_handler(DataError, _cannot_be_kept)
    app.register_error_handler(OverflowError, _cannot_be_kept)


def problem(status: int, title: str, detail: str, **more: object) -> Response:
    """Problem details as RFC 9457 has them; `more` are members of its own."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = Response(orjson.dumps(body), status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def tell_in_form(app: Flask, prefix: str, form: Form) -> None:
    """Have every error below an address told in a form of its own."""
    app.extensions.setdefault("error_forms", {})[prefix] = form


def _refused(refused: Refused) -> Response:
    response = _answer(refused.status, refused.title, refused.detail, **refused.more)
    response.headers.extend(refused.headers)
    return response


def _http_error(error: HTTPException) -> AnyResponse:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    status = error.code or 500
    response = _answer(status, *_WORDS.get(status, _OTHERS))
    for name, value in error.get_headers(request.environ):
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unavailable(error: Exception) -> Response:
    current_app.logger.error("Not ready: %s", error)
    return _later(*_WORDS[503])


def _no_database(error: Exception) -> Response:
    """The database is away, or somebody else writes for too long. Its own words may hold what was sent."""
    current_app.logger.error("The database did not answer: %s", type(error).__name__)
    return _later(*(_WORDS[503] if request.method in {"GET", "HEAD"} else _BUSY))


def _later(title: str, detail: str) -> Response:
    response = _answer(503, title, detail)
    response.headers["Retry-After"] = "60"
    return response


def _cannot_be_kept(error: Exception) -> Response:
    """A number or a text that no column holds, such as an entry's number with twenty digits."""
    return _answer(400, *_WORDS[400])


def _answer(status: int, title: str, detail: str, **more: object) -> Response:
    forms: dict[str, Form] = current_app.extensions["error_forms"]
    for prefix, form in forms.items():
        if request.path.startswith(prefix):
            return form(status, title, detail, **more)
    response = Response(_page(status, title, detail), status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, title: str, detail: str) -> str:
    """The error page; where even that fails, the least that helps somebody in danger."""
    try:
        return render_template("error.html", status=status, title=title, detail=detail)
    except Exception:
        current_app.logger.exception("The error page failed")
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
            f"<body><h1>{escape(title)}</h1><p>{escape(detail)} <a href='/'>{escape(SERVICE_NAME)}</a></p>"
            "<p>Life at risk? Call 999. Urgent mental health help: call 111 and choose option 2.</p></body></html>"
        )
