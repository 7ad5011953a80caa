"""Still right? From the mail to the page to what searchers see."""

import multiprocessing
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from directory import confirmations, create_app, revisions
from directory.config import Config
from directory.db import Database
from directory.models import Entry
from directory.provider import asking
from directory.web.writing import page_token
from tests.factories import make_entry
from tests.pages import Page
from tests.people import make_account

HOURS = "Mo-Su 18:00-02:00"
CHRISTMAS = "2026-12-25"


def publish(house: Flask, *entries: Entry) -> None:
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, entries, actor="a test", reason="", at=here.now())


def entry(number: int = 1, **facts: Any) -> Entry:
    known = {"ref": f"CAD-900{number}", "name": f"Example Sanctuary {number}", "organization": "Example Trust"}
    return make_entry(**{**known, "opening_hours": HOURS, "evidence": (), **facts})


def add_editor(house: Flask, name: str = "Sam Editor", organization: str = "Example Trust", **roles: Any) -> None:
    with house.extensions["directory"].database.unit_of_work() as session:
        make_account(session, name, editor=(organization,), **roles)


def move_on(house: Flask, **time: int) -> None:
    """Let time pass."""
    here = house.extensions["directory"]
    later = here.now() + timedelta(**time)
    here.now = lambda: later


def do(house: Flask, task: Any) -> str:
    with house.app_context():
        return str(task())


def mails(house: Flask) -> list[Any]:
    with house.extensions["directory"].database.reading() as session:
        return list(session.execute(text("select to_email, subject, text, html, key from mail order by id")))


def link_in(mail: Any) -> str:
    """The path that a mail leads to."""
    found = re.search(r"/still-right/[\w-]+", mail.text)
    assert found and found[0] in mail.html
    return found[0]


def published(house: Flask, ref: str = "CAD-9001") -> Entry:
    with house.extensions["directory"].database.reading() as session:
        return revisions.get_entry(session, ref)


def checks(house: Flask, ref: str = "CAD-9001") -> dict[str, tuple[str, str, str]]:
    evidence = published(house, ref).evidence
    return {one.fact_group: (one.checked_on, one.checked_by, one.checked_how) for one in evidence}


def changes(house: Flask) -> int:
    with house.extensions["directory"].database.reading() as session:
        return revisions.latest_number(session)


@pytest.fixture
def path(house: Flask) -> str:
    """The link that the one editor of one service was sent."""
    publish(house, entry())
    add_editor(house)
    assert do(house, asking.ask_providers) == "1 asked"
    return link_in(mails(house)[0])


@pytest.fixture
def client(house: Flask) -> FlaskClient:
    return house.test_client()


def test_one_mail_tells_of_all_services_what_the_public_reads(house: Flask) -> None:
    """In text and HTML, with one link; what is hidden or for professionals is not in it."""
    hidden = {"address": "1 Secret Street", "postcode": "SE5 8AZ", "address_visibility": "hidden"}
    publish(house, entry(1), entry(2, name="Second <House>", **hidden), entry(3, organization="Another Trust"))
    add_editor(house)
    do(house, asking.ask_providers)
    (mail,) = mails(house)
    assert (mail.to_email, mail.subject) == ("sam.editor@example.org", "Are your 2 services still right?")
    for words in (
        "EXAMPLE SANCTUARY 1",
        "020 7946 0123",
        "Every day: 6pm to 2am",
        "http://127.0.0.1:8000/still-right/",
    ):
        assert words in mail.text
    assert "Second &lt;House&gt;" in mail.html and "Second <House>" not in mail.html
    assert "Secret" not in mail.text + mail.html and "Sanctuary 3" not in mail.text
    assert not re.search(r"<(img|script|link|style)|—", mail.html)
    assert len(set(re.findall(r"/still-right/[\w-]+", mail.text + mail.html))) == 1


def test_without_an_editor_the_published_address_is_asked(house: Flask) -> None:
    """Only of what the public sees."""
    leads = {"status": "unverified", "email": "lead@example.org"}
    closed = {"audience": "professional", "email": "closed@example.org"}
    publish(house, entry(1, email="Front.Door@example.org"), entry(2), entry(3, **leads), entry(4, **closed))
    do(house, asking.ask_providers)
    assert [mail.to_email for mail in mails(house)] == ["front.door@example.org"]


def test_nobody_is_asked_of_what_was_just_checked(house: Flask, now: datetime) -> None:
    """Neither facts nor bank holidays are open."""
    facts = revisions.proposals.checked(
        entry(opening_hours=f"{HOURS}; 2026 Dec 25-28 off; 2027 Jan 01 off"),
        ["contact", "hours", "criteria", "culture"],
        by="provider",
        how="edit",
        at=now,
    )
    publish(house, facts)
    add_editor(house)
    assert do(house, asking.ask_providers) == ""
    assert mails(house) == []


def test_nobody_is_asked_twice_within_a_month(house: Flask, path: str) -> None:
    """However often the task runs, and even if it was cut off."""
    move_on(house, days=30)
    assert do(house, asking.ask_providers) == ""
    move_on(house, days=2)
    assert do(house, asking.ask_providers) == "1 asked"


def test_opening_the_link_changes_nothing(house: Flask, client: FlaskClient, path: str) -> None:
    """Scanners of mail open every link: nothing is written, no cookie is set, and nobody keeps the page."""
    before = changes(house)
    for _ in range(3):
        page = Page.fetch(client, path)
        assert "Set-Cookie" not in page.response.headers
        assert page.response.headers["Cache-Control"] == "no-store"
    client.head(path)
    client.options(path)
    assert client.get(f"{path}/notes").status_code == 405
    assert changes(house) == before and checks(house) == {}
    assert not [e for e in page.root.iter("input") if e.get("checked") is not None]


def test_everything_is_still_right_in_one_tap(house: Flask, client: FlaskClient, path: str) -> None:
    """Every group that says something is dated, live, by the link; bank holidays are still asked about."""
    page = Page.fetch(client, path)
    page.send(client, path, everything="yes", status=303)
    stamp = ("2026-11-22", "provider", "link")
    assert checks(house) == {"contact": stamp, "hours": stamp, "criteria": stamp}
    with house.extensions["directory"].database.reading() as session:
        (change, _) = revisions.history(session, "CAD-9001")
    assert (change.action, change.actor, change.reason) == ("live", "link:1", "Still right: contact, hours, criteria")
    after = Page.fetch(client, path)
    assert after.h1 == "Bank holidays" and "Everything is still right" not in after.main
    assert "Opening hours: Still right" in after.main


def test_closed_on_christmas_day_is_live_at_once(house: Flask, client: FlaskClient, path: str) -> None:
    """A closure of that date; the days as usual are now said of their dates too."""
    page = Page.fetch(client, path)
    said = {f"CAD-9001.{CHRISTMAS}": "closed", "CAD-9001.2027-01-01": "same"}
    page.send(client, path, **said, status=303)
    assert published(house).opening_hours == f"{HOURS}; 2026 Dec 25 off; 2027 Jan 01 18:00-02:00"
    assert checks(house) == {}


def test_one_answer_for_all_services_gives_way_to_their_own(house: Flask, client: FlaskClient) -> None:
    publish(house, entry(1), entry(2))
    add_editor(house)
    do(house, asking.ask_providers)
    path = link_in(mails(house)[0])
    said = {f"all.{CHRISTMAS}": "closed", f"CAD-9002.{CHRISTMAS}": "same"}
    Page.fetch(client, path).send(client, path, **said, status=303)
    assert published(house, "CAD-9001").opening_hours == f"{HOURS}; 2026 Dec 25 off"
    assert published(house, "CAD-9002").opening_hours == f"{HOURS}; 2026 Dec 25 18:00-02:00"


@pytest.mark.parametrize(
    ("opens", "closes", "written"),
    [("10:00", "16:30", "10:00-16:30"), ("22:00", "02:00", "22:00-02:00"), ("18:00", "00:00", "18:00-24:00")],
)
def test_different_hours_are_asked_for_and_published(
    house: Flask, client: FlaskClient, path: str, opens: str, closes: str, written: str
) -> None:
    """In a second step, once."""
    Page.fetch(client, path).send(client, path, **{f"CAD-9001.{CHRISTMAS}": "different"}, status=303)
    assert published(house).opening_hours == HOURS
    page = Page.fetch(client, path)
    page.send(client, f"{path}/notes", **{"opens-1": opens, "closes-1": closes}, status=303)
    assert published(house).opening_hours == f"{HOURS}; 2026 Dec 25 {written}"
    page.send(client, f"{path}/notes", **{"opens-1": "01:00", "closes-1": "03:00"}, status=303)
    assert published(house).opening_hours == f"{HOURS}; 2026 Dec 25 {written}"


@pytest.mark.parametrize(("opens", "closes"), [("10:00", ""), ("10:00", "10:00"), ("ten", "four"), ("25:00", "26:00")])
def test_hours_that_cannot_be_read_are_kept_and_explained(
    house: Flask, client: FlaskClient, path: str, opens: str, closes: str
) -> None:
    Page.fetch(client, path).send(client, path, **{f"CAD-9001.{CHRISTMAS}": "different"}, status=303)
    fields = {"opens-1": opens, "closes-1": closes}
    again = Page(Page.fetch(client, path).send(client, f"{path}/notes", **fields, status=400))
    assert again.errors[0][1] == "#opens-1"
    assert [again.field(name).get("value", "") for name in fields] == [opens, closes]
    assert published(house).opening_hours == HOURS


def test_what_changed_is_written_to_the_region(house: Flask, client: FlaskClient, path: str) -> None:
    """The entry stays as it is; the words are escaped, and stand open until somebody changes those facts."""
    with house.extensions["directory"].database.unit_of_work() as session:
        make_account(session, "Kim Region", maintainer=("SEL",))
    Page.fetch(client, path).send(client, path, **{"CAD-9001.contact": "changed"}, status=303)
    note = {"note-1": "We <moved> to\r\nnumber 7"}
    Page.fetch(client, path).send(client, f"{path}/notes", **note, status=303)
    (_, mail) = mails(house)
    assert mail.to_email == "kim.region@example.org"
    assert "We <moved> to\nnumber 7" in mail.text and "We &lt;moved&gt; to" in mail.html
    assert checks(house) == {} and "We <moved> to number 7" in Page.fetch(client, path).main

    here = house.extensions["directory"]
    with here.database.reading() as session:
        (open_note,) = confirmations.open_notes(session, here.now().date())
    assert (open_note.item, open_note.note) == (("CAD-9001", "contact"), "We <moved> to\nnumber 7")
    publish(house, published(house).model_copy(update={"address": "7 Example Road"}))
    with here.database.reading() as session:
        assert confirmations.open_notes(session, here.now().date()) == ()


def test_a_note_that_is_too_long_is_kept_and_explained(house: Flask, client: FlaskClient, path: str) -> None:
    Page.fetch(client, path).send(client, path, **{"CAD-9001.contact": "changed"}, status=303)
    long = "word " * 300
    again = Page(Page.fetch(client, path).send(client, f"{path}/notes", **{"note-1": long}, status=400))
    assert again.errors == [("Use at most 1000 characters.", "#note-1")]
    assert (again.field("note-1").text or "").strip() == long.strip()


def test_a_link_cannot_be_replayed_to_do_more(house: Flask, client: FlaskClient, path: str) -> None:
    """Each thing is answered once; when all is answered, the link publishes nothing whatever happens later."""
    page = Page.fetch(client, path)
    days = {f"CAD-9001.{day}": "closed" for day in ("2026-12-25", "2026-12-26", "2026-12-28", "2027-01-01")}
    facts = {f"CAD-9001.{group}": "right" for group in ("contact", "hours", "criteria")}
    page.send(client, path, **days, **facts, status=303)
    hours = published(house).opening_hours
    assert Page.fetch(client, path).h1 == "Thank you"
    before = changes(house)
    for said in ({**facts, **dict.fromkeys(days, "same")}, {"everything": "yes"}):
        page.send(client, path, **said, status=303)
    publish(house, published(house).model_copy(update={"opening_hours": HOURS, "interpreters": True}))
    move_on(house, days=20)
    page = Page.fetch(client, path)
    response = client.post(path, data={"token": _token(house), "seen": str(before + 1), "everything": "yes", **days})
    assert response.status_code == 303
    assert changes(house) == before + 1 and published(house).opening_hours == HOURS != hours


def _token(house: Flask) -> str:
    with house.app_context():
        return page_token("still-right:1")


def test_answers_say_nothing_of_other_services(house: Flask, client: FlaskClient, path: str) -> None:
    """Whatever a browser sends: neither of another's service nor of what was not asked."""
    publish(house, entry(2, organization="Another Trust"))
    before = changes(house)
    forged = {"CAD-9002.contact": "right", f"CAD-9002.{CHRISTMAS}": "closed", "CAD-9001.2026-12-24": "closed"}
    wrong = {"CAD-9001.contact": "closed", f"CAD-9001.{CHRISTMAS}": "right"}
    Page.fetch(client, path).send(client, path, **forged, **wrong, status=303)
    assert changes(house) == before


def test_whoever_no_longer_edits_can_no_longer_answer(house: Flask, client: FlaskClient, path: str) -> None:
    """The link is worth what its address may do today."""
    with house.extensions["directory"].database.unit_of_work() as session:
        session.execute(text("update account set active = :no").bindparams(no=False))
    page = Page.fetch(client, path)
    assert "There is nothing to answer here now." in page.main
    assert client.post(path, data={"token": _token(house), "seen": "1", "everything": "yes"}).status_code == 303
    assert checks(house) == {}


@pytest.mark.parametrize("facts", [{"status": "withdrawn"}, {"organization": "Another Trust"}])
def test_what_is_no_longer_theirs_takes_no_hours(
    house: Flask, client: FlaskClient, path: str, facts: dict[str, str]
) -> None:
    """Nor is anybody reminded of it."""
    Page.fetch(client, path).send(client, path, **{f"CAD-9001.{CHRISTMAS}": "different"}, status=303)
    page = Page.fetch(client, path)
    publish(house, published(house).model_copy(update=facts))
    page.send(client, f"{path}/notes", **{"opens-1": "10:00", "closes-1": "16:00"}, status=303)
    assert published(house).opening_hours == HOURS
    assert "opens-1" not in Page.fetch(client, path).html


@pytest.mark.parametrize("facts", [{"status": "withdrawn"}, {"organization": "Another Trust"}])
def test_nobody_is_reminded_of_what_is_no_longer_theirs(house: Flask, path: str, facts: dict[str, str]) -> None:
    publish(house, published(house).model_copy(update={**facts, "email": ""}))
    move_on(house, days=8)
    do(house, asking.remind_providers)
    assert len(mails(house)) == 1


def test_what_changed_meanwhile_is_not_called_right(house: Flask, client: FlaskClient, path: str) -> None:
    """The page showed other hours: they are shown again; the rest is taken."""
    page = Page.fetch(client, path)
    publish(house, published(house).model_copy(update={"opening_hours": "Mo-Fr 09:00-17:00"}))
    again = Page(page.send(client, path, everything="yes", status=409))
    assert "Opening hours: this was changed while you had the page open" in again.errors[0][0]
    assert "Monday to Friday: 9am to 5pm" in again.main
    assert set(checks(house)) == {"contact", "criteria"}


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_write_needs_the_page(house: Flask, client: FlaskClient, path: str, token: str) -> None:
    refused = Page(Page.fetch(client, path).send(client, path, everything="yes", token=token, status=400))
    assert "Nothing was saved" in refused.errors[0][0]
    assert checks(house) == {}


def test_choosing_nothing_is_explained(house: Flask, client: FlaskClient, path: str) -> None:
    refused = Page(Page.fetch(client, path).send(client, path, status=400))
    assert refused.errors == [("Choose an answer to at least one question.", "#maincontent")]


@pytest.mark.parametrize("seen", ["", "-1", "99", "½", "1e3"])
def test_nobody_has_seen_what_never_was(client: FlaskClient, path: str, seen: str) -> None:
    Page.fetch(client, path).send(client, path, everything="yes", seen=seen, status=400)


def test_a_link_that_is_none_says_what_to_do(client: FlaskClient, path: str) -> None:
    """For reading and writing alike."""
    for unknown in (path[:-1], "/still-right/x", f"{path}x"):
        assert Page.fetch(client, unknown, status=404).h1 == "This link does not work"
        assert client.post(unknown, data={"everything": "yes"}).status_code == 404


def test_a_link_is_good_for_thirty_days(house: Flask, client: FlaskClient, path: str) -> None:
    page = Page.fetch(client, path)
    move_on(house, days=30)
    assert Page.fetch(client, path, status=410).h1 == "This link has expired"
    page.send(client, path, everything="yes", status=410)
    assert checks(house) == {}


def test_only_a_hash_of_a_link_is_kept(house: Flask, path: str) -> None:
    token = path.rpartition("/")[2]
    with house.extensions["directory"].database.reading() as session:
        assert token not in str(session.execute(text("select * from still_right_link")).all())


def test_silence_is_reminded_once_and_then_passed_to_the_region(house: Flask, client: FlaskClient, path: str) -> None:
    """After seven days each; one of the region's checks ends it."""
    here = house.extensions["directory"]
    move_on(house, days=6)
    assert do(house, asking.remind_providers) == ""
    move_on(house, days=1)
    assert do(house, asking.remind_providers) == "1 reminded"
    assert do(house, asking.remind_providers) == ""
    assert mails(house)[1].subject == "Reminder: Is Example Sanctuary 1 still right?"
    assert link_in(mails(house)[1]) != path
    move_on(house, days=6)
    assert do(house, asking.pass_silence_on) == ""
    move_on(house, days=1)
    assert do(house, asking.pass_silence_on) == "1 passed to the region"
    assert do(house, asking.pass_silence_on) == ""
    with here.database.reading() as session:
        assert confirmations.silent_refs(session) == {"CAD-9001": here.now()}
    checked = revisions.proposals.checked(published(house), ["hours"], by="region", how="telephone", at=here.now())
    publish(house, checked)
    with here.database.reading() as session:
        assert confirmations.silent_refs(session) == {}


def test_an_answer_to_the_reminder_is_an_answer(house: Flask, client: FlaskClient, path: str) -> None:
    move_on(house, days=7)
    do(house, asking.remind_providers)
    reminder = link_in(mails(house)[1])
    Page.fetch(client, reminder).send(client, reminder, everything="yes", status=303)
    move_on(house, days=7)
    assert do(house, asking.pass_silence_on) == ""


def test_chasing_stops_for_all_when_anybody_answers(house: Flask, client: FlaskClient, path: str) -> None:
    """Two editors are asked; the second answers."""
    add_editor(house, "Kim Colleague")
    do(house, asking.ask_providers)
    theirs = link_in(mails(house)[1])
    Page.fetch(client, theirs).send(client, theirs, **{"CAD-9001.contact": "changed"}, status=303)
    move_on(house, days=7)
    assert do(house, asking.remind_providers) == ""


def test_chasing_stops_when_somebody_edits(house: Flask, path: str) -> None:
    """A proposal is an answer too."""
    here = house.extensions["directory"]
    move_on(house, days=1)
    with here.database.unit_of_work() as session:
        wanted = published(house).model_copy(update={"name": "A new name"})
        revisions.propose(session, wanted, section="contact", base_number=1, note="", actor="account:1", at=here.now())
    move_on(house, days=6)
    assert do(house, asking.remind_providers) == ""


def _ask_all(url: str, folder: str, at: datetime, barrier: Any) -> None:
    app = create_app(Config(Path(folder), url, refresh_seconds=0, secret_key="s" * 32), now=lambda: at)
    barrier.wait(60)
    with app.app_context():
        asking.ask_providers()


def test_whoever_asks_is_killed_and_others_go_on(house: Flask, database: Database, now: datetime) -> None:
    """Two processes ask at once, one is killed in the middle, a third ends it: everybody is asked once."""
    addresses = [f"person{number:02}@example.org" for number in range(40)]
    publish(house, *(entry(ref=f"CAD-80{at:02}", organization="", email=to) for at, to in enumerate(addresses)))
    config = house.extensions["directory"].config
    processes = multiprocessing.get_context("spawn")
    barrier = processes.Barrier(2)
    arguments = (config.database_url, str(config.instance_path), now, barrier)
    both = [processes.Process(target=_ask_all, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    while len(mails(house)) < 5 and both[0].is_alive():
        both[0].join(0.01)
    both[0].kill()
    for process in both:
        process.join(60)
    assert both[1].exitcode == 0
    do(house, asking.ask_providers)
    assert sorted(mail.to_email for mail in mails(house)) == addresses
    with database.reading() as session:
        rounds = session.execute(text("select count(*) from still_right_round")).scalar_one()
        links = session.execute(text("select count(*) from still_right_link")).scalar_one()
    assert (rounds, links) == (40, 40)
