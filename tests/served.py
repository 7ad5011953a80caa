"""The server as it is deployed: gunicorn with its workers, over an installation of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from directory.config import ROOT

_MOST_CONNECTIONS = 200


@dataclass
class Server:
    """A running server: its port, its process, its settings, and everything that it has said."""

    port: int
    pid: int
    environment: dict[str, str]
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        answer = ask(connection, path)
        connection.close()
        return answer

    def send(self, raw: bytes) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as sender:
            sender.sendall(raw)
            return b"".join(iter(lambda: sender.recv(65536), b"")).decode()

    @contextmanager
    def one_connection_to_each_worker(self) -> Iterator[list[HTTPConnection]]:
        """A connection that stays open to each of the worker processes: /proc tells which of them holds its end."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        found: dict[str, HTTPConnection] = {}
        with ExitStack() as opened:
            for _ in range(_MOST_CONNECTIONS):
                connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
                opened.callback(connection.close)
                ask(connection, "/robots.txt")
                found.setdefault(next(pid for pid in workers if _holds(pid, _inode(connection))), connection)
                if len(found) == len(workers):
                    break
            assert len(found) == len(workers), f"{len(found)} of {len(workers)} workers answered"
            yield list(found.values())


def ask(connection: HTTPConnection, path: str) -> tuple[int, str]:
    """Status and text of an answer; the connection stays open."""
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


@contextmanager
def serving(folder: Path, instance: Path, **settings: str) -> Iterator[Server]:
    """Serve an installation from when it says that it is ready; ends the processes that it started."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {"INSTANCE_PATH": str(instance), "PORT": str(port), **settings}
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
    held = (os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink())
    return f"socket:[{inode}]" in held
