"""What the directory keeps: the entry, as a value and as a row, and the thread of changes. Words are HSDS's."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

Status = Literal["active", "unverified", "withdrawn"]
Audience = Literal["public", "professional"]
LocationType = Literal["physical", "virtual"]
Visibility = Literal["full", "area", "hidden"]
Gender = Literal["women", "men"]
FactGroup = Literal["contact", "hours", "criteria", "culture"]
FACT_GROUPS: tuple[FactGroup, ...] = ("contact", "hours", "criteria", "culture")

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phone(_Value):
    """A number as it is shown, with how to use it ("choose option 2")."""

    number: str
    note: str = ""
    kind: Literal["voice", "text"] = "voice"
    audience: Audience = "public"


class Evidence(_Value):
    """Who said a group of facts, and when. `source_date` is ISO 8601, perhaps only a year or a month."""

    fact_group: FactGroup
    source_url: str
    source_date: str = ""
    confirmed_by_provider: bool = False


class Entry(_Value):
    """One service at one place (or none), whole: what is published, compared, shown and exported.

    Yes, no or not known is True, False or None. An empty text or tuple is "not known" too. `area_served` holds
    borough codes, footprint codes, "London", "England" or "UK": who may use the service by where they live.
    `opening_hours` is the text form of `directory.schedules`. A position is given only where a postcode is known.
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
    evidence: tuple[Evidence, ...] = ()
    confidence: Literal["high", "medium", "low"] | None = None
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
        return self.status == "active" and self.audience == "public"

    @property
    def has_point(self) -> bool:
        """True where the entry may be given a distance: a known postcode and an address that anybody may see."""
        return self.easting is not None and self.address_visibility == "full"


class Service(SQLModel, table=True):
    """The published state of an entry: one row, its lists as JSON. Written only by `directory.revisions`."""

    __table_args__ = (
        CheckConstraint("status in ('active', 'unverified', 'withdrawn')", "status_known"),
        CheckConstraint("audience in ('public', 'professional')", "audience_known"),
        CheckConstraint("location_type in ('physical', 'virtual')", "location_type_known"),
        CheckConstraint("address_visibility in ('full', 'area', 'hidden')", "address_visibility_known"),
        CheckConstraint("gender is null or gender in ('women', 'men')", "gender_known"),
        CheckConstraint("minimum_age is null or minimum_age between 0 and 120", "minimum_age_possible"),
        CheckConstraint("maximum_age is null or maximum_age between 0 and 120", "maximum_age_possible"),
        CheckConstraint("minimum_age <= maximum_age", "ages_in_order"),
        CheckConstraint("cost is null or cost in ('free', 'paid', 'mixed')", "cost_known"),
        CheckConstraint("confidence is null or confidence in ('high', 'medium', 'low')", "confidence_known"),
        CheckConstraint(
            "(easting is null) = (northing is null) and (easting is null) = (latitude is null) "
            "and (easting is null) = (longitude is null)",
            "position_whole",
        ),
    )

    ref: str = Field(primary_key=True)
    name: str
    organization: str
    service_type: str
    description: str
    status: str
    audience: str
    location_type: str
    address: str
    postcode: str
    borough: str
    address_visibility: str
    easting: int | None
    northing: int | None
    latitude: float | None
    longitude: float | None
    area_served: list[str] = Field(sa_type=JSON, nullable=False)
    phones: list[dict[str, Any]] = Field(sa_type=JSON, nullable=False)
    email: str
    website: str
    opening_hours: str
    self_referral: bool | None
    walk_in: bool | None
    referral_routes: list[str] = Field(sa_type=JSON, nullable=False)
    application_process: str
    minimum_age: int | None
    maximum_age: int | None
    gender: str | None
    eligibility: str
    communities: list[str] = Field(sa_type=JSON, nullable=False)
    languages: list[str] = Field(sa_type=JSON, nullable=False)
    interpreters: bool | None
    accessibility: str
    step_free: bool | None
    cost: str | None
    cost_description: str
    nhs_commissioned: bool | None
    evidence: list[dict[str, Any]] = Field(sa_type=JSON, nullable=False)
    confidence: str | None
    notes: str


class Change(SQLModel, table=True):
    """One publication or withdrawal. Numbers rise by one without gaps, in the order of commits; rows never change.

    `record` is the entry as it stood after the change.
    """

    __table_args__ = (
        CheckConstraint("action in ('published', 'withdrawn')", "action_known"),
        Index("ix_change_ref", "ref"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    ref: str
    action: str
    actor: str
    reason: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    record: dict[str, Any] = Field(sa_type=JSON, nullable=False)
