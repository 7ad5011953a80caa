"""What rooms do from time to time: each says so when it is wired, and `flask tasks run` does it."""

from collections.abc import Callable

from flask import Flask

from directory.tasks import Period, Task


def periodically(app: Flask, name: str, period: Period, run: Callable[[], str]) -> None:
    """Have something done once in each period; `run` is called with the application at hand, and as `Task` says."""
    app.extensions.setdefault("tasks", []).append(Task(name, period, run))


def tasks_of(app: Flask) -> tuple[Task, ...]:
    """Everything that is done from time to time, in the order in which the rooms were wired."""
    return tuple(app.extensions.get("tasks", ()))
