"""What was said of now is taken from the thread when it is over, and makes no noise."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from directory import revisions
from directory.accounts.people import person_of
from directory.feeds.fading import take_away
from directory.models import LiveState, LiveStatus
from directory.regional.digests import write_digests
from directory.regional.gathering import Gatherer
from directory.search.live import ENDED_BY
from tests.factories import CAMBERWELL, make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

REF = "CAD-9001"
EVENINGS = "Mo-Su 18:00-02:00"
INSTANT = timedelta(microseconds=1)


def say(house: Flask, state: LiveState, now: datetime, ref: str = REF, **facts: Any) -> datetime:
    """Have a service say something of now, for an hour; gives when that ends."""
    entry = make_entry(ref=ref, opening_hours=EVENINGS, **CAMBERWELL, **facts)
    status = LiveStatus(state=state, at=now, until=now + timedelta(hours=1))
    with house.extensions["directory"].database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="test", reason="", at=now - timedelta(hours=1))
        wanted = entry.model_copy(update={"live_status": status})
        revisions.publish(session, [wanted], actor="account:1", reason="Said of now", at=now, live=True)
    return status.until


def end(house: Flask, at: datetime) -> int:
    """Run the task at an instant; gives how many statuses it took away."""
    with house.extensions["directory"].database.unit_of_work() as session:
        return take_away(session, at)


@pytest.mark.parametrize("state", ["full", "busy", "space", "ring_first", "closed"])
def test_a_status_leaves_the_thread_once_it_is_over(house: Flask, now: datetime, state: LiveState) -> None:
    """A closure when it is known again whether the service is open: at the end of the evening. Once, and for all."""
    ends = say(house, state, now)
    if state == "closed":
        ends = now.replace(hour=2, minute=0) + timedelta(days=1)
    assert end(house, ends - INSTANT) == 0
    assert (end(house, ends), end(house, ends)) == (1, 0)
    with house.extensions["directory"].database.reading() as session:
        newest = revisions.history(session, REF)[0]
        assert (newest.actor, newest.at, newest.action) == (ENDED_BY, ends, "published")
        assert revisions.get_entry(session, REF).live_status is None
        versions = revisions.versions(session, "public", after=2, upto=3)
    assert [(each.ref, each.number, each.at) for each in versions] == [(REF, 3, ends)]


def test_what_is_withdrawn_is_left_alone(house: Flask, now: datetime) -> None:
    """It would be withdrawn a second time."""
    ends = say(house, "full", now, status="withdrawn")
    assert end(house, ends) == 0


def test_the_periodic_task_does_it(house: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = say(house, "full", now)
    monkeypatch.setattr(house.extensions["directory"], "now", lambda: ends)
    said = house.test_cli_runner().invoke(args=["tasks", "run"]).output
    assert "statuses that are over: 1 ended" in said


def test_nobody_is_asked_to_look_at_it(house: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in no queue and no digest; the history says that nobody did anything."""
    here = house.extensions["directory"]
    ends = say(house, "closed", now)
    over = now.replace(hour=2, minute=0) + timedelta(days=1)
    with here.database.unit_of_work() as session:
        maintainer = make_account(session, "Mai Maintainer", maintainer=("SEL",))
    gatherer = Gatherer(here.places.areas, here.config.freshness)

    def of_now(at: datetime) -> list[str]:
        with here.database.reading() as session:
            person = person_of(session, maintainer.fs_uniquifier, second_factor=True)
            assert person is not None
            return [item.detail for item in gatherer.queue(session, person, at) if item.kind == "live"]

    assert of_now(now) == ["Closed unexpectedly"] and of_now(ends) == []
    assert end(house, over) == 1
    assert of_now(over) == []
    monkeypatch.setattr(here, "now", lambda: over)
    with house.app_context():
        write_digests()
    with here.database.reading() as session:
        letters = session.execute(text("select text from mail")).scalars().all()
    assert not any("is over" in letter for letter in letters)
    page = Page.fetch(sign_in(house.test_client(), maintainer), f"/region/entries/{REF}/history")
    assert "Noted as over by the directory itself" in page.main and page.main.count("Went live without approval") == 1
