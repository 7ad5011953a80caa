"""What the NHS Directory of Services has no home for: fields of ours, each named "x_" and left out where not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL
from directory.feeds.sentences import after_it, by_appointment
from directory.freshness import Freshness, verified_on
from directory.models import CREW_FACTS, CulturalClaim, Evidence, LiveStatus, Phone
from directory.places import Places
from directory.records import Record, service_id
from directory.revisions import Version
from directory.schedules import LONDON
from directory.search.live import parsed
from directory.taxonomies import Taxonomies, Term
from directory.web.links import entry_path
from directory.web.words import area

_PHONE = ("number", "note", "kind", "audience", "purpose")
_EVIDENCE = (
    *("fact_group", "source_url", "source_date", "checked_on", "checked_by", "checked_how"),
    "confirmed_by_provider",
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What gives codes their names, how long facts hold, and the address that names begin with."""

    taxonomies: Taxonomies
    places: Places
    fresh_days: Freshness
    home: str


def extras(record: Record, version: Version, until: datetime, reference: Reference) -> dict[str, Any]:
    """All of them, by name; `until` is when the record no longer holds."""
    told = {
        **_naming(record, version, reference),
        "x_valid_until": _moment(until),
        "x_after_valid_until": after_it(record, until),
        **_whereabouts(record, reference),
        **_opening(record),
        **_now(record),
        **_criteria(record, reference),
        **_culture(record, reference.taxonomies),
        **_checking(record),
        "x_licence": LICENCE_URL,
        "x_attribution": ATTRIBUTION,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _naming(record: Record, version: Version, reference: Reference) -> dict[str, Any]:
    return {
        "x_uuid": record.id,
        "x_ref": record.ref,
        "x_service_id": service_id(record.ref),
        "x_page": reference.home + entry_path(record),
        "x_change_number": version.number,
        "x_modified": _moment(version.at),
        "x_kind": _term(record.service_type, reference.taxonomies.service_types),
        "x_organization": record.organization,
        "x_audience": record.audience,
    }


def _whereabouts(record: Record, reference: Reference) -> dict[str, Any]:
    borough = reference.places.boroughs.get(record.borough)
    return {
        "x_location_type": record.location_type,
        "x_address_visibility": record.address_visibility,
        "x_latitude": record.latitude,
        "x_longitude": record.longitude,
        "x_borough": {"code": borough.code, "name": borough.name} if borough else None,
        "x_entrance": record.entrance,
        "x_area_served": [{"code": code, "name": area(code, reference.places)} for code in record.area_served],
        "x_phones": [_parts(phone, _PHONE) for phone in record.phones],
        "x_email": record.email,
    }


def _opening(record: Record) -> dict[str, Any]:
    """`x_hours_known` is of ordinary days, `x_bank_holidays_known` of bank holidays without a date of their own."""
    schedule = parsed(record.opening_hours)
    return {
        "x_hours_known": schedule.known,
        "x_bank_holidays_known": schedule.open_all_hours or schedule.bank_holiday is not None,
        "x_by_appointment": by_appointment(record.opening_hours),
        "x_opening_hours": record.opening_hours,
        "x_time_zone": "Europe/London",
    }


def _now(record: Record) -> dict[str, Any]:
    live, caution = record.live_status, record.caution
    return {
        "x_capacity_until": _moment(live.until) if live else None,
        "x_live_status": _live_status(live) if live else None,
        "x_caution": {"kinds": caution.kinds, "at": _moment(caution.at)} if caution else None,
    }


def _criteria(record: Record, reference: Reference) -> dict[str, Any]:
    return {
        "x_self_referral": record.self_referral,
        "x_walk_in": record.walk_in,
        "x_referral_routes": _terms(record.referral_routes, reference.taxonomies.referral_routes),
        "x_application_process": record.application_process,
        "x_minimum_age": record.minimum_age,
        "x_maximum_age": record.maximum_age,
        "x_gender": record.gender,
        "x_eligibility": record.eligibility,
        "x_accessibility": record.accessibility,
        "x_step_free": record.step_free,
        "x_cost": record.cost,
        "x_cost_description": record.cost_description,
        "x_nhs_commissioned": record.nhs_commissioned,
        **{f"x_{name}": _crew_fact(record, name) for name in CREW_FACTS},
    }


def _culture(record: Record, taxonomies: Taxonomies) -> dict[str, Any]:
    return {
        "x_communities": _terms(record.communities, taxonomies.communities),
        "x_languages": _terms(record.languages, taxonomies.languages),
        "x_interpreters": record.interpreters,
        "x_cultural_claims": [_claim(claim, taxonomies) for claim in record.cultural_claims],
    }


def _checking(record: Record) -> dict[str, Any]:
    """Where the facts come from. `x_last_verified` is the oldest day of the groups that say something."""
    verified = verified_on(record)
    return {
        "x_last_verified": verified.isoformat() if verified else None,
        "x_evidence": [_parts(evidence, _EVIDENCE) for evidence in record.evidence],
    }


def _parts(value: Phone | Evidence, names: tuple[str, ...]) -> dict[str, Any]:
    """The parts that say something, by name."""
    return {name: part for name in names if (part := getattr(value, name))}


def _live_status(live: LiveStatus) -> dict[str, Any]:
    note = {"note": live.note} if live.note else {}
    return {"state": live.state, "at": _moment(live.at), "until": _moment(live.until), **note}


def _crew_fact(record: Record, name: str) -> dict[str, Any] | None:
    fact = getattr(record, name)
    return {"value": fact.value, **({"said_on": fact.on} if fact.on else {})} if fact else None


def _claim(claim: CulturalClaim, taxonomies: Taxonomies) -> dict[str, str]:
    terms = taxonomies.languages if claim.kind == "staff_speak" else taxonomies.communities
    said_on = {"said_on": claim.said_on} if claim.said_on else {}
    return {"kind": claim.kind, **_term(claim.code, terms), "said_by": claim.said_by, **said_on}


def _terms(codes: tuple[str, ...], terms: Mapping[str, Term]) -> list[dict[str, str]]:
    return [_term(code, terms) for code in codes]


def _term(code: str, terms: Mapping[str, Any]) -> dict[str, str]:
    return {"code": code, "name": terms[code].name}


def _moment(instant: datetime) -> str:
    return instant.astimezone(LONDON).isoformat(timespec="seconds")
