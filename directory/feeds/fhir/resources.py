"""HealthcareService, Location and Organization of UK Core (R4), each made of records by allow-list.

UK Core: HealthcareService 1.3.0, Location 2.3.0, Organization 2.5.1; docs/feeds/fhir.md says what our extensions mean.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

import orjson

from directory.feeds.fhir import facts, hours
from directory.feeds.fhir.terms import ODS_SITE, Json, Terms, category, hl7_type, known
from directory.feeds.organizations import organization_id
from directory.feeds.sentences import alert, doubt, hours_of, joined, must_book, valid_until, way_in
from directory.feeds.shelf import FORMAT
from directory.records import Record, service_id, stable_id
from directory.revisions import Version
from directory.schedules import LONDON

Kind = Literal["HealthcareService", "Location", "Organization"]
KINDS: Final[tuple[Kind, ...]] = ("HealthcareService", "Location", "Organization")
_AREA_ONLY = "The exact address is not published."


def healthcare_service(record: Record, version: Version, terms: Terms) -> Json:
    """The service, whole."""
    split = hours_of(record, version)
    first, until = version.at.astimezone(LONDON).date(), valid_until(record, version, split, terms.fresh_days)
    doubted = doubt(record, version, until)
    extensions = [
        *facts.extensions(record, until, terms),
        *hours.extensions(record, split, first, terms),
    ]
    return {
        "resourceType": "HealthcareService",
        "id": record.id,
        "meta": terms.meta("HealthcareService", version_id(version, terms), version.at),
        "language": "en-GB",
        "extension": extensions,
        **head(record, terms),
        **known(
            comment=joined((way_in(record, holds=not doubted), alert(record), doubted)),
            extraDetails=facts.details(record),
            telecom=facts.telecom(record, terms),
            coverageArea=facts.coverage_area(record, terms),
            serviceProvisionCode=facts.provision_codes(record),
            eligibility=facts.eligibility(record, terms),
            characteristic=facts.characteristics(record, terms),
            communication=facts.communication(record, terms),
            referralMethod=facts.referral_methods(record, terms, holds=not doubted),
            appointmentRequired=must_book(record),
        ),
        **hours.availability(record, split, first),
    }


def version_id(version: Version, terms: Terms) -> str:
    """The number of the change that told it, behind that of the way in which this release tells records.

    Professionals, who are told more, have versions of their own.
    """
    return f"{FORMAT}-{version.number}{'-p' if terms.audience == 'professional' else ''}"


def head(record: Record, terms: Terms) -> Json:
    """What it is, whose, and where."""
    own = terms.own("crisis-alternative-type", record.service_type, service_type_name(record, terms))
    return known(
        identifier=facts.identifiers(record, service_id(record.ref), terms),
        active=True,
        providedBy=_organization_reference(record),
        category=[category(record.service_type)],
        type=[{"coding": [own, *hl7_type(record.service_type)], "text": own["display"]}],
        location=[{"reference": f"Location/{location_id(record.ref)}"}] if has_location(record) else [],
        name=record.name,
    )


def service_type_name(record: Record, terms: Terms) -> str:
    """The name of its type of service."""
    return terms.taxonomies.service_types[record.service_type].name


def location_id(ref: str) -> str:
    """The UUID of the place of a service."""
    return stable_id("location", ref)


def _organization_reference(record: Record) -> Json | None:
    if not record.organization:
        return None
    return {"reference": f"Organization/{organization_id(record.organization)}", "display": record.organization}


def has_location(record: Record) -> bool:
    """Whether there is anything to tell of where it is: of a hidden place a record has nothing."""
    return record.location_type == "physical" and bool(record.address or record.postcode or record.borough)


def location(record: Record, version: Version, terms: Terms) -> Json:
    """The place of a service; of one that is told by area only, the borough."""
    is_whole = record.address_visibility == "full"
    told = known(
        identifier=_place_identifiers(record, terms),
        status="active",
        name=record.name,
        description=record.entrance if is_whole else _AREA_ONLY,
        mode="instance",
        address=_address(record, terms),
        position=_position(record),
        managingOrganization=_organization_reference(record),
    )
    return _with_meta("Location", location_id(record.ref), told, version.at, terms)


def _place_identifiers(record: Record, terms: Terms) -> list[Json]:
    told = [{"system": terms.id_system("location"), "value": record.ref}]
    if record.ods_code and record.address_visibility == "full":
        told.append({"system": ODS_SITE, "value": record.ods_code})
    return told


def _address(record: Record, terms: Terms) -> Json:
    borough = terms.areas.borough(record.borough) if record.borough else None
    parts = [part.strip() for part in record.address.split(",") if part.strip()]
    city = parts.pop() if parts and parts[-1] == "London" else ""
    address = known(
        text=", ".join(filter(None, (record.address, record.postcode))),
        line=parts,
        city=city,
        district=borough.name if borough else "",
        postalCode=record.postcode,
        country="England" if borough else "",
    )
    return {"use": "work", "type": "physical", **address}


def _position(record: Record) -> Mapping[str, float] | None:
    if record.latitude is None or record.longitude is None:
        return None
    return {"longitude": record.longitude, "latitude": record.latitude}


def organization(name: str, at: datetime, terms: Terms) -> Json:
    """A provider, of which the directory knows the name; `at` is the newest version of its services."""
    identifier = {"system": terms.id_system("organization"), "value": organization_id(name)}
    told = {"identifier": [identifier], "active": True, "name": name}
    return _with_meta("Organization", organization_id(name), told, at, terms)


def _with_meta(kind: Kind, resource_id: str, told: Json, at: datetime, terms: Terms) -> Json:
    """A resource whose version is told by what is in it: it comes from services that change for other reasons too."""
    content = sha256(orjson.dumps(told)).hexdigest()[:16]
    return {"resourceType": kind, "id": resource_id, "meta": terms.meta(kind, content, at), "language": "en-GB", **told}
