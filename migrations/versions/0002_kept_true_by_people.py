"""Facts for crews, claims, live status, cautions; accounts, proposals, mail; a thread that nobody can rewrite."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CREW_FACTS = ("drop_off", "crew_may_leave", "intoxicated", "alone_under_18", "companion", "dog")
UNCHANGING = ("change", "account_event", "proposal", "decision")
KEPT = (*UNCHANGING, "service", "account", "role_grant")


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def upgrade() -> None:
    for name in (*CREW_FACTS, "live_status", "caution"):
        op.add_column("service", sa.Column(name, sa.JSON, nullable=True))
    op.add_column("service", sa.Column("entrance", sa.String, nullable=False, server_default=""))
    op.add_column("service", sa.Column("cultural_claims", sa.JSON, nullable=False, server_default="[]"))
    with op.batch_alter_table("change") as change:
        change.drop_constraint(op.f("ck_change_action_known"), type_="check")
        change.create_check_constraint(op.f("ck_change_action_known"), "action in ('published', 'withdrawn', 'live')")
    _people()
    _proposals()
    _mail()
    for table in KEPT:
        _refuse(table, *(("delete",) if table not in UNCHANGING else ("update", "delete")))


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        *words("email", "name"),
        sa.Column("password", sa.String, nullable=True),
        sa.Column("active", sa.Boolean, nullable=False),
        *words("fs_uniquifier"),
        sa.Column("tf_primary_method", sa.String, nullable=True),
        sa.Column("tf_totp_secret", sa.String, nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON, nullable=False),
        instant("created_at"),
        sa.UniqueConstraint("email", name="uq_account_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_account_fs_uniquifier"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_role_grant_account_id"), nullable=False
        ),
        *words("role", "scope", "granted_by"),
        instant("granted_at"),
        sa.Column("ended_by", sa.String, nullable=True),
        instant("ended_at", nullable=True),
        sa.CheckConstraint("role in ('editor', 'maintainer', 'administrator', 'professional')", name="role_known"),
        sa.CheckConstraint("(role in ('editor', 'maintainer')) = (scope <> '')", name="scope_where_needed"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
    )
    op.create_index("ix_role_grant_account_id", "role_grant", ["account_id"])
    op.create_table(
        "account_event",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_account_event_account_id"), nullable=True
        ),
        *words("event", "actor"),
        sa.Column("detail", sa.JSON, nullable=False),
        instant("at"),
    )
    op.create_index("ix_account_event_account_id", "account_event", ["account_id"])


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, primary_key=True),
        *words("ref", "section"),
        sa.Column("base_number", sa.Integer, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        *words("note", "actor"),
        instant("at"),
    )
    op.create_index("ix_proposal_ref", "proposal", ["ref"])
    op.create_table(
        "decision",
        sa.Column(
            "proposal_id",
            sa.Integer,
            sa.ForeignKey("proposal.id", name="fk_decision_proposal_id"),
            primary_key=True,
            autoincrement=False,
        ),
        *words("outcome", "actor", "reason"),
        instant("at"),
        sa.Column("number", sa.Integer, nullable=True),
        sa.CheckConstraint(
            "outcome in ('approved', 'corrected', 'sent_back', 'withdrawn', 'replaced')", name="outcome_known"
        ),
    )


def _mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer, primary_key=True),
        *words("key", "to_email", "subject", "text", "html", "state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        *words("error"),
        instant("at"),
        instant("due_at"),
        instant("sent_at", nullable=True),
        sa.UniqueConstraint("key", name="uq_mail_key"),
        sa.CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed')", name="state_known"),
    )
    op.create_index("ix_mail_due", "mail", ["state", "due_at"])


def _refuse(table: str, *verbs: str) -> None:
    """Have the database itself refuse these on a table, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in verbs:
            op.execute(
                f"create trigger {table}_refuses_{verb} before {verb} on {table} "
                f"begin select raise(abort, 'rows of {table} are never {verb}d'); end"
            )
        return
    op.execute(
        f"create or replace function {table}_refuses() returns trigger language plpgsql as "
        f"$$ begin raise exception 'rows of {table} are never changed so: %', tg_op; end $$"
    )
    op.execute(
        f"create trigger {table}_refuses before {' or '.join(verbs)} on {table} "
        f"for each row execute function {table}_refuses()"
    )
    op.execute(
        f"create trigger {table}_refuses_truncate before truncate on {table} "
        f"for each statement execute function {table}_refuses()"
    )


def downgrade() -> None:
    raise NotImplementedError("history is never thrown away: put a copy of the database back instead")
