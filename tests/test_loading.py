"""A file of entries is checked whole, complained about in plain English, and published whole or not at all."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import revisions
from directory.config import DATA
from directory.db import Database
from directory.loading import LOADER, Complaint, Loaded, Row, load, read_services, refs_not_in_file, sheets
from directory.models import Entry, LiveStatus, Phone
from directory.places import Places
from directory.taxonomies import Taxonomies

COLUMNS = (DATA / "services.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
PLAIN = {
    "ref": "CAD-9001",
    "name": "Example Sanctuary",
    "service_type": "crisis_cafe",
    "status": "active",
    "audience": "public",
    "location_type": "physical",
    "address_visibility": "full",
    "phone": "020 7946 0123",
    "source_url": "https://example.org/source",
}
LAMBETH, SOUTHWARK = "E09000022", "E09000028"


def sheet(*rows: dict[str, str], columns: Iterable[str] = COLUMNS, **style: Any) -> str:
    """The text of a file with these rows, each over the plain one."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(columns), restval="", **({"lineterminator": "\n"} | style))
    writer.writeheader()
    writer.writerows(PLAIN | row for row in rows)
    return file.getvalue()


Read = Callable[[str | bytes], Loaded]


@pytest.fixture
def read(places: Places, taxonomies: Taxonomies, tmp_path: Path) -> Read:
    """Reads a file with this text in it."""

    def read_text(text: str | bytes) -> Loaded:
        path = tmp_path / "services.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_services(path, places, taxonomies)

    return read_text


@pytest.fixture
def entry_of(read: Read) -> Callable[..., Entry]:
    """The entry of one row over the plain one, which has nothing to complain about."""

    def one_entry(**cells: str) -> Entry:
        loaded = read(sheet(cells))
        assert loaded.complaints == ()
        return loaded.entries[0]

    return one_entry


@pytest.fixture
def complaints_of(read: Read) -> Callable[..., list[str]]:
    """The complaints about one row over the plain one, which gives no entry."""

    def row_complaints(**cells: str) -> list[str]:
        loaded = read(sheet(cells))
        assert loaded.entries == ()
        return [str(complaint) for complaint in loaded.complaints]

    return row_complaints


def test_the_shipped_file_loads_without_a_complaint(places: Places, taxonomies: Taxonomies) -> None:
    path = DATA / "services.csv"
    loaded = read_services(path, places, taxonomies)
    assert loaded.complaints == ()
    with path.open(encoding="utf-8", newline="") as file:
        assert [entry.ref for entry in loaded.entries] == [row["ref"] for row in csv.DictReader(file)]


def test_a_row_with_every_cell_becomes_an_entry_with_every_fact(entry_of: Callable[..., Entry]) -> None:
    entry = entry_of(
        organization="Example Trust",
        description="A calm place.\nWith tea.",
        address="9 Example Road, London",
        postcode="se58az",
        borough="Southwark",
        area_served="Lambeth; southwark; SEL; South West London; London; england; uk",
        phone="020 7946 0123 ( reception; ask for Ayo ); 111 (choose option 2)",
        text_number="85258 (text EXAMPLE)",
        professional_phone="+44 7700 900123",
        handover_phone="020 7946 0199 (the nurse in charge)",
        entrance="The blue door in Example Lane",
        email="help@example.org",
        website="https://example.org/help?now=1#top",
        opening_hours="Mo-Fr 17:00 - 22:00 ; Sa-Su 12:00-02:00",
        self_referral="yes",
        walk_in="no",
        referral_routes="self; gp",
        application_process="Walk in.",
        minimum_age="18",
        maximum_age="65",
        gender="women",
        eligibility="For adults.",
        communities="somali; women",
        languages="so; en",
        interpreters="TRUE",
        cultural_claims="specialist_in somali (Example Trust, Lambeth, 2026-11-22); Staff_speak so (Example; Trust)",
        accessibility="Ramp.",
        step_free="Yes",
        cost="mixed",
        cost_description="Tea costs £1.",
        nhs_commissioned="NO",
        drop_off="yes (2026-11-22)",
        crew_may_leave="No (2026-11)",
        intoxicated="TRUE",
        companion="no",
        dog="yes (2026)",
        source_date="2026-03",
        confidence="high",
        professional_notes="Ring ahead.",
        notes="Made up.",
        ods_code="rv5b2",
        dos_service_id="2000099999.0",
    )
    not_in_the_file = {"live_status", "caution"}
    assert entry.model_dump(exclude={"evidence", "phones", "latitude", "longitude", *not_in_the_file}) == {
        **{name: PLAIN[name] for name in ("ref", "name", "service_type", "status", "audience")},
        **{name: PLAIN[name] for name in ("location_type", "address_visibility")},
        "organization": "Example Trust",
        "description": "A calm place.\nWith tea.",
        "address": "9 Example Road, London",
        "postcode": "SE5 8AZ",
        "borough": SOUTHWARK,
        "easting": 532662,
        "northing": 176149,
        "area_served": (LAMBETH, SOUTHWARK, "SEL", "SWL", "London", "England", "UK"),
        "email": "help@example.org",
        "website": "https://example.org/help?now=1#top",
        "opening_hours": "Mo-Fr 17:00-22:00; Sa-Su 12:00-02:00",
        "self_referral": True,
        "walk_in": False,
        "referral_routes": ("self", "gp"),
        "application_process": "Walk in.",
        "minimum_age": 18,
        "maximum_age": 65,
        "gender": "women",
        "eligibility": "For adults.",
        "communities": ("somali", "women"),
        "languages": ("so", "en"),
        "interpreters": True,
        "cultural_claims": (
            {"kind": "specialist_in", "code": "somali", "said_by": "Example Trust, Lambeth", "said_on": "2026-11-22"},
            {"kind": "staff_speak", "code": "so", "said_by": "Example; Trust", "said_on": ""},
        ),
        "accessibility": "Ramp.",
        "step_free": True,
        "cost": "mixed",
        "cost_description": "Tea costs £1.",
        "nhs_commissioned": False,
        "entrance": "The blue door in Example Lane",
        "drop_off": {"value": True, "on": "2026-11-22"},
        "crew_may_leave": {"value": False, "on": "2026-11"},
        "intoxicated": {"value": True, "on": ""},
        "alone_under_18": None,
        "companion": {"value": False, "on": ""},
        "dog": {"value": True, "on": "2026"},
        "ods_code": "RV5B2",
        "dos_service_id": 2000099999,
        "confidence": "high",
        "professional_notes": "Ring ahead.",
        "notes": "Made up.",
    }
    assert entry.phones == (
        Phone(number="020 7946 0123", note="reception; ask for Ayo"),
        Phone(number="111", note="choose option 2"),
        Phone(number="85258", note="text EXAMPLE", kind="text"),
        Phone(number="07700 900123", audience="professional"),
        Phone(number="020 7946 0199", note="the nurse in charge", audience="professional", purpose="handover"),
    )
    assert [each.fact_group for each in entry.evidence] == ["contact", "hours", "criteria", "culture"]
    assert {(each.source_url, each.source_date) for each in entry.evidence} == {(PLAIN["source_url"], "2026-03")}


def test_an_empty_cell_is_not_known(entry_of: Callable[..., Entry]) -> None:
    entry = entry_of(status="unverified", phone="")
    given = {"ref", "name", "service_type", "status", "audience", "location_type", "address_visibility"}
    unknown = {name: field.default for name, field in Entry.model_fields.items() if name not in given}
    assert entry.model_dump(exclude=given) == unknown


@pytest.mark.parametrize(
    ("cells", "groups"),
    [
        ({"email": "help@example.org"}, ["contact"]),
        ({"professional_phone": "020 7946 0123"}, ["contact"]),
        ({"opening_hours": "24/7"}, ["hours"]),
        ({"self_referral": "no"}, ["criteria"]),
        ({"minimum_age": "0"}, ["criteria"]),
        ({"handover_phone": "020 7946 0123", "entrance": "Round the back"}, ["contact"]),
        ({"dog": "no"}, ["criteria"]),
        ({"professional_notes": "Ring ahead."}, ["criteria"]),
        ({"cultural_claims": "led_by somali (Example Trust)"}, ["culture"]),
        ({"communities": "somali", "borough": "Lambeth"}, ["contact", "culture"]),
    ],
)
def test_only_known_facts_have_evidence(
    entry_of: Callable[..., Entry], cells: dict[str, str], groups: list[str]
) -> None:
    assert [each.fact_group for each in entry_of(**{"phone": ""} | cells).evidence] == groups


@pytest.mark.parametrize(
    ("cells", "borough", "has_point"),
    [
        ({"postcode": "SE5 8AZ"}, SOUTHWARK, True),
        ({"postcode": "SE5 8AZ", "address_visibility": "area"}, SOUTHWARK, False),
        ({"postcode": "SE5 8AZ", "address_visibility": "hidden"}, "", False),
        ({"postcode": "SE5 8AZ", "address_visibility": "hidden", "borough": "Southwark"}, SOUTHWARK, False),
        ({"postcode": "M1 1AE"}, "", True),
        ({"borough": "lambeth"}, LAMBETH, False),
    ],
)
def test_a_position_comes_from_the_postcode_and_a_borough_never_betrays_a_hidden_place(
    entry_of: Callable[..., Entry], cells: dict[str, str], borough: str, has_point: bool
) -> None:
    entry = entry_of(**cells)
    assert (entry.borough, entry.has_point) == (borough, has_point)
    assert (entry.easting is not None) is ("postcode" in cells)


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("source_date", "31/03/2026", "2026-03-31"),
        ("source_date", "31/3/26", "2026-03-31"),
        ("source_date", "05/05/2026", "2026-05-05"),
        ("source_date", "31-Mar-26", "2026-03-31"),
        ("source_date", "31 March 2026", "2026-03-31"),
        ("source_date", "Mar-26", "2026-03"),
        ("source_date", "Jun-24", "2024-06"),
        ("source_date", "Jun-99", "1999-06"),
        ("opening_hours", "24-Jul", "24/7"),
        ("opening_hours", "24/07/2026", "24/7"),
        ("minimum_age", "18.0", 18),
        ("ref", "cad-9001", "CAD-9001"),
        ("walk_in", "FALSE", False),
        ("description", "'=1+1", "=1+1"),
        ("description", "''=1+1", "'=1+1"),
        ("description", "'- tea\n- cake", "- tea\n- cake"),
        ("description", "'Tis quiet", "'Tis quiet"),
    ],
)
def test_what_excel_makes_of_a_cell_is_undone(
    entry_of: Callable[..., Entry], column: str, cell: str, kept: object
) -> None:
    entry = entry_of(**{column: cell})
    assert (entry.evidence[0].source_date if column == "source_date" else getattr(entry, column)) == kept


def test_letters_of_every_script_are_kept(entry_of: Callable[..., Entry]) -> None:
    name = "می\u200cخواهم কেন্দ্র 支援 👩\u200d👧"
    assert entry_of(name=name).name == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("02079460123", "020 7946 0123"),
        ("020-7946-0123", "020 7946 0123"),
        ("020\u00a07946\u00a00123", "020 7946 0123"),
        ("+44 20 7946 0123", "020 7946 0123"),
        ("07700 900123", "07700 900123"),
        ("+447700900123", "07700 900123"),
        ("0800 1111", "0800 1111"),
        ("999", "999"),
        ("112", "112"),
        ("116 123", "116 123"),
        ("116 000", "116 000"),
        ("85258", "85258"),
        ("+353 1 872 7700", "+353 1 872 7700"),
        ("2079460123", "020 7946 0123"),
        ("442079460123", "020 7946 0123"),
        ("447700900123", "07700 900123"),
        ("8001111", "0800 1111"),
        ("'+44 20 7946 0123", "020 7946 0123"),
    ],
)
def test_numbers_are_kept_as_ofcom_groups_them(entry_of: Callable[..., Entry], written: str, kept: str) -> None:
    assert [phone.number for phone in entry_of(phone=f"{written} ;").phones] == [kept]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("ref", "", "This cell is empty. Fill it in."),
        ("ref", "CAD-1", "“CAD-1” is not a reference. Write it like CAD-0123."),
        ("ref", "CAD-٠١٢٣", "is not a reference"),
        ("name", "", "This cell is empty"),
        ("name", "Two\nlines", "There is a line break in this cell. Take it out."),
        ("service_type", "", "This cell is empty"),
        ("service_type", "crisis_caff", "There is no service type “crisis_caff”. Did you mean crisis_cafe?"),
        ("service_type", "zzz", "Use one from data/taxonomies/service_types.csv."),
        ("status", "", "This cell is empty"),
        ("status", "open", "“open” is not one of: active, unverified, withdrawn."),
        ("audience", "", "This cell is empty"),
        ("location_type", "", "This cell is empty"),
        ("address_visibility", "", "This cell is empty"),
        ("source_url", "", "This cell is empty"),
        ("drop_off", "maybe", "“maybe” is neither yes nor no. Write it like yes (2026-11-22), or yes alone"),
        ("crew_may_leave", "2026-11-22", "is neither yes nor no"),
        ("dog", "yes (last week)", "“last week” is not a date. Write it like 2026-03-31, 2026-03 or 2026."),
        ("dog", "no (2026-02-30)", "is not in the calendar"),
        ("companion", "(2026)", "is neither yes nor no"),
        ("entrance", "Blue\ndoor", "There is a line break"),
        ("handover_phone", "ask", "“ask” is not a number with a note"),
        ("cultural_claims", "for somali people", "is not a claim. Write it like specialist_in somali (Example Trust"),
        ("cultural_claims", "led_by somali ()", "is not a claim"),
        ("cultural_claims", "lead_by somali (X)", "There is no kind of claim “lead_by”. Did you mean led_by?"),
        ("cultural_claims", "zzz somali (X)", "Use one from led_by, staff_speak, specialist_in, welcomes."),
        ("cultural_claims", "led_by so (X)", "There is no community “so”."),
        ("cultural_claims", "staff_speak somali (X)", "There is no language “somali”."),
        ("cultural_claims", "led_by somali (X, 3 May)", "“3 May” is not a date."),
        ("postcode", "SE5", "“SE5” is not a whole postcode. Write it like SE5 8AZ."),
        ("postcode", "near SE5 8AZ", "is not a whole postcode"),
        ("postcode", "ZZ1 1AA", "No UK postcode starts with ZZ"),
        ("postcode", "SE5 8OZ", "A postcode never has O in its second half. Check 8OZ."),
        ("postcode", "W1O 5BN", "“W1O 5BN” is not a postcode that we know. Did you mean W10 5BN?"),
        ("borough", "Lambath", "There is no London borough “Lambath”. Did you mean Lambeth?"),
        ("area_served", "Lambeth; Sothwark; Nowhere", "There is no area “Sothwark”. Did you mean Southwark?"),
        ("area_served", "Lambeth; lambeth", "“lambeth” is here more than once. Keep one."),
        ("area_served", "neighbouring boroughs", "There is no area “neighbouring boroughs”."),
        ("referral_routes", "self; GPs", "Did you mean gp?"),
        ("communities", "somalis", "Did you mean somali?"),
        ("languages", "somali", "There is no language “somali”."),
        ("self_referral", "maybe", "“maybe” is neither yes nor no. Leave the cell empty if it is not known."),
        ("walk_in", "1", "is neither yes nor no"),
        ("gender", "all", "“all” is not one of: women, men."),
        ("cost", "cheap", "is not one of: free, paid, mixed."),
        ("confidence", "sure", "is not one of: high, medium, low."),
        ("minimum_age", "18+", "“18+” is not an age. Write whole years from 0 to 120, like 18."),
        ("minimum_age", "121", "is not an age"),
        ("minimum_age", "-1", "is not an age"),
        ("maximum_age", "17.5", "is not an age"),
        ("maximum_age", "١٨", "is not an age"),
        ("phone", "020 7946", "“020 7946” is not a number that exists. Check each digit."),
        ("phone", "020 7946 012", "is not a number that exists"),
        ("phone", "07700 90012", "is not a number that exists"),
        ("phone", "0999", "is not a number that exists"),
        ("phone", "+44 111", "is not a number that exists"),
        ("phone", "00", "is not a number that exists"),
        ("phone", "207946012", "“207946012” is not a number that exists"),
        ("phone", "2.07946E+09", "A spreadsheet has shortened this number to “2.07946E+09”. Its last digits are lost"),
        ("phone", "020 7946 0123 (a (b); 020 7946 0124 (c)", "is not a number with a note"),
        ("phone", "(020) 7946 0123", "is not a number with a note"),
        ("phone", "020 7946 0123 (unclosed", "is not a number with a note"),
        ("phone", "020 7946 0123, 020 7946 0124", "with ; between two"),
        ("phone", "111*2", "is not a number with a note"),
        ("phone", "'020 7946 0123", "is not a number with a note"),
        ("text_number", "text SHOUT", "is not a number with a note"),
        ("professional_phone", "ring", "is not a number with a note"),
        ("email", "help at example.org", "is not an email address. Write one address, like help@example.org."),
        ("email", "a@example.org; b@example.org", "is not an email address"),
        ("email", "a@localhost", "is not an email address"),
        ("website", "example.org", "Write it whole, like https://example.org/help."),
        ("website", "javascript:alert(1)", "is not a web address"),
        ("website", "ftp://example.org", "is not a web address"),
        ("website", "https://example.org/a b", "is not a web address"),
        ("website", 'https://example.org/"onload=', "is not a web address"),
        ("website", "https://example.org@example.com", "is not a web address"),
        ("source_url", "http://help@example.org/", "is not a web address"),
        ("opening_hours", "Mo-Fr 17:00", "(character 12 of the cell)"),
        ("opening_hours", "mostly evenings", "character"),
        ("source_date", "01/09/2023", "“01/09/2023” may be 2023-09-01 or 2023-01-09. Write the one that is meant."),
        ("source_date", "31/02/2023", "“31/02/2023” is not in the calendar. Check the month and the day."),
        ("source_date", "soon", "“soon” is not a date. Write it like 2026-03-31, 2026-03 or 2026."),
        ("source_date", "2023-02-30", "“2023-02-30” is not in the calendar. Check the month and the day."),
        ("source_date", "2023-13", "is not in the calendar"),
        ("source_date", "23", "is not a date"),
        ("notes", "=HYPERLINK(1)", "This starts with =, so a spreadsheet would run it as a formula."),
        ("description", "@SUM(1)", "This starts with @"),
        ("description", "bell\a", "There is a character that cannot be seen (U+0007). Type this text again."),
        ("name", "nul\0nul", "cannot be seen (U+0000)"),
        ("name", "Example \u202eevil", "cannot be seen (U+202E)"),
        ("phone", "020\u200b7946 0123", "cannot be seen (U+200B)"),
        ("notes", "x" * 5001, "This text has 5,001 characters. The most is 5,000: shorten it."),
    ],
)
def test_a_bad_cell_is_named_and_explained(
    complaints_of: Callable[..., list[str]], column: str, cell: str, message: str
) -> None:
    (complaint,) = complaints_of(**{column: cell})
    assert complaint.startswith(f"line 2, {column}: ")
    assert message in complaint


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (
            {"minimum_age": "18", "maximum_age": "17"},
            "line 2, minimum_age: 18 is above the maximum_age, 17. Correct one of them.",
        ),
        (
            {"postcode": "SE5 8AZ", "borough": "Lambeth"},
            "line 2, borough: Lambeth, but the postcode SE5 8AZ is in Southwark. Correct one of them.",
        ),
        (
            {"postcode": "M1 1AE", "borough": "Lambeth"},
            "line 2, borough: Lambeth, but the postcode M1 1AE is outside London. Correct one of them.",
        ),
        (
            {"location_type": "virtual", "entrance": "Blue door"},
            "line 2, entrance: A virtual entry has no door to bring anybody to. Empty this cell, or write physical.",
        ),
        (
            {"location_type": "virtual", "drop_off": "no"},
            "line 2, drop_off: A virtual entry has no door to bring anybody to. Empty this cell, or write physical.",
        ),
        (
            {"alone_under_18": "yes (2026-11)", "minimum_age": "18"},
            "line 2, alone_under_18: Yes, but the minimum_age is 18. Correct one of them.",
        ),
        (
            {"location_type": "virtual", "postcode": "SE5 8AZ"},
            "line 2, location_type: A virtual entry has no place to go to. "
            "Write physical, or empty the address and the postcode.",
        ),
        (
            {"phone": ""},
            "line 2, status: An active entry needs a fact: where it is, how to reach it, its hours, or whom it is for.",
        ),
    ],
)
def test_cells_that_cannot_both_be_right(
    complaints_of: Callable[..., list[str]], cells: dict[str, str], complaint: str
) -> None:
    assert complaints_of(**cells) == [complaint]


@pytest.mark.parametrize("visibility", ["area", "hidden"])
@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("description", "Ring the bell at se58az."),
        ("name", "The House, 9 Example Road"),
        ("application_process", "Come to 9, Example road in person."),
        ("phone", "020 7946 0123 (9 Example Road)"),
        ("opening_hours", 'Dec 25 off "9 Example Road is shut"'),
        ("website", "https://example.org/se5-8az"),
        ("professional_notes", "They live at 9 Example Road."),
        ("handover_phone", "020 7946 0123 (at SE5 8AZ)"),
        ("application_process", "Use Door 12B."),
    ],
)
def test_an_address_that_is_not_shown_may_not_be_given_away(
    complaints_of: Callable[..., list[str]], visibility: str, column: str, cell: str
) -> None:
    place = {
        "address": "Rose House, 9 Example Road, London",
        "postcode": "SE5 8AZ",
        "entrance": "Round the back, door 12b",
    }
    secret = {**place, "address_visibility": visibility}
    (complaint,) = complaints_of(**secret | {column: cell})
    assert complaint.startswith(f"line 2, {column}: The address is not to be shown")


def test_an_address_that_is_shown_or_kept_in_notes_may_be_repeated(entry_of: Callable[..., Entry]) -> None:
    address = {"address": "9 Example Road", "postcode": "SE5 8AZ"}
    entry_of(**address, description="At 9 Example Road.")
    entry_of(**address, address_visibility="hidden", notes="At 9 Example Road, SE5 8AZ.")


def test_one_bad_cell_hides_no_other(read: Read) -> None:
    bad = {"name": "", "minimum_age": "x", "maximum_age": "y", "phone": "z", "description": "Over\ntwo lines"}
    loaded = read(sheet({"ref": "CAD-9001"} | bad, {"ref": "CAD-9002"}, {"ref": "CAD-9003", "gender": "all"}))
    found = [(complaint.line, complaint.column) for complaint in loaded.complaints]
    assert found == [(2, "name"), (2, "phone"), (2, "minimum_age"), (2, "maximum_age"), (5, "gender")]
    assert [entry.ref for entry in loaded.entries] == ["CAD-9002"]


def test_a_reference_used_twice_names_the_first_line(read: Read) -> None:
    rows = {"ref": "CAD-9001", "notes": "two\nlines"}, {"ref": "CAD-9002"}, {"ref": "CAD-9001"}, {"ref": "CAD-9001"}
    message = "CAD-9001 is already on line 2. Give each entry a reference of its own."
    assert read(sheet(*rows)).complaints == (Complaint(5, "ref", message), Complaint(6, "ref", message))


def test_what_spreadsheets_add_is_harmless(read: Read) -> None:
    plain = read(sheet({}, {"ref": "CAD-9002", "description": "Café: “tea”\nand cake"}))
    text = sheet({}, {"ref": "CAD-9002", "description": "Café: “tea”\r\nand cake"}, lineterminator="\r\n")
    lines = text.split("\r\n")
    wide = "\r\n".join(f"{line},," if line.startswith(("ref", "CAD")) else line for line in lines[:2])
    assert read("\ufeff" + text) == plain
    assert read(text.encode("utf-8-sig") + b",,,\r\n\r\n" + b"," * 60 + b"\r\n") == plain
    assert read(wide + "\r\n").entries == plain.entries[:1]
    assert read(sheet({}, quoting=csv.QUOTE_ALL)).entries == plain.entries[:1]
    assert read(sheet({}, columns=reversed(COLUMNS))).entries == plain.entries[:1]
    assert read(sheet({}, columns=[*COLUMNS, "version"])).entries == plain.entries[:1]
    assert read(text.encode("utf-16")) == read(text.encode("cp1252")) == plain
    for separator in ";\t":
        assert read(sheet({}, delimiter=separator)).entries == plain.entries[:1]
    assert read(sheet({"name": "\t Example\u00a0Sanctuary  ", "walk_in": " "})).entries == plain.entries[:1]


def test_a_text_stream_is_read_like_a_file(places: Places, taxonomies: Taxonomies) -> None:
    assert [entry.ref for entry in read_services(io.StringIO(sheet({})), places, taxonomies).entries] == ["CAD-9001"]


HEADER = ",".join(COLUMNS)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1: The file is empty."),
        ("\ufeff\r\n \r\n", "line 1: The file is empty."),
        (HEADER, "line 1: There is no entry below the header. Add at least one row."),
        (f"{HEADER}\n,,,\n\n", "line 1: There is no entry below the header."),
        (f",,\n{HEADER}", "line 1: The first line is empty. It must hold the names of the columns."),
        (b"PK\x03\x04" + b"\0" * 99, "line 1: This is a workbook, not a CSV file. In Excel, choose Save As"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "line 1: This is a workbook, not a CSV file."),
        (b"\0" * 999, "line 1: The first line does not look like the names of the columns. Is this a CSV file?"),
        (",".join(map(str, range(999))), "line 1: The first line does not look like the names of the columns."),
        (sheet({}, {"name": "Caf\x81"}).encode("latin-1"), "line 3: The file is not UTF-8: a letter is damaged here."),
        (HEADER.replace("phone,", "", 1), "line 1, phone: This column is missing from the header. Add it."),
        (HEADER.replace(",phone,", ",phones,"), "line 1, phones: There is no such column. Did you mean phone?"),
        (f"{HEADER},colour", "line 1, colour: There is no such column. Take it out."),
        (f"{HEADER},ref", "line 1, ref: This column is in the header more than once. Keep one."),
        (f'"{HEADER}', "line 1: A quotation mark in this row is not closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read: Read, text: str | bytes, complaint: str) -> None:
    loaded = read(text)
    assert loaded.entries == ()
    assert any(str(each).startswith(complaint) for each in loaded.complaints), loaded.complaints


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("CAD-9002,Tea, cake" + "," * 49, "This row has 52 cells and the header has 51. Put quotation marks around"),
        ("CAD-9002,Too short", "This row has 2 cells and the header has 51. Add the commas."),
        ('CAD-9002,"Tea" and cake' + "," * 47, "A quotation mark in this row is not closed, or stands in the middle"),
    ],
)
def test_a_torn_row_is_reported_and_the_rest_still_checked(read: Read, row: str, complaint: str) -> None:
    before, *after = sheet({}, {"ref": "CAD-9003", "gender": "all"}).splitlines(keepends=True)
    loaded = read("".join((before, after[0], row, "\n", after[1])))
    assert [(each.line, each.column) for each in loaded.complaints] == [(3, ""), (4, "gender")]
    assert loaded.complaints[0].message.startswith(complaint)


def test_an_unclosed_quotation_mark_is_reported_where_it_opens(read: Read) -> None:
    text = sheet({}, {"ref": "CAD-9002"}, {"ref": "CAD-9003"}).replace("CAD-9002,", 'CAD-9002,"')
    (complaint,) = read(text).complaints
    assert (complaint.line, complaint.column) == (3, "")


def test_too_many_rows_are_refused() -> None:
    rows = [{"ref": f"CAD-{number}"} for number in range(9001, 9004)]
    assert len(sheets.read_sheet(sheet(*rows[:2]).encode(), tuple(COLUMNS), max_rows=2).rows) == 2
    with pytest.raises(sheets.SheetError, match="line 4: There are more than 2 rows. Split the file."):
        sheets.read_sheet(sheet(*rows).encode(), tuple(COLUMNS), max_rows=2)
    with pytest.raises(sheets.SheetError, match="There are more than 250,000 lines. Delete the empty rows."):
        sheets.read_sheet(sheet({}).encode() + b"\n" * 300_000, tuple(COLUMNS))


def test_progress_is_shown_every_row(places: Places, taxonomies: Taxonomies) -> None:
    seen: list[str] = []

    def progress(rows: list[Row]) -> Iterator[Row]:
        assert len(rows) == 2
        for row in rows:
            seen.append(row.cells["ref"])
            yield row

    loaded = read_services(io.StringIO(sheet({}, {"ref": "CAD-9002"})), places, taxonomies, progress)
    assert seen == [entry.ref for entry in loaded.entries] == ["CAD-9001", "CAD-9002"]


def test_loading_the_shipped_file_twice_changes_nothing(
    database: Database, places: Places, taxonomies: Taxonomies, now: datetime
) -> None:
    loaded = read_services(DATA / "services.csv", places, taxonomies)
    first, _ = load(database, loaded, actor="a test", reason="services.csv", at=now)
    assert (len(first.added), first.number) == (len(loaded.entries), len(loaded.entries))
    again = load(database, loaded, actor="a test", reason="services.csv", at=now)
    assert again.published == revisions.Published((), (), first.added, first.number)


def test_a_dry_run_says_what_would_change_and_changes_nothing(database: Database, read: Read, now: datetime) -> None:
    facts = {"actor": "a test", "reason": "services.csv", "at": now}
    load(database, read(sheet({}, {"ref": "CAD-9002"}, {"ref": "CAD-9003"})), **facts)
    later = read(sheet({"name": "Another Name"}, {"ref": "CAD-9002"}, {"ref": "CAD-9004"}))
    would = load(database, later, dry_run=True, **facts)
    assert would == (revisions.Published(("CAD-9004",), ("CAD-9001",), ("CAD-9002",), 5), ())
    assert refs_not_in_file(database, later) == ("CAD-9003",)
    with database.reading() as session:
        assert revisions.latest_number(session) == 3
        assert revisions.get_entries(session, ["CAD-9001"])["CAD-9001"].name == PLAIN["name"]
    assert load(database, later, **facts) == would


@pytest.mark.parametrize("loader", [LOADER, "flask services load"])
def test_what_people_changed_is_never_loaded_over_unless_insisted(
    database: Database, read: Read, now: datetime, loader: str
) -> None:
    """The file moves on twice; a provider changes one entry in between."""
    facts = {"reason": "services.csv", "at": now}
    load(database, read(sheet({}, {"ref": "CAD-9002"})), actor=loader, **facts)
    status = LiveStatus(state="full", at=now, until=now + timedelta(hours=2))
    with database.unit_of_work() as session:
        changes = {"name": "Their name", "live_status": status}
        revisions.change_entry(
            session, "CAD-9001", lambda entry: entry.model_copy(update=changes), actor="account:7", reason="", at=now
        )
    later = read(sheet({"name": "New"}, {"ref": "CAD-9002", "name": "New"}))
    loaded = load(database, later, **facts)
    assert (loaded.published.changed, loaded.left_alone) == (("CAD-9002",), ("CAD-9001",))
    assert load(database, later, **facts).published.changed == ()
    insisted = load(database, later, over=True, **facts)
    assert (insisted.published.changed, insisted.left_alone) == (("CAD-9001",), ())
    with database.reading() as session:
        entry = revisions.get_entry(session, "CAD-9001")
    assert (entry.name, entry.live_status) == ("New", status)


def test_a_file_with_a_complaint_publishes_nothing(database: Database, read: Read, now: datetime) -> None:
    loaded = read(sheet({}, {"ref": "CAD-9002", "gender": "all"}))
    assert len(loaded.entries) == 1
    with pytest.raises(ValueError, match="1 complaint"):
        load(database, loaded, actor="a test", reason="services.csv", at=now)
    with database.reading() as session:
        assert revisions.get_entries(session) == {}


odd_cells = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["yes", "18", "SE5 8AZ", "24/7", "020 7946 0123 (", "=1", "https://x", ";;", '"', "\r\n", "\ufeff"]
    ),
    st.text("0123456789 +-();*", max_size=20),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(st.sampled_from(COLUMNS), odd_cells, min_size=1, max_size=12))
def test_any_row_is_an_entry_or_a_complaint_and_never_both(
    places: Places, taxonomies: Taxonomies, cells: dict[str, str]
) -> None:
    loaded = read_services(io.StringIO(sheet(cells, quoting=csv.QUOTE_ALL), newline=""), places, taxonomies)
    assert len(loaded.entries) == (0 if loaded.complaints else 1)
    assert all(complaint.line == 2 and complaint.message for complaint in loaded.complaints)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode), header=st.booleans())
def test_any_bytes_are_read_without_an_exception(read: Read, data: bytes, header: bool) -> None:
    loaded = read(HEADER.encode() + b"\n" + data if header else data)
    assert loaded.complaints
