"""The gold questions: reading them, asking them, and scoring what comes. See docs/gold.md.

`python -m tests.search.gold [FILE.csv]` asks them of the shipped entries and prints the figures and each miss.
"""

import csv
import math
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from directory import create_app, loading
from directory.config import DATA, ROOT, Config
from directory.db import Database
from directory.places import Places
from directory.schedules import LONDON
from directory.search.find import find
from directory.taxonomies import Taxonomies
from directory.web import Rooms

GOLD = Path(__file__).with_name("gold.csv")
COLUMNS = ["question", "asking", "at", "first", "good", "never", "understood", "why"]
USUAL = datetime(2026, 11, 22, 21, 4)
SUCCESS_AMONG = 3
RANKED = 10
GAIN_FIRST, GAIN_GOOD = 3, 1


class Tag(NamedTuple):
    """One thing that should be recognised: its kind, and the value it has in the answer of a search."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True)
class Question:
    """One line of the file. `at` is London time; `first`, `good` and `never` are references of entries."""

    line: int
    question: str
    asking: str
    at: datetime
    first: tuple[str, ...]
    good: tuple[str, ...]
    never: tuple[str, ...]
    understood: frozenset[Tag]
    why: str


class Answer(NamedTuple):
    """What a search gave: the references of all results in order, what it recognised, and words it left over."""

    refs: tuple[str, ...]
    understood: frozenset[Tag]
    words: str = ""


@dataclass(frozen=True)
class Verdict:
    """A question and its answer, judged."""

    question: Question
    answer: Answer

    @cached_property
    def late(self) -> tuple[str, ...]:
        """Entries that must be among the first three and are not."""
        top = self.answer.refs[:SUCCESS_AMONG]
        return tuple(ref for ref in self.question.first if ref not in top)

    @cached_property
    def unwanted(self) -> tuple[str, ...]:
        """Results that must not be there."""
        return tuple(ref for ref in self.answer.refs if ref in self.question.never)

    @property
    def success(self) -> bool:
        """Whether everything that must come first does, and nothing came that must not."""
        return not self.late and not self.unwanted

    @cached_property
    def ndcg(self) -> float | None:
        """Normalised discounted cumulative gain of the first ten results, 0 to 1; None where nothing is to be found."""
        gains = dict.fromkeys(self.question.good, GAIN_GOOD) | dict.fromkeys(self.question.first, GAIN_FIRST)
        best = _discounted(sorted(gains.values(), reverse=True))
        return _discounted(gains.get(ref, 0) for ref in self.answer.refs) / best if best else None

    @cached_property
    def unrecognised(self) -> list[str]:
        """What should have been recognised and was not."""
        return sorted(map(str, self.question.understood - self.answer.understood))

    @cached_property
    def misread(self) -> list[str]:
        """What was recognised and should not have been."""
        return sorted(map(str, self.answer.understood - self.question.understood))


def read_questions(path: Path = GOLD) -> list[Question]:
    """The questions of a file. Raises ValueError naming the line where a cell cannot be read."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"{path.name} must have these columns, in this order: {', '.join(COLUMNS)}")
        return [_question(rows.line_num, row) for row in rows]


def _question(line: int, row: Mapping[str, str]) -> Question:
    try:
        at = datetime.fromisoformat(row["at"]) if row["at"] else USUAL
        tags = [Tag(*text.split(":", 1)) for text in _parts(row["understood"])]
    except (TypeError, ValueError) as error:
        raise ValueError(f"line {line}: {error}") from error
    return Question(
        line=line,
        question=row["question"],
        asking=row["asking"],
        at=at.replace(tzinfo=LONDON),
        first=_parts(row["first"]),
        good=_parts(row["good"]),
        never=_parts(row["never"]),
        understood=frozenset(tags),
        why=row["why"],
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in zip(range(RANKED), gains, strict=False))


def ask(question: Question, rooms: Rooms) -> Answer:
    """Put a question as a page would: its words in the box, who is asking chosen. All pages of results are read."""
    catalogue = rooms.catalogue()
    arguments = {"q": [question.question], "asking": [question.asking]}
    asked = rooms.reader.read(arguments, question.at, rooms.spelling(catalogue))
    tags = frozenset(Tag(found.kind, found.value) for found in asked.understood)
    refs: list[str] = []
    page: int | None = 1
    while page:
        found = find(replace(asked.query, page=page), catalogue)
        refs += [result.entry.ref for result in found.results]
        page = found.next_page
    return Answer(tuple(refs), tags, asked.query.words)


def judge(questions: Iterable[Question], rooms: Rooms) -> list[Verdict]:
    """Ask every question of one installation."""
    return [Verdict(question, ask(question, rooms)) for question in questions]


def success(verdicts: Sequence[Verdict]) -> float:
    """Share of the questions answered as they must be, 0 to 1."""
    return sum(verdict.success for verdict in verdicts) / len(verdicts)


def figures(verdicts: Sequence[Verdict]) -> str:
    """The three figures, each on a line of its own."""
    right = sum(not verdict.unrecognised and not verdict.misread for verdict in verdicts)
    ndcg = [verdict.ndcg for verdict in verdicts if verdict.ndcg is not None]
    return (
        f"questions              {len(verdicts)}\n"
        f"success at {SUCCESS_AMONG}           {success(verdicts):6.1%}\n"
        f"nDCG at {RANKED}             {sum(ndcg) / len(ndcg):6.3f}\n"
        f"understood exactly     {right / len(verdicts):6.1%}\n"
    )


def misses(verdicts: Iterable[Verdict], names: Mapping[str, str]) -> str:
    """What went wrong and what came instead, a paragraph for each question that went wrong."""
    return "".join(_miss(verdict, names) for verdict in verdicts)


def _miss(verdict: Verdict, names: Mapping[str, str]) -> str:
    asked, answer = verdict.question, verdict.answer
    lines = []
    if verdict.late:
        came = [_named(ref, names) for ref in answer.refs[: SUCCESS_AMONG + 2]] or ["nothing"]
        lines += [f"not in the first {SUCCESS_AMONG}: {_placed(ref, answer, names)}" for ref in verdict.late]
        lines += [f"came: {'; '.join(came)}"]
    lines += [f"must not appear: {_placed(ref, answer, names)}" for ref in verdict.unwanted]
    if verdict.unrecognised or verdict.misread:
        tags = [*(f"missing {tag}" for tag in verdict.unrecognised), *(f"not meant {tag}" for tag in verdict.misread)]
        lines += [f"tags: {', '.join(tags)}" + (f"; words left: {answer.words!r}" if answer.words else "")]
    if not lines:
        return ""
    who = f" [{asked.asking}]" if asked.asking else ""
    state = "tags only" if verdict.success else "MISS"
    head = f"{state}: line {asked.line}: {asked.question!r}{who} at {asked.at:%a %d %b %Y %H:%M}. {asked.why}"
    return "\n    ".join([head, *lines]) + "\n"


def _named(ref: str, names: Mapping[str, str]) -> str:
    return f"{ref} {names.get(ref, '?')}"


def _placed(ref: str, answer: Answer, names: Mapping[str, str]) -> str:
    place = f"came {answer.refs.index(ref) + 1}" if ref in answer.refs else "did not come"
    return f"{_named(ref, names)} ({place} of {len(answer.refs)})"


def main(arguments: Sequence[str]) -> None:
    """Ask the questions of the file named, or of gold.csv, over the shipped entries in a temporary installation."""
    questions = read_questions(Path(arguments[0]) if arguments else GOLD)
    tables = ROOT / "instance" / "postcodes"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "postcodes").symlink_to(tables)
        config = Config(Path(folder), f"sqlite:///{folder}/directory.sqlite3")
        database = Database(config.database_url)
        database.upgrade()
        loaded = loading.read_services(DATA / "services.csv", Places.open(tables), Taxonomies.load(DATA / "taxonomies"))
        loading.load(database, loaded, actor="gold", reason="shipped", at=USUAL.replace(tzinfo=LONDON))
        database.close()
        rooms = create_app(config, now=lambda: USUAL.replace(tzinfo=LONDON)).extensions["directory"]
        verdicts = judge(questions, rooms)
        names = {entry.ref: entry.name for entry in rooms.catalogue().entries}
        sys.stdout.write(misses(verdicts, names) + "\n" + figures(verdicts))


if __name__ == "__main__":
    main(sys.argv[1:])
