"""How long facts hold after somebody has checked them."""

from datetime import date, timedelta

import pytest

from directory import freshness
from directory.models import Evidence
from tests.factories import make_entry

TODAY = date(2026, 11, 22)


def checked(group: str, on: str, **more: str) -> Evidence:
    return Evidence.model_validate({"fact_group": group, "checked_on": on, **more})


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        ({"checked_on": "2026-11-22"}, 0),
        ({"checked_on": "2026-11-21", "source_date": "2026-11-22"}, 1),
        ({"source_date": "2026-11"}, 21),
        ({"source_date": "2025"}, 690),
        ({}, None),
    ],
)
def test_how_long_ago_facts_were_checked(dates: dict[str, str], days: int | None) -> None:
    """What was checked goes before the source; a year or a month is its first day."""
    assert freshness.checked_days_ago(Evidence.model_validate({"fact_group": "hours", **dates}), TODAY) == days


@pytest.mark.parametrize(("group", "days"), [("contact", 90), ("hours", 90), ("criteria", 180), ("culture", 365)])
def test_each_group_holds_for_days_of_its_own(group: str, days: int) -> None:
    """Fresh until the day before, due from the day itself."""
    for ago, expected in ((days - 1, "fresh"), (days, "due")):
        evidence = checked(group, (TODAY - timedelta(ago)).isoformat())
        assert freshness.state(evidence, TODAY, freshness.DEFAULT) == expected


@pytest.mark.parametrize("evidence", [None, Evidence(fact_group="hours")])
def test_without_a_date_nothing_is_known(evidence: Evidence | None) -> None:
    """Neither fresh nor due."""
    assert freshness.state(evidence, TODAY, freshness.DEFAULT) == "unknown"


def test_an_entry_is_due_with_the_first_of_its_groups() -> None:
    """Of those that say something: no hours are known here, so their date does not count."""
    evidence = (checked("contact", "2026-11-01"), checked("hours", "2026-01-01"), checked("criteria", "2026-06-01"))
    entry = make_entry(evidence=evidence)
    assert freshness.due_on(entry, freshness.DEFAULT) == date(2026, 11, 28)
    known = entry.model_copy(update={"opening_hours": "Mo-Su 18:00-02:00"})
    assert freshness.due_on(known, freshness.DEFAULT) == date(2026, 4, 1)
    assert freshness.due_on(make_entry(), freshness.DEFAULT) is None


def test_false_is_something_said() -> None:
    """That there are no interpreters is a fact."""
    assert freshness.groups_told(make_entry()) == ("contact", "criteria")
    assert freshness.groups_told(make_entry(interpreters=False)) == ("contact", "criteria", "culture")
