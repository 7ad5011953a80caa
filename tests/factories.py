"""Made-up entries: valid by default, any fact overridden by keyword. Numbers are Ofcom's drama numbers."""

from datetime import datetime
from typing import Any

from directory.models import FACT_GROUPS, Entry, Evidence, Phone
from directory.schedules import LONDON
from directory.search.find import Found, Result
from directory.search.live import opening_at

SUNDAY_EVENING = datetime(2026, 11, 22, 21, 4, tzinfo=LONDON)

CAMBERWELL: dict[str, Any] = {
    "postcode": "SE5 8AZ",
    "borough": "E09000028",
    "easting": 532760,
    "northing": 176230,
    "latitude": 51.4694,
    "longitude": -0.0911,
}


CHECKED = tuple(Evidence(fact_group=group, checked_on="2026-11-20") for group in FACT_GROUPS)
"""Evidence of facts that hold on the Sunday evening."""


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


def make_result(at: datetime = SUNDAY_EVENING, **facts: Any) -> Result:
    """A result; keywords of `Result` go to it, the rest to its entry."""
    own = {name: facts.pop(name) for name in ("distance_km", "ask_about", "arrival", "reasons") if name in facts}
    entry = make_entry(**facts)
    return Result(entry, opening_at(entry, at), **own)


def make_found(*results: Result, **parts: Any) -> Found:
    """An answer with these results and nothing else, unless given."""
    defaults: dict[str, Any] = {
        **dict.fromkeys(("near_misses", "lines"), ()),
        "total": len(results),
        "sure_total": sum(not result.ask_about for result in results),
        "places_total": sum(result.entry.location_type == "physical" for result in results),
        **dict.fromkeys(("facets", "radius_km"), None),
        **dict.fromkeys(("widened", "any_word", "words_left_out", "needs_left_out", "stale"), False),
        "next_page": None,
        "number": 1,
        "as_of": SUNDAY_EVENING,
    }
    return Found(results=results, **{**defaults, **parts})
