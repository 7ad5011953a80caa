"""What machines read, measured: seconds, memory and sizes beside what they may be at 5,000 entries.

Run as a process of its own (`python -m bench.feeds FOLDER`) it measures the first snapshot that a process makes.
"""

import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from directory import create_app, revisions
from directory.config import ROOT, Config
from directory.models import Entry
from tests.feeds.consumer import Copy
from tests.served import Server

WARMING, REQUESTS = 5, 60
MEGABYTE = 1_000_000
SNAPSHOT, CHANGES = "/export/v1/services", "/export/v1/changes"
BEHIND = 10_000
"""How many changes the consumer that catches up has not seen."""
_SERVICES = "/fhir/R4/HealthcareService?_count=50"
PAGES = {
    "changes, page of 500": (f"{CHANGES}?afterChangeNumber={{after}}", 15),
    "FHIR search, page of 50": (_SERVICES, 20),
    "FHIR search near, page of 50": (f"{_SERVICES}&location.near={{latitude}}|{{longitude}}|5|km", 20),
    "FHIR search with includes, page of 50": (
        f"{_SERVICES}&_include=HealthcareService:location&_include=HealthcareService:organization",
        20,
    ),
    "ORUK services, page of 50": ("/oruk/v3/services?per_page=50&page={page}", 15),
}
"""What is asked, and in how many milliseconds it is to be answered."""
TAGGED = (SNAPSHOT, CHANGES, _SERVICES, "/oruk/v3/services?per_page=50")
WHOLE = (
    SNAPSHOT,
    f"{SNAPSHOT}?format=ndjson",
    f"{CHANGES}?limit=5000",
    "/export/v1/services.csv",
    "/export/v1/services.geojson",
    _SERVICES,
    "/fhir/R4/Location?_count=50",
    "/fhir/R4/Organization?_count=50",
    "/oruk/v3/services?per_page=50",
    "/oruk/v3/services?format=ndjson",
    "/sitemap.xml",
)
"""Every output that holds everything, or the first page of what does."""


def measure_feeds(folder: Path, app: Flask, entries: list[Entry]) -> None:
    """Print a line for each figure; leaves the directory BEHIND changes further on."""
    print(f"{'':>14}  {'feeds':<50} {'took':>12} {'may take':>12}")
    subprocess.run([sys.executable, "-m", "bench.feeds", str(folder)], cwd=ROOT, check=True)
    _sizes(app.test_client())
    reader = Reader(app, len(entries))
    for label, (address, most) in PAGES.items():
        _line(f"{label}, p50", f"{reader.median(address) * 1000:.2f} ms", f"{most} ms")
    for address in TAGGED:
        tag = reader.get(address).headers["ETag"]
        _line(f"304 of {address}, p50"[:50], f"{reader.median(address, tag) * 1000:.2f} ms", "1 ms")
    _change_everything(app, entries)


class Reader:
    """Asks for pages, each time of another place in the directory, from an address that has asked for little."""

    def __init__(self, app: Flask, count: int) -> None:
        self._client, self._count, self._asked = app.test_client(), count, 0
        self._random = random.Random(1)

    def get(self, address: str, tag: str = "") -> "Answer":
        """Ask once."""
        self._asked += 1
        draw = self._random
        asked = address.format(
            after=draw.randrange(max(self._count - 500, 1)),
            page=draw.randrange(1, self._count // 50 + 1),
            latitude=f"{draw.uniform(51.4, 51.6):.4f}",
            longitude=f"{draw.uniform(-0.3, 0.1):.4f}",
        )
        headers = {"If-None-Match": tag} if tag else {}
        where = {"REMOTE_ADDR": f"10.1.{self._asked // 250}.{self._asked % 250}"}
        start = time.thread_time()
        response = self._client.get(asked, headers=headers, environ_overrides=where)
        took = time.thread_time() - start
        assert response.status_code == (304 if tag else 200), (asked, response.status, response.text[:300])
        return Answer(took, dict(response.headers))

    def median(self, address: str, tag: str = "") -> float:
        """Seconds of processor time for the middle one of many, after some to warm up."""
        return statistics.median([self.get(address, tag).took for _ in range(WARMING + REQUESTS)][WARMING:])


class Answer:
    """How long an answer took, and its headers."""

    def __init__(self, took: float, headers: dict[str, str]) -> None:
        self.took, self.headers = took, headers


def measure_catching_up(url: str, folder: Path, number: int) -> None:
    """A consumer that is BEHIND changes behind follows over the network until there is nothing new."""
    file, first = folder / "copy.sqlite3", f"{url}{CHANGES}?afterChangeNumber={number - BEHIND}"
    start = time.perf_counter()
    command = [sys.executable, "-m", "tests.feeds.consumer", first, str(file), "--once"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    took = time.perf_counter() - start
    with closing(Copy(file, first)) as copy:
        held = len(copy.records)
    pages = said.count('"page"')
    _line(f"{BEHIND} changes behind, caught up", f"{took:.2f} s", "5 s", f"{held} records in {pages} pages")


def read_everything(port: int, master: int) -> None:
    """Every output in every worker once, page by page where it has pages."""
    with Server(port, master, {"WEB_CONCURRENCY": "2"}, Path()).one_connection_to_each_worker() as connections:
        for address in WHOLE:
            start = time.perf_counter()
            pages = [sum(1 for _ in _all_pages(connection, address)) for connection in connections]
            took = f"{time.perf_counter() - start:.2f} s"
            _line(f"whole of {address} by {len(pages)} workers"[:50], took, "", f"{pages[0]} pages")


def _all_pages(connection: HTTPConnection, address: str) -> Iterator[int]:
    """The size of each page, from the first to the last."""
    page = 1
    while address:
        connection.request("GET", address, headers={"Connection": "keep-alive"})
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status == 200, (address, text[:300])
        yield len(text)
        address = _next(address, text, page)
        page += 1


def _next(address: str, text: str, page: int) -> str:
    """The address of the page after this one; "" after the last."""
    if address.startswith("/fhir/"):
        found = re.search(r'"relation":"next","url":"https?://[^/]+([^"]+)"', text)
        return found[1] if found else ""
    if "per_page=" in address and '"last_page":false' in text.replace(" ", ""):
        return f"/oruk/v3/services?per_page=50&page={page + 1}"
    return ""


def _sizes(client: FlaskClient) -> None:
    """The snapshot as it travels."""
    for coding in ("", "gzip", "br", "zstd"):
        start = time.thread_time()
        size = _read(client, coding)
        took = time.thread_time() - start
        may = "1.50 MB" if coding else ""
        _line(f"snapshot, {coding or 'not compressed'}", f"{size / MEGABYTE:.2f} MB", may, f"{took:.2f} s")


def _read(client: FlaskClient, coding: str = "") -> int:
    """Read the snapshot as a consumer does, piece by piece; gives how many bytes came."""
    with client.get(SNAPSHOT, headers={"Accept-Encoding": coding}, buffered=False) as response:
        assert response.status_code == 200
        return sum(len(piece) for piece in response.iter_encoded())


def _first_snapshot(folder: Path) -> None:
    """The first snapshot of a process, and the second, with the memory that they add to it."""
    app = create_app(Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0))
    app.extensions["directory"].catalogue()
    client = app.test_client()
    client.get("/healthz").close()
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest that memory stood at is counted from now
    for label, may in (("first snapshot of a process", "1 s"), ("snapshot after that", "1 s")):
        start, worked = time.perf_counter(), time.thread_time()
        _read(client)
        took, working = time.perf_counter() - start, time.thread_time() - worked
        _line(label, f"{working:.2f} s", may, f"{took:.2f} s by the clock")
    _line("memory that the first snapshot added", f"{(_resident('VmHWM') - before) / 1000:.0f} MB", "50 MB")
    app.extensions["directory"].database.close()


def _resident(name: str) -> int:
    """Memory of this process in kilobytes (Linux): what it has now, or had at most."""
    return int(re.search(rf"^{name}:\s+(\d+)", Path("/proc/self/status").read_text(), re.M)[1])  # type: ignore[index]


def _change_everything(app: Flask, entries: list[Entry]) -> None:
    """Publish BEHIND changes, each entry about as often as any other."""
    here, made = app.extensions["directory"], 0
    while made < BEHIND:
        batch = entries[: BEHIND - made]
        changed = [entry.model_copy(update={"eligibility": f"Changed {made} times over."}) for entry in batch]
        with here.database.unit_of_work() as session:
            revisions.publish(session, changed, actor="bench", reason="bench", at=datetime.now(UTC))
        made += len(batch)
    here.current.refresh()


def _line(label: str, took: str, may: str, more: str = "") -> None:
    print(f"{'':>14}  {label:<50} {took:>12} {may:>12}   {more}", flush=True)


if __name__ == "__main__":
    _first_snapshot(Path(sys.argv[1]))
