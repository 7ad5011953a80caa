"""The pages of hours over a real database of each kind: what goes live, what waits, who is told, and two people."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from sqlmodel import select

from directory import revisions
from directory.db import Database
from directory.models import Change, Mail
from directory.provider.hours.form import form_sent
from directory.provider.hours.reading import read_hours
from directory.schedules import Schedule, parse, write
from tests.factories import CAMBERWELL, make_entry
from tests.pages import Page, _held
from tests.people import make_account, sign_in
from tests.test_schedules_properties import SCHEDULES

EDITOR = "/my/CAD-9001/hours"
DATES = "/my/CAD-9001/hours/dates"
EVENINGS = "Mo-Su 18:00-22:00"


@pytest.fixture
def sam(house: Flask, now: datetime) -> FlaskClient:
    """An editor of the organisation that runs Example Evening Sanctuary, which is open every evening."""
    return _client(house, now, "Sam Editor", editor=("Example Trust",))


def _client(house: Flask, now: datetime, name: str, hours: str = EVENINGS, **roles: tuple[str, ...]) -> FlaskClient:
    with database_of(house).unit_of_work() as session:
        entry = make_entry(organization="Example Trust", opening_hours=hours, **CAMBERWELL)
        if not revisions.get_refs(session):
            revisions.publish(session, [entry], actor="test", reason="made", at=now)
        account = make_account(session, name, **roles)
    return sign_in(house.test_client(), account)


def database_of(house: Flask) -> Database:
    found: Database = house.extensions["directory"].database
    return found


def hours(house: Flask) -> str:
    """The hours that are published."""
    with database_of(house).reading() as session:
        return revisions.get_entry(session, "CAD-9001").opening_hours


def waiting(house: Flask) -> list[str]:
    """The hours that wait for approval."""
    with database_of(house).reading() as session:
        return [each.proposed.opening_hours for each in revisions.list_waiting(session, ["CAD-9001"])]


def letters(house: Flask) -> list[tuple[str, str, str]]:
    """What is in the outbox: address, subject and text."""
    with database_of(house).reading() as session:
        return [(mail.to_email, mail.subject, mail.text) for mail in session.exec(select(Mail)).all()]


def post(client: FlaskClient, page: Page, path: str, **fields: object) -> Page:
    """The page after a button that stays on it."""
    return Page(page.send(client, path, status=200, **fields))


def preview_and_save(client: FlaskClient, path: str, **fields: object) -> Page:
    """Fill the form in, look at the result, save it: the page after that."""
    checked = post(client, Page.fetch(client, path), path, do="preview", **fields)
    checked.send(client, path, do="save")
    return Page.fetch(client, path)


def test_closed_one_evening_is_public_at_once_and_the_region_told(
    house: Flask, sam: FlaskClient, now: datetime
) -> None:
    _client(house, now, "Ros Region", maintainer=("SEL",))
    _client(house, now, "Nor Region", maintainer=("NCL",))
    after = preview_and_save(
        sam, DATES, day="2026-11-23", **{"change-what": "closed", "change-reason": "Staff illness"}
    )
    assert hours(house) == 'Mo-Su 18:00-22:00; 2026 Nov 23 off "Staff illness"'
    assert "Saved. The change of dates is public now. The regional team has been told." in after.main
    assert "Monday 23 November 2026: closed (Staff illness)" in after.main
    ((to_email, subject, text),) = letters(house)
    assert to_email == "ros.region@example.org"
    assert subject == "Example Evening Sanctuary is closed: Tomorrow, Monday 23 November"
    assert "closed (Staff illness)" in text
    with database_of(house).reading() as session:
        last = session.exec(select(Change).order_by(Change.number.desc())).first()  # type: ignore[attr-defined]
        assert last is not None and (last.action, last.actor) == ("live", "account:1")
        hours_evidence = next(e for e in revisions.get_entry(session, "CAD-9001").evidence if e.fact_group == "hours")
        assert hours_evidence.checked_on == "", "one evening says nothing of the ordinary week"


def test_nothing_is_saved_before_it_was_seen(house: Flask, sam: FlaskClient) -> None:
    """A save of something that was not shown, or no longer is what was shown, shows it first."""
    page = Page.fetch(sam, DATES)
    checked = post(sam, page, DATES, do="save", day="2026-11-27", **{"change-what": "closed"})
    assert "Check before you save" in checked.main
    again = post(sam, checked, DATES, do="save", day="2026-11-28")
    assert "Saturday 28 November 2026: closed" in again.main
    assert hours(house) == EVENINGS
    again.send(sam, DATES, do="save")
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Nov 28 off"


def test_a_week_is_shown_before_it_is_saved(house: Flask, sam: FlaskClient) -> None:
    """Also after it was changed once more beside the result."""
    checked = post(sam, Page.fetch(sam, EDITOR), EDITOR, do="preview", **{"day-0-0-opens": "5pm"})
    again = post(sam, checked, EDITOR, do="save", **{"day-0-0-opens": "4pm"})
    assert "Monday: 4pm to 10pm" in again.main
    assert waiting(house) == []
    again.send(sam, EDITOR, do="save")
    assert waiting(house) == ["Mo 16:00-22:00; Tu-Su 18:00-22:00"]


def test_other_times_are_said_in_words_before_saving(sam: FlaskClient) -> None:
    fields = {"change-what": "open", "change-0-opens": "8pm", "change-0-closes": "2am"}
    checked = post(sam, Page.fetch(sam, DATES), DATES, do="preview", day="2026-11-27", **fields)
    assert "Friday 27 November 2026: 8pm to 2am (Saturday morning)" in checked.main


def test_a_date_that_is_not_offered_and_more_than_one_day(house: Flask, sam: FlaskClient) -> None:
    fields = {"change-first": "24 Dec", "change-last": "2 Jan", "change-what": "closed"}
    preview_and_save(sam, DATES, day="other", **fields)
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Dec 24-2027 Jan 02 off"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, ("Choose a day.", "#day")),
        ({"day": "2026-11-27"}, ("27 November 2026: choose closed, or open.", "#change-what")),
        ({"day": "other", "change-what": "closed"},
         ("A date is missing. Write it like 25 December 2026.", "#change-first")),
        ({"day": "other", "change-first": "1/1/2026", "change-what": "closed"},
         ("1 January 2026 is in the past. Choose a day to come.", "#change-first")),
    ],
)  # fmt: skip
def test_a_fault_keeps_everything_that_was_typed(
    house: Flask, sam: FlaskClient, fields: dict[str, str], fault: tuple[str, str]
) -> None:
    page = post(sam, Page.fetch(sam, DATES), DATES, do="preview", **fields, **{"change-reason": "Kept"})
    assert page.errors == [fault]
    assert page.title.startswith("Error: ")
    assert page.field("change-reason").get("value") == "Kept"
    assert hours(house) == EVENINGS


def test_what_was_said_of_a_day_is_taken_back(house: Flask, sam: FlaskClient) -> None:
    preview_and_save(sam, DATES, day="2026-11-27", **{"change-what": "closed"})
    page = Page.fetch(sam, DATES)
    key = "2026-11-27/2026-11-27/"
    assert key in page.html
    token = page.form("app-hours")[1].get("value")
    mark = page.form("app-hours")[2].get("value")
    response = sam.post(DATES, data={"csrf_token": token, "mark": mark, "taking": key, "do": "preview"})
    checked = Page(response)
    assert "Friday 27 November 2026: taken back, so 6pm to 10pm" in checked.main
    checked.send(sam, DATES, do="save")
    assert hours(house) == EVENINGS


def test_a_week_waits_and_the_old_one_stays_public(house: Flask, sam: FlaskClient) -> None:
    fields = {f"day-{weekday}-0-opens": "5pm" for weekday in range(7)}
    after = preview_and_save(sam, EDITOR, **fields, note="New opening hours from the trust")
    assert hours(house) == EVENINGS
    assert waiting(house) == ["Mo-Su 17:00-22:00"]
    assert "The public still sees: Monday to Sunday: 6pm to 10pm." in after.main
    assert after.field("day-0-0-opens").get("value") == "5pm"


def test_dates_go_live_and_the_week_waits_in_one_go(house: Flask, sam: FlaskClient) -> None:
    fields = {"day-6-0-opens": "", "day-6-0-closes": "", "named-2026-12-25-what": "closed"}
    checked = post(sam, Page.fetch(sam, EDITOR), EDITOR, do="preview", **fields)
    for words in ("Public at once", "Waits for the region", "Now closed, and open before: Sunday."):
        assert words in checked.main
    checked.send(sam, EDITOR, do="save")
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Dec 25 off"
    assert waiting(house) == ["Mo-Sa 18:00-22:00; 2026 Dec 25 off"]


def test_hours_that_wait_learn_of_a_closure_in_the_meantime(house: Flask, sam: FlaskClient) -> None:
    """So that approving them does not open the doors of that evening; and they keep their author and their note."""
    preview_and_save(sam, EDITOR, **{"day-0-0-opens": "5pm"}, note="From the trust")
    preview_and_save(sam, DATES, day="2026-11-27", **{"change-what": "closed"})
    assert waiting(house) == ["Mo 17:00-22:00; Tu-Su 18:00-22:00; 2026 Nov 27 off"]
    with database_of(house).unit_of_work() as session:
        (found,) = revisions.list_waiting(session, ["CAD-9001"])
        assert (found.proposal.note, found.proposal.actor, found.clashing) == ("From the trust", "account:1", ())
        assert found.proposal.id is not None
        revisions.approve(session, found.proposal.id, actor="account:9", reason="", at=found.proposal.at)
    assert hours(house) == "Mo 17:00-22:00; Tu-Su 18:00-22:00; 2026 Nov 27 off"


def test_a_proposal_is_taken_back_by_going_back_to_what_is_public(house: Flask, sam: FlaskClient) -> None:
    preview_and_save(sam, EDITOR, **{"day-0-0-opens": "5pm"})
    after = preview_and_save(sam, EDITOR, **{"day-0-0-opens": "6pm"})
    assert waiting(house) == []
    assert "What waited for approval is taken back." in after.main


def test_a_maintainers_week_is_public_at_once(house: Flask, now: datetime) -> None:
    ros = _client(house, now, "Ros Region", maintainer=("SEL",))
    after = preview_and_save(ros, EDITOR, **{"day-0-0-opens": "5pm"})
    assert hours(house) == "Mo 17:00-22:00; Tu-Su 18:00-22:00"
    assert "The ordinary week is public now." in after.main
    assert letters(house) == []


def test_rows_and_copies_without_a_script_keep_everything(house: Flask, sam: FlaskClient) -> None:
    page = post(sam, Page.fetch(sam, EDITOR), EDITOR, do="add day-0", **{"day-0-0-opens": "what was typed"})
    page = post(sam, page, EDITOR, do="copy 0 1,2,3,4", **{"day-0-1-opens": "noon"})
    assert page.field("day-4-0-opens").get("value") == "what was typed"
    assert page.field("day-4-1-opens").get("value") == "noon"
    assert page.field("day-5-0-opens").get("value") == "6pm"
    page = post(sam, page, EDITOR, do="add closure")
    page = post(sam, page, EDITOR, do="add weeks", **{"dated-0-first": "Boxing Day"})
    assert page.field("dated-0-first").get("value") == "Boxing Day"
    page = post(sam, page, EDITOR, do="preview")
    assert ("“Boxing Day” is not a date. Write it like 25 December 2026.", "#dated-0-first") in page.errors
    assert hours(house) == EVENINGS


def test_the_second_of_two_people_is_shown_both_versions(house: Flask, sam: FlaskClient, now: datetime) -> None:
    """And may keep both where they changed different things."""
    alex = _client(house, now, "Alex Editor", editor=("Example Trust",))
    mine = Page.fetch(sam, EDITOR)
    preview_and_save(alex, DATES, day="2026-11-27", **{"change-what": "closed"})
    checked = post(sam, mine, EDITOR, do="preview", **{"named-2026-12-25-what": "closed"})
    clash = post(sam, checked, EDITOR, do="save")
    assert "Somebody else changed these hours while you were typing" in clash.main
    assert "Friday 27 November 2026: Closed" in clash.main and "Friday 25 December 2026: Closed" in clash.main
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Nov 27 off"
    both = post(sam, clash, EDITOR, do="both")
    both.send(sam, EDITOR, do="save")
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Nov 27 off; 2026 Dec 25 off"


def test_of_two_versions_mine_is_saved_knowing_theirs(house: Flask, sam: FlaskClient, now: datetime) -> None:
    """Two weeks exclude each other; the first waits, the second is shown it, and then takes its place."""
    alex = _client(house, now, "Alex Editor", editor=("Example Trust",))
    mine = Page.fetch(sam, EDITOR)
    preview_and_save(alex, EDITOR, **{"day-0-0-opens": "5pm"})
    checked = post(sam, mine, EDITOR, do="preview", **{"day-0-0-opens": "7pm"})
    clash = post(sam, checked, EDITOR, do="save")
    assert "Monday: 5pm to 10pm" in clash.main and "Monday: 7pm to 10pm" in clash.main
    assert "Keep both" not in clash.main
    assert waiting(house) == ["Mo 17:00-22:00; Tu-Su 18:00-22:00"]
    clash.send(sam, EDITOR, do="save")
    assert waiting(house) == ["Mo 19:00-22:00; Tu-Su 18:00-22:00"]


def test_two_people_and_one_evening(house: Flask, sam: FlaskClient, now: datetime) -> None:
    """Of different evenings both are kept without a word; of the same one the second is shown both."""
    alex = _client(house, now, "Alex Editor", editor=("Example Trust",))
    mine = Page.fetch(sam, DATES)
    preview_and_save(alex, DATES, day="2026-11-27", **{"change-what": "closed"})
    checked = post(sam, mine, DATES, do="preview", day="2026-11-28", **{"change-what": "closed"})
    checked.send(sam, DATES, do="save")
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Nov 27 off; 2026 Nov 28 off"
    times = {"change-what": "open", "change-0-opens": "8pm", "change-0-closes": "10pm"}
    clash = post(sam, mine, DATES, do="preview", day="2026-11-27", **times)
    assert "Somebody else changed the same day while you were typing" in clash.main
    clash.send(sam, DATES, do="save")
    assert hours(house) == "Mo-Su 18:00-22:00; 2026 Nov 27 20:00-22:00; 2026 Nov 28 off"


@pytest.mark.parametrize("path", [EDITOR, DATES])
def test_who_may_not_is_kept_out(house: Flask, sam: FlaskClient, now: datetime, path: str) -> None:
    """Another organisation's editor, another region's maintainer, and anybody who has not signed in."""
    Page.fetch(_client(house, now, "Pat Other", editor=("Other Trust",)), path, status=403)
    Page.fetch(_client(house, now, "Nor Region", maintainer=("NCL",)), path, status=403)
    Page.fetch(sam, path.replace("9001", "9002"), status=404)
    assert house.test_client().get(path).location.startswith("/sign-in")


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "drop dated-9"},
        {"do": "preview", "kept": "nonsense"},
        {"do": "save", "mark": "x"},
        {"do": "preview", "named-2026-13-31-what": "closed"},
        {"do": "both", "both": "nonsense"},
    ],
)
def test_a_forged_form_is_refused(sam: FlaskClient, fields: dict[str, str]) -> None:
    page = Page.fetch(sam, EDITOR)
    if fields["do"] == "save":
        page = post(sam, page, EDITOR, do="preview")
    page.send(sam, EDITOR, status=400, **fields)


def test_a_page_gives_back_every_schedule_it_is_given(house: Flask, sam: FlaskClient, now: datetime) -> None:
    """The form as a browser would send it untouched, for schedules of every kind."""

    @given(SCHEDULES)
    @settings(
        max_examples=15,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def check(schedule: Schedule) -> None:
        text = write(schedule)
        if not all(character.isprintable() for character in text) or parse(text) != schedule:
            return
        with database_of(house).unit_of_work() as session:
            entry = make_entry(organization="Example Trust", opening_hours=text, **CAMBERWELL)
            revisions.publish(session, [entry], actor="test", reason="", at=now)
        held = _held(Page.fetch(sam, EDITOR).form("app-hours"))
        assert read_hours(form_sent(held), now.date()).schedule == schedule

    check()
