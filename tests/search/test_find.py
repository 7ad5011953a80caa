"""The rules of a search, one table or property each: who is shown, in which order, and in which list."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Entry, Phone
from directory.places import Place, Places
from directory.search.catalogue import Catalogue
from directory.search.find import Found, find
from directory.search.query import Query
from directory.search.suggestions import suggest
from tests.factories import make_entry

MakeCatalogue = Callable[..., Catalogue]
LAMBETH, SOUTHWARK, CROYDON = "E09000022", "E09000028", "E09000008"


def located(places: Places, text: str) -> Place:
    place = places.locate(text)
    assert isinstance(place, Place)
    return place


def at_postcode(places: Places, postcode: str, **facts: Any) -> Entry:
    """An entry at a real postcode (the position is real, the service made up)."""
    place = located(places, postcode)
    position = {
        "postcode": place.label,
        "borough": place.borough or "",
        "easting": place.easting,
        "northing": place.northing,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
    return make_entry(**{**position, **facts})


def ring(last_digits: str) -> tuple[Phone, ...]:
    return (Phone(number=f"020 7946 {last_digits}"),)


def refs(results: Any) -> list[str]:
    return [result.entry.ref for result in results]


@pytest.fixture
def here(places: Places) -> Place:
    return located(places, "SE5 8AZ")


def everywhere(found: Found) -> list[str]:
    """Every list a searcher might see, but for the lines."""
    return refs(found.results) + refs(found.ask) + refs(found.elsewhere) + refs(found.anywhere)


def test_nearest_first_then_those_known_only_to_their_borough(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Distances rise; entries without a point follow, the person's own borough first."""
    far = at_postcode(places, "E1 6AN", ref="CAD-0001")
    near = at_postcode(places, "SE5 9RS", ref="CAD-0002")
    further = make_entry(ref="CAD-0005", name="A", borough=CROYDON)
    neighbour = make_entry(ref="CAD-0003", name="B", borough=LAMBETH)
    own = make_entry(ref="CAD-0004", name="C", borough=here.borough)
    found = find(Query(now, place=here), catalogue_of(far, near, further, neighbour, own))
    assert refs(found.results) == ["CAD-0002", "CAD-0001", "CAD-0004", "CAD-0003", "CAD-0005"]
    distances = [result.distance_km for result in found.results]
    assert distances[0] is not None and distances[1] is not None and 0 < distances[0] < distances[1] < 8
    assert distances[2:] == [None, None, None]


def test_a_hidden_place_has_no_distance_order_or_borough(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Wherever a hidden place really is, every search shows it alike, among those with no place to go to."""
    shown = []
    for postcode in ("SE5 8AZ", "EN2 8JL", "UB3 4AB"):
        hidden = at_postcode(places, postcode, name="Hidden", address="1 Secret Street", address_visibility="hidden")
        found = find(Query(now, place=here, radius_km=1), catalogue_of(hidden))
        shown.append((found.results, found.ask, [(r.distance_km, r.entry.name) for r in found.anywhere]))
    assert shown == [((), (), [(None, "Hidden")])] * 3
    in_borough = find(Query(now, borough=LAMBETH), catalogue_of(hidden))
    assert everywhere(in_borough) == []


def test_an_area_only_place_has_no_distance(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Its borough may be told, its distance would tell more."""
    area = at_postcode(places, "SE5 8AZ", address_visibility="area")
    found = find(Query(now, place=here), catalogue_of(area))
    assert [(r.entry.ref, r.distance_km) for r in found.results] == [("CAD-9001", None)]


RULES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"service_types": ("crisis_cafe",)}, {}, "results"),
    ({"service_types": ("crisis_house",)}, {}, "nowhere"),
    ({"service_types": ("crisis_house", "crisis_cafe")}, {}, "results"),
    ({"self_referral": True}, {"self_referral": True}, "results"),
    ({"self_referral": True}, {"self_referral": None}, "ask"),
    ({"self_referral": True}, {"self_referral": False}, "nowhere"),
    ({"self_referral": False}, {"self_referral": False}, "results"),
    ({"walk_in": True}, {"walk_in": True}, "results"),
    ({"walk_in": True}, {"walk_in": None}, "ask"),
    ({"walk_in": True}, {"walk_in": False}, "nowhere"),
    ({"age": 17}, {"minimum_age": 18}, "nowhere"),
    ({"age": 18}, {"minimum_age": 18}, "results"),
    ({"age": 25}, {"maximum_age": 25}, "results"),
    ({"age": 26}, {"maximum_age": 25}, "nowhere"),
    ({"age": 0}, {"minimum_age": 0, "maximum_age": 5}, "results"),
    ({"age": 40}, {}, "ask"),
    ({"gender": "women"}, {"gender": "women"}, "results"),
    ({"gender": "women"}, {"gender": "men"}, "nowhere"),
    ({"gender": "women"}, {}, "results"),
    ({"communities": ("somali",)}, {"communities": ("somali",)}, "results"),
    ({"communities": ("black_african",)}, {"communities": ("somali",)}, "results"),
    ({"communities": ("somali",)}, {"communities": ("black_african",)}, "nowhere"),
    ({"languages": ("so",)}, {"languages": ("so", "en")}, "results"),
    ({"languages": ("so",)}, {}, "nowhere"),
    ({"borough": SOUTHWARK}, {}, "results"),
    ({"borough": LAMBETH}, {}, "nowhere"),
    ({"borough": LAMBETH}, {"area_served": (LAMBETH, SOUTHWARK)}, "results"),
    ({"borough": LAMBETH}, {"area_served": ("UK",)}, "nowhere"),
    ({"icb": "SEL"}, {}, "results"),
    ({"icb": "NWL"}, {}, "nowhere"),
    ({"words": "sanctuary"}, {}, "results"),
    ({"words": "nothing like it"}, {}, "nowhere"),
    ({}, {"area_served": (SOUTHWARK,)}, "results"),
    ({}, {"area_served": (LAMBETH,)}, "elsewhere"),
    ({"only_open": True}, {"area_served": (LAMBETH,), "opening_hours": "Mo 09:00-10:00"}, "nowhere"),
    ({}, {"area_served": ("SEL",)}, "results"),
    ({}, {"area_served": ("NWL",)}, "elsewhere"),
    ({}, {"area_served": ("London",)}, "results"),
    ({}, {"area_served": ("England",)}, "results"),
    ({}, {"status": "unverified"}, "nowhere"),
    ({}, {"status": "withdrawn"}, "nowhere"),
    ({}, {"audience": "professional"}, "nowhere"),
    ({"only_open": True}, {"opening_hours": "24/7"}, "results"),
    ({"only_open": True}, {"opening_hours": ""}, "ask"),
    ({"only_open": True}, {"opening_hours": '"by appointment"'}, "ask"),
    ({"only_open": True}, {"opening_hours": "Mo-Su 18:00-02:00"}, "results"),
    ({"only_open": True}, {"opening_hours": "Mo-Su 09:00-17:00"}, "nowhere"),
    ({"only_open": True}, {"opening_hours": "Mo-Su 18:00-02:00; 2026 Nov 22 off"}, "nowhere"),
    ({}, {"opening_hours": "Mo-Su 09:00-17:00"}, "results"),
]


@pytest.mark.parametrize(("asked", "facts", "where"), RULES)
def test_each_rule_puts_an_entry_in_its_list(
    catalogue_of: MakeCatalogue, here: Place, places: Places, now: datetime, asked: Any, facts: Any, where: str
) -> None:
    """Known to fit: a result. Not known: to ask about. Known not to: nowhere."""
    place = {"postcode": here.label, "borough": here.borough}
    position = {name: getattr(here, name) for name in ("easting", "northing", "latitude", "longitude")}
    catalogue = catalogue_of(make_entry(**{**place, **position, **facts}))
    found = find(Query(now, place=here, **asked), catalogue)
    lists = {"results": found.results, "ask": found.ask, "elsewhere": found.elsewhere, "anywhere": found.anywhere}
    assert {name for name, results in lists.items() if results} == ({where} - {"nowhere"})
    assert all(result.ask_about for result in found.ask)


@pytest.mark.parametrize(
    ("typed", "area_served", "shown"),
    [
        ("SE5 8AZ", (SOUTHWARK,), True),
        ("SE5 8AZ", (CROYDON,), False),
        ("Croydon", (CROYDON,), True),
        ("M1 1AE", (CROYDON,), False),
        ("M1 1AE", ("London",), False),
        ("M1 1AE", ("UK",), True),
        ("M1 1AE", (), True),
        ("South East London", (CROYDON,), False),
        ("South East London", (LAMBETH,), True),
        ("SE5", (LAMBETH,), True),
        ("SE5", (SOUTHWARK,), True),
        ("SE5", (CROYDON,), False),
        ("London", (CROYDON,), True),
        ("EN8", ("E09000010",), True),
        ("EN8", ("UK",), True),
        ("EN8", (CROYDON,), False),
    ],
)
def test_a_line_is_for_those_who_live_where_it_serves(
    catalogue_of: MakeCatalogue, places: Places, now: datetime, typed: str, area_served: Any, shown: bool
) -> None:
    """Catchment counts the searcher's borough; where that is not known, nothing is ruled out."""
    facts = {"service_type": "crisis_line", "location_type": "virtual", "opening_hours": "24/7"}
    catalogue = catalogue_of(make_entry(area_served=area_served, **facts))
    place = located(places, typed)
    found = find(replace(Query(now, place=place), icb=None), catalogue)
    assert bool(found.lines) is shown
    if place.kind != "icb":
        assert bool(found.anywhere) is shown


def test_the_24_hour_lines_are_always_there_the_most_local_first(
    catalogue_of: MakeCatalogue, here: Place, now: datetime
) -> None:
    """No filter of place, kind or words takes them away; a line's own rules do."""
    line = {"service_type": "crisis_line", "location_type": "virtual", "opening_hours": "24/7"}
    catalogue = catalogue_of(
        make_entry(ref="CAD-0001", name="National", area_served=("UK",), **line, phones=ring("0001")),
        make_entry(ref="CAD-0007", name="A branch", area_served=("London",), **line, phones=ring("0001")),
        make_entry(ref="CAD-0002", name="Local", area_served=(SOUTHWARK, LAMBETH), **line, phones=ring("0002")),
        make_entry(ref="CAD-0003", name="Evenings", **{**line, "opening_hours": "Mo-Su 18:00-23:00"}),
        make_entry(ref="CAD-0004", name="For men", gender="men", area_served=("UK",), **line, phones=ring("0004")),
        make_entry(ref="CAD-0005", name="Under 18", maximum_age=17, area_served=("UK",), **line, phones=ring("0005")),
        make_entry(
            ref="CAD-0006",
            name="For London's Sikhs",
            communities=("sikh",),
            area_served=("London",),
            **line,
            phones=ring("0006"),
        ),
    )
    query = Query(
        now, place=here, walk_in=True, service_types=("crisis_house",), words="nothing", age=30, gender="women"
    )
    found = find(query, catalogue)
    assert everywhere(found) == []
    assert refs(found.lines) == ["CAD-0002", "CAD-0001", "CAD-0006"]
    anybody = find(Query(now), catalogue)
    assert refs(anybody.lines) == ["CAD-0001", "CAD-0004", "CAD-0005", "CAD-0006", "CAD-0002"]


def test_too_little_nearby_widens_the_search_and_says_so(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Five miles usually; more only where that finds fewer than three, and no more than helps."""
    far = at_postcode(places, "EN2 8JL", ref="CAD-0009")
    close = [at_postcode(places, "SE5 9RS", ref=f"CAD-000{n}") for n in range(3)]
    enough = find(Query(now, place=here), catalogue_of(far, *close))
    assert (enough.total, enough.radius_km, enough.widened) == (3, 8.0, False)
    wider = find(Query(now, place=here), catalogue_of(far, *close[:2]))
    assert (wider.total, wider.radius_km, wider.widened) == (3, 40.0, True)
    nothing_more = find(Query(now, place=here), catalogue_of(close[0]))
    assert (nothing_more.total, nothing_more.radius_km, nothing_more.widened) == (1, 8.0, False)
    held = find(Query(now, place=here, radius_km=2), catalogue_of(far, close[0]))
    assert (held.total, held.radius_km, held.widened) == (1, 2, False)


def test_pages_hold_twenty_and_lead_on(catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime) -> None:
    """Every result once, in one order, across the pages."""
    catalogue = catalogue_of(*(at_postcode(places, "SE5 9RS", ref=f"CAD-{n:04}") for n in range(45)))
    pages = [find(Query(now, place=here, page=page), catalogue) for page in (1, 2, 3, 4)]
    assert [len(page.results) for page in pages] == [20, 20, 5, 0]
    assert [page.next_page for page in pages] == [2, 3, None, None]
    assert sorted(ref for page in pages for ref in refs(page.results)) == sorted(catalogue.rows)


def test_help_from_anywhere_is_cut_but_counted(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """Fifty at most, the open ones first."""
    entries = [make_entry(ref=f"CAD-{n:04}", opening_hours="24/7" if n == 59 else "") for n in range(60)]
    found = find(Query(now), catalogue_of(*entries))
    assert (len(found.anywhere), found.anywhere_total) == (50, 60)
    assert found.anywhere[0].entry.ref == "CAD-0059"


def test_any_word_only_where_no_entry_has_all(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """The answer says that it fell back."""
    catalogue = catalogue_of(make_entry(borough=LAMBETH, name="Garden"))
    assert find(Query(now, words="garden"), catalogue).any_word is False
    assert find(Query(now, words="garden rowing"), catalogue).any_word is True
    assert find(Query(now, words="rowing"), catalogue).any_word is False


@pytest.mark.parametrize(
    ("asked", "facts", "label", "arguments"),
    [
        ({"radius_km": 1.0}, {}, "Search up to 5 miles away", {"radius_km": "8"}),
        (
            {"only_open": True},
            {"opening_hours": "Mo-Su 09:00-17:00"},
            "Open tomorrow at 9am",
            {"at": "2026-11-23T09:00", "open": None},
        ),
        (
            {"only_open": True},
            {"opening_hours": "We 18:30-20:00"},
            "Open on Wednesday at 6:30pm",
            {"at": "2026-11-25T18:30", "open": None},
        ),
        ({"only_open": True}, {"opening_hours": "Mo-Su 09:00-17:00"}, "Open at any time", {"open": "any", "at": None}),
        ({"words": "rowing"}, {}, "Without “rowing”", {"q": None, "postcode": "SE5 8AZ"}),
        ({"service_types": ("crisis_house",)}, {}, "Any type of service", {"type": None}),
        ({"communities": ("somali",)}, {}, "Any community", {"community": None}),
        ({"languages": ("so",)}, {}, "Any language", {"language": None}),
        ({"age": 17}, {"minimum_age": 18}, "Any age", {"age": None}),
        ({"self_referral": True}, {"self_referral": False}, "With or without self-referral", {"self_referral": None}),
        ({"walk_in": True}, {"walk_in": False}, "With or without walking in", {"walk_in": None}),
        ({"borough": CROYDON}, {}, "Any borough", {"borough": None}),
        ({"icb": "NWL"}, {}, "Any area", {"icb": None}),
    ],
)
def test_when_nothing_matches_it_says_what_would(
    catalogue_of: MakeCatalogue,
    places: Places,
    here: Place,
    now: datetime,
    asked: Any,
    facts: Any,
    label: str,
    arguments: Any,
) -> None:
    """One change at a time, each counted and each true."""
    catalogue = catalogue_of(at_postcode(places, "SE1 7EH", **{"area_served": ("UK",), **facts}))
    query = Query(now, place=here, **asked)
    found = find(query, catalogue)
    assert found.total == 0
    offered = {suggestion.label: suggestion for suggestion in suggest(query, found, catalogue)}
    assert offered[label].arguments == arguments
    assert offered[label].count == 1


def test_nothing_is_suggested_where_there_are_results(catalogue_of: MakeCatalogue, here: Place, now: datetime) -> None:
    """And nothing is offered that would find nothing."""
    query = Query(now, place=here)
    catalogue = catalogue_of(make_entry(borough=here.borough))
    assert suggest(query, find(query, catalogue), catalogue) == ()
    empty = catalogue_of()
    assert suggest(query, find(query, empty), empty) == ()


@pytest.mark.parametrize("days", [0, 5, 16, 40, 300])
def test_openings_are_the_same_inside_and_outside_the_horizon(
    catalogue_of: MakeCatalogue, now: datetime, days: int
) -> None:
    """What the compiled table says is what the schedule says, at any distance from today."""
    hours = ["", "24/7", "Mo-Su 18:00-02:00", "Mo-Fr 09:00-17:00; PH off", "Su 21:00-24:00", "Mo[1] 09:00-12:00"]
    hours += ["2026 Nov 22 off", "2026 Nov 22-30 10:00-12:00", "PH off", '"by appointment"']
    catalogue = catalogue_of(*(make_entry(ref=f"CAD-{n:04}", opening_hours=text) for n, text in enumerate(hours)))
    for step in range(0, 48, 5):
        at = now + timedelta(days=days, minutes=29 * step)
        states = [opening.answer.state for opening in catalogue.openings(np.arange(len(hours)), at)]
        assert catalogue.open_at(at).tolist() == [state == "open" for state in states]
        assert catalogue.unknown_at(at).tolist() == [state == "unknown" for state in states]


FACTS = st.fixed_dictionaries(
    {
        "self_referral": st.sampled_from([True, False, None]),
        "minimum_age": st.sampled_from([None, 16, 18]),
        "gender": st.sampled_from([None, "women", "men"]),
        "area_served": st.sampled_from([(), (LAMBETH,), (SOUTHWARK,), ("London",), ("SEL", CROYDON)]),
        "opening_hours": st.sampled_from(["", "24/7", "Mo-Su 18:00-02:00", "Mo-Fr 09:00-17:00"]),
        "address_visibility": st.sampled_from(["full", "area", "hidden"]),
        "where": st.sampled_from(["", "SE5 9RS", "E1 6AN", "CR0 1RG", "borough"]),
        "status": st.sampled_from(["active", "unverified"]),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(FACTS, max_size=8),
    self_referral=st.sampled_from([True, None]),
    age=st.sampled_from([None, 17, 40]),
    gender=st.sampled_from([None, "women"]),
    only_open=st.booleans(),
    radius_km=st.sampled_from([None, 3.0, 30.0]),
)
def test_no_search_breaks_its_promises(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime, facts: list[dict[str, Any]], **asked: Any
) -> None:
    """No result breaks a known rule, none is in two lists, distances rise, and nobody hidden has one."""
    entries = []
    for number, fact in enumerate(facts):
        where = fact["where"]
        rest = {name: value for name, value in fact.items() if name != "where"} | {"ref": f"CAD-{number:04}"}
        if where in ("", "borough"):
            entries.append(make_entry(**rest, borough=LAMBETH if where else ""))
        else:
            entries.append(at_postcode(places, where, **rest))
    found = find(Query(now, place=here, **asked), catalogue_of(*entries))
    seen = everywhere(found)
    assert len(seen) == len(set(seen))
    distances = [result.distance_km for result in found.results]
    assert distances == sorted(distances, key=lambda km: math.inf if km is None else km)
    for result in (*found.results, *found.ask, *found.anywhere):
        entry = result.entry
        assert entry.is_public
        assert entry.gender in (None, asked["gender"]) or asked["gender"] is None
        assert asked["age"] is None or (entry.minimum_age or 0) <= asked["age"]
        assert not entry.area_served or {SOUTHWARK, "SEL", "London"} & set(entry.area_served)
        assert result.distance_km is None or entry.address_visibility == "full"
        assert not (asked["self_referral"] and entry.self_referral is False)
        assert not (asked["only_open"] and result.answer.state == "closed")
    for result in found.results:
        assert not (asked["self_referral"] and entry_unknown(result.entry))
        assert not (asked["only_open"] and result.answer.state != "open")
        assert asked["radius_km"] is None or (result.distance_km or 0) <= asked["radius_km"] * 1.01


def entry_unknown(entry: Entry) -> bool:
    return entry.self_referral is None
