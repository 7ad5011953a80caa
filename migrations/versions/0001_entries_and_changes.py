"""Entries, and the thread of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KNOWN = {
    "status_known": "status in ('active', 'unverified', 'withdrawn')",
    "audience_known": "audience in ('public', 'professional')",
    "location_type_known": "location_type in ('physical', 'virtual')",
    "address_visibility_known": "address_visibility in ('full', 'area', 'hidden')",
    "gender_known": "gender is null or gender in ('women', 'men')",
    "minimum_age_possible": "minimum_age is null or minimum_age between 0 and 120",
    "maximum_age_possible": "maximum_age is null or maximum_age between 0 and 120",
    "ages_in_order": "minimum_age <= maximum_age",
    "cost_known": "cost is null or cost in ('free', 'paid', 'mixed')",
    "confidence_known": "confidence is null or confidence in ('high', 'medium', 'low')",
    "position_whole": (
        "(easting is null) = (northing is null) and (easting is null) = (latitude is null) "
        "and (easting is null) = (longitude is null)"
    ),
}


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def lists(*names: str) -> list[sa.Column[list[object]]]:
    return [sa.Column(name, sa.JSON, nullable=False) for name in names]


def maybe(kind: type[sa.types.TypeEngine[object]], *names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def upgrade() -> None:
    op.create_table(
        "service",
        sa.Column("ref", sa.String, nullable=False),
        *words("name", "organization", "service_type", "description", "status", "audience", "location_type"),
        *words("address", "postcode", "borough", "address_visibility"),
        *maybe(sa.Integer, "easting", "northing"),
        *maybe(sa.Float, "latitude", "longitude"),
        *lists("area_served", "phones"),
        *words("email", "website", "opening_hours"),
        *maybe(sa.Boolean, "self_referral", "walk_in"),
        *lists("referral_routes"),
        *words("application_process"),
        *maybe(sa.Integer, "minimum_age", "maximum_age"),
        *maybe(sa.String, "gender"),
        *words("eligibility"),
        *lists("communities", "languages"),
        *maybe(sa.Boolean, "interpreters"),
        *words("accessibility"),
        *maybe(sa.Boolean, "step_free"),
        *maybe(sa.String, "cost"),
        *words("cost_description"),
        *maybe(sa.Boolean, "nhs_commissioned"),
        *lists("evidence"),
        *maybe(sa.String, "confidence"),
        *words("notes"),
        sa.PrimaryKeyConstraint("ref", name="pk_service"),
        *(sa.CheckConstraint(rule, name=name) for name, rule in KNOWN.items()),
    )
    op.create_table(
        "change",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        *words("ref", "action", "actor", "reason"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *lists("record"),
        sa.PrimaryKeyConstraint("number", name="pk_change"),
        sa.CheckConstraint("action in ('published', 'withdrawn')", name="action_known"),
    )
    op.create_index("ix_change_ref", "change", ["ref"])


def downgrade() -> None:
    op.drop_table("change")
    op.drop_table("service")
