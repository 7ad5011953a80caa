"""Every kind of page over the shipped entries, as somebody meets it."""

import re

import pytest
from flask.testing import FlaskClient

from tests.factories import CAMBERWELL, make_entry
from tests.pages import EXIT, Page, local_links, text_of
from tests.public.conftest import ClientOf

STANDING = ["/", "/types", "/boroughs", "/about", "/privacy", "/accessibility"]


@pytest.mark.parametrize("path", STANDING)
def test_standing_pages(client: FlaskClient, path: str) -> None:
    """Each is there, helps in an emergency, and lets people leave."""
    page = Page.fetch(client, path)
    assert page.links["999"] == "tel:999" and page.links["111"] == "tel:111"
    assert page.links["Exit this page"] == EXIT


def test_the_whole_site_can_be_walked(client: FlaskClient) -> None:
    """From the home page every type, every borough and all that they list can be reached, and nothing is broken."""
    listed = ["/", "/types", "/boroughs"]
    listed += [link for path in listed for link in local_links(Page.fetch(client, path)) if link.count("/") == 2]
    seen = {link.split("?")[0] for path in set(listed) for link in local_links(Page.fetch(client, path))}
    broken = [path for path in seen if client.get(path).status_code != 200]
    assert not broken
    assert sum(path.startswith("/boroughs/") for path in seen) == 33
    assert sum(path.startswith("/types/") for path in seen) > 10
    assert sum(path.startswith("/services/") for path in seen) > 100


def test_home_asks_one_question(client: FlaskClient) -> None:
    """One box, open now on, and lines to call."""
    page = Page.fetch(client, "/")
    assert page.field("q").get("name") == "q"
    assert page.field("open").attrib.items() >= {"name": "open", "value": "now", "checked": ""}.items()
    assert page.section("lines")


def test_a_postcode_is_answered(client: FlaskClient) -> None:
    """Nearest first, with the box as it was typed, tags, and numbers to call."""
    page = Page.fetch(client, "/search", q="se5 8az")
    assert re.fullmatch(r"\d+ places and lines for SE5 8AZ(, \d+ more to ask)?", page.h1)
    assert page.title.startswith(page.h1)
    assert page.field("q").get("value") == "se5 8az"
    assert "Remove: Near SE5 8AZ ×" in page.links and any(link.startswith("Add: Open now (") for link in page.links)
    assert page.section("results")
    assert page.section("lines")
    assert any(href.startswith("tel:") for href in page.links.values())
    assert page.root.findall(".//meta[@name='robots']")


def test_an_entry_can_be_chosen(client: FlaskClient) -> None:
    """It stands beside the list and is marked in it; without a choice, or with one that is not there, the first is."""
    first, second = (card.get("data-ref") for card in Page.fetch(client, "/search", q="SE5 8AZ").section("results")[:2])
    for chosen, expected in (("", first), (second, second), ("CAD-9999", first)):
        page = Page.fetch(client, "/search", q="SE5 8AZ", entry=chosen)
        (current,) = [card for card in page.having("app-card") if card.get("aria-current") == "true"]
        assert current.get("data-ref") == expected
        assert text_of(page.field("chosen").find("h2")) == text_of(current.find(".//h3"))  # type: ignore[arg-type]
        assert not [link for link in page.links.values() if "/search?" in link and "entry=CAD-9999" in link]


def test_starting_again_keeps_who_is_asking_and_the_shortlist(client: FlaskClient) -> None:
    """Nothing else of the search."""
    page = Page.fetch(client, "/search", q="SE5 8AZ", age="17", asking="111", shortlist="CAD-0001")
    home = Page.fetch(client, page.links["Start again"])
    chosen = [option.get("value") for option in home.root.iter("option") if option.get("selected") is not None]
    hidden = [(box.get("name"), box.get("value")) for box in home.root.iter("input") if box.get("type") == "hidden"]
    assert chosen == ["111"] and hidden == [("shortlist", "CAD-0001")]


def test_a_correction_can_be_undone(client: FlaskClient) -> None:
    """The page says how a word was read, and one link searches for it as it stands."""
    page = Page.fetch(client, "/search", q="berevement Harrow")
    assert "Showing results for “bereavement”." in page.main and page.field("q").get("value") == "berevement Harrow"
    exact = Page.fetch(client, page.links["Search for “berevement” instead"])
    assert "Showing results" not in exact.main and "Remove: “berevement” ×" in exact.links


def test_results_have_pages(client: FlaskClient) -> None:
    """On and back again; near misses stand on the first only, the lines on each."""
    first = Page.fetch(client, "/search", age="17")
    assert len(first.section("results")) == 20 and first.section("misses")
    second = Page.fetch(client, first.links["More results"])
    assert second.section("results") and second.section("lines") and not second.section("misses")
    names = [{text_of(card[0]) for card in page.section("results")} for page in (first, second)]
    assert not names[0] & names[1]
    assert Page.fetch(client, second.links["Earlier results"]).section("results")
    beyond = Page.fetch(client, "/search", page="900")
    assert "There are no more places in this list." in beyond.main and beyond.links["Earlier results"]


def test_an_entry_leads_back_to_its_search(client: FlaskClient) -> None:
    """By the address alone: no script, no referrer."""
    results = Page.fetch(client, "/search", q="crisis cafe SE5 8AZ", open="any")
    path = next(href for href in results.links.values() if href.startswith("/services/"))
    entry = Page.fetch(client, path)
    back = Page.fetch(client, entry.links["Back to results"])
    assert back.main == results.main


def test_an_entry_leads_back_nowhere_else(client: FlaskClient) -> None:
    """Only parameters of a search are passed along."""
    path = next(href for href in Page.fetch(client, "/search").links.values() if href.startswith("/services/"))
    page = Page.fetch(client, f"{path.split('?')[0]}?next=https://example.org&q=a%22%3E%3Cscript%3E&open=now")
    assert page.links["Back to results"] == "/search?open=now&q=a%22%3E%3Cscript%3E"


@pytest.mark.parametrize("path", ["/services/CAD-9001", "/services/cad-9001/x", "/services/CAD-9001/wrong?q=SE5"])
def test_an_entry_has_one_address(client_of: ClientOf, path: str) -> None:
    """Any other leads to it for good, search and all."""
    client = client_of(make_entry())
    response = client.get(path)
    assert response.status_code == 301
    query = "?q=SE5" if "?" in path else ""
    assert response.location == f"/services/CAD-9001/example-evening-sanctuary{query}"


def test_an_entry_says_how_far_it_is(client_of: ClientOf) -> None:
    """From where the search was, where both are known and may be told."""
    client = client_of(make_entry(**CAMBERWELL), make_entry(ref="CAD-9002", **CAMBERWELL, address_visibility="area"))
    path = "/services/{}/example-evening-sanctuary?q={}"
    assert "1.9 miles from SE1 6ER" in Page.fetch(client, path.format("CAD-9001", "SE1+6ER")).main
    assert "miles" not in Page.fetch(client, path.format("CAD-9001", "SEL")).main
    assert "miles" not in Page.fetch(client, path.format("CAD-9001", "help")).main
    assert "miles" not in Page.fetch(client, path.format("CAD-9002", "SE1+6ER")).main


def test_entries_that_are_not_public_are_not_there(client_of: ClientOf) -> None:
    """Unverified, withdrawn, professional and unknown are all the same to the public."""
    client = client_of(
        make_entry(ref="CAD-9002", status="unverified"),
        make_entry(ref="CAD-9003", status="withdrawn"),
        make_entry(ref="CAD-9004", audience="professional"),
    )
    for ref in ("CAD-9002", "CAD-9003", "CAD-9004", "CAD-9005", "x"):
        page = Page.fetch(client, f"/services/{ref}/example-evening-sanctuary", 404)
        assert page.h1 == "Page not found"
    assert not Page.fetch(client, "/search").section("results")


def test_what_is_not_known_is_said(client_of: ClientOf) -> None:
    """On the page of an entry; the notes and the doubts of maintainers never are."""
    entry = make_entry(notes="secret note", confidence="low", borough="E09000022")
    page = Page.fetch(client_of(entry), "/services/CAD-9001/example-evening-sanctuary")
    rows = {text_of(row[0]): text_of(row[1]) for row in page.having("nhsuk-summary-list__row")}
    assert rows["Self-referral"] == rows["Walk in"] == rows["Age"] == rows["Languages"] == "Not known"
    assert rows["Address"] == "Address not known" and rows["Borough"] == "Lambeth"
    assert rows["Contact and place"] == "Not confirmed. Needs checking."
    assert "Hours not known: ring first" in page.main
    assert "secret" not in page.html and "low" not in rows.values()


def test_the_week_and_what_is_coming(client_of: ClientOf) -> None:
    """Today first; a closure with its reason."""
    hours = 'Mo-Su 18:00-02:00; 2026 Dec 25 off "Christmas Day"'
    page = Page.fetch(client_of(make_entry(opening_hours=hours)), "/services/CAD-9001/example-evening-sanctuary")
    rows = [[text_of(cell) for cell in row] for row in page.root.iter("tr")]
    assert rows[0] == ["Sunday (today)", "6pm to 2am"] and len(rows) == 7
    assert "Friday 25 December 2026: Closed (Christmas Day)" in page.main
    assert "Open until 2am" in page.main


@pytest.mark.parametrize("visibility", ["hidden", "area"])
def test_an_address_that_is_not_told_leaks_nowhere(client_of: ClientOf, visibility: str) -> None:
    """Not on the page of the entry, nor in results, nor by words, distance, borough or directions."""
    client = client_of(make_entry(**CAMBERWELL, address="77 Secret Street", address_visibility=visibility))
    for path in (
        "/services/CAD-9001/example-evening-sanctuary",
        "/search?q=SE5+8AZ",
        "/search?q=secret+street",
        "/boroughs/southwark",
        "/types/crisis-cafe",
    ):
        page = Page.fetch(client, path)
        said = page.main if path.startswith("/services") else text_of_cards(page)
        assert not [secret for secret in ("77", "Secret", "SE5 8AZ", "miles") if secret in said], path
        assert "geo:" not in page.html
        if visibility == "hidden" and path != "/boroughs/southwark":
            assert "Southwark" not in said


def text_of_cards(page: Page) -> str:
    """What all cards of a page say."""
    return " ".join(text_of(card) for card in page.having("app-card"))


def test_nothing_that_is_typed_in_becomes_markup(client_of: ClientOf) -> None:
    """A script in every free text of an entry, and in the search, stays text."""
    bad = "<script>alert(1)</script>'\">&amp;"
    texts = "name organization description address email opening_hours application_process eligibility accessibility"
    facts = dict.fromkeys(texts.split(), bad) | {
        "opening_hours": "",
        "cost_description": bad,
        "website": f"javascript:{bad}",
    }
    phones = ({"number": bad, "note": bad}, {"number": bad, "note": bad, "kind": "text"})
    evidence = ({"fact_group": "hours", "source_url": f"javascript:{bad}"},)
    client = client_of(make_entry(**facts, **CAMBERWELL, phones=phones, evidence=evidence))
    card = Page.fetch(client, "/search", q=f"SE5 8AZ {bad}")
    path = next(href for href in Page.fetch(client, "/search").links.values() if href.startswith("/services/"))
    entry = Page.fetch(client, path.split("?")[0])
    for page in (card, entry, Page.fetch(client, "/search")):
        assert "alert(1)" in page.main or page is card
        assert "<script>alert" not in page.html and "javascript:" not in " ".join(page.links.values())
        assert len([s for s in page.root.iter("script") if s.get("type") != "application/ld+json"]) == 1


def test_browsing_by_borough_and_type(client: FlaskClient) -> None:
    """Each has an address that may be kept, and a name."""
    page = Page.fetch(client, "/boroughs/kingston-upon-thames")
    assert page.h1 == "Crisis help in Kingston upon Thames"
    assert page.root.find(".//link[@rel='canonical']") is not None
    kind = Page.fetch(client, "/types/crisis-hub")
    assert kind.h1 == "Crisis hubs" and kind.section("results")
    for path in ("/boroughs/atlantis", "/types/crisis_cafe_", "/types/nothing"):
        Page.fetch(client, path, 404)


def test_searches_are_not_for_robots(client: FlaskClient) -> None:
    """Nor kept by anything between."""
    assert "Disallow: /search" in client.get("/robots.txt").text
    assert client.get("/search?q=SE5+8AZ").headers["Cache-Control"] == "private, no-cache"
