"""What was said of now is taken from the thread when it is over, so that those who follow the changes hear of it."""

from datetime import datetime

from flask import Flask
from sqlmodel import Session

from directory import revisions
from directory.models import Entry
from directory.search.live import ENDED_BY, over_at
from directory.web import rooms
from directory.web.periodic import periodically

REASON = "What the service said of now is over"


def init_app(app: Flask) -> None:
    """Look at every pass of the periodic tasks."""

    def run() -> str:
        here = rooms()
        with here.database.unit_of_work() as session:
            count = take_away(session, here.now())
        return f"{count} ended" if count else ""

    periodically(app, "statuses that are over", "pass", run)


def take_away(session: Session, now: datetime) -> int:
    """Publish every entry whose live status is over without it; gives how many. Inside a unit of work.

    What is withdrawn keeps its own: nobody is told of it.
    """
    over = [
        entry.model_copy(update={"live_status": None})
        for entry in revisions.get_entries_with_status(session)
        if entry.status != "withdrawn" and _is_over(entry, now)
    ]
    return len(revisions.publish(session, over, actor=ENDED_BY, reason=REASON, at=now).changed)


def _is_over(entry: Entry, now: datetime) -> bool:
    return entry.live_status is not None and over_at(entry.opening_hours, entry.live_status) <= now
