"""What waits for a regional maintainer, the most harmful first. Pure: see docs/queue.md for the order and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from directory.models import GROUP_FIELDS

Kind = Literal["caution", "report", "live", "proposal", "request", "silent", "stale", "duplicate", "lead"]
KINDS: tuple[Kind, ...] = get_args(Kind)

PAGE = 50
LAST = 9
_SENT_TO_A_LOCKED_DOOR = frozenset({"shut", "no_answer", "wrong_address"})
_WAY_THERE = frozenset({"opening_hours", "live_status", *GROUP_FIELDS["contact"]})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `path` is where it is decided, and tells it from all others.

    `about` is what it concerns: kinds of problem of a caution or a report, fields of a proposal or a live change,
    groups of facts past their check date, "listing" or "claim" of a request. `borough` is a code, "" where there is
    none; `footprints` the codes of those whose maintainers see it. `since` is when it began, None where not known.
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
    about = item.about
    if item.kind in ("caution", "report"):
        return 1 if about & _SENT_TO_A_LOCKED_DOOR else 3
    if item.kind == "live":
        return 2 if about & _WAY_THERE else 7
    if item.kind == "proposal":
        return 4 if about & _WAY_THERE else 7
    if item.kind == "request":
        return 5 if "claim" in about else 8
    if item.kind in ("silent", "stale"):
        return 6 if "hours" in about else 7
    return {"duplicate": 8, "lead": LAST}[item.kind]


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
