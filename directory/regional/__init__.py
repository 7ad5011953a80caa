"""The kitchen table: regional teams see what waits, decide, and look back."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages of regional maintainers."""
