"""The queue, an entry, its history, duplicates and requests, as maintainers meet them."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from directory import confirmations, listing_requests, revisions
from directory.models import Entry, LiveStatus, Mail, Phone, StillRightRound
from tests.factories import CAMBERWELL, make_entry
from tests.pages import Page, text_of
from tests.people import grant_role
from tests.regional.conftest import CAMDEN, LAMBETH, Region

ENTRY = "/region/entries/CAD-9001"


def lead(ref: str = "CAD-9002", **facts: object) -> Entry:
    """An unverified entry in Lambeth."""
    known = {"name": "Example Drop-in", "borough": LAMBETH, "phones": (Phone(number="020 7946 0222"),)}
    return make_entry(**{"ref": ref, "status": "unverified", **known, **facts})


def titles(page: Page) -> list[str]:
    """The items of the queue, in order."""
    (queue,) = page.having("app-queue")
    return [text_of(item.findall("a")[0]) for item in queue.iter("li")]


def test_the_queue_of_a_region(region: Region, client: FlaskClient) -> None:
    """The most harmful first, none of another region's, with counts by kind."""
    region.publish(lead(), make_entry(ref="CAD-9003", name="Camden Haven", borough=CAMDEN, status="unverified"))
    region.propose(phones=(Phone(number="020 7946 0999"),))
    page = Page.fetch(client, "/region")
    assert titles(page) == ["Example Evening Sanctuary", "Example Evening Sanctuary", "Example Drop-in"]
    kinds = [text_of(link) for link in page.root.iter("a") if text_of(link).endswith(")")]
    assert kinds == ["Everything (3)", "Proposals (1)", "Check date past (1)", "Leads (1)"]
    assert titles(Page.fetch(client, "/region", kind="lead")) == ["Example Drop-in"]
    assert "Nothing waits for you here." in Page.fetch(client, "/region", kind="lead", borough=CAMDEN).main


def test_it_is_for_maintainers(region: Region) -> None:
    assert region.app.test_client().get("/region").status_code == 302
    assert region.sign_in(region.provider).get("/region").status_code == 403
    with region.database.unit_of_work() as session:
        grant_role(session, region.other, "administrator")
    page = Page.fetch(region.sign_in(region.other), "/region")
    assert "Region" in [text_of(label) for label in page.root.iter("label")]
    assert titles(page) == ["Example Evening Sanctuary"]


def test_fifty_a_page(region: Region, client: FlaskClient) -> None:
    region.publish(*(lead(f"CAD-{n}", name=f"Example {n}", phones=()) for n in range(9100, 9160)))
    page = Page.fetch(client, "/region", kind="lead")
    assert len(titles(page)) == 50 and "page 1 of 2" in page.main
    assert len(titles(Page.fetch(client, "/region", kind="lead", page="2"))) == 10


def test_a_lead_is_verified_and_the_next_one_comes(region: Region, client: FlaskClient) -> None:
    region.publish(lead(), lead("CAD-9003", name="Another", phones=(Phone(number="020 7946 0333"),)))
    page = Page.fetch(client, "/region/entries/CAD-9002?kind=lead")
    action = "/region/entries/CAD-9002/verify?kind=lead"
    assert "1 of 2" in page.main and "opening hours, the address, whether people" in page.main
    unsaid = Page(page.send(client, action, status=422))
    assert [text for text, _ in unsaid.errors] == ["Choose what you checked.", "Choose how you checked."]
    answer = unsaid.send(
        client, action, status=303, **{"verify-groups": ["contact", "hours"], "verify-how": "telephone"}
    )
    assert answer.headers["Location"] == "/region/entries/CAD-9003?kind=lead"
    entry = region.read("CAD-9002")
    assert entry.status == "active"
    known = {one.fact_group: (one.checked_on, one.checked_by, one.checked_how) for one in entry.evidence}
    assert known["hours"] == ("2026-11-22", "region", "telephone") and known["culture"] == ("", "", "")


def test_a_lead_without_the_facts_needed_is_not_shown_to_people(region: Region, client: FlaskClient) -> None:
    region.publish(lead(phones=(), description=""))
    page = Page.fetch(client, "/region/entries/CAD-9002")
    assert "What it is, in a sentence" in page.main and "Add it first" in page.links
    token = next(field.get("value", "") for field in page.root.iter("input") if field.get("name") == "csrf_token")
    sent = {"csrf_token": token, "verify-groups": "contact", "verify-how": "telephone"}
    assert client.post("/region/entries/CAD-9002/verify", data=sent).status_code == 422
    assert region.read("CAD-9002").status == "unverified"


def test_facts_are_marked_as_checked(region: Region, client: FlaskClient) -> None:
    page = Page.fetch(client, ENTRY)
    chosen = {"check-groups": ["contact", "hours", "criteria", "culture"], "check-how": "telephone"}
    page.send(client, f"{ENTRY}/checked", status=303, **chosen)
    assert "Opening hours: checked 22 November 2026 by the region, by telephone" in Page.fetch(client, ENTRY).main
    assert "Nothing waits for you here." in Page.fetch(client, "/region").main


def test_withdrawn_and_put_back_as_it_was(region: Region, client: FlaskClient) -> None:
    """With a reason each; nobody finds it in between, and nothing is lost."""
    page = Page.fetch(client, ENTRY)
    assert ("Say why, in a few words.", "#withdraw-reason") in Page(
        page.send(client, f"{ENTRY}/withdraw", status=422)
    ).errors
    page.send(client, f"{ENTRY}/withdraw", status=303, **{"withdraw-reason": "Its lease ended"})
    assert region.read().status == "withdrawn"
    page = Page.fetch(client, ENTRY)
    page.send(client, f"{ENTRY}/put-back", status=303, **{"back-reason": "It has moved back"})
    assert region.read().status == "active"
    reasons = [item.reason for item in region.reading(lambda session: revisions.history(session, "CAD-9001"))]
    assert reasons == ["It has moved back", "Its lease ended", ""]


def test_everything_is_on_the_page_of_an_entry(region: Region, client: FlaskClient) -> None:
    numbers = (Phone(number="020 7946 0555", audience="professional"),)
    region.publish(region.read().model_copy(update={"notes": "Ask for <Ana>", "phones": numbers}))
    page = Page.fetch(client, ENTRY)
    for told in ("Ask for <Ana>", "020 7946 0555", "Pat Provider", "pat.provider@example.org"):
        assert told in page.main
    assert page.links["History"] == f"{ENTRY}/history"


def test_history_and_an_earlier_version_again(region: Region, client: FlaskClient) -> None:
    entry = region.read()
    region.publish(entry.model_copy(update={"name": "Wrong name"}), actor=f"account:{region.provider.id}", live=True)
    page = Page.fetch(client, f"{ENTRY}/history")
    heads = [text_of(head) for head in page.root.iter("h2")]
    assert heads[0] == "Went live without approval by Pat Provider, 9:04pm on 22 November 2026"
    assert heads[1].startswith("Published by test")
    assert "taken away: Example Evening Sanctuary" in page.main
    then = Page.fetch(client, f"{ENTRY}/history/1")
    assert then.h1 == "Example Evening Sanctuary as it was at 9:04pm on 22 November 2026"
    assert Page(then.send(client, f"{ENTRY}/history/1/restore", status=422)).errors
    then.send(client, f"{ENTRY}/history/1/restore", status=303, reason="The provider rang")
    assert region.read().name == "Example Evening Sanctuary"
    newest = Page.fetch(client, f"{ENTRY}/history")
    assert "Why: Version 1 again: The provider rang" in newest.main
    assert client.get(f"{ENTRY}/history/0").status_code == 404


def test_an_earlier_version_leaves_alone_how_it_is_now(region: Region, client: FlaskClient, now: datetime) -> None:
    """What the page says would change is what does."""
    closed = LiveStatus(state="closed", at=now, until=now + timedelta(hours=4))
    region.publish(region.read().model_copy(update={"live_status": closed}), live=True)
    page = Page.fetch(client, f"{ENTRY}/history/1")
    assert "It says the same as now." in page.main
    assert not page.having("app-change")


def test_what_went_live_is_in_the_queue_until_somebody_says_it_is_right(region: Region, client: FlaskClient) -> None:
    entry = region.read()
    region.publish(entry.model_copy(update={"opening_hours": "off"}), actor="account:3", live=True)
    assert "Went live (1)" in Page.fetch(client, "/region").links
    page = Page.fetch(client, f"{ENTRY}/history?kind=live")
    page.send(client, f"{ENTRY}/history/2/right?kind=live", status=303)
    assert "Went live (1)" not in Page.fetch(client, "/region").links
    region.publish(entry.model_copy(update={"opening_hours": "24/7"}), actor="account:3", live=True)
    assert "Went live (1)" in Page.fetch(client, "/region").links


def test_what_is_closed_tonight_says_so_in_the_queue(region: Region, client: FlaskClient) -> None:
    closed = {"state": "closed", "at": region.now, "until": region.now + timedelta(hours=2)}
    region.publish(Entry.model_validate({**dict(region.read()), "live_status": closed}), live=True)
    first = Page.fetch(client, "/region").having("app-queue__detail")[0]
    assert text_of(first) == "Closed unexpectedly"


def test_a_status_does_not_hide_what_went_live_before_it(region: Region, client: FlaskClient) -> None:
    entry = region.read()
    other_hours = entry.model_copy(update={"opening_hours": "off"})
    live = {"state": "space", "at": region.now, "until": region.now + timedelta(hours=2)}
    region.publish(other_hours, live=True)
    region.publish(Entry.model_validate({**dict(other_hours), "live_status": live}), live=True)
    assert "Went live (1)" in Page.fetch(client, "/region").links
    page = Page.fetch(client, f"{ENTRY}/history")
    page.send(client, f"{ENTRY}/history/3/right", status=303)
    assert "Went live (1)" not in Page.fetch(client, "/region").links


def test_that_there_is_space_is_no_item_but_closed_is(region: Region, client: FlaskClient) -> None:
    entry = region.read()
    for state, shown in (("space", False), ("closed", True)):
        live = {"state": state, "at": region.now, "until": region.now + timedelta(hours=2)}
        region.publish(Entry.model_validate({**dict(entry), "live_status": live}), live=True)
        assert ("Went live (1)" in Page.fetch(client, "/region").links) is shown


def test_a_provider_who_does_not_answer(region: Region, client: FlaskClient) -> None:
    """After the second silence the entry is in the queue for that, until somebody checks its facts."""
    asked_at = region.now - timedelta(days=60)
    with region.database.unit_of_work() as session:
        asked = StillRightRound(to_email="pat.provider@example.org", refs=["CAD-9001"], at=asked_at)
        asked.reminded_at, asked.passed_at = asked_at + timedelta(days=14), region.now - timedelta(days=30)
        session.add(asked)
    page = Page.fetch(client, "/region")
    assert "No answer to checks (1)" in page.links and "30 days ago" in page.main
    chosen = {"check-groups": ["hours"], "check-how": "telephone"}
    Page.fetch(client, ENTRY).send(client, f"{ENTRY}/checked", status=303, **chosen)
    assert "No answer to checks (1)" not in Page.fetch(client, "/region").links


def test_what_the_provider_says_has_changed(region: Region, client: FlaskClient) -> None:
    """Word for word, until somebody changes or checks it."""
    with region.database.unit_of_work() as session:
        asked = confirmations.ask(session, "pat.provider@example.org", ["CAD-9001"], region.now)
        assert asked
        link = confirmations.get_link(session, asked.token, region.now)
        item = confirmations.Item("CAD-9001", "hours")
        questions = confirmations.questions(session, link, ["CAD-9001"], region.now.date())
        confirmations.answer(session, link, questions, {item: "changed"}, seen=1, at=region.now)
    assert "Said to have changed (1)" in Page.fetch(client, "/region").links
    page = Page.fetch(client, ENTRY)
    assert "Opening hours: changed" in page.main
    page.send(client, f"{ENTRY}/checked", status=303, **{"check-groups": ["hours"], "check-how": "telephone"})
    assert "Said to have changed (1)" not in Page.fetch(client, "/region").links


@pytest.mark.parametrize("end", ["", "/history", "/history/1"])
def test_entries_of_other_regions(region: Region, end: str) -> None:
    client = region.sign_in(region.other)
    assert client.get(f"{ENTRY}{end}").status_code == 403
    assert client.get(f"/region/entries/CAD-9999{end}").status_code == 404


@pytest.mark.parametrize(
    "end", ["/verify", "/checked", "/withdraw", "/put-back", "/history/1/restore", "/history/1/right"]
)
def test_nobody_changes_what_is_in_another_region(region: Region, end: str) -> None:
    """A form of their own region, sent to an entry of another, changes nothing."""
    region.publish(make_entry(ref="CAD-9009", borough=CAMDEN))
    client = region.sign_in(region.other)
    page = Page.fetch(client, "/region/entries/CAD-9009")
    token = next(field.get("value", "") for field in page.root.iter("input") if field.get("name") == "csrf_token")
    sent = {"csrf_token": token, "reason": "x", "withdraw-reason": "x", "back-reason": "x"}
    sent |= {"verify-groups": "hours", "verify-how": "telephone", "check-groups": "hours", "check-how": "telephone"}
    assert client.post(f"{ENTRY}{end}", data=sent).status_code == 403
    assert region.reading(lambda session: revisions.number_of(session, "CAD-9001")) == 1


def pair(region: Region) -> str:
    """Two entries that may be one; where they are compared."""
    region.publish(make_entry(ref="CAD-9002", name="The Evening Sanctuary (Example)", **CAMBERWELL))
    return "/region/duplicates/CAD-9001/CAD-9002"


def test_not_a_duplicate_is_remembered(region: Region, client: FlaskClient) -> None:
    path = pair(region)
    assert "Possible duplicates (1)" in Page.fetch(client, "/region").links
    page = Page.fetch(client, path)
    assert "same number: 020 7946 0123, same postcode, names alike" in page.main
    page.send(client, f"{path}/apart", status=303)
    assert "Possible duplicates (1)" not in Page.fetch(client, "/region").links


def test_one_of_two_gives_way(region: Region, client: FlaskClient) -> None:
    path = pair(region)
    page = Page.fetch(client, path)
    assert Page(page.send(client, f"{path}/withdraw", status=422)).errors == [("Choose which one stays.", "#kept")]
    page.send(client, f"{path}/withdraw", status=303, kept="CAD-9001")
    assert (region.read("CAD-9001").status, region.read("CAD-9002").status) == ("active", "withdrawn")
    (newest, _) = region.reading(lambda session: revisions.history(session, "CAD-9002"))
    assert newest.reason == "The same service as CAD-9001, which stays"
    assert "Possible duplicates (1)" not in Page.fetch(client, "/region").links
    assert region.sign_in(region.other).get(path).status_code == 403


def test_a_pair_shows_nothing_of_a_refuge_elsewhere(region: Region, client: FlaskClient) -> None:
    """Any two entries are no pair; and beside one that it may be, a hidden place stays hidden."""
    hidden = {"address_visibility": "hidden", "address": "7 Secret Lane", "postcode": "NW1 2DB", "borough": CAMDEN}
    refuge = make_entry(ref="CAD-9003", name="Camden Refuge", phones=(Phone(number="020 7946 0777"),), **hidden)
    alike = make_entry(ref="CAD-9004", **hidden)
    region.publish(refuge, alike)
    for path in ("/region/duplicates/CAD-9001/CAD-9003", "/region/duplicates/CAD-9003/CAD-9001"):
        assert client.get(path).status_code == 403
    for path in ("/region/duplicates/CAD-9001/CAD-9004", "/region/duplicates/CAD-9004/CAD-9001"):
        main = Page.fetch(client, path).main
        assert "same number" in main and "Secret Lane" not in main and "NW1" not in main
    assert "7 Secret Lane" in Page.fetch(region.sign_in(region.other), path).main


def ask(region: Region, kind: str, ref: str = "", **facts: str) -> str:
    """A request; where it is decided."""
    with region.database.unit_of_work() as session:
        known = {"service": "Example Night Café", "organization": "Night Trust", "borough": LAMBETH, "what": "Talk"}
        number = listing_requests.ask(
            session, kind, name="Nia Night", email="nia@example.org", facts={**known, **facts}, ref=ref, at=region.now
        )
    return f"/region/requests/{number}"


def mails(session: Session) -> list[Mail]:
    """Everything in the outbox."""
    return list(session.exec(select(Mail)).all())


def test_a_service_asked_for_becomes_a_draft(region: Region, client: FlaskClient) -> None:
    path = ask(region, "listing")
    page = Page.fetch(client, path)
    assert page.h1 == "Asked for: Example Night Café" and "nia@example.org" in page.main
    answer = page.send(client, f"{path}/accept", status=303)
    assert answer.headers["Location"] == "/region/entries/CAD-9002"
    entry = region.read("CAD-9002")
    assert (entry.name, entry.status, entry.organization, entry.borough) == (
        "Example Night Café",
        "unverified",
        "Night Trust",
        LAMBETH,
    )
    assert "Mai Region agreed to this at 9:04pm" in Page(page.send(client, f"{path}/accept", status=409)).main
    assert [mail.to_email for mail in region.reading(mails)] == ["nia@example.org"]


def test_a_claim_gives_the_keeper_the_entry(region: Region, client: FlaskClient) -> None:
    region.publish(lead(organization=""))
    path = ask(region, "claim", "CAD-9002")
    page = Page.fetch(client, path)
    assert page.h1 == "Whose is Example Drop-in?"
    page.send(client, f"{path}/accept", status=303, **{"accept-organization": "Drop-in Trust"})
    assert region.read("CAD-9002").organization == "Drop-in Trust"
    assert "nia@example.org" in Page.fetch(client, "/region/entries/CAD-9002").main
    assert [mail.to_email for mail in region.reading(mails)] == ["nia@example.org"]


def test_a_claim_reaches_no_organisation_of_another_region(region: Region, client: FlaskClient) -> None:
    """Whoever claims a lead here does not become the editor of entries elsewhere, whatever is typed."""
    region.publish(lead(organization=""), make_entry(ref="CAD-9003", organization="Camden Trust", borough=CAMDEN))
    path = ask(region, "claim", "CAD-9002")
    page = Page.fetch(client, path)
    refused = Page(page.send(client, f"{path}/accept", status=422, **{"accept-organization": "camden  TRUST"}))
    assert [href for _, href in refused.errors] == ["#accept-organization"]
    other = ask(region, "claim", "CAD-9001")
    page = Page.fetch(client, other)
    page.send(client, f"{other}/accept", status=422, **{"accept-organization": "Another Trust"})
    region.publish(make_entry(ref="CAD-9004", organization="Example Trust", borough=CAMDEN))
    page.send(client, f"{other}/accept", status=422, **{"accept-organization": "Example Trust"})
    assert region.reading(lambda session: len(listing_requests.list_open(session))) == 2


def test_a_request_is_declined_with_a_reason(region: Region, client: FlaskClient) -> None:
    path = ask(region, "claim", "CAD-9001")
    page = Page.fetch(client, path)
    assert Page(page.send(client, f"{path}/decline", status=422)).errors
    page.send(client, f"{path}/decline", status=303, **{"decline-reason": "We rang them, and they do not know you"})
    (mail,) = region.reading(mails)
    assert "You asked to keep Example Evening Sanctuary." in mail.text
    assert "We rang them, and they do not know you" in mail.text
    assert region.sign_in(region.other).get(path).status_code == 403
    assert client.get("/region/requests/99").status_code == 404
