"""The index: all that the directory asks of Whoosh but the analysis. It may be deleted at any time; ranks matches.

Whoosh stores postings and scores them (BM25F). A term's postings are read in large blocks, scored as arrays
by Whoosh's own function, and kept, so that a search combines arrays instead of walking postings.
"""

import fcntl
import json
import logging
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.scoring import BM25F, bm25
from whoosh.util.numeric import byte_to_length

from directory.models import Entry
from directory.places import Areas
from directory.search.analysis import Synonyms, Unit, analysed, analyzer, each_once
from directory.taxonomies import Taxonomies

log = logging.getLogger(__name__)

SCHEMA_VERSION = 3
NUMBER_REF = "#number"
_REFUSAL = re.compile(r"(?:not|no|cannot|never)\b", re.IGNORECASE)
_BOOSTS = {"name": 4.0, "type": 3.0, "community": 2.0, "organization": 1.5, "place": 1.0, "description": 1.0}
_MOST_KEPT = 2_000_000
_BLOCK = 65_536
_BUILD_MB = 1024
_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)

Documents = NDArray[np.int64]
Scores = NDArray[np.float32]
Matches = tuple[Documents, Scores]


class IndexDamaged(RuntimeError):  # noqa: N818 - a state that searches report, not a fault in code
    """The index could be opened, but what it holds cannot be read."""


def schema() -> Schema:
    """One document an entry; `number` and `mark` only in the document that tells how far the index has come."""
    fields = {name: TEXT(analyzer=analyzer(), field_boost=boost, phrase=False) for name, boost in _BOOSTS.items()}
    return Schema(ref=ID(stored=True, unique=True), number=STORED, mark=STORED, **fields)


def codec() -> W3Codec:
    """Postings in blocks so large that most terms have one, without the statistics for skipping blocks.

    The least compression there is halves the files, and its checksums tell damage where a wrong score would not.
    """
    written = W3Codec(blocklimit=_BLOCK, compression=1)
    written.length_stats = False
    return written


def document(entry: Entry, areas: Areas, taxonomies: Taxonomies) -> dict[str, str | list[str]]:
    """What may be found of an entry, only what its public page shows: index terms by field, and the reference."""
    kind = taxonomies.service_types[entry.service_type]
    communities = [
        taxonomies.communities[code] for code in dict.fromkeys(entry.communities + entry.communities_claimed)
    ]
    languages = [taxonomies.languages[code] for code in dict.fromkeys(entry.languages + entry.languages_claimed)]
    hidden = entry.address_visibility == "hidden"
    borough = areas.borough(entry.borough) if entry.borough else None
    texts = {
        "name": [entry.name],
        "type": [kind.name, kind.plural, *kind.words],
        "community": [word for term in (*communities, *languages) for word in (term.name, *term.words)],
        "organization": [entry.organization],
        "place": [
            borough.name if borough and not hidden else "",
            entry.address if entry.address_visibility == "full" else "",
        ],
        "description": [
            entry.description,
            _whom_it_is_for(entry.eligibility),
            entry.application_process,
            entry.accessibility,
        ],
    }
    return {"ref": entry.ref, **{field: analysed(" ".join(parts)) for field, parts in texts.items()}}


def _whom_it_is_for(eligibility: str) -> str:
    """A text without the sentences that say whom or what a service is not for: nobody is to find it by those."""
    sentences = re.split(r"(?<=[.;!?])\s+", eligibility)
    return " ".join(sentence for sentence in sentences if not _REFUSAL.match(sentence))


class TextIndex:
    """One state of the index, opened for reading. `refs` gives the reference of each document.

    `number` and `mark` name the change it has come to. `damaged` is True once something in it could not be read.
    """

    def __init__(self, opened: Any, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._searcher = opened.searcher(weighting=BM25F())
        self.number, self.mark = _progress(self._searcher)
        self.damaged = False
        reader = self._searcher.reader()
        self.refs: list[str] = [""] * reader.doc_count_all()
        for number, stored in reader.iter_docs():
            if stored["ref"] != NUMBER_REF:
                self.refs[number] = stored["ref"]
        self._gone = np.array([number for number, ref in enumerate(self.refs) if not ref], dtype=np.int64)
        self._lock = threading.Lock()  # Whoosh's readers share file positions
        self._lengths: dict[str, Scores] = {}
        self._kept: dict[str | Unit, Matches] = {}
        self._size = 0

    def match(self, words: str, *, every: bool) -> Matches | None:
        """Documents that match the words, with their scores; None where nothing in the words can be searched.

        Each word counts once, through whichever of its synonyms scores best. With `every`, a document must have
        every word; without, any. Raises IndexDamaged.
        """
        units = self._synonyms.units(words)
        if not units:
            return None
        total, hits = self._zeros(), np.zeros(len(self.refs), dtype=np.int16)
        for unit in units:
            documents, scores = self._best_of(unit)
            total[documents] += scores
            hits[documents] += 1
        documents = np.flatnonzero(hits == len(units) if every else hits > 0)
        return documents, total[documents]

    def match_any(self, phrases: Iterable[str]) -> Documents:
        """Documents that have every word of at least one of these phrases. Raises IndexDamaged."""
        having = np.zeros(len(self.refs), dtype=bool)
        for phrase in phrases:
            if terms := each_once(phrase):
                having |= self._all_of(terms) > 0
        return np.flatnonzero(having)

    def knows(self, word: str) -> bool:
        """Whether the word, or one that means the same, finds anything; also where it is too common to be searched.

        Raises IndexDamaged.
        """
        return all(len(self._best_of(unit)[0]) for unit in self._synonyms.units(word))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One reader at a time; whatever Whoosh's damaged files make it raise becomes IndexDamaged."""
        with self._lock:
            try:
                yield
            except Exception as error:
                self.damaged = True
                raise IndexDamaged("The search index is damaged and is being made anew. Try again.") from error

    def _zeros(self) -> Scores:
        return np.zeros(len(self.refs), dtype=np.float32)

    def _best_of(self, unit: Unit) -> Matches:
        """Every document that has all terms of any alternative, and the score of the best of these."""
        found = self._kept.get(unit)
        if found is None:
            best = self._zeros()
            for terms in unit:
                np.maximum(best, self._all_of(terms), out=best)
            documents = np.flatnonzero(best)
            found = documents, best[documents]
            self._keep(unit, found)
        return found

    def _all_of(self, terms: Sequence[str]) -> Scores:
        """Scores of the documents that have all these terms, dense; zero elsewhere."""
        total, having = self._zeros(), np.zeros(len(self.refs), dtype=np.int16)
        for term in terms:
            documents, scores = self._postings(term)
            if not len(documents):
                return self._zeros()
            total[documents] += scores
            having[documents] += 1
        total[having < len(terms)] = 0.0
        return total

    def _postings(self, term: str) -> Matches:
        """Every document with a term in any field, and Whoosh's score for it summed over the fields."""
        found = self._kept.get(term)
        if found is None:
            with self._reading():
                found = self._read(term)
            self._keep(term, found)
        return found

    def _keep(self, what: str | Unit, found: Matches) -> None:
        """Remember scores, up to some megabytes; not of what finds nothing, as people may type any number of that."""
        if not len(found[0]):
            return
        with self._lock:
            if self._size + len(found[0]) > _MOST_KEPT:
                self._kept, self._size = {}, 0
            self._kept[what] = found
            self._size += len(found[0])

    def _read(self, term: str) -> Matches:
        total, weighting = self._zeros(), self._searcher.weighting
        for field in _BOOSTS:
            for documents, weights in self._blocks(field, term):
                idf, average = self._searcher.idf(field, term), self._searcher.avg_field_length(field)
                lengths = self._field_lengths(field)[documents]
                total[documents] += bm25(idf, weights, lengths, average, weighting.B, weighting.K1)
        total[self._gone] = 0.0
        documents = np.flatnonzero(total)
        return documents, total[documents]

    def _blocks(self, field: str, term: str) -> Iterator[tuple[Documents, Scores]]:
        """The documents that have a term in a field, removed ones among them, and its weight in each."""
        for segment, offset in self._searcher.reader().leaf_readers():
            if (field, term) not in segment:
                continue
            matcher = segment.postings(field, term)
            matcher = getattr(matcher, "child", matcher)  # what Whoosh wraps around a segment with removed documents
            while matcher.is_active():
                matcher._read_data()
                steps, weights, _ = matcher._data
                yield offset + np.cumsum(steps), np.asarray(1.0 if weights is None else weights, dtype=np.float32)
                matcher._next_block()

    def _field_lengths(self, field: str) -> Scores:
        """How many terms each document has in a field, as exactly as Whoosh keeps it: in one byte."""
        if field not in self._lengths:
            column, lengths = f"_{field}_len", self._zeros()
            for segment, offset in self._searcher.reader().leaf_readers():
                name, storage = W3Codec.column_filename(segment.segment(), column), segment.storage()
                if storage.file_exists(name):
                    with storage.open_file(name) as file:
                        written = np.frombuffer(file.read(), dtype=np.uint8)
                    lengths[offset : offset + len(written)] = _LENGTHS[written]
            self._lengths[field] = lengths
        return self._lengths[field]


def _progress(searcher: Any) -> tuple[int, str]:
    stored = searcher.document(ref=NUMBER_REF)
    return stored["number"], stored["mark"]


class IndexFolder:
    """The index on disk. A whole build is made aside and then switched to, so that readers never see half of one."""

    def __init__(self, path: Path, areas: Areas, taxonomies: Taxonomies) -> None:
        self._path, self._areas, self._taxonomies = path, areas, taxonomies
        self._synonyms = Synonyms(taxonomies.synonym_groups)

    def open(self) -> TextIndex | None:
        """The index as it stands; None where it is missing, damaged or of another schema."""
        try:
            current = json.loads((self._path / "current.json").read_text(encoding="utf-8"))
            if current["schema"] != SCHEMA_VERSION:
                return None
            return TextIndex(whoosh_index.open_dir(self._path / current["folder"]), self._synonyms)
        except FileNotFoundError:
            return None
        except Exception:  # Whoosh raises whatever its damaged files make it raise
            log.exception("The search index is damaged and will be rebuilt")
            return None

    def rebuild(self, entries: Iterable[Entry], number: int, mark: str = "") -> TextIndex:
        """A new index of all entries as of a change, made aside and then switched to.

        `mark` tells this change from another of the same number, should a database be put back. Processes build one
        after the other, so that none removes what another is making.
        """
        self._path.mkdir(parents=True, exist_ok=True)
        with self._only_builder():
            folder = Path(tempfile.mkdtemp(prefix=f"v{SCHEMA_VERSION}-", dir=self._path))
            created = whoosh_index.create_in(folder, schema())
            writer = created.writer(limitmb=_BUILD_MB, codec=codec())
            for entry in entries:
                writer.add_document(**document(entry, self._areas, self._taxonomies))
            writer.add_document(ref=NUMBER_REF, number=number, mark=mark)
            writer.commit()
            pointer = folder / "current.json"
            pointer.write_text(json.dumps({"schema": SCHEMA_VERSION, "folder": folder.name}), encoding="utf-8")
            os.replace(pointer, self._path / "current.json")
            self._remove_others(folder)
            return TextIndex(created, self._synonyms)

    def refresh(
        self,
        changed: Mapping[str, Entry | None],
        since: int,
        number: int,
        mark: str = "",
        *,
        timeout_seconds: float = 5.0,
    ) -> None:
        """Bring the index to a change: entries that are now public are replaced, the others (None) removed.

        `changed` holds what changed after number `since`. An index that is not between the two, because another
        process has moved it or it was put back from a copy, is left as it is. Raises whoosh.index.LockError where
        another process is writing and does not finish in time.
        """
        current = json.loads((self._path / "current.json").read_text(encoding="utf-8"))
        opened = whoosh_index.open_dir(self._path / current["folder"])
        writer = opened.writer(timeout=timeout_seconds, codec=codec())
        try:
            with opened.refresh().searcher() as searcher:
                behind = since <= _progress(searcher)[0] < number
            if behind:
                for ref, entry in changed.items():
                    if entry is None:
                        writer.delete_by_term("ref", ref)
                    else:
                        writer.update_document(**document(entry, self._areas, self._taxonomies))
                writer.update_document(ref=NUMBER_REF, number=number, mark=mark)
        except BaseException:
            writer.cancel()
            raise
        if behind:
            writer.commit()
        else:
            writer.cancel()

    @contextmanager
    def _only_builder(self) -> Iterator[None]:
        """Wait until no other process builds; the lock goes with the process that holds it."""
        with (self._path / "building.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _remove_others(self, folder: Path) -> None:
        for other in self._path.glob("v*-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
