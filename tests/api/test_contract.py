"""The JSON interface against its own description, by Schemathesis: what is described is what is answered."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# A place that nobody knows is refused though its form is good, and a parameter may be good in forms that the
# description does not list (Yes, TRUE).
NOT_OURS = [positive_data_acceptance, negative_data_rejection]


PATHS = ["/api/v1/search", "/api/v1/suggestions", "/api/v1/services/{ref}", "/api/v1/openapi.json", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_as_described(app: Flask, path: str) -> None:
    """Status, media type and body of every answer, to good and bad requests."""
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path]["GET"]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=NOT_OURS)

    answered()
