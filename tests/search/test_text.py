"""Words: Whoosh's analysis and ranking, synonyms, and an index that may be lost at any time."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh.fields import TEXT
from whoosh.qparser import MultifieldParser
from whoosh.scoring import BM25F

from directory.models import Entry
from directory.places import Areas
from directory.search import text
from directory.search.analysis import Synonyms, analysed, analyzer
from directory.search.text import IndexFolder, TextIndex, schema
from directory.taxonomies import Taxonomies
from tests.factories import make_entry

WORDS = "calm evening support garden walk family debt housing café listening crisis women somali".split()
GROUPS = [("dv", "domestic violence", "domestic abuse"), ("a&e", "emergency department", "casualty")]


@pytest.fixture
def folder(tmp_path: Path, taxonomies: Taxonomies) -> IndexFolder:
    return IndexFolder(tmp_path / "index", Areas(), taxonomies)


def found(index: TextIndex | None, words: str, *, every: bool = True) -> list[str]:
    """References in order of score."""
    assert index is not None
    matched = index.match(words, every=every)
    assert matched is not None
    documents, scores = matched
    ranked = sorted(zip(scores.tolist(), documents.tolist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [index.refs[document] for _, document in ranked]


def some_entries() -> list[Entry]:
    names = [" ".join(WORDS[(n * k) % len(WORDS)] for k in (1, 2, 3)) for n in range(1, 60)]
    return [
        make_entry(ref=f"CAD-{number:04}", name=name, description=" ".join(WORDS[: number % len(WORDS)]))
        for number, name in enumerate(names, start=1)
    ]


@pytest.mark.parametrize("changed", [False, True], ids=["built", "refreshed"])
@pytest.mark.parametrize("block", [65_536, 7], ids=["one block", "small blocks"])
def test_ranking_is_whooshs_own(
    folder: IndexFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, changed: bool
) -> None:
    """Our arrays give the scores of Whoosh's searcher, however the postings lie in blocks and segments."""
    monkeypatch.setattr(text, "_BLOCK", block)
    entries = some_entries()
    folder.rebuild(entries, number=1)
    if changed:
        replaced = {entry.ref: make_entry(ref=entry.ref, name="Calm family garden walk") for entry in entries[::9]}
        folder.refresh({**replaced, entries[1].ref: None, entries[25].ref: None}, since=1, number=2)
    index = folder.open()
    assert index is not None
    opened = whoosh_index.open_dir(next((tmp_path / "index").glob("v*-*")))
    fields = [name for name, field in schema().items() if isinstance(field, TEXT)]
    for words in ["calm", "evening garden", "cafe", "families walking", "somali women support"]:
        with opened.searcher(weighting=BM25F()) as searcher:
            query = MultifieldParser(fields, schema()).parse(words)
            theirs = {hit["ref"]: hit.score for hit in searcher.search(query, limit=None)}
        matched = index.match(words, every=True)
        assert matched is not None
        ours = {index.refs[n]: score for n, score in zip(matched[0].tolist(), matched[1].tolist(), strict=True)}
        assert ours == pytest.approx(theirs, rel=1e-5)
        assert len(ours) > 1


@settings(max_examples=200)
@given(st.lists(st.text(max_size=20) | st.sampled_from([*WORDS, "the", "İstanbul", "women's", "A&E"])).map(" ".join))
def test_analysis_is_whooshs_own(typed: str) -> None:
    """Remembering words makes no difference."""
    assert analysed(typed) == [token.text for token in analyzer()(typed)]


def test_of_a_very_long_word_only_the_beginning_counts(folder: IndexFolder) -> None:
    """What is remembered of words is bounded; such a word still finds only what begins with it."""
    index = folder.rebuild([make_entry(name="x" * 70)], number=1)
    assert found(index, "x" * 2000) == ["CAD-9001"]
    assert found(index, "y" * 2000) == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("CAFE", "Example Café"),
        ("cafés", "Example Café"),
        ("supported families", "Example family support"),
        ("dv", "Help after domestic violence"),
        ("domestic abuse", "Help after domestic violence"),
        ("A&E", "Instead of the emergency department"),
        ("women's", "Example women’s hub"),
        ("the hub for women", "Example women’s hub"),
    ],
)
def test_words_are_found_as_people_write_them(tmp_path: Path, taxonomies: Taxonomies, words: str, name: str) -> None:
    """Case, accents, endings, common words and synonyms make no difference."""
    index = IndexFolder(tmp_path, Areas(), taxonomies).rebuild([make_entry(name=name)], number=1)
    assert found(index, words) == ["CAD-9001"]


@pytest.mark.parametrize("words", ["dental", "rental"])
def test_a_word_never_finds_one_that_only_looks_like_it(folder: IndexFolder, words: str) -> None:
    """ "dental" must not find "mental"."""
    index = folder.rebuild([make_entry(name="Mental health")], number=1)
    assert found(index, words) == []


@pytest.mark.parametrize("words", ["", "the of and", "!!!", "\u200f", "a"])
def test_words_that_cannot_be_searched_say_so(folder: IndexFolder, words: str) -> None:
    """Only common words or marks: None, which is not the same as nothing found."""
    assert folder.rebuild([make_entry()], number=1).match(words, every=True) is None


def test_every_word_or_any(folder: IndexFolder) -> None:
    """With `every` all words must be there; without, entries with more of them come first."""
    one = make_entry(ref="CAD-0001", name="Garden", description="")
    both = make_entry(ref="CAD-0002", name="Garden for families", description="")
    index = folder.rebuild([one, both], number=1)
    assert found(index, "garden family") == ["CAD-0002"]
    assert found(index, "garden family", every=False) == ["CAD-0002", "CAD-0001"]


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("Garden", True),
        ("gardens", True),
        ("emergency", True),
        ("casualty", True),
        ("the", True),
        ("gardn", False),
        ("harden", False),
    ],
)
def test_a_word_is_known_as_it_is_found(folder: IndexFolder, word: str, known: bool) -> None:
    """By its stem, and by a word that means the same; a common word is nothing to be corrected."""
    index = folder.rebuild([make_entry(name="Garden", description="Instead of the emergency department")], number=1)
    assert index.knows(word) is known


def test_any_of_several_phrases(folder: IndexFolder) -> None:
    """Each phrase by all its words, without what else means the same; marks and common words find nothing."""
    names = ["Money advice", "Advice", "Debt and money", "Emergency department"]
    index = folder.rebuild([make_entry(ref=f"CAD-000{n}", name=name) for n, name in enumerate(names)], number=1)
    phrases = ("money advice", "debts", "casualty", "the", "!")
    assert [index.refs[document] for document in index.match_any(phrases)] == ["CAD-0000", "CAD-0002"]
    assert len(index.match_any(())) == 0


def test_a_hidden_address_cannot_be_searched_for(folder: IndexFolder) -> None:
    """Neither the street nor the borough of a hidden place finds it."""
    place = {"address": "1 Secret Street", "borough": "E09000022"}
    hidden = make_entry(ref="CAD-0001", address_visibility="hidden", **place)
    area = make_entry(ref="CAD-0002", address_visibility="area", **place)
    index = folder.rebuild([hidden, area, make_entry(ref="CAD-0003", **place)], number=1)
    assert found(index, "secret street") == ["CAD-0003"]
    assert sorted(found(index, "lambeth")) == ["CAD-0002", "CAD-0003"]


def test_what_a_service_is_not_for_does_not_find_it(folder: IndexFolder) -> None:
    """Sentences that refuse are left out of the index, those beside them are not."""
    entry = make_entry(eligibility="For adults. Not for people with dementia; no dogs. Carers welcome.")
    index = folder.rebuild([entry], number=1)
    assert [found(index, words) for words in ("dementia", "dogs", "carers", "adults")] == [
        [],
        [],
        [entry.ref],
        [entry.ref],
    ]


def test_notes_and_staff_numbers_cannot_be_searched_for(folder: IndexFolder) -> None:
    """Only what a page shows is in the index."""
    assert found(folder.rebuild([make_entry(notes="doubtful rumour")], number=1), "doubtful rumour") == []


def test_a_refresh_replaces_adds_and_removes(folder: IndexFolder) -> None:
    """The index follows the changes and remembers how far it has come."""
    folder.rebuild([make_entry(ref="CAD-0001", name="Old"), make_entry(ref="CAD-0002", name="Gone")], number=2)
    changed = {
        "CAD-0001": make_entry(ref="CAD-0001", name="New"),
        "CAD-0002": None,
        "CAD-0003": make_entry(name="More"),
    }
    folder.refresh(changed, since=2, number=5)
    index = folder.open()
    assert index is not None
    assert index.number == 5
    assert (found(index, "new"), found(index, "old"), found(index, "gone")) == (["CAD-0001"], [], [])
    assert found(index, "more") == ["CAD-9001"]
    assert [index.knows(word) for word in ("new", "old", "gone")] == [True, False, False]


@pytest.mark.parametrize(("since", "number"), [(3, 5), (1, 2), (0, 1)])
def test_a_refresh_that_does_not_follow_on_changes_nothing(folder: IndexFolder, since: int, number: int) -> None:
    """An index is never stamped with a number whose changes it may not hold, nor moved back."""
    folder.rebuild([make_entry(name="Old")], number=2)
    folder.refresh({"CAD-9001": make_entry(name="New")}, since=since, number=number)
    index = folder.open()
    assert index is not None
    assert (index.number, found(index, "old"), found(index, "new")) == (2, ["CAD-9001"], [])


def test_words_that_no_entry_has_are_not_kept(folder: IndexFolder) -> None:
    """People may type any number of them."""
    index = folder.rebuild([make_entry()], number=1)
    for number in range(200):
        assert found(index, f"zq{number}zq sanctuary", every=False) == ["CAD-9001"]
    assert not [kept for kept in index._kept if "zq" in str(kept)]


def test_many_threads_may_analyse_more_words_than_are_remembered() -> None:
    """Whoosh's own memory of stems raises KeyError here."""
    texts = [" ".join(f"w{thread}x{number}" for number in range(15_000)) for thread in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert [len(tokens) for tokens in threads.map(lambda text: [t.text for t in analyzer()(text)], texts)] == [
            15_000
        ] * 4


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["pointer", "segment", "toc", "schema", "all"])
def test_a_damaged_index_is_not_opened(folder: IndexFolder, tmp_path: Path, damage: str) -> None:
    """Whatever is missing or broken, `open` gives None, and a rebuild mends it."""
    folder.rebuild([make_entry()], number=1)
    path = tmp_path / "index"
    built = next(path.glob("v*-*"))
    if damage == "pointer":
        (path / "current.json").write_text("{nonsense")
    elif damage == "schema":
        text = (path / "current.json").read_text()
        (path / "current.json").write_text(text.replace('"schema": ', '"schema": 9'))
    else:
        for file in [*built.glob("*.seg")] if damage == "segment" else [*built.glob("*.toc")]:
            file.write_bytes(b"\x00damaged")
    if damage == "all":
        (path / "current.json").unlink()
    assert folder.open() is None
    gc.collect()  # Whoosh forgets to close a file that it cannot read; the warning belongs to this test
    assert found(folder.rebuild([make_entry()], number=1), "sanctuary") == ["CAD-9001"]
    assert folder.open() is not None


def test_the_longest_phrase_wins() -> None:
    """ "emergency department" is one unit with its synonyms; what is left stands alone."""
    synonyms = Synonyms(GROUPS)
    units = [set(unit) for unit in synonyms.units("emergency department calm")]
    assert units == [{("emerg", "depart"), ("casualti",)}, {("calm",)}]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_no_text_breaks_the_units(typed: str) -> None:
    """Whatever is typed becomes a bounded list of non-empty alternatives."""
    units = Synonyms(GROUPS).units(typed)
    assert len(units) <= 16
    assert all(unit and all(terms for terms in unit) for unit in units)
