"""What every answer has: errors that help, headers, compression, files that are kept for ever."""

import gzip
import json
import re

import brotli
import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from directory.places import PlacesUnavailable
from directory.search.catalogue import CatalogueUnavailable
from directory.web.entering import allow
from tests.pages import Page

CODES = [400, 403, 404, 405, 410, 413, 414, 418, 429, 500, 503]


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with addresses that fail in every way."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(code: int) -> str:
        abort(code)

    def crash(kind: str) -> str:
        raise {"bug": ZeroDivisionError, "tables": PlacesUnavailable, "catalogue": CatalogueUnavailable}[kind]("secret")

    for prefix in ("", "/api/v1"):
        app.add_url_rule(f"{prefix}/fail/<int:code>", f"fail{prefix}".replace("/", "_"), allow("anybody")(fail))
        app.add_url_rule(f"{prefix}/crash/<kind>", f"crash{prefix}".replace("/", "_"), allow("anybody")(crash))
    return app


@pytest.mark.parametrize("code", CODES)
def test_every_error_has_a_page(failing: Flask, code: int) -> None:
    """With a way on, and the number to call."""
    page = Page.fetch(failing.test_client(), f"/fail/{code}", code)
    assert page.links["Search for help near you"] == "/" and "999" in page.links


@pytest.mark.parametrize("code", CODES)
def test_machines_get_problem_details(failing: Flask, code: int) -> None:
    """As RFC 9457 has them."""
    response = failing.test_client().get(f"/api/v1/fail/{code}")
    assert response.mimetype == "application/problem+json"
    body = json.loads(response.text)
    assert body["status"] == response.status_code == code and body["title"] and body["detail"]


@pytest.mark.parametrize(("kind", "code"), [("bug", 500), ("tables", 503), ("catalogue", 503)])
def test_what_went_wrong_is_logged_and_not_told(failing: Flask, kind: str, code: int) -> None:
    """A stranger learns nothing of the inside."""
    client = failing.test_client()
    assert "secret" not in Page.fetch(client, f"/crash/{kind}", code).html
    assert client.get(f"/api/v1/crash/{kind}").status_code == code


def test_the_error_page_cannot_fail(failing: Flask) -> None:
    """Without its template it still says what to do."""
    failing.jinja_env.loader = None
    failing.jinja_env.cache.clear()  # type: ignore[union-attr]
    response = failing.test_client().get("/fail/500")
    assert response.status_code == 500 and "call 111 and choose option 2" in response.text


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    """Searching changes nothing, so it is only ever got."""
    response = client.post("/search")
    assert response.status_code == 405 and "GET" in response.headers["Allow"]
    Page(response)


@pytest.mark.parametrize("path", ["/", "/search?q=SE5+8AZ", "/nope", "/api/v1/search", "/healthz", "/robots.txt"])
def test_headers_of_every_answer(client: FlaskClient, path: str) -> None:
    """Nothing from elsewhere, no frame, no referrer, no guessing, no cookie."""
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer" and headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers and "no-" in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        (None, None),
    ],
)
def test_pages_are_compressed_as_the_reader_likes(
    client: FlaskClient, accepts: str | None, encoding: str | None
) -> None:
    """And what comes out is what went in."""
    plain = client.get("/about").data
    response = client.get("/about", headers={"Accept-Encoding": accepts} if accepts else {})
    assert response.content_encoding == encoding and "Accept-Encoding" in response.vary
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(response.data) == plain and response.content_length == len(response.data)


def test_the_first_results_page_is_light(client: FlaskClient) -> None:
    """At most 60 kB on a first visit and 15 kB after, over the wire."""
    headers = {"Accept-Encoding": "gzip"}
    response = client.get("/search?q=SE5+8AZ", headers=headers)
    html = gzip.decompress(response.data).decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert len(files) == 3
    loaded = 0
    for path in files:
        with client.get(path, headers=headers) as file:
            loaded += len(file.data)
    assert len(response.data) < 15_000 and len(response.data) + loaded < 60_000


def test_files_are_kept_for_ever_under_names_of_their_content(client: FlaskClient) -> None:
    """And carry the same protection as pages."""
    path = re.findall(r'href="(/static/app[^"]+css)"', client.get("/").text)[0]
    with client.get(path, headers={"Accept-Encoding": "br"}) as response:
        assert response.status_code == 200 and response.content_encoding == "br"
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        css = brotli.decompress(response.data).decode()
    assert "@font-face" not in css and "http" not in css.replace("http://www.w3.org", "")
    assert client.get("/static/app.000000000000.css").status_code == 404


def test_templates_refuse_what_is_missing(untouched: Flask) -> None:
    """A variable that was never given is an error, while nhsuk's macros may ask for parameters they were not given."""
    for source in ("{{ missing }}", "{{ missing.deep }}", "{% for one in missing %}{% endfor %}", "{{ missing | e }}"):
        with pytest.raises(UndefinedError):
            untouched.jinja_env.from_string(source).render()
    assert untouched.jinja_env.from_string("{{ 'no' if not missing.deep else 'yes' }}").render() == "no"


@pytest.mark.parametrize(
    "source",
    [
        '{% from "nhsuk/components/input/macro.jinja" import input %}'
        '{{ input({"id": "a", "name": "a", "label": {"text": bad}, "value": bad}) }}',
        '{% from "nhsuk/components/summary-list/macro.jinja" import summaryList %}'
        '{{ summaryList({"rows": [{"key": {"text": bad}, "value": {"text": bad}}]}) }}',
        '{% from "nhsuk/components/error-summary/macro.jinja" import errorSummary %}'
        '{{ errorSummary({"titleText": bad, "errorList": [{"text": bad, "href": bad}]}) }}',
        '{% from "nhsuk/components/back-link/macro.jinja" import backLink %}{{ backLink({"text": bad, "href": bad}) }}',
    ],
)
def test_the_macros_of_nhsuk_escape(untouched: Flask, source: str) -> None:
    """Flask alone would not: their files do not end in .html."""
    html = untouched.jinja_env.from_string(source).render(bad="<script>alert(1)</script>")
    assert "<script>" not in html and "alert(1)" in html
