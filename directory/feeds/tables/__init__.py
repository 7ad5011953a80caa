"""What spreadsheets, maps and catalogues read: CSV with its Data Package, GeoJSON, DCAT. docs/feeds/tables.md."""

from flask import Flask

from directory.feeds.tables import pages


def init_app(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(pages.blueprint)
