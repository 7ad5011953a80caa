"""The public record of an entry: the one allow-list that every public JSON answer is made from."""

from collections.abc import Mapping
from typing import Any

import orjson

from directory.models import CREW_FACTS, Caution, CrewFact, CulturalClaim, Entry, Evidence, Phone
from directory.places import Places
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
            kept = self._made[entry.ref] = entry, orjson.dumps(self.brief(entry))[:-1] + b","
        return kept[1]

    def whole(self, entry: Entry) -> dict[str, Any]:
        """All that the public may know of an entry."""
        return {**self.brief(entry), **self._more(entry)}

    def brief(self, entry: Entry) -> dict[str, Any]:
        """What a search result says of an entry whatever was asked."""
        return {
            "ref": entry.ref,
            "name": entry.name,
            "organization": entry.organization or None,
            "service_type": entry.service_type,
            "service_type_name": self._taxonomies.service_types[entry.service_type].name,
            **self._whereabouts(entry),
            "self_referral": entry.self_referral,
            "walk_in": entry.walk_in,
            "minimum_age": entry.minimum_age,
            "maximum_age": entry.maximum_age,
            "gender": entry.gender,
            "area_served": [self._area(code) for code in entry.area_served],
            "phones": [_phone(phone) for phone in entry.phones if phone.audience == "public"],
            "confirmed_by_provider": any(evidence.confirmed_by_provider for evidence in entry.evidence),
            "caution": _caution(entry.caution) if entry.caution else None,
            "url": entry_path(entry),
        }

    def _whereabouts(self, entry: Entry) -> dict[str, Any]:
        """Where it is, as far as its address visibility allows."""
        shown = entry.address_visibility
        borough = self._places.areas.borough(entry.borough) if entry.borough and shown != "hidden" else None
        full = shown == "full"
        return {
            "location_type": entry.location_type,
            "address_visibility": shown,
            "address": (entry.address or None) if full else None,
            "postcode": (entry.postcode or None) if full else None,
            "borough": borough.name if borough else None,
            "latitude": entry.latitude if entry.has_point else None,
            "longitude": entry.longitude if entry.has_point else None,
        }

    def _more(self, entry: Entry) -> dict[str, Any]:
        taxonomies = self._taxonomies
        return {
            "description": entry.description or None,
            "email": entry.email or None,
            "website": entry.website or None,
            "opening_hours": entry.opening_hours or None,
            "eligibility": entry.eligibility or None,
            "application_process": entry.application_process or None,
            "referral_routes": _named(entry.referral_routes, taxonomies.referral_routes),
            "communities": _named(entry.communities, taxonomies.communities),
            "languages": _named(entry.languages, taxonomies.languages),
            "interpreters": entry.interpreters,
            "accessibility": entry.accessibility or None,
            "step_free": entry.step_free,
            "cost": entry.cost,
            "cost_description": entry.cost_description or None,
            "nhs_commissioned": entry.nhs_commissioned,
            **{name: _crew_fact(getattr(entry, name)) for name in CREW_FACTS},
            "entrance": (entry.entrance or None) if entry.address_visibility == "full" else None,
            "cultural_claims": [self._claim(claim) for claim in entry.cultural_claims],
            "evidence": [_evidence(evidence) for evidence in entry.evidence],
        }

    def _claim(self, claim: CulturalClaim) -> dict[str, Any]:
        """What somebody claims, and who does."""
        terms = self._taxonomies.languages if claim.kind == "staff_speak" else self._taxonomies.communities
        said = {"said_by": claim.said_by, "said_on": claim.said_on or None}
        return {"kind": claim.kind, "code": claim.code, "name": terms[claim.code].name, **said}

    def _area(self, code: str) -> str:
        borough = self._places.areas.borough(code)
        return borough.name if borough else code


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
