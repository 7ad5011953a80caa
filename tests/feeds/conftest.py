"""A small directory of whatever entries a test makes up, to be published one after the other."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import revisions
from directory.models import Entry

Publish = Callable[..., FlaskClient]

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is the same whichever database it is."""


@pytest.fixture
def publish(house: Flask) -> Publish:
    """Publishes entries, and gives a browser that finds them."""

    def make(*entries: Entry) -> FlaskClient:
        here = house.extensions["directory"]
        with here.database.unit_of_work() as session:
            revisions.publish(session, entries, actor="test", reason="made up", at=here.now())
        here.current.refresh()
        return house.test_client()

    return make
