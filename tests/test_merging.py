"""A sheet changes the cells that its maintainer changed, and nothing else."""

from datetime import timedelta

import pytest

from directory import revisions
from directory.db import Database
from directory.loading import Moved, Standing, cells_of, columns_of, publish_plan, within
from directory.models import Caution, Evidence, LiveStatus, Phone
from directory.places import Places
from directory.taxonomies import Taxonomies
from tests.factories import SUNDAY_EVENING, make_entry
from tests.sheets import Columns, downloaded, said, standing_of, uploaded

OLD = Evidence(fact_group="contact", source_url="https://example.org/source", source_date="2026-03-04")
LIVE = LiveStatus(state="full", at=SUNDAY_EVENING, until=SUNDAY_EVENING + timedelta(hours=3))
KEPT = make_entry(
    live_status=LIVE,
    caution=Caution(kinds=("shut",), at=SUNDAY_EVENING),
    evidence=(
        OLD,
        OLD.model_copy(update={"fact_group": "hours", "checked_on": "2026-11-01", "checked_by": "provider"}),
    ),
    opening_hours="24/7",
    phones=(
        Phone(number="020 7946 0123", note="ask for (Ayo)"),
        Phone(number="07700 900123", kind="text", audience="professional"),
    ),
)
HIDDEN = make_entry(
    address="9 Example Road",
    postcode="SE5 8AZ",
    address_visibility="hidden",
    borough="E09000028",
    easting=532662,
    northing=176149,
    latitude=51.46,
    longitude=-0.09,
)


@pytest.fixture(scope="module")
def columns(places: Places, taxonomies: Taxonomies) -> Columns:
    return columns_of(places, taxonomies)


def test_a_row_changes_only_the_cells_that_changed(columns: Columns) -> None:
    """What no sheet says stays, and so does the evidence of groups that nobody touched."""
    (row,) = downloaded(columns, KEPT)
    (planned,) = uploaded(columns, standing_of(KEPT), [row | {"phone": "020 7946 0199", "notes": "'=no"}]).changed
    assert planned.cells == (("phone", "020 7946 0123 (ask for (Ayo))", "020 7946 0199"), ("notes", "", "=no"))
    contact, hours = planned.after.evidence
    assert (contact.checked_on, contact.checked_by, contact.checked_how) == ("2026-11-22", "region", "spreadsheet")
    assert (contact.source_date, hours) == ("2026-03-04", KEPT.evidence[1])
    changes = {"phones": (Phone(number="020 7946 0199"), KEPT.phones[1]), "notes": "=no", "evidence": (contact, hours)}
    assert planned.after == KEPT.model_copy(update=changes)


def test_another_source_is_that_of_every_group_and_a_new_fact_gets_it(columns: Columns) -> None:
    (row,) = downloaded(columns, KEPT)
    (planned,) = uploaded(columns, standing_of(KEPT), [row | {"source_date": "2026-06", "languages": "so"}]).changed
    assert [(each.fact_group, each.source_date, each.checked_by) for each in planned.after.evidence] == [
        ("contact", "2026-06", ""),
        ("hours", "2026-06", "provider"),
        ("culture", "2026-06", "region"),
    ]


def test_a_postcode_brings_its_borough_and_position(columns: Columns) -> None:
    entry = make_entry(borough="E09000022")
    (row,) = downloaded(columns, entry)
    (planned,) = uploaded(columns, standing_of(entry), [row | {"postcode": "se5 8az", "borough": ""}]).changed
    assert (planned.after.postcode, planned.after.borough, planned.after.easting) == ("SE5 8AZ", "E09000028", 532662)
    assert {name: after for name, _, after in planned.cells} == {"postcode": "SE5 8AZ", "borough": "Southwark"}


def test_where_a_hidden_entry_is_stays_out_of_the_file(columns: Columns) -> None:
    (row,) = downloaded(columns, HIDDEN)
    assert (row["address"], row["postcode"], row["entrance"]) == ("", "", "")
    (planned,) = uploaded(columns, standing_of(HIDDEN), [row | {"email": "help@example.org"}]).changed
    assert planned.after.model_copy(update={"email": "", "evidence": HIDDEN.evidence}) == HIDDEN
    (moved,) = uploaded(columns, standing_of(HIDDEN), [row | {"address": "7 Other Road"}]).changed
    assert (moved.after.address, moved.after.postcode) == ("7 Other Road", "SE5 8AZ")
    assert moved.cells == (("address", "", "7 Other Road"),)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"address_visibility": "full"},
            "line 2, address_visibility: Where CAD-9001 is stays out of files. "
            "Have its address shown on its own page, not here.",
        ),
        (
            {"description": "At 9 Example Road."},
            "line 2, description: The address is not to be shown, but this cell has it. "
            "Take it out, or move it to notes.",
        ),
    ],
)
def test_no_sheet_gives_a_hidden_place_away(columns: Columns, change: dict[str, str], complaint: str) -> None:
    (row,) = downloaded(columns, HIDDEN)
    assert said(uploaded(columns, standing_of(HIDDEN), [row | change])) == [complaint]


THEN = make_entry(email="old@example.org", eligibility="For adults.")
MEANWHILE = THEN.model_copy(update={"email": "new@example.org", "live_status": LIVE})


def test_what_somebody_else_changed_meanwhile_is_kept(columns: Columns) -> None:
    standing = standing_of(MEANWHILE, earlier=[THEN])
    (row,) = downloaded(columns, THEN, version="5")
    assert len(uploaded(columns, standing, [row]).unchanged) == 1
    assert len(uploaded(columns, standing, [row | {"email": "new@example.org"}]).unchanged) == 1
    (planned,) = uploaded(columns, standing, [row | {"eligibility": "For all."}]).changed
    assert (planned.after.email, planned.after.eligibility) == ("new@example.org", "For all.")


def test_a_cell_that_two_people_changed_is_a_complaint(columns: Columns) -> None:
    (row,) = downloaded(columns, THEN, version="5")
    both = row | {"email": "mine@example.org", "eligibility": "For all."}
    assert said(uploaded(columns, standing_of(MEANWHILE, earlier=[THEN]), [both])) == [
        "line 2, email: Changed since you downloaded it: it now says “new@example.org”. "
        "Write the same here, or download the entry again."
    ]


@pytest.mark.parametrize("version", ["0", "10", "nine", "9.5"])
def test_a_version_that_never_was_is_a_complaint(columns: Columns, version: str) -> None:
    (row,) = downloaded(columns, THEN, version=version)
    assert said(uploaded(columns, standing_of(THEN), [row])) == [
        "line 2, version: This is not the number of an earlier version. "
        "Leave the cell as it was downloaded, or empty it."
    ]


def test_without_versions_every_cell_that_differs_is_a_change(columns: Columns) -> None:
    (row,) = downloaded(columns, THEN, version="")
    (planned,) = uploaded(columns, standing_of(MEANWHILE), [row]).changed
    assert planned.after.email == "old@example.org"


def test_rows_of_other_regions_and_of_no_entry_are_refused(columns: Columns) -> None:
    theirs, ours = make_entry(ref="CAD-9002"), make_entry()
    rows = downloaded(columns, theirs, ours, make_entry(ref="CAD-9003"), ours)
    new = cells_of(make_entry(name="New"), columns) | {"ref": ""}
    plan = uploaded(columns, standing_of(theirs, ours), [*rows, new], is_theirs=lambda entry: entry.ref == "CAD-9001")
    assert said(plan) == [
        "line 2, ref: CAD-9002 is not in your region. Take this row out.",
        "line 4, ref: There is no entry CAD-9003. Leave the cell empty for a new entry: "
        "it gets its reference when it is published.",
        "line 5, ref: CAD-9001 is already on line 3. Give each entry a reference of its own.",
        "line 6, area_served: This is not in your region: ask the region that it is in to add it.",
    ]


def test_an_entry_may_leave_the_region_and_that_is_said(columns: Columns) -> None:
    (row,) = downloaded(columns, make_entry())
    changed = [row | {"borough": "Camden"}]
    plan = uploaded(columns, standing_of(make_entry()), changed, is_theirs=lambda entry: not entry.borough)
    assert [planned.leaves for planned in plan.changed] == [True]


def test_an_unreadable_cell_that_nobody_touched_is_no_complaint(columns: Columns) -> None:
    """The directory may hold what a file would refuse; whoever changes something else is not asked to mend it."""
    entry = make_entry(website="javascript:nothing", email="help@example.org")
    (row,) = downloaded(columns, entry)
    plan = uploaded(columns, standing_of(entry), [row | {"email": ""}])
    assert (plan.complaints, plan.changed[0].after.website) == ((), "javascript:nothing")


def test_new_entries_get_the_next_references_and_a_moved_entry_stops_all(database: Database, columns: Columns) -> None:
    with database.unit_of_work() as session:
        revisions.publish(session, [KEPT], actor="test", reason="", at=SUNDAY_EVENING)
    (row,) = downloaded(columns, KEPT, version="1")
    new = row | {"ref": "", "version": "", "name": "Example Evening Sanctuaries"}
    lead = new | {"name": "A lead", "status": "unverified", "phone": "020 7946 0177"}
    with database.reading() as session:
        plan = uploaded(columns, Standing.of(session), [row | {"email": "a@example.org"}, new, lead])
    assert [(each.ref, each.other_ref) for each in plan.duplicates] == [("line 3", "CAD-9001")]
    how = {"actor": "account:1", "reason": "sheet.csv", "at": SUNDAY_EVENING}
    with database.unit_of_work() as session:
        done = publish_plan(session, plan, **how)
    assert (done.added, done.changed) == (("CAD-9002", "CAD-9003"), ("CAD-9001",))
    with database.reading() as session:
        found = revisions.get_entries(session)
        newest = revisions.history(session, "CAD-9003")[0]
    assert (newest.actor, newest.reason) == ("account:1", "sheet.csv")
    assert {each.checked_how for each in found["CAD-9002"].evidence} == {"spreadsheet"}
    assert {each.checked_how for each in found["CAD-9003"].evidence} == {""}
    with pytest.raises(Moved), database.unit_of_work() as session:
        publish_plan(session, plan, **how)
    with database.reading() as session:
        assert revisions.latest_number(session) == 4


def test_the_digest_tells_outcomes_apart(columns: Columns) -> None:
    """But not what the sheet has nothing to do with."""
    (row,) = downloaded(columns, KEPT)
    one, other = ([row | {"email": f"{name}@example.org"}] for name in "ab")
    plan = uploaded(columns, standing_of(KEPT), one)
    assert plan.digest == uploaded(columns, standing_of(KEPT.model_copy(update={"live_status": None})), one).digest
    assert plan.digest != uploaded(columns, standing_of(KEPT), other).digest


def test_checking_stops_when_its_time_is_over(columns: Columns) -> None:
    clock = iter([0.0, 1.0, 19.0, 21.0])
    entries = [make_entry(ref=f"CAD-900{number}") for number in range(1, 5)]
    rows = downloaded(columns, *entries)
    plan = uploaded(columns, standing_of(*entries), rows, progress=within(20, lambda: next(clock)))
    assert said(plan) == ["line 4: Checking took longer than 20 seconds and was stopped here. Split the file."]
