"""From a proposal to a decision: in words, once, and told to whoever proposed it."""

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from directory import revisions
from directory.models import Mail, Phone
from tests.pages import Page, text_of
from tests.regional.conftest import Region

NUMBERS = (Phone(number="020 7946 0999"),)


def mails(session: Session) -> list[Mail]:
    """Everything in the outbox."""
    return list(session.exec(select(Mail)).all())


def test_what_would_change_is_told_in_words(region: Region, client: FlaskClient) -> None:
    number = region.propose(
        opening_hours="Mo-Fr 18:00-02:00; PH off", description="A calm place at night.", walk_in=True
    )
    page = Page.fetch(client, f"/region/proposals/{number}")
    assert "Proposed by Pat Provider at 9:04pm on 22 November 2026." in page.main
    told = {tag: [text_of(element) for element in page.root.iter(tag)] for tag in ("del", "ins")}
    assert "taken away: Monday: 6pm to 11pm" in told["del"]
    assert "added: Monday: 6pm to 2am" in told["ins"]
    assert "added: Bank holidays: Closed" in told["ins"]
    assert "taken away: in the evening." in told["del"] and "added: at night." in told["ins"]
    assert "added: Yes" in told["ins"]
    assert "Sunday: Closed" in page.main and not any("Sunday: Closed" in each for each in told["del"] + told["ins"])


def test_approved_is_public_and_the_proposer_is_told(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS)
    page = Page.fetch(client, f"/region/proposals/{number}")
    page.send(client, f"/region/proposals/{number}/approve", status=303)
    assert region.read().phones == NUMBERS
    assert "Approved: it is public now." in Page.fetch(client, "/region").main
    (mail,) = region.reading(mails)
    assert mail.to_email == "pat.provider@example.org"
    assert mail.subject == "Your change to Example Evening Sanctuary is public"
    assert "- Numbers" in mail.text and "/services/CAD-9001/" in mail.text


def test_what_is_approved_of_a_withdrawn_entry_is_not_called_public(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS)
    region.publish(region.read().model_copy(update={"status": "withdrawn"}))
    path = f"/region/proposals/{number}"
    response = Page.fetch(client, path).send(client, f"{path}/approve", status=303)
    assert "Approved. The entry itself is not public." in Page.fetch(client, response.location).main
    assert (region.read().status, region.read().phones) == ("withdrawn", NUMBERS)
    assert region.reading(mails)[0].subject == "Your change to Example Evening Sanctuary is approved"


def test_sent_back_with_a_reason(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS)
    action = f"/region/proposals/{number}/send-back"
    page = Page.fetch(client, f"/region/proposals/{number}")
    refused = Page(page.send(client, action, status=422, reason=" "))
    assert ("Say why, so that they can put it right.", "#reason") in refused.errors
    refused.send(client, action, status=303, reason="That is <b>not</b> your number & ours")
    assert region.read().phones != NUMBERS
    (mail,) = region.reading(mails)
    assert "That is <b>not</b> your number & ours" in mail.text
    assert "That is &lt;b&gt;not&lt;/b&gt; your number &amp; ours" in mail.html


def test_of_two_maintainers_the_second_is_told_who_decided(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS)
    path = f"/region/proposals/{number}"
    late = Page.fetch(client, path)
    Page.fetch(client, path).send(client, f"{path}/approve", status=303)
    for action, more in ((f"{path}/approve", {}), (f"{path}/send-back", {"reason": "No"})):
        told = Page(late.send(client, action, status=409, **more))
        assert "Mai Region approved it at 9:04pm on 22 November 2026." in told.main
    assert len(region.reading(mails)) == 1


def test_a_clash_shows_three_versions_and_must_be_meant(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS)
    path = f"/region/proposals/{number}"
    before = Page.fetch(client, path)
    region.publish(region.read().model_copy(update={"phones": (Phone(number="020 7946 0777"),)}))
    told = Page(before.send(client, f"{path}/approve", status=409))
    assert "has changed while you read this: Numbers" in told.main
    for version in ("020 7946 0123", "020 7946 0777", "020 7946 0999"):
        assert version in told.main
    told.send(client, f"{path}/approve", status=303)
    assert region.read().phones == NUMBERS


def test_corrected_and_approved(region: Region, client: FlaskClient) -> None:
    number = region.propose(phones=NUMBERS, name="Example Sanctuary", minimum_age=16)
    path = f"/region/proposals/{number}/correct"
    page = Page.fetch(client, path)
    assert page.field("phone").get("value") == "020 7946 0999"
    wrong = Page(page.send(client, path, status=422, phone="0999", minimum_age="sixteen"))
    assert {href for _, href in wrong.errors} == {"#phone", "#minimum_age"}
    assert wrong.field("phone").get("value") == "0999"
    wrong.send(client, path, status=303, phone="020 7946 0998 (reception)", minimum_age="16")
    entry = region.read()
    assert entry.phones == (Phone(number="020 7946 0998", note="reception"),)
    assert (entry.name, entry.minimum_age) == ("Example Sanctuary", 16)
    (mail,) = region.reading(mails)
    assert "was corrected and approved" in mail.text
    _, decision = region.reading(lambda session: revisions.get_proposal(session, number))
    assert (decision.outcome, decision.number) == ("corrected", 2)


def test_correcting_never_overwrites_unseen_what_another_maintainer_has_published(
    region: Region, client: FlaskClient
) -> None:
    number = region.propose(name="Theirs", email="theirs@example.org")
    path = f"/region/proposals/{number}/correct"
    page = Page.fetch(client, path)
    region.publish(region.read().model_copy(update={"name": "Published meanwhile", "website": "https://example.org/x"}))
    told = Page(page.send(client, path, status=409, name="Mine"))
    assert told.errors == [
        (
            "Name of the service has changed while you read this. It is now: Published meanwhile. Check, then approve "
            "again.",
            "#maincontent",
        )
    ]
    assert region.read().name == "Published meanwhile" and told.field("name").get("value") == "Mine"
    told.send(client, path, status=303)
    entry = region.read()
    assert (entry.name, entry.email, entry.website) == ("Mine", "theirs@example.org", "https://example.org/x")


def test_what_cannot_stand_together_any_more_can_be_corrected(region: Region, client: FlaskClient) -> None:
    number = region.propose(section="who", maximum_age=25)
    region.publish(region.read().model_copy(update={"minimum_age": 30}))
    path = f"/region/proposals/{number}/correct"
    page = Page.fetch(client, path)
    assert page.field("maximum_age").get("value") == "25"
    told = Page(page.send(client, path, status=422))
    assert [text for text, _ in told.errors] == ["Youngest age: 30 is above the maximum_age, 25. Correct one of them."]
    told.send(client, path, status=303, maximum_age="35")
    assert (region.read().minimum_age, region.read().maximum_age) == (30, 35)


@pytest.mark.parametrize("end", ["", "/correct"])
def test_another_region_sees_none_of_it(region: Region, end: str) -> None:
    number = region.propose(phones=NUMBERS)
    client = region.sign_in(region.other)
    assert client.get(f"/region/proposals/{number}{end}").status_code == 403
    assert client.get(f"/region/proposals/{number + 1}{end}").status_code == 404


@pytest.mark.parametrize("end", ["/approve", "/send-back", "/correct"])
def test_another_region_decides_nothing(region: Region, end: str) -> None:
    """Whatever form it is sent from."""
    number = region.propose(phones=NUMBERS)
    client = region.sign_in(region.other)
    page = Page.fetch(client, "/region")
    token = next(field.get("value", "") for field in page.root.iter("input") if field.get("name") == "csrf_token")
    sent = {"csrf_token": token, "reason": "No", "phone": "020 7946 0111"}
    assert client.post(f"/region/proposals/{number}{end}", data=sent).status_code == 403
    assert region.reading(lambda session: len(revisions.list_waiting(session))) == 1
