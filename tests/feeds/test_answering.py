"""Answers to machines: compressed as they like, sent once, and open to scripts of other sites."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random

import brotli
import pytest
import zstandard
from flask import Flask, Response
from flask.testing import FlaskClient

from directory import create_app
from directory.accounts import keys
from directory.config import Config
from directory.feeds.answering import in_pieces, shelf_for, tagged
from directory.feeds.licence import LICENCE_URL
from directory.feeds.readers import reader
from directory.web.entering import allow
from tests.conftest import NOW

PIECES = [f"{number} is a line of a whole data set\n".encode() for number in range(5000)]
STREAMED, WHOLE, SMALL = "/export/test/streamed", "/export/test/whole", "/export/test/small"
UNPACK: Mapping[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    None: bytes,
}


@pytest.fixture(scope="module")
def app(shipped: Config) -> Iterator[Flask]:
    """The shipped installation with three more addresses: in pieces, whole, and too small to compress."""
    app = create_app(shipped, now=lambda: NOW)
    made = app.extensions["made"] = []

    def answer(make: Callable[[], Response]) -> Response:
        def make_it() -> Response:
            made.append(1)
            return make()

        who = reader()
        return tagged(shelf_for(who), who, make_it)

    def add(path: str, make: Callable[[], Response]) -> None:
        app.add_url_rule(path, path, allow("anybody")(lambda: answer(make)))

    add(STREAMED, lambda: in_pieces(iter(PIECES), "application/x-ndjson"))
    add(WHOLE, lambda: Response(b"".join(PIECES), mimetype="text/csv"))
    add(SMALL, lambda: Response(PIECES[0], mimetype="text/csv"))
    yield app
    app.extensions["directory"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody without a key."""
    return app.test_client()


@pytest.mark.parametrize("path", [STREAMED, WHOLE])
@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("zstd", "zstd"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, zstd;q=0.9, br;q=0.1", "gzip"),
        ("zstd;q=0.5, br;q=0.4", "zstd"),
        ("br;q=0, gzip;q=0.2", "gzip"),
        ("gzip;q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, *", "zstd"),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("gzip, identity", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("deflate, compress, dcb", None),
        ("gzip;q=nonsense, ;;,", None),
    ],
)
def test_an_answer_is_compressed_as_the_reader_likes(
    client: FlaskClient, path: str, accepts: str | None, encoding: str | None
) -> None:
    """In pieces or whole, what comes out is what went in."""
    with client.get(path, headers={} if accepts is None else {"Accept-Encoding": accepts}) as answer:
        assert answer.headers.get("Content-Encoding") == encoding
        assert UNPACK[encoding](answer.data) == b"".join(PIECES)
        assert set(answer.vary) == {"Accept", "Authorization", "Accept-Encoding"}
        assert answer.headers.get("Content-Length") in ({None} if path == STREAMED else {str(len(answer.data))})


def test_what_is_streamed_leaves_before_it_is_all_made(app: Flask) -> None:
    """And is not made to its end where the reader has gone."""
    made, closed, noise = [], [], Random(1)

    def pieces() -> Iterator[bytes]:
        try:
            for _ in range(20_000):
                made.append(True)
                yield noise.randbytes(1000)
        finally:
            closed.append(True)

    for encoding in ("gzip", "br", "zstd", "identity"):
        made.clear()
        with app.test_request_context(headers={"Accept-Encoding": encoding}):
            answer = app.process_response(in_pieces(pieces(), "application/x-ndjson"))
        sent = iter(answer.get_app_iter({"REQUEST_METHOD": "GET"}))
        assert next(sent)
        assert len(made) < 10_000
        sent.close()  # type: ignore[attr-defined]
        assert closed.pop()


def test_what_is_small_or_an_error_is_readable_with_any_encoding(client: FlaskClient) -> None:
    for path in (SMALL, "/export/nothing", "/api/v1/search?nonsense=1"):
        answer = client.get(path, headers={"Accept-Encoding": "br, gzip, zstd"})
        assert "Content-Encoding" not in answer.headers and "Accept-Encoding" in answer.vary
        assert answer.data == client.get(path).data


def test_pages_vary_with_whatever_they_vary_with(client: FlaskClient) -> None:
    """What is said of encodings is added to what else is said."""
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Accept-Encoding" in page.vary and page.headers["Content-Encoding"] == "gzip"
    assert set(client.get("/api/v1/search?q=garden").vary) >= {"Accept-Encoding"}


@pytest.mark.parametrize("path", [STREAMED, WHOLE, SMALL])
def test_who_has_the_answer_gets_none(app: Flask, client: FlaskClient, path: str) -> None:
    """304 with the tag and nothing else, and nothing was made. Tags are compared weakly, whatever the encoding."""
    first = client.get(path, headers={"Accept-Encoding": "br"})
    tag = first.headers["ETag"]
    assert tag.startswith('W/"') and first.headers["Last-Modified"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert first.headers["Link"] == f'<{LICENCE_URL}>; rel="license"'
    made = len(app.extensions["made"])
    for given in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        for method in ("GET", "HEAD"):
            headers = {"If-None-Match": given, "Accept-Encoding": "gzip, br"}
            again = client.open(path, method=method, headers=headers)
            assert again.status_code == 304 and not again.data, given
            names = {name for name, _ in again.headers}
            assert not names & {"Content-Type", "Content-Length", "Content-Encoding"}
            assert all(again.headers[name] == first.headers[name] for name in ("ETag", "Vary", "Cache-Control"))
    assert len(app.extensions["made"]) == made
    for given in ('"other"', "nonsense", "", tag[:-2], '"'):
        assert client.get(path, headers={"If-None-Match": given}).status_code == 200, given


def test_a_head_is_a_get_without_its_body(client: FlaskClient) -> None:
    for path in (STREAMED, WHOLE, SMALL):
        for accepts in ("identity", "zstd"):
            told, asked = (
                client.open(path, method=how, headers={"Accept-Encoding": accepts}) for how in ("GET", "HEAD")
            )
            assert asked.status_code == 200 and not asked.data
            assert dict(asked.headers) == dict(told.headers)


def test_what_a_key_opens_is_kept_by_nobody_else(house: Flask) -> None:
    """A cache that many share must not hand it on; what anybody may read, it may."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        lasts = timedelta(days=1)
        _, key = keys.make_key(session, "Example", ["professional"], actor="test", at=NOW, lasts=lasts)
    client, asked = house.test_client(), "/export/v1/services"
    mine, anybody = client.get(asked, headers={"Authorization": f"Bearer {key}"}), client.get(asked)
    assert mine.headers["Cache-Control"] == "private, no-cache" and "Authorization" in mine.vary
    assert anybody.headers["Cache-Control"] == "public, no-cache" and mine.headers["ETag"] != anybody.headers["ETag"]


@pytest.mark.parametrize("path", [WHOLE, "/api/v1/search?q=garden", "/api/v1/services/CAD-0002", "/export/nothing"])
def test_scripts_of_other_sites_may_read_what_is_public(client: FlaskClient, path: str) -> None:
    """And send a key. No cookie goes with it: whoever has signed in reads no more by a page of another site."""
    asking = {"Origin": "https://elsewhere.example"}
    answer = client.get(path, headers=asking)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert {"ETag", "Retry-After", "Link"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    preflight = {**asking, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    before = client.options(path, headers=preflight)
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in before.headers["Access-Control-Allow-Headers"]
    assert "GET" in before.headers["Access-Control-Allow-Methods"]
    assert before.status_code == (404 if path == "/export/nothing" else 200)


def test_no_page_is_open_to_scripts_of_other_sites(client: FlaskClient) -> None:
    for path in ("/", "/search?q=garden", "/sign-in", "/account", "/keys", "/healthz"):
        names = {name for name, _ in client.get(path, headers={"Origin": "https://elsewhere.example"}).headers}
        assert not any(name.startswith("Access-Control") for name in names), path


def test_searches_by_machines_are_nobody_else_s(client: FlaskClient) -> None:
    """A postcode is personal: no cache that others share keeps the answer."""
    assert client.get("/api/v1/search?postcode=SE5+8AZ").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/api/v1/suggestions?q=SE5").headers["Cache-Control"] == "private, no-store"
