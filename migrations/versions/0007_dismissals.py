"""What maintainers found to need nothing: pairs that are no duplicates, changes that went live and are right."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "dismissal",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger dismissal_refuses_{verb} before {verb} on dismissal "
                f"begin select raise(abort, 'rows of dismissal are never {verb}d'); end"
            )
        return
    op.execute(
        "create or replace function dismissal_refuses() returns trigger language plpgsql as "
        "$$ begin raise exception 'rows of dismissal are never changed so: %', tg_op; end $$"
    )
    for verbs, each in (("update or delete", "row"), ("truncate", "statement")):
        op.execute(
            f"create trigger dismissal_refuses_{verbs.split()[0]} before {verbs} on dismissal "
            f"for each {each} execute function dismissal_refuses()"
        )


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
