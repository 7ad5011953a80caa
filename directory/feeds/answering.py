"""Answers to machines: tagged, not made where the reader has them already, and told where everything is."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from flask import Flask, Response, current_app, request

from directory.config import DEFAULT_PUBLIC_URL
from directory.feeds.licence import LICENCE_URL
from directory.feeds.readers import Reader, here_now
from directory.feeds.shelf import Shelf, Shelves
from directory.web import rooms
from directory.web.errors import Refused

PREFIXES: Final = ("/api/", "/export/", "/fhir/", "/oruk/", "/dos/")
"""Addresses that scripts of other sites may read."""


def shelf_for(reader: Reader) -> Shelf:
    """The records that a reader may have. Raises CatalogueUnavailable, and as the database does."""
    shelves: Shelves = current_app.extensions["shelves"]
    return shelves.of(rooms().catalogue(reader.audience))


def root() -> str:
    """Where this directory is found, without "/" at the end: as it is set, else as it was asked."""
    public_url = rooms().config.public_url
    return request.host_url.rstrip("/") if public_url == DEFAULT_PUBLIC_URL else public_url


def home() -> str:
    """The address that names things for ever: identifiers and terms begin with it. Never as it was asked."""
    return rooms().config.public_url


def tagged(shelf: Shelf, reader: Reader, make: Callable[[], Response], *, part: str = "") -> Response:
    """The answer with the tag of its shelf; 304 where the reader has it. `part` tells answers apart."""
    return tagged_as(shelf.tag(here_now()) + (f"-{part}" if part else ""), shelf.changed_at, reader, make)


def tagged_as(tag: str, changed_at: datetime | None, reader: Reader, make: Callable[[], Response]) -> Response:
    """The answer with a tag of its own; 304, and nothing made, where the reader has it."""
    has_it = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if has_it else make()
    response.set_etag(tag, weak=True)
    if changed_at is not None:
        response.last_modified = changed_at
    response.headers["Cache-Control"] = "private, no-cache" if reader.key else "public, no-cache"
    response.vary.update(("Accept", "Authorization"))
    response.headers["Link"] = f'<{LICENCE_URL}>; rel="license"'
    return response


def only(*known: str) -> None:
    """Refuse parameters that are not known, so that a misspelt one is never taken for none, and those that come twice.

    Raises Refused (400).
    """
    for name, values in request.args.lists():
        if name not in known:
            told = f"The parameters here are: {', '.join(known)}." if known else "There are no parameters here."
            raise bad(name, f"The parameter {name[:40]} is not known. {told}")
        if len(values) > 1:
            raise bad(name, f"Give {name} once.")


def bad(name: str, detail: str) -> Refused:
    """What is wrong with a parameter, and how to mend it."""
    return Refused(400, "The request cannot be understood", detail, parameter=name[:40])


def in_pieces(pieces: Iterable[bytes], mimetype: str) -> Response:
    """An answer that is sent as it is made."""
    return Response(pieces, mimetype=mimetype)


def open_to_scripts(app: Flask) -> None:
    """Let pages of other sites read what is public; with a key they send they read what it opens."""

    @app.after_request
    def allow_others(response: Response) -> Response:
        if not request.path.startswith(PREFIXES):
            return response
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After, WWW-Authenticate"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Accept, If-None-Match, Prefer"
            response.headers["Access-Control-Max-Age"] = "86400"
        return response
