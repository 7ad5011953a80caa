"""A region with entries, and its people: a maintainer, one of another region, and a provider."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from directory import revisions
from directory.db import Database
from directory.models import Account, Entry
from tests.factories import CAMBERWELL, make_entry
from tests.people import make_account, sign_in

LAMBETH, CAMDEN = "E09000022", "E09000007"


class Region(NamedTuple):
    """The application with its people, and what tests do to it behind the pages."""

    app: Flask
    database: Database
    maintainer: Account
    other: Account
    provider: Account
    now: datetime

    def sign_in(self, account: Account) -> FlaskClient:
        """A browser of somebody."""
        return sign_in(self.app.test_client(), account)

    def publish(self, *entries: Entry, actor: str = "test", live: bool = False) -> None:
        """Make entries public."""
        with self.database.unit_of_work() as session:
            revisions.publish(session, entries, actor=actor, reason="", at=self.now, live=live)

    def propose(self, ref: str = "CAD-9001", section: str = "contact", **facts: Any) -> int:
        """What the provider would like to change."""
        with self.database.unit_of_work() as session:
            wanted = Entry.model_validate({**dict(revisions.get_entry(session, ref)), **facts})
            made = revisions.propose(
                session,
                wanted,
                section=section,
                base_number=revisions.number_of(session, ref),
                note="",
                actor=f"account:{self.provider.id}",
                at=self.now,
            )
        assert made is not None
        return made

    def read(self, ref: str = "CAD-9001") -> Entry:
        """An entry as it is published."""
        return self.reading(lambda session: revisions.get_entry(session, ref))

    def reading(self, question: Callable[[Session], Any]) -> Any:
        """Ask the database something."""
        with self.database.reading() as session:
            return question(session)


@pytest.fixture
def region(house: Flask, now: datetime) -> Region:
    """South East London with one entry in Camberwell; its maintainer, one of North Central London, and a provider."""
    database = house.extensions["directory"].database
    with database.unit_of_work() as session:
        maintainer = make_account(session, "Mai Region", maintainer=("SEL",))
        other = make_account(session, "Olu Elsewhere", maintainer=("NCL",))
        provider = make_account(session, "Pat Provider", editor=("Example Trust",))
    region = Region(house, database, maintainer, other, provider, now)
    region.publish(make_entry(**CAMBERWELL, organization="Example Trust", opening_hours="Mo-Fr 18:00-23:00"))
    return region


@pytest.fixture
def client(region: Region) -> FlaskClient:
    """The maintainer's browser."""
    return region.sign_in(region.maintainer)
