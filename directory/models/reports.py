"""What people report about entries, without a word about themselves, and what came of it."""

from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

TurnedAwayWhy = Literal[
    "full", "age", "area", "gender", "referral", "drink_or_drugs", "crew", "known_to_others", "language", "other"
]
ReportOutcome = Literal["put_right", "nothing_wrong", "cannot_tell"]


class Report(SQLModel, table=True):
    """One report: somebody found that an entry is wrong.

    `why` is why they were turned away, or "". `network` is a keyed hash of where it came from, `account` that of
    somebody who had signed in, or "": they tell one reporter from another for a day and then are emptied. A `held`
    report came in a flood: it warns nobody until a maintainer has looked.
    """

    __table_args__ = (
        CheckConstraint(
            "kind in ('no_answer', 'shut', 'turned_away', 'wrong_number', 'wrong_address', 'other')", "kind_known"
        ),
        CheckConstraint("why = '' or kind = 'turned_away'", "why_only_where_turned_away"),
        Index("ix_report_ref", "ref"),
        Index("ix_report_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str
    kind: str
    why: str = ""
    network: str
    account: str = ""
    held: bool = False
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class ReportClosing(SQLModel, table=True):
    """What a maintainer found out about a report: one row, and so one outcome, at most; rows never change."""

    __tablename__ = "report_closing"
    __table_args__ = (CheckConstraint("outcome in ('put_right', 'nothing_wrong', 'cannot_tell')", "outcome_known"),)

    report_id: int = Field(sa_column=Column(ForeignKey("report.id"), primary_key=True, autoincrement=False))
    outcome: str
    actor: str
    reason: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
