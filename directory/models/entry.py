"""The entry as a value: what is published, compared, shown and exported. Words are HSDS's where it has them."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

Status = Literal["active", "unverified", "withdrawn"]
Audience = Literal["public", "professional"]
LocationType = Literal["physical", "virtual"]
Visibility = Literal["full", "area", "hidden"]
Gender = Literal["women", "men"]
FactGroup = Literal["contact", "hours", "criteria", "culture"]
LiveState = Literal["space", "busy", "full", "closed", "ring_first"]
ClaimKind = Literal["led_by", "staff_speak", "specialist_in", "welcomes"]
CheckedBy = Literal["", "provider", "region"]
CheckedHow = Literal["", "edit", "link", "telephone", "spreadsheet"]
ProblemKind = Literal["no_answer", "shut", "turned_away", "wrong_number", "wrong_address", "other"]
CrewFactName = Literal["drop_off", "crew_may_leave", "intoxicated", "alone_under_18", "companion", "dog"]

FACT_GROUPS: tuple[FactGroup, ...] = ("contact", "hours", "criteria", "culture")
GROUP_FIELDS: Mapping[FactGroup, tuple[str, ...]] = {
    "contact": ("name", "organization", "phones", "email", "website", "location_type", "address", "postcode")
    + ("borough", "address_visibility", "entrance", "easting", "northing", "latitude", "longitude"),
    "hours": ("opening_hours",),
    "criteria": ("service_type", "description", "area_served", "self_referral", "walk_in", "referral_routes")
    + ("application_process", "minimum_age", "maximum_age", "gender", "eligibility", "accessibility", "step_free")
    + ("cost", "cost_description", "nhs_commissioned", "drop_off", "crew_may_leave", "intoxicated", "alone_under_18")
    + ("companion", "dog", "professional_notes"),
    "culture": ("communities", "languages", "interpreters", "cultural_claims"),
}
"""The fields of an entry by the group that they are checked with."""

CREW_FACTS: tuple[CrewFactName, ...] = (
    "drop_off",
    "crew_may_leave",
    "intoxicated",
    "alone_under_18",
    "companion",
    "dog",
)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phone(_Value):
    """A number as it is shown, with how to use it ("choose option 2").

    The purpose "handover" is for crews who bring somebody, and such a number is professional.
    """

    number: str
    note: str = ""
    kind: Literal["voice", "text"] = "voice"
    audience: Audience = "public"
    purpose: Literal["", "handover"] = ""

    @model_validator(mode="after")
    def _handover_is_professional(self) -> Self:
        if self.purpose == "handover" and self.audience != "professional":
            raise ValueError("a handover number is for professionals")
        return self


class Evidence(_Value):
    """Who said a group of facts, and when. `source_date` is ISO 8601, perhaps only a year or a month.

    `checked_on` (a whole date) is when somebody last said that the group is right, and supersedes the source's date;
    `checked_by` is which side said so, `checked_how` by what means. `confirmed_by_provider` is true where the provider
    has ever said so.
    """

    fact_group: FactGroup
    source_url: str = ""
    source_date: str = ""
    confirmed_by_provider: bool = False
    checked_on: str = ""
    checked_by: CheckedBy = ""
    checked_how: CheckedHow = ""

    @property
    def dated(self) -> str:
        """The newest date that the group has, ISO 8601, perhaps reduced; "" where it has none."""
        return self.checked_on or self.source_date


class CrewFact(_Value):
    """Yes or no, and when it was said: ISO 8601, perhaps only a year or a month; "" where that is not known."""

    value: bool
    on: str = ""


class CulturalClaim(_Value):
    """A claim with bounds: who leads it, what its staff speak, what it specialises in, whom it welcomes.

    `code` is a community, for "staff_speak" a language. `said_on` is ISO 8601, perhaps reduced.
    """

    kind: ClaimKind
    code: str
    said_by: str
    said_on: str = ""


class LiveStatus(_Value):
    """What the provider says of now. It holds from `at` until `until`, and then nothing is known: never "fine"."""

    state: LiveState
    at: AwareDatetime
    until: AwareDatetime
    note: str = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until <= self.at:
            raise ValueError("a live status must end after it begins")
        return self


class Caution(_Value):
    """Several people independently reported the same entry since `at`; it stands until a maintainer closes it.

    `kinds` are what they reported, the most serious first.
    """

    kinds: tuple[ProblemKind, ...]
    at: AwareDatetime


class Entry(_Value):
    """One service at one place (or none), whole: what is published, compared, shown and exported.

    Yes, no or not known is True, False or None. An empty text or tuple is "not known" too. `area_served` holds
    borough codes, footprint codes, "London", "England" or "UK": who may use the service by where they live.
    `opening_hours` is the text form of `directory.schedules`. A position is given only where a postcode is known.

    What a crew needs to know, each with its date: `drop_off`: takes a drop-off by police or ambulance;
    `crew_may_leave`: the crew need not stay; `intoxicated`: takes people who have been drinking or using drugs;
    `alone_under_18`: takes under-18s who come alone; `companion`, `dog`: one may come along. `entrance` is which door,
    shown where the address is. `ods_code` is the NHS code of the site, `dos_service_id` the number that the NHS
    Directory of Services gave its profile of the entry. `professional_notes` are for professionals, `notes` for
    maintainers only.
    """

    ref: str
    name: str
    organization: str = ""
    service_type: str
    description: str = ""
    status: Status = "unverified"
    audience: Audience = "public"
    location_type: LocationType = "physical"
    address: str = ""
    postcode: str = ""
    borough: str = ""
    address_visibility: Visibility = "full"
    easting: int | None = None
    northing: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    area_served: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    email: str = ""
    website: str = ""
    opening_hours: str = ""
    self_referral: bool | None = None
    walk_in: bool | None = None
    referral_routes: tuple[str, ...] = ()
    application_process: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    gender: Gender | None = None
    eligibility: str = ""
    communities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    interpreters: bool | None = None
    accessibility: str = ""
    step_free: bool | None = None
    cost: Literal["free", "paid", "mixed"] | None = None
    cost_description: str = ""
    nhs_commissioned: bool | None = None
    drop_off: CrewFact | None = None
    crew_may_leave: CrewFact | None = None
    intoxicated: CrewFact | None = None
    alone_under_18: CrewFact | None = None
    companion: CrewFact | None = None
    dog: CrewFact | None = None
    entrance: str = ""
    cultural_claims: tuple[CulturalClaim, ...] = ()
    live_status: LiveStatus | None = None
    caution: Caution | None = None
    ods_code: str = ""
    dos_service_id: int | None = None
    evidence: tuple[Evidence, ...] = ()
    confidence: Literal["high", "medium", "low"] | None = None
    professional_notes: str = ""
    notes: str = ""

    @model_validator(mode="after")
    def _facts_agree(self) -> Self:
        position = (self.easting, self.northing, self.latitude, self.longitude)
        if any(value is None for value in position) != all(value is None for value in position):
            raise ValueError("a position needs easting, northing, latitude and longitude together")
        if self.minimum_age is not None and self.maximum_age is not None and self.minimum_age > self.maximum_age:
            raise ValueError("the minimum age is above the maximum age")
        return self

    @property
    def is_public(self) -> bool:
        """True where a searcher who has not signed in may see the entry."""
        return self.is_for("public")

    def is_for(self, audience: Audience) -> bool:
        """Whether these readers may see the entry: professionals see what is for the public too."""
        return self.status == "active" and audience in (self.audience, "professional")

    @property
    def communities_claimed(self) -> tuple[str, ...]:
        """Whom somebody claims that it is led by, specialises in or welcomes, each once."""
        return tuple(dict.fromkeys(claim.code for claim in self.cultural_claims if claim.kind != "staff_speak"))

    @property
    def languages_claimed(self) -> tuple[str, ...]:
        """What somebody claims that its staff speak, each once."""
        return tuple(dict.fromkeys(claim.code for claim in self.cultural_claims if claim.kind == "staff_speak"))

    @property
    def has_point(self) -> bool:
        """True where the entry may be given a distance: a known postcode and an address that anybody may see."""
        return self.easting is not None and self.address_visibility == "full"

    def status_at(self, at: AwareDatetime) -> LiveStatus | None:
        """What the provider says of an instant; None where that is not known, or no longer."""
        live = self.live_status
        return live if live is not None and live.at <= at < live.until else None
