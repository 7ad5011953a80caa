"""The record of an entry for its readers: the one allow-list that everything told to machines is made from.

A record is made by naming what may be told, never by taking away from an entry. Formats see records and no entries.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

from directory.models import (
    Audience,
    Caution,
    CrewFact,
    CulturalClaim,
    Entry,
    Evidence,
    Gender,
    LiveStatus,
    LocationType,
    Phone,
    Visibility,
)

OUR_SERVICE_IDS = range(900_000_000, 1_000_000_000)
"""Whole numbers for consumers that know services by no other name, outside those of the NHS Directory of Services."""

_NAMESPACE = UUID("ec6fe322-50eb-40b2-a7f0-347668a1a701")  # drawn once; every id ever told follows from it


@dataclass(frozen=True, slots=True)
class Record:
    """What some readers may know of an entry; the fields are those of `Entry`, as far as they may be told.

    Where it is, is there as far as its address visibility allows, and so is `ods_code`, which leads to an address;
    `phones` are those of the readers, and
    `professional_notes` are "" for the public.
    """

    ref: str
    audience: Audience
    name: str
    organization: str
    service_type: str
    description: str
    location_type: LocationType
    address_visibility: Visibility
    address: str
    postcode: str
    borough: str
    entrance: str
    easting: int | None
    northing: int | None
    latitude: float | None
    longitude: float | None
    area_served: tuple[str, ...]
    phones: tuple[Phone, ...]
    email: str
    website: str
    opening_hours: str
    self_referral: bool | None
    walk_in: bool | None
    referral_routes: tuple[str, ...]
    application_process: str
    minimum_age: int | None
    maximum_age: int | None
    gender: Gender | None
    eligibility: str
    communities: tuple[str, ...]
    languages: tuple[str, ...]
    interpreters: bool | None
    accessibility: str
    step_free: bool | None
    cost: Literal["free", "paid", "mixed"] | None
    cost_description: str
    nhs_commissioned: bool | None
    drop_off: CrewFact | None
    crew_may_leave: CrewFact | None
    intoxicated: CrewFact | None
    alone_under_18: CrewFact | None
    companion: CrewFact | None
    dog: CrewFact | None
    cultural_claims: tuple[CulturalClaim, ...]
    live_status: LiveStatus | None
    caution: Caution | None
    ods_code: str
    dos_service_id: int | None
    evidence: tuple[Evidence, ...]
    professional_notes: str

    @property
    def id(self) -> str:
        """The UUID of the service, the same in every format and for ever."""
        return stable_id("service", self.ref)


_PLACE = ("address", "postcode", "entrance", "easting", "northing", "latitude", "longitude")
_TOLD_APART = frozenset({*_PLACE, "borough", "phones", "ods_code", "professional_notes"})
_AS_IT_IS = tuple(name for name in Record.__dataclass_fields__ if name not in _TOLD_APART)


def record_for(entry: Entry, audience: Audience) -> Record | None:
    """What these readers may know of an entry; None where that is nothing."""
    if not entry.is_for(audience):
        return None
    shown = entry.address_visibility
    is_professional = audience == "professional"
    return Record(
        **{name: getattr(entry, name) for name in _AS_IT_IS},
        address=entry.address if shown == "full" else "",
        postcode=entry.postcode if shown == "full" else "",
        borough=entry.borough if shown != "hidden" else "",
        entrance=entry.entrance if shown == "full" else "",
        easting=entry.easting if entry.has_point else None,
        northing=entry.northing if entry.has_point else None,
        latitude=entry.latitude if entry.has_point else None,
        longitude=entry.longitude if entry.has_point else None,
        ods_code=entry.ods_code if shown == "full" else "",
        phones=tuple(phone for phone in entry.phones if is_professional or phone.audience == "public"),
        professional_notes=entry.professional_notes if is_professional else "",
    )


@lru_cache(maxsize=1000)  # what tells a record asks for its ids again and again
def stable_id(kind: str, of: str) -> str:
    """The UUID of a thing that is told, by its kind ("service", "location", "phone") and what names it among those."""
    return str(uuid5(_NAMESPACE, f"{kind}:{of}"))


def service_id(ref: str) -> int:
    """The whole number of an entry, the same for ever."""
    return OUR_SERVICE_IDS.start + int(ref.removeprefix("CAD-"))
