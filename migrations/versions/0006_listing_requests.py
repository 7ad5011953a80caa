"""Requests to be listed, and claims of entries."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "listing_request",
        sa.Column("id", sa.Integer, primary_key=True),
        *words("kind", "ref", "name", "email", "phone"),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String, nullable=True),
        sa.Column("decided_by", sa.String, nullable=True),
        *words("reason"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('listing', 'claim')", name="kind_known"),
        sa.CheckConstraint("(kind = 'claim') = (ref <> '')", name="claim_names_an_entry"),
        sa.CheckConstraint("outcome is null or outcome in ('accepted', 'declined')", name="outcome_known"),
        sa.CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)",
            name="decision_whole",
        ),
    )
    _refuse_deletion()


def _refuse_deletion() -> None:
    """Have the database itself refuse to lose a request."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create trigger listing_request_refuses_delete before delete on listing_request "
            "begin select raise(abort, 'rows of listing_request are never deleted'); end"
        )
        return
    op.execute(
        "create or replace function listing_request_refuses() returns trigger language plpgsql as "
        "$$ begin raise exception 'rows of listing_request are never changed so: %', tg_op; end $$"
    )
    for what, each in (("delete", "row"), ("truncate", "statement")):
        op.execute(
            f"create trigger listing_request_refuses_{what} before {what} on listing_request "
            f"for each {each} execute function listing_request_refuses()"
        )


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
