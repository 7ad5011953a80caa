"""What search engines are told of the site: the sitemap (sitemaps.org, protocol 0.9) and robots.txt."""

from collections.abc import Iterator

from flask import Blueprint, Flask, Response
from markupsafe import escape

from directory.feeds.answering import PREFIXES, root, shelf_for, tagged
from directory.feeds.readers import ANYBODY, here_now, reader
from directory.feeds.shelf import Shelf
from directory.records import Record
from directory.revisions import Version
from directory.web.entering import allow
from directory.web.links import borough_path, entry_path, type_path

_PAGES = ("/", "/types", "/boroughs", "/about", "/privacy", "/accessibility", "/developers")

blueprint = Blueprint("sitemap", __name__)


def init_app(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/sitemap.xml")
@allow("anybody")
def sitemap() -> Response:
    """Every page for the public but those of searches, those of entries with the instant of their last change."""
    who, shelf = reader(), shelf_for(ANYBODY)
    return tagged(shelf, who, lambda: Response(b"".join(_urls(shelf)), mimetype="application/xml"))


@blueprint.get("/robots.txt")
@allow("anybody")
def robots() -> Response:
    """Searches are nobody's to keep, and feeds are no pages."""
    kept_out = "".join(f"Disallow: {path}\n" for path in ("/search", *PREFIXES))
    return Response(f"User-agent: *\n{kept_out}\nSitemap: {root()}/sitemap.xml\n", mimetype="text/plain")


def _urls(shelf: Shelf) -> Iterator[bytes]:
    begin = b"<url><loc>" + escape(root()).encode()
    types = [type_path(code) for code in sorted({entry.service_type for entry in shelf.catalogue.entries})]
    boroughs = [borough_path(borough.name) for borough in shelf.places.areas.boroughs]
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path in (*_PAGES, *types, *boroughs):
        yield begin + path.encode() + b"</loc></url>\n"
    for told in shelf.all_made("sitemap", _told, here_now()):
        yield begin + told
    yield b"</urlset>\n"


def _told(record: Record, version: Version) -> bytes:
    """What follows the address of the directory for one entry."""
    changed = version.at.isoformat(timespec="seconds")
    return f"{entry_path(record)}</loc><lastmod>{changed}</lastmod></url>\n".encode()
