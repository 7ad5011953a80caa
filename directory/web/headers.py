"""Headers of every answer: nothing is loaded from elsewhere, framed, guessed at, or told where the reader came from."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": (
        "geolocation=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), "
        "microphone=(), payment=(), usb=(), browsing-topics=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    """Add the headers to whatever leaves. What says nothing about caching is not kept by anybody but its reader."""
    answer, added = app.wsgi_app, list(SECURITY_HEADERS.items())

    def secured(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + added, *more)

        return answer(environ, start)

    app.wsgi_app = secured  # type: ignore[method-assign]

    @app.after_request
    def kept_by_nobody_else(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
