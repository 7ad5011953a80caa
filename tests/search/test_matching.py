"""Who is taken, where the answer is neither yes nor no: crews, and places that lie in several boroughs."""

from datetime import datetime
from typing import Any

import pytest

from directory.places import Place, Places
from directory.search.find import find
from directory.search.query import Query
from tests.factories import make_entry
from tests.search.conftest import MakeCatalogue

LAMBETH, SOUTHWARK = "E09000022", "E09000028"


def located(places: Places, text: str) -> Place:
    place = places.locate(text)
    assert isinstance(place, Place)
    return place


@pytest.mark.parametrize(
    ("typed", "area_served", "asks"),
    [
        ("SE5", (LAMBETH, SOUTHWARK), ()),
        ("SE5", (LAMBETH,), ("residence",)),
        ("SE5", ("SEL",), ()),
        ("SE5", ("London",), ()),
        ("SE5 8AZ", (SOUTHWARK,), ()),
        ("SE5", (), ()),
        ("E1", (), ("residence",)),
    ],
)
def test_a_place_in_several_boroughs_is_asked_about(
    catalogue_of: MakeCatalogue, places: Places, now: datetime, typed: str, area_served: Any, asks: tuple[str, ...]
) -> None:
    """A service for one of them may or may not be for this person; one for all of them is."""
    entry = make_entry(borough=LAMBETH if typed.startswith("SE5") else SOUTHWARK, area_served=area_served)
    found = find(Query(now, place=located(places, typed)), catalogue_of(entry))
    assert [result.ask_about for result in found.results] == [asks]
    assert found.sure_total == int(not asks)


def test_part_of_a_place_is_no_reason_to_come_later(catalogue_of: MakeCatalogue, places: Places, now: datetime) -> None:
    """The nearest service of a district that crosses boroughs stays before a line for the whole country."""
    near = make_entry(ref="CAD-0002", borough=LAMBETH, area_served=(LAMBETH,))
    line = make_entry(ref="CAD-0001", location_type="virtual", area_served=("UK",), opening_hours="24/7")
    found = find(Query(now, place=located(places, "SE5")), catalogue_of(near, line))
    assert [result.entry.ref for result in found.results] == ["CAD-0002", "CAD-0001"]


@pytest.mark.parametrize(("asking", "first"), [("police", "CAD-0002"), ("ambulance", "CAD-0002"), ("111", "CAD-0001")])
def test_a_crew_is_shown_doors_before_lines(
    catalogue_of: MakeCatalogue, places: Places, now: datetime, asking: Any, first: str
) -> None:
    """Though it has to ask at the door, and the line takes anybody."""
    line = make_entry(ref="CAD-0001", location_type="virtual", area_served=("UK",), self_referral=True)
    door = make_entry(ref="CAD-0002", borough=SOUTHWARK, area_served=("UK",))
    found = find(Query(now, place=located(places, "SE5 8AZ"), asking=asking), catalogue_of(line, door))
    assert found.results[0].entry.ref == first


def test_an_empty_answer_says_how_far_it_looked(catalogue_of: MakeCatalogue, places: Places, now: datetime) -> None:
    """As far as a search ever looks, not the distance it began with."""
    found = find(Query(now, place=located(places, "SE5 8AZ")), catalogue_of())
    assert (found.total, found.radius_km) == (0, 40.0)
