"""What only professionals read: they see it on every page, and no page or answer for the public has a letter of it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from directory import revisions
from directory.models import Entry, Phone
from directory.search.current import CurrentCatalogue
from tests.factories import CAMBERWELL, make_entry
from tests.pages import Page
from tests.people import make_account, sign_in

SECRET = "Quetzal"
NUMBERS = ("020 7946 0777", "020 7946 0888")
PAGES = (
    "/",
    "/search",
    f"/search?q={SECRET}",
    f"/search?q={SECRET}+suite&exact=yes",
    "/search?q=quetzel+suite",
    "/search?postcode=SE5+8AZ&asking=police",
    "/search?postcode=SE5+8AZ&asking=police&entry=CAD-0002",
    "/search?type=health_based_place_of_safety",
    "/search?q=zzzz&postcode=SE5+8AZ",
    "/types",
    "/types/health-based-place-of-safety",
    "/types/s136-advice-line",
    "/boroughs/southwark",
    "/services/CAD-0001/example-garden",
    "/services/CAD-0001/example-garden?asking=police",
    "/services/CAD-0001/chosen",
    "/shortlist?shortlist=CAD-0001,CAD-0002",
)
ANSWERS = (
    "/api/v1/search",
    f"/api/v1/search?q={SECRET}",
    "/api/v1/search?postcode=SE5+8AZ&asking=police",
    "/api/v1/search?type=health_based_place_of_safety",
    "/api/v1/services/CAD-0001",
    "/api/v1/suggestions?q=quet",
    "/api/v1/suggestions?q=suite",
    "/api/v1/openapi.json",
    "/healthz",
)
GONE = ("/services/CAD-0002", "/services/CAD-0002/chosen", "/api/v1/services/CAD-0002", "/services/CAD-0003")


def inner_entries() -> tuple[Entry, ...]:
    """One entry for all with every professional fact, and two for professionals alone; each has the secret word."""
    inner = {"audience": "professional", "description": f"{SECRET} room.", "organization": f"{SECRET} Trust"}
    phones = (
        Phone(number="020 7946 0123"),
        Phone(number=NUMBERS[0], audience="professional", note=f"{SECRET} desk"),
        Phone(number=NUMBERS[1], audience="professional", note=f"{SECRET} nurse", purpose="handover"),
    )
    notes = {"professional_notes": f"Ask for {SECRET}."}
    return (
        make_entry(
            ref="CAD-0001", name="Example garden", notes="Maintainers only", phones=phones, **notes, **CAMBERWELL
        ),
        make_entry(
            ref="CAD-0002",
            name=f"{SECRET} suite",
            service_type="health_based_place_of_safety",
            notes="Maintainers only",
            phones=phones[1:],
            **{**CAMBERWELL, **inner, **notes},
        ),
        make_entry(
            ref="CAD-0003",
            name=f"{SECRET} advice",
            service_type="s136_advice_line",
            location_type="virtual",
            opening_hours="24/7",
            phones=phones[1:],
            **inner,
        ),
    )


def keep(house: Flask, *entries: Entry, name: str = "Sam Reader", **roles: tuple[str, ...]) -> FlaskClient:
    """Publish entries, and a client of somebody with these roles."""
    here = house.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, entries, actor="test", reason="test", at=here.now())
        account = make_account(session, name, **roles)
    here.current.refresh()
    return sign_in(house.test_client(), account)


def gives_away(text: str) -> bool:
    """Whether any of the secret words or numbers is in a text, however it is written."""
    plain = text.casefold()
    numbers = [number.replace(" ", "") for number in NUMBERS]
    return SECRET.casefold() in plain or any(number in plain.replace(" ", "") for number in numbers)


@pytest.mark.parametrize("roles", [{}, {"editor": ("Example Trust",)}], ids=["nobody", "editor"])
def test_the_public_reads_nothing_that_is_for_professionals(house: Flask, roles: dict[str, tuple[str, ...]]) -> None:
    """Not even after professionals have read it in the same process. What was typed is no answer."""
    client = keep(house, *inner_entries(), **roles)
    with house.extensions["directory"].database.unit_of_work() as session:
        officer = sign_in(house.test_client(), make_account(session, "Pat Officer", professional=("",)))
    for path in PAGES:
        officer.get(path)
    for reader in (house.test_client(), client):
        for path in (*PAGES, *ANSWERS):
            response = reader.get(path)
            text = response.text.replace(SECRET, "") if f"q={SECRET}" in path else response.text
            assert response.status_code == 200 or path.startswith("/types/"), path
            assert not gives_away(text), path
            assert "Maintainers only" not in text, path
        assert [reader.get(path).status_code for path in GONE] == [404] * len(GONE)


def test_words_of_professional_entries_change_no_public_answer(house: Flask) -> None:
    """The same answers, counts, corrections and order, with and without them, but for the change number."""
    entries = inner_entries()
    client = keep(house, entries[0], make_entry(ref="CAD-0009", name="Room of calm", description="A room."))
    paths = [*PAGES, *ANSWERS, "/api/v1/search?q=room", "/api/v1/search?q=qetzal", "/api/v1/search?q=suite"]
    before = [_without_number(client.get(path)) for path in paths]
    keep(house, *entries[1:], name="Pat Officer", professional=("",)).get("/search?q=room")
    assert [_without_number(client.get(path)) for path in paths] == before


def _without_number(response: Any) -> Any:
    if response.mimetype != "application/json":
        return response.text
    told = dict(response.json)
    return {name: value for name, value in told.items() if name not in ("number", "age_seconds")}


def test_professionals_read_all_of_it_marked_and_kept_by_nobody(house: Flask) -> None:
    """On cards, pages, beside the results and in the comparison; maintainers' notes stay with maintainers."""
    client = keep(house, *inner_entries(), professional=("",))
    results = Page.fetch(client, "/search", postcode="SE5 8AZ", asking="police")
    cards = {card.get("data-ref"): card for card in results.section("results")}
    assert {"CAD-0001", "CAD-0002"} <= set(cards)
    assert "For professionals only" in results.main and all(number in results.main for number in NUMBERS)
    assert [NUMBERS[1] in text for text in results.links if "Handover" in text][:1] == [True]
    suite = Page.fetch(client, "/services/CAD-0002/quetzal-suite")
    assert "For professionals only. Do not give this to the public." in suite.main
    assert f"Ask for {SECRET}." in suite.main and "Text it" not in suite.links and "Number Not known" not in suite.main
    garden = Page.fetch(client, "/services/CAD-0001/example-garden")
    assert "Do not give this to the public" not in garden.main and "Text it" in garden.links
    assert f"Handover {NUMBERS[1]} ({SECRET} nurse)" in garden.main and f"Ask for {SECRET}." in garden.main
    assert NUMBERS[0] not in garden.links["Text it"] and not gives_away(garden.field("handover").text or "")
    compared = Page.fetch(client, "/shortlist", shortlist="CAD-0001,CAD-0002")
    assert f"{SECRET} suite" in compared.main and not gives_away(compared.field("handover").text or "")
    assert f"{SECRET} advice" in Page.fetch(client, "/search").main
    for page in (results, suite, garden, compared):
        assert page.response.headers["Cache-Control"] == "private, no-store"
        assert "Maintainers only" not in page.html


def test_the_interface_for_machines_is_public_whoever_asks(house: Flask) -> None:
    """A professional's session makes no difference to it."""
    client = keep(house, *inner_entries(), professional=("",))
    client.get("/search")
    assert not [path for path in ANSWERS if gives_away(client.get(path).text.replace(SECRET, ""))]


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ({"professional": ("",)}, True),
        ({"maintainer": ("SEL",)}, True),
        ({"administrator": ("",)}, True),
        ({"editor": ("Example Trust",)}, False),
    ],
)
def test_who_reads_it(house: Flask, roles: dict[str, tuple[str, ...]], reads: bool) -> None:
    """Professionals, maintainers and administrators; an editor reads what the public does."""
    client = keep(house, *inner_entries(), **roles)
    assert (client.get("/services/CAD-0002/quetzal-suite").status_code == 200) is reads
    assert (client.get("/").headers["Cache-Control"] == "private, no-store") is reads


def test_a_role_that_has_ended_reads_nothing_more(house: Flask) -> None:
    """From the next page on."""
    client = keep(house, *inner_entries(), professional=("",))
    assert client.get("/services/CAD-0002/quetzal-suite").status_code == 200
    client.get("/sign-out")
    with client.session_transaction() as session:
        session.clear()
    assert client.get("/services/CAD-0002/quetzal-suite").status_code == 404


def test_searches_go_on_while_nobody_can_be_vouched_for(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database does not say who somebody is, they read what the public does."""
    client = keep(house, *inner_entries(), professional=("",))

    def down() -> None:
        raise OperationalError("select", {}, Exception("no answer"))

    monkeypatch.setitem(house.extensions, "who", down)
    page = Page.fetch(client, "/search", postcode="SE5 8AZ")
    assert "Example garden" in page.main and not gives_away(page.html)


def test_nobody_is_asked_who_they_are_without_a_cookie(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The public path costs nothing more, and sets no cookie."""
    keep(house, *inner_entries())
    monkeypatch.setitem(house.extensions, "who", lambda: pytest.fail("nobody needs to be asked"))
    response = house.test_client().get("/search?postcode=SE5+8AZ")
    assert response.status_code == 200 and "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


def test_the_public_catalogue_is_the_same_object_for_the_public(house: Flask) -> None:
    """A professional's question neither replaces nor slows what the public searches."""
    client = keep(house, *inner_entries(), professional=("",))
    current: CurrentCatalogue = house.extensions["directory"].current
    before = current.get()
    client.get("/search")
    assert current.get() is before and current.get("professional").count == before.count + 2
