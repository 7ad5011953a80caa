"""Passkeys: public keys of devices that people sign in with, beside the codes of an app."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "account_passkey",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("account.id", name="fk_account_passkey_account_id"),
            nullable=False,
        ),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_account_passkey_account_id", "account_passkey", ["account_id"])
    op.create_index("ix_account_passkey_credential_id", "account_passkey", ["credential_id"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
