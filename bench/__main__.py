"""`python -m bench`: server time by kind of search, requests a second, memory and start time, at several sizes.

Times of whole requests include reading the query and writing the answer. Postcodes are drawn anew for every request.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.entries import entry, london_postcodes, made_up, read
from directory import create_app, revisions
from directory.config import ROOT, Config
from directory.places import Places

REQUESTS = 400
SECONDS = 4
KINDS: dict[str, dict[str, str]] = {
    "near": {"self_referral": "yes", "radius_km": "5"},
    "near, open now": {"open": "now"},
    "near + words": {"q": "WORDS"},
    "near + words + every filter": {
        "q": "WORDS",
        "open": "now",
        "self_referral": "yes",
        "age": "30",
        "gender": "women",
        "community": "somali",
        "type": "crisis_cafe",
        "radius_km": "20",
    },
}
SEARCHED = "calm evening garden housing debt family walk therapy interpreter listening".split()


def main() -> None:
    """Measure each size and print a table of plain lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="500,5000,50000", help="how many entries, separated by commas")
    parser.add_argument("--entries", type=Path, help="a CSV file of made-up entries, instead of our own")
    options = parser.parse_args()
    tables = ROOT / "instance" / "postcodes"
    places = Places.open(tables)
    postcodes = london_postcodes(places)
    for size in map(int, options.sizes.split(",")):
        rows = read(options.entries)[:size] if options.entries else list(made_up(size, places))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "postcodes").symlink_to(tables)
            measure(Path(folder), rows, places, postcodes)


def measure(folder: Path, rows: list[dict[str, str]], places: Places, postcodes: list[str]) -> None:
    """Fill an installation with entries and measure it."""
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0)
    app = create_app(config)
    database = app.extensions["directory"].database
    database.upgrade()
    entries = [entry(number, row, places) for number, row in enumerate(rows, start=1)]
    with timed(f"{len(rows):>6} entries  publish"), database.unit_of_work() as session:
        revisions.publish(session, entries, actor="bench", reason="bench", at=datetime.now(UTC))
    with timed(f"{'':>14}  first catalogue, with the index"):
        app.extensions["directory"].catalogue()
    for path in ("/api/v1/search", "/search"):
        for kind, arguments in KINDS.items():
            report(f"{path:<15} {kind}", server_times(app, path, arguments, postcodes))
    with served(folder) as (url, processes):
        if shutil.which("wrk"):
            for path in ("/api/v1/search", "/search"):
                for kind in ("near", "near + words"):
                    print(f"{'':>14}  {path:<15} {kind:<28} {load(url + path, KINDS[kind], postcodes, folder)}")
        for number, pid in enumerate(processes):
            print(f"{'':>14}  memory of {'the master' if not number else f'worker {number}':<12} {memory(pid)}")


@contextmanager
def timed(label: str) -> Iterator[None]:
    """Print how long the block took."""
    start = time.perf_counter()
    yield
    print(f"{label:<60} {time.perf_counter() - start:8.2f} s", flush=True)


def server_times(app: Callable[..., object], path: str, arguments: dict[str, str], postcodes: list[str]) -> list[float]:
    """Seconds inside the application for each of many requests, after some to warm up."""
    random.seed(1)
    client, times = app.test_client(), []  # type: ignore[attr-defined]
    for number in range(REQUESTS + 20):
        asked = {"postcode": random.choice(postcodes), **arguments}
        asked = {name: random.choice(SEARCHED) if value == "WORDS" else value for name, value in asked.items()}
        address = f"{path}?{urllib.parse.urlencode(asked)}"
        start = time.perf_counter()
        response = client.get(address)
        took = time.perf_counter() - start
        assert response.status_code == 200, (address, response.text[:300])
        if number >= 20:
            times.append(took)
    return times


def report(label: str, times: list[float]) -> None:
    """One line with the median and the 95th percentile in milliseconds."""
    p95 = statistics.quantiles(times, n=20)[18]
    print(f"{'':>14}  {label:<44} p50 {statistics.median(times) * 1000:6.2f} ms   p95 {p95 * 1000:6.2f} ms", flush=True)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The installation behind gunicorn with two workers, and the process ids of master and workers."""
    environment = {**os.environ, "INSTANCE_PATH": str(folder), "PORT": "8795", "WEB_CONCURRENCY": "2"}
    gunicorn = Path(sys.executable).parent / "gunicorn"
    start = time.perf_counter()
    command = [str(gunicorn), "--config", str(ROOT / "gunicorn.conf.py"), "wsgi:app"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            url = "http://127.0.0.1:8795"
            urllib.request.urlopen(f"{url}/healthz").read()
            print(f"{'':>14}  start of the server {time.perf_counter() - start:37.2f} s", flush=True)
            children = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=True)
            yield url, [server.pid, *map(int, children.stdout.split())]
        finally:
            server.terminate()


def load(url: str, arguments: dict[str, str], postcodes: list[str], folder: Path) -> str:
    """Requests a second from wrk, one thread and eight connections, with a new postcode each time."""
    fixed = {name: "calm" if value == "WORDS" else value for name, value in arguments.items()}
    asked = [
        f'"{urllib.parse.urlsplit(url).path}?{urllib.parse.urlencode({**fixed, "postcode": code})}"'
        for code in postcodes[::13]
    ]
    script = folder / "wrk.lua"
    script.write_text(
        f"local paths = {{{','.join(asked)}}}\nlocal n = 0\n"
        "request = function() n = n % #paths + 1 return wrk.format('GET', paths[n]) end\n"
    )
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}", "--latency", "-s", str(script), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def figure(pattern: str) -> str:
        found = re.search(pattern, out)
        return found[1] if found else "?"

    failed = "   WITH FAILURES" if "Non-2xx" in out else ""
    rate, p99 = figure(r"Requests/sec:\s+([\d.]+)"), figure(r"99%\s+(\S+)")
    return f"{rate:>9} requests/s   p99 {p99}{failed}"


def memory(pid: int) -> str:
    """Resident and proportional memory of a process in megabytes (Linux)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    resident, share = (int(re.search(rf"^{name}:\s+(\d+)", rollup, re.M)[1]) // 1024 for name in ("Rss", "Pss"))  # type: ignore[index]
    return f"{resident} MB resident, {share} MB as its share"


if __name__ == "__main__":
    main()
