"""What somebody would like an entry to say, and what was decided about it."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

Outcome = Literal["approved", "corrected", "sent_back", "withdrawn", "replaced"]


class Proposal(SQLModel, table=True):
    """Changes to the fields of one entry, waiting or decided; rows never change.

    `before` and `after` hold the same fields, as in the JSON of an entry: what they said as of change `base_number`,
    and what they should say. `section` is the part of the form that they come from, `note` is for the maintainer.
    """

    __table_args__ = (Index("ix_proposal_ref", "ref"),)

    id: int | None = Field(default=None, primary_key=True)
    ref: str
    section: str
    base_number: int
    before: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    after: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    note: str = ""
    actor: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class Decision(SQLModel, table=True):
    """What became of a proposal: one row, and so one decision, at most; rows never change.

    `number` is the change that it was published as; None where it was not.
    """

    __table_args__ = (
        CheckConstraint("outcome in ('approved', 'corrected', 'sent_back', 'withdrawn', 'replaced')", "outcome_known"),
    )

    proposal_id: int = Field(sa_column=Column(ForeignKey("proposal.id"), primary_key=True, autoincrement=False))
    outcome: str
    actor: str
    reason: str = ""
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    number: int | None = None
