"""The mornings' mail to regional maintainers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from directory import revisions
from directory.models import Entry
from directory.regional.digests import write_digests
from tests.factories import CAMBERWELL, make_entry
from tests.people import make_account

SOUTHWARK = CAMBERWELL["borough"]
HACKNEY = "E09000012"


@pytest.fixture
def region(house: Flask, now: datetime) -> Flask:
    """A house with a maintainer of the south east and one of the north east, and a service in each since yesterday."""
    yesterday = now - timedelta(days=1)
    publish(house, make_entry(ref="CAD-9001", name="Southern <Example>", borough=SOUTHWARK), at=yesterday)
    publish(house, make_entry(ref="CAD-9002", name="Eastern Example", borough=HACKNEY), at=yesterday)
    with house.extensions["directory"].database.unit_of_work() as session:
        make_account(session, "Sam South", maintainer=("SEL",))
        make_account(session, "Kim East", maintainer=("NEL",))
    return house


def publish(house: Flask, entry: Entry, *, live: bool = False, reason: str = "", at: datetime | None = None) -> None:
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="link:1", reason=reason, at=at or here.now(), live=live)


def write(house: Flask) -> str:
    with house.app_context():
        return write_digests()


def mails(house: Flask) -> list[Any]:
    with house.extensions["directory"].database.reading() as session:
        return list(session.execute(text("select to_email, subject, text, html from mail order by id")))


def test_a_maintainer_reads_what_went_live_in_their_region(region: Flask, now: datetime) -> None:
    """Which service, what and when; nobody is written to of another region."""
    at = now - timedelta(hours=2)
    closed = make_entry(ref="CAD-9001", name="Southern <Example>", borough=SOUTHWARK, opening_hours="Mo-Su off")
    publish(region, closed, live=True, reason="Closed on 2026-12-25", at=at)
    assert write(region) == "1 written"
    (mail,) = mails(region)
    assert mail.to_email == "sam.south@example.org"
    assert "Southern <Example>: Closed on 2026-12-25, 7:04pm today" in mail.text
    assert "Southern &lt;Example&gt;" in mail.html and "Southern <Example>" not in mail.html


def test_nothing_is_told_twice(region: Flask, now: datetime) -> None:
    """The next digest begins where the last one ended, however late it is."""
    here = region.extensions["directory"]
    entry = make_entry(ref="CAD-9001", borough=SOUTHWARK)
    publish(region, entry.model_copy(update={"notes": "1"}), live=True, reason="First", at=now)
    write(region)
    assert write(region) == ""
    here.now = lambda: now + timedelta(days=3)
    publish(region, entry.model_copy(update={"notes": "2"}), live=True, reason="Second", at=now + timedelta(hours=1))
    write(region)
    first, second = mails(region)
    assert "First" in first.text and "First" not in second.text and "Second" in second.text


def test_a_maintainer_reads_what_waits(region: Flask, now: datetime) -> None:
    """Until it is decided."""
    wanted = make_entry(ref="CAD-9002", name="Another name", borough=HACKNEY)
    with region.extensions["directory"].database.unit_of_work() as session:
        revisions.propose(session, wanted, section="contact", base_number=2, note="", actor="account:9", at=now)
    assert write(region) == "1 written"
    (mail,) = mails(region)
    assert (mail.to_email, "Changes to approve: 1" in mail.text) == ("kim.east@example.org", True)


def test_a_quiet_day_has_no_mail(region: Flask) -> None:
    assert write(region) == ""
    assert mails(region) == []
