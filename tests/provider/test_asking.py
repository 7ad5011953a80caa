"""Asking to be listed and claiming an entry: anybody, without a session, and without learning anything by it."""

from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from directory.models import ListingRequest
from tests.pages import Page
from tests.provider.keepers import REF, publish

LISTING, CLAIM = "/list-a-service", f"/services/{REF}/claim"
WHO = {
    "what": "I manage it.",
    "name": "Sam Example",
    "role": "Manager",
    "organization": "Example Trust",
    "email": "Sam@Example.org",
    "phone": "020 7946 0123",
}
ABOUT = {**WHO, "service": "Example Haven", "borough": "E09000022"}


def kept(house: Flask) -> list[ListingRequest]:
    with house.extensions["directory"].database.reading() as session:
        found = list(session.exec(select(ListingRequest)).all())
        for request in found:
            session.expunge(request)
        return found


def send(house: Flask, path: str, status: int = 303, **fields: Any) -> Page:
    """Fill in the form of a page and send it."""
    client = house.test_client()
    response = Page.fetch(client, path).send(client, path, status=status, **fields)
    assert not response.headers.getlist("Set-Cookie")
    return Page.fetch(client, response.location) if status == 303 else Page(response)


def test_a_service_asks_to_be_listed(house: Flask) -> None:
    publish(house)
    page = send(house, LISTING, **ABOUT)
    assert page.h1 == "Thank you"
    (request,) = kept(house)
    assert (request.kind, request.ref, request.email, request.name) == ("listing", "", "sam@example.org", "Sam Example")
    assert request.facts == {
        "service": "Example Haven",
        "borough": "E09000022",
        "what": "I manage it.",
        "role": "Manager",
        "organization": "Example Trust",
    }
    assert request.phone == "020 7946 0123" and request.outcome is None


def test_an_entry_is_claimed_from_its_own_page(house: Flask) -> None:
    publish(house)
    page = Page.fetch(house.test_client(), f"/services/{REF}/example-evening-sanctuary")
    assert page.links["Do you run this service?"] == CLAIM
    assert Page.fetch(house.test_client(), CLAIM).h1 == "Keep Example Evening Sanctuary right"
    send(house, CLAIM, **WHO)
    (request,) = kept(house)
    assert (request.kind, request.ref) == ("claim", REF)


@pytest.mark.parametrize("facts", [{"status": "unverified"}, {"status": "withdrawn"}, {"audience": "professional"}])
def test_a_claim_tells_nothing_of_what_is_not_public(house: Flask, facts: dict[str, str]) -> None:
    """Its page and its answer are those of a reference that does not exist, but for the reference."""
    publish(house, **facts)
    client = house.test_client()
    pages = [Page.fetch(client, f"/services/{ref}/claim") for ref in (REF, "CAD-9999")]
    assert pages[0].main.replace(REF, "CAD-9999") == pages[1].main
    assert "Sanctuary" not in pages[0].html and "Example Trust" not in pages[0].html
    for page, ref in zip(pages, (REF, "CAD-9999"), strict=True):
        assert page.send(client, f"/services/{ref}/claim", status=303, **WHO).location == "/list-a-service/thanks"
    assert [request.ref for request in kept(house)] == [REF, "CAD-9999"]


def test_what_cannot_be_a_reference_is_no_page(house: Flask) -> None:
    publish(house)
    Page.fetch(house.test_client(), "/services/help/claim", status=404)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"service": ""}, ("Enter the name of the service", "#service")),
        ({"what": " "}, ("Say what the service is", "#what")),
        ({"what": "x" * 2001}, ("Shorten this to 2000 characters at most.", "#what")),
        ({"name": ""}, ("Enter your name", "#name")),
        ({"email": "sam"}, ("“sam” is not an email address. Write one address, like help@example.org.", "#email")),
        ({"organization": "x" * 201}, ("Shorten this to 200 characters at most.", "#organization")),
        ({"borough": "Atlantis"}, ("Not a valid choice.", "#borough")),
        ({"role": "\u200bx"}, ("There is a character that cannot be seen (U+200B). Type this text again.", "#role")),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(
    house: Flask, fields: dict[str, str], error: tuple[str, str]
) -> None:
    publish(house)
    page = send(house, LISTING, status=400, **{**ABOUT, **fields})
    assert page.errors == [error]
    assert page.field("phone").get("value") == "020 7946 0123"
    assert kept(house) == []


def test_a_machine_that_fills_in_everything_is_thanked_and_not_heard(house: Flask) -> None:
    publish(house)
    assert send(house, LISTING, **ABOUT, fax="1").h1 == "Thank you"
    assert kept(house) == []


@pytest.mark.parametrize("token", ["", "x", None])
def test_a_form_that_is_not_from_our_page_is_refused(house: Flask, token: str | None) -> None:
    publish(house)
    send(house, LISTING, status=400, **ABOUT, token=token)
    assert kept(house) == []


def test_the_page_of_one_entry_does_not_open_another(house: Flask) -> None:
    publish(house)
    client = house.test_client()
    token = next(f.get("value") for f in Page.fetch(client, CLAIM).root.iter("input") if f.get("name") == "token")
    assert client.post("/services/CAD-9002/claim", data={**WHO, "token": token}).status_code == 400


def test_one_address_asks_three_times_a_day(house: Flask) -> None:
    publish(house)
    for service in ("One", "Two", "Three"):
        send(house, LISTING, **{**ABOUT, "service": service})
    page = send(house, LISTING, status=429, **{**ABOUT, "service": "Four"})
    assert page.errors == [("Too many requests came from you today. Please send this again tomorrow", "#maincontent")]
    assert page.field("service").get("value") == "Four"
    send(house, LISTING, **{**ABOUT, "email": "other@example.org"})
    assert len(kept(house)) == 4
