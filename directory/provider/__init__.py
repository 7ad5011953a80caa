"""The study: providers keep their own entries right."""

from flask import Flask

from directory.provider import hours


def init_app(app: Flask) -> None:
    """Register the pages of providers."""
    app.register_blueprint(hours.pages)
