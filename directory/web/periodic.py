"""What rooms do from time to time: each says so when it is wired, and `flask tasks run` does it."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlmodel import Session

from directory.tasks import Period, Task
from directory.web.house import rooms


def periodically(app: Flask, name: str, period: Period, run: Callable[[], str]) -> None:
    """Have something done once in each period; `run` is called with the application at hand, and as `Task` says."""
    app.extensions.setdefault("tasks", []).append(Task(name, period, run))


def forgetting(app: Flask, what: str, forget: Callable[[Session, datetime], object]) -> None:
    """Have what has served its purpose forgotten every hour; `forget` is called inside a unit of work."""

    def run() -> str:
        here = rooms()
        with here.database.unit_of_work() as session:
            forget(session, here.now())
        return ""

    periodically(app, f"forget {what}", "hour", run)


def tasks_of(app: Flask) -> tuple[Task, ...]:
    """Everything that is done from time to time, in the order in which the rooms were wired."""
    return tuple(app.extensions.get("tasks", ()))
