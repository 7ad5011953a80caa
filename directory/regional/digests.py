"""Every morning, a mail to each regional maintainer who has something to know: what went live, and what waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from flask import Flask
from sqlmodel import Session

from directory import confirmations, outbox, revisions
from directory.accounts.people import maintainers_of
from directory.models import Account, Entry
from directory.permissions import footprints_of
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.letters import post
from directory.web.links import entry_path
from directory.web.periodic import periodically
from directory.web.times import moment

_LONGEST = timedelta(days=7)
"""How far back the first digest of somebody looks."""


class Live(NamedTuple):
    """A change that a provider made without approval, in words."""

    name: str
    path: str
    words: str


class Digest(NamedTuple):
    """What one maintainer is told. `waiting`, `said` and `silent` are how many of each there are now."""

    live: Sequence[Live]
    waiting: int
    said: int
    silent: int


def init_app(app: Flask) -> None:
    """Write the digests every morning."""
    periodically(app, "digests to regions", "day", write_digests)


def write_digests() -> str:
    """Write to every maintainer for whom something went live since their last digest, or something waits."""
    here, at = rooms(), rooms().now()
    today = at.astimezone(LONDON).date()
    written = 0
    with here.database.unit_of_work() as session:
        areas = here.places.areas
        now = _waiting_now(session, today)
        for account, footprints in _maintainers(session, [footprint.code for footprint in areas.footprints]):
            key = f"digest:{account.id}:"
            since = outbox.last_put(session, key) or at - _LONGEST
            digest = _digest(session, footprints, now, since, at)
            if any(digest):
                facts = {"digest": digest, "day": f"{today.day} {today:%B %Y}"}
                post(session, "digest", to_email=account.email, key=f"{key}{today}", at=at, **facts)
                written += 1
    return f"{written} written" if written else ""


def _maintainers(session: Session, codes: Iterable[str]) -> Iterable[tuple[Account, frozenset[str]]]:
    """Each maintainer once, with their footprints."""
    accounts: dict[int | None, Account] = {}
    footprints: dict[int | None, set[str]] = defaultdict(set)
    for code in codes:
        for account in maintainers_of(session, [code]):
            accounts[account.id] = account
            footprints[account.id].add(code)
    return [(account, frozenset(footprints[account_id])) for account_id, account in accounts.items()]


def _waiting_now(session: Session, today: date) -> tuple[Sequence[str], ...]:
    """The references of what waits, was said and is silent, as a digest counts them."""
    waiting = [each.entry.ref for each in revisions.list_waiting(session)]
    said = [note.item.ref for note in confirmations.open_notes(session, today)]
    return waiting, said, list(confirmations.silent_refs(session))


def _digest(
    session: Session, footprints: frozenset[str], now: tuple[Sequence[str], ...], since: datetime, at: datetime
) -> Digest:
    areas = rooms().places.areas
    live = revisions.live_since(session, since)
    refs = {*(change.ref for change in live), *chain.from_iterable(now)}
    entries = revisions.get_entries(session, refs)
    theirs = {ref for ref, entry in entries.items() if footprints_of(entry, areas) & footprints}
    return Digest(
        [_live(change, entries, at) for change in live if change.ref in theirs],
        *(sum(ref in theirs for ref in kind) for kind in now),
    )


def _live(change: revisions.LiveChange, entries: Mapping[str, Entry], at: datetime) -> Live:
    entry = entries[change.ref]
    return Live(entry.name, entry_path(entry), f"{change.reason}, {moment(change.at, at)}".lstrip(", "))
