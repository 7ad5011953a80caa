"""A small directory of whatever entries a test makes up, served whole."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory import create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.models import Entry
from directory.places import Places

ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def client_of(tmp_path: Path, places: Places, now: datetime) -> ClientOf:
    """Publishes the entries given, and hands out a client of the application over them."""

    def build(*entries: Entry) -> FlaskClient:
        (tmp_path / "postcodes").symlink_to(places.folder)
        config = Config(tmp_path, f"sqlite:///{tmp_path / 'directory.sqlite3'}", refresh_seconds=0)
        database = Database(config.database_url)
        database.upgrade()
        with database.unit_of_work() as session:
            revisions.publish(session, entries, actor="test", reason="made up", at=now)
        database.close()
        return create_app(config, now=lambda: now).test_client()

    return build
