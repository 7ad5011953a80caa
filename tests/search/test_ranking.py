"""The order of results, clause by clause: each decides only where those before it are equal."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.ranking import Standing, rank

ORDINARY: dict[str, Any] = {
    "named": 0,
    "unsure": 0,
    "goes_to": True,
    "opens": 0,
    "metres": 2000.0,
    "cautioned": False,
    "unchecked": False,
    "score": 1.0,
    "name_order": 0,
}
TYPES: dict[str, Any] = {
    **dict.fromkeys(("named", "opens"), np.int8),
    **dict.fromkeys(("unsure", "score"), np.float32),
    **dict.fromkeys(("goes_to", "cautioned", "unchecked"), bool),
}

# One fact that puts an entry behind an ordinary one, from the weightiest clause to the lightest.
WORSE: list[tuple[str, dict[str, Any]]] = [
    ("not named", {"named": -1}),
    ("has to be asked", {"unsure": 1}),
    ("a line", {"goes_to": False}),
    ("closed on arrival", {"opens": 3}),
    ("full", {"opens": 2}),
    ("not known to be open", {"opens": 1}),
    ("further", {"metres": 2400.0}),
    ("reported", {"cautioned": True}),
    ("not checked lately", {"unchecked": True}),
    ("worse words", {"score": 0.5}),
    ("later by name", {"name_order": 1}),
]


def standing(*entries: dict[str, Any]) -> Standing:
    """The entries, ordinary but for the facts given."""
    whole = [{**ORDINARY, **facts} for facts in entries]
    return Standing(**{n: np.array([e[n] for e in whole], dtype=TYPES.get(n, np.float64)) for n in Standing._fields})


@pytest.mark.parametrize(("clause", "facts"), WORSE)
def test_each_clause_decides(clause: str, facts: dict[str, Any]) -> None:
    """Whichever of the two comes first in the catalogue."""
    assert rank(standing(facts, {})).tolist() == [1, 0]
    assert rank(standing({}, facts)).tolist() == [0, 1]


@pytest.mark.parametrize("weightier", range(len(WORSE)))
def test_no_number_of_lighter_clauses_outweighs_a_weightier_one(weightier: int) -> None:
    """Best in everything after it, and still behind."""
    name, facts = WORSE[weightier]
    lighter: dict[str, Any] = {}
    for _, other in WORSE[weightier + 1 :]:
        lighter |= {fact: value for fact, value in other.items() if fact not in facts and fact not in lighter}
    assert rank(standing(facts, lighter)).tolist() == [1, 0], name


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"metres": 2011.0}, {"metres": 2090.0, "name_order": -1}),
        ({"metres": 2000.0, "score": 2.0}, {"metres": 1950.0}),
        ({"named": 2}, {"named": 1}),
        ({"unsure": 1, "metres": 9000.0}, {"unsure": 2}),
        ({"unsure": 0.5, "opens": 2}, {"unsure": 1}),
    ],
)
def test_what_counts_as_equal(better: dict[str, Any], worse: dict[str, Any]) -> None:
    """Distances to a tenth of a mile, as they are said."""
    assert rank(standing(worse, better)).tolist() == [1, 0]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "named": st.sampled_from([0, 1, 2]),
                "unsure": st.sampled_from([0, 1, 2]),
                "goes_to": st.booleans(),
                "opens": st.sampled_from([0, 1, 2, 3]),
                "metres": st.floats(0, 40000),
                "cautioned": st.booleans(),
                "unchecked": st.booleans(),
                "score": st.sampled_from([0.0, 1.0, 7.0]),
            }
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_order_does_not_depend_on_the_catalogue(entries: list[dict[str, Any]]) -> None:
    """The same entries in another order come out in the same order."""
    named = [{**facts, "name_order": order} for order, facts in enumerate(entries)]
    forwards = [named[position]["name_order"] for position in rank(standing(*named))]
    backwards = [named[::-1][position]["name_order"] for position in rank(standing(*named[::-1]))]
    assert forwards == backwards
