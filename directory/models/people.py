"""Who may do what: accounts, and the roles that they hold."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

Role = Literal["editor", "maintainer", "administrator", "professional"]


class Account(SQLModel, table=True):
    """Somebody who signs in. `email` is kept in small letters; `fs_uniquifier` is what sessions and tokens name.

    Without `password` nobody can sign in with one: they were invited and have not chosen it, or their organisation
    signs them in, as `sso_subject` (issuer and subject). `tf_totp_secret` is encrypted, `tf_counter` the last code of
    it that was used, and the recovery codes are keyed hashes.
    """

    __table_args__ = (Index("ix_account_sso_subject", "sso_subject", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    password: str | None = None
    active: bool = True
    fs_uniquifier: str = Field(unique=True)
    tf_totp_secret: str | None = None
    tf_counter: int | None = None
    mf_recovery_codes: list[str] = Field(default_factory=list, sa_type=JSON, nullable=False)
    sso_subject: str | None = None
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Grant(SQLModel, table=True):
    """A role that an account holds from `granted_at` until `ended_at`; rows are ended, never deleted.

    `scope` is the organisation of an editor, by name, and the footprint code of a maintainer; else "".
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("role in ('editor', 'maintainer', 'administrator', 'professional')", "role_known"),
        CheckConstraint("(role in ('editor', 'maintainer')) = (scope <> '')", "scope_where_needed"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", "ended_by_somebody"),
        Index("ix_role_grant_account_id", "account_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(ForeignKey("account.id"), nullable=False))
    role: str
    scope: str = ""
    granted_by: str
    granted_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class Passkey(SQLModel, table=True):
    """A device, or what keeps keys for several, that shows who somebody is: its public key, and how often it signed.

    `sign_count` stays 0 with those that do not count.
    """

    __tablename__ = "account_passkey"
    __table_args__ = (
        Index("ix_account_passkey_account_id", "account_id"),
        Index("ix_account_passkey_credential_id", "credential_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(ForeignKey("account.id"), nullable=False))
    credential_id: bytes
    public_key: bytes
    sign_count: int = Field(sa_column=Column(BigInteger, nullable=False))
    name: str
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class AccountEvent(SQLModel, table=True):
    """Something done to or by an account: signed in, invited, granted a role. Rows never change and never go."""

    __tablename__ = "account_event"
    __table_args__ = (Index("ix_account_event_account_id", "account_id"),)

    number: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(default=None, sa_column=Column(ForeignKey("account.id"), nullable=True))
    event: str
    actor: str
    detail: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Mark(SQLModel, table=True):
    """Something that is remembered for a while: a wrong password, a sign-in that ended, a report by somebody unknown.

    `mark` says about whom or what, as a keyed hash that nobody can turn back.
    """

    __table_args__ = (Index("ix_mark_kind_mark_at", "kind", "mark", "at"), Index("ix_mark_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    mark: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
