"""Reports of problems, and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KINDS = "kind in ('no_answer', 'shut', 'turned_away', 'wrong_number', 'wrong_address', 'other')"


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("ref", "kind", "why", "network", "account")),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name="kind_known"),
        sa.CheckConstraint("why = '' or kind = 'turned_away'", name="why_only_where_turned_away"),
    )
    op.create_index("ix_report_ref", "report", ["ref"])
    op.create_index("ix_report_at", "report", ["at"])
    op.create_table(
        "report_closing",
        sa.Column(
            "report_id",
            sa.Integer,
            sa.ForeignKey("report.id", name="fk_report_closing_report_id"),
            primary_key=True,
            autoincrement=False,
        ),
        *(sa.Column(name, sa.String, nullable=False) for name in ("outcome", "actor", "reason")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome in ('put_right', 'nothing_wrong', 'cannot_tell')", name="outcome_known"),
    )


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
