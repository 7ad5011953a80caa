"""The front room: what anybody may see without signing in."""

from flask import Flask

from directory.public import entries, reporting
from directory.public.cards import CardMarkup
from directory.public.views import PublicPages, blueprint


def init_app(app: Flask) -> None:
    """Register the public pages."""
    pages = PublicPages(app.extensions["directory"])
    app.extensions["public"] = pages
    app.jinja_env.globals["cards"] = CardMarkup(pages.cards)
    app.register_blueprint(blueprint)
    app.register_blueprint(entries.blueprint)
    app.register_blueprint(reporting.blueprint)
