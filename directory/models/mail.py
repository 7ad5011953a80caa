"""The outbox: every message is a row, written in the transaction of what caused it."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

MailState = Literal["waiting", "sending", "sent", "failed"]


class Mail(SQLModel, table=True):
    """One message to one address.

    It is tried when `due_at` has come. "sending" is written before the server is spoken to: a message found so later
    may have left, and is never sent again by itself. `key` is what it is about, for example "invitation:12", and no
    two messages have the same.
    """

    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'failed')", "state_known"),
        Index("ix_mail_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    to_email: str
    subject: str
    text: str
    html: str
    state: str = "waiting"
    attempts: int = 0
    error: str = ""
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    due_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
