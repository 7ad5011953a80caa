"""FHIR R4 with the profiles of UK Core: HealthcareService, Location and Organization, as docs/feeds/fhir.md tells."""

from flask import Flask

from directory.feeds.fhir.index import Indexes
from directory.feeds.fhir.outcomes import outcome
from directory.feeds.fhir.pages import blueprint
from directory.web.errors import tell_in_form


def init_app(app: Flask) -> None:
    """Register the addresses, and tell every error below them as an OperationOutcome."""
    app.extensions["fhir_indexes"] = Indexes()
    app.register_blueprint(blueprint)
    tell_in_form(app, "/fhir/", outcome)
