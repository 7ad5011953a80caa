"""Reports: two people who do not know of each other warn everybody; one alone cannot, and nobody can drown them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from directory import reports, revisions
from directory.db import Database
from directory.models import Entry
from directory.reports import MOST_OF_ALL, MOST_OF_ONE, AlreadyClosed, Reported, Reporter
from tests.factories import make_entry

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def entries(database: Database) -> None:
    with database.unit_of_work() as session:
        made = [make_entry(ref=f"CAD-900{number}") for number in range(1, 4)]
        revisions.publish(session, made, actor="test", reason="", at=AT - timedelta(days=1))


def report(database: Database, mark: str, kind: str = "shut", ref: str = "CAD-9001", minutes: int = 0) -> Reported:
    with database.unit_of_work() as session:
        network, _, account = mark.partition(" as ")
        by = Reporter(network, account)
        return reports.report(session, ref, kind, by=by, at=AT + timedelta(minutes=minutes))  # type: ignore[arg-type]


def read(database: Database, ref: str = "CAD-9001") -> Entry:
    with database.reading() as session:
        return revisions.get_entry(session, ref)


def open_ids(database: Database, ref: str = "CAD-9001") -> list[int]:
    with database.reading() as session:
        return [each.id or 0 for found in reports.list_open(session, [ref]) for each in found.reports]


def close(database: Database, *report_ids: int) -> Entry:
    with database.unit_of_work() as session:
        return reports.close(
            session, "CAD-9001", report_ids, "nothing_wrong", actor="account:1", reason="Rang them", at=AT
        )


def test_two_people_within_a_day_put_a_caution_on_the_entry(database: Database) -> None:
    assert report(database, "a", "no_answer") == Reported("kept", 1)
    assert read(database).caution is None
    assert report(database, "b", "shut", minutes=30).cautioned
    caution = read(database).caution
    assert caution is not None
    assert (caution.kinds, caution.at) == (("shut", "no_answer"), AT)


def test_a_third_adds_to_the_caution_and_tells_nobody_again(database: Database) -> None:
    for mark, kind in (("a", "shut"), ("b", "shut"), ("c", "wrong_number")):
        last = report(database, mark, kind)
    assert not last.cautioned
    caution = read(database).caution
    assert caution is not None and caution.kinds == ("shut", "wrong_number")


def test_one_person_cannot_make_two(database: Database) -> None:
    first = report(database, "a", "shut")
    again = report(database, "a", "no_answer", minutes=60)
    assert (again.outcome, again.report_id) == ("made_before", first.report_id)
    assert len(open_ids(database)) == 1 and read(database).caution is None


@pytest.mark.parametrize(
    ("first", "second", "two"),
    [
        ("control room as account:1", "control room as account:2", True),
        ("control room as account:1", "at home as account:1", False),
        ("control room as account:1", "control room", False),
        ("control room", "control room as account:1", False),
        ("control room as account:1", "elsewhere", True),
    ],
)
def test_nobody_becomes_two_by_signing_in_or_out(database: Database, first: str, second: str, two: bool) -> None:
    """Accounts tell people apart where both have one; else networks do."""
    report(database, first)
    assert report(database, second, minutes=1).cautioned is two


@pytest.mark.parametrize(("minutes", "cautioned"), [(24 * 60 - 1, True), (24 * 60, False)])
def test_reports_more_than_a_day_apart_do_not_add_up(database: Database, minutes: int, cautioned: bool) -> None:
    report(database, "a")
    assert report(database, "b", minutes=minutes).cautioned is cautioned


def test_reports_of_other_entries_do_not_add_up(database: Database) -> None:
    report(database, "a", ref="CAD-9001")
    assert not report(database, "b", ref="CAD-9002").cautioned


def test_a_flood_of_one_reporter_is_held(database: Database) -> None:
    """Their reports of other entries too; they are kept for maintainers to look at."""
    with database.unit_of_work() as session:
        revisions.publish(session, [make_entry(ref=f"CAD-91{n:02}") for n in range(20)], actor="test", reason="", at=AT)
    outcomes = [report(database, "a", ref=f"CAD-91{n:02}").outcome for n in range(MOST_OF_ONE + 2)]
    assert outcomes == ["kept"] * MOST_OF_ONE + ["held"] * 2
    assert not report(database, "b", ref=f"CAD-91{MOST_OF_ONE:02}").cautioned
    assert report(database, "c", minutes=11).outcome == "kept"


def test_a_flood_of_many_is_held_and_nobody_alone_can_cause_one(database: Database) -> None:
    refs = [f"CAD-9{n}" for n in range(200, 400)]
    with database.unit_of_work() as session:
        revisions.publish(session, [make_entry(ref=ref) for ref in refs], actor="test", reason="", at=AT)
    for ref in refs[: MOST_OF_ALL + 10]:
        report(database, "a", ref=ref)
    assert report(database, "b").outcome == "kept"
    for number in range(MOST_OF_ALL):
        last = report(database, f"of many {number}", ref=refs[-1])
    assert last.outcome == "held"


def test_closing_takes_the_caution_away_and_keeps_what_came_in_since(database: Database) -> None:
    report(database, "a")
    report(database, "b")
    shown = open_ids(database)
    assert close(database, *shown).caution is None
    assert open_ids(database) == []
    assert report(database, "a", minutes=5).outcome == "kept"


def test_a_caution_stays_while_enough_reports_are_open(database: Database) -> None:
    for mark, kind in (("a", "no_answer"), ("b", "shut"), ("c", "shut")):
        report(database, mark, kind)
    with_no_answer = open_ids(database)[-1]
    caution = close(database, with_no_answer).caution
    assert caution is not None and caution.kinds == ("shut",)


def test_of_two_who_close_the_second_is_told(database: Database) -> None:
    report(database, "a")
    (shown,) = open_ids(database)
    close(database, shown)
    with pytest.raises(AlreadyClosed):
        close(database, shown)


def test_after_a_day_nothing_tells_one_reporter_from_another(database: Database) -> None:
    """And that neither makes nor mends a caution."""
    report(database, "secret of a as account:1")
    report(database, "secret of b", minutes=1)
    with database.unit_of_work() as session:
        reports.forget_reporters(session, AT + timedelta(days=1))
    with database.reading() as session:
        marks = session.execute(text("select network from report order by id")).scalars().all()
    assert marks == ["", "secret of b"]
    assert read(database).caution is not None
