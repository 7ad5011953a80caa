"""One entry in words: its page, and what stands beside the results; most of it without HTTP."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import html5lib
import pytest

from directory import schedules
from directory.freshness import DEFAULT
from directory.models import CrewFact, CulturalClaim, Evidence, Phone
from directory.places import Places
from directory.places.travel import travel
from directory.public.cards import Cards
from directory.public.looking import Looked, chosen_of
from directory.public.service import Chosen, ServicePage, ServicePresenter
from directory.schedules import LONDON
from directory.search.find import NearMiss
from directory.search.query import Query
from directory.search.results import Arrival
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry, make_found, make_result
from tests.pages import Page, text_of
from tests.public.conftest import ClientOf

RowsOf = Callable[..., dict[str, str]]
SOURCE = "https://example.org/a?b=c"
QUERY = Query(at=SUNDAY_EVENING)


@pytest.fixture
def presenter(places: Places, taxonomies: Taxonomies) -> ServicePresenter:
    """Without anything kept."""
    return ServicePresenter(Cards(places, taxonomies), places, taxonomies, DEFAULT)


@pytest.fixture
def rows(presenter: ServicePresenter) -> RowsOf:
    """Every row of the page of an entry: its words by its name."""

    def build(**facts: object) -> dict[str, str]:
        page = page_of(presenter, **facts)
        return {row.key: row.text for section in (*page.before, *page.after) for row in section.rows}

    return build


def page_of(presenter: ServicePresenter, query: Query = QUERY, **facts: Any) -> ServicePage:
    """The page of an entry, on a Sunday evening."""
    looked = Looked(make_result(at=query.at, **facts))
    schedule = schedules.parse(looked.result.entry.opening_hours)
    return presenter.page(looked, schedule, query, {}, SUNDAY_EVENING)


def chosen(presenter: ServicePresenter, looked: Looked, query: Query = QUERY, **arguments: list[str]) -> Chosen:
    """What stands beside the results."""
    schedule = schedules.parse(looked.result.entry.opening_hours)
    return presenter.chosen(looked, schedule, query, arguments, SUNDAY_EVENING)


def test_each_source_says_what_it_is_for(rows: RowsOf) -> None:
    """One row where all comes from one page; else one a page."""
    one = Evidence(fact_group="contact", source_url=SOURCE, source_date="2024-06")
    two = Evidence(fact_group="hours", source_url="https://example.com/")
    assert rows(evidence=(one,))["Source"] == "example.org, dated June 2024"
    both = rows(evidence=(one, two))
    assert both["Source: contact and place"] == "example.org, dated June 2024"
    assert both["Source: opening hours"] == "example.com, not dated"


def test_numbers_for_professionals_are_not_there(rows: RowsOf) -> None:
    """Not knowing a number is said."""
    assert rows(phones=(Phone(number="020 7946 0999", audience="professional"),))["Phone"] == "Not known"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({}, "Not known. Ring before you go."),
        ({"phones": ()}, "Not known. Ask before you go."),
        ({"phones": (Phone(number="07700 900123", kind="text"),)}, "Not known. Ask before you go."),
        ({"location_type": "virtual"}, "Not known."),
        ({"opening_hours": "Mo-Su 18:00-02:00"}, ""),
    ],
)
def test_unknown_hours_say_what_can_be_done(presenter: ServicePresenter, entry: dict[str, object], says: str) -> None:
    """Nobody is told to ring without a number, nor to go to a line."""
    assert page_of(presenter, **entry).hours_missing == says


def test_a_line_has_no_place(rows: RowsOf) -> None:
    """And no door to walk in by."""
    line = rows(location_type="virtual")
    assert line["Address"] == "There is no place to go to"
    assert not {"Walk in", "Step-free", "Borough"} & line.keys()


def test_facts_are_said_in_full(rows: RowsOf) -> None:
    """Where a card is short, the page is not."""
    served = ("E09000022", "E09000028", "E09000023", "E09000008")
    page = rows(area_served=served, communities=("somali",), cost="free", cost_description="Bring nothing.")
    assert page["Where people must live"] == "Lambeth, Southwark, Lewisham and Croydon"
    assert rows(area_served=("UK",))["Where people must live"] == "The UK"
    assert page["Communities"] == "Somali" and page["Cost"] == "Free. Bring nothing"
    assert page["Gender"] == "No limit known" and page["Languages"] == ""


def test_the_page_says_what_a_crew_needs_to_know(presenter: ServicePresenter) -> None:
    """Yes, no and not known, each with its date; for a crew that asks before all else, for others after the place."""
    facts = {"drop_off": CrewFact(value=True, on="2026"), "dog": CrewFact(value=False, on="2026-11-22")}
    for query, place in ((QUERY, -1), (Query(at=SUNDAY_EVENING, asking="ambulance"), 0)):
        sections = page_of(presenter, query, entrance="Blue door", **facts).before
        crews = sections[place]
        assert crews.title == "For police and ambulance crews"
        assert [(row.key, row.text) for row in crews.rows] == [
            ("Drop-off by police", "Yes (said 2026)"),
            ("Drop-off by ambulance", "Yes (said 2026)"),
            ("Can the crew leave", "Not known"),
            ("Which entrance", "Blue door"),
        ]
        (coming,) = (section for section in sections if section.title == "Who can come in")
        assert {row.key: row.text for row in coming.rows} == {
            "People who have been drinking or using drugs": "Not known",
            "Under-18s who come alone": "Not known",
            "A companion": "Not known",
            "A dog": "No (said 22 November 2026)",
        }


@pytest.mark.parametrize("visibility", ["area", "hidden"])
def test_an_entrance_is_no_more_told_than_the_address(rows: RowsOf, visibility: str) -> None:
    """It says where the door is."""
    assert rows(entrance="Blue door", address_visibility=visibility)["Which entrance"] == ""


def test_a_line_has_no_door_for_crews(presenter: ServicePresenter) -> None:
    """Only what is known of whom it takes."""
    line = {"location_type": "virtual", "intoxicated": CrewFact(value=True)}
    sections = {section.title: section.rows for section in page_of(presenter, **line).before}
    assert "For police and ambulance crews" not in sections and len(sections["Who can come in"]) == 1
    assert "Who can come in" not in {section.title for section in page_of(presenter, location_type="virtual").before}


def test_claims_are_read_as_claims(rows: RowsOf) -> None:
    """Each with who makes it, and when if that is known."""
    claims = (
        CulturalClaim(kind="led_by", code="somali", said_by="Example Trust", said_on="2026-10"),
        CulturalClaim(kind="staff_speak", code="so", said_by="Example Trust"),
    )
    said = "Led by Somali people, says Example Trust, October 2026. Staff speak Somali, says Example Trust."
    assert rows(cultural_claims=claims)["Claims"] == said and "Claims" not in rows()


CAFE = {**CAMBERWELL, "opening_hours": "Mo-Su 18:00-02:00", "walk_in": True, "self_referral": True}


def test_the_chosen_entry_says_how_to_get_there_and_why_it_is_here(presenter: ServicePresenter, places: Places) -> None:
    """The journey as a band, what it changes, the reasons, and what to ask about."""
    place = places.locate("SE5 8AZ")
    arrival = Arrival(travel(1.5), SUNDAY_EVENING + timedelta(minutes=35), "Last admission 9:30pm: ring first")
    result = make_result(
        **CAFE, distance_km=1.5, arrival=arrival, reasons=("0.9 miles", "Somali"), ask_about=("referral", "age")
    )
    query = Query(at=SUNDAY_EVENING, place=place, asking="gp")  # type: ignore[arg-type]
    shown = chosen(presenter, Looked(result), query, postcode=["SE5 8AZ"])
    assert shown.where == "0.9 miles from SE5 8AZ" and shown.journey.startswith("About 25 to 35 minutes on foot")
    assert shown.note == "Last admission 9:30pm: ring first."
    facts = dict(shown.facts)
    assert facts["Why it is here"] == "0.9 miles. Somali. Ask about referral by a GP and ages."
    assert facts["The next seven days"] == "Every day: 6pm to 2am."
    assert facts["Where"] == "SE5 8AZ. Southwark."
    assert shown.path == "/services/CAD-9001/example-evening-sanctuary?postcode=SE5+8AZ&entry=CAD-9001"


def test_an_entry_that_does_not_fit_says_so_and_not_why_it_is_here(presenter: ServicePresenter) -> None:
    """Every rule that it fails."""
    shown = chosen(presenter, Looked(make_result(**CAFE, reasons=("0.9 miles",)), ("Women only", "18 and over")))
    assert shown.against == "Women only. 18 and over." and "Why it is here" not in dict(shown.facts)


@pytest.mark.parametrize(
    ("asking", "facts", "first"),
    [
        (None, {}, {}),
        ("self", {}, {}),
        ("self", {"phones": ()}, {"Number": "Not known"}),
        ("gp", {"referral_routes": ("gp",)}, {"Referral by a GP": "Yes"}),
        ("gp", {"self_referral": False, "referral_routes": ("police",)}, {"Referral by a GP": "No"}),
        (
            "police",
            {"referral_routes": ("police",)},
            {"Drop-off by police": "Yes", "Can officers leave": "Not known", "Way in": "Walk in; self-referral."},
        ),
        (
            "ambulance",
            {"phones": (), "walk_in": None, "self_referral": None},
            {
                "Drop-off by ambulance": "Not known",
                "Can the crew leave": "Not known",
                "Way in": "Not known",
                "Number": "Not known",
            },
        ),
        (
            "police",
            {
                "drop_off": CrewFact(value=True, on="2026-10-03"),
                "crew_may_leave": CrewFact(value=False, on="2026-10"),
                "alone_under_18": CrewFact(value=True),
                "companion": CrewFact(value=True),
                "dog": CrewFact(value=False),
                "entrance": "Blue door",
            },
            {
                "Drop-off by police": "Yes (said 3 October 2026)",
                "Can officers leave": "No (said October 2026)",
                "Which entrance": "Blue door",
                "Who can come in": "Takes: under-18s who come alone, a companion. Does not take: a dog.",
                "Way in": "Walk in; self-referral.",
            },
        ),
        (
            "ambulance",
            {"drop_off": CrewFact(value=False), "referral_routes": ("ambulance",)},
            {
                "Drop-off by ambulance": "No (date not known)",
                "Can the crew leave": "Not known",
                "Way in": "Walk in; self-referral.",
            },
        ),
        (
            "police",
            {"location_type": "virtual", "postcode": ""},
            {"Referral by police": "Not listed, but people can refer themselves"},
        ),
    ],
)
def test_who_asks_decides_what_comes_first(
    presenter: ServicePresenter, asking: Any, facts: dict[str, Any], first: dict[str, str]
) -> None:
    """A crew needs to know whether it may bring somebody and leave; not knowing is said, and never as no."""
    shown = chosen(presenter, Looked(make_result(**{**CAFE, **facts})), Query(at=SUNDAY_EVENING, asking=asking))
    assert dict(shown.first) == first
    assert ("How to get in" in dict(shown.facts)) is ("Way in" not in first)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"self_referral": True, "walk_in": None}, "Self-referral. Can also be referred or brought by: a GP."),
        ({"self_referral": None, "walk_in": None}, "Can be referred or brought by: a GP."),
        ({"self_referral": None, "walk_in": False}, "No walk-ins. Can be referred or brought by: a GP."),
        ({"self_referral": False, "walk_in": None}, "Referral needed: a GP."),
    ],
)
def test_others_can_also_refer_only_where_people_can_come_by_themselves(
    presenter: ServicePresenter, facts: dict[str, Any], words: str
) -> None:
    """Where that is not known, "also" would say that they can."""
    shown = chosen(presenter, Looked(make_result(**{**CAFE, **facts, "referral_routes": ("gp",)})))
    assert dict(shown.facts)["How to get in"] == words


def test_professional_numbers_are_nowhere_beside_the_results(presenter: ServicePresenter) -> None:
    """Not in the text for the caller either."""
    shown = chosen(presenter, Looked(make_result(phones=(Phone(number="020 7946 0999", audience="professional"),))))
    assert "0999" not in repr(shown.text + shown.sms) + repr(shown.facts) and not shown.card.contacts


def test_what_is_kept_of_an_entry_is_of_that_entry_and_day(presenter: ServicePresenter) -> None:
    """An entry that changed, and the next morning, are described anew."""
    old, new = (Looked(make_result(**CAFE, eligibility=text)) for text in ("Old", "New"))
    assert dict(chosen(presenter, old).facts)["Who it is for"] == "Old."
    assert dict(chosen(presenter, new).facts)["Who it is for"] == "New."
    weekly = Looked(make_result(opening_hours="Mo 09:00-17:00"))
    schedule = schedules.parse("Mo 09:00-17:00")
    monday = SUNDAY_EVENING + timedelta(hours=3)
    before, after = (presenter.chosen(weekly, schedule, QUERY, {}, at) for at in (SUNDAY_EVENING, monday))
    assert dict(before.facts)["The next seven days"].startswith("Sunday: closed. Monday: 9am to 5pm.")
    assert dict(after.facts)["The next seven days"].startswith("Monday: 9am to 5pm. Tuesday to Sunday: closed.")


def test_the_chosen_entry_is_the_one_asked_for_or_the_first() -> None:
    """Of results, near misses and lines; a near miss with its rule."""
    first, second, line = (make_result(ref=f"CAD-900{number}") for number in (1, 2, 4))
    miss = NearMiss(make_result(ref="CAD-9003"), "age", "18 and over")
    found = make_found(first, second, near_misses=(miss,), lines=(line,))
    assert chosen_of(found, "CAD-9002") == Looked(second)
    assert chosen_of(found, "CAD-9003") == Looked(miss.result, ("18 and over",))
    assert chosen_of(found, "CAD-9004") == Looked(line)
    assert chosen_of(found, "") == chosen_of(found, "CAD-0000") == Looked(first)
    assert chosen_of(make_found(), "CAD-9001") is None


def test_a_chosen_time_is_told_beside_the_present(presenter: ServicePresenter) -> None:
    """On the page of an entry: now, and then."""
    at = datetime(2026, 11, 29, 1, tzinfo=LONDON)
    page = page_of(presenter, Query(at=at, at_given=True), opening_hours="Sa 18:00-02:00")
    assert page.state.words == "Opens 6pm Saturday" and page.then == "At 1am on Sunday 29 November: open until 2am."
    assert "At 1am on Sunday 29 November: open until 2am Sunday 29 November" in page.chosen.text
    assert page_of(presenter).then == ""


def test_the_part_of_a_page_for_the_chosen_entry(client_of: ClientOf) -> None:
    """By reference, with the search: its rules, its journey, and links that keep the search."""
    client = client_of(make_entry(**CAFE, minimum_age=18))
    response = client.get("/services/cad-9001/chosen?postcode=SE5+9RS&age=17&asking=police&page=2")
    assert response.status_code == 200 and response.headers["X-Robots-Tag"] == "noindex"
    part = fragment(response.text)
    assert part.startswith("Example Evening Sanctuary Open until 2am Not quite: 18 and over.")
    assert "by public transport (estimated from the distance)" in part and "Drop-off by police Not known" in part
    assert "entry=CAD-9001&amp;page=2" in response.text and "<html" not in response.text
    assert client.get("/services/CAD-9002/chosen").status_code == 404


def fragment(html: str) -> str:
    """The text of a part of a page, after checking that it is valid within one."""
    document = f'<!doctype html><html lang="en"><head><title>x</title></head><body><aside>{html}</aside></body></html>'
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(document)
    return text_of(next(parsed.iter("aside")))


def test_the_page_of_an_entry_has_the_text_and_the_journey(client_of: ClientOf) -> None:
    """To read out, to copy and to send; where a search place is known, how long it may take from there."""
    path = "/services/CAD-9001/example-evening-sanctuary"
    client = client_of(make_entry(**CAFE))
    page = Page.fetch(client, path, postcode="SE5 9RS", open="now")
    text = page.field("handover").text or ""
    assert text.startswith("Example Evening Sanctuary\nSouthwark, SE5 8AZ\nOpen until 2am\n")
    assert page.links["Text it"].startswith("sms:?&body=Example%20Evening")
    assert (
        "(estimated from the distance)" in page.main
        and page.links["Back to results"] == "/search?open=now&postcode=SE5+9RS"
    )
    assert page.links["Add to shortlist"] == f"{path}?postcode=SE5+9RS&open=now&shortlist=CAD-9001"
    plain = Page.fetch(client, path)
    assert "estimated" not in plain.main and "New search" in plain.links
