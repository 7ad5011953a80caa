"""Requests that are large, contradictory or beyond the end: a short problem or an honest answer."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import create_app
from directory.config import Config
from directory.schedules import LONDON

SEARCH = "/api/v1/search"


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"{number:x}=" for number in range(1500)),
        "type=" + ",".join(f"{number:x}" for number in range(1500)),
        "q=" + "a" * 7000,
        "postcode=" + "a" * 7000,
        "&".join(f"age={number}" for number in range(600)),
    ],
)
def test_a_large_request_gets_a_small_problem(client: FlaskClient, query: str) -> None:
    """8 kB asked, 2 kB answered at most."""
    response = client.get(f"{SEARCH}?{query}")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert len(response.data) < 2000


@pytest.mark.parametrize("words", ["garden", "gardn near brixton"])
def test_a_damaged_index_is_a_plain_503(shipped: Config, now: datetime, words: str) -> None:
    """Whether a search or the correction of a word meets the damage first."""
    app = create_app(shipped, now=lambda: now)
    app.extensions["directory"].catalogue().text._searcher.reader().close()
    response = app.test_client().get(SEARCH, query_string={"q": words})
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")


def test_a_page_beyond_the_end_is_empty_and_says_how_many_there_are(client: FlaskClient) -> None:
    """The total stands; nothing leads further."""
    found = client.get(SEARCH, query_string={"postcode": "SE5 8AZ", "page": "1000"}).json
    assert found is not None
    assert (found["results"], found["next_page"], found["suggestions"]) == ([], None, [])
    assert found["total"] > 0


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        (datetime(2027, 3, 28, 0, 59, 30, tzinfo=LONDON), datetime(2027, 3, 28, 2, 0, 10, tzinfo=LONDON)),
        (datetime(2026, 10, 25, 1, 59, 30, tzinfo=LONDON), datetime(2026, 10, 25, 1, 0, 10, fold=1, tzinfo=LONDON)),
    ],
)
def test_the_age_of_the_catalogue_is_real_time(shipped: Config, made: datetime, asked: datetime) -> None:
    """Forty seconds are forty seconds when the clocks change."""
    clock = [made]
    app: Flask = create_app(shipped, now=lambda: clock[0])
    app.extensions["directory"].catalogue()
    clock[0] = asked
    health = app.test_client().get("/healthz").json
    assert health is not None and health["age_seconds"] == timedelta(seconds=40).total_seconds()


def test_an_installation_without_tables_or_entries_is_not_ready(tmp_path: Path, now: datetime) -> None:
    """Health says so, and every other answer is a plain 503."""
    app = create_app(Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", 0), now=lambda: now)
    for path in ("/healthz", "/api/v1/services/CAD-0001", f"{SEARCH}?postcode=SE5+8AZ"):
        response = app.test_client().get(path)
        assert (response.status_code, response.mimetype) == (503, "application/problem+json")
