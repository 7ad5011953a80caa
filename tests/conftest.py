"""What every test may ask for: real databases, real postcode tables, the taxonomies, and a fixed instant."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from directory.config import DATA, ROOT
from directory.db import Database
from directory.places import Places
from directory.taxonomies import Taxonomies

IN_CI = bool(os.environ.get("CI"))
POSTGRES = os.environ.get("TEST_DATABASE_URL")


@pytest.fixture
def now() -> datetime:
    """A Sunday evening in November: 9:04pm in London."""
    return datetime(2026, 11, 22, 21, 4, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture(scope="session")
def places() -> Places:
    """The whole postcode directory, compiled once for all runs."""
    return Places.ready(ROOT / "instance" / "postcodes")


@pytest.fixture(scope="session")
def taxonomies() -> Taxonomies:
    """The shipped taxonomies."""
    return Taxonomies.load(DATA / "taxonomies")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of each kind that the directory runs on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
    elif POSTGRES:
        url = POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
        _empty(url)
    elif IN_CI:
        pytest.fail("TEST_DATABASE_URL is not set: the PostgreSQL tests must run here")
    else:
        pytest.skip("set TEST_DATABASE_URL to an empty PostgreSQL database to run this")
    database = Database(url)
    database.upgrade()
    yield database
    database.close()


def _empty(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    database.close()
