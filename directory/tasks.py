"""What is done from time to time, once in each period whichever machine is asked to do it: no Flask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import insert, select, update
from sqlmodel import Session

from directory.db import Database
from directory.models import TaskRun
from directory.schedules import LONDON

Period = Literal["pass", "hour", "day"]
"""Each time that somebody looks, once an hour, or once a day, after eight in the morning in London."""

LEASE = timedelta(minutes=30)
"""After this a machine that has said nothing is taken to have died in the middle, and another begins again."""

_MORNING = timedelta(hours=8)
_runs = TaskRun.__table__.columns  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do once in each period. `run` says what it did, "" for nothing.

    It may be cut off anywhere and begun again, so whatever it did before must not be done twice.
    """

    name: str
    period: Period
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task: what it said, or what went wrong; one that went wrong is begun again the next time."""

    name: str
    said: str = ""
    error: Exception | None = None


def run_due(database: Database, tasks: Iterable[Task], now: Callable[[], datetime]) -> tuple[Done, ...]:
    """Do every task that was not done in its period yet and that nobody is doing now, one after another."""
    done = []
    for task in tasks:
        period = period_of(task.period, now())
        with database.unit_of_work() as session:
            is_ours = _begin(session, task.name, period, now())
        if not is_ours:
            continue
        try:
            result = Done(task.name, task.run())
        except Exception as error:  # one task that fails must not keep the others from being done
            result = Done(task.name, error=error)
        with database.unit_of_work() as session:
            _end(session, task.name, None if result.error else period)
        done.append(result)
    return tuple(done)


def period_of(period: Period, at: datetime) -> str:
    """The name of the period that an instant is in; of a task that is done each time, the instant itself."""
    local = at.astimezone(LONDON)
    if period == "pass":
        return at.isoformat()
    if period == "hour":
        return f"{at.astimezone(LONDON):%Y-%m-%dT%H%z}"
    return (local.replace(tzinfo=None) - _MORNING).date().isoformat()


def _begin(session: Session, name: str, period: str, at: datetime) -> bool:
    """Take a task, unless it was done in this period or somebody is at it."""
    row = session.execute(select(_runs["done_for"], _runs["busy_until"]).where(_runs["name"] == name)).one_or_none()
    if row is None:
        session.execute(insert(TaskRun), [{"name": name, "done_for": "", "busy_until": at + LEASE}])
        return True
    if row.done_for == period or (row.busy_until is not None and row.busy_until > at):
        return False
    session.execute(update(TaskRun).where(_runs["name"] == name).values(busy_until=at + LEASE))
    return True


def _end(session: Session, name: str, done_for: str | None) -> None:
    values = {"busy_until": None} if done_for is None else {"busy_until": None, "done_for": done_for}
    session.execute(update(TaskRun).where(_runs["name"] == name).values(**values))
