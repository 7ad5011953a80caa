"""What every test may ask for: real databases, real postcode tables, the taxonomies, and a fixed instant."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from directory import create_app, loading
from directory.config import DATA, ROOT, Config
from directory.db import Database
from directory.feeds.readers import Counts
from directory.places import Places, ensure_tables
from directory.schedules import LONDON
from directory.taxonomies import Taxonomies

IN_CI = bool(os.environ.get("CI"))
POSTGRES = os.environ.get("TEST_DATABASE_URL")
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
"""The name of this process where several share the tests; each has a PostgreSQL database of its own."""


NOW = datetime(2026, 11, 22, 21, 4, tzinfo=LONDON)


@pytest.fixture
def now() -> datetime:
    """A Sunday evening in November: 9:04pm in London."""
    return NOW


@pytest.fixture(scope="session")
def places() -> Places:
    """The whole postcode directory, compiled once for all runs."""
    folder = ROOT / "instance" / "postcodes"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "compiling").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        ensure_tables(folder)
    return Places.open(folder)


@pytest.fixture(scope="session")
def taxonomies() -> Taxonomies:
    """The shipped taxonomies."""
    return Taxonomies.load(DATA / "taxonomies")


@pytest.fixture(scope="session", autouse=True)
def _shipped_taxonomies_are_read_once(taxonomies: Taxonomies) -> Iterator[None]:
    """They never change; reading them takes longer than most tests."""
    read, folder = Taxonomies.load, DATA / "taxonomies"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Taxonomies, "load", staticmethod(lambda path: taxonomies if path == folder else read(path)))
        yield


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, places: Places, taxonomies: Taxonomies) -> Config:
    """An installation that holds the shipped entries, made once; tests only read it."""
    folder = tmp_path_factory.mktemp("instance")
    (folder / "postcodes").symlink_to(places.folder)
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0)
    database = Database(config.database_url)
    database.upgrade()
    loaded = loading.read_services(DATA / "services.csv", places, taxonomies)
    loading.load(database, loaded, actor="test", reason="shipped", at=datetime(2026, 11, 22, tzinfo=LONDON))
    database.close()
    return config


@pytest.fixture
def app(shipped: Config, now: datetime) -> Flask:
    """The application over the shipped entries, at a fixed instant."""
    return create_app(shipped, now=lambda: now)


@pytest.fixture(scope="session")
def untouched(shipped: Config) -> Iterator[Flask]:
    """One application over the shipped entries for all tests that only ask it things."""
    app = create_app(shipped, now=lambda: NOW)
    yield app
    app.extensions["directory"].database.close()


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(request: pytest.FixtureRequest) -> None:
    """What one reader may ask in a minute is counted anew in each test: the shared application's clock stands still."""
    if "untouched" in request.fixturenames:
        request.getfixturevalue("untouched").extensions["feed_counts"] = Counts()


@pytest.fixture
def client(untouched: Flask) -> FlaskClient:
    """A browser without a browser."""
    return untouched.test_client()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "test.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of the PostgreSQL database of this process."""
    url = make_url(str(POSTGRES)).set(drivername="postgresql+psycopg")
    if PROCESS:
        own = f"{url.database}_{PROCESS}"
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            if not connection.execute(text("select 1 from pg_database where datname = :own"), {"own": own}).first():
                connection.execute(text(f'create database "{own}"'))
        engine.dispose()
        url = url.set(database=own)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of each kind that the directory runs on."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), tmp_path / 'test.sqlite3')}"
    elif POSTGRES:
        url = request.getfixturevalue("postgres")
        _empty(url)
    elif IN_CI:
        pytest.fail("TEST_DATABASE_URL is not set: the PostgreSQL tests must run here")
    else:
        pytest.skip("set TEST_DATABASE_URL to an empty PostgreSQL database to run this")
    database = Database(url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture
def house(database: Database, tmp_path: Path, places: Places, now: datetime) -> Iterator[Flask]:
    """The application over an empty database of each kind, to be written to, at a fixed instant.

    Its catalogue moves when told: `app.extensions["directory"].current.refresh()`.
    """
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "postcodes").symlink_to(places.folder)
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(Config(folder, url, refresh_seconds=0, secret_key="s" * 32), now=lambda: now)
    yield app
    app.extensions["directory"].database.close()


def _empty(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    database.close()
