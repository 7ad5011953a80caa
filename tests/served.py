"""The server as it is deployed: gunicorn with its workers, over an installation of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from directory.config import ROOT

_MOST_CONNECTIONS = 200
_PATIENCE = 60.0  # seconds that a busy machine may take over one answer


@dataclass
class Server:
    """A running server: its port, its process, its settings, and everything that it has said."""

    port: int
    pid: int
    environment: dict[str, str]
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        answer = ask(connection, path)
        connection.close()
        return answer

    def send(self, raw: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as sender:
            sender.sendall(raw)
            return b"".join(iter(lambda: sender.recv(65536), b"")).decode()

    @contextmanager
    def one_connection_to_each_worker(self) -> Iterator[list[HTTPConnection]]:
        """A connection that stays open to each of the worker processes: /proc tells which of them holds its end."""
        workers = self._workers()
        found: dict[str, HTTPConnection] = {}
        with ExitStack() as opened:
            for _ in range(_MOST_CONNECTIONS):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
                opened.callback(connection.close)
                ask(connection, "/robots.txt")
                found.setdefault(next(pid for pid in workers if _holds(pid, _inode(connection))), connection)
                if len(found) == len(workers):
                    break
            assert len(found) == len(workers), f"{len(found)} of {len(workers)} workers answered"
            yield list(found.values())

    def _workers(self) -> list[str]:
        """The worker processes, which are started one after the other once the server listens."""
        began, children = time.monotonic(), Path(f"/proc/{self.pid}/task/{self.pid}/children")
        while len(workers := children.read_text().split()) < int(self.environment["WEB_CONCURRENCY"]):
            assert time.monotonic() - began < _PATIENCE, f"{len(workers)} workers have started"
            time.sleep(0.05)
        return workers


def ask(connection: HTTPConnection, path: str) -> tuple[int, str]:
    """Status and text of an answer; the connection stays open."""
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


@contextmanager
def kept_port() -> Iterator[int]:
    """A port for a server to listen on, which nobody else is given meanwhile: it is bound, and not listened on."""
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]


@contextmanager
def serving(folder: Path, instance: Path, **settings: str) -> Iterator[Server]:
    """Serve an installation from when it says that it is ready; ends the processes that it started."""
    command = [str(Path(sys.executable).parent / "gunicorn"), "--config", "gunicorn.conf.py", "wsgi:app"]
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HOST"}}
    log = folder / "log"
    with kept_port() as port, log.open("w") as written:
        environment = {"INSTANCE_PATH": str(instance), "PORT": str(port), **settings}
        with subprocess.Popen(
            command, cwd=ROOT, env={**inherited, **environment}, stdout=subprocess.PIPE, stderr=written, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Listening on http://127.0.0.1:{port}\n"
            yield Server(port, process.pid, environment, log)
            process.terminate()


def _inode(connection: HTTPConnection) -> str:
    """Which socket is the server's end of a connection."""
    theirs, ours = connection.sock.getpeername()[1], connection.sock.getsockname()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{theirs:04X}") and fields[2].endswith(f":{ours:04X}"):
            return fields[9]
    raise AssertionError("the connection has no other end")


def _holds(pid: str, inode: str) -> bool:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # of a file that is closed by now
            if os.readlink(file) == f"socket:[{inode}]":
                return True
    return False
