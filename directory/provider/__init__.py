"""The study: providers keep their own entries right."""

from flask import Flask

from directory.provider import asking, confirming, hours


def init_app(app: Flask) -> None:
    """Register the pages of providers, and what is asked of them from time to time."""
    app.register_blueprint(confirming.blueprint)
    app.register_blueprint(hours.pages)
    asking.init_app(app)
