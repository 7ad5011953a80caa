"""The text for the caller: what it says, what gives way first, and what never does."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.models import Phone
from directory.places import Places
from directory.public import handover
from directory.schedules import LONDON
from directory.search.live import opening_at
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry

TRUE_AT = "True at 9:04pm, Sunday 22 November 2026"
CAFE = {**CAMBERWELL, "address": "1 Example Street", "self_referral": True, "walk_in": True, "opening_hours": "24/7"}


@pytest.fixture
def texts(places: Places, taxonomies: Taxonomies) -> Any:
    """The text for an entry with these facts."""

    def build(at: datetime | None = None, **facts: Any) -> str:
        entry = make_entry(**facts)
        opening = opening_at(entry, at or SUNDAY_EVENING, chosen=at is not None)
        return handover.message(entry, opening, SUNDAY_EVENING, places, taxonomies, at)

    return build


def test_it_says_all_that_somebody_on_their_way_needs(texts: Any) -> None:
    """Name, where, hours, how to get in, for whom, the number, and when it was true."""
    assert texts(**CAFE, minimum_age=18).split("\n") == [
        "Example Evening Sanctuary",
        "1 Example Street, SE5 8AZ",
        "Open 24 hours",
        "Walk in; self-referral",
        "18 and over",
        "Call 020 7946 0123",
        TRUE_AT,
    ]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"address_visibility": "hidden"}, "Address given when you contact them"),
        ({"address_visibility": "area"}, "In Southwark. Address given when you contact them"),
        ({"address": "", "postcode": ""}, "In Southwark. Address not known"),
        ({"address": "", "postcode": "", "borough": ""}, "Address not known"),
        ({"location_type": "virtual"}, "Crisis café, no place to go to"),
        ({"opening_hours": ""}, "Hours not known: ring first"),
        ({"opening_hours": "", "phones": ()}, "Hours not known: ask before you go"),
        ({"opening_hours": "", "phones": (), "location_type": "virtual"}, "Hours not known"),
        ({"opening_hours": "Mo 09:00-17:00"}, "Opens 9am tomorrow"),
        ({"opening_hours": '24/7; 2026 Nov 22 off "no water"'}, "Closed today (no water), opens midnight tonight"),
        ({"self_referral": None, "walk_in": None}, "How to get in not known"),
        ({"self_referral": None, "walk_in": None, "application_process": "Ring the bell."}, "Ring the bell."),
        ({"self_referral": False, "walk_in": None, "referral_routes": ("gp",)}, "Referral needed: a GP"),
        ({"eligibility": "Only for members: ask."}, "Only for members"),
        ({"phones": ()}, "No number known"),
        ({"phones": (), "website": "https://example.org/a"}, "https://example.org/a"),
        ({"phones": (Phone(number="111", note="choose option 2"),)}, "Call 111 (choose option 2)"),
        ({"phones": (Phone(number="85258", kind="text"),)}, "Text 85258"),
        ({"phones": (Phone(number="020 7946 0999", audience="professional"),)}, "No number known"),
    ],
)
def test_what_is_not_known_or_not_for_everybody(texts: Any, facts: dict[str, Any], line: str) -> None:
    """Not known is said; what is hidden, or for professionals, is not there."""
    text = texts(**{**CAFE, **facts})
    assert line in text.split("\n")
    if "address_visibility" in facts:
        assert "SE5" not in text and "Street" not in text
    assert "0999" not in text


@pytest.mark.parametrize(
    ("hours", "line"),
    [
        ("Sa 18:00-02:00", "At 1am on Sunday 29 November: open until 2am Sunday 29 November"),
        ("Su 18:00-20:00", "At 1am on Sunday 29 November: closed, opens 6pm Sunday 29 November"),
        ("2026 Nov 29 off", "At 1am on Sunday 29 November: closed, other hours not known"),
    ],
)
def test_hours_of_a_chosen_time(texts: Any, hours: str, line: str) -> None:
    """Days are counted from when the text was made, not from the time that was chosen."""
    at = datetime(2026, 11, 29, 1, tzinfo=LONDON)
    assert texts(at, opening_hours=hours).split("\n")[2] == line


@pytest.mark.parametrize(
    ("rooms", "name", "there", "gone"),
    [
        (1, 25, ("Women only", "a GP", "Long Room"), ()),
        (10, 25, ("a GP", "The Long Room, " * 10), ("Women only",)),
        (11, 25, ("Referral needed\n", "The Long Room, " * 10), ("a GP", "The Long Room, " * 11)),
        (1, 170, ("Referral needed\n", "\n9 Example Street, SE5 8AZ\n"), ("Long Room",)),
        (1, 185, ("Referral needed\n", "\nSouthwark, SE5 8AZ\n"), ("Example Street",)),
        (1, 190, ("press 2", "Kind Kind\n"), ("Referral needed",)),
        (1, 210, ("Call 020 7946 0123\n", "Kind Kind\n"), ("press 2",)),
        (1, 400, ("Kind...\n", "\nSouthwark, SE5 8AZ\nOpen 24 hours\nCall 020 7946 0123\n"), ("press 2",)),
    ],
)
def test_what_gives_way_first(texts: Any, rooms: int, name: int, there: tuple[str, ...], gone: tuple[str, ...]) -> None:
    """Rules; how to get in, shortened; the address from its front; how to get in; the note; the end of the name."""
    text = texts(
        **{**CAFE, "address": "The Long Room, " * rooms + "9 Example Street", "self_referral": False, "walk_in": None},
        name=("Kind " * 100)[: name - 1],
        gender="women",
        referral_routes=("gp",),
        phones=(Phone(number="020 7946 0123", note="press 2"),),
    )
    assert [part for part in there if part not in text] + [part for part in gone if part in text] == [], text


def test_a_website_gives_way_before_the_address(texts: Any) -> None:
    """It stands in for a number, and is there whole or not at all."""
    facts = {**CAFE, "phones": (), "website": f"https://example.org/{'a' * 110}"}
    short = texts(**facts)
    assert facts["website"] in short and "No number known" in short
    long = texts(**{**facts, "address": f"{'The Long Room, ' * 6}9 Example Street"})
    assert "example.org" not in long and "The Long Room, 9 Example Street" in long


def test_a_name_is_never_cut_inside_a_number(texts: Any) -> None:
    """A number in a name is there whole, or not at all."""
    cut = texts(**CAFE, name="Help " * 50 + "on 020 7946 0123 at SE5 8AZ or by letter")
    assert "0123" in cut.replace("Call 020 7946 0123", "") or "020" not in cut.replace("Call 020 7946 0123", "")
    assert texts(name="136 " * 100).split("\n")[0] == "CAD-9001"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Mind’s “Café” – North…", 'Mind\'s "Café" - North...'),
        ("Szkoła Nō Çedilha", "Szkoła No Çedilha"),
        ("½ way [house]", "½ way (house)"),
        ("مركز", "مركز"),
    ],
)
def test_marks_that_make_a_message_dear_are_written_plainly(texts: Any, typed: str, sent: str) -> None:
    """Where nothing is lost by it."""
    assert texts(name=typed).split("\n")[0] == sent


def test_the_link_carries_the_whole_text(texts: Any) -> None:
    """Lines, ampersands and accents included; and no number to send it to."""
    text = texts(**CAFE, name="Café & Co? 100% #1 + more")
    link = handover.sms_link(text)
    assert link.startswith("sms:?&body=") and unquote(link.removeprefix("sms:?&body=")) == text
    assert not re.search(r"[\s&+#]", link.removeprefix("sms:?&body="))


WORDS = st.text(st.sampled_from("abc é’–…[مŁ019,. "), max_size=400)
POSTCODES = st.sampled_from(["", "SE5 8AZ", "E1 6AN"])
NUMBERS = st.sampled_from(["111", "020 7946 0123", "+44 7700 900123", "85258"])
HOURS = st.sampled_from(
    ["", "24/7", '"by appointment"', "Sa 18:00-02:00", 'PH off "some long reason ' + "to be closed " * 14 + '"']
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    words=st.tuples(WORDS, WORDS, WORDS, WORDS),
    postcode=POSTCODES,
    number=NUMBERS,
    hours=HOURS,
    later=st.integers(0, 370 * 24 * 60),
    chosen=st.booleans(),
    virtual=st.booleans(),
)
def test_it_is_short_and_its_numbers_are_whole(
    texts: Any,
    words: tuple[str, str, str, str],
    postcode: str,
    number: str,
    hours: str,
    later: int,
    chosen: bool,
    virtual: bool,
) -> None:
    """Whatever the entry holds: at most 306 marks, with name, number, postcode or none of it, and the time."""
    name, address, process, note = words
    facts: dict[str, Any] = {"location_type": "virtual"} if virtual else {"address": address, "postcode": postcode}
    at = SUNDAY_EVENING + timedelta(minutes=later) if chosen else None
    phones = (Phone(number=number, note=note),)
    text = texts(at, name=name or "x", application_process=process, phones=phones, opening_hours=hours, **facts)
    assert len(text) <= handover.LONGEST
    *lines, before_last, last = text.split("\n")
    assert last == TRUE_AT and re.match(rf"Call {re.escape(number)}( \(|$)", before_last)
    assert lines[0]
    outcode = postcode.partition(" ")[0]
    assert not outcode or virtual or postcode in text
