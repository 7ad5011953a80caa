"""The server as it is deployed: gunicorn with two workers over a copy of the shipped installation."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from directory import revisions
from directory.config import ROOT, Config, from_environment
from directory.db import Database
from tests.factories import make_entry


@dataclass
class Server:
    """A running server: its port, its installation, and everything that it has said."""

    port: int
    environment: dict[str, str]
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        answer = response.status, response.read().decode()
        connection.close()
        return answer

    def send(self, raw: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as sender:
            sender.sendall(raw)
            return b"".join(iter(lambda: sender.recv(65536), b"")).decode()


@pytest.fixture(scope="module")
def server(shipped: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Waits for the line that says that it is ready; ends the processes that it started."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(shipped.instance_path, folder / "instance", symlinks=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"INSTANCE_PATH": str(folder / "instance"), "PORT": str(port), "REFRESH_SECONDS": "0.05"}
    command = [str(Path(sys.executable).parent / "gunicorn"), "--config", "gunicorn.conf.py", "wsgi:app"]
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HOST"}}
    log = folder / "log"
    with (
        log.open("w") as written,
        subprocess.Popen(
            command, cwd=ROOT, env={**inherited, **environment}, stdout=subprocess.PIPE, stderr=written, text=True
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == f"Listening on http://127.0.0.1:{port}\n"
        yield Server(port, environment, log)
        process.terminate()


def test_it_answers(server: Server) -> None:
    """Page, JSON and health."""
    assert server.get("/search?q=SE5+8AZ")[0] == 200
    assert server.get("/api/v1/search?postcode=SE5+8AZ")[0] == 200
    assert '"ready":true' in server.get("/healthz")[1]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /search?q=SE5+8AZ" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", "414"),
        (b"GET /search?q=SE5 8AZ HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        (b"SE5 8AZ\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nSE5 8AZ: \x00\r\n\r\n", "400"),
    ],
)
def test_what_cannot_be_read_gets_a_plain_page(server: Server, raw: bytes, status: str) -> None:
    """With what to do in an emergency, and without what was sent."""
    answer = server.send(raw)
    assert answer.startswith(f"HTTP/1.1 {status}")
    assert "Call 999" in answer
    assert "8AZ" not in answer


def test_every_worker_sees_a_change(server: Server) -> None:
    """An entry published by another process is found by words, whichever worker answers."""
    database = Database(from_environment(server.environment).database_url)
    entry = make_entry(ref="CAD-9001", name="Zanzibar sanctuary", borough="E09000022")
    with database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="test", reason="test", at=datetime.now(UTC))
    database.close()
    in_a_row = 0
    for _ in range(2000):
        in_a_row = in_a_row + 1 if "CAD-9001" in server.get("/api/v1/search?q=zanzibar")[1] else 0
        if in_a_row == 20:
            break
    assert in_a_row == 20


def test_nothing_that_was_asked_is_in_the_log(server: Server) -> None:
    """Not after answers, refusals or requests that could not be read."""
    for path in ("/search?q=SE5+8AZ", "/api/v1/search?postcode=SE5+8AZ&age=x", "/nowhere?q=SE5+8AZ"):
        server.get(path)
    server.send(b"GET /search?q=SE5 8AZ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert "8AZ" not in server.log.read_text()
