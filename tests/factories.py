"""Made-up entries: valid by default, any fact overridden by keyword. Numbers are Ofcom's drama numbers."""

from typing import Any

from directory.models import FACT_GROUPS, Entry, Evidence, Phone

CAMBERWELL: dict[str, Any] = {
    "postcode": "SE5 8AZ",
    "borough": "E09000028",
    "easting": 532760,
    "northing": 176230,
    "latitude": 51.4694,
    "longitude": -0.0911,
}


def make_entry(**facts: Any) -> Entry:
    """An active, public crisis café that anybody may walk into, with no place unless one is given."""
    defaults: dict[str, Any] = {
        "ref": "CAD-9001",
        "name": "Example Evening Sanctuary",
        "service_type": "crisis_cafe",
        "status": "active",
        "description": "A calm place in the evening.",
        "phones": (Phone(number="020 7946 0123"),),
        "evidence": tuple(Evidence(fact_group=group, source_url="https://example.org/source") for group in FACT_GROUPS),
    }
    return Entry.model_validate({**defaults, **facts})
