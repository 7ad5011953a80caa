"""What maintainers looked at in their queue and found to need nothing."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime


class Dismissal(SQLModel, table=True):
    """An item of the queue that nobody needs to see again; rows never change and never go.

    `key` is that of the item: "duplicate:CAD-0001:CAD-0002" for two entries that are not one service, "live:123" for
    a change of this number that went live and is right.
    """

    key: str = Field(primary_key=True)
    actor: str
    reason: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
