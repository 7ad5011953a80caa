"""The JSON schemas of Open Referral UK 3.0 and of HSDS 3.0, read from the folder that ORUK_SCHEMAS names.

Nothing of them is kept here, and nothing is fetched: what a file refers to by a remote address is read from beside it.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.conftest import IN_CI

FOLDERS = ("oruk-3.0-compiled", "oruk-3.0-validator", "oruk-3.0-website", "hsds-3.0")
COMPILED, VALIDATOR, WEBSITE, HSDS = FOLDERS
WHERE = os.environ.get("ORUK_SCHEMAS", "")

formats = FormatChecker()


@formats.checks("uri", raises=ValueError)
def _is_uri(text: object) -> bool:
    parts = urlsplit(str(text))
    return bool(parts.scheme and parts.netloc) and str(text).isascii() and " " not in str(text)


@formats.checks("uuid", raises=ValueError)
def _is_uuid(text: object) -> bool:
    return str(UUID(str(text))) == text


def needed() -> None:
    """Skip, and say why, where the schemas are not there; fail where they were promised."""
    if not WHERE:
        pytest.skip("set ORUK_SCHEMAS to a folder with oruk-3.0-compiled, -validator, -website and hsds-3.0")
    missing = [name for name in FOLDERS if not (Path(WHERE) / name).is_dir()]
    if missing and IN_CI:
        pytest.fail(f"ORUK_SCHEMAS is set, but {', '.join(missing)} is not in it")
    if missing:
        pytest.skip(f"the folder of ORUK_SCHEMAS has no {', '.join(missing)}")


@cache
def files(folder: str) -> dict[str, Any]:
    """Every JSON file of one of the folders, by its name; what it has not itself is that of the compiled profile."""
    own = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (Path(WHERE) / folder).glob("*.json")}
    if folder == HSDS:
        own |= {f"{name.removesuffix('.json')}_list.json": schema for name, schema in own.items()}
        return own
    return own if folder == COMPILED else {**files(COMPILED), **own}


def faults(folder: str, schema: str | dict[str, Any], told: object) -> list[str]:
    """What is wrong with something by a schema: one of the folder's files by name, or one that refers to them."""
    return [f"{error.json_path}: {error.message}"[:300] for error in _validator(folder, schema).iter_errors(told)]


def responses(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every path of the folder's OpenAPI file with the schema of its good answer."""
    described = files(folder)["openapi.json" if folder != VALIDATOR else "open_api.json"]
    for path, operations in described["paths"].items():
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        yield path, {**_local(schema), "components": described["components"]}


def _validator(folder: str, schema: str | dict[str, Any]) -> Draft202012Validator:
    if isinstance(schema, dict):
        return Draft202012Validator(schema, registry=_registry(folder), format_checker=formats)
    return _by_name(folder, schema)


@cache
def _by_name(folder: str, name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": name}, registry=_registry(folder), format_checker=formats)


@cache
def _registry(folder: str) -> Registry[Any]:
    found = {name: Resource.from_contents(schema, DRAFT202012) for name, schema in files(folder).items()}
    return Registry().with_resources(found.items())


def _local(schema: Any) -> Any:
    """The same with every remote address turned into the name of the file that is there."""
    if isinstance(schema, list):
        return [_local(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _local(part) for name, part in schema.items()}
    remote = told.get("$ref")
    return {**told, "$ref": remote.rpartition("/")[2]} if str(remote).startswith("https://") else told
