"""What every write must show: that it comes from a page of ours, and from whoever opened that page."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PAGE_SECONDS = 24 * 3600
_LONGEST_FORM = 256 * 1024  # bytes

csrf = CSRFProtect()

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Refuse writes that another site's page makes a browser send. The token of a form lasts as long as its session."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, which our own policy keeps browsers from sending
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_FORM
    app.before_request(_of_a_size)
    app.before_request(_from_here)
    app.before_request(_can_be_kept)
    csrf.init_app(app)
    app.jinja_env.globals["page_token"] = page_token


def takes(most: int) -> Callable[[View], View]:
    """Let a view be sent this many bytes, where others take no more than a form has: `@takes(5_000_000)`."""

    def declare(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return declare


def _of_a_size() -> None:
    """How much may be sent is known before anything of it is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "takes", _LONGEST_FORM)


def _from_here() -> None:
    """Browsers say where a write comes from; one that comes from elsewhere is refused, whatever else it shows."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "null")
    ours = ("null", f"http://{request.host}", f"https://{request.host}")
    if site not in ("same-origin", "none") or origin not in ours:
        abort(403)


def _can_be_kept() -> None:
    """No database keeps U+0000 in a text, and nobody types it."""
    typed = (text for _, texts in request.form.lists() for text in texts)
    if any("\0" in text for text in (request.path, *typed)):
        abort(400)


def without_session(view: View) -> View:
    """Declare a view that anybody may write to without a session; it must check a `page_token` itself."""
    csrf.exempt(view)
    return view


def page_token(purpose: str) -> str:
    """What a form that needs no session carries, to show that somebody opened its page within a day."""
    return _signer(purpose).dumps("")


def is_page_token(token: str, purpose: str) -> bool:
    """Whether a form was made by us, for this purpose, within a day."""
    try:
        _signer(purpose).loads(token, max_age=_PAGE_SECONDS)
    except BadSignature:
        return False
    return True


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"page:{purpose}")
