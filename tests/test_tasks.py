"""What is done from time to time: once in each period, whoever looks, and again where somebody was cut off."""

import multiprocessing
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory.db import Database
from directory.tasks import LEASE, Period, Task, period_of, run_due
from directory.web.periodic import tasks_of


def counting(done: list[str], name: str = "count", period: Period = "day") -> Task:
    def run() -> str:
        done.append(name)
        return "counted"

    return Task(name, period, run)


@pytest.mark.parametrize(
    ("period", "later", "again"),
    [
        ("pass", {"seconds": 1}, True),
        ("hour", {"minutes": 55}, False),
        ("hour", {"minutes": 56}, True),
        ("day", {"hours": 10, "minutes": 55}, False),
        ("day", {"hours": 10, "minutes": 56}, True),
    ],
)
def test_a_task_is_done_once_in_its_period(
    database: Database, now: datetime, period: Period, later: dict[str, int], again: bool
) -> None:
    """From 9:04pm: the hour ends at ten, the day at eight in the morning."""
    done: list[str] = []
    tasks = [counting(done, period=period)]
    run_due(database, tasks, lambda: now)
    run_due(database, tasks, lambda: now)
    assert done == ["count"]
    run_due(database, tasks, lambda: now + timedelta(**later))
    assert len(done) == 1 + again


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    """When the clocks go back."""
    first = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    assert period_of("hour", first) != period_of("hour", first + timedelta(hours=1))


def test_a_task_that_fails_does_not_keep_others_from_being_done(database: Database, now: datetime) -> None:
    """And it is begun again the next time."""
    done: list[str] = []

    def fail() -> str:
        done.append("fail")
        raise RuntimeError("no")

    tasks = [Task("fail", "day", fail), counting(done)]
    first = run_due(database, tasks, lambda: now)
    assert [(one.name, one.said, str(one.error or "")) for one in first] == [
        ("fail", "", "no"),
        ("count", "counted", ""),
    ]
    run_due(database, tasks, lambda: now)
    assert done == ["fail", "count", "fail"]


def test_every_task_of_the_house_can_be_done(house: Flask, now: datetime) -> None:
    """On an empty directory, each without a word and without a fault."""
    tasks = tasks_of(house)
    assert len({task.name for task in tasks}) == len(tasks) > 5
    with house.app_context():
        done = run_due(house.extensions["directory"].database, tasks, lambda: now)
    assert [(one.name, one.said, one.error) for one in done] == [(task.name, "", None) for task in tasks]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def _work(url: str, now: datetime, barrier: Any, folder: Path, *, dies: bool = False) -> None:
    def run() -> str:
        (folder / str(os.getpid())).touch()
        if dies:
            os._exit(1)
        return ""

    database = Database(url)
    barrier.wait(30)
    run_due(database, [Task("work", "day", run)], lambda: now)
    database.close()


def test_two_machines_at_once_do_a_task_once(database: Database, now: datetime, tmp_path: Path) -> None:
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(2)
    folder = tmp_path / "done"
    folder.mkdir()
    arguments = (url_of(database), now, barrier, folder)
    both = [processes.Process(target=_work, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert len(list(folder.iterdir())) == 1


def test_what_a_killed_machine_began_is_begun_again_by_another(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    """Once its time is over, and not before: it might still be at it."""
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(1)
    arguments = (url_of(database), now, barrier, tmp_path)
    process = processes.Process(target=_work, args=arguments, kwargs={"dies": True})
    process.start()
    process.join(60)
    assert process.exitcode == 1
    done: list[str] = []
    task = counting(done, "work")
    run_due(database, [task], lambda: now + LEASE - timedelta(seconds=1))
    assert done == []
    run_due(database, [task], lambda: now + LEASE)
    assert done == ["work"]
