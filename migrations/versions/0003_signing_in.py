"""Signing in: codes that count once, organisations that sign people in, and marks that are remembered for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("account", sa.Column("tf_counter", sa.Integer, nullable=True))
    op.add_column("account", sa.Column("sso_subject", sa.String, nullable=True))
    op.drop_column("account", "tf_primary_method")
    op.create_index("ix_account_sso_subject", "account", ["sso_subject"], unique=True)
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_mark_kind_mark_at", "mark", ["kind", "mark", "at"])
    op.create_index("ix_mark_at", "mark", ["at"])


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
