"""Keys by which machines show who they are."""

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

KeyScope = Literal["public", "professional"]
"""What a key opens: the public records with a limit of its own, or those of professionals as well."""


class ApiKey(SQLModel, table=True):
    """A key of one consumer, good from `created_at` until `expires_at` or until it was revoked; rows are never deleted.

    `name` says whose it is. Of the key only `prefix`, by which it is found, and the SHA-256 of the whole are kept, in
    hexadecimal. `last_used_at` is exact to the hour.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("(revoked_at is null) = (revoked_by is null)", "revoked_by_somebody"),
        Index("ix_api_key_prefix", "prefix", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    prefix: str
    key_hash: str
    name: str
    scopes: list[str] = Field(sa_type=JSON, nullable=False)
    created_by: str
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    revoked_by: str | None = None
    revoked_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    last_used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
