"""Compression of pages and JSON as they leave, with whichever of zstd, Brotli and gzip the reader likes best."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import brotli
import zstandard
from flask import Flask, Response, request

SMALLEST_BYTES = 700
FASTEST = 1  # a results page is compressed to a fifth in a tenth of a millisecond; working harder gains little
STREAMED = {"br": 4, "zstd": 3, "gzip": 6}  # whole data sets: a third smaller for some tenths of a second
_COMPRESSED = {
    *("text/html", "text/plain", "text/csv", "text/calendar", "application/xml"),
    *("application/json", "application/problem+json", "application/fhir+json", "application/geo+json"),
    *("application/ld+json", "application/x-ndjson"),
}


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def init_app(app: Flask) -> None:
    """Compress answers that are large enough to gain by it; what is streamed, as it leaves."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in _COMPRESSED:
            return response
        response.vary.add("Accept-Encoding")
        if not request.headers.get("Accept-Encoding") or response.content_encoding:
            return response
        if not response.is_streamed and (response.content_length or 0) < SMALLEST_BYTES:
            return response
        encoding = request.accept_encodings.best_match(["br", "zstd", "gzip", "identity"], "identity")
        if encoding != "identity":
            _encode(response, encoding)
        return response


def _encode(response: Response, encoding: str) -> None:
    response.content_encoding = encoding
    if response.is_streamed:
        response.response = _as_it_leaves(response.iter_encoded(), _compressor(encoding, STREAMED[encoding]))
        response.headers.pop("Content-Length", None)
        return
    compressor = _compressor(encoding, FASTEST)
    response.set_data(compressor.compress(response.get_data()) + compressor.flush())


def _as_it_leaves(parts: Iterable[bytes], compressor: _Compressor) -> Iterator[bytes]:
    for part in parts:
        if compressed := compressor.compress(part):
            yield compressed
    yield compressor.flush()


def _compressor(encoding: str, level: int) -> _Compressor:
    if encoding == "br":
        return _Brotli(level)
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=level).compressobj()
    return zlib.compressobj(level=level, wbits=31)


class _Brotli:
    """Brotli's compressor, with the names of the others."""

    def __init__(self, level: int) -> None:
        self._made = brotli.Compressor(quality=level)

    def compress(self, data: bytes, /) -> bytes:
        compressed: bytes = self._made.process(data)
        return compressed

    def flush(self) -> bytes:
        compressed: bytes = self._made.finish()
        return compressed
