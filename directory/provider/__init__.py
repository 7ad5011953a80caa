"""The study: providers keep their own entries right."""

from flask import Flask

from directory.provider import asking, confirming, edit_views, hours, joining, views


def init_app(app: Flask) -> None:
    """Register the pages of providers, and what is asked of them from time to time."""
    app.register_blueprint(views.blueprint)
    app.register_blueprint(edit_views.blueprint)
    app.register_blueprint(hours.pages)
    app.register_blueprint(joining.blueprint)
    app.register_blueprint(confirming.blueprint)
    asking.init_app(app)
