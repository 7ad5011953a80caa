"""The server as it is deployed: gunicorn with two workers over a copy of the shipped installation."""

import gzip
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import brotli
import pytest
import zstandard

from directory import revisions
from directory.config import Config, from_environment
from directory.db import Database
from tests.factories import make_entry
from tests.served import Server, ask, serving

UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "identity": bytes,
}


@pytest.fixture(scope="module")
def server(shipped: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves a copy of the shipped installation."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(shipped.instance_path, folder / "instance", symlinks=True)
    with serving(folder, folder / "instance", REFRESH_SECONDS="0.05") as server:
        yield server


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


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip", "identity"])
def test_a_whole_data_set_arrives_as_it_was_sent(server: Server, encoding: str) -> None:
    """In pieces, compressed as asked; the connection goes on: a 304 and a HEAD have nothing that follows them."""
    path, accepts = "/export/v1/services?format=ndjson", {"Accept-Encoding": encoding}
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("GET", path, headers=accepts)
        answer = connection.getresponse()
        data, tag = answer.read(), answer.getheader("ETag", "")
        assert answer.getheader("Transfer-Encoding") == "chunked"
        assert answer.getheader("Content-Encoding") == (None if encoding == "identity" else encoding)
        plain = UNPACK[encoding](data)
        assert plain.decode() == server.get(path)[1] and plain.count(b"\n") > 100
        for method, headers, status in (("GET", {"If-None-Match": tag}, 304), ("HEAD", {}, 200), ("OPTIONS", {}, 200)):
            connection.request(method, path, headers=accepts | headers)
            again = connection.getresponse()
            assert (again.status, again.read()) == (status, b"")
        assert ask(connection, "/robots.txt")[0] == 200


def test_nothing_that_was_asked_is_in_the_log(server: Server) -> None:
    """Not after answers, refusals or requests that could not be read."""
    for path in ("/search?q=SE5+8AZ", "/api/v1/search?postcode=SE5+8AZ&age=x", "/nowhere?q=SE5+8AZ"):
        server.get(path)
    server.send(b"GET /search?q=SE5 8AZ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert "8AZ" not in server.log.read_text()
