"""What differs between two versions of an entry, field by field."""

from dataclasses import dataclass
from typing import Any

from directory.models import Entry

_FOLLOWING = frozenset({"easting", "northing", "latitude", "longitude"})
"""They follow from the postcode and mean nothing to a reader."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an entry, as its JSON has it, before and after."""

    field: str
    before: Any
    after: Any


def differences(before: Entry | None, after: Entry) -> tuple[Difference, ...]:
    """The fields that differ, in the order of the entry; of a new entry those that say something."""
    old = (before or Entry(ref=after.ref, name="", service_type="")).model_dump(mode="json")
    new = after.model_dump(mode="json")
    return tuple(
        Difference(field, old[field], new[field])
        for field in Entry.model_fields
        if old[field] != new[field] and field not in _FOLLOWING
    )
