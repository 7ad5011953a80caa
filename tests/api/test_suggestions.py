"""The address that suggests while somebody types."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.search.query import LONGEST_TEXT
from directory.web.links import entry_path

ADDRESS = "/api/v1/suggestions"


def test_what_is_answered(client: FlaskClient, app: Flask) -> None:
    """A list of texts, each with its kind and what it is; a service with the address of its page."""
    response = client.get(ADDRESS, query_string={"q": "somali women brixt"})
    assert response.status_code == 200 and response.mimetype == "application/json"
    assert response.json is not None and list(response.json) == ["suggestions"]
    first = response.json["suggestions"][0]
    assert first == {"text": "somali women Brixton", "kind": "place", "detail": "Lambeth", "url": None}
    entry = app.extensions["directory"].catalogue().entries[0]
    offered = client.get(ADDRESS, query_string={"q": entry.name}).json["suggestions"]  # type: ignore[index]
    assert (entry.name, entry_path(entry)) in [(one["text"], one["url"]) for one in offered]
    assert client.get(entry_path(entry)).status_code == 200


def test_a_line_break_after_a_postcode_changes_nothing(client: FlaskClient) -> None:
    """What was typed stays, and is not cut."""
    offered = client.get(ADDRESS, query_string={"q": "somali SE5\n"}).json["suggestions"]  # type: ignore[index]
    assert all(one["text"].startswith("somali SE5") or one["url"] for one in offered)


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=%FF%FE", "q=%00brixt", "q=" + "brixton+" * 200, "q=x&q=x"])
def test_anything_may_be_typed(client: FlaskClient, query: str) -> None:
    """Nothing, what is no text, and a great deal of it."""
    response = client.get(f"{ADDRESS}?{query}")
    assert response.status_code == 200 and response.json is not None
    assert len(response.json["suggestions"]) <= 8


@pytest.mark.parametrize("query", ["q=" + "x" * (LONGEST_TEXT + 1), "q=brixton&q=harrow"])
def test_what_cannot_be_answered_says_why(client: FlaskClient, query: str) -> None:
    """As problem details, like the rest of the interface."""
    response = client.get(f"{ADDRESS}?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert response.json is not None and response.json["title"] == "No suggestions" and response.json["detail"]


def test_what_is_typed_is_kept_by_nobody(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in a cache, nor in a log, nor in a cookie: it may hold a postcode."""
    caplog.set_level(logging.DEBUG)
    for query in ({"q": "se5 8az suic"}, {"q": "se5 8az" * LONGEST_TEXT}):
        response = client.get(ADDRESS, query_string=query)
        assert "private" in response.headers["Cache-Control"] or response.status_code == 400
        assert "no-store" in response.headers["Cache-Control"]
        assert "Set-Cookie" not in response.headers
    assert "se5" not in caplog.text.lower()
