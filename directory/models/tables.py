"""The entry as a row, and the thread of changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

_MAYBE = JSON(none_as_null=True)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}


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
    drop_off: dict[str, Any] | None = Field(sa_type=_MAYBE)
    crew_may_leave: dict[str, Any] | None = Field(sa_type=_MAYBE)
    intoxicated: dict[str, Any] | None = Field(sa_type=_MAYBE)
    alone_under_18: dict[str, Any] | None = Field(sa_type=_MAYBE)
    companion: dict[str, Any] | None = Field(sa_type=_MAYBE)
    dog: dict[str, Any] | None = Field(sa_type=_MAYBE)
    entrance: str
    cultural_claims: list[dict[str, Any]] = Field(sa_type=JSON, nullable=False)
    live_status: dict[str, Any] | None = Field(sa_type=_MAYBE)
    caution: dict[str, Any] | None = Field(sa_type=_MAYBE)
    ods_code: str
    dos_service_id: int | None
    evidence: list[dict[str, Any]] = Field(sa_type=JSON, nullable=False)
    confidence: str | None
    professional_notes: str
    notes: str


class Change(SQLModel, table=True):
    """One publication, one withdrawal, or one "live" change that its provider made without approval.

    Numbers rise by one without gaps, in the order of commits. Rows never change and never go: the database refuses
    both (migration 0002), and their instants never run backwards. `record` is the entry as it stood after the change.
    `public` and `professional` say whether these readers see a difference: something to be read, or that it is gone.
    """

    __table_args__ = (
        CheckConstraint("action in ('published', 'withdrawn', 'live')", "action_known"),
        Index("ix_change_ref", "ref"),
        Index("ix_change_public", "public", "number"),
        Index("ix_change_professional", "professional", "number"),
    )

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    ref: str
    action: str
    actor: str
    reason: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    record: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    public: bool
    professional: bool
