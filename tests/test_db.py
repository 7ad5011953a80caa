"""The database keeps what it is told: whole transactions, whole instants, one state for a reader, its own rules."""

import multiprocessing
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Table, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from directory.db import Database
from directory.models import Change, Service
from tests.factories import make_entry

CHANGES = SQLModel.metadata.tables["change"]
SERVICES = SQLModel.metadata.tables["service"]


def change(**facts: Any) -> dict[str, Any]:
    row = {"number": 1, "ref": "CAD-9001", "action": "published", "actor": "a test", "reason": "", "record": {}}
    return row | {"at": datetime(2026, 11, 22, tzinfo=UTC)} | facts


def count(database: Database, table: str) -> int:
    with database.reading() as session:
        return int(session.execute(text(f"select count(*) from {table}")).scalar_one())


def test_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("table", [SERVICES, CHANGES], ids=str)
def test_migrations_make_the_rules_of_the_models(database: Database, table: Table) -> None:
    """Alembic compares no check constraints, so their names are compared here."""
    made = {rule["name"] for rule in inspect(database.engine).get_check_constraints(table.name)}
    assert made == {rule.name for rule in table.constraints if isinstance(rule, CheckConstraint)}


def test_upgrading_again_is_harmless(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(insert(Service), [make_entry().model_dump(mode="json")])
    database.upgrade()
    assert count(database, "service") == 1


def _upgrade(url: str, barrier: Any) -> None:
    database = Database(url)
    barrier.wait(30)
    database.upgrade()


def test_two_machines_may_upgrade_at_once(database: Database) -> None:
    SQLModel.metadata.drop_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(text("drop table alembic_version"))
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(2)
    url = database.engine.url.render_as_string(hide_password=False)
    both = [processes.Process(target=_upgrade, args=(url, barrier)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(30)
    assert [process.exitcode for process in both] == [0, 0]
    assert count(database, "service") == 0


def test_a_unit_of_work_commits_at_its_end(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(insert(Change), [change()])
    assert count(database, "change") == 1


def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.unit_of_work() as session:
        session.execute(insert(Change), [change()])
        raise RuntimeError
    assert count(database, "change") == 0


def test_a_reader_sees_one_state_from_its_first_look_to_its_last(database: Database) -> None:
    query = select(CHANGES.c.number)
    with database.reading() as reader:
        assert reader.execute(query).all() == []
        with database.unit_of_work() as writer:
            writer.execute(insert(Change), [change()])
        assert reader.execute(query).all() == []
    with database.reading() as reader:
        assert reader.execute(query).scalars().all() == [1]


INSTANTS = [
    datetime(2026, 11, 22, 21, 4, tzinfo=ZoneInfo("Europe/London")),
    datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London")),
    datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
    datetime(2026, 7, 1, 23, 59, 59, 999999, tzinfo=ZoneInfo("Pacific/Auckland")),
]


def test_an_instant_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(insert(Change), [change(number=number, at=at) for number, at in enumerate(INSTANTS)])
    with database.reading() as session:
        kept = session.execute(select(CHANGES.c.at).order_by(CHANGES.c.number)).scalars().all()
    assert kept == [at.astimezone(UTC) for at in INSTANTS]
    assert {at.tzinfo for at in kept} == {UTC}


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="needs a time zone"), database.unit_of_work() as session:
        session.execute(insert(Change), [change(at=datetime(2026, 11, 22))])
    assert count(database, "change") == 0


IMPOSSIBLE_ENTRIES = [
    {"status": "open"},
    {"audience": "staff"},
    {"location_type": "postal"},
    {"address_visibility": "secret"},
    {"gender": "all"},
    {"minimum_age": -1},
    {"minimum_age": 121},
    {"maximum_age": 121},
    {"easting": 532465},
    {"latitude": 51.4716},
    {"name": None},
    {"ref": None},
]


def test_the_database_itself_refuses_an_impossible_entry(database: Database) -> None:
    for facts in IMPOSSIBLE_ENTRIES:
        with pytest.raises(IntegrityError), database.unit_of_work() as session:
            session.execute(insert(SERVICES), [make_entry().model_dump(mode="json") | facts])
            pytest.fail(f"{facts} was accepted")


def test_the_database_itself_refuses_an_impossible_change(database: Database) -> None:
    for facts in ({"action": "deleted"}, {"actor": None}):
        with pytest.raises(IntegrityError), database.unit_of_work() as session:
            session.execute(insert(CHANGES), [change(**facts)])
            pytest.fail(f"{facts} was accepted")


def test_a_change_number_is_used_once(database: Database) -> None:
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.execute(insert(CHANGES), [change(), change(ref="CAD-9002")])
    assert count(database, "change") == 0


def test_a_reference_is_used_once(database: Database) -> None:
    entry = make_entry().model_dump(mode="json")
    with pytest.raises(IntegrityError), database.unit_of_work() as session:
        session.execute(insert(SERVICES), [entry, entry])
