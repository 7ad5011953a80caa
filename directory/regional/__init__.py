"""The kitchen table: regional teams see what waits, decide, and look back."""

from flask import Flask

from directory.regional import report_pages, spreadsheet


def init_app(app: Flask) -> None:
    """Register the pages of regional maintainers."""
    app.register_blueprint(report_pages.blueprint)
    app.register_blueprint(spreadsheet.blueprint)
