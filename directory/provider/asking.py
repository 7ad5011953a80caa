"""Asks providers by mail whether their entries are still right, reminds them once, and passes silence to the region."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import Flask
from sqlmodel import Session

from directory import confirmations, revisions
from directory.accounts.people import editors_of
from directory.confirmations import Asked
from directory.confirmations.links import GOOD_FOR
from directory.models import Entry
from directory.provider.shown import shown
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.letters import post
from directory.web.periodic import forgetting, periodically


def init_app(app: Flask) -> None:
    """Ask every morning whoever is due; who was asked a week ago and is silent is reminded; then the region hears."""
    periodically(app, "still right: ask", "day", ask_providers)
    periodically(app, "still right: remind", "day", remind_providers)
    periodically(app, "still right: pass to the region", "day", pass_silence_on)
    forgetting(app, "whom we asked", confirmations.forget)


def asked_by_mail(session: Session, entries: Iterable[Entry]) -> Mapping[str, frozenset[str]]:
    """Whom to ask about each entry: address by address, the references that it speaks for.

    Those who edit for an organisation speak for its entries; where nobody does, the address that is published.
    """
    refs: dict[str, set[str]] = defaultdict(set)
    editors: dict[str, list[str]] = {}
    for entry in entries:
        if entry.status != "active":
            continue
        if entry.organization not in editors:
            editors[entry.organization] = [account.email for account in editors_of(session, entry.organization)]
        published = [entry.email.strip().lower()] if entry.email and entry.is_public else []
        for address in editors[entry.organization] or published:
            refs[address].add(entry.ref)
    return {address: frozenset(found) for address, found in refs.items()}


def ask_providers() -> str:
    """Begin a round with every address that has something to check and was not asked within a month."""
    here, at = rooms(), rooms().now()
    today = at.astimezone(LONDON).date()
    with here.database.reading() as session:
        entries = revisions.get_entries(session)
        addresses = asked_by_mail(session, entries.values())
    worth = {
        ref for ref, entry in entries.items() if confirmations.is_worth_asking(entry, today, here.config.freshness)
    }
    asked = 0
    for address, refs in addresses.items():
        if worth.isdisjoint(refs):
            continue
        with here.database.unit_of_work() as session:
            begun = confirmations.ask(session, address, refs, at)
            if begun is not None:
                _write(session, begun, at, is_reminder=False)
                asked += 1
    return f"{asked} asked" if asked else ""


def remind_providers() -> str:
    """Remind, once, every address that was asked a week ago where nobody has answered."""
    here, at = rooms(), rooms().now()
    with here.database.reading() as session:
        silent = confirmations.list_silent(session, at)
    reminded = 0
    for round_id in silent:
        with here.database.unit_of_work() as session:
            again = confirmations.remind(session, round_id, at)
            if again is not None:
                _write(session, again, at, is_reminder=True)
                reminded += 1
    return f"{reminded} reminded" if reminded else ""


def pass_silence_on() -> str:
    """Have the region ask whoever did not answer the reminder within a week."""
    here = rooms()
    with here.database.unit_of_work() as session:
        passed = confirmations.pass_on(session, here.now())
    return f"{passed} passed to the region" if passed else ""


def _write(session: Session, asked: Asked, at: datetime, *, is_reminder: bool) -> None:
    """Write of those entries that the address speaks for now; not at all where there are none left."""
    here, today = rooms(), at.astimezone(LONDON).date()
    entries = revisions.get_entries(session, asked.refs)
    theirs = asked_by_mail(session, entries.values()).get(asked.to_email, frozenset())
    if not theirs:
        return
    ends = (at + GOOD_FOR).astimezone(LONDON)
    post(
        session,
        "still_right",
        to_email=asked.to_email,
        key=f"still-right:{asked.round_id}:{'reminder' if is_reminder else 'first'}",
        at=at,
        services=[
            (entries[ref].name, shown(entries[ref], here.places, here.taxonomies, today)) for ref in sorted(theirs)
        ],
        path=f"/still-right/{asked.token}",
        ends=f"{ends.day} {ends:%B %Y}",
        is_reminder=is_reminder,
    )
