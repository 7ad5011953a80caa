"""An entry of a made-up organisation, and the people who keep it."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from directory import revisions
from directory.models import Entry
from tests.factories import CAMBERWELL, make_entry
from tests.people import AT, make_account, sign_in

TRUST = "Example Trust"
REF = "CAD-9001"
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "editor": {"editor": (TRUST,)},
    "colleague": {"editor": (TRUST,)},
    "stranger": {"editor": ("Another Trust",)},
    "maintainer": {"maintainer": ("SEL",)},
    "far maintainer": {"maintainer": ("NCL",)},
    "administrator": {"administrator": ("",)},
}


def publish(house: Flask, **facts: Any) -> Entry:
    """Publish an entry of the organisation in Camberwell, any fact overridden."""
    entry = make_entry(**{"organization": TRUST, "opening_hours": "Mo-Su 18:00-02:00", **CAMBERWELL, **facts})
    with house.extensions["directory"].database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="test", reason="", at=AT)
    return entry


def keeper(house: Flask, role: str = "editor") -> FlaskClient:
    """A browser of somebody in this role, who has signed in."""
    with house.extensions["directory"].database.unit_of_work() as session:
        account = make_account(session, f"Sam {role.title()}", **ROLES[role])
    return sign_in(house.test_client(), account)


def read(house: Flask, ref: str = REF) -> Entry:
    """The entry as it is published now."""
    with house.extensions["directory"].database.reading() as session:
        return revisions.get_entry(session, ref)


def waiting(house: Flask) -> list[tuple[str, dict[str, Any]]]:
    """Section and what is proposed, of every proposal that waits."""
    with house.extensions["directory"].database.reading() as session:
        return [(each.proposal.section, each.proposal.after) for each in revisions.list_waiting(session)]
