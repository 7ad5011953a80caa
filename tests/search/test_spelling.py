"""Typing mistakes: which are forgiven, and which words are left as they are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.config import DATA
from directory.places import Places
from directory.search.spelling import Spelling, read_guards
from directory.search.understanding import Recogniser
from directory.taxonomies import Taxonomies, TaxonomyError

GUARDS = DATA / "taxonomies" / "guards.csv"


@pytest.fixture(scope="module")
def spelling(places: Places, taxonomies: Taxonomies) -> Spelling:
    """Corrects to the words of the shipped tables and place names; nothing else is known."""
    return Spelling(Recogniser(places, taxonomies).vocabulary, read_guards(GUARDS), lambda word: False)


def spelling_of(*vocabulary: str, guarded: tuple[str, ...] = (), knows: tuple[str, ...] = ()) -> Spelling:
    """Corrects to these words."""
    return Spelling(vocabulary, guarded, knows.__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("councelling", "counselling"),
        ("counsellling", "counselling"),
        ("berevement", "bereavement"),
        ("bereavment", "bereavement"),
        ("suiside", "suicide"),
        ("depresion", "depression"),
        ("anxeity", "anxiety"),
        ("anixety", "anxiety"),
        ("pyschosis", "psychosis"),
        ("psycosis", "psychosis"),
        ("schizofrenia", "schizophrenia"),
        ("lewishm", "lewisham"),
        ("lewsiham", "lewisham"),
        ("tottenam", "tottenham"),
        ("walthamstw", "walthamstow"),
        ("hounsow", "hounslow"),
        ("islingotn", "islington"),
        ("wandsworht", "wandsworth"),
        ("somailan", "somalian"),
        ("turkih", "turkish"),
        ("bengli", "bengali"),
        ("domstic", "domestic"),
        ("homless", "homeless"),
        ("alchohol", "alcohol"),
        ("sancturay", "sanctuary"),
        ("wheelchiar", "wheelchair"),
        ("LEWISHM", "lewisham"),
        ("dépresion", "depression"),
    ],
)
def test_what_is_forgiven(spelling: Spelling, typed: str, meant: str) -> None:
    """One letter in a word of five or more, two in a word of eight or more."""
    assert spelling.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "dental",
            "rental",
            "metal",
            "menial",
            "mentor",
            "marital",
            "martial",
            "career",
            "careers",
            "policy",
            "polite",
        ),
        *("massage", "muslin", "addition", "election", "heron", "councillor", "therapist", "grumbling", "deletions"),
        *("hormone", "hose", "hotel", "horse", "window", "currently", "dartford", "harlow", "brentwood", "stafford"),
        *("lewisham", "counselling", "crisis", "caf", "cafe", "gp", "brix", "brxton1", "se58az", "n16"),
        *("xyzzy", "zzzzzzzzzz", "кризис", "危机支援中心", "", " ", "a" * 2000),
    ],
)
def test_what_is_left_alone(spelling: Spelling, typed: str) -> None:
    """English words, names and towns, words of ours, short ones, those with digits, and other scripts."""
    assert spelling.correct(typed) is None


@pytest.mark.parametrize(
    ("typed", "vocabulary", "meant"),
    [
        ("harow", ["harrow"], "harrow"),
        ("harr", ["harry"], None),
        ("poles", ["pole"], None),
        ("croidan", ["croydon"], None),
        ("hounzlaw", ["hounslow"], "hounslow"),
        ("narrow", ["harrow"], None),
        ("harows", ["harrow"], None),
        ("hraorw", ["harrow"], None),
        ("bereavmnet", ["bereavement"], "bereavement"),
        ("breavmnt", ["bereavement"], None),
        ("mental", ["mentally", "mentals"], "mentals"),
        ("sandt", ["sands", "sandy"], None),
        ("sandys", ["sands", "sandyss"], None),
        ("isleworht", ["isleworth", "isleworths"], "isleworth"),
    ],
)
def test_edits_lengths_and_ties(typed: str, vocabulary: list[str], meant: str | None) -> None:
    """The nearest word only, the first letter kept, and nothing where two are equally near."""
    assert spelling_of(*vocabulary).correct(typed) == meant


def test_what_the_index_knows_or_the_guards_hold_is_not_touched() -> None:
    """However near it is to a word of ours."""
    assert spelling_of("mental").correct("metal") == "mental"
    assert spelling_of("mental", knows=("metal",)).correct("metal") is None
    assert spelling_of("mental", guarded=("Metal",)).correct("metal") is None


def test_no_guarded_word_is_ever_corrected(spelling: Spelling) -> None:
    """And some of them would be, if they were not guarded."""
    guards = read_guards(GUARDS)
    assert not [word for word in guards if spelling.correct(word)]
    assert {"metal", "career", "policy", "addition", "dartford"} <= guards


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mental,,", "line 2, column words: is empty"),
        (",metal,", "line 2, column never: is empty"),
        ("mental,metal;,", "line 2, column words: has nothing between"),
        ("mental,metal; mental,", "line 2, column words: has 'mental' itself"),
        ("mental", "line 2: 1 cells"),
    ],
)
def test_a_damaged_list_of_guards_says_where(tmp_path: Path, line: str, said: str) -> None:
    """By file, line and column."""
    path = tmp_path / "guards.csv"
    path.write_text(f"never,words,why\n{line}\n", encoding="utf-8")
    with pytest.raises(TaxonomyError, match=f"guards.csv, {said}"):
        read_guards(path)


@given(word=st.from_regex(r"[a-z]{9,20}", fullmatch=True), at=st.integers(0, 18), letter=st.sampled_from("aeiouxyz"))
def test_one_wrong_letter_in_a_long_word_finds_it(word: str, at: int, letter: str) -> None:
    """Wherever it is, unless it is the first: put in, left out, put for another, or two swapped."""
    at = 1 + at % (len(word) - 2)
    mistakes = {
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }
    assert {spelling_of(word).correct(mistake) for mistake in mistakes - {word}} <= {word}


@given(text=st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    """What comes back is a word of the vocabulary, or nothing."""
    assert spelling_of("crisis", "croydon", "counselling").correct(text) in {None, "crisis", "croydon", "counselling"}
