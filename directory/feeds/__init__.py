"""What machines read: a module or folder for each format, each a pure function from a record to what it tells."""

from flask import Flask

from directory.feeds import answering, dos, fading, fhir, oruk, tables
from directory.feeds.readers import Counts
from directory.feeds.shelf import Shelves
from directory.web.errors import problem, tell_in_form


def init_app(app: Flask) -> None:
    """Register every feed."""
    app.extensions["shelves"] = Shelves(app.extensions["directory"].database)
    app.extensions["feed_counts"] = Counts()
    answering.open_to_scripts(app)
    tell_in_form(app, "/export/", problem)
    dos.init_app(app)
    tables.init_app(app)
    fading.init_app(app)
    fhir.init_app(app)
    oruk.init_app(app)
