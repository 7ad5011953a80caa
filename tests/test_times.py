"""Instants as people say them."""

from datetime import datetime

import pytest

from directory.schedules import LONDON
from directory.web.times import moment


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-11-22T18:00", "6pm today"),
        ("2026-11-23T00:00", "midnight tonight"),
        ("2026-11-23T02:00", "2am tomorrow"),
        ("2026-11-24T00:00", "midnight tomorrow"),
        ("2026-12-26T00:00", "midnight on Friday 25 December"),
        ("2027-01-01T00:00", "midnight on Thursday 31 December"),
        ("2027-01-01T12:00", "noon on Friday 1 January 2027"),
        ("2026-11-22T00:00", "midnight today"),
        ("2026-11-21T21:04", "9:04pm on Saturday 21 November"),
    ],
)
def test_a_moment_is_said_as_people_say_it(instant: str, words: str, now: datetime) -> None:
    """A midnight to come ends a day; one that has been began it."""
    assert moment(datetime.fromisoformat(instant).replace(tzinfo=LONDON), now) == words
