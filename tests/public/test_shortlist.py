"""The shortlist: held in the address, at most five side by side, and nothing lost."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.models import Entry, Phone
from directory.public.shortlist import MOST_READ, Shortlist
from tests.factories import CAMBERWELL, make_entry
from tests.pages import Page, text_of
from tests.public.conftest import ClientOf

REFS = [f"CAD-900{number}" for number in range(1, 8)]


def entries(count: int = 7, **facts: Any) -> list[Entry]:
    """So many entries, told apart by their names."""
    return [make_entry(ref=ref, name=f"Example House {ref[-1]}", **CAMBERWELL, **facts) for ref in REFS[:count]]


@pytest.mark.parametrize(
    ("given", "refs"),
    [
        ({}, ()),
        ({"shortlist": [""]}, ()),
        ({"shortlist": ["cad-9001,CAD-9002"]}, ("CAD-9001", "CAD-9002")),
        ({"shortlist": [" CAD-9001 , CAD-9001,,", "CAD-9002"]}, ("CAD-9001", "CAD-9002")),
        ({"shortlist": ["<script>,CAD-9001,../../x,é"]}, ("CAD-9001",)),
    ],
)
def test_references_are_read_from_the_address(given: dict[str, list[str]], refs: tuple[str, ...]) -> None:
    """In order, once each, and nothing that is none."""
    assert Shortlist.of(given).refs == refs


def test_an_endless_address_is_read_only_so_far() -> None:
    """Each is looked up."""
    assert len(Shortlist.of({"shortlist": [",".join(f"CAD-{number}" for number in range(9999))]}).refs) == MOST_READ


@pytest.mark.parametrize(
    ("refs", "links"),
    [
        ([], {"Add to shortlist": REFS[:1]}),
        (REFS[1:3], {"Add to shortlist": [*REFS[1:3], REFS[0]], "Compare your shortlist (2)": REFS[1:3]}),
        (REFS[:2], {"Remove from shortlist": REFS[1:2], "Compare your shortlist (2)": REFS[:2]}),
        (REFS[1:6], {"Compare your shortlist (5), which is full": REFS[1:6]}),
        (REFS[:5], {"Remove from shortlist": REFS[1:5], "Compare your shortlist (5)": REFS[:5]}),
    ],
)
def test_links_put_on_take_off_and_compare(refs: list[str], links: dict[str, list[str]]) -> None:
    """The rest of the address stays; a sixth cannot be put on."""
    given = {"postcode": ["SE5"], "shortlist": [",".join(refs)]}
    made = Shortlist(tuple(refs)).links(REFS[0], "/search", given)
    asked = {link.text: parse_qs(urlsplit(link.href).query) for link in made}
    assert {text: query["shortlist"] for text, query in asked.items()} == {t: [",".join(r)] for t, r in links.items()}
    assert all(query["postcode"] == ["SE5"] for query in asked.values())
    assert [urlsplit(link.href).path for link in made if "Compare" not in link.text] in (["/search"], [])


def test_entries_stand_side_by_side(client_of: ClientOf) -> None:
    """In a table with a heading for each entry and each fact, as the search sees them."""
    page = Page.fetch(
        client_of(*entries(3, opening_hours="Mo-Su 18:00-02:00", minimum_age=18)),
        "/shortlist",
        shortlist=",".join(REFS[:3]),
        postcode="SE5 9RS",
        age="17",
        asking="police",
    )
    table = rows_of(page)
    assert list(table) == [
        *("", "Now", "How far", "Number", "Not quite", "Ask about", "For police", "Who it is for", "How to get in"),
        *("Where", "Culture and language", "Hours on Sunday 22 November", "How we know"),
    ]
    assert all(len(cells) == 3 for cells in table.values())
    assert table["Now"][0] == "Open until 2am." and table["Not quite"][0] == "18 and over."
    assert table["How far"][0].startswith("0.2 miles. About 5 to 10 minutes on foot")
    assert table["Hours on Sunday 22 November"][0] == "6pm to 2am"
    assert table["For police"][0] == "Drop-off by police: not known. Can officers leave: not known."
    assert "9:04pm, Sunday 22 November 2026" in page.main
    assert page.links["Call 020 7946 0123"] == "tel:02079460123"
    assert (page.field("handover").text or "").count("True at 9:04pm") == 3
    scopes = [cell.get("scope") for cell in page.root.iter("th")]
    assert scopes == ["col"] * 3 + ["row"] * (len(table) - 1)


def rows_of(page: Page) -> dict[str, list[str]]:
    """The cells of each row by its heading."""
    rows = [[text_of(cell) for cell in row] for row in page.root.iter("tr")]
    return {row[0]: row[1:] for row in rows}


def test_one_is_taken_off_and_the_others_stay(client_of: ClientOf) -> None:
    """Back leads to the same search with the shortlist."""
    client = client_of(*entries(3))
    page = Page.fetch(client, "/shortlist", shortlist=",".join(REFS[:3]), q="house")
    left = Page.fetch(client, page.links["Remove Example House 2"])
    assert list(rows_of(left)[""]) == [
        "Example House 1 Remove Example House 1",
        "Example House 3 Remove Example House 3",
    ]
    back = parse_qs(urlsplit(left.links["Back to results"]).query)
    assert back == {"q": ["house"], "shortlist": ["CAD-9001,CAD-9003"]}
    last = Page.fetch(client, "/shortlist", shortlist="CAD-9001")
    empty = Page.fetch(client, last.links["Remove Example House 1"])
    assert "nothing on your shortlist" in empty.main and not list(empty.root.iter("table"))


def test_more_than_five_and_what_is_gone_are_said_and_kept(client_of: ClientOf) -> None:
    """The sixth and seventh are named with links; who takes one off sees the next beside the others."""
    client = client_of(*entries(7), make_entry(ref="CAD-9008", status="withdrawn"))
    given = ",".join([*REFS, "CAD-9008", "CAD-0000"])
    page = Page.fetch(client, "/shortlist", shortlist=given)
    assert len(rows_of(page)[""]) == 5 and "Example House 7" in page.links and "Example House 6" in page.links
    assert "5 fit side by side. 2 more entries are below the table" in page.main
    assert "CAD-9008 and CAD-0000 are not in the directory" in page.main
    after = Page.fetch(client, page.links["Remove Example House 1"])
    assert "Example House 6" in rows_of(after)[""][4] and "1 more entry is below" in after.main


def test_a_shortlist_leaks_nothing(client_of: ClientOf) -> None:
    """No hidden address, no number for professionals, and no entry that is not for everybody."""
    hidden = make_entry(ref="CAD-9001", address="9 Secret Street", address_visibility="hidden", **CAMBERWELL)
    phones = (Phone(number="020 7946 0999", audience="professional"),)
    page = Page.fetch(
        client_of(hidden, make_entry(ref="CAD-9002", phones=phones), make_entry(ref="CAD-9003", status="unverified")),
        "/shortlist",
        shortlist="CAD-9001,CAD-9002,CAD-9003",
        postcode="SE5 8AZ",
    )
    assert "Secret" not in page.html and "0999" not in page.html and "How far" not in rows_of(page)
    assert "CAD-9003 is not in the directory" in page.main
    assert rows_of(page)["Where"][0] == "Address given when you contact them."


def test_a_chosen_time_is_told(client_of: ClientOf) -> None:
    """Above the states, and in the hours of that day."""
    client = client_of(*entries(1, opening_hours="Sa 18:00-02:00"))
    page = Page.fetch(client, "/shortlist", shortlist="CAD-9001", at="2026-11-28T19:00")
    table = rows_of(page)
    assert table["At 7pm on Saturday 28 November"] == ["Open until 2am."]
    assert table["Hours on Saturday 28 November"] == ["6pm to 2am"]
