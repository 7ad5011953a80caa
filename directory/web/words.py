"""What a field of an entry is called, and what it says, in words: for forms, differences and history."""

from collections.abc import Callable, Mapping
from typing import Any

from directory.places import Places
from directory.taxonomies import Taxonomies, Term
from directory.web.times import spoken_date

NOT_KNOWN = "Not known"

LABELS: Mapping[str, str] = {
    "name": "Name of the service",
    "organization": "Run by",
    "service_type": "Type of help",
    "description": "What it is",
    "status": "State of the entry",
    "audience": "Who may see it",
    "location_type": "Is there a place to go to?",
    "address": "Address",
    "postcode": "Postcode",
    "borough": "Borough",
    "address_visibility": "Who sees the address",
    "area_served": "Where people must live",
    "phones": "Numbers",
    "email": "Email",
    "website": "Website",
    "opening_hours": "Opening hours",
    "self_referral": "Can people refer themselves?",
    "walk_in": "Can people walk in?",
    "referral_routes": "Who can refer or bring somebody",
    "application_process": "What to do to get in",
    "minimum_age": "Youngest age",
    "maximum_age": "Oldest age",
    "gender": "Women or men only",
    "eligibility": "More about who it is for",
    "communities": "Communities",
    "languages": "Languages spoken",
    "interpreters": "Interpreters",
    "accessibility": "More about access",
    "step_free": "Step-free",
    "cost": "Cost",
    "cost_description": "More about the cost",
    "nhs_commissioned": "Paid for by the NHS",
    "drop_off": "Takes a drop-off by police or ambulance",
    "crew_may_leave": "The crew may leave",
    "intoxicated": "Takes people who have been drinking or using drugs",
    "alone_under_18": "Takes under-18s who come alone",
    "companion": "A companion may come along",
    "dog": "A dog may come along",
    "entrance": "Which entrance",
    "cultural_claims": "What the service says of culture",
    "live_status": "How it is now",
    "caution": "Caution",
    "ods_code": "ODS code",
    "dos_service_id": "Number in the NHS Directory of Services",
    "evidence": "Sources and checks",
    "confidence": "How sure the source was",
    "professional_notes": "Notes for professionals",
    "notes": "Notes for maintainers",
}
"""A short name of every field that somebody may read about."""

GROUPS: Mapping[str, str] = {
    "contact": "Contact and place",
    "hours": "Opening hours",
    "criteria": "Who it is for and how to get in",
    "culture": "Culture and language",
}
"""A name of every group of facts that is checked as a whole."""

CLAIMS = {
    "led_by": "Led by",
    "staff_speak": "Staff who speak",
    "specialist_in": "Specialist in",
    "welcomes": "Welcomes",
}
STATUSES = {"active": "Public", "unverified": "Not public yet", "withdrawn": "Withdrawn"}
_CODES = {
    "status": STATUSES,
    "audience": {"public": "Everybody", "professional": "Professionals only"},
    "location_type": {"physical": "Yes", "virtual": "No: a phone line, website or team that travels"},
    "address_visibility": {
        "full": "Everybody",
        "area": "Nobody: only the borough is shown",
        "hidden": "Nobody: nothing of the place is shown",
    },
    "gender": {"women": "Women only", "men": "Men only"},
    "cost": {"free": "Free", "paid": "People have to pay", "mixed": "Free for some people or parts"},
}
_WIDE_AREAS = {"London": "All of London", "England": "England", "UK": "The UK"}


def said(field: str, value: Any, places: Places, taxonomies: Taxonomies) -> str:
    """A value of a field of an entry, as the JSON of an entry has it, in words; several lines for several things."""
    if value is None or value in ("", []):
        return NOT_KNOWN
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field in _CODES:
        return _CODES[field].get(value, str(value))
    if field in _TELLERS:
        return _TELLERS[field](value, places, taxonomies)
    if isinstance(value, dict) and "value" in value:
        return ("Yes" if value["value"] else "No") + (f", said {spoken_date(value['on'])}" if value["on"] else "")
    return str(value)


def area(code: str, places: Places) -> str:
    """The name of an area whose residents may use a service."""
    known = places.boroughs.get(code) or places.footprints.get(code)
    return known.name if known else _WIDE_AREAS.get(code, code)


def _phones(value: list[dict[str, Any]], places: Places, taxonomies: Taxonomies) -> str:
    return "\n".join(map(_phone, value))


def _phone(phone: dict[str, Any]) -> str:
    facts = ["text messages"] if phone["kind"] == "text" else []
    if phone["purpose"] == "handover":
        facts.append("handover, professionals only")
    elif phone["audience"] == "professional":
        facts.append("professionals only")
    facts += [phone["note"]] if phone["note"] else []
    return f"{phone['number']} ({'; '.join(facts)})" if facts else str(phone["number"])


def _claims(value: list[dict[str, Any]], places: Places, taxonomies: Taxonomies) -> str:
    return "\n".join(_claim(claim, taxonomies) for claim in value)


def _claim(claim: dict[str, Any], taxonomies: Taxonomies) -> str:
    terms = taxonomies.languages if claim["kind"] == "staff_speak" else taxonomies.communities
    dated = f", {spoken_date(claim['said_on'])}" if claim["said_on"] else ""
    return f"{CLAIMS[claim['kind']]}: {_name(terms, claim['code'])} (says {claim['said_by']}{dated})"


def _name(terms: Mapping[str, Term], code: str) -> str:
    return terms[code].name if code in terms else code


def _names(terms_of: Callable[[Taxonomies], Mapping[str, Term]]) -> Callable[[Any, Places, Taxonomies], str]:
    return lambda value, places, taxonomies: ", ".join(_name(terms_of(taxonomies), code) for code in value)


_TELLERS: Mapping[str, Callable[[Any, Places, Taxonomies], str]] = {
    "phones": _phones,
    "cultural_claims": _claims,
    "communities": _names(lambda taxonomies: taxonomies.communities),
    "languages": _names(lambda taxonomies: taxonomies.languages),
    "referral_routes": _names(lambda taxonomies: taxonomies.referral_routes),
    "service_type": lambda value, places, taxonomies: _name(taxonomies.service_types, value),
    "borough": lambda value, places, taxonomies: area(value, places),
    "area_served": lambda value, places, taxonomies: ", ".join(area(code, places) for code in value),
}
