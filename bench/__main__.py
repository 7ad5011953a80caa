"""`python -m bench`: server time by kind of search and of feed, requests a second, memory and start time, by size.

Times of whole requests include reading the query and writing the answer; pages count choices, and all look for near
misses. Postcodes and words are drawn anew for every request. The first request after a change finds nothing remembered.
"""

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from bench.entries import entry, london_postcodes, made_up, read
from bench.feeds import measure_catching_up, measure_feeds, read_everything
from directory import create_app, revisions
from directory.config import ROOT, Config
from directory.models import Entry
from directory.places import Places
from directory.web import Rooms

REQUESTS = 400
PORT = 8795
WORKERS = 2
WARMING = 20
FIRST_REQUESTS = 3
SECONDS = 4
CASES = {
    "near": "postcode={postcode}&self_referral=yes&radius_km=5",
    "near, open now": "postcode={postcode}&open=now",
    "near + words": "postcode={postcode}&q={word}",
    "near + words + every filter": "postcode={postcode}&q={word}&open=now&self_referral=yes&walk_in=yes&step_free=yes"
    "&age=30&gender=women&community=somali&language=so&need=anxiety&type=crisis_cafe&radius_km=20",
    "near, police ask": "postcode={postcode}&asking=police",
    "somali women E1 tonight": "q=somali+women+E1+tonight",
    "17 year old croydon": "q=17+year+old+croydon",
    "crisis cafe near brixton open now": "q=crisis+cafe+near+brixton+open+now",
}
LOADED = ("near", "near + words")
SEARCHED = "calm evening garden housing debt family walk therapy interpreter listening".split()
TYPED = "s so som soma turkish+c crisis+ca croy brix SE5 SE5+8 E1 dep depres cal calm+ev women+in+h".split()


def main() -> None:
    """Measure each size and print a table of plain lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="500,5000,50000", help="how many entries, separated by commas")
    parser.add_argument("--feeds", action="store_true", help="measure what machines read, and nothing else")
    parser.add_argument("--entries", type=Path, help="a CSV file of made-up entries, instead of our own")
    options = parser.parse_args()
    tables = ROOT / "instance" / "postcodes"
    places = Places.open(tables)
    postcodes = london_postcodes(places)
    for size in map(int, options.sizes.split(",")):
        rows = read(options.entries)[:size] if options.entries else list(made_up(size, places))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "postcodes").symlink_to(tables)
            measure(Path(folder), rows, places, postcodes, feeds_only=options.feeds)


def measure(
    folder: Path, rows: list[dict[str, str]], places: Places, postcodes: list[str], *, feeds_only: bool
) -> None:
    """Fill an installation with entries and measure it, or its feeds alone."""
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0)
    app = create_app(config)
    database = app.extensions["directory"].database
    database.upgrade()
    entries = [entry(number, row, places) for number, row in enumerate(rows, start=1)]
    with timed(f"{len(rows):>6} entries  publish"), database.unit_of_work() as session:
        revisions.publish(session, entries, actor="bench", reason="bench", at=datetime.now(UTC))
    with timed(f"{'':>14}  first catalogue, with the index"):
        app.extensions["directory"].catalogue()
    if not feeds_only:
        measure_searches(app, entries, postcodes)
    measure_feeds(folder, app, entries)
    number = app.extensions["directory"].catalogue().number
    with served(folder) as (url, processes):
        measure_catching_up(url, folder, number)
        if shutil.which("wrk") and not feeds_only:
            for path in ("/api/v1/search", "/search"):
                for case in LOADED:
                    print(f"{'':>14}  {path:<15} {case:<28} {load(f'{url}{path}?{CASES[case]}', postcodes, folder)}")
        tell_memory(processes)
        read_everything(PORT, processes[0])
        tell_memory(processes, "with every output read")
    database.close()


def measure_searches(app: Flask, entries: list[Entry], postcodes: list[str]) -> None:
    """Every kind of search, and suggestions."""
    print(f"{'':>14}  {'':<50} {'p50':>8} {'p95':>8}   first after a change")
    for path in ("/api/v1/search", "/search"):
        for case, query in CASES.items():
            ask = Asker(app, f"{path}?{query}", postcodes)
            report(
                f"{path:<15} {case}", ask.many(), first=[ask.after_a_change(entries[0]) for _ in range(FIRST_REQUESTS)]
            )
    report("/api/v1/suggestions", Asker(app, "/api/v1/suggestions?q={typed}", postcodes).many())


@contextmanager
def timed(label: str) -> Iterator[None]:
    """Print how long the block took."""
    start = time.perf_counter()
    yield
    print(f"{label:<60} {time.perf_counter() - start:8.2f} s", flush=True)


class Asker:
    """Asks one kind of question, each time of another postcode, word or beginning of a word."""

    def __init__(self, app: Flask, address: str, postcodes: list[str]) -> None:
        self._address, self._postcodes = address, postcodes
        self._here: Rooms = app.extensions["directory"]
        self._client = app.test_client()
        self._random = random.Random(1)

    def once(self) -> float:
        """Seconds of processor time inside the application for one request, whatever else the machine is doing."""
        choose = self._random.choice
        postcode = urllib.parse.quote_plus(choose(self._postcodes))
        address = self._address.format(postcode=postcode, word=choose(SEARCHED), typed=choose(TYPED))
        start = time.thread_time()
        response = self._client.get(address)
        took = time.thread_time() - start
        assert response.status_code == 200, (address, response.text[:300])
        return took

    def many(self) -> list[float]:
        """Seconds for each of many requests, after some to warm up."""
        return [self.once() for _ in range(WARMING + REQUESTS)][WARMING:]

    def after_a_change(self, changed: Entry) -> float:
        """Seconds for the first request of a catalogue and an index that have just been refreshed."""
        now = datetime.now(UTC)
        entry = changed.model_copy(update={"notes": f"Changed {now}"})
        with self._here.database.unit_of_work() as session:
            revisions.publish(session, [entry], actor="bench", reason="bench", at=now)
        self._here.current.refresh()
        return self.once()


def report(label: str, times: list[float], first: list[float] | None = None) -> None:
    """One line with the median and the 95th percentile in milliseconds, and the median of first requests."""
    p50, p95 = statistics.median(times) * 1000, statistics.quantiles(times, n=20)[18] * 1000
    cold = f"{statistics.median(first) * 1000:8.2f}" if first else ""
    print(f"{'':>14}  {label:<50} {p50:8.2f} {p95:8.2f}   {cold}", flush=True)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The installation behind gunicorn with two workers, and the process ids of master and workers."""
    environment = {**os.environ, "INSTANCE_PATH": str(folder), "PORT": str(PORT), "WEB_CONCURRENCY": str(WORKERS)}
    gunicorn = Path(sys.executable).parent / "gunicorn"
    start = time.perf_counter()
    command = [str(gunicorn), "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            url = f"http://127.0.0.1:{PORT}"
            urllib.request.urlopen(f"{url}/healthz").read()
            print(f"{'':>14}  start of the server {time.perf_counter() - start:37.2f} s", flush=True)
            yield url, [server.pid, *_workers(server.pid)]
        finally:
            server.terminate()


def _workers(master: int) -> list[int]:
    """The process ids of the workers, once both are there."""
    while len(found := Path(f"/proc/{master}/task/{master}/children").read_text().split()) < WORKERS:
        time.sleep(0.01)
    return list(map(int, found))


def load(address: str, postcodes: list[str], folder: Path) -> str:
    """Requests a second from wrk, one thread and eight connections, with a new postcode each time."""
    asked = [f'"{address.format(postcode=urllib.parse.quote_plus(code), word="calm")}"' for code in postcodes[::13]]
    script = folder / "wrk.lua"
    script.write_text(
        f"local paths = {{{','.join(asked)}}}\nlocal n = 0\n"
        "request = function() n = n % #paths + 1 return wrk.format('GET', paths[n]) end\n"
    )
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}", "--latency", "-s", str(script), address.partition("?")[0]]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def figure(pattern: str) -> str:
        found = re.search(pattern, out)
        return found[1] if found else "?"

    failed = "   WITH FAILURES" if "Non-2xx" in out else ""
    rate, p99 = figure(r"Requests/sec:\s+([\d.]+)"), figure(r"99%\s+(\S+)")
    return f"{rate:>9} requests/s   p99 {p99}{failed}"


def tell_memory(processes: list[int], when: str = "") -> None:
    """A line for each process, the master first."""
    for number, pid in enumerate(processes):
        print(f"{'':>14}  memory of {f'worker {number}' if number else 'the master':<12} {memory(pid)} {when}".rstrip())


def memory(pid: int) -> str:
    """Resident and proportional memory of a process in megabytes (Linux)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    resident, share = (int(re.search(rf"^{name}:\s+(\d+)", rollup, re.M)[1]) // 1024 for name in ("Rss", "Pss"))  # type: ignore[index]
    return f"{resident} MB resident, {share} MB as its share"


if __name__ == "__main__":
    main()
