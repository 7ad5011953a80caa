"""Tasks that are done from time to time; asking providers whether their entries are still right."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "task_run",
        sa.Column("name", sa.String, primary_key=True),
        *words("done_for"),
        instant("busy_until", nullable=True),
    )
    op.create_table(
        "still_right_round",
        sa.Column("id", sa.Integer, primary_key=True),
        *words("to_email"),
        sa.Column("refs", sa.JSON, nullable=False),
        instant("at"),
        instant("reminded_at", nullable=True),
        instant("passed_at", nullable=True),
    )
    op.create_index("ix_still_right_round_to_email", "still_right_round", ["to_email"])
    op.create_table(
        "still_right_link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, _key("link", "round_id", "still_right_round.id"), nullable=False),
        *words("token_hash"),
        instant("made_at"),
        instant("expires_at"),
        instant("answered_at", nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_still_right_link_token_hash"),
    )
    op.create_table(
        "still_right_answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("link_id", sa.Integer, _key("answer", "link_id", "still_right_link.id"), nullable=False),
        *words("ref", "item", "answer", "note"),
        sa.Column("number", sa.Integer, nullable=False),
        instant("at"),
        instant("noted_at", nullable=True),
        sa.CheckConstraint("answer in ('right', 'changed', 'same', 'closed', 'different')", name="answer_known"),
    )
    op.create_index("ix_still_right_answer_ref", "still_right_answer", ["ref"])
    op.create_index("ix_still_right_answer_once", "still_right_answer", ["link_id", "ref", "item"], unique=True)


def _key(table: str, column: str, target: str) -> sa.ForeignKey:
    return sa.ForeignKey(target, name=f"fk_still_right_{table}_{column}")


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
