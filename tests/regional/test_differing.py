"""Differences as people read them."""

import time
from datetime import date
from typing import Any

import pytest

from directory.places import Places
from directory.regional.differing import Comparer, words_marked
from directory.regional.wordings import hours
from directory.revisions import differences
from directory.taxonomies import Taxonomies
from tests.factories import make_entry

TODAY = date(2026, 11, 22)


@pytest.fixture
def comparer(places: Places, taxonomies: Taxonomies) -> Comparer:
    """On a Sunday in November."""
    return Comparer(places, taxonomies, TODAY)


@pytest.mark.parametrize(
    ("before", "after", "first", "second"),
    [
        ("A calm place", "A calm place", "A calm place", "A calm place"),
        (
            "A calm place in the evening",
            "A calm place at night",
            "A calm place [in the evening]",
            "A calm place [at night]",
        ),
        ("Ring first", "Ring first, then come", "Ring [first]", "Ring [first, then come]"),
        ("Open to all", "Closed", "[Open to all]", "[Closed]"),
        ("One two three", "Three other words here", "[One two three]", "[Three other words here]"),
        ("Line one\nLine two", "Line one\nLine 2", "Line one\nLine [two]", "Line one\nLine [2]"),
    ],
)
def test_words_within_prose(before: str, after: str, first: str, second: str) -> None:
    """Changed words in square brackets; texts with little in common are shown whole."""
    marked = words_marked(before, after)
    shown = ["".join(f"[{part.text}]" if part.changed else part.text for part in side) for side in marked]
    assert shown == [first, second]


def test_no_two_texts_take_long_to_compare() -> None:
    """Texts of the greatest length, made so that every word of one is like a thousand of the other."""
    before, after = (" ".join(f"a {letter}{number}" for number in range(700)) for letter in "xy")
    started = time.process_time()
    words_marked(before, after)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("facts", "label", "gone", "came"),
    [
        ({"walk_in": True}, "Can people walk in?", ["Not known"], ["Yes"]),
        ({"communities": ("somali",)}, "Communities", ["Not known"], ["Somali"]),
        ({"minimum_age": 16}, "Youngest age", ["Not known"], ["16"]),
        ({"service_type": "crisis_house"}, "Type of help", ["Crisis café"], ["Crisis house"]),
        ({"borough": "E09000022"}, "Borough", ["Not known"], ["Lambeth"]),
        (
            {"drop_off": {"value": False, "on": "2026-11"}},
            "Takes a drop-off by police or ambulance",
            ["Not known"],
            ["No, said November 2026"],
        ),
        ({"status": "withdrawn"}, "State of the entry", ["Public"], ["Withdrawn"]),
    ],
)
def test_a_field(comparer: Comparer, facts: dict[str, Any], label: str, gone: list[str], came: list[str]) -> None:
    """In the words of the page, what is not known among them."""
    before, after = make_entry(), make_entry(**facts)
    (row,) = comparer.compare(differences(before, after))
    changed = [[part.text for line in side for part in line if part.changed] for side in (row.before, row.after)]
    assert (row.label, changed) == (label, [gone, came])


def test_only_what_moved_is_marked_in_a_list(comparer: Comparer) -> None:
    """Numbers are lines: one stays, one goes, one comes."""
    numbers = [{"number": f"020 7946 000{n}"} for n in (1, 2, 3)]
    (row,) = comparer.compare(differences(make_entry(phones=numbers[:2]), make_entry(phones=numbers[1:])))
    assert [[(part.text[-1], part.changed) for part in line] for line in row.before] == [[("1", True)], [("2", False)]]
    assert [[(part.text[-1], part.changed) for part in line] for line in row.after] == [[("2", False)], [("3", True)]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", {"Not known"}),
        ('"by appointment"', {"By appointment, times not known"}),
        ("24/7", {"Monday: Open 24 hours", "Bank holidays: As on other days"}),
        ("Mo-Fr 18:00-02:00", {"Monday: 6pm to 2am", "Sunday: Closed", "Bank holidays: Not confirmed"}),
        ("Mo-Su 18:00-23:00; PH off", {"Sunday: 6pm to 11pm", "Bank holidays: Closed"}),
        ("Mo-Su 18:00-23:00; PH 12:00-16:00", {"Bank holidays: noon to 4pm"}),
        ('Mo-Su 10:00-12:00; 2026 Dec 01 off "staff day"', {"Tuesday 1 December 2026: Closed (staff day)"}),
        ("Mo[1] 10:00-12:00", {"Not every week is the same. As kept: Mo[1] 10:00-12:00"}),
    ],
)
def test_hours_as_lines(text: str, said: set[str]) -> None:
    """The week, bank holidays, and what comes."""
    assert said <= set(hours(text, TODAY))


def test_every_field_can_be_said(comparer: Comparer) -> None:
    """Also those that only machines write."""
    entry = make_entry(
        live_status={"state": "full", "at": "2026-11-22T18:00Z", "until": "2026-11-23T02:00Z", "note": "Back at 8"},
        caution={"kinds": ["shut"], "at": "2026-11-22T18:00Z"},
        evidence=[
            {"fact_group": "hours", "checked_on": "2026-11-22", "checked_by": "region", "checked_how": "telephone"}
        ],
        cultural_claims=[{"kind": "led_by", "code": "somali", "said_by": "Example Trust", "said_on": "2026"}],
        confidence="high",
    )
    said = {
        row.label: [part.text for line in row.after for part in line]
        for row in comparer.compare(differences(None, entry))
    }
    assert said["How it is now"] == ["Full, from 6pm on 22 November 2026 until 2am on 23 November 2026", "Back at 8"]
    assert said["Sources and checks"] == ["Opening hours: checked 22 November 2026 by the region, by telephone"]
    assert said["Caution"][1:] == ["It was shut when shown as open"]
