"""Answers through a link: what is still right is published as checked, what bank holidays change is published at once.

Each thing is answered once through a link; whatever is sent again changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, cast

from sqlalchemy import insert, select, update
from sqlmodel import Session

from directory import schedules
from directory.confirmations import holidays
from directory.confirmations.holidays import Holiday
from directory.confirmations.links import OpenLink
from directory.freshness import groups_told
from directory.models import (
    FACT_GROUPS,
    GROUP_FIELDS,
    Entry,
    FactGroup,
    StillRightAnswer,
    StillRightLink,
    StillRightWord,
)
from directory.revisions import get_entries, get_version, latest_number, publish
from directory.revisions.proposals import checked
from directory.schedules import LONDON

GROUP_WORDS: frozenset[StillRightWord] = frozenset({"right", "changed"})
HOLIDAY_WORDS: frozenset[StillRightWord] = frozenset({"same", "closed", "different"})

_answers = StillRightAnswer.__table__.columns  # type: ignore[attr-defined]
_links = StillRightLink.__table__.columns  # type: ignore[attr-defined]


class Item(NamedTuple):
    """One thing that is asked: a group of facts of an entry, or a bank holiday (ISO 8601) for it."""

    ref: str
    what: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered about one thing. A `note` that is still wanted is ""."""

    id: int
    item: Item
    word: StillRightWord
    note: str

    @property
    def wants_note(self) -> bool:
        """Whether somebody still has to say what changed, or which other hours there are."""
        return self.word in ("changed", "different") and not self.note


@dataclass(frozen=True, slots=True)
class OpenNote:
    """Something that a provider said has changed, and that the entry does not say yet; `note` may be ""."""

    id: int
    item: Item
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """What a link asks of one entry: groups of facts and bank holidays that it was not told of yet."""

    entry: Entry
    groups: tuple[FactGroup, ...]
    holidays: tuple[Holiday, ...]


def questions(session: Session, link: OpenLink, refs: Iterable[str], today: date) -> tuple[Asking, ...]:
    """What a link still asks of the entries of `refs` that it was sent for, in order; withdrawn ones are left out.

    Once all was answered nothing is asked any more.
    """
    told = {answered.item for answered in answers_of(session, link)}
    wanted = set(link.refs).intersection(refs) if link.answered_at is None else ()
    asked = []
    for ref, entry in get_entries(session, wanted).items():
        coming = holidays.coming(schedules.parse(entry.opening_hours), today)
        groups = tuple(group for group in groups_told(entry) if Item(ref, group) not in told)
        left = tuple(holiday for holiday in coming if Item(ref, holiday.day.isoformat()) not in told)
        if entry.status == "active":
            asked.append(Asking(entry, groups, left))
    return tuple(asked)


def answers_of(session: Session, link: OpenLink) -> tuple[Answered, ...]:
    """What was answered through a link, in the order of the answers."""
    rows = session.execute(select(*_answers).where(_answers["link_id"] == link.id).order_by(_answers["id"]))
    return tuple(Answered(row.id, Item(row.ref, row.item), cast(StillRightWord, row.answer), row.note) for row in rows)


def answer(
    session: Session,
    link: OpenLink,
    asked: Sequence[Asking],
    said: Mapping[Item, StillRightWord],
    *,
    seen: int,
    at: datetime,
) -> tuple[Item, ...]:
    """Take answers to what was `asked` and publish what follows from them; what is not asked is passed over.

    `seen` is the newest change number of the page that was answered. Gives the answers that were not taken, because
    somebody has changed those facts since. Inside a unit of work. Raises KeyError for a `seen` before an entry was.
    """
    stale: list[Item] = []
    for asking in asked:
        ref = asking.entry.ref
        shown = get_version(session, ref, seen)
        words = {item: said[item] for item in _items(asking) if said.get(item) in _words_for(item)}
        moved = [item for item in words if not _is_same(shown, asking.entry, item)]
        stale += moved
        taken = {item: word for item, word in words.items() if item not in moved}
        entry = _with_answers(asking.entry, taken, at)
        publish(session, [entry], actor=link.actor, reason=_reason(taken), at=at, live=True)
        number = latest_number(session)
        rows = [
            {"link_id": link.id, "ref": ref, "item": item.what, "answer": word, "note": "", "number": number, "at": at}
            for item, word in taken.items()
        ]
        if rows:
            session.execute(insert(StillRightAnswer), rows)
    refs = [asking.entry.ref for asking in asked]
    if not any(_items(asking) for asking in questions(session, link, refs, at.astimezone(LONDON).date())):
        session.execute(update(StillRightLink).where(_links["id"] == link.id).values(answered_at=at))
    return tuple(stale)


def add_note(session: Session, answered: Answered, note: str, at: datetime) -> None:
    """Keep what somebody says has changed, for the region to read. Inside a unit of work."""
    session.execute(update(StillRightAnswer).where(_answers["id"] == answered.id).values(note=note, noted_at=at))


def add_hours(session: Session, link: OpenLink, answered: Answered, opens: int, closes: int, at: datetime) -> None:
    """Publish the other hours of a bank holiday, in minutes after midnight. Inside a unit of work.

    Where a date has been given hours since, those stay. Raises ValueError as `holidays.open_between` does.
    """
    entry = get_entries(session, [answered.item.ref])[answered.item.ref]
    schedule, day = schedules.parse(entry.opening_hours), date.fromisoformat(answered.item.what)
    changed = holidays.open_between(schedule, day, opens, closes)
    if schedule.dated_pattern(day) is None:
        wanted = entry.model_copy(update={"opening_hours": schedules.write(changed)})
        publish(session, [wanted], actor=link.actor, reason=_reason({answered.item: "different"}), at=at, live=True)
    add_note(session, answered, schedules.week(changed, day)[0].words, at)


def open_notes(session: Session, today: date) -> tuple[OpenNote, ...]:
    """What providers said has changed, for as long as nobody has changed or checked those facts; oldest first."""
    query = select(*_answers).where(_answers["answer"].in_(("changed", "different"))).order_by(_answers["id"])
    rows = session.execute(query).all()
    entries = get_entries(session, {row.ref for row in rows})
    found = []
    for row in rows:
        item = Item(row.ref, row.item)
        before, now = get_version(session, row.ref, row.number), entries[row.ref]
        is_past = row.answer == "different" and (row.note or row.item < today.isoformat())
        if not is_past and now.status != "withdrawn" and _is_same(before, now, item, checks=True):
            found.append(OpenNote(row.id, item, row.note, row.at))
    return tuple(found)


def _items(asking: Asking) -> tuple[Item, ...]:
    days = (holiday.day.isoformat() for holiday in asking.holidays)
    return tuple(Item(asking.entry.ref, what) for what in (*asking.groups, *days))


def _words_for(item: Item) -> frozenset[StillRightWord]:
    return GROUP_WORDS if item.what in FACT_GROUPS else HOLIDAY_WORDS


def _is_same(before: Entry, now: Entry, item: Item, *, checks: bool = False) -> bool:
    """Whether the facts that something is about are as they were; with `checks`, not checked since either."""
    group: FactGroup = next((group for group in FACT_GROUPS if group == item.what), "hours")
    if any(getattr(before, field) != getattr(now, field) for field in GROUP_FIELDS[group]):
        return False
    return not checks or _evidence(before, group) == _evidence(now, group)


def _evidence(entry: Entry, group: FactGroup) -> object:
    return next((evidence for evidence in entry.evidence if evidence.fact_group == group), None)


def _with_answers(entry: Entry, taken: Mapping[Item, StillRightWord], at: datetime) -> Entry:
    right = [group for group in FACT_GROUPS if taken.get(Item(entry.ref, group)) == "right"]
    schedule = schedules.parse(entry.opening_hours)
    for item, word in taken.items():
        if word == "same":
            schedule = holidays.as_usual(schedule, date.fromisoformat(item.what))
        elif word == "closed":
            schedule = holidays.closed(schedule, date.fromisoformat(item.what))
    if not HOLIDAY_WORDS.isdisjoint(taken.values()):
        entry = entry.model_copy(update={"opening_hours": schedules.write(schedule)})
    return checked(entry, right, by="provider", how="link", at=at)


def _reason(taken: Mapping[Item, StillRightWord]) -> str:
    """Why a change was made, as the thread tells it."""
    right = [item.what for item, word in taken.items() if word == "right"]
    days = [f"{word} on {item.what}" for item, word in taken.items() if word in HOLIDAY_WORDS]
    return ". ".join(filter(None, [f"Still right: {', '.join(right)}" if right else "", ", ".join(days).capitalize()]))
