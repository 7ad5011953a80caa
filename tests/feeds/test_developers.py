"""The page for developers is true: every example on it is answered by the installation that shows it."""

import shlex
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.accounts import keys
from directory.feeds.in_pages import WHOLE, alternates
from directory.feeds.licence import ATTRIBUTION
from directory.feeds.readers import ANYBODY_A_MINUTE
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.feeds.conftest import Publish, on_sqlite
from tests.pages import Page, text_of


def examples_of(page: Page) -> dict[str, str]:
    """The media type that the page promises, by address."""
    links = [link for link in page.root.iter("a") if link.get("type")]
    return {link.get("href", ""): link.get("type", "") for link in links}


def commands_of(page: Page) -> list[list[str]]:
    """Every command as a shell would take it apart."""
    return [shlex.split(text_of(block)) for block in page.having("nhsuk-code__content")]


def test_every_example_is_answered_as_promised(client: FlaskClient) -> None:
    """By the shipped directory: each is there, and is of the type that the link says."""
    page = Page.fetch(client, "/developers")
    examples = examples_of(page)
    assert len(examples) >= 20
    for path, mimetype in examples.items():
        with client.get(path, buffered=True) as answer:
            assert (answer.status_code, answer.mimetype) == (200, mimetype), path
            assert answer.is_json or not mimetype.endswith("json") or answer.data.startswith(b"{"), path


@on_sqlite
def test_every_command_works(publish: Publish, house: Flask) -> None:
    """With a key in the place of KEY, and the tag of the answer before in that of TAG."""
    client = publish(make_entry(**CAMBERWELL, opening_hours="24/7"))
    with house.extensions["directory"].database.unit_of_work() as session:
        made, key = keys.make_key(session, "Test", ["public"], actor="test", at=SUNDAY_EVENING, lasts=timedelta(days=9))
    tag = client.get("/export/v1/services").headers["ETag"]
    commands = commands_of(Page.fetch(client, "/developers"))
    assert len(commands) >= 5
    for command in commands:
        options, url = command[1:-1], urlsplit(command[-1])
        filled = {"cad_NAME:KEY": f"{made.prefix}:{key}", "If-None-Match: TAG": f"If-None-Match: {tag}"}
        told = dict(filled, **{"Authorization: Bearer KEY": f"Authorization: Bearer {key}"})
        values = [told.get(option, option) for option in options]
        headers = dict(value.split(": ", 1) for value in values if ": " in value)
        name, _, password = values[values.index("--user") + 1].partition(":") if "--user" in values else ("", "", "")
        auth = (name, password) if name else None
        answer = client.get(f"{url.path}?{url.query}", headers=headers, auth=auth, buffered=True)
        assert answer.status_code == (304 if "If-None-Match" in headers else 200), command


@on_sqlite
def test_an_empty_directory_has_a_page_too(publish: Publish) -> None:
    """Without examples about an entry, for there is none."""
    client = publish()
    for path in examples_of(Page.fetch(client, "/developers")):
        assert client.get(path, buffered=True).status_code == 200, path


def test_it_says_what_readers_must_know(client: FlaskClient) -> None:
    """Licence, the words to name us with, and limits, as the code has them; every page leads to it."""
    page = Page.fetch(client, "/developers")
    assert ATTRIBUTION in page.main and f"{ANYBODY_A_MINUTE} requests a minute" in page.main
    assert "90 days" in page.main and "x_after_valid_until" in page.main
    assert Page.fetch(client, "/").links["For developers"] == "/developers"


@pytest.mark.parametrize("path", ["/", "/developers", "/services/CAD-0033"])
def test_pages_link_to_their_records(client: FlaskClient, path: str) -> None:
    """Each link of rel=alternate is answered, and is of the type that it says."""
    page = Page(client.get(path, follow_redirects=True))
    links = [link for link in page.root.iter("link") if link.get("rel") == "alternate"]
    known = alternates("CAD-0033") if "services" in path else WHOLE
    assert [(link.get("href"), link.get("type")) for link in links] == [(one.href, one.mimetype) for one in known]
    for one in known:
        with client.get(one.href, buffered=True) as answer:
            assert (answer.status_code, answer.mimetype) == (200, one.mimetype), one.href
