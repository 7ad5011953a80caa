"""The cloakroom: who somebody is, and which roles they hold."""

from flask import Flask, session

from directory.accounts.people import person_of
from directory.permissions import Person
from directory.web import rooms


def init_app(app: Flask) -> None:
    """Tell the doors who has signed in."""
    app.extensions["who"] = _who


def _who() -> Person | None:
    uniquifier = session.get("_user_id")
    if not uniquifier:
        return None
    here = rooms()
    with here.database.reading() as reading:
        return person_of(reading, uniquifier)
