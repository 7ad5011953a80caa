"""The public record of an entry as the JSON of this interface: the words for its codes, and null for not known."""

from collections.abc import Mapping
from typing import Any

import orjson

from directory.models import CREW_FACTS, Caution, CrewFact, CulturalClaim, Entry, Evidence, Phone
from directory.places import Places
from directory.records import Record, record_for
from directory.schedules import LONDON
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path


class Records:
    """Makes public records, and keeps them for as long as their entries stand."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies
        self._made: dict[str, tuple[Entry, bytes]] = {}

    def begun_json(self, entry: Entry) -> bytes:
        """The brief record as a JSON object that is still open, for more members; made once while the entry stands."""
        kept = self._made.get(entry.ref)
        if kept is None or kept[0] is not entry:
            kept = self._made[entry.ref] = entry, orjson.dumps(self._brief(_record(entry)))[:-1] + b","
        return kept[1]

    def whole(self, entry: Entry) -> dict[str, Any]:
        """All that the public may know of an entry."""
        record = _record(entry)
        return {**self._brief(record), **self._more(record)}

    def _brief(self, record: Record) -> dict[str, Any]:
        """What a search result says of an entry whatever was asked."""
        return {
            "ref": record.ref,
            "name": record.name,
            "organization": record.organization or None,
            "service_type": record.service_type,
            "service_type_name": self._taxonomies.service_types[record.service_type].name,
            **self._whereabouts(record),
            "self_referral": record.self_referral,
            "walk_in": record.walk_in,
            "minimum_age": record.minimum_age,
            "maximum_age": record.maximum_age,
            "gender": record.gender,
            "area_served": [self._area(code) for code in record.area_served],
            "phones": [_phone(phone) for phone in record.phones],
            "confirmed_by_provider": any(evidence.confirmed_by_provider for evidence in record.evidence),
            "caution": _caution(record.caution) if record.caution else None,
            "url": entry_path(record),
        }

    def _whereabouts(self, record: Record) -> dict[str, Any]:
        """Where it is, as far as its address visibility allows."""
        borough = self._places.areas.borough(record.borough) if record.borough else None
        return {
            "location_type": record.location_type,
            "address_visibility": record.address_visibility,
            "address": record.address or None,
            "postcode": record.postcode or None,
            "borough": borough.name if borough else None,
            "latitude": record.latitude,
            "longitude": record.longitude,
        }

    def _more(self, record: Record) -> dict[str, Any]:
        taxonomies = self._taxonomies
        return {
            "description": record.description or None,
            "email": record.email or None,
            "website": record.website or None,
            "opening_hours": record.opening_hours or None,
            "eligibility": record.eligibility or None,
            "application_process": record.application_process or None,
            "referral_routes": _named(record.referral_routes, taxonomies.referral_routes),
            "communities": _named(record.communities, taxonomies.communities),
            "languages": _named(record.languages, taxonomies.languages),
            "interpreters": record.interpreters,
            "accessibility": record.accessibility or None,
            "step_free": record.step_free,
            "cost": record.cost,
            "cost_description": record.cost_description or None,
            "nhs_commissioned": record.nhs_commissioned,
            **{name: _crew_fact(getattr(record, name)) for name in CREW_FACTS},
            "entrance": record.entrance or None,
            "cultural_claims": [self._claim(claim) for claim in record.cultural_claims],
            "evidence": [_evidence(evidence) for evidence in record.evidence],
        }

    def _claim(self, claim: CulturalClaim) -> dict[str, Any]:
        """What somebody claims, and who does."""
        terms = self._taxonomies.languages if claim.kind == "staff_speak" else self._taxonomies.communities
        said = {"said_by": claim.said_by, "said_on": claim.said_on or None}
        return {"kind": claim.kind, "code": claim.code, "name": terms[claim.code].name, **said}

    def _area(self, code: str) -> str:
        borough = self._places.areas.borough(code)
        return borough.name if borough else code


def _record(entry: Entry) -> Record:
    record = record_for(entry, "public")
    if record is None:
        raise KeyError(entry.ref)
    return record


def _phone(phone: Phone) -> dict[str, Any]:
    return {"number": phone.number, "note": phone.note or None, "kind": phone.kind}


def _caution(caution: Caution) -> dict[str, Any]:
    return {"kinds": caution.kinds, "at": caution.at.astimezone(LONDON).isoformat(timespec="seconds")}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Who said a group of facts; `checked_on` is when somebody last said that it is right."""
    return {
        "fact_group": evidence.fact_group,
        "source_url": evidence.source_url or None,
        "source_date": evidence.source_date or None,
        "checked_on": evidence.checked_on or None,
        "checked_by": evidence.checked_by or None,
        "checked_how": evidence.checked_how or None,
        "confirmed_by_provider": evidence.confirmed_by_provider,
    }


def _crew_fact(fact: CrewFact | None) -> dict[str, Any] | None:
    return None if fact is None else {"value": fact.value, "said_on": fact.on or None}


def _named(codes: tuple[str, ...], terms: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"code": code, "name": terms[code].name} for code in codes]
