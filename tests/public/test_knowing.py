"""How we know: in one line on a card, and group by group on the page of an entry."""

from typing import Any

import pytest

from directory.freshness import DEFAULT
from directory.models import Evidence, FactGroup
from directory.public import knowing
from tests.factories import SUNDAY_EVENING, make_entry

TODAY = SUNDAY_EVENING.date()
BY_LINK = {"checked_by": "provider", "checked_how": "link", "confirmed_by_provider": True}


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ({}, "Hours not confirmed"),
        ({"source_date": "2024"}, "Hours from a source dated 2024, not confirmed"),
        ({"source_date": "2024-03"}, "Hours from a source dated March 2024, not confirmed"),
        ({"source_date": "2026-11-20"}, "Hours from a source dated 20 November 2026, not confirmed"),
        ({**BY_LINK, "checked_on": "2026-11-22"}, "Hours confirmed by the service today"),
        ({**BY_LINK, "checked_on": "2026-11-21"}, "Hours confirmed by the service yesterday"),
        ({**BY_LINK, "checked_on": "2026-11-10"}, "Hours confirmed by the service 12 days ago"),
        ({**BY_LINK, "checked_on": "2026-10-23"}, "Hours confirmed by the service 30 days ago"),
        ({**BY_LINK, "checked_on": "2026-10-22"}, "Hours confirmed by the service in October 2026"),
        ({"checked_by": "region", "checked_on": "2026-03-05"}, "Hours checked by the regional team in March 2026"),
        (
            {"checked_by": "region", "checked_on": "2026-11-10", "confirmed_by_provider": True, "source_date": "2024"},
            "Hours checked by the regional team 12 days ago",
        ),
        ({"confirmed_by_provider": True, "source_date": "2026-10"}, "Hours confirmed by the service in October 2026"),
        ({"confirmed_by_provider": True}, "Hours confirmed by the service"),
    ],
)
def test_one_line_says_who_and_when(evidence: dict[str, Any], words: str) -> None:
    """A date is said no more exactly than it is known."""
    source = Evidence(fact_group="hours", source_url="https://example.org/", **evidence)
    assert knowing.freshness(make_entry(evidence=(source,)), "hours", TODAY) == words


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("contact", "Contact details confirmed by the service 12 days ago"),
        ("hours", "Hours from a source dated February 2021, not confirmed"),
        ("criteria", "Rules not confirmed"),
        ("culture", "Culture and language not confirmed"),
    ],
)
def test_each_group_by_itself(group: FactGroup, words: str) -> None:
    """A new address does not make old hours fresh."""
    fresh = Evidence(fact_group="contact", checked_on="2026-11-10", checked_by="provider")
    stale = Evidence(fact_group="hours", source_url="https://example.org/b", source_date="2021-02")
    assert knowing.freshness(make_entry(evidence=(fresh, stale)), group, TODAY) == words


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (
            {**BY_LINK, "checked_on": "2026-11-10"},
            "Confirmed by the service on 10 November 2026, through a link in an email.",
        ),
        (
            {"checked_by": "region", "checked_how": "telephone", "checked_on": "2026-05-10"},
            "Checked by the regional team on 10 May 2026, by telephone. Needs checking.",
        ),
        (
            {"confirmed_by_provider": True, "source_date": "2024-03"},
            "Confirmed by the service in March 2024. Needs checking.",
        ),
        ({"source_date": "2026-11-01"}, "Not confirmed."),
        ({"source_date": "2024-03"}, "Not confirmed. Needs checking."),
        ({}, "Not confirmed. Needs checking."),
    ],
)
def test_a_group_says_when_by_whom_and_how(evidence: dict[str, Any], words: str) -> None:
    """And what needs checking."""
    entry = make_entry(opening_hours="24/7", evidence=({"fact_group": "hours", **evidence},))
    told = {key: text for key, text, _ in knowing.by_group(entry, TODAY, DEFAULT)}
    assert told["Opening hours"] == words


def test_only_groups_that_say_something_need_checking() -> None:
    """Nobody is asked to check hours that are not there."""
    groups = [key for key, _, _ in knowing.by_group(make_entry(), TODAY, DEFAULT)]
    assert groups == ["Contact and place", "Who it is for and how to get in"]


def test_facts_that_the_service_gave_itself_have_no_source() -> None:
    """No empty link stands for them."""
    told = Evidence(fact_group="hours", checked_on="2026-11-10", checked_by="provider", checked_how="edit")
    read = Evidence(fact_group="contact", source_url="https://example.org/a?b", source_date="2024-06")
    assert list(knowing.sources(make_entry(evidence=(told,)))) == []
    assert list(knowing.sources(make_entry(evidence=(told, read)))) == [
        ("Source", "example.org, dated June 2024", "https://example.org/a?b")
    ]
