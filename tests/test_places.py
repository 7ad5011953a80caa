"""What people type, and where the directory thinks that is. Real tables: a made-up postcode would prove nothing."""

from datetime import date

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.places import (
    Choices,
    NotFound,
    Place,
    Places,
    distance_in_words,
    distance_km,
    distances_km,
    miles,
)
from directory.places.areas import DATA, read_rows
from directory.places.tables import NO_POSITION, decode

LAMBETH, SOUTHWARK, HILLINGDON, CITY = "E09000022", "E09000028", "E09000017", "E09000001"


def located(places: Places, text: str) -> Place:
    answer = places.locate(text)
    assert isinstance(answer, Place), answer
    return answer


def refused(places: Places, text: str) -> NotFound:
    answer = places.locate(text)
    assert isinstance(answer, NotFound), answer
    return answer


@pytest.mark.parametrize(
    "typed",
    [
        "SE5 8AZ",
        "se5 8az",
        "SE58AZ",
        "Se5-8aZ.",
        " s e 5  8 a z ",
        "\tSE5\u00a08AZ\r\n",
        "ＳＥ５ ８ＡＺ",
        "SE5\u200b8AZ",
        "(SE5 8AZ)",
        "she is at se5 8az now",
        "postcode:SE58AZ,thanks",
    ],
)
def test_a_postcode_is_read_as_people_write_it(places: Places, typed: str) -> None:
    place = located(places, typed)
    assert (place.kind, place.label, place.borough, place.icb) == ("postcode", "SE5 8AZ", SOUTHWARK, "SEL")
    assert (place.easting, place.northing, place.exact, place.in_london) == (532662, 176149, True, True)
    assert (place.latitude, place.longitude) == (pytest.approx(51.46877, abs=1e-4), pytest.approx(-0.09147, abs=1e-4))
    assert place.note is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("E1O 5AA", "E10 5AA"),  # the letter O for the figure 0
        ("EI 6AN", "E1 6AN"),  # I for 1
        ("el 6an", "E1 6AN"),  # l for 1
        ("0X1 1AA", "OX1 1AA"),  # the figure 0 for the letter O
        ("SE1O", "SE10"),
        ("caller at eI 6an tonight", "E1 6AN"),
    ],
)
def test_a_letter_taken_for_a_figure_is_put_right_and_said(places: Places, typed: str, read: str) -> None:
    place = located(places, typed)
    assert place.label == read
    assert place.note is not None
    assert place.note.startswith(f"Read as {read}.")


@pytest.mark.parametrize("typed", ["L1 8JQ", "IG1 1AA", "OX1 1AA", "LL11 1AA", "E10 5AA"])
def test_a_postcode_that_exists_as_written_is_never_respelt(places: Places, typed: str) -> None:
    assert located(places, typed).label == typed


@pytest.mark.parametrize(
    ("typed", "borough", "icb"),
    [
        ("W1A 1AA", "Westminster", "NWL"),
        ("EC1A 1BB", "Islington", "NCL"),
        ("SW1A 1AA", "Westminster", "NWL"),
        ("E1 6AN", "City of London", "NEL"),
        ("UB3 4AB", "Hillingdon", "NWL"),
        ("KT1 1EU", "Kingston upon Thames", "SWL"),
    ],
)
def test_postcodes_of_every_shape_know_their_borough(places: Places, typed: str, borough: str, icb: str) -> None:
    place = located(places, typed)
    assert (place.label, place.borough_name, place.icb) == (typed, borough, icb)


def test_outside_london_works_and_says_so(places: Places) -> None:
    place = located(places, "m1 1ae")
    assert (place.in_london, place.borough, place.icb, place.easting) == (False, None, None, 384756)
    assert place.note == "This is outside London. The directory covers London."


@pytest.mark.parametrize("typed", ["IM1 1AA", "JE2 3AA", "GY1 1AA", "GIR 0AA"])
def test_a_postcode_without_a_position_is_known_but_is_nowhere(places: Places, typed: str) -> None:
    place = located(places, typed)
    assert (place.label, place.easting, place.northing, place.latitude, place.longitude) == (typed, *[None] * 4)
    assert place.note


@pytest.mark.parametrize(
    ("typed", "kind", "label", "borough", "icb"),
    [
        ("SE5", "outcode", "SE5", None, "SEL"),  # Lambeth and Southwark: the borough would be a guess
        ("se 5", "outcode", "SE5", None, "SEL"),
        ("SW9", "outcode", "SW9", "Lambeth", "SEL"),  # all but a few of its postcodes
        ("E1", "outcode", "E1", None, "NEL"),
        ("E16", "outcode", "E16", None, "NEL"),  # not sector 6 of E1
        ("N1", "outcode", "N1", None, None),
        ("EC1", "outcode", "EC1", None, None),  # EC1A to EC1Y together
        ("W1", "outcode", "W1", None, None),  # W1A to W1W, not the few old ones without a letter
        ("SE5 8", "sector", "SE5 8", None, "SEL"),
        ("se58", "sector", "SE5 8", None, "SEL"),
        ("SE5 8a", "sector", "SE5 8", None, "SEL"),  # still typing
        ("UB3 4", "sector", "UB3 4", "Hillingdon", "NWL"),
    ],
)
def test_part_of_a_postcode_is_an_area_whose_borough_is_never_a_guess(
    places: Places, typed: str, kind: str, label: str, borough: str | None, icb: str | None
) -> None:
    place = located(places, typed)
    assert (place.kind, place.label, place.borough_name, place.icb, place.exact) == (kind, label, borough, icb, False)
    assert place.in_london
    assert place.easting is not None


def test_the_centre_of_an_area_is_among_its_postcodes(places: Places) -> None:
    whole, part, one = (located(places, text) for text in ("SE5", "SE5 8", "SE5 8AZ"))
    for area, reach in ((whole, 2500), (part, 1200)):
        assert abs((area.easting or 0) - (one.easting or 0)) < reach
        assert abs((area.northing or 0) - (one.northing or 0)) < reach
    assert abs((located(places, "W1").easting or 0) - 529000) < 500


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("Lambeth", "borough", "Lambeth"),
        ("LAMBETH COUNCIL", "borough", "Lambeth"),
        ("London Borough of Lambeth", "borough", "Lambeth"),
        ("Royal Borough of Kensington & Chelsea", "borough", "Kensington and Chelsea"),
        ("hammersmith and fulham", "borough", "Hammersmith and Fulham"),
        ("Kingston", "borough", "Kingston upon Thames"),
        ("Richmond-upon-Thames", "borough", "Richmond upon Thames"),
        ("city of london", "borough", "City of London"),
        ("the City of London", "borough", "City of London"),
        ("City of Westminster", "borough", "Westminster"),
        ("Croydon", "borough", "Croydon"),  # not the neighbourhood inside it
        ("NCL", "icb", "North Central London"),
        ("nel icb", "icb", "North East London"),
        ("south east london", "icb", "South East London"),
        ("NHS South West London Integrated Care Board", "icb", "South West London"),
        ("West London", "icb", "North West London"),
        ("Brixton", "name", "Brixton"),
        ("brixton, lambeth", "name", "Brixton"),
        ("Brixton, London", "name", "Brixton"),
        ("near Brixton", "name", "Brixton"),
        ("shepherds bush", "name", "Shepherd's Bush"),
        ("SHEPHERD\u2019S BUSH", "name", "Shepherd's Bush"),
        ("Elephant & Castle", "name", "Elephant and Castle"),
        ("saint johns wood", "name", "St John's Wood"),
        ("Harrow-on-the-Hill", "name", "Harrow on the Hill"),
        ("Bow", "name", "Bow"),
        ("angel", "name", "Angel"),
        ("London", "name", "London"),
    ],
)
def test_names_are_known_in_any_dress(places: Places, typed: str, kind: str, label: str) -> None:
    place = located(places, typed)
    assert (place.kind, place.label, place.exact, place.in_london) == (kind, label, False, True)
    assert place.easting is not None


def test_a_name_claims_a_borough_only_where_its_surroundings_are_in_one(places: Places) -> None:
    assert located(places, "Brixton").borough_name == "Lambeth"
    assert (located(places, "Kilburn").borough, located(places, "Kilburn").icb) == (None, "NWL")
    assert (located(places, "Crystal Palace").borough, located(places, "Crystal Palace").icb) == (None, None)
    assert located(places, "London").borough is None


@pytest.mark.parametrize(
    ("typed", "message", "queries"),
    [
        ("Hayes", "Which Hayes do you mean?", ["Hayes, Bromley", "Hayes, Hillingdon"]),
        ("plaistow", "Which Plaistow do you mean?", ["Plaistow, Bromley", "Plaistow, Newham"]),
        ("South London", "Which South London do you mean?", ["South East London", "South West London"]),
        (
            "West and North London ICB",
            "Which West and North London ICB do you mean?",
            ["North Central London", "North West London"],
        ),
    ],
)
def test_a_name_of_several_places_offers_choices_that_can_be_followed(
    places: Places, typed: str, message: str, queries: list[str]
) -> None:
    answer = places.locate(typed)
    assert isinstance(answer, Choices)
    assert (answer.message, [option.query for option in answer.options]) == (message, queries)
    assert [option.label for option in answer.options] == queries
    for option in answer.options:
        assert located(places, option.query).easting == option.easting


@pytest.mark.parametrize(
    ("typed", "borough"), [("51.47,-0.09", SOUTHWARK), ("51.47 -0.09", SOUTHWARK), ("(51.4708, -0.4609)", HILLINGDON)]
)
def test_a_device_s_point_is_in_the_borough_of_the_nearest_postcode(places: Places, typed: str, borough: str) -> None:
    place = located(places, typed)
    assert (place.kind, place.exact, place.borough, place.in_london) == ("point", True, borough, True)
    assert located(places, place.query) == place


@pytest.mark.parametrize("typed", ["53.48,-2.24", "50.82,-0.14"])
def test_a_point_elsewhere_in_great_britain_is_outside_london(places: Places, typed: str) -> None:
    place = located(places, typed)
    assert (place.in_london, place.borough) == (False, None)
    assert place.note


@pytest.mark.parametrize(
    "typed", ["48.85,2.35", "50.95,1.86", "53.35,-6.26", "54.6,-5.93", "999,999", "90,0", "-90,0", "0,180", "0,0"]
)
def test_a_point_outside_great_britain_says_so(places: Places, typed: str) -> None:
    answer = refused(places, typed)
    assert (answer.reason, answer.message[:40]) == ("outside_uk", "That point is outside Great Britain. Use")


@pytest.mark.parametrize(
    ("typed", "reason", "said", "fallback"),
    [
        ("QX1 1AA", "impossible", "No UK postcode starts with QX", None),
        ("SE5 8CC", "impossible", "never has C in its second half", "SE5 8"),
        ("SE5I 8AZ", "impossible", "Check the letter I", None),
        ("SE5 8XX", "unknown", "We don't know the postcode SE5 8XX. It may be new. Check it, or use SE5 8.", "SE5 8"),
        ("UB3 6XX", "unknown", "Check it, or use UB3.", "UB3"),
        ("SE83 8AZ", "unknown", "Check the first half, SE83.", None),
        ("EC7", "unknown", "We don't know the postcode area EC7", None),
        ("BT1 1AA", "northern_ireland", "Northern Ireland", None),
        ("bt1", "northern_ireland", "Northern Ireland", None),
        ("near BT1", "northern_ireland", "Northern Ireland", None),
        ("", "empty", "Enter a postcode", None),
        (" \t\x00 .,", "empty", "Enter a postcode", None),
        ("se5 8az " * 100, "too_long", "too long", None),
        ("Xanadu", "not_found", "We don't know a place called Xanadu", None),
    ],
)
def test_what_cannot_be_found_says_why_and_offers_the_nearest_known_area(
    places: Places, typed: str, reason: str, said: str, fallback: str | None
) -> None:
    answer = refused(places, typed)
    assert (answer.reason, answer.fallback.label if answer.fallback else None) == (reason, fallback)
    assert said in answer.message


@pytest.mark.parametrize(
    ("typed", "suggestions"),
    [("Brixon", ("Brixton",)), ("Walthamsto", ("Walthamstow",)), ("Watford", ()), ("Bo", ()), ("x" * 300, ())],
)
def test_close_names_are_offered_never_assumed(places: Places, typed: str, suggestions: tuple[str, ...]) -> None:
    assert refused(places, typed).suggestions == suggestions


@pytest.mark.parametrize(
    ("typed", "label", "left"),
    [
        ("crisis cafe near brixton", "Brixton", "crisis cafe"),
        ("crisis cafe near  the Elephant & Castle tonight", "Elephant and Castle", "crisis cafe tonight"),
        ("somali women E1 tonight", "E1", "somali women tonight"),
        ("black men brixton hill", "Brixton Hill", "black men"),  # the longest name
        ("asian women North West London", "North West London", "asian women"),
        ("waltham forest carers near leyton", "Leyton", "waltham forest carers"),  # the one that was asked for
        ("at SE5 8AZ, under 18", "SE5 8AZ", "under 18"),
        ("Brixton SW9 crisis", "SW9", "crisis"),  # one address
        ("SE5 8AZ Camberwell women", "SE5 8AZ", "women"),
        ("E1 7 days a week", "E1", "7 days a week"),  # not sector E1 7
        ("cafe near se5 8", "SE5 8", "cafe"),
        ("e1 9pm", "E1", "9pm"),
        ("SE5 1st floor", "SE5", "1st floor"),
        ("help in M1", "M1", "help"),
        ("near angel", "Angel", ""),
        ("cafe around Bow", "Bow", "cafe"),
        ("cafe in Hayes, Hillingdon", "Hayes", "cafe"),
        ("tower hamlets council women", "Tower Hamlets", "women"),
        ("anything in brixton close by", "Brixton", "anything close by"),
        ("51.5,-0.1", "51.5000, -0.1000", ""),
    ],
)
def test_a_place_is_found_inside_a_phrase_and_the_other_words_kept(
    places: Places, typed: str, label: str, left: str
) -> None:
    answer, words = places.find_in(typed)
    assert isinstance(answer, Place), answer
    assert (answer.label, words) == (label, left)


@pytest.mark.parametrize(
    "typed",
    ["bow and arrow", "angel support", "St Giles trust", "vitamin B12", "section S12 doctor", "S136", "hackney road",
     "in a crisis", "core 24", "is it so old", "call 020 7946 0123"],
)  # fmt: skip
def test_everyday_words_streets_and_jargon_are_not_places(places: Places, typed: str) -> None:
    answer, words = places.find_in(typed)
    assert isinstance(answer, NotFound)
    assert (answer.reason, words) == ("empty", typed)


@pytest.mark.parametrize(
    ("typed", "reason", "left"),
    [
        ("QX1 1AA cafe", "impossible", "cafe"),
        ("cafe SE5 8XX women", "unknown", "cafe women"),
        ("BT1 1AA", "northern_ireland", ""),
        ("crisis cafe near Xanadu", "not_found", "crisis cafe"),
        ("cafe near me", "empty", "cafe"),
        ("x" * 501, "too_long", "x" * 501),
        ("", "empty", ""),
    ],
)
def test_a_place_that_cannot_be_found_in_a_phrase_says_why(places: Places, typed: str, reason: str, left: str) -> None:
    answer, words = places.find_in(typed)
    assert isinstance(answer, NotFound), answer
    assert (answer.reason, words) == (reason, left)


@settings(deadline=None)
@given(data=st.data())
def test_any_postcode_is_found_again_from_any_spelling(places: Places, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(places.tables.codes) - 1))
    seven = decode(int(places.tables.codes[row]))
    outcode, inward = seven[:4].strip(), seven[4:]
    gap = data.draw(st.sampled_from(["", " ", "  ", "-", ". ", "\u00a0"]))
    typed = data.draw(st.sampled_from([str.lower, str.upper, str.title]))(f"{outcode}{gap}{inward}")
    typed = data.draw(st.sampled_from(["{}", " {}.", "({})", "at {} now", "caller,{},urgent"])).format(typed)
    place = located(places, typed)
    assert place.label == f"{outcode} {inward}"
    position = int(places.tables.eastings[row]), int(places.tables.northings[row])
    assert (place.easting, place.northing) == (position if NO_POSITION not in position else (None, None))
    assert located(places, place.query) == place


@settings(deadline=None)
@given(st.text(max_size=600) | st.text("sStT eE5oO0lLiI18aAzZ,.-'near", max_size=200) | st.binary().map(repr))
def test_nothing_typed_is_an_error(places: Places, text: str) -> None:
    assert isinstance(places.locate(text), Place | Choices | NotFound)
    answer, words = places.find_in(text)
    assert isinstance(answer, Place | Choices | NotFound)
    assert isinstance(words, str)


@pytest.mark.parametrize(
    "typed",
    ["'; DROP TABLE x; --", "<script>alert(1)</script>", "\x00\x1b[2J", "Ω≈ç√∫", "北京市", "\ud800", "s1l1o1 " * 70,
     "1" * 10_000, "near " * 2000, "\ufdfa" * 500, "٥١.٤٧,٠", "ıİ1 6aN"],
)  # fmt: skip
def test_hostile_text_is_not_an_error(places: Places, typed: str) -> None:
    assert places.locate(typed) is not None
    assert places.find_in(typed) is not None


def test_every_borough_is_found_by_name_and_lies_in_its_footprint(places: Places) -> None:
    assert len(places.boroughs) == 33
    for borough in places.boroughs.values():
        place = located(places, borough.name)
        assert (place.kind, place.borough, place.icb) == ("borough", borough.code, borough.footprint)
        for name in (borough.code, borough.name.upper(), *borough.also_known_as):
            assert places.borough(name) == borough
        footprint = places.footprint_of(borough.code)
        assert footprint is not None
        assert footprint.code == borough.footprint
    assert places.borough("Camden Town") is None
    assert places.footprint_of("Manchester") is None


@pytest.mark.parametrize(
    ("footprint", "on", "name"),
    [
        ("NCL", date(2022, 6, 30), None),
        ("NCL", date(2022, 7, 1), "NHS North Central London Integrated Care Board"),
        ("NCL", date(2026, 3, 31), "NHS North Central London Integrated Care Board"),
        ("NCL", date(2026, 4, 1), "NHS West and North London Integrated Care Board"),
        ("North West London", date(2027, 1, 1), "NHS West and North London Integrated Care Board"),
        ("SEL", date(2026, 4, 1), "NHS South East London Integrated Care Board"),
        ("XXX", date(2026, 4, 1), None),
    ],
)
def test_a_footprint_has_one_board_on_each_day(places: Places, footprint: str, on: date, name: str | None) -> None:
    board = places.board_on(footprint, on)
    assert (board.name if board else None) == name


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("SE5 8AZ", {"Southwark"}),
        ("SE5", {"Lambeth", "Southwark"}),
        ("Tooting", {"Merton", "Wandsworth"}),
        ("Lambeth", {"Lambeth"}),
        ("NCL", {"Barnet", "Camden", "Enfield", "Haringey", "Islington"}),
        ("EN8", {"Enfield"}),
        ("M1 1AE", set()),
    ],
)
def test_a_place_knows_every_borough_that_it_may_be_in(places: Places, typed: str, names: set[str]) -> None:
    assert {places.boroughs[code].name for code in located(places, typed).boroughs} == names


def within(places: Places, easting: float, northing: float, radius_m: float) -> frozenset[str]:
    """Codes of the boroughs within a radius."""
    distances = places.borough_distances(easting, northing).tolist()
    return frozenset(code for code, metres in zip(places.boroughs, distances, strict=True) if metres <= radius_m)


def test_every_name_in_the_list_is_found_with_its_borough_and_lies_near_it(places: Places) -> None:
    rows = [row for row in read_rows(DATA / "places.csv") if row["borough"]]
    assert len(rows) > 400
    for row in rows:
        place = located(places, f"{row['name']}, {places.boroughs[row['borough']].name}")
        assert place.easting is not None
        assert place.northing is not None
        assert row["borough"] in within(places, place.easting, place.northing, 1000), place
        assert place.borough == (None if row["also_in"] else row["borough"])


@settings(deadline=None, max_examples=30)
@given(east=st.integers(500_000, 565_000), north=st.integers(153_000, 203_000), radius=st.integers(0, 20_000))
def test_boroughs_within_a_radius_miss_none_and_add_only_those_a_square_away(
    places: Places, east: int, north: int, radius: int
) -> None:
    tables = places.tables
    rows = tables.near_london
    far = np.hypot(tables.eastings[rows] - east, tables.northings[rows] - north)
    codes = np.array(tables.districts)[tables.areas[rows]]
    london = frozenset(places.boroughs)
    found = within(places, east, north, radius)
    assert london.intersection(codes[far <= radius]) <= found
    assert found <= london.intersection(codes[far <= radius + 1415])


def test_boroughs_within_a_radius_grow_with_it(places: Places) -> None:
    east, north = 532661, 176149
    near, far = within(places, east, north, 10), within(places, east, north, 3000)
    assert {SOUTHWARK} <= near < far
    assert {LAMBETH, "E09000023"} <= far
    assert HILLINGDON not in far
    assert within(places, east, north, 60_000) == frozenset(places.boroughs)
    assert within(places, 384756, 398553, 5000) == frozenset()


degrees = st.tuples(st.floats(49.9, 60.8), st.floats(-8.0, 1.7))


@settings(deadline=None)
@given(degrees, degrees)
def test_distances_are_geopy_s_geodesic_to_a_millimetre_and_the_same_both_ways(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    there = distance_km(*a, *b)
    assert there == pytest.approx(geodesic(a, b).kilometers, abs=1e-6)
    assert there == pytest.approx(distance_km(*b, *a), abs=1e-9)
    latitudes, longitudes = zip(a, b, strict=True)
    assert distances_km(*a, latitudes, longitudes).tolist() == pytest.approx([0, there], abs=1e-9)


@pytest.mark.parametrize(
    ("kilometres", "words"),
    [(0, "less than 0.1 miles"), (0.17, "0.1 miles"), (0.7, "0.4 miles"), (1.609344, "1 mile"), (1.7, "1.1 miles"),
     (3.218688, "2 miles"), (16.0, "9.9 miles"), (16.09, "10 miles"), (19.4, "12 miles")],
)  # fmt: skip
def test_distances_are_said_in_miles(kilometres: float, words: str) -> None:
    assert distance_in_words(kilometres) == words
    assert miles(1.609344) == pytest.approx(1)
