"""What is done from time to time, and when it was last done."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from directory.db import UTCDateTime


class TaskRun(SQLModel, table=True):
    """A task by name: the period for which it was last done ("2026-11-22"), and until when somebody is doing it."""

    __tablename__ = "task_run"

    name: str = Field(primary_key=True)
    done_for: str = ""
    busy_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
