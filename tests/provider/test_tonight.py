"""Tonight: two taps, live at once, never for longer than it can be true."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from directory import revisions, schedules
from directory.models import LiveStatus, Mail
from directory.provider.tonight import LONGEST, status_of, times_to_choose, usual_end
from directory.schedules import LONDON
from tests.factories import SUNDAY_EVENING as NOW
from tests.pages import Page
from tests.provider.keepers import REF, keeper, publish, read

TONIGHT = f"/my/{REF}/tonight"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("hours", "now", "ends", "words"),
    [
        ("Mo-Su 18:00-02:00", NOW, at(23, 2), "the end of this session, 2am tomorrow"),
        ("Mo-Su 18:00-02:00", at(23, 1), at(23, 2), "the end of this session, 2am today"),
        ("Mo-Su 18:00-02:00", at(23, 3), at(23, 11), "11am today, as no session of yours is coming up"),
        ("Mo-Su 18:00-02:00", at(22, 9), at(23, 2), "the end of your next session, 2am tomorrow"),
        ("Mo-Su 22:00-08:00", NOW, at(23, 8), "the end of your next session, 8am tomorrow"),
        ("Mo-Fr 09:00-17:00", NOW, at(23, 5), "5am tomorrow, as no session of yours is coming up"),
        ("24/7", NOW, at(23, 5), "5am tomorrow, as you do not close"),
        ("", NOW, at(23, 5), "5am tomorrow, as your opening hours are not known here"),
        ("Mo-Su 18:00-02:00", at(25, 0, 30, month=10), at(25, 2, month=10), "the end of this session, 2am today"),
    ],
)
def test_it_lasts_to_the_end_of_the_session(hours: str, now: datetime, ends: datetime, words: str) -> None:
    """The one that is on, else the one that begins before the night is over; else some hours."""
    end = usual_end(schedules.parse(hours), now)
    assert (end.at, end.words) == (ends, words)


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(minutes=1), NOW + LONGEST + timedelta(minutes=1)])
def test_nothing_is_said_for_longer_than_a_day_or_for_no_time(until: datetime) -> None:
    with pytest.raises(ValueError, match="24 hours"):
        status_of("full", "", until, NOW)


def test_the_times_to_choose_are_those_that_are_allowed() -> None:
    times = times_to_choose(NOW)
    assert (times[0], times[-1], len(times)) == (at(22, 21, 30), at(23, 21), 48)
    assert all(status_of("busy", "", each, NOW) for each in times)


def tap(house: Flask, state: str, client: Any = None, status: int = 302, **fields: Any) -> Page:
    """Open Tonight and tap a state."""
    client = client or keeper(house)
    answer = Page.fetch(client, TONIGHT).send(client, TONIGHT, status=status, state=state, **fields)
    return Page.fetch(client, TONIGHT) if status == 302 else Page(answer)


@pytest.mark.parametrize("state", ["space", "busy", "full", "closed", "ring_first"])
def test_one_tap_on_a_state_saves_it_until_the_end_of_the_session(house: Flask, state: str) -> None:
    publish(house)
    tap(house, state)
    assert read(house).live_status == LiveStatus(state=state, at=NOW, until=at(23, 2))  # type: ignore[arg-type]


def test_it_is_live_at_once_and_told_from_other_changes(house: Flask) -> None:
    publish(house)
    tap(house, "full")
    house.extensions["directory"].current.refresh()
    assert house.extensions["directory"].catalogue().get(REF).live_status.state == "full"
    with house.extensions["directory"].database.reading() as session:
        (newest, _) = revisions.history(session, REF)
    assert (newest.action, newest.reason) == ("live", "Said of now: full")


def test_what_the_region_says_of_now_needs_no_look_of_the_region(house: Flask) -> None:
    publish(house)
    maintainer = keeper(house, "maintainer")
    tap(house, "closed", maintainer)
    assert read(house).live_status is not None
    assert "Went live" not in Page.fetch(maintainer, "/region").main


def test_the_page_says_what_everybody_reads_and_until_when(house: Flask) -> None:
    publish(house)
    page = tap(house, "closed", note="Burst pipe")
    assert "Saved. Everybody now reads: Closed unexpectedly, until 2am tomorrow." in page.main
    assert (
        "Everybody reads: Closed unexpectedly, said the service just now (Burst pipe), opens 6pm tomorrow. "
        "What you said stands until 2am tomorrow."
    ) in page.main


def test_another_time_may_be_chosen_and_the_note_changed_afterwards(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    tap(house, "busy", client, until="2026-11-22T23:30:00+00:00")
    assert read(house).live_status == LiveStatus(state="busy", at=NOW, until=at(22, 23, 30))
    page = Page.fetch(client, TONIGHT)
    assert [o.get("value") for o in page.field("until").iter("option") if o.get("selected") is not None] == [
        "2026-11-22T23:30:00+00:00"
    ]
    tap(house, "busy", client, note="Wait of an hour", until="2026-11-22T23:30:00+00:00")
    assert read(house).live_status == LiveStatus(state="busy", at=NOW, until=at(22, 23, 30), note="Wait of an hour")


def test_one_tap_carries_no_note_over_from_what_was_said_before(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    tap(house, "closed", client, note="Burst pipe")
    tap(house, "space", client)
    assert read(house).live_status == LiveStatus(state="space", at=NOW, until=at(23, 2))


def test_it_can_be_cleared(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    tap(house, "closed", client)
    page = tap(house, "clear", client)
    assert read(house).live_status is None
    assert "Everybody reads: Open until 2am. One tap" in page.main


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"note": "x" * 141}, "Shorten the note to 140 characters at most."),
        ({"note": "=1+1"}, "This starts with =, so a spreadsheet would run it as a formula."),
        ({"until": "2026-11-24T00:00:00+00:00"}, "Choose a time within the next 24 hours."),
        ({"until": "2026-11-22T20:00:00+00:00"}, "Choose a time within the next 24 hours."),
    ],
)
def test_what_cannot_be_said_is_refused_and_kept_in_the_form(
    house: Flask, fields: dict[str, str], message: str
) -> None:
    publish(house)
    page = tap(house, "full", status=400, **fields)
    assert any(message in text for text, _ in page.errors), page.errors
    assert read(house).live_status is None
    assert page.field("note").get("value", "") == fields.get("note", "")


@pytest.mark.parametrize("until", ["tomorrow", "2026-11-23T01:00:00"])
def test_a_time_that_is_none_is_refused(house: Flask, until: str) -> None:
    publish(house)
    assert tap(house, "full", status=400, until=until).errors


def test_the_region_is_told_of_a_closure_once_an_evening(house: Flask) -> None:
    publish(house)
    for role in ("maintainer", "far maintainer"):
        keeper(house, role)
    client = keeper(house)
    tap(house, "full", client)
    with house.extensions["directory"].database.reading() as session:
        assert session.exec(select(Mail)).all() == []
    for state in ("closed", "space", "closed"):
        tap(house, state, client)
    with house.extensions["directory"].database.reading() as session:
        (letter,) = session.exec(select(Mail)).all()
    assert letter.to_email == "sam.maintainer@example.org"
    assert letter.subject == "Closed unexpectedly: Example Evening Sanctuary"
    assert "until 2am tomorrow" in letter.text and "until 2am tomorrow" in letter.html


def test_an_entry_that_nobody_sees_has_no_tonight(house: Flask) -> None:
    publish(house, status="unverified")
    client = keeper(house)
    assert not Page.fetch(client, TONIGHT).having("app-choice")
    house.config["WTF_CSRF_ENABLED"] = False
    assert client.post(TONIGHT, data={"state": "full"}).status_code == 409


@pytest.mark.parametrize("state", ["party", "", None])
def test_a_state_that_is_none_is_refused(house: Flask, state: str | None) -> None:
    publish(house)
    client = keeper(house)
    page = Page(Page.fetch(client, TONIGHT).send(client, TONIGHT, status=400, state=state))
    assert page.errors == [("Choose how it is now.", "#state")]
    assert read(house).live_status is None
