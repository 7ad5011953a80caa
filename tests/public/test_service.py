"""The page of an entry in words, without HTTP."""

from collections.abc import Callable
from datetime import datetime

import pytest

from directory import schedules
from directory.models import Evidence, Phone
from directory.places import Places
from directory.public.cards import Cards
from directory.public.service import ServicePresenter
from directory.taxonomies import Taxonomies
from tests.factories import make_entry

RowsOf = Callable[..., dict[str, str]]
SOURCE = "https://example.org/a?b=c"


@pytest.fixture
def rows(places: Places, taxonomies: Taxonomies, now: datetime) -> RowsOf:
    """Every row of the page of an entry: its words by its name."""
    presenter = ServicePresenter(Cards(places, taxonomies), places, taxonomies)

    def build(**facts: object) -> dict[str, str]:
        entry = make_entry(**facts)
        page = presenter.page(entry, schedules.parse(entry.opening_hours), now, None)
        return {row.key: row.text for section in (*page.before, *page.after) for row in section.rows}

    return build


@pytest.mark.parametrize(
    ("confirmed", "dates", "says"),
    [
        ((False, False), ("2024", "2024"), "Not yet"),
        ((True, True), ("2026-10", "2025-03-05"), "Yes, 5 March 2025"),
        ((True, True), ("", "2025"), "Yes"),
        ((False, True), ("2024", "2026"), "Only opening hours"),
    ],
)
def test_confirmation_is_said_no_wider_than_it_is(
    rows: RowsOf, confirmed: tuple[bool, bool], dates: tuple[str, str], says: str
) -> None:
    """By the oldest date; where only a part is confirmed, which part."""
    evidence = tuple(
        Evidence(fact_group=group, source_url=SOURCE, source_date=dated, confirmed_by_provider=sure)
        for group, dated, sure in zip(("contact", "hours"), dates, confirmed, strict=True)
    )
    assert rows(evidence=evidence)["Confirmed by the provider"] == says


def test_each_source_says_what_it_is_for(rows: RowsOf) -> None:
    """One row where all comes from one page; else one a page."""
    one = Evidence(fact_group="contact", source_url=SOURCE, source_date="2024-06")
    two = Evidence(fact_group="hours", source_url="https://example.com/")
    assert rows(evidence=(one,))["Source"] == "example.org, dated June 2024"
    both = rows(evidence=(one, two))
    assert both["Source: contact details"] == "example.org, dated June 2024"
    assert both["Source: opening hours"] == "example.com, not dated"


def test_numbers_for_professionals_are_not_there(rows: RowsOf) -> None:
    """Not knowing a number is said."""
    assert rows(phones=(Phone(number="020 7946 0999", audience="professional"),))["Phone"] == "Not known"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, "Not known. Ring before you go."),
        ({"phones": ()}, "Not known. Ask before you go."),
        ({"phones": (Phone(number="07700 900123", kind="text"),)}, "Not known. Ask before you go."),
        ({"location_type": "virtual"}, "Not known."),
        ({"opening_hours": "Mo-Su 18:00-02:00"}, ""),
    ],
)
def test_unknown_hours_say_what_can_be_done(
    places: Places, taxonomies: Taxonomies, now: datetime, entry: dict[str, object], says: str
) -> None:
    """Nobody is told to ring without a number, nor to go to a line."""
    made = make_entry(**entry)
    presenter = ServicePresenter(Cards(places, taxonomies), places, taxonomies)
    assert presenter.page(made, schedules.parse(made.opening_hours), now, None).hours_missing == says


def test_a_line_has_no_place(rows: RowsOf) -> None:
    """And no door to walk in by."""
    line = rows(location_type="virtual")
    assert line["Address"] == "There is no place to go to"
    assert not {"Walk in", "Step-free", "Borough"} & line.keys()


def test_facts_are_said_in_full(rows: RowsOf) -> None:
    """Where a card is short, the page is not."""
    served = ("E09000022", "E09000028", "E09000023", "E09000008")
    page = rows(area_served=served, communities=("somali",), cost="free", cost_description="Bring nothing.")
    assert page["Where people must live"] == "Lambeth, Southwark, Lewisham and Croydon"
    assert rows(area_served=("UK",))["Where people must live"] == "The UK"
    assert page["Communities"] == "Somali" and page["Cost"] == "Free. Bring nothing"
    assert page["Gender"] == "No limit known" and page["Languages"] == ""
