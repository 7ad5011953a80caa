"""The gold questions are sound, cover what the data holds, and are answered well. See docs/gold.md."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from flask import Flask

from directory.models import Entry
from directory.places import Place, Places
from directory.search.query import Asking, Kind
from directory.taxonomies import Taxonomies
from tests.search import gold
from tests.search.gold import Answer, Question, Tag, Verdict

LEAST_QUESTIONS = 120
LEAST_SUCCESS = 0.95
OF_THE_YOUNG = {"children_and_young_people", "young_adults"}
"""Communities that nobody names in the box: their words are read as ages."""


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    """The shipped questions."""
    return gold.read_questions()


@pytest.fixture
def entries(app: Flask) -> dict[str, Entry]:
    """The shipped entries that the public can find, by reference."""
    return {entry.ref: entry for entry in app.extensions["directory"].catalogue().entries}


def test_it_answers_as_it_must(app: Flask, questions: list[Question], entries: dict[str, Entry]) -> None:
    """What must come first does, and what must not come does not, for all but one question in twenty."""
    verdicts = gold.judge(questions, app.extensions["directory"])
    failed = [verdict for verdict in verdicts if not verdict.success]
    names = {ref: entry.name for ref, entry in entries.items()}
    assert gold.success(verdicts) >= LEAST_SUCCESS, f"\n{gold.misses(failed, names)}\n{gold.figures(verdicts)}"


def test_there_are_enough_questions_and_none_twice(questions: list[Question]) -> None:
    assert len(questions) >= LEAST_QUESTIONS
    assert len({(q.question, q.asking, q.at) for q in questions}) == len(questions)


def test_every_question_can_be_judged(questions: list[Question]) -> None:
    """At most three come first, nothing is wanted and unwanted at once, and each says what it tests."""
    unsound = [
        (q.line, q.question)
        for q in questions
        if not (q.first or q.never) or len(q.first) > gold.SUCCESS_AMONG or not q.why or not q.question.strip()
        or len({*q.first, *q.good, *q.never}) < len(q.first) + len(q.good) + len(q.never)
    ]  # fmt: skip
    assert unsound == []


def test_every_reference_is_a_public_entry(questions: list[Question], entries: dict[str, Entry]) -> None:
    named = {(q.line, ref) for q in questions for ref in (*q.first, *q.good, *q.never)}
    assert sorted((line, ref) for line, ref in named if ref not in entries) == []


def test_every_tag_and_code_exists(questions: list[Question], places: Places, taxonomies: Taxonomies) -> None:
    """A misspelt code would be a tag that nothing can ever recognise."""
    known = {
        "type": set(taxonomies.service_types),
        "community": set(taxonomies.communities),
        "language": set(taxonomies.languages),
        "need": set(taxonomies.needs),
        "gender": {"women", "men"},
        "access": {"step_free"},
        "referral": {"walk_in", "self_referral", *get_args(Asking)},
    }
    unknown = [
        (q.line, str(tag))
        for q in questions
        for tag in q.understood
        if tag.kind not in get_args(Kind) or (tag.kind in known and tag.value not in known[tag.kind])
    ]
    located = {tag.value: places.locate(tag.value) for q in questions for tag in q.understood if tag.kind == "place"}
    lost = [text for text, place in located.items() if not isinstance(place, Place) or place.query != text]
    assert (unknown, lost) == ([], [])
    assert [q.line for q in questions if q.asking and q.asking not in get_args(Asking)] == []


def test_every_borough_is_asked_about(questions: list[Question], places: Places) -> None:
    asked: set[str] = set()
    for tag in _tags(questions, "place"):
        place = places.locate(tag)
        assert isinstance(place, Place)
        asked |= set(place.boroughs)
    assert {borough.name for borough in places.areas.boroughs if borough.code not in asked} == set()


def test_every_community_in_the_data_is_asked_for(
    questions: list[Question], entries: dict[str, Entry], taxonomies: Taxonomies
) -> None:
    """By its words; by a need of that community; those of the young by an age."""
    asked = _tags(questions, "community")
    asked |= {code for need in _tags(questions, "need") for code in taxonomies.needs[need].communities}
    asked |= OF_THE_YOUNG if _tags(questions, "age") else set()
    assert {code for entry in entries.values() for code in entry.communities} - asked == set()


def test_every_language_in_the_data_is_asked_for(questions: list[Question], entries: dict[str, Entry]) -> None:
    listed = {code for entry in entries.values() for code in entry.languages}
    assert listed - _tags(questions, "language") == set()


def test_every_need_is_asked_for(questions: list[Question], taxonomies: Taxonomies) -> None:
    assert set(taxonomies.needs) - _tags(questions, "need") == set()


def test_every_type_of_service_must_come_first_somewhere(questions: list[Question], entries: dict[str, Entry]) -> None:
    wanted = {entries[ref].service_type for q in questions for ref in q.first}
    assert {entry.service_type for entry in entries.values()} - wanted == set()


def test_everybody_asks_by_choice_and_crews_in_words_too(questions: list[Question]) -> None:
    assert set(get_args(Asking)) - {q.asking for q in questions} == set()
    assert {"police", "ambulance"} <= _tags(questions, "referral")


def _tags(questions: Iterable[Question], kind: str) -> set[str]:
    return {tag.value for q in questions for tag in q.understood if tag.kind == kind}


ASKED = Question(
    line=2,
    question="tea near E1",
    asking="",
    at=gold.USUAL,
    first=("A", "B"),
    good=("C",),
    never=("X",),
    understood=frozenset({Tag("place", "E1")}),
    why="",
)
RIGHT = frozenset({Tag("place", "E1")})


@pytest.mark.parametrize(
    ("refs", "success", "ndcg"),
    [
        (("A", "B", "C"), True, 1.0),
        (("B", "A", "C", "D"), True, 1.0),
        (("D", "A", "B"), True, 0.62913),
        (("A", "D", "D", "B"), False, 0.79588),
        (("A", "B", "C", "X"), False, 1.0),
        ((), False, 0.0),
    ],
)
def test_scores(refs: tuple[str, ...], success: bool, ndcg: float) -> None:
    """Success needs all of `first` among three and none of `never` anywhere; nDCG rewards order among ten."""
    verdict = Verdict(ASKED, Answer(refs, RIGHT))
    assert verdict.success is success
    assert verdict.ndcg == pytest.approx(ndcg, abs=1e-4)


def test_a_question_without_an_answer_has_no_ndcg() -> None:
    """It can only be got wrong, by showing what must not come."""
    nothing = replace(ASKED, first=(), good=())
    assert Verdict(nothing, Answer(("D",), RIGHT)).ndcg is None
    assert Verdict(nothing, Answer(("D",), RIGHT)).success
    assert not Verdict(nothing, Answer(("X",), RIGHT)).success


def test_a_miss_says_what_came_instead() -> None:
    answer = Answer(("X", "A", "D", "E"), frozenset({Tag("place", "E16")}), "tea")
    said = gold.misses([Verdict(ASKED, answer)], {"B": "Bee", "X": "Ex"})
    assert "MISS: line 2: 'tea near E1'" in said
    assert "not in the first 3: B Bee (did not come of 4)" in said
    assert "must not appear: X Ex (came 1 of 4)" in said
    assert "missing place:E1, not meant place:E16; words left: 'tea'" in said
    assert gold.misses([Verdict(ASKED, Answer(("A", "B"), RIGHT))], {}) == ""


@pytest.mark.parametrize(("column", "cell"), [("at", "Sunday"), ("understood", "E1")])
def test_a_cell_that_cannot_be_read_names_its_line(tmp_path: Path, column: str, cell: str) -> None:
    path = tmp_path / "gold.csv"
    with path.open("w", newline="") as file:
        rows = csv.DictWriter(file, gold.COLUMNS, restval="")
        rows.writeheader()
        rows.writerow({"question": "tea", column: cell})
    with pytest.raises(ValueError, match="line 2"):
        gold.read_questions(path)
