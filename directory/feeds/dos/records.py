"""A record as the NHS Directory of Services would tell it: the names and types of CheckCapacitySummary 1.5.

What that has no home for begins with "x_" (see extras.py).
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from directory.feeds.dos.extras import Reference, extras
from directory.feeds.dos.hours import rota_sessions, specified_sessions
from directory.feeds.sentences import (
    about_hours,
    alert,
    doubt,
    hours_of,
    joined,
    must_book,
    public_number,
    valid_until,
    way_in,
)
from directory.models import LiveState
from directory.records import Record
from directory.revisions import Version
from directory.schedules import LONDON

SERVICE_TYPES: Final[Mapping[int, str]] = {
    7: "Mental Health",
    8: "Social Care",
    11: "Voluntary",
    20: "Community Based",
    113: "Health Information",
    129: "Safeguarding",
    142: "Mental Health Crisis",
    143: "Sexual Assault Referral Centre (SARC)",
}
"""Types of the Directory of Services, as published in August 2024: those that services of ours may be of."""

CAPACITIES: Final[Mapping[LiveState, str]] = {"space": "High", "busy": "Low", "full": "None", "closed": "None"}
"""Capacity by what the service says of now. Of "ring first", and of silence, it is not known."""

_GENDERS = {"women": "For women only.", "men": "For men only.", None: ""}
_COSTS = {"free": "Free.", "paid": "People have to pay.", "mixed": "Free for some people or parts.", None: ""}
_DAYS_IN_A_YEAR = 365.25
_OLDEST = 129
_YES_OR_NO = {True: "TRUE", False: "FALSE"}


def to_json(record: Record, version: Version, *, reference: Reference) -> bytes:
    """A service as JSON."""
    return orjson.dumps(dos_service(record, version, reference))


def dos_service(record: Record, version: Version, reference: Reference) -> dict[str, Any]:
    """A service: the fields of CheckCapacitySummary, None where not known, then ours, left out where not known.

    `nonPublicTelephoneNo` and `referralInformation` are there only where these readers may know them.
    """
    hours = hours_of(record, version)
    until = valid_until(record, version, hours, reference.fresh_days)
    return {
        "id": record.dos_service_id,
        "capacity": capacity(record),
        "name": long_name(record, reference),
        "publicName": record.name,
        "contactDetails": public_number(record) or None,
        **_for_professionals(record),
        "address": record.address or None,
        "postcode": record.postcode or None,
        "northings": record.northing,
        "eastings": record.easting,
        "url": record.website or None,
        "serviceType": service_type(record, reference),
        "odsCode": record.ods_code or None,
        "publicFacingInformation": public_text(record, doubt(record, version, until)) or None,
        "openAllHours": hours.open_all_hours,
        "serviceEndpoints": [],
        "rotaSessions": rota_sessions(hours),
        "openTimeSpecifiedSessions": specified_sessions(hours, version.at.astimezone(LONDON).date()),
        "attributes": _attributes(record),
        "serviceAgeRange": _age_ranges(record),
        **extras(record, version, until, reference),
    }


def capacity(record: Record) -> str | None:
    """High, Low or "None"; None where it is not known."""
    live = record.live_status
    return CAPACITIES.get(live.state) if live else None


def long_name(record: Record, reference: Reference) -> str:
    """The name as the Directory of Services forms names: what it is, what it is called, where it is if that adds it."""
    kind = reference.taxonomies.service_types[record.service_type].name
    borough = reference.places.boroughs.get(record.borough)
    where = f", {borough.name}" if borough and borough.name.casefold() not in record.name.casefold() else ""
    return f"{kind}: {record.name}{where}"


def service_type(record: Record, reference: Reference) -> dict[str, Any]:
    """The type in the Directory of Services, by number and name."""
    number = reference.taxonomies.service_types[record.service_type].dos_service_type_id
    return {"id": number, "name": SERVICE_TYPES[number]}


def public_text(record: Record, doubted: str) -> str:
    """What anybody may be told, the sentence that consumers look for first, then what speaks against it."""
    return joined(
        (
            way_in(record, holds=not doubted),
            alert(record),
            doubted,
            about_hours(record.opening_hours),
            record.description,
            _ages_in_words(record),
            _GENDERS[record.gender],
            record.eligibility,
            record.application_process,
            _COSTS[record.cost],
        )
    )


def _for_professionals(record: Record) -> dict[str, Any]:
    """What the record has of that; the public's has nothing of it."""
    numbers = [phone.number for phone in record.phones if phone.audience == "professional" and phone.kind == "voice"]
    told = {"nonPublicTelephoneNo": next(iter(numbers), ""), "referralInformation": record.professional_notes}
    return {name: value for name, value in told.items() if value}


def _ages_in_words(record: Record) -> str:
    youngest, oldest = record.minimum_age, record.maximum_age
    if youngest is None and oldest is None:
        return ""
    if oldest is None:
        return f"For ages {youngest} and over."
    return f"For ages {youngest} to {oldest}." if youngest else f"For ages up to {oldest}."


def _age_ranges(record: Record) -> list[dict[str, float]]:
    """Ages in days, the last year of age whole: 16 and over is 5844 to 47481.5. None where nothing is said of age."""
    youngest, oldest = record.minimum_age, record.maximum_age
    if youngest is None and oldest is None:
        return []
    above = min(_OLDEST if oldest is None else oldest, _OLDEST) + 1
    return [{"daysFrom": (youngest or 0) * _DAYS_IN_A_YEAR, "daysTo": above * _DAYS_IN_A_YEAR - 1}]


def _attributes(record: Record) -> list[dict[str, str]]:
    """Yes or no by name; what is not known is left out."""
    told = (
        ("requirebooking", "Appointment needed", must_book(record)),
        ("x_walk_in", "People may walk in", record.walk_in),
        ("x_self_referral", "Accepts self-referral", record.self_referral),
    )
    return [
        {"dataType": "Boolean", "name": name, "description": description, "value": _YES_OR_NO[value]}
        for name, description, value in told
        if value is not None
    ]
