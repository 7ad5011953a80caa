"""Asking providers whether their entries are still right, and what they answered."""

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

StillRightWord = Literal["right", "changed", "same", "closed", "different"]


class StillRightRound(SQLModel, table=True):
    """One address asked about all its entries. `refs` are what it was asked about.

    `reminded_at` is when it was reminded, `passed_at` when its silence was passed on to the region.
    """

    __tablename__ = "still_right_round"
    __table_args__ = (Index("ix_still_right_round_to_email", "to_email"),)

    id: int | None = Field(default=None, primary_key=True)
    to_email: str
    refs: list[str] = Field(sa_type=JSON, nullable=False)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    reminded_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    passed_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class StillRightLink(SQLModel, table=True):
    """A link that was mailed in a round. Only the SHA-256 of its token is kept, in hexadecimal."""

    __tablename__ = "still_right_link"

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(sa_column=Column(ForeignKey("still_right_round.id"), nullable=False))
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    answered_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))


class StillRightAnswer(SQLModel, table=True):
    """What was answered about one thing of an entry through a link. Only `note` and `noted_at` are filled in later.

    `item` is a group of facts, answered "right" or "changed", or the date of a bank holiday (ISO 8601), answered
    "same", "closed" or "different". `note` says what changed, or the other hours; `number` is the newest change of the
    entry when it was answered.
    """

    __tablename__ = "still_right_answer"
    __table_args__ = (
        CheckConstraint("answer in ('right', 'changed', 'same', 'closed', 'different')", "answer_known"),
        Index("ix_still_right_answer_ref", "ref"),
        Index("ix_still_right_answer_once", "link_id", "ref", "item", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    link_id: int = Field(sa_column=Column(ForeignKey("still_right_link.id"), nullable=False))
    ref: str
    item: str
    answer: str
    note: str = ""
    number: int
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    noted_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
