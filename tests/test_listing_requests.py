"""Requests to be listed and claims: kept, shown to the right region, decided once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from directory import listing_requests
from directory.db import Database
from directory.listing_requests import RequestDecided, footprints_of_request
from directory.models import Entry, ListingRequest
from directory.places import Places
from tests.factories import make_entry

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)
LAMBETH = "E09000022"
FACTS = {"service": "Example Haven", "borough": LAMBETH, "what": "A quiet place"}


def ask(database: Database, email: str = "sam@example.org", **facts: str) -> int:
    with database.unit_of_work() as session:
        return listing_requests.ask(session, "listing", name="Sam", email=email, facts={**FACTS, **facts}, at=AT)


def open_numbers(database: Database) -> list[int | None]:
    with database.reading() as session:
        return [request.id for request in listing_requests.list_open(session)]


def test_it_is_open_until_somebody_decides_and_one_decision_wins(database: Database) -> None:
    first, second = ask(database), ask(database, service="Another")
    assert open_numbers(database) == [first, second]
    with database.unit_of_work() as session:
        listing_requests.decide(session, first, "accepted", actor="account:1", reason="", at=AT + timedelta(hours=1))
    assert open_numbers(database) == [second]
    with pytest.raises(RequestDecided) as decided, database.unit_of_work() as session:
        listing_requests.decide(session, first, "declined", actor="account:2", reason="No", at=AT + timedelta(hours=2))
    assert (decided.value.request.outcome, decided.value.request.decided_by) == ("accepted", "account:1")
    with database.reading() as session:
        assert listing_requests.get_request(session, first).outcome == "accepted"


def test_sent_twice_it_is_kept_once(database: Database) -> None:
    assert ask(database) == ask(database, email="SAM@example.org") != ask(database, what="Something else")


def test_there_is_no_such_request(database: Database) -> None:
    with pytest.raises(KeyError), database.reading() as session:
        listing_requests.get_request(session, 7)
    with pytest.raises(KeyError), database.unit_of_work() as session:
        listing_requests.decide(session, 7, "accepted", actor="account:1", reason="", at=AT)


@pytest.mark.parametrize(
    ("entry", "borough", "footprints"),
    [
        (make_entry(borough="E09000007"), LAMBETH, {"NCL"}),
        (None, LAMBETH, {"SEL"}),
        (None, "", {"NCL", "NEL", "NWL", "SEL", "SWL"}),
    ],
)
def test_the_region_that_decides(entry: Entry | None, borough: str, footprints: set[str], places: Places) -> None:
    """Where the entry is; else where they say it is; else every region, so that somebody does."""
    request = ListingRequest(kind="listing", name="Sam", email="sam@example.org", facts={"borough": borough}, at=AT)
    assert footprints_of_request(request, entry, places.areas) == footprints


def test_the_database_itself_refuses_to_lose_one(database: Database) -> None:
    ask(database)
    with pytest.raises(DBAPIError, match="never"), database.engine.begin() as connection:
        connection.execute(text("delete from listing_request"))
