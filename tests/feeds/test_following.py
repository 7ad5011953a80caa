"""Following the changes in one process, after each step of a script: the fast half of the consumer proof."""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directory import create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.feeds import fading
from directory.places import Places
from tests.feeds.consumer import Copy, Page, step
from tests.feeds.editors import STEPS, Step, beginning, perform
from tests.feeds.proof import CHANGES, SERVICES, content, differing, faults, numbers_told, snapshot_of

EXAMPLES = int(os.environ.get("CONSUMER_EXAMPLES", "8"))
MOMENT = timedelta(milliseconds=150)
"""How much later each step is done: what is said of now is over two steps on."""


class Here:
    """The directory at an instant that moves on, and its changes as a consumer asks for them."""

    def __init__(self, folder: Path, database: Database, start: datetime) -> None:
        self.now, self.database, self.pages, self.faults = start, database, 0, list[str]()
        url = database.engine.url.render_as_string(hide_password=False)
        config = Config(folder, url, refresh_seconds=0, secret_key="s" * 32)
        self.app: Flask = create_app(config, now=lambda: self.now)
        self.client = self.app.test_client()

    def begin(self) -> None:
        """Put every entry back to its beginning, whatever was done before."""
        random.seed()  # hypothesis sets it anew for each example, and Whoosh draws the names of its files
        with self.database.unit_of_work() as session:
            revisions.publish(session, beginning(), actor="test", reason="", at=self.now)
        self.app.extensions["directory"].current.refresh()

    def do(self, done: Step) -> None:
        """Perform a step a moment later, and have the directory hear of it."""
        self.now += MOMENT
        perform(self.database, done, self.now)
        self.app.extensions["directory"].current.refresh()

    def settle(self) -> None:
        """Take away what is over."""
        with self.database.unit_of_work() as session:
            fading.take_away(session, self.now)
        self.app.extensions["directory"].current.refresh()

    def fetch(self, address: str) -> Page:
        """A page of the changes, which must keep to the rules."""
        reader = {"REMOTE_ADDR": f"10.0.{self.pages // 250}.{self.pages % 250}"}  # each asks a few times a minute
        answer = self.client.get(address, environ_overrides=reader)
        assert answer.status_code == 200, answer.text
        page: Page = answer.json
        _, _, after = address.partition("afterChangeNumber=")
        self.pages += 1
        self.faults += faults(page, address, int(after.partition("&")[0] or 0))
        return page

    def wrong(self, copy: Copy) -> list[str]:
        """How a copy differs from the snapshot of now."""
        lines = self.client.get(f"{SERVICES}?format=ndjson").text
        with self.database.reading() as session:
            return differing(copy.records, snapshot_of(lines), numbers_told(session, "public"))


@pytest.fixture
def here(database: Database, tmp_path: Path, places: Places, now: datetime) -> Iterator[Here]:
    """A directory of a dozen entries, on each kind of database."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "postcodes").symlink_to(places.folder)
    made = Here(tmp_path / "instance", database, now)
    yield made
    made.app.extensions["directory"].database.close()


def catch_up(here: Here, copy: Copy) -> None:
    """Take pages until there are no more."""
    while not step(copy, here.fetch, _silent):
        pass


@settings(
    derandomize=True,
    deadline=None,
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(script=st.lists(STEPS, min_size=8, max_size=16), size=st.integers(min_value=2, max_value=9))
def test_a_copy_from_any_number_becomes_the_snapshot(here: Here, script: list[Step], size: int) -> None:
    """Whatever is done after it, page by page of any size; and a version that moves says something else."""
    here.begin()
    first = f"http://localhost{CHANGES}?limit={size}"
    following, left_behind = Copy(":memory:", first), list[Copy]()
    for done in script:
        catch_up(here, following)
        left_behind.append(_as_it_is(following))
        before = following.records
        here.do(done)
        catch_up(here, following)
        if done.kind != "over":
            moved = {id_ for id_, (number, _) in following.records.items() if before.get(id_, (number,))[0] != number}
            same = [i for i in moved if content(following.records[i][1]) == content(before[i][1])]
            assert same == [], f"{done}: another version that says the same"
    here.settle()
    for copy in (following, *left_behind, Copy(":memory:", first)):
        catch_up(here, copy)
        assert here.wrong(copy) == []
        copy.close()
    assert here.faults == []


def _as_it_is(copy: Copy) -> Copy:
    """A copy of a copy, to be left behind."""
    other = Copy(":memory:", copy.first)
    copy.give_to(other)
    return other


def _silent(**what: object) -> None:
    """Nobody listens."""
