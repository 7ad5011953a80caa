"""Notes that professionals may read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("service", sa.Column("professional_notes", sa.String, nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
