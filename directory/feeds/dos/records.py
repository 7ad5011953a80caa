"""A record as the NHS Directory of Services would tell it: the names and types of CheckCapacitySummary 1.5.

What that has no home for begins with "x_", and is left out where it is not known.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from directory.feeds.dos.hours import rota_sessions, specified_sessions
from directory.feeds.sentences import after_it, alert, hours_of, joined, public_number, valid_until, way_in
from directory.freshness import Freshness
from directory.places import Areas
from directory.records import Record, service_id
from directory.revisions import Version
from directory.schedules import LONDON
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path


@dataclass(frozen=True)
class Reference:
    """What gives codes their names, how long facts hold, and the address that names begin with."""

    taxonomies: Taxonomies
    areas: Areas
    fresh_days: Freshness
    home: str


def to_json(record: Record, version: Version, *, reference: Reference) -> bytes:
    """A service as JSON."""
    return orjson.dumps(dos_service(record, version, reference))


def dos_service(record: Record, version: Version, reference: Reference) -> dict[str, Any]:
    """A service; None and what is left out is not known."""
    hours = hours_of(record, version)
    until = valid_until(record, version, hours, reference.fresh_days)
    kind = reference.taxonomies.service_types[record.service_type]
    return {
        "id": record.dos_service_id,
        "x_service_id": service_id(record.ref),
        "x_uuid": record.id,
        "x_ref": record.ref,
        "publicName": record.name,
        "contactDetails": public_number(record) or None,
        "serviceType": {"id": kind.dos_service_type_id},
        "publicFacingInformation": joined((way_in(record), alert(record), record.description)),
        "openAllHours": hours.open_all_hours,
        "rotaSessions": rota_sessions(hours),
        "openTimeSpecifiedSessions": specified_sessions(hours, version.at.astimezone(LONDON).date()),
        "x_url": reference.home + entry_path(record),
        "x_valid_until": until.isoformat(timespec="seconds"),
        "x_after_valid_until": after_it(record, until),
    }
