"""The corridor that every page passes through: errors, headers, compression, templates and static files."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.web import assets, compression, entering, errors, headers, letters, templating, writing
from directory.web.house import Rooms, london_now, rooms

__all__ = ["Rooms", "init_app", "london_now", "rooms"]


def init_app(app: Flask) -> None:
    """Give the application its templates, static files, headers, compression and error pages."""
    templating.init_app(app)
    entering.init_app(app)
    writing.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    compression.init_app(app)
    headers.init_app(app)
    letters.init_app(app)
    if proxies := app.extensions["directory"].config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
