"""The rules of a search, one table or property each: who is shown, in which order, and in which list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import FACT_GROUPS, ClaimKind, CrewFact, CulturalClaim, Entry, Phone
from directory.places import Place, Places, distance_in_words
from directory.schedules import LONDON
from directory.search import wording
from directory.search.catalogue import Catalogue
from directory.search.find import Found, find
from directory.search.query import Ages, Query
from directory.search.suggestions import suggest
from directory.search.text import IndexFolder
from directory.taxonomies import Taxonomies
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
    return make_entry(**{"area_served": ("UK",), **position, **facts})


def ring(last_digits: str) -> tuple[Phone, ...]:
    return (Phone(number=f"020 7946 {last_digits}"),)


def refs(results: Any) -> list[str]:
    return [result.entry.ref for result in results]


@pytest.fixture
def here(places: Places) -> Place:
    return located(places, "SE5 8AZ")


def missed(found: Found) -> dict[str, str]:
    """The near misses, and the rule of each."""
    return {miss.result.entry.ref: miss.rule for miss in found.near_misses}


def test_nearest_first_and_those_known_only_to_their_borough_some_way_off(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Distances rise; one in the person's own borough counts as 4 km away, others as 4 km into theirs."""
    far = at_postcode(places, "E1 6AN", ref="CAD-0001")
    near = at_postcode(places, "SE5 9RS", ref="CAD-0002")
    further = make_entry(ref="CAD-0005", name="A", borough=CROYDON, area_served=("London",))
    neighbour = make_entry(ref="CAD-0003", name="B", borough=LAMBETH, area_served=("London",))
    own = make_entry(ref="CAD-0004", name="C", borough=here.borough)
    found = find(Query(now, place=here), catalogue_of(far, near, further, neighbour, own))
    assert refs(found.results) == ["CAD-0002", "CAD-0004", "CAD-0003", "CAD-0001", "CAD-0005"]
    distances = [result.distance_km for result in found.results]
    assert distances[0] is not None and distances[3] is not None and 0 < distances[0] < distances[3] < 8
    assert [distances[position] for position in (1, 2, 4)] == [None, None, None]


def test_a_hidden_place_has_no_distance_order_or_borough(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Wherever a hidden place really is, every search shows it alike, among those with no place to go to."""
    shown = []
    for postcode in ("SE5 8AZ", "EN2 8JL", "UB3 4AB"):
        hidden = at_postcode(places, postcode, name="Hidden", address="1 Secret Street", address_visibility="hidden")
        found = find(Query(now, place=here, radius_km=1), catalogue_of(hidden))
        shown.append([(r.distance_km, r.arrival, r.entry.name, r.reasons) for r in found.results])
        in_borough = find(Query(now, borough=hidden.borough), catalogue_of(hidden))
        assert (in_borough.results, in_borough.near_misses) == ((), ())
    assert shown == [[(None, None, "Hidden", ())]] * 3


def test_an_area_only_place_has_no_distance(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Its borough may be told, its distance would tell more."""
    area = at_postcode(places, "SE5 8AZ", address_visibility="area")
    found = find(Query(now, place=here), catalogue_of(area))
    assert [(r.entry.ref, r.distance_km) for r in found.results] == [("CAD-9001", None)]


def claim(kind: ClaimKind, code: str) -> CulturalClaim:
    """A claim that a made-up trust makes."""
    return CulturalClaim(kind=kind, code=code, said_by="Example Trust")


ADULT, CHILD = Ages(40, 40), Ages(9, 9)
YES, ASK, NOWHERE = "yes", "ask", "nowhere"
GP_ONLY = {"self_referral": False, "referral_routes": ("gp",)}

# What was asked, what is known of the entry, and where it ends up: among the results, with something to ask about, as
# a near miss of a rule, or nowhere.
RULES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, YES),
    ({"service_types": ("crisis_cafe",)}, {}, YES),
    ({"service_types": ("crisis_house",)}, {}, NOWHERE),
    ({"service_types": ("crisis_house", "crisis_cafe")}, {}, YES),
    ({"self_referral": True}, {"self_referral": True}, YES),
    ({"self_referral": True}, {"self_referral": None}, ASK),
    ({"self_referral": True}, {"self_referral": False}, "self_referral"),
    ({"self_referral": False}, {"self_referral": False}, YES),
    ({"walk_in": True}, {"walk_in": True}, YES),
    ({"walk_in": True}, {"walk_in": None}, ASK),
    ({"walk_in": True}, {"walk_in": False}, "walk_in"),
    ({"walk_in": True}, {"location_type": "virtual"}, YES),
    ({"service_types": ("crisis_line",)}, {"name": "Example Helpline", "service_type": "young_people"}, YES),
    ({"needs": ("suicidal",), "communities": ("lgbtq",)}, {"communities": ("lgbtq",), "service_type": "other"}, YES),
    ({"step_free": True}, {"step_free": True}, YES),
    ({"step_free": True}, {}, ASK),
    ({"step_free": True}, {"step_free": False}, "step_free"),
    ({"takes": ("dog",)}, {"dog": CrewFact(value=True)}, YES),
    ({"takes": ("dog",)}, {}, ASK),
    ({"takes": ("dog",)}, {"dog": CrewFact(value=False)}, "dog"),
    ({"takes": ("dog",)}, {"location_type": "virtual"}, YES),
    ({"takes": ("intoxicated",)}, {"location_type": "virtual", "intoxicated": CrewFact(value=False)}, "intoxicated"),
    ({"takes": ("intoxicated", "dog")}, {"intoxicated": CrewFact(value=True), "dog": CrewFact(value=True)}, YES),
    ({"takes": ("companion",)}, {"companion": CrewFact(value=False)}, "companion"),
    ({"takes": ("alone_under_18",)}, {"alone_under_18": CrewFact(value=True), "maximum_age": 25}, YES),
    ({"takes": ("alone_under_18",)}, {"minimum_age": 18}, "age"),
    ({"takes": ("alone_under_18",), "ages": Ages(17, 17)}, {"alone_under_18": CrewFact(value=False)}, "alone_under_18"),
    ({"ages": Ages(17, 17)}, {"alone_under_18": CrewFact(value=False), "minimum_age": 16}, YES),
    ({"asking": "police"}, {"drop_off": CrewFact(value=True)}, YES),
    ({"asking": "police"}, {"drop_off": CrewFact(value=False), "referral_routes": ("police",)}, "referral"),
    (
        {"asking": "ambulance"},
        {"drop_off": CrewFact(value=True), "self_referral": False, "referral_routes": ("gp",)},
        YES,
    ),
    ({"asking": "gp"}, {"drop_off": CrewFact(value=False), "self_referral": True}, YES),
    ({"communities": ("somali",)}, {"cultural_claims": (claim("led_by", "somali"),)}, YES),
    ({"communities": ("black_african",)}, {"cultural_claims": (claim("welcomes", "somali"),)}, YES),
    ({"communities": ("jewish",)}, {"cultural_claims": (claim("specialist_in", "somali"),)}, ASK),
    ({"communities": ("somali",)}, {"cultural_claims": (claim("staff_speak", "so"),)}, YES),
    ({"languages": ("so",)}, {"cultural_claims": (claim("staff_speak", "so"),)}, YES),
    ({"languages": ("so",)}, {"languages": ("en",), "cultural_claims": (claim("staff_speak", "so"),)}, YES),
    ({"languages": ("pl",)}, {"cultural_claims": (claim("staff_speak", "so"),)}, ASK),
    ({"ages": Ages(17, 17)}, {"minimum_age": 18}, "age"),
    ({"ages": Ages(18, 18)}, {"minimum_age": 18}, YES),
    ({"ages": Ages(13, 17)}, {"minimum_age": 16}, YES),
    ({"ages": Ages(13, 17)}, {"minimum_age": 18}, "age"),
    ({"ages": Ages(25, 25)}, {"maximum_age": 25}, YES),
    ({"ages": Ages(26, 26)}, {"maximum_age": 25}, "age"),
    ({"ages": Ages(0, 4)}, {"minimum_age": 0, "maximum_age": 5}, YES),
    ({"ages": Ages(120, 120)}, {"minimum_age": 18}, YES),
    ({"ages": ADULT}, {}, ASK),
    ({"ages": CHILD}, {}, ASK),
    ({"ages": CHILD}, {"communities": ("children_and_young_people",)}, YES),
    ({"ages": ADULT}, {"communities": ("children_and_young_people",)}, ASK),
    ({"ages": ADULT}, {"service_type": "young_people"}, "age"),
    ({"ages": Ages(13, 40)}, {"service_type": "young_people"}, ASK),
    ({"ages": Ages(13, 40)}, {"communities": ("children_and_young_people",)}, YES),
    ({"gender": "women"}, {"gender": "women"}, YES),
    ({"gender": "women"}, {"gender": "men"}, "gender"),
    ({"gender": "women"}, {}, YES),
    ({"communities": ("somali",)}, {"communities": ("somali",)}, YES),
    ({"communities": ("black_african",)}, {"communities": ("somali",)}, YES),
    ({"communities": ("somali",)}, {"languages": ("so", "en")}, YES),
    ({"communities": ("somali",)}, {"communities": ("black_african",)}, ASK),
    ({"communities": ("somali",)}, {"communities": ("jewish",)}, NOWHERE),
    ({"communities": ("somali",)}, {"communities": ("jewish", "minority_ethnic")}, ASK),
    ({"communities": ("somali",)}, {"communities": ("lgbtq",)}, ASK),
    ({"communities": ("somali",)}, {}, ASK),
    ({"communities": ("somali", "jewish")}, {"communities": ("jewish",)}, YES),
    ({"languages": ("so",)}, {"languages": ("so", "en")}, YES),
    ({"languages": ("so",)}, {"languages": ("en",)}, NOWHERE),
    ({"languages": ("so",)}, {"languages": ("en",), "interpreters": True}, ASK),
    ({"languages": ("so",)}, {}, ASK),
    ({"needs": ("suicidal",)}, {}, YES),
    ({"needs": ("suicidal",)}, {"service_type": "advocacy"}, NOWHERE),
    ({"needs": ("suicidal",)}, {"service_type": "advocacy", "description": "For people with suicidal feelings."}, YES),
    ({"borough": SOUTHWARK}, {}, YES),
    ({"borough": LAMBETH}, {}, NOWHERE),
    ({"borough": LAMBETH}, {"area_served": (LAMBETH, SOUTHWARK)}, YES),
    ({"borough": LAMBETH}, {"area_served": ("UK",)}, NOWHERE),
    ({"icb": "SEL"}, {}, YES),
    ({"icb": "NWL"}, {}, NOWHERE),
    ({"words": "sanctuary"}, {}, YES),
    ({"words": "nothing like it"}, {}, NOWHERE),
    ({"words": "nothing like it", "ages": ADULT}, {"minimum_age": 18}, YES),
    ({}, {"area_served": (SOUTHWARK,)}, YES),
    ({}, {"area_served": (LAMBETH,)}, "residence"),
    ({}, {"area_served": (), "borough": LAMBETH}, ASK),
    ({}, {"area_served": (), "location_type": "virtual"}, YES),
    ({"only_open": True}, {"area_served": (LAMBETH,), "opening_hours": "Mo 09:00-10:00"}, NOWHERE),
    ({}, {"area_served": ("SEL",)}, YES),
    ({}, {"area_served": ("NWL",)}, "residence"),
    ({}, {"area_served": ("London",)}, YES),
    ({}, {"area_served": ("England",)}, YES),
    ({}, {"status": "unverified"}, NOWHERE),
    ({}, {"status": "withdrawn"}, NOWHERE),
    ({}, {"audience": "professional"}, NOWHERE),
    ({"only_open": True}, {"opening_hours": "24/7"}, YES),
    ({"only_open": True}, {"opening_hours": ""}, ASK),
    ({"only_open": True}, {"opening_hours": '"by appointment"'}, ASK),
    ({"only_open": True}, {"opening_hours": "Mo-Su 18:00-02:00"}, YES),
    ({"only_open": True}, {"opening_hours": "Mo-Su 09:00-17:00"}, "open"),
    ({"only_open": True}, {"opening_hours": "Mo-Su 18:00-02:00; 2026 Nov 22 off"}, "open"),
    ({}, {"opening_hours": "Mo-Su 09:00-17:00"}, YES),
    ({"asking": "self"}, {"self_referral": True}, YES),
    ({"asking": "self"}, {"referral_routes": ("self",)}, YES),
    ({"asking": "self"}, {"referral_routes": ("gp",)}, ASK),
    ({"asking": "self"}, {"self_referral": False}, "referral"),
    ({"asking": "111"}, {"referral_routes": ("111",)}, YES),
    ({"asking": "111"}, {"self_referral": True}, YES),
    ({"asking": "111"}, {"self_referral": False, "referral_routes": ("ae_liaison",)}, "referral"),
    ({"asking": "111"}, {"self_referral": False}, ASK),
    ({"asking": "111"}, {"referral_routes": ("gp",)}, ASK),
    ({"asking": "gp"}, {"referral_routes": ("professional",)}, YES),
    ({"asking": "professional"}, {"referral_routes": ("ae_liaison",)}, YES),
    ({"asking": "police"}, {"referral_routes": ("police",)}, YES),
    ({"asking": "police"}, {"self_referral": True}, ASK),
    ({"asking": "police"}, {"self_referral": True, "location_type": "virtual"}, YES),
    ({"asking": "police"}, {"self_referral": False, "referral_routes": ("gp",)}, "referral"),
    ({"asking": "ambulance"}, {"referral_routes": ("police",), "self_referral": False}, "referral"),
    ({"asking": "carer"}, {"referral_routes": ("carer",)}, YES),
]


@pytest.mark.parametrize(("asked", "facts", "where"), RULES)
def test_each_rule_puts_an_entry_in_its_place(
    catalogue_of: MakeCatalogue, here: Place, now: datetime, asked: Any, facts: Any, where: str
) -> None:
    """Known to fit: a result. Not known: one to ask about. One rule against it: a near miss. Else nowhere."""
    place = {"postcode": here.label, "borough": here.borough}
    position = {name: getattr(here, name) for name in ("easting", "northing", "latitude", "longitude")}
    found = find(Query(now, place=here, **asked), catalogue_of(make_entry(**{**place, **position, **facts})))
    seen = [ASK if result.ask_about else YES for result in found.results] + list(missed(found).values())
    assert seen == ([] if where == NOWHERE else [where])
    assert (found.total, found.sure_total) == (int(where in (YES, ASK)), int(where == YES))


def test_two_rules_against_it_are_no_near_miss(catalogue_of: MakeCatalogue, here: Place, now: datetime) -> None:
    """A near miss is something that one phone call or one hour might change."""
    entry = make_entry(borough=here.borough, minimum_age=18, opening_hours="Mo-Su 09:00-17:00")
    found = find(Query(now, place=here, ages=Ages(17, 17), only_open=True), catalogue_of(entry))
    assert (found.results, found.near_misses) == ((), ())


def test_near_misses_are_nearest_first_and_say_their_rule(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Within the radius of the search, or further where there is nothing nearer; a line's area is no news."""
    far = at_postcode(places, "E1 6AN", ref="CAD-0001", minimum_age=18)
    near = at_postcode(places, "SE5 9RS", ref="CAD-0002", opening_hours="Mo-Su 09:00-17:00", minimum_age=16)
    own = make_entry(ref="CAD-0003", borough=here.borough, gender="men", minimum_age=10)
    very_far = at_postcode(places, "EN2 8JL", ref="CAD-0004", minimum_age=18)
    line = make_entry(ref="CAD-0005", location_type="virtual", area_served=(CROYDON,), minimum_age=10)
    asked = Query(now, place=here, ages=Ages(17, 17), gender="women", only_open=True, radius_km=8)
    hours = {"opening_hours": "24/7"}
    entries = [far.model_copy(update=hours), near, own.model_copy(update=hours), very_far, line]
    found = find(asked, catalogue_of(*entries))
    assert [(miss.result.entry.ref, miss.text) for miss in found.near_misses] == [
        ("CAD-0002", "Opens 9am tomorrow"),
        ("CAD-0003", "Men only"),
        ("CAD-0001", "18 and over"),
    ]
    alone = find(replace(asked, radius_km=None), catalogue_of(very_far.model_copy(update=hours)))
    assert missed(alone) == {"CAD-0004": "age"}


@pytest.mark.parametrize(
    ("asked", "facts", "text"),
    [
        ({"asking": "police"}, {"drop_off": CrewFact(value=False)}, "No drop-off by police or ambulance"),
        ({"asking": "carer"}, {"drop_off": CrewFact(value=False), **GP_ONLY}, "Referral by a GP"),
        ({"takes": ("intoxicated",)}, {}, "Takes nobody who has been drinking or using drugs"),
        ({"takes": ("alone_under_18",)}, {}, "Takes no under-18s who come alone"),
        ({"takes": ("companion",)}, {}, "No companions"),
        ({"takes": ("dog",)}, {}, "No dogs"),
    ],
)
def test_a_near_miss_says_which_fact_refuses(
    catalogue_of: MakeCatalogue, now: datetime, asked: Any, facts: dict[str, Any], text: str
) -> None:
    """In the words of that fact."""
    refusing = {name: CrewFact(value=False) for name in asked.get("takes", ())}
    found = find(Query(now, **asked), catalogue_of(make_entry(**facts, **refusing)))
    assert [miss.text for miss in found.near_misses] == [text] and not found.results


def test_reasons_say_what_is_taken_and_who_claims_what(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """A claim is never put as a fact, and what is not known is no reason."""
    entry = make_entry(
        dog=CrewFact(value=True),
        cultural_claims=(claim("specialist_in", "somali"), claim("staff_speak", "so"), claim("welcomes", "women")),
    )
    line = make_entry(ref="CAD-9002", location_type="virtual")
    query = Query(now, takes=("dog",), communities=("black",), languages=("so",))
    reasons = {result.entry.ref: result.reasons for result in find(query, catalogue_of(entry, line)).results}
    said = "Specialist in help for Somali people, says Example Trust", "Staff speak Somali, says Example Trust"
    assert reasons == {"CAD-9001": ("Takes a dog", *said), "CAD-9002": ()}


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("led_by", "somali", "Led by Somali people"),
        ("led_by", "lgbtq", "Led by LGBTQ+ people"),
        ("led_by", "women", "Led by women"),
        ("led_by", "deaf", "Led by deaf people"),
        ("welcomes", "refugees_and_asylum_seekers", "Welcomes refugees and people seeking asylum"),
        ("welcomes", "black", "Welcomes Black communities"),
        ("welcomes", "gypsy_roma_traveller", "Welcomes Gypsy, Roma and Traveller people"),
        ("staff_speak", "so", "Staff speak Somali"),
    ],
)
def test_every_claim_is_a_sentence(taxonomies: Taxonomies, kind: ClaimKind, code: str, words: str) -> None:
    """Whatever the community is called."""
    assert wording.claim(claim(kind, code), taxonomies) == f"{words}, says Example Trust"


@pytest.mark.parametrize(
    ("hours", "postcode", "asking", "fits", "note"),
    [
        ("Mo-Su 18:00-02:00", "SE5 9RS", None, YES, ""),
        ("Mo-Su 18:00-21:10", "E1 6AN", None, ASK, "Closes 9:10pm, you would arrive about 9:55pm: ring first"),
        (
            'Mo-Su 18:00-23:00 "last admission 90 minutes before closing"',
            "E1 6AN",
            None,
            ASK,
            "Last admission 9:30pm, you would arrive about 9:55pm: ring first",
        ),
        ("Mo-Su 18:00-21:50", "E1 6AN", None, ASK, "Closes 9:50pm, you would arrive about 9:55pm: ring first"),
        ("Mo-Su 18:00-21:50", "E1 6AN", "ambulance", ASK, ""),
        ("Mo-Su 21:30-23:00", "E1 6AN", None, YES, "Opens at 9:30pm; you would arrive about 9:55pm"),
        ("Mo-Su 22:30-23:00", "E1 6AN", None, "open", ""),
    ],
)
def test_open_means_open_on_arrival(
    catalogue_of: MakeCatalogue,
    places: Places,
    here: Place,
    now: datetime,
    hours: str,
    postcode: str,
    asking: Any,
    fits: str,
    note: str,
) -> None:
    """An estimate of the journey decides: by car for a crew, else by the quicker of foot and public transport."""
    entry = at_postcode(places, postcode, opening_hours=hours)
    found = find(Query(now, place=here, only_open=True, asking=asking), catalogue_of(entry))
    seen = [ASK if result.ask_about else YES for result in found.results] + list(missed(found).values())
    assert seen == [fits]
    shown = [*found.results, *(miss.result for miss in found.near_misses)][0]
    assert shown.arrival is not None and shown.arrival.note == note
    chosen = find(Query(now, place=here, only_open=True, at_given=True), catalogue_of(entry))
    assert all(result.arrival is not None and result.arrival.at == now for result in chosen.results)


def test_a_service_that_is_named_is_found_first(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Whatever else its name seems to say, and however near others are; in full before in part."""
    near = at_postcode(places, "SE5 9RS", ref="CAD-0001", description="Muslim Youth Helpline and Lantern are near.")
    youth = make_entry(ref="CAD-0002", name="Muslim Youth Helpline", service_type="young_people")
    lantern = at_postcode(places, "E1 6AN", ref="CAD-0003", name="The Lantern, Example Hospital")
    whole = make_entry(ref="CAD-0004", name="Lantern")
    catalogue = catalogue_of(near, youth, lantern, whole)
    meant = Query(now, place=here, communities=("muslim",), service_types=("text_line",))
    assert refs(find(replace(meant, typed="muslim youth helpline"), catalogue).results) == ["CAD-0002"]
    assert refs(find(meant, catalogue).results) == []
    by_name = find(Query(now, place=here, words="lantern", typed="the lantern"), catalogue)
    assert refs(by_name.results) == ["CAD-0004", "CAD-0003", "CAD-0001"]


def test_reasons_say_why_it_is_here(catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime) -> None:
    """Only what was asked for and is known, and where and until when."""
    entry = at_postcode(
        places,
        "SE5 9RS",
        opening_hours="Mo-Su 18:00-02:00",
        self_referral=True,
        communities=("somali",),
        languages=("so",),
        minimum_age=16,
    )
    query = Query(
        now, place=here, asking="111", ages=Ages(17, 17), communities=("black",), languages=("so",), gender="women"
    )
    (result,) = find(query, catalogue_of(entry)).results
    assert result.distance_km is not None
    expected = ("Open until 2am", "Takes self-referral", "16 and over", "Somali", "Somali spoken")
    assert result.reasons == (distance_in_words(result.distance_km), *expected)
    (plain,) = find(Query(now, place=here), catalogue_of(entry)).results
    assert plain.reasons == (distance_in_words(result.distance_km), "Open until 2am")


def test_choices_are_counted(catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime) -> None:
    """Each count is what the search would be sure of with that choice made."""
    entries = [
        at_postcode(places, "SE5 9RS", ref="CAD-0001", self_referral=True, languages=("so",), opening_hours="24/7"),
        at_postcode(places, "SE5 9RS", ref="CAD-0002", service_type="safe_haven", communities=("somali",)),
        at_postcode(places, "EN2 8JL", ref="CAD-0003", walk_in=True),
    ]
    found = find(
        Query(now, place=here, radius_km=8, service_types=("crisis_cafe",)), catalogue_of(*entries), facets=True
    )
    assert refs(found.results) == ["CAD-0001"]
    facets = found.facets
    assert facets is not None
    assert (facets.open, facets.self_referral, facets.walk_in, facets.step_free) == (1, 1, 0, 0)
    assert facets.types == {"crisis_cafe": 1, "safe_haven": 2}  # both are called a sanctuary
    assert facets.languages == {"so": 1}
    assert facets.communities["somali"] == 1
    assert find(Query(now), catalogue_of()).facets is None


def test_the_count_of_a_choice_is_what_choosing_it_finds(
    catalogue_of: MakeCatalogue, places: Places, here: Place, taxonomies: Taxonomies, now: datetime
) -> None:
    """Whatever was chosen before: by the type, by a name that tells it, near, and known only by the borough."""
    catalogue = catalogue_of(
        at_postcode(places, "SE5 9RS", ref="CAD-0001"),
        make_entry(ref="CAD-0002", service_type="safe_haven", borough=LAMBETH, area_served=("London",)),
        make_entry(ref="CAD-0003", service_type="safe_haven", borough=CROYDON, area_served=("London",)),
        make_entry(ref="CAD-0004", service_type="young_people", name="Example Helpline", location_type="virtual"),
        at_postcode(places, "SE5 9RS", ref="CAD-0005", communities=("bereaved",), languages=("so", "tr")),
    )
    for chosen in ({}, {"service_types": ("crisis_cafe",)}, {"needs": ("bereavement",)}, {"languages": ("so",)}):
        query = Query(now, place=here, radius_km=6, **chosen)  # type: ignore[arg-type]
        facets = find(query, catalogue, facets=True).facets
        assert facets is not None
        kinds = (("types", "service_types", taxonomies.service_types), ("needs", "needs", taxonomies.needs))
        for counted, name, terms in kinds:
            each = {code: find(replace(query, **{name: (code,)}), catalogue) for code in terms}
            totals = {code: found.total for code, found in each.items() if found.total and not found.needs_left_out}
            assert getattr(facets, counted) == totals, chosen


LINE = {"service_type": "crisis_line", "location_type": "virtual", "opening_hours": "24/7"}


@pytest.mark.parametrize(
    ("asked", "better", "worse"),
    [
        ({"needs": ("anxiety", "bereavement")}, {"description": "Anxiety, grief"}, {"description": "Anxiety"}),
        ({"words": "orchard", "gender": "women"}, {"description": "In an orchard"}, {"opening_hours": "24/7"}),
        ({"walk_in": True}, {"walk_in": True, "area_served": (LAMBETH,)}, {**LINE, "area_served": ("UK",)}),
        ({}, {**LINE, "area_served": ("UK",)}, {"area_served": ("UK",), "opening_hours": ""}),
        ({"near": True}, {"opening_hours": "", "area_served": ("UK",)}, {**LINE, "area_served": (LAMBETH, SOUTHWARK)}),
        (
            {"near": True, "only_open": True},
            {**LINE, "area_served": (LAMBETH, SOUTHWARK)},
            {"opening_hours": "", "area_served": ("UK",)},
        ),
    ],
)
def test_what_an_entry_lacks_and_whether_it_is_a_place_decide_the_order(
    catalogue_of: MakeCatalogue,
    here: Place,
    now: datetime,
    asked: dict[str, Any],
    better: dict[str, Any],
    worse: dict[str, Any],
) -> None:
    """Needs and words count one by one, a line lacks a door, and lines follow places only as docs/ranking.md says."""
    first = make_entry(ref="CAD-0001", borough=SOUTHWARK, **{"name": "Z", **better})
    second = make_entry(ref="CAD-0002", borough=SOUTHWARK, **{"name": "A", **worse})
    rest = {name: value for name, value in asked.items() if name != "near"}
    found = find(Query(now, place=here if "near" in asked else None, **rest), catalogue_of(first, second))
    assert refs(found.results) == ["CAD-0001", "CAD-0002"]


def test_only_what_is_known_to_suit_is_enough(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Three services nearby that one has to ask end no search; and a borough that is far away is not near."""
    near = [at_postcode(places, "SE5 9RS", ref=f"CAD-000{n}") for n in range(3)]
    further = at_postcode(places, "CR0 1RG", ref="CAD-0003", self_referral=True)
    somewhere = make_entry(ref="CAD-0004", borough=CROYDON, area_served=("UK",), self_referral=True)
    catalogue = catalogue_of(*near, further, somewhere)
    found = find(Query(now, place=here, self_referral=True), catalogue)
    assert (found.widened, refs(found.results)[:2]) == (True, ["CAD-0004", "CAD-0003"])
    assert refs(find(Query(now, place=here, radius_km=1), catalogue).results) == ["CAD-0000", "CAD-0001", "CAD-0002"]


def test_near_misses_stay_within_a_chosen_distance_and_on_the_first_page(
    catalogue_of: MakeCatalogue, places: Places, here: Place, now: datetime
) -> None:
    """Of those as near, first the one that is known to suit otherwise."""
    for_adults = {"minimum_age": 18, "self_referral": True}
    catalogue = catalogue_of(
        at_postcode(places, "CR0 1RG", ref="CAD-0001", name="B", **for_adults),
        at_postcode(places, "CR0 1RG", ref="CAD-0002", name="A", **{**for_adults, "self_referral": None}),
    )
    asked = Query(now, place=here, ages=CHILD, self_referral=True)
    assert list(missed(find(asked, catalogue))) == ["CAD-0001", "CAD-0002"]
    assert missed(find(replace(asked, radius_km=1), catalogue)) == {}
    assert missed(find(replace(asked, page=2), catalogue)) == {}


@pytest.mark.parametrize(
    ("typed", "words", "name"),
    [("crisis house", "", "Crisis House Café"), ("orchard crisis house", "orchard", "Crisis House")],
)
def test_everyday_words_name_no_service(
    catalogue_of: MakeCatalogue, now: datetime, typed: str, words: str, name: str
) -> None:
    """Where all that was typed says what kind of help is meant, and where a short name is typed among other words."""
    asked = Query(now, typed=typed, words=words, service_types=("home_treatment_team",))
    assert find(asked, catalogue_of(make_entry(name=name))).results == ()


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
        assert bool(found.results) is shown


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
    asked = {"walk_in": True, "service_types": ("crisis_house",), "words": "nothing", "asking": "self"}
    found = find(Query(now, place=here, ages=Ages(30, 30), gender="women", **asked), catalogue)
    assert (found.results, found.near_misses) == ((), ())
    assert refs(found.lines) == ["CAD-0002", "CAD-0001", "CAD-0006"]
    anybody = find(Query(now), catalogue)
    assert refs(anybody.lines) == ["CAD-0001", "CAD-0004", "CAD-0005", "CAD-0006"]


def test_lines_are_the_same_only_where_the_public_rings_the_same_place(
    catalogue_of: MakeCatalogue, now: datetime
) -> None:
    """Two without a number are not one line, and a number for staff makes no second one."""
    line = {"service_type": "text_line", "location_type": "virtual", "opening_hours": "24/7", "area_served": ("UK",)}
    staff = Phone(number="020 7946 0999", audience="professional")
    catalogue = catalogue_of(
        make_entry(ref="CAD-0001", name="Chat A", **line, phones=()),
        make_entry(ref="CAD-0002", name="Chat B", **line, phones=(staff,)),
        make_entry(ref="CAD-0003", name="Line C", **line, phones=ring("0001")),
        make_entry(ref="CAD-0004", name="Line D", **line, phones=(*ring("0001"), staff)),
    )
    assert refs(find(Query(now), catalogue).lines) == ["CAD-0001", "CAD-0002", "CAD-0003"]


def dated(ref: str, **days: str) -> Entry:
    """An entry whose groups of facts are dated so."""
    return make_entry(ref=ref, evidence=tuple({"fact_group": group, "source_date": day} for group, day in days.items()))


def test_how_fresh_an_entry_is_counts_from_today(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """Not from the time that was chosen: what was checked last month is fresh, whenever somebody wants to come."""
    entries = dated("CAD-0001", contact="2026-06-01"), dated("CAD-0002", contact="2026-10-30")
    for at in (now, now + timedelta(days=120)):
        assert refs(find(Query(at, at_given=True), catalogue_of(*entries)).results) == ["CAD-0002", "CAD-0001"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({}, "contact"),
        ({"only_open": True}, "hours"),
        ({"ages": Ages(30, 30)}, "criteria"),
        ({"walk_in": True}, "criteria"),
        ({"asking": "carer"}, "criteria"),
        ({"communities": ("somali",)}, "culture"),
        ({"languages": ("so",), "ages": Ages(30, 30)}, "culture"),
        ({"languages": ("so",), "only_open": True}, "hours"),
    ],
)
def test_the_facts_that_matter_most_must_be_fresh(
    catalogue_of: MakeCatalogue, now: datetime, asked: dict[str, Any], first: str
) -> None:
    """Each entry is fresh in one group of facts and was never dated in the others."""
    entries = [dated(f"CAD-000{n}", **{group: "2026-11-01"}) for n, group in enumerate(FACT_GROUPS)]
    found = find(Query(now, **asked), catalogue_of(*entries))
    assert found.results[0].entry.evidence[0].fact_group == first


def test_how_long_facts_hold_can_be_set(tmp_path: Path, places: Places, taxonomies: Taxonomies, now: datetime) -> None:
    """What is fresh for three months is due after one where that is what was chosen."""
    entries = dated("CAD-0001"), dated("CAD-0002", contact="2026-10-01"), dated("CAD-0003", contact="2026-11-20")
    text = IndexFolder(tmp_path / "index", places.areas, taxonomies).rebuild(entries, 1)
    days = {"contact": 30, "hours": 30, "criteria": 30, "culture": 30}
    catalogue = Catalogue(entries, places, taxonomies, text, number=1, today=now.date(), fresh_days=days)
    assert refs(find(Query(now), catalogue).results) == ["CAD-0003", "CAD-0001", "CAD-0002"]


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


def test_any_word_only_where_no_entry_has_all(catalogue_of: MakeCatalogue, now: datetime) -> None:
    """The answer says that it fell back."""
    catalogue = catalogue_of(make_entry(borough=LAMBETH, name="Garden"))
    assert find(Query(now, words="garden"), catalogue).any_word is False
    assert find(Query(now, words="garden rowing"), catalogue).any_word is True
    nothing = find(Query(now, words="rowing"), catalogue)
    assert (nothing.any_word, nothing.words_left_out, nothing.total) == (True, False, 0)
    without = find(Query(now, words="rowing", gender="women"), catalogue)
    assert (without.any_word, without.words_left_out, without.total) == (False, True, 1)


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
        ({"communities": ("somali",)}, {"communities": ("jewish",)}, "Any community", {"community": None}),
        ({"languages": ("so",)}, {"languages": ("en",)}, "Any language", {"language": None}),
        ({"ages": Ages(17, 17)}, {"minimum_age": 18}, "Any age", {"age": None}),
        ({"self_referral": True}, {"self_referral": False}, "With or without self-referral", {"self_referral": None}),
        ({"walk_in": True}, {"walk_in": False}, "With or without walking in", {"walk_in": None}),
        ({"step_free": True}, {"step_free": False}, "With or without steps", {"step_free": None}),
        ({"takes": ("dog",)}, {"dog": CrewFact(value=False)}, "Whether or not it takes a dog", {"dog": None}),
        ({"asking": "self"}, {"self_referral": False}, "Whoever is asking", {"asking": None}),
        ({"needs": ("suicidal",)}, {"service_type": "advocacy"}, "Any need", {"need": None}),
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


CLOCKS_CHANGE = [
    datetime(2026, 3, 29, 0, 48, tzinfo=LONDON),
    datetime(2026, 10, 25, 1, 58, tzinfo=LONDON),
    datetime(2026, 10, 25, 1, 58, fold=1, tzinfo=LONDON),
]


@pytest.mark.parametrize("at", [*CLOCKS_CHANGE, datetime(2026, 12, 4, 21, 4, tzinfo=LONDON)])
def test_whoever_arrives_later_meets_what_the_schedule_says(catalogue_of: MakeCatalogue, at: datetime) -> None:
    """Also when the clocks change on the way, and when the catalogue is older than its horizon."""
    hours = ["", "24/7", "Mo-Su 18:00-01:30", "Su 02:00-03:00", "2026 Oct 25 01:00-02:00", "Mo-Su 22:00-24:00"]
    hours += ['Mo-Su 18:00-24:00 "last admission 60 minutes before closing"', "2026 Oct 25 off"]
    catalogue = catalogue_of(*(make_entry(ref=f"CAD-{n:04}", opening_hours=text) for n, text in enumerate(hours)))
    for minutes in range(0, 300, 15):
        there = (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON)
        rows = np.arange(len(hours))
        opened, unknown = catalogue.on_arrival(rows, at, np.full(len(hours), minutes))
        assert opened.tolist() == [
            o.state == "open" and (o.last_admission_at is None or there.timestamp() < o.last_admission_at.timestamp())
            for o in (opening.answer for opening in catalogue.openings(rows, there))
        ]
        assert unknown.tolist() == [o.answer.state == "unknown" for o in catalogue.openings(rows, there)]


@pytest.mark.parametrize("at", [*CLOCKS_CHANGE, datetime(2026, 11, 22, 21, 3, 10, tzinfo=LONDON)])
def test_the_arrival_is_the_later_end_of_the_quickest_way(
    catalogue_of: MakeCatalogue, places: Places, here: Place, at: datetime
) -> None:
    """In real minutes from the next five minutes of the clock, whatever the clocks do on the way."""
    postcodes = ["SE5 9RS", "E1 6AN", "CR0 1RG", "EN2 8JL", "N1 9GU", "SW1A 1AA", "E14 5AB", "W2 1NY"]
    catalogue = catalogue_of(*(at_postcode(places, code, ref=f"CAD-{n:04}") for n, code in enumerate(postcodes)))
    ways: list[tuple[Any, Any]] = [(None, None), ("police", "car")]
    for asking, by in ways:
        for result in find(Query(at, place=here, radius_km=40, asking=asking), catalogue).results:
            assert result.arrival is not None
            travel = result.arrival.travel
            bands = [getattr(travel, by)] if by else [travel.foot, travel.transit]
            took = min(band.most for band in bands) * 60
            there = datetime.fromtimestamp(-(-int(at.timestamp()) // 300) * 300 + took, LONDON)
            assert result.arrival.at.isoformat() == there.isoformat()


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
    ages=st.sampled_from([None, Ages(17, 17), ADULT]),
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
    seen = refs(found.results) + list(missed(found))
    assert len(seen) == len(set(seen))
    for result in found.results:
        entry, sure = result.entry, not result.ask_about
        assert entry.is_public
        assert entry.gender in (None, asked["gender"]) or asked["gender"] is None
        assert asked["ages"] is None or (entry.minimum_age or 0) <= asked["ages"].oldest
        assert not entry.area_served or {SOUTHWARK, "SEL", "London"} & set(entry.area_served)
        assert result.distance_km is None or entry.address_visibility == "full"
        assert asked["radius_km"] is None or (result.distance_km or 0) <= asked["radius_km"] * 1.01
        assert not asked["self_referral"] or entry.self_referral is not False
        assert not (sure and asked["self_referral"]) or entry.self_referral
        assert not asked["only_open"] or result.answer.state != "closed"
        assert not (sure and asked["only_open"]) or result.answer.state == "open"
    for miss in found.near_misses:
        assert miss.rule in ("residence", "age", "gender", "self_referral", "open") and miss.text
        assert miss.result.entry.is_public
        assert miss.result.distance_km is None or miss.result.entry.address_visibility == "full"
