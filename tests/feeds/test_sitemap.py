"""What search engines are told: the sitemap, read by a sitemap parser, and robots.txt."""

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from flask import Flask
from flask.testing import FlaskClient
from usp.tree import sitemap_from_str

from tests.factories import make_entry
from tests.feeds.conftest import Publish, on_sqlite


def test_the_sitemap_has_every_page_and_each_is_there(untouched: Flask, client: FlaskClient) -> None:
    """Absolute, each once; those of entries with the instant of their last change."""
    pages = list(sitemap_from_str(client.get("/sitemap.xml").text).all_pages())
    paths = [urlsplit(page.url).path for page in pages]
    assert len(set(paths)) == len(paths)
    assert {"/", "/developers", "/types/crisis-cafe", "/boroughs/bexley"} <= set(paths)
    assert {(urlsplit(page.url).scheme, urlsplit(page.url).netloc) for page in pages} == {("http", "localhost")}
    entries = [page for page in pages if "/services/" in page.url]
    assert len(entries) == untouched.extensions["directory"].catalogue().count
    assert all(page.last_modified for page in entries)
    for path in [path for path in paths if not path.startswith("/services/")] + paths[-5:]:
        assert client.get(path).status_code == 200, path


@on_sqlite
def test_what_is_not_for_the_public_is_not_in_it(publish: Publish) -> None:
    """Nor is what is gone; and a change of an entry is the change of its page."""
    client = publish(make_entry(), make_entry(ref="CAD-9002", audience="professional"))
    told = client.get("/sitemap.xml")
    assert "CAD-9001" in told.text and "CAD-9002" not in told.text
    assert client.get("/sitemap.xml", headers={"If-None-Match": told.headers["ETag"]}).status_code == 304
    after = publish(make_entry(status="withdrawn")).get("/sitemap.xml", headers={"If-None-Match": told.headers["ETag"]})
    assert after.status_code == 200 and "CAD-9001" not in after.text


def test_robots_find_the_sitemap_and_keep_out_of_searches(client: FlaskClient) -> None:
    """Pages of services are theirs; searches and feeds are not."""
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    assert robots.can_fetch("any", "/services/CAD-0001/helen-bamber-foundation")
    for path in ("/search?q=E1", "/export/v1/services", "/fhir/R4/metadata", "/api/v1/search"):
        assert not robots.can_fetch("any", path), path
