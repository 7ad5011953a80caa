"""The ages that people say in what they type, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.ages import find_ages

SAID = [
    *[(text, 17, 17) for text in ("17 year old", "17-year-old", "17 Year Olds", "17yo", "17 yr old", "17 y/o", "17y")],
    *[(text, 17, 17) for text in ("aged 17", "age 17", "Age: 17", "17 years", "17 years of age", "aged 17 years")],
    *[(text, 17, 17) for text in ("seventeen year old", "I'm 17", "im 17", "i am seventeen", "she’s 17", "nearly 17")],
    ("twenty-one year old", 21, 21),
    ("twenty one yo", 21, 21),
    ("ninetynine year old", 99, 99),
    ("a 9 year old", 9, 9),
    ("she's 9 years old", 9, 9),
    ("0 year old", 0, 0),
    ("120 year old", 120, 120),
    ("6 month old", 0, 0),
    ("18 months old", 1, 1),
    ("3 weeks old", 0, 0),
    ("16-25", 16, 25),
    ("16 – 25", 16, 25),
    ("11-18s", 11, 18),
    ("0-25", 0, 25),
    ("16 to 25 year olds", 16, 25),
    ("5-11 year olds", 5, 11),
    ("5 or 6 year old", 5, 6),
    ("aged 5 to 11", 5, 11),
    ("aged between 16 and 25", 16, 25),
    ("between 16 and 18", 16, 18),
    ("under 5", 0, 4),
    ("under 18s", 0, 17),
    ("under-18s", 0, 17),
    ("under eighteens", 0, 17),
    ("under 18 years", 0, 17),
    ("under the age of 18", 0, 17),
    ("u18", 0, 17),
    ("U18's", 0, 17),
    ("16 and under", 0, 16),
    ("up to age 25", 0, 25),
    ("up to 25 years old", 0, 25),
    ("over 65", 65, 120),
    ("over 65s", 65, 120),
    ("over 65 years", 65, 120),
    ("over the age of 65", 65, 120),
    ("65+", 65, 120),
    ("age 18+", 18, 120),
    ("60 plus", 60, 120),
    ("18 and over", 18, 120),
    ("18 years and above", 18, 120),
    ("in her 60s", 60, 69),
    ("late 40s", 40, 49),
]
WITHIN = [
    ("17 year old croydon", "17 year old"),
    ("a 9 year old boy in E17", "a 9 year old"),
    ("somali woman 34 N16", "34"),
    ("N16 17yo tonight", "17yo"),
    ("son, 14, self harm", "14"),
]
NOT_AGES = [
    *("24 hours", "24 hour line", "24/7", "999", "111", "1 to 1", "1-2-1", "12 step programme", "women 12 step"),
    *(
        "E17",
        "N1 9GU",
        "17 Acacia Road",
        "I'm 17 Acacia Road",
        "flat 17",
        "1st",
        "17th december",
        "13-14 dec",
        "bus 25",
    ),
    *("under the influence", "over the phone", "under section 2", "detained under 136", "under 117", "up to 25 miles"),
    *("in 2 years", "for 3 years", "2 years ago", "17 years sober", "over 10 years", "under 5 miles", "under 30 mins"),
    *("9-5", "10-12", "6-10pm", "between 6 and 10pm", "16-25 miles", "24-48 hours", "over 20 minutes", "18/25", "17.5"),
    *("150 year old", "121 yo", "1700 year old", "020 7946 0958", "07700 900123", "+44 20", "25-16", "£18 and over"),
    *("I'm 17 weeks pregnant", "I am 5 minutes away", "man 10pm", "at 10", "seventeen", "17", "5 people", ""),
]


@pytest.mark.parametrize(("text", "youngest", "oldest"), SAID)
def test_an_age_is_read_whole(text: str, youngest: int, oldest: int) -> None:
    """Over 65 starts at 65, as in the names of services; under 18 ends at 17."""
    assert [(spoken.span, spoken.ages) for spoken in find_ages(text)] == [((0, len(text)), (youngest, oldest))]


@pytest.mark.parametrize(("text", "said"), WITHIN)
def test_an_age_is_found_among_other_words(text: str, said: str) -> None:
    """What else is said of somebody stays in the text: a woman is more than an age."""
    assert [text[slice(*spoken.span)] for spoken in find_ages(text)] == [said]


@pytest.mark.parametrize("text", NOT_AGES)
def test_what_is_no_age_stays_words(text: str) -> None:
    assert find_ages(text) == ()


PIECES = st.sampled_from(
    "17 16-25 under over year old s + plus age aged between and to yo months seventeen boy I'm in her 60s - 999 – ’ E1"
    .split()
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map(" ".join) | st.text(max_size=60))
def test_ages_are_of_people_and_spans_lie_apart_in_the_text(text: str) -> None:
    end = 0
    for (start, stop), ages in find_ages(text):
        assert end <= start < stop <= len(text)
        assert 0 <= ages.youngest <= ages.oldest <= 120
        end = stop
