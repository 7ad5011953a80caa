"""What waits for a regional maintainer, the most harmful first. Pure: see docs/queue.md for the order and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from directory.models import GROUP_FIELDS

Kind = Literal["caution", "report", "live", "proposal", "changed", "request", "silent", "stale", "duplicate", "lead"]
KINDS: tuple[Kind, ...] = get_args(Kind)

PAGE = 50
_SENT_TO_A_LOCKED_DOOR = frozenset({"shut", "no_answer", "wrong_address"})
_WAY_THERE = frozenset({"opening_hours", "live_status", *GROUP_FIELDS["contact"]})
_HARM: Mapping[Kind, tuple[int, frozenset[str], int]] = {
    "caution": (1, _SENT_TO_A_LOCKED_DOOR, 3),
    "report": (1, _SENT_TO_A_LOCKED_DOOR, 3),
    "live": (2, _WAY_THERE, 7),
    "proposal": (4, _WAY_THERE, 7),
    "changed": (4, frozenset({"hours", "contact"}), 7),
    "request": (5, frozenset({"claim"}), 8),
    "silent": (6, frozenset({"hours"}), 7),
    "stale": (6, frozenset({"hours"}), 7),
    "duplicate": (8, frozenset(), 8),
    "lead": (9, frozenset(), 9),
}
"""The harm of each kind where it concerns one of these, and where it concerns none of them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `path` is where it is decided.

    `about` is what it concerns: kinds of problem of a caution or a report, fields of a proposal or a live change,
    groups of facts that changed or are past their check date, "listing" or "claim" of a request. `borough` is a code,
    "" where there is none; `footprints` the codes of those whose maintainers see it. `since` is when it began, None
    where that is not known.
    """

    kind: Kind
    title: str
    detail: str
    path: str
    about: frozenset[str] = frozenset()
    ref: str = ""
    borough: str = ""
    footprints: frozenset[str] = frozenset()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue somebody looks at; "" is all of it."""

    kind: str = ""
    borough: str = ""
    footprint: str = ""

    def has(self, item: Item) -> bool:
        """Whether an item is in this part."""
        return (
            (not self.kind or item.kind == self.kind)
            and (not self.borough or item.borough == self.borough)
            and (not self.footprint or self.footprint in item.footprints)
        )


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a part of the queue. `counts` are of every kind, in this borough and footprint; pages start at 1."""

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: the ones before and after it, and its position from 1 among `total`."""

    previous: Item | None
    next: Item | None
    position: int
    total: int


def harm(item: Item) -> int:
    """How much harm it does that nobody has looked: 1 is somebody sent to a locked door tonight, 9 is a lead."""
    worse, worst_of, level = _HARM[item.kind]
    return worse if item.about & worst_of else level


def sorted_by_harm(items: Iterable[Item]) -> tuple[Item, ...]:
    """Most harmful first; of equal harm by kind, then longest waiting, then by path."""
    return tuple(sorted(items, key=_order))


def _order(item: Item) -> tuple[int, int, bool, float, str]:
    waiting = item.since.timestamp() if item.since else 0.0
    return harm(item), KINDS.index(item.kind), item.since is None, waiting, item.path


def page_of(queue: Sequence[Item], wanted: Wanted, number: int) -> QueuePage:
    """A page of a sorted queue; a number past the end gives the last page."""
    wherever = replace(wanted, kind="")
    here = [item for item in queue if wherever.has(item)]
    found = [item for item in here if wanted.has(item)]
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), pages)
    items = tuple(found[(number - 1) * PAGE : number * PAGE])
    return QueuePage(items, Counter(item.kind for item in here), len(found), number, pages)


def place_of(queue: Sequence[Item], wanted: Wanted, path: str) -> Place | None:
    """Where an item stands in a part of a sorted queue; None where it is not, or no longer, in it."""
    found = [item for item in queue if wanted.has(item)]
    at = next((at for at, item in enumerate(found) if item.path == path), None)
    if at is None:
        return None
    before = found[at - 1] if at else None
    after = found[at + 1] if at + 1 < len(found) else None
    return Place(before, after, at + 1, len(found))
