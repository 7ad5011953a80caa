"""The map: a feature for each service, those without a point too, so that nothing is lost.

<https://www.rfc-editor.org/rfc/rfc7946>
"""

from typing import Any, Final

import orjson

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, PUBLISHER, WEEKLY_TIMES
from directory.feeds.tables import values
from directory.feeds.tables.telling import Told

MIMETYPE: Final = "application/geo+json"
HEAD: Final = (
    orjson.dumps(
        {
            "type": "FeatureCollection",
            "name": PUBLISHER,
            "licence": LICENCE_URL,
            "attribution": ATTRIBUTION,
            "weekly_times": WEEKLY_TIMES,
        }
    )[:-1]
    + b',"features":['
)
TAIL: Final = b"]}\n"
_AS_IT_IS = (
    *("ref", "name", "organization", "service_type", "location_type", "address", "postcode", "website"),
    *("opening_hours", "walk_in", "self_referral", "minimum_age", "maximum_age", "gender", "cost", "step_free"),
)


def feature(told: Told) -> bytes:
    """The feature of a record. What is not known is left out; the geometry is null where there is no point."""
    record = told.record
    is_on_map = record.longitude is not None and record.latitude is not None
    point = {"type": "Point", "coordinates": [record.longitude, record.latitude]} if is_on_map else None
    return orjson.dumps({"type": "Feature", "id": record.id, "geometry": point, "properties": _properties(told)})


def _properties(told: Told) -> dict[str, Any]:
    record, live = told.record, told.record.live_status
    facts = {
        **{name: getattr(record, name) for name in _AS_IT_IS},
        "kind": values.kind_name(told),
        "borough": values.borough(told),
        "phone": values.phone_public(told),
        "live_state": live.state if live else None,
        "live_until": live.until if live else None,
        "alert": values.out_of_the_ordinary(told),
        "valid_until": told.until,
        "after_valid_until": told.instead,
        "last_modified": told.version.at,
        "page_url": told.page_url,
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}
