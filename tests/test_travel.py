"""How long a journey may take: bands that grow with the distance, in fives, never promising too much."""

from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.places.travel import By, in_words, minutes, travel

KM = st.floats(0, 100, allow_nan=False)
WAYS: tuple[By, ...] = get_args(By)


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (0.0, "About 5 minutes on foot, 5 to 10 by car, 10 to 15 by public transport"),
        (1.0, "About 15 to 25 minutes on foot, 5 to 15 by car, 10 to 25 by public transport"),
        (2.5, "About 40 to 55 minutes on foot, 10 to 25 by car, 15 to 30 by public transport"),
        (3.0, "About 10 to 25 minutes by car, 15 to 35 by public transport"),
        (20.0, "About 50 to 115 minutes by car, 55 to 135 by public transport"),
        (100.0, "More than 2 hours by car or public transport"),
    ],
)
def test_a_journey_in_words(km: float, words: str) -> None:
    """A walk that may take more than an hour is not offered."""
    assert in_words(travel(km)) == words


@pytest.mark.parametrize("km", [-0.1, float("nan"), float("inf")])
def test_only_a_distance_has_a_journey(km: float) -> None:
    with pytest.raises(ValueError, match="0 km or more"):
        travel(km)


@given(st.lists(KM, min_size=2, max_size=8))
def test_further_never_takes_less(distances: list[float]) -> None:
    """In every way, at both ends of the band; and the band does not get narrower but by the rounding."""
    for near, far in pairwise(sorted(distances)):
        for before, after in zip(travel(near), travel(far), strict=True):
            assert before.least <= after.least
            assert before.most <= after.most
            assert after.most - after.least >= before.most - before.least - 5


@given(KM)
def test_bands_are_in_fives_and_not_quicker_than_anything_moves(km: float) -> None:
    found = travel(km)
    for least, most in found:
        assert 5 <= least <= most
        assert (least % 5, most % 5) == (0, 0)
    assert found.foot.least >= km * 60 / 5
    assert found.car.least >= km * 60 / 80


@given(st.lists(KM, max_size=6))
def test_many_distances_at_once_say_what_each_says(distances: list[float]) -> None:
    """And one whose place is not known takes no time."""
    km = np.array([*distances, np.inf, np.nan])
    for by in (*WAYS, None):
        bands = [travel(one)._asdict() for one in distances]
        expected = [band[by].most if by else min(band["foot"].most, band["transit"].most) for band in bands]
        assert minutes(km, by).tolist() == [*expected, 0, 0]
