"""The entry as a value: what it refuses, and what may be shown and measured."""

from typing import Any

import pytest
from pydantic import ValidationError

from directory.models import FACT_GROUPS, Change, Entry, Evidence, Phone, Service
from tests.factories import make_entry

POSITION = {"easting": 532465, "northing": 176478, "latitude": 51.4716, "longitude": -0.0928}


def test_an_entry_has_the_columns_of_its_table_in_their_order() -> None:
    assert list(Entry.model_fields) == [column.name for column in Service.metadata.tables["service"].columns]


def test_the_columns_that_may_be_null_are_the_facts_that_may_be_none() -> None:
    columns = Service.metadata.tables["service"].columns
    may_be_none = {name for name, field in Entry.model_fields.items() if field.default is None}
    assert {column.name for column in columns if column.nullable} == may_be_none


def test_a_change_row_cannot_leave_anything_out() -> None:
    assert not any(column.nullable for column in Change.metadata.tables["change"].columns)


def test_an_entry_is_unverified_until_somebody_says_otherwise() -> None:
    assert Entry(ref="CAD-9001", name="Example", service_type="crisis_cafe").status == "unverified"


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "open"},
        {"audience": "staff"},
        {"location_type": "postal"},
        {"address_visibility": "secret"},
        {"gender": "all"},
        {"cost": "cheap"},
        {"confidence": "certain"},
        {"phones": (Phone(number="020 7946 0123"), {"number": "020 7946 0124", "kind": "fax"})},
        {"evidence": ({"fact_group": "gossip", "source_url": "https://example.org"},)},
        {"nickname": "no such fact"},
    ],
)
def test_facts_outside_the_model_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_entry(**facts)


@pytest.mark.parametrize("missing", POSITION)
def test_half_a_position_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError, match="together"):
        make_entry(**POSITION | {missing: None})


def test_an_entry_never_changes_once_made() -> None:
    with pytest.raises(ValidationError):
        make_entry().name = "Another name"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("status", "audience", "is_public"),
    [
        ("active", "public", True),
        ("active", "professional", False),
        ("unverified", "public", False),
        ("withdrawn", "public", False),
        ("unverified", "professional", False),
    ],
)
def test_searchers_see_only_active_entries_for_the_public(status: str, audience: str, is_public: bool) -> None:
    assert make_entry(status=status, audience=audience).is_public is is_public


@pytest.mark.parametrize(
    ("facts", "has_point"),
    [
        (POSITION, True),
        (POSITION | {"address_visibility": "area"}, False),
        (POSITION | {"address_visibility": "hidden"}, False),
        ({}, False),
    ],
)
def test_only_a_known_position_with_an_open_address_is_a_point(facts: dict[str, Any], has_point: bool) -> None:
    assert make_entry(**facts).has_point is has_point


def test_every_group_of_facts_may_have_evidence() -> None:
    evidence = tuple(Evidence(fact_group=group, source_url="https://example.org") for group in FACT_GROUPS)
    assert make_entry(evidence=evidence).evidence == evidence
