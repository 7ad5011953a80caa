"""What waits for a decision, and what becomes of it. Nothing is lost, and one decision wins."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from directory import revisions
from directory.db import Database
from directory.models import Caution, Entry, LiveStatus, Phone
from directory.revisions import AlreadyDecided, Clash
from directory.revisions.proposals import checked
from tests.factories import make_entry

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def publish(database: Database, entry: Entry) -> None:
    with database.unit_of_work() as session:
        revisions.publish(session, [entry], actor="test", reason="", at=AT)


def propose(database: Database, section: str = "contact", **facts: Any) -> int | None:
    with database.unit_of_work() as session:
        return revisions.propose(
            session, make_entry(**facts), section=section, base_number=1, note="", actor="account:1", at=AT
        )


def approve(database: Database, proposal: int | None, **more: Any) -> Entry:
    assert proposal is not None
    with database.unit_of_work() as session:
        return revisions.approve(session, proposal, actor="account:2", reason="", at=LATER, **more)


def read(database: Database) -> Entry:
    with database.reading() as session:
        return revisions.get_entry(session, "CAD-9001")


def test_the_approved_version_stays_until_somebody_decides(database: Database) -> None:
    publish(database, make_entry())
    proposal = propose(database, name="New name")
    assert read(database).name == "Example Evening Sanctuary"
    assert approve(database, proposal).name == "New name" == read(database).name
    with database.reading() as session:
        assert revisions.list_waiting(session) == ()
        (newest, _) = revisions.history(session, "CAD-9001")
    assert (newest.number, newest.actor, newest.at) == (2, "account:2", LATER)
    assert [(d.field, d.before, d.after) for d in newest.differences][0] == (
        "name",
        "Example Evening Sanctuary",
        "New name",
    )


def test_what_is_approved_counts_as_checked_by_the_provider_that_day(database: Database) -> None:
    publish(database, make_entry())
    evidence = {e.fact_group: e for e in approve(database, propose(database, opening_hours="24/7")).evidence}
    assert (evidence["hours"].checked_by, evidence["hours"].checked_on) == ("provider", "2026-11-22")
    assert evidence["contact"].checked_on == ""


def test_a_check_since_the_proposal_stays(database: Database) -> None:
    """What somebody proposed on one day says nothing of a later one, on which somebody else asked."""
    publish(database, make_entry())
    proposal = propose(database, minimum_age=18)
    asked = checked(make_entry(), ["criteria"], by="region", how="telephone", at=LATER)
    publish(database, asked)
    evidence = {e.fact_group: e for e in approve(database, proposal).evidence}
    assert (evidence["criteria"].checked_on, evidence["criteria"].checked_by) == ("2026-11-23", "region")
    assert evidence["criteria"].confirmed_by_provider


def test_what_the_region_corrected_counts_as_checked_by_the_region(database: Database) -> None:
    publish(database, make_entry())
    proposal = propose(database, name="New name", minimum_age=17)
    corrected = make_entry(name="New name", minimum_age=18)
    evidence = {e.fact_group: e for e in approve(database, proposal, corrected=corrected).evidence}
    assert (evidence["contact"].checked_by, evidence["contact"].checked_on) == ("provider", "2026-11-22")
    assert (evidence["criteria"].checked_by, evidence["criteria"].checked_on) == ("region", "2026-11-23")


@pytest.mark.parametrize("dates", ["; 2026 Dec 25 off", ""])
def test_hours_that_wait_take_nothing_back_of_what_is_said_of_dates(database: Database, dates: str) -> None:
    """Whoever changes dates meanwhile, and in whichever way: a closure that went live stays closed."""
    publish(database, make_entry(opening_hours="Mo-Su 18:00-22:00; 2026 Dec 24 off"))
    proposal = propose(database, section="hours", opening_hours="Mo-Su 17:00-22:00; 2026 Dec 24 off")
    publish(database, make_entry(opening_hours=f"Mo-Su 18:00-22:00{dates}"))
    assert approve(database, proposal).opening_hours == f"Mo-Su 17:00-22:00{dates}"


def test_hours_that_wait_clash_with_another_week(database: Database) -> None:
    publish(database, make_entry(opening_hours="Mo-Su 18:00-22:00"))
    proposal = propose(database, section="hours", opening_hours="Mo-Su 17:00-22:00")
    publish(database, make_entry(opening_hours="Mo-Su 19:00-22:00; 2026 Dec 25 off"))
    with pytest.raises(Clash):
        approve(database, proposal)
    approve(database, proposal, despite=["opening_hours"])
    assert read(database).opening_hours == "Mo-Su 17:00-22:00; 2026 Dec 25 off"


def test_numbers_for_the_public_and_for_professionals_are_approved_in_any_order(database: Database) -> None:
    """They are of one field and of two sections: approving the one must not bring back old numbers of the other."""
    old, new = (Phone(number="020 7946 0123"), Phone(number="020 7946 0999"))
    old_staff, new_staff = (phone.model_copy(update={"audience": "professional"}) for phone in (old, new))
    publish(database, make_entry(phones=(old, old_staff)))
    contact = propose(database, phones=(new, old_staff))
    staff = propose(database, section="professionals", phones=(old, new_staff))
    approve(database, contact)
    assert approve(database, staff).phones == (new, new_staff)


def test_nothing_is_proposed_where_nothing_differs(database: Database) -> None:
    publish(database, make_entry())
    assert propose(database) is None


def test_a_second_proposal_for_a_section_replaces_the_first(database: Database) -> None:
    publish(database, make_entry())
    first, second = propose(database, name="First"), propose(database, name="Second")
    propose(database, section="who", minimum_age=18)
    with database.reading() as session:
        waiting = revisions.list_waiting(session, ["CAD-9001"])
    assert [w.proposal.id for w in waiting][0] == second and len(waiting) == 2
    with pytest.raises(AlreadyDecided) as decided:
        approve(database, first)
    assert decided.value.decision.outcome == "replaced"


def test_of_two_who_decide_one_wins_and_the_other_is_told(database: Database) -> None:
    publish(database, make_entry())
    proposal = propose(database, name="New name")
    assert proposal is not None
    with database.unit_of_work() as session:
        revisions.decide_without_publishing(
            session, proposal, "sent_back", actor="account:3", reason="Which door?", at=LATER
        )
    with pytest.raises(AlreadyDecided) as decided:
        approve(database, proposal)
    assert (decided.value.decision.actor, decided.value.decision.reason) == ("account:3", "Which door?")
    assert read(database).name == "Example Evening Sanctuary"


def test_an_entry_that_moved_on_in_the_same_field_is_not_overwritten_unseen(database: Database) -> None:
    publish(database, make_entry())
    proposal = propose(database, name="Theirs", description="Theirs")
    publish(database, make_entry(name="Ours", email="ours@example.org"))
    with pytest.raises(Clash) as clash:
        approve(database, proposal)
    assert clash.value.fields == ("name",)
    entry = approve(database, proposal, despite=["name"])
    assert (entry.name, entry.description, entry.email) == ("Theirs", "Theirs", "ours@example.org")


def test_an_earlier_version_comes_back_as_a_new_change(database: Database) -> None:
    publish(database, make_entry())
    publish(database, make_entry(name="Worse"))
    with database.unit_of_work() as session:
        revisions.restore(session, "CAD-9001", 1, actor="account:2", reason="It was right", at=LATER)
    assert read(database).name == "Example Evening Sanctuary"
    with database.reading() as session:
        assert [item.number for item in revisions.history(session, "CAD-9001")] == [3, 2, 1]


def test_an_earlier_version_brings_back_and_loses_nothing_of_now(database: Database) -> None:
    """What is said of this night, a caution, and checks of facts that are the same in both."""
    live = LiveStatus(state="closed", at=AT, until=LATER)
    publish(database, make_entry(live_status=live.model_copy(update={"state": "space"})))
    worse = make_entry(name="Worse", live_status=live, caution=Caution(kinds=("shut",), at=AT))
    publish(database, checked(worse, ["contact", "hours"], by="region", how="telephone", at=LATER))
    with database.unit_of_work() as session:
        entry = revisions.restore(session, "CAD-9001", 1, actor="account:2", reason="It was right", at=LATER)
    assert (entry.name, entry.live_status, entry.caution) == (make_entry().name, live, worse.caution)
    assert {e.fact_group: e.checked_on for e in entry.evidence} == {
        "contact": "",
        "hours": "2026-11-23",
        "criteria": "",
        "culture": "",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "update change set reason = 'x'",
        "delete from change",
        "update proposal set note = 'x'",
        "delete from proposal",
        "update decision set reason = 'x'",
        "delete from decision",
        "delete from service",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_past(database: Database, statement: str) -> None:
    publish(database, make_entry())
    approve(database, propose(database, name="New name"))
    with pytest.raises(DBAPIError, match="never"), database.engine.begin() as connection:
        connection.execute(text(statement))


def test_postgresql_refuses_to_empty_the_past(database: Database) -> None:
    """SQLite has no such statement."""
    publish(database, make_entry())
    if database.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="never"), database.engine.begin() as connection:
            connection.execute(text("truncate change"))
