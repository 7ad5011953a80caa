"""What people who have not signed in ask for: that their service be listed, or that an entry be theirs to keep."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime

RequestKind = Literal["listing", "claim"]
RequestOutcome = Literal["accepted", "declined"]


class ListingRequest(SQLModel, table=True):
    """One request, open until it has an `outcome`; decided once, and never deleted.

    A "claim" names the reference of an entry, which may not exist. `facts` are the answers of the form, as texts:
    "service" and "borough" (a code) of a listing, "what", "role" and "organization"; "" where there is none. `email`
    and `phone` are of whoever asks.
    """

    __tablename__ = "listing_request"
    __table_args__ = (
        CheckConstraint("kind in ('listing', 'claim')", "kind_known"),
        CheckConstraint("(kind = 'claim') = (ref <> '')", "claim_names_an_entry"),
        CheckConstraint("outcome is null or outcome in ('accepted', 'declined')", "outcome_known"),
        CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)", "decision_whole"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    ref: str = ""
    name: str
    email: str
    phone: str = ""
    facts: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    outcome: str | None = None
    decided_by: str | None = None
    reason: str = ""
    decided_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
