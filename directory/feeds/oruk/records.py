"""Records as Open Referral UK 3.0 has them: services, services at locations and organisations.

Field names are those of the profile, then those of HSDS 3.0 that the profile left out, then ours, which begin with
`x_`. What is not known is left out: the profile has no null. Every id is a UUID that stays the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from directory.feeds import sentences
from directory.feeds.licence import ATTRIBUTION, LICENCE_URL
from directory.feeds.organizations import organization_id
from directory.feeds.oruk import hours as opening
from directory.feeds.oruk.taxonomies import Terms
from directory.freshness import Freshness, verified_on
from directory.models import CREW_FACTS, CrewFact, CulturalClaim, Evidence, Phone
from directory.places import Areas
from directory.records import Record, service_id, stable_id
from directory.revisions import Version
from directory.schedules import LONDON, SplitHours

LICENCE: Final = {"x_licence": LICENCE_URL, "x_attribution": ATTRIBUTION}
NOBODY_KNOWN: Final = "Organisation not known"
"""The name told where it is not known who runs a service: the profile wants an organisation of every service."""

STATUS: Final = "active"
"""What every service is that is told: one that is closed for now says so in its alert, and one that is gone is gone."""

_ONS: Final = "http://statistics.data.gov.uk/id/statistical-geography/"
_WIDE_AREAS: Final = {"London": "E12000007", "England": "E92000001", "UK": "K02000001"}
_COSTS: Final = {
    "free": "Free",
    "paid": "There is a charge.",
    "mixed": "Free for some people or parts, and not for others.",
}
_YES_NO: Final = ("self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned")

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """What records are told with: the terms, the areas, and how long facts hold after they were checked."""

    terms: Terms
    areas: Areas
    fresh_days: Freshness


def service(record: Record, version: Version, reference: Reference) -> Told:
    """A service, whole, with everything that belongs to it."""
    split = sentences.hours_of(record, version)
    location = {"service_at_locations": [_service_at_location(record, _whole_location(record, reference.areas))]}
    whole = {**_members(record, version, split, reference), **_lists(record, version, split, reference)}
    return {**whole, **location, **LICENCE}


def service_in_list(record: Record, version: Version, reference: Reference) -> Told:
    """A service as lists have it: the members of which it has one, and its organisation."""
    return {**_members(record, version, sentences.hours_of(record, version), reference), **LICENCE}


def service_at_location(record: Record, version: Version, reference: Reference) -> Told:
    """A service at its location, whole: the location with its parts, and the service with its.

    It has the service's name and status too: the OpenAPI file of the profile asks for those of a service here.
    """
    split = sentences.hours_of(record, version)
    whole = {**_members(record, version, split, reference), **_lists(record, version, split, reference)}
    location = _whole_location(record, reference.areas)
    asked = {"name": record.name, "status": STATUS}
    return {**_service_at_location(record, location), **asked, "service": whole, **LICENCE}


def service_at_location_in_list(record: Record, version: Version, reference: Reference) -> Told:
    """A service at its location as lists have it."""
    told = _service_at_location(record, _location(record, reference.areas))
    members = _members(record, version, sentences.hours_of(record, version), reference)
    return {**told, "service": members, **LICENCE}


def organization_in_list(name: str) -> Told:
    """An organisation, of which the name is known."""
    if name == NOBODY_KNOWN:
        description = "It is not known who runs the service."
    else:
        description = f"{name} runs services of the London crisis alternatives directory."
    return {"id": organization_id(name), "name": name, "description": description}


def organization_name(record: Record) -> str:
    """Who runs a service, as it is told."""
    return record.organization or NOBODY_KNOWN


def service_at_location_id(ref: str) -> str:
    """The UUID of a service at its one location."""
    return stable_id("service_at_location", ref)


def instant(at: datetime) -> str:
    """An instant in universal time, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _members(record: Record, version: Version, split: SplitHours, reference: Reference) -> Told:
    """The members of which a service has one."""
    until = sentences.valid_until(record, version, split, reference.fresh_days)
    name, verified = organization_name(record), verified_on(record)
    told = {
        "id": record.id,
        "organization_id": organization_id(name),
        "name": record.name,
        "description": _description(record),
        "url": record.website,
        "email": record.email,
        "status": STATUS,
        "minimum_age": record.minimum_age,
        "maximum_age": record.maximum_age,
        "assured_date": verified.isoformat() if verified else "",
        "alert": sentences.joined((sentences.alert(record), sentences.doubt(record, version, until))),
        "last_modified": instant(version.at),
        "application_process": record.application_process,
        "eligibility_description": record.eligibility,
        "organization": organization_in_list(name),
        "x_ref": record.ref,
        "x_service_id": service_id(record.ref),
        "x_dos_service_id": record.dos_service_id,
        "x_opening_hours": record.opening_hours,
        "x_hours_known": split.open_all_hours or split.week is not None,
        "x_gender": record.gender,
        **{f"x_{fact}": getattr(record, fact) for fact in _YES_NO},
        **{f"x_{fact}": _crew_fact(getattr(record, fact)) for fact in CREW_FACTS},
        "x_live_status": _live_status(record),
        "x_valid_until": until.isoformat(timespec="seconds"),
        "x_after_valid_until": sentences.after_it(record, until),
    }
    return _known(told)


def _lists(record: Record, version: Version, split: SplitHours, reference: Reference) -> Told:
    """What a service has many of, but for its locations."""
    special = opening.special_dates(split, version.at.astimezone(LONDON).date())
    told = {
        "phones": [_phone(record, phone) for phone in record.phones],
        "schedules": opening.schedules(record, split, special),
        "x_exceptions": opening.exceptions(special),
        "service_areas": [_service_area(record, code, reference.areas) for code in record.area_served],
        "languages": [_language(record, code, reference.terms) for code in record.languages],
        "cost_options": _cost_options(record),
        "attributes": _attributes(record, reference.terms),
        "x_cultural_claims": [_claim(claim, reference.terms) for claim in record.cultural_claims],
        "x_evidence": [_evidence(evidence) for evidence in record.evidence],
    }
    return _known(told)


def _known(told: Told) -> Told:
    """What is known of a record's members; False and 0 are."""
    return {name: value for name, value in told.items() if value is not None and value != "" and value != []}


def _description(record: Record) -> str:
    """All that people should read, with the numbers to ring: the profile has no other home for some of it."""
    numbers = (_number_in_words(phone) for phone in record.phones)
    ours = (record.description, record.eligibility, record.application_process, *numbers)
    return sentences.joined((*map(_sentence, ours), sentences.about_hours(record.opening_hours)))


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _number_in_words(phone: Phone) -> str:
    note = f" ({phone.note})" if phone.note else ""
    return f"{'Text' if phone.kind == 'text' else 'Telephone'}: {phone.number}{note}"


def _phone(record: Record, phone: Phone) -> Told:
    """A number; the profile has none, HSDS has."""
    own = stable_id("phone", f"{record.ref}:{phone.kind}:{phone.number}:{phone.note}")
    return _known({"id": own, "number": phone.number, "description": phone.note, "type": phone.kind})


def _crew_fact(fact: CrewFact | None) -> Told | None:
    return None if fact is None else _known({"value": fact.value, "said_on": fact.on})


def _live_status(record: Record) -> Told | None:
    live = record.live_status
    if live is None:
        return None
    return _known({"state": live.state, "at": _local(live.at), "until": _local(live.until), "note": live.note})


def _local(at: datetime) -> str:
    return at.astimezone(LONDON).isoformat(timespec="seconds")


def _service_area(record: Record, code: str, areas: Areas) -> Told:
    """Where people must live to use it; areas of the NHS have no address among those of the ONS."""
    own = {"id": stable_id("service_area", f"{record.ref}:{code}")}
    if code in _WIDE_AREAS:
        return {**own, "name": code, "uri": _ONS + _WIDE_AREAS[code], "x_code": _WIDE_AREAS[code]}
    if footprint := areas.footprint(code):
        return {**own, "name": footprint.name, "x_code": code}
    borough = areas.borough(code)
    return {**own, "name": borough.name if borough else code, "uri": _ONS + code, "x_code": code}


def _language(record: Record, code: str, terms: Terms) -> Told:
    name = terms.by_code["language", code].told["name"]
    own = stable_id("language", f"{record.ref}:{code}")
    return {"id": own, "name": name, "code": code, "x_code": code, "x_name": name}


def _cost_options(record: Record) -> list[Told]:
    if record.cost is None and not record.cost_description:
        return []
    words = record.cost_description or (_COSTS[record.cost] if record.cost else "")
    option = {"id": stable_id("cost_option", record.ref), "amount_description": words, "x_cost": record.cost}
    return [_known({**option, **({"option": "Everyone", "amount": 0} if record.cost == "free" else {})})]


def _attributes(record: Record, terms: Terms) -> list[Told]:
    return [
        {
            "id": stable_id("attribute", f"{record.ref}:{term.kind}:{term.code}"),
            "link_type": term.kind,
            "taxonomy_term": orjson.Fragment(term.json),
        }
        for term in terms.of(record)
    ]


def _claim(claim: CulturalClaim, terms: Terms) -> Told:
    """What somebody claims of its culture, and who does: no more than that."""
    kind = "language" if claim.kind == "staff_speak" else "community"
    name = terms.by_code[kind, claim.code].told["name"]
    said = {"said_by": claim.said_by, "said_on": claim.said_on}
    return _known({"kind": claim.kind, "code": claim.code, "name": name, **said})


def _evidence(evidence: Evidence) -> Told:
    """Who said a group of facts, and when; dates are perhaps only a year or a month."""
    return _known(
        {
            "fact_group": evidence.fact_group,
            "source_url": evidence.source_url,
            "source_date": evidence.source_date,
            "checked_on": evidence.checked_on,
            "checked_by": evidence.checked_by,
            "confirmed_by_provider": evidence.confirmed_by_provider,
        }
    )


def _service_at_location(record: Record, location: Told) -> Told:
    own = {"id": service_at_location_id(record.ref), "service_id": record.id}
    return {**own, "location_id": location["id"], "location": location}


def _location(record: Record, areas: Areas) -> Told:
    """Where it is, as far as that may be told: the members of which a location has one."""
    borough = areas.borough(record.borough) if record.borough else None
    told = {
        "id": stable_id("location", record.ref),
        "location_type": record.location_type,
        "description": sentences.joined(_whereabouts(record, borough.name if borough else "")),
        "latitude": record.latitude,
        "longitude": record.longitude,
        "external_identifier": record.ods_code,
        "external_identifier_type": "ODS code" if record.ods_code else "",
        "x_borough": borough.name if borough else "",
        "x_borough_code": borough.code if borough else "",
    }
    return _known(told)


def _whereabouts(record: Record, borough: str) -> Iterable[str]:
    """What the address of the profile cannot hold: it wants a postcode and a town."""
    if record.location_type != "physical":
        return
    if record.address_visibility != "full":
        yield "The address is not published."
    elif record.address and not _has_whole_address(record):
        yield _sentence(", ".join(filter(None, (record.address, record.postcode))))
    if borough:
        yield f"In the borough {borough}."
    if record.entrance:
        yield _sentence(f"Entrance: {record.entrance}")


def _has_whole_address(record: Record) -> bool:
    return bool(record.address and record.postcode and record.borough)


def _whole_location(record: Record, areas: Areas) -> Told:
    """A location with its address, where all of that is known, and its access."""
    told = _location(record, areas)
    if _has_whole_address(record):
        told["addresses"] = [
            {
                "id": stable_id("address", record.ref),
                "address_1": record.address.removesuffix(", London"),
                "city": "London",
                "state_province": "Greater London",
                "postal_code": record.postcode,
                "country": "GB",
                "address_type": "physical",
            }
        ]
    if access := [_access(record, words) for words in dict.fromkeys(_ways_around(record))]:
        told["accessibility"] = access
    return told


def _ways_around(record: Record) -> Iterable[str]:
    if record.step_free is not None:
        yield "Step-free" if record.step_free else "Not step-free"
    if record.accessibility:
        yield record.accessibility


def _access(record: Record, words: str) -> Told:
    return {"id": stable_id("accessibility", f"{record.ref}:{words}"), "description": words}
