"""Files that somebody has sent and not yet confirmed."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime


class Upload(SQLModel, table=True):
    """The one file of an account that waits to be confirmed, byte by byte as it came; of no use after `expires_at`."""

    account_id: int = Field(sa_column=Column(ForeignKey("account.id"), primary_key=True, autoincrement=False))
    name: str
    content: bytes
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
