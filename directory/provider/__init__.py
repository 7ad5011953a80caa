"""The study: providers keep their own entries right."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages of providers."""
