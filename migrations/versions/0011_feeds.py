"""Which changes readers see; codes of the NHS; keys for machines."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("service", sa.Column("ods_code", sa.String, nullable=False, server_default=""))
    op.add_column("service", sa.Column("dos_service_id", sa.Integer, nullable=True))
    for readers in ("public", "professional"):  # what was changed before counts as seen
        op.add_column("change", sa.Column(readers, sa.Boolean, nullable=False, server_default=sa.true()))
        op.create_index(f"ix_change_{readers}", "change", [readers, "number"])
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("prefix", "key_hash", "name")),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(revoked_at is null) = (revoked_by is null)", name="revoked_by_somebody"),
    )
    op.create_index("ix_api_key_prefix", "api_key", ["prefix"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
