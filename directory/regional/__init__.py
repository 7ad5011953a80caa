"""The kitchen table: regional teams see what waits, decide, and look back."""

from flask import Flask

from directory.regional import (
    digests,
    dos_profile,
    duplicates,
    entries,
    history,
    proposals,
    report_pages,
    requests,
    spreadsheet,
    uploads,
    views,
)
from directory.regional.gathering import Gatherer
from directory.web.periodic import forgetting


def init_app(app: Flask) -> None:
    """Register the pages of regional maintainers."""
    here = app.extensions["directory"]
    app.extensions["regional"] = Gatherer(here.places.areas, here.config.freshness)
    for room in (views, proposals, entries, dos_profile, history, duplicates, requests, report_pages, spreadsheet):
        app.register_blueprint(room.blueprint)
    digests.init_app(app)
    forgetting(app, "uploads that nobody confirmed", uploads.forget_expired)
