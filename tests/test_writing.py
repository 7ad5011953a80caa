"""A sheet that went through a spreadsheet and back changes what its maintainer changed, and nothing else."""

import csv
import io
import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.config import DATA
from directory.loading import (
    cells_of,
    columns_of,
    compare,
    read_services,
    within,
    write_text,
)
from directory.models import (
    CREW_FACTS,
    CrewFact,
    CulturalClaim,
    Entry,
    Evidence,
    Phone,
)
from directory.places import Places
from directory.taxonomies import Taxonomies
from tests.factories import SUNDAY_EVENING, make_entry
from tests.sheets import Columns, downloaded, standing_of, text_of, uploaded


@pytest.fixture(scope="module")
def columns(places: Places, taxonomies: Taxonomies) -> Columns:
    return columns_of(places, taxonomies)


def test_an_unchanged_download_of_every_shipped_entry_changes_nothing(
    columns: Columns, places: Places, taxonomies: Taxonomies
) -> None:
    entries = read_services(DATA / "services.csv", places, taxonomies).entries
    standing = standing_of(*entries)
    plan = uploaded(columns, standing, downloaded(columns, *entries))
    assert (plan.complaints, plan.added, plan.changed, len(plan.unchanged)) == ((), (), (), len(entries))
    text = write_text(columns, [cells_of(entry, columns) for entry in entries])
    again = read_services(io.StringIO(text, newline=""), places, taxonomies)
    assert again.complaints == () and again.entries == entries


def test_what_is_written_for_every_shipped_entry_is_the_shipped_row(
    columns: Columns, places: Places, taxonomies: Taxonomies
) -> None:
    """But for boroughs, which are filled in from postcodes."""
    entries = read_services(DATA / "services.csv", places, taxonomies).entries
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        shipped = list(csv.DictReader(file))
    for entry, row in zip(entries, shipped, strict=True):
        written = cells_of(entry, columns)
        assert list(written) == list(row)
        assert {**written, "borough": row["borough"]} == row


texts = st.one_of(
    st.text(st.characters(exclude_categories=("C", "Z")), max_size=30),
    st.text("=+-@'\"();,\n aé支🙂|\t", max_size=12),
    st.sampled_from(["=1+1", "'=1", "+44", "-2", "@here", "''@", "24-Jul", "a\nb", "“x”", "NULL", "'"]),
).map(lambda text: "\n".join(" ".join(line.split()) for line in text.split("\n")).strip())
lines = texts.map(lambda text: " ".join(text.split()))
dates = st.sampled_from(["", "2024", "2026-03", "2026-03-04", "2026-03-31"])
facts = st.none() | st.builds(CrewFact, value=st.booleans(), on=dates)
numbers = st.sampled_from(["020 7946 0123", "07700 900123", "111", "85258", "+353 1 872 7700", "0800 1111"])
notes = lines.filter(lambda text: "(" not in text and ")" not in text) | st.sampled_from(
    ["a (b; c) d", "evenings (6pm); ask"]
)
claims = st.builds(
    CulturalClaim,
    kind=st.sampled_from(["led_by", "specialist_in", "welcomes"]),
    code=st.sampled_from(["somali", "women"]),
    said_by=st.sampled_from(["Example Trust", "Example; Trust (London)", "Trust, Lambeth"]),
    said_on=dates,
)


def phones(**sort: Any) -> st.SearchStrategy[list[Phone]]:
    return st.lists(
        st.builds(Phone, number=numbers, note=notes, **{k: st.just(v) for k, v in sort.items()}), max_size=2
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry that forms or files could have made."""
    three = st.sampled_from([True, False, None])
    of = {name: draw(lines) for name in ("organization", "address", "entrance")}
    of |= {name: draw(texts) for name in ("description", "eligibility", "application_process", "accessibility")}
    of |= {name: draw(texts) for name in ("cost_description", "professional_notes", "notes")}
    of |= {name: draw(three) for name in ("self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned")}
    of |= {name: draw(facts) for name in CREW_FACTS}
    sorts = (
        {},
        {"kind": "text"},
        {"audience": "professional"},
        {"audience": "professional", "purpose": "handover"},
    )
    source = {"source_url": "https://example.org/s", "source_date": draw(dates)}
    return make_entry(
        name=draw(lines.filter(bool)),
        status=draw(st.sampled_from(["unverified", "withdrawn"])),
        audience=draw(st.sampled_from(["public", "professional"])),
        borough=draw(st.sampled_from(["", "E09000022"])),
        area_served=draw(st.sampled_from([(), ("SEL",), ("E09000022", "London")])),
        phones=tuple(phone for sort in sorts for phone in draw(phones(**sort))),
        minimum_age=draw(st.none() | st.integers(0, 17)),
        maximum_age=draw(st.none() | st.integers(18, 120)),
        gender=draw(st.sampled_from([None, "women"])),
        opening_hours=draw(st.sampled_from(["", "24/7", 'Mo-Fr 17:00-22:00; PH off; Dec 25 off "party"'])),
        communities=draw(st.sampled_from([(), ("somali", "women")])),
        languages=draw(st.sampled_from([(), ("so", "en")])),
        referral_routes=draw(st.sampled_from([(), ("self", "gp")])),
        cost=draw(st.sampled_from([None, "free"])),
        confidence=draw(st.sampled_from([None, "low"])),
        cultural_claims=tuple(draw(st.lists(claims, max_size=2))),
        email=draw(st.sampled_from(["", "help@example.org"])),
        website=draw(st.sampled_from(["", "https://example.org/?a=1;b=2"])),
        ods_code=draw(st.sampled_from(["", "RV5B2"])),
        dos_service_id=draw(st.sampled_from([None, 1, 2**31 - 1])),
        evidence=tuple(Evidence(fact_group=group, **source) for group in ("contact", "criteria")),
        **of,
    )


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(entry=entries())
def test_what_is_written_is_read_as_the_same_entry(
    columns: Columns, places: Places, taxonomies: Taxonomies, entry: Entry
) -> None:
    """Every field that the file has, through a file."""
    text = write_text(columns, [cells_of(entry, columns)])
    loaded = read_services(io.StringIO(text, newline=""), places, taxonomies)
    assert loaded.complaints == ()
    assert loaded.entries[0].model_dump(exclude={"evidence"}) == entry.model_dump(exclude={"evidence"})
    plan = uploaded(columns, standing_of(entry), downloaded(columns, entry))
    assert (plan.complaints, plan.changed, len(plan.unchanged)) == ((), (), 1)


@given(entry=entries())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_cell_starts_a_formula(columns: Columns, entry: Entry) -> None:
    assert not [cell for cell in cells_of(entry, columns).values() if cell[:1] in {"=", "+", "-", "@", "\t"} and cell]


def through_excel(text: str) -> bytes:
    """What Excel in the UK makes of a file that is opened, saved as plain CSV and closed."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([_in_excel(cell) for cell in row] + ["", ""])
    writer.writerows([[""] * len(rows[0])] * 3)
    return file.getvalue().encode("cp1252", "replace")


def _in_excel(cell: str) -> str:
    """A cell that looks like a date or a quantity is taken for one."""
    if cell == "24/7":
        return "24-Jul"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return datetime.fromisoformat(cell).strftime("%d/%m/%Y")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", cell):
        return datetime.fromisoformat(f"{cell}-01").strftime("%b-%y")
    return cell.lstrip("0") if re.fullmatch(r"0[0-9]+", cell) else cell


def test_what_excel_does_to_a_file_of_every_shipped_entry_changes_nothing(
    columns: Columns, places: Places, taxonomies: Taxonomies
) -> None:
    shipped = read_services(DATA / "services.csv", places, taxonomies).entries
    source = Evidence(fact_group="contact", source_url="https://example.org/source", source_date="2026-03-04")
    odd = make_entry(name="Łódź 支援", description="می\u200cخواهم", evidence=(source,))
    content = through_excel(text_of(columns, downloaded(columns, *shipped, odd)))
    assert b"24-Jul" in content and b"04/03/2026" in content and b"???" in content
    standing = standing_of(*shipped, odd)
    plan = compare(content, columns, standing, is_theirs=lambda entry: True, at=SUNDAY_EVENING, progress=within(20))
    assert (plan.complaints, plan.changed, len(plan.unchanged)) == ((), (), len(shipped) + 1)
    assert plan.is_windows
