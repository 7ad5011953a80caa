"""The order of the queue, its parts and pages, and where an item stands."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.regional.queue import PAGE, Item, Kind, Wanted, harm, page_of, place_of, sorted_by_harm

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)

BY_HARM: list[tuple[Kind, set[str], int]] = [
    ("caution", {"shut", "other"}, 1),
    ("caution", {"no_answer"}, 1),
    ("report", {"wrong_address"}, 1),
    ("live", {"opening_hours"}, 2),
    ("live", {"live_status"}, 2),
    ("caution", {"wrong_number"}, 3),
    ("report", {"turned_away"}, 3),
    ("report", {"other"}, 3),
    ("proposal", {"opening_hours"}, 4),
    ("proposal", {"description", "phones"}, 4),
    ("changed", {"hours"}, 4),
    ("changed", {"culture"}, 7),
    ("request", {"claim"}, 5),
    ("silent", {"hours", "culture"}, 6),
    ("stale", {"hours"}, 6),
    ("live", {"description"}, 7),
    ("proposal", {"description"}, 7),
    ("silent", set(), 7),
    ("stale", {"contact"}, 7),
    ("request", {"listing"}, 8),
    ("duplicate", set(), 8),
    ("lead", set(), 9),
]


def item(kind: Kind, about: set[str] = frozenset(), path: str = "/", **facts: object) -> Item:  # type: ignore[assignment]
    return Item(kind, "A name", "Why", path, about=frozenset(about), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "about", "level"), BY_HARM)
def test_harm(kind: Kind, about: set[str], level: int) -> None:
    """As docs/queue.md has it."""
    assert harm(item(kind, about)) == level


def test_the_longest_waiting_first_among_equals() -> None:
    """And what has no beginning after what has."""
    old, new = (
        item("stale", {"hours"}, path, since=AT - age) for path, age in (("/b", timedelta(9)), ("/a", timedelta(1)))
    )
    undated, lead = item("stale", {"hours"}, "/c"), item("lead", path="/d", since=AT - timedelta(99))
    assert sorted_by_harm([lead, undated, new, old]) == (old, new, undated, lead)


def queue_of(count: int) -> tuple[Item, ...]:
    """Leads in Lambeth, each third in Camden, and one proposal."""
    leads = [
        item("lead", path=f"/{number:03}", borough="CMD" if number % 3 == 0 else "LBH", footprints=frozenset({"SEL"}))
        for number in range(count)
    ]
    return sorted_by_harm([*leads, item("proposal", {"name"}, "/p", borough="LBH", footprints=frozenset({"NCL"}))])


def test_pages_and_counts() -> None:
    """Counts are of the borough and footprint, whichever kind is looked at."""
    queue = queue_of(120)
    first = page_of(queue, Wanted(), 1)
    assert (len(first.items), first.total, first.pages, first.items[0].kind) == (PAGE, 121, 3, "proposal")
    assert len(page_of(queue, Wanted(), 3).items) == 21
    assert page_of(queue, Wanted(), 99).number == 3
    camden = page_of(queue, Wanted("proposal", "CMD"), 1)
    assert (camden.items, dict(camden.counts)) == ((), {"lead": 40})
    assert page_of(queue, Wanted(footprint="NCL"), 1).total == 1
    assert page_of((), Wanted(), 0).pages == 1


def test_where_an_item_stands_in_its_part() -> None:
    """Next and previous are of the same part."""
    queue = queue_of(7)
    place = place_of(queue, Wanted("lead", "CMD"), "/003")
    assert place is not None and place.previous and place.next
    assert (place.previous.path, place.next.path, place.position, place.total) == ("/000", "/006", 2, 3)
    first = place_of(queue, Wanted(), "/p")
    assert first is not None and first.previous is None
    assert place_of(queue, Wanted("lead", "CMD"), "/001") is None
