"""Completions of what is being typed: which come first, that the rest stays, and that nothing is given away."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Entry
from directory.places import Place, Places
from directory.search.catalogue import Catalogue
from directory.search.completions import MOST_OF_A_KIND, Completion, Completions
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, make_entry
from tests.search.conftest import MakeCatalogue

ENTRIES = [
    {"name": "Brixton Evening Café", "communities": ("somali", "women"), "languages": ("so", "tr"), **CAMBERWELL},
    {
        "name": "Somali Women's Line",
        "service_type": "crisis_line",
        "communities": ("somali",),
        "location_type": "virtual",
    },
    {"name": "The Quiet Room at Brockley", "service_type": "safe_haven"},
    {"name": "Bright Young Counselling", "service_type": "counselling"},
    {"name": "Brimming Cup Café", "communities": ("turkish",)},
]


def entries() -> list[Entry]:
    """The entries above."""
    return [make_entry(ref=f"CAD-{number}", **facts) for number, facts in enumerate(ENTRIES, 9001)]


@pytest.fixture(scope="module")
def completions(places: Places, taxonomies: Taxonomies) -> Completions:
    """Made once, as in the application."""
    return Completions(places, taxonomies)


@pytest.fixture
def catalogue(catalogue_of: MakeCatalogue) -> Catalogue:
    """A catalogue of the entries above."""
    return catalogue_of(*entries())


def texts(found: tuple[Completion, ...]) -> list[str]:
    """The texts alone."""
    return [completion.text for completion in found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("somali women bri", ("somali women Brixton", "place")),
        ("bri", ("Brixton", "place")),
        ("BRIX", ("Brixton", "place")),
        ("lew", ("Lewisham", "place")),
        ("isl", ("Islington", "place")),
        ("king", ("Kingston upon Thames", "place")),
        ("kings c", ("King's Cross", "place")),
        ("lbbd", ("Barking and Dagenham", "place")),
        ("crisis caf", ("Crisis café", "type")),
        ("turkish speaking couns", ("turkish speaking counselling", "type")),
        ("brixton cri", ("brixton crisis café", "type")),
        ("dv near ha", ("dv near Harrow", "place")),
        ("som", ("Somali", "community")),
        ("turkish", ("Turkish", "community")),
        ("suicidal th", ("Suicidal thoughts", "need")),
        ("the quiet", ("The Quiet Room at Brockley", "service")),
        ("quiet room", ("The Quiet Room at Brockley", "service")),
        ("crisis cafe ange", ("crisis cafe anger", "need")),
        ("crisis cafe angel", ("crisis cafe near Angel", "place")),
        ("crisis cafe in the ang", ("crisis cafe in the Angel", "place")),
        ("angel", ("Angel", "place")),
        ("se5", ("SE5", "postcode")),
        ("open now n1", ("open now N1", "postcode")),
        ("sw1", ("SW1A", "postcode")),
        ("se5 8", ("SE5 8", "postcode")),
        ("se58", ("SE5 8", "postcode")),
        ("Se5 8a", ("SE5 8AA", "postcode")),
        ("women e16a", ("women E1 6AA", "postcode")),
        ("se58az", ("SE5 8AZ", "postcode")),
    ],
)
def test_what_comes_first(completions: Completions, catalogue: Catalogue, typed: str, first: tuple[str, str]) -> None:
    """Beginnings of whole names before later words, boroughs before smaller places, short before long."""
    best = completions.complete(typed, catalogue)[0]
    assert (best.text, best.kind) == first


@pytest.mark.parametrize(
    ("typed", "text", "detail"),
    [
        ("brixto", "Brixton", "Lambeth"),
        ("lewish", "Lewisham", "Borough"),
        ("se5 8az", "SE5 8AZ", "Southwark"),
        ("n16", "N16", "Hackney"),
        ("crisis li", "Crisis line", "Type of help"),
        ("brixton ev", "Brixton Evening Café", "Crisis café, Southwark"),
        ("somali women's", "Somali Women's Line", "Crisis line"),
    ],
)
def test_what_is_said_beside_it(
    completions: Completions, catalogue: Catalogue, typed: str, text: str, detail: str
) -> None:
    """Enough to tell one from another."""
    found = {completion.text: completion.detail for completion in completions.complete(typed, catalogue)}
    assert detail in found[text]


@pytest.mark.parametrize("typed", ["", " ", "b", "?", "17", "zzz", "бри", "e1 tonight", "99", "m1 1aa", "bt1", "wd23"])
def test_nothing_is_forced(completions: Completions, catalogue: Catalogue, typed: str) -> None:
    """One letter is too little, and other cities' postcodes are not offered."""
    assert completions.complete(typed, catalogue) == ()


def test_a_second_place_is_not_offered_after_a_postcode(completions: Completions, catalogue: Catalogue) -> None:
    """It would contradict the first."""
    assert "place" not in {completion.kind for completion in completions.complete("se5 8az bri", catalogue)}
    assert "place" in {completion.kind for completion in completions.complete("women bri", catalogue)}


def test_only_a_place_is_offered_after_near(completions: Completions, catalogue: Catalogue) -> None:
    """And after "in" and the like."""
    assert {completion.kind for completion in completions.complete("women near br", catalogue)} == {"place"}
    assert {completion.kind for completion in completions.complete("women in br", catalogue)} == {"place"}


def test_kinds_are_mixed(completions: Completions, catalogue: Catalogue) -> None:
    """A few of each before more of one; services only for the whole text; no more than were asked for."""
    found = completions.complete("br", catalogue)
    assert {"place", "service"} <= {completion.kind for completion in found} and len(found) == 8
    assert [completion.kind for completion in found[:4]].count("place") == MOST_OF_A_KIND
    assert {completion.entry.name for completion in found if completion.entry} <= {entry.name for entry in entries()}
    assert not [c for c in completions.complete("women br", catalogue) if c.entry]
    assert completions.complete("br", catalogue, limit=2) == found[:2]


def test_other_words_lead_to_the_name_once_half_is_typed(completions: Completions, catalogue: Catalogue) -> None:
    """What somebody types, outdated or not, is answered with the name that the directory uses."""
    assert texts(completions.complete("helplin", catalogue))[0] == "Crisis line"
    assert "Crisis line" not in texts(completions.complete("hel", catalogue))


def test_only_what_the_public_can_find(completions: Completions, catalogue_of: MakeCatalogue) -> None:
    """No name of an entry that is not public, no type that only such entries have, no borough of a hidden address."""
    catalogue = catalogue_of(
        make_entry(ref="CAD-1", name="Xanadu Refuge", address_visibility="hidden", **CAMBERWELL),
        make_entry(
            ref="CAD-2", name="Xanadu Suite", service_type="health_based_place_of_safety", audience="professional"
        ),
        make_entry(ref="CAD-3", name="Xanadu Rumour", status="unverified", communities=("somali",)),
        make_entry(ref="CAD-4", name="Xanadu Past", status="withdrawn", languages=("tr",)),
    )
    (only,) = completions.complete("xanadu", catalogue)
    assert (only.text, only.detail) == ("Xanadu Refuge", "Crisis café")
    for typed in ("health-based place", "somal", "turkis"):
        assert not {completion.kind for completion in completions.complete(typed, catalogue)} - {"place"}


def test_an_entry_that_hides_its_postcode_adds_none(completions: Completions, catalogue_of: MakeCatalogue) -> None:
    """Postcodes come from the national table, the same with and without the entry."""
    hidden = make_entry(name="Xanadu", address="1 High Street", address_visibility="hidden", **CAMBERWELL)
    alone = completions.complete("se5 8a", catalogue_of())
    assert completions.complete("se5 8a", catalogue_of(hidden)) == alone != ()


def test_a_new_catalogue_is_noticed(completions: Completions, catalogue_of: MakeCatalogue) -> None:
    """What is published is offered, what is withdrawn is not."""
    assert not completions.complete("xanadu", catalogue_of())
    assert texts(completions.complete("xanadu", catalogue_of(make_entry(name="Xanadu")))) == ["Xanadu"]
    assert not completions.complete("xanadu", catalogue_of())


def test_every_borough_and_outcode_is_where_it_says(
    completions: Completions, catalogue: Catalogue, places: Places
) -> None:
    """Each can be completed from its start, and what is offered is read back as the same place."""
    for borough in places.areas.boroughs:
        found = completions.complete(borough.name[:-1], catalogue)
        assert found[0].text == borough.name
        located = places.locate(found[0].text)
        assert isinstance(located, Place) and located.borough == borough.code
    for outcode in ("E1", "EC1A", "N1C", "SE28", "TW1", "UB11", "W1T", "WC2N", "CR0", "IG11", "BR8"[:2] + "7"):
        found = completions.complete(outcode[:-1] + outcode[-1].lower(), catalogue)
        assert found[0].text == outcode
        located = places.locate(outcode)
        assert isinstance(located, Place) and located.kind == "outcode"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=st.text(max_size=300), last=st.sampled_from(["brixto", "se5 8", "crisis li", "xy", "st. joh", ""]))
def test_whatever_was_typed_before_stays(
    completions: Completions, catalogue: Catalogue, before: str, last: str
) -> None:
    """Any text is survived; all before the last words is kept, and nothing comes twice."""
    found = completions.complete(f"{before} {last}", catalogue)
    assert len(found) <= 8 and len({(completion.text, completion.entry) for completion in found}) == len(found)
    begun = [completion for completion in found if completion.entry is None]
    assert all(completion.text.split()[:1] == before.split()[:1] for completion in begun if len(before.split()) > 6)
    if last == "brixto" and not any(mark.isdigit() for mark in before):
        assert f"{before} Brixton" in texts(found)
