"""The study: providers keep their own entries right."""

from flask import Flask

from directory.provider import asking, edit_views, views


def init_app(app: Flask) -> None:
    """Register the pages of providers."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(edit_views.blueprint)
    app.register_blueprint(asking.blueprint)
