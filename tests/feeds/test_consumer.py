"""The consumer proof: consumers follow the changes of a real server while editors write, and are killed anywhere.

Two editors write from processes of their own, two workers serve, on each kind of database. CONSUMER_EXAMPLES=50 draws
more scripts than a usual run.
"""

import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from directory import revisions
from directory.accounts import keys
from directory.config import ROOT
from directory.db import Database
from directory.feeds import fading
from directory.models import Audience
from directory.places import Places
from directory.search.live import over_at
from tests.feeds.consumer import Copy
from tests.feeds.editors import STEPS, Step, beginning, edit
from tests.feeds.proof import CHANGES, SERVICES, differing, faults, numbers_told, snapshot_of
from tests.served import Server, ask, serving

EXAMPLES = int(os.environ.get("CONSUMER_EXAMPLES", "5"))
EDITORS = 2
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.feeds.editors"])
AUDIENCES: tuple[Audience, ...] = ("public", "professional")
LOOKING = 0.05
"""Seconds between two looks of a consumer that has caught up."""


class Act(NamedTuple):
    """What the editors do side by side; meanwhile a consumer is killed when it has said so many lines."""

    scripts: tuple[list[Step], ...]
    victim: int
    lines: int
    is_kept: bool


_SCRIPT = st.lists(STEPS, min_size=8, max_size=20)
_ACT = st.builds(
    Act, st.tuples(*[_SCRIPT] * EDITORS), st.integers(0, len(AUDIENCES) - 1), st.integers(0, 4), st.booleans()
)
ACTS = st.lists(_ACT, min_size=4, max_size=7)


@dataclass
class Counts:
    """What was done, for the report."""

    scripts: int = 0
    edits: int = 0
    changes: int = 0
    kills: int = 0
    resumes: int = 0
    pages: int = 0
    compared: int = 0
    mismatches: list[str] = field(default_factory=list)


class Consumer:
    """A process that follows the changes, and is killed and started again."""

    def __init__(self, port: int, folder: Path, audience: Audience, key: str, counts: Counts) -> None:
        self.audience, self.key, self.folder, self.counts = audience, key, folder, counts
        self.first = f"http://127.0.0.1:{port}{CHANGES}?limit=7"
        self.file = folder / f"{audience}.sqlite3"
        self._process: subprocess.Popen[str] | None = None

    def start(self, *more: str) -> None:
        """Begin, or go on from where the file is."""
        command = [sys.executable, "-m", "tests.feeds.consumer", self.first, str(self.file), "--every", str(LOOKING)]
        key = ("--key", self.key) if self.audience == "professional" else ()
        self.counts.resumes += self.file.exists()
        self._process = subprocess.Popen([*command, *key, *more], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def hear(self, lines: int) -> None:
        """Wait until it has said so much."""
        assert self._process is not None and self._process.stdout is not None
        for _ in range(lines):
            line = self._process.stdout.readline()
            assert line, "the consumer ended"
            self.counts.pages += json.loads(line)["event"] == "page"

    def kill(self) -> None:
        """End it wherever it is."""
        assert self._process is not None
        self._process.kill()
        self._end()
        self.counts.kills += 1

    def catch_up(self) -> None:
        """Go on to the end."""
        self.start("--once")
        self._end()
        assert self._process is not None and self._process.returncode == 0

    def left_behind(self) -> "Consumer":
        """Another that has got as far as this one, and rests."""
        other = Consumer(0, self.folder, self.audience, self.key, self.counts)
        other.first, other.file = self.first, self.folder / f"left behind {self.counts.kills}.sqlite3"
        if self.file.exists():
            mine, its = Copy(self.file, self.first), Copy(other.file, other.first)
            mine.give_to(its)
            mine.close()
            its.close()
        return other

    def _end(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        said = self._process.stdout.read()
        self.counts.pages += said.count('"page"')
        self._process.stdout.close()
        self._process.wait()


@dataclass
class Scene:
    """A directory that is served, and the editors who write to it."""

    server: Server
    database: Database
    editors: list[Connection]
    key: str
    counts: Counts

    def get(self, path: str, audience: Audience) -> str:
        """What these readers are answered."""
        headers = {"Authorization": f"Bearer {self.key}"} if audience == "professional" else {}
        with urlopen(Request(f"http://127.0.0.1:{self.server.port}{path}", headers=headers), timeout=30) as answer:
            return str(answer.read().decode())

    def perform(self, act: Act) -> None:
        """Have each editor do their part; nobody waits for them."""
        for orders, script in zip(self.editors, act.scripts, strict=True):
            orders.send(script)

    def settle(self, acts: int) -> int:
        """Wait for the editors, take away what is over, and wait until every worker has heard: of which number."""
        for orders in self.editors:
            self.counts.edits += sum(orders.recv() for _ in range(acts))
        while (number := self._faded()) is None:
            pass
        with self.server.one_connection_to_each_worker() as connections:
            for connection in connections:
                while json.loads(ask(connection, "/healthz")[1])["number"] < number:
                    pass
        return number

    def _faded(self) -> int | None:
        """Take away what is over; None while something is about to be."""
        now = datetime.now(UTC)
        with self.database.unit_of_work() as session:
            fading.take_away(session, now)
            left = revisions.get_entries_with_status(session)
            ends = [over_at(entry.opening_hours, entry.live_status) for entry in left if entry.live_status is not None]
            soon = any(now < end < now + timedelta(minutes=1) for end in ends)
            return None if soon else revisions.latest_number(session)


@pytest.fixture
def scene(database: Database, tmp_path: Path, places: Places) -> Iterator[Scene]:
    """Served by two workers that look for changes twenty times a second."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "postcodes").symlink_to(places.folder)
    url, now = database.engine.url.render_as_string(hide_password=False), datetime.now(UTC)
    with database.unit_of_work() as session:
        revisions.publish(session, beginning(), actor="test", reason="", at=now)
        _, key = keys.make_key(session, "proof", ["professional"], actor="test", at=now, lasts=timedelta(days=1))
    editors, processes = [], []
    for _ in range(EDITORS):
        ours, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=edit, args=(url, theirs))
        process.start()
        theirs.close()
        editors.append(ours)
        processes.append(process)
    settings = {"DATABASE_URL": url, "REFRESH_SECONDS": "0.05", "WEB_CONCURRENCY": "2"}
    with serving(tmp_path, tmp_path / "instance", **settings) as server:
        yield Scene(server, database, editors, key, Counts())
    for orders, process in zip(editors, processes, strict=True):
        orders.send([])
        process.join()
        orders.close()


def test_every_consumer_ends_with_the_snapshot(scene: Scene, tmp_path: Path) -> None:
    """From nothing, from any number, killed and started again anywhere: the records of the snapshot, and no other."""

    @settings(
        derandomize=True,
        deadline=None,
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(acts=ACTS)
    def follow(acts: list[Act]) -> None:
        _follow(scene, tmp_path / f"script {scene.counts.scripts}", acts)

    follow()
    counts = scene.counts
    sys.stdout.write(f"Consumer proof on {scene.database.engine.dialect.name}: {asdict(counts)}\n")
    assert counts.mismatches == [], asdict(counts)
    assert counts.kills >= 4 * EXAMPLES and counts.edits >= 64 * EXAMPLES, asdict(counts)


def _follow(scene: Scene, folder: Path, acts: list[Act]) -> None:
    """Perform a script while consumers follow; then have every consumer catch up, and compare."""
    random.seed()
    folder.mkdir()
    counts = scene.counts
    consumers = [Consumer(scene.server.port, folder, audience, scene.key, counts) for audience in AUDIENCES]
    resting: list[Consumer] = []
    for consumer in consumers:
        consumer.start()
    for act in acts:
        scene.perform(act)
        victim = consumers[act.victim]
        victim.hear(act.lines)
        victim.kill()
        if act.is_kept:
            resting.append(victim.left_behind())
        victim.start()
    counts.changes = scene.settle(len(acts))
    for consumer in consumers:
        consumer.kill()
        consumer.catch_up()
    for consumer in resting:
        consumer.catch_up()
    late = consumers[0].left_behind()
    late.file = folder / "late.sqlite3"
    late.catch_up()
    for consumer in (*consumers, *resting, late):
        counts.mismatches += _wrong(scene, consumer)
    counts.mismatches += _pages_that_break_rules(scene)
    counts.scripts += 1
    shutil.rmtree(folder)


def _wrong(scene: Scene, consumer: Consumer) -> list[str]:
    """How a consumer's copy differs from the snapshot and from the thread."""
    snapshot = snapshot_of(scene.get(f"{SERVICES}?format=ndjson", consumer.audience))
    with scene.database.reading() as session:
        numbers = numbers_told(session, consumer.audience)
    copy = Copy(consumer.file, consumer.first)
    scene.counts.compared += len(snapshot)
    found = differing(copy.records, snapshot, numbers)
    copy.close()
    return found


def _pages_that_break_rules(scene: Scene) -> list[str]:
    """Every page from the first to the last, for each audience, against the rules of RPDE."""
    found: list[str] = []
    for audience in AUDIENCES:
        after, asked = 0, f"{CHANGES}?afterChangeNumber=0&limit=5"
        while True:
            page = json.loads(scene.get(asked, audience))
            root = f"http://127.0.0.1:{scene.server.port}"
            found += faults(page, f"{root}{asked}", after)
            if not page["items"]:
                break
            after, asked = page["items"][-1]["modified"], page["next"].removeprefix(root)
    return found
