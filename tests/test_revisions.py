"""Publishing is whole, numbered without gaps in the order of commits, and does nothing where nothing differs."""

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from directory import revisions
from directory.config import ROOT
from directory.db import Database
from directory.models import (
    CREW_FACTS,
    FACT_GROUPS,
    Caution,
    CrewFact,
    CulturalClaim,
    Entry,
    Evidence,
    LiveStatus,
    Phone,
)
from tests.factories import CAMBERWELL, make_entry

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)
CHANGES = SQLModel.metadata.tables["change"]
POSITION = ("easting", "northing", "latitude", "longitude")
ROUNDS = 15


def publish(database: Database, *entries: Entry, at: datetime = AT) -> revisions.Published:
    with database.unit_of_work() as session:
        return revisions.publish(session, entries, actor="a test", reason="because", at=at)


def published(database: Database) -> dict[str, Entry]:
    with database.reading() as session:
        return revisions.get_entries(session)


def numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.execute(select(CHANGES.c.number).order_by(CHANGES.c.number)).scalars())


def numbered(first: int, last: int, **facts: Any) -> list[Entry]:
    return [make_entry(ref=f"CAD-{number}", **facts) for number in range(first, last + 1)]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_an_empty_directory_is_at_number_nought(database: Database) -> None:
    with database.reading() as session:
        assert revisions.latest_number(session) == 0
        assert revisions.refs_changed_after(session, 0) == ()
        assert revisions.get_entries(session) == {}


def test_a_publication_says_what_it_added_changed_and_left(database: Database) -> None:
    same, old, new = make_entry(ref="CAD-9001"), make_entry(ref="CAD-9002"), make_entry(ref="CAD-9003")
    assert publish(database, same, old) == revisions.Published(("CAD-9001", "CAD-9002"), (), (), 2)
    renamed = make_entry(ref="CAD-9002", name="Another Name")
    assert publish(database, new, renamed, same) == revisions.Published(("CAD-9003",), ("CAD-9002",), ("CAD-9001",), 4)
    assert published(database) == {"CAD-9001": same, "CAD-9002": renamed, "CAD-9003": new}


def test_the_same_entries_again_get_no_number(database: Database) -> None:
    entries = [make_entry(**CAMBERWELL), make_entry(ref="CAD-9002", **CAMBERWELL | {"latitude": 0.1 + 0.2})]
    assert publish(database, *entries).number == 2
    assert publish(database, *reversed(entries)) == revisions.Published((), (), ("CAD-9002", "CAD-9001"), 2)
    assert numbers(database) == [1, 2]


def test_a_change_to_any_one_fact_is_a_change(database: Database) -> None:
    for name in Entry.model_fields.keys() - {"ref", *POSITION}:
        other = DIFFERENT.get(name, "different")
        publish(database, make_entry(**CAMBERWELL))
        assert publish(database, make_entry(**CAMBERWELL | {name: other})).changed == ("CAD-9001",), name
        assert getattr(published(database)["CAD-9001"], name) == other


DIFFERENT: dict[str, Any] = {
    "status": "unverified",
    "audience": "professional",
    "location_type": "virtual",
    "address_visibility": "hidden",
    "area_served": ("E09000022", "SEL"),
    "phones": (Phone(number="999"), Phone(number="020 7946 0123", note="reception")),
    "self_referral": False,
    "walk_in": True,
    "referral_routes": ("self", "police"),
    "minimum_age": 0,
    "maximum_age": 120,
    "gender": "women",
    "communities": ("somali",),
    "languages": ("so", "en"),
    "interpreters": True,
    "step_free": False,
    "cost": "free",
    "nhs_commissioned": False,
    "evidence": (Evidence(fact_group="hours", source_url="https://example.org", confirmed_by_provider=True),),
    **dict.fromkeys(CREW_FACTS, CrewFact(value=False, on="2026-11")),
    "cultural_claims": (CulturalClaim(kind="led_by", code="somali", said_by="The provider"),),
    "live_status": LiveStatus(state="full", at=AT, until=AT + timedelta(hours=2)),
    "caution": Caution(kinds=("shut",), at=AT),
    "confidence": "low",
    "dos_service_id": 2_000_000_001,
}


def test_a_change_records_who_why_when_and_the_whole_entry(database: Database, now: datetime) -> None:
    entry = make_entry(**CAMBERWELL)
    publish(database, entry, at=now)
    with database.reading() as session:
        row = session.execute(select(CHANGES)).one()
    assert (row.number, row.ref, row.action, row.actor, row.reason) == (1, "CAD-9001", "published", "a test", "because")
    assert row.at == now
    assert Entry.model_validate(row.record) == entry


def test_a_withdrawal_is_a_change_of_its_own_kind(database: Database) -> None:
    publish(database, make_entry())
    publish(database, make_entry(status="withdrawn"))
    with database.reading() as session:
        actions = session.execute(select(CHANGES.c.action).order_by(CHANGES.c.number)).scalars().all()
    assert actions == ["published", "withdrawn"]
    assert published(database)["CAD-9001"].status == "withdrawn"


def test_nothing_is_published_when_the_unit_of_work_fails(database: Database) -> None:
    publish(database, make_entry())
    with pytest.raises(RuntimeError), database.unit_of_work() as session:
        revisions.publish(session, numbered(9001, 9009, name="New"), actor="a test", reason="", at=AT)
        raise RuntimeError
    assert published(database) == {"CAD-9001": make_entry()}
    assert numbers(database) == [1]


def test_the_number_after_a_failure_leaves_no_gap(database: Database) -> None:
    with pytest.raises(RuntimeError), database.unit_of_work() as session:
        revisions.publish(session, numbered(9001, 9005), actor="a test", reason="", at=AT)
        raise RuntimeError
    assert publish(database, make_entry()).number == 1


def test_an_instant_without_a_zone_publishes_nothing(database: Database) -> None:
    with pytest.raises(Exception, match="needs a time zone"):
        publish(database, make_entry(), at=datetime(2026, 11, 22, 21, 4))
    assert published(database) == {}


def test_more_entries_than_fit_one_statement_are_found_again(database: Database) -> None:
    entries = numbered(10_001, 11_201)
    publish(database, *entries)
    wanted = [entry.ref for entry in reversed(entries)] + ["CAD-9999"]
    with database.reading() as session:
        found = revisions.get_entries(session, wanted)
    assert list(found.items()) == [(entry.ref, entry) for entry in entries]
    assert publish(database, *entries).unchanged == tuple(entry.ref for entry in entries)


def test_readers_learn_what_changed_after_a_number(database: Database) -> None:
    publish(database, *numbered(9001, 9003))
    publish(database, make_entry(ref="CAD-9002", name="First"))
    publish(database, make_entry(ref="CAD-9002", name="Second"))
    with database.reading() as session:
        assert sorted(revisions.refs_changed_after(session, 2)) == ["CAD-9002", "CAD-9003"]
        assert revisions.refs_changed_after(session, 3) == ("CAD-9002",)
        assert revisions.refs_changed_after(session, 5) == ()


def _publish_often(url: str, first: int, barrier: Any) -> None:
    """What each rival process does: two entries at a time, each round under another name."""
    database = Database(url)
    barrier.wait(30)
    for round_ in range(ROUNDS):
        publish(database, *numbered(first, first + 1, name=f"Round {round_}"))
    database.close()


def test_rival_writers_leave_no_gap_and_readers_miss_nothing(database: Database) -> None:
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(3)
    targets = [(url_of(database), first, barrier) for first in (9001, 9101)]
    rivals = [processes.Process(target=_publish_often, args=target) for target in targets]
    for rival in rivals:
        rival.start()
    barrier.wait(30)
    looks = 0
    while any(rival.is_alive() for rival in rivals):
        with database.reading() as session:
            assert revisions.latest_number(session) == _how_many_changes(session)
        looks += 1
    for rival in rivals:
        rival.join()
    assert [rival.exitcode for rival in rivals] == [0, 0]
    assert numbers(database) == list(range(1, 4 * ROUNDS + 1))
    assert looks > 1


def _how_many_changes(session: Session) -> int:
    return int(session.execute(select(func.count()).select_from(CHANGES)).scalar_one())


KILLED = """
import sys
from tests.test_revisions import AT, Database, numbered, revisions
with Database(sys.argv[1]).unit_of_work() as session:
    revisions.publish(session, numbered(9001, 9009, name="Half done"), actor="a test", reason="", at=AT)
    print("published, not committed", flush=True)
    sys.stdin.read()
"""


def test_a_process_killed_before_its_commit_leaves_the_directory_as_it_was(database: Database) -> None:
    publish(database, make_entry())
    command = [sys.executable, "-c", KILLED, url_of(database)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "published, not committed\n"
        assert published(database) == {"CAD-9001": make_entry()}
        process.kill()
    assert published(database) == {"CAD-9001": make_entry()}
    assert publish(database, make_entry(ref="CAD-9002")).number == 2


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
maybe = st.none() | st.booleans()
lists = st.lists(texts, max_size=3).map(tuple)
positions = st.fixed_dictionaries(
    {
        "easting": st.integers(0, 700_000),
        "northing": st.integers(0, 1_300_000),
        "latitude": st.floats(49, 61),
        "longitude": st.floats(-9, 2),
    }
)
ages = st.lists(st.integers(0, 120), min_size=2, max_size=2).map(sorted)
entries = st.builds(
    lambda ages, position, **facts: Entry(minimum_age=ages[0], maximum_age=ages[1], **facts, **position),
    ages=ages | st.sampled_from([(None, None), (18, None), (None, 17)]),
    position=positions | st.just({}),
    ref=st.from_regex(r"CAD-[0-9]{4,8}", fullmatch=True),
    status=st.sampled_from(["active", "unverified", "withdrawn"]),
    audience=st.sampled_from(["public", "professional"]),
    location_type=st.sampled_from(["physical", "virtual"]),
    address_visibility=st.sampled_from(["full", "area", "hidden"]),
    gender=st.sampled_from([None, "women", "men"]),
    cost=st.sampled_from([None, "free", "paid", "mixed"]),
    confidence=st.sampled_from([None, "high", "medium", "low"]),
    phones=st.lists(
        st.builds(Phone, number=texts, note=texts, kind=st.sampled_from(["voice", "text"])), max_size=3
    ).map(tuple),
    evidence=st.lists(
        st.builds(Evidence, fact_group=st.sampled_from(FACT_GROUPS), source_url=texts, source_date=texts), max_size=4
    ).map(tuple),
    **dict.fromkeys(("self_referral", "walk_in", "interpreters", "step_free", "nhs_commissioned"), maybe),
    **dict.fromkeys(("area_served", "referral_routes", "communities", "languages"), lists),
    **dict.fromkeys(
        (
            *("name", "organization", "service_type", "description", "address", "postcode", "borough", "email"),
            *("website", "opening_hours", "application_process", "eligibility", "accessibility", "cost_description"),
            *("professional_notes", "notes"),
        ),
        texts,
    ),
)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One SQLite database for all the examples of a property."""
    folder: Path = tmp_path_factory.mktemp("property")
    database = Database(f"sqlite:///{folder / 'test.sqlite3'}")
    database.upgrade()
    yield database
    database.close()


@settings(max_examples=150, deadline=None)
@given(entry=entries)
def test_any_entry_is_read_back_equal(one_database: Database, entry: Entry) -> None:
    publish(one_database, entry)
    with one_database.reading() as session:
        assert revisions.get_entries(session, [entry.ref]) == {entry.ref: entry}
        query = select(CHANGES.c.record).where(CHANGES.c.ref == entry.ref).order_by(CHANGES.c.number.desc())
        newest = session.execute(query).scalars().first()
    assert Entry.model_validate(newest) == entry
    assert publish(one_database, entry).unchanged == (entry.ref,)
