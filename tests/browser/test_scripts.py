"""What a script on a page of another site may read of the directory."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

READS = """async ([address, headers]) => {
    try {
        const answer = await fetch(address, {headers});
        return [answer.status, answer.headers.get('ETag') !== null, (await answer.text()).length > 100];
    } catch { return 'refused'; }
}"""


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """An empty page of another site."""
    server = make_server("127.0.0.1", 0, Response("<!doctype html><title>Elsewhere</title>", mimetype="text/html"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/")
    yield page
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_script_of_another_site_reads_what_is_public_and_no_page(elsewhere: Page, address: str) -> None:
    """Also where it sends a key, which a browser asks about first. That nothing of ours may be embedded is no bar."""

    def read(path: str, **headers: str) -> object:
        return elsewhere.evaluate(READS, [f"{address}{path}", headers])

    assert read("/export/v1/services") == [200, True, True]
    assert read("/export/v1/services", **{"If-None-Match": '"x"'}) == [200, True, True]
    assert read("/export/v1/services", Authorization="Bearer nonsense") == [401, False, True]
    assert read("/about") == read("/export/v1/services", **{"X-Other": "x"}) == "refused"
