"""A process that writes in every way that people do, until it is killed.

After each commit it says what it has done, so that whoever kills it knows what must not be lost.
"""

import random
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection

from sqlmodel import Session

from directory import outbox, reports, revisions
from directory.db import Database
from directory.models import Entry, LiveStatus
from directory.revisions import AlreadyDecided, Clash

AT = datetime(2026, 11, 22, 21, 4, tzinfo=UTC)
REFS = tuple(f"CAD-900{number}" for number in range(8))


class Editor:
    """Somebody who does one thing after the other; each is a transaction with a name that its rows carry."""

    def __init__(self, database: Database, seed: str) -> None:
        self.database, self.seed, self.random = database, seed, random.Random(seed)
        self.actions = (self.tap, self.propose, self.approve, self.send_back, self.restore, self.upload, self.report)

    def work(self, said: Connection) -> None:
        """Never ends by itself; says the name of each thing done."""
        for step in count(1):
            name, action = f"{self.seed}:{step}", self.random.choice(self.actions)
            with self.database.unit_of_work() as session:
                action(session, name)
                outbox.put(session, key=name, to_email="x@example.org", subject="", text="", html="", at=AT)
            said.send(name)

    def tap(self, session: Session, name: str) -> None:
        """Say that it is full."""
        status = LiveStatus(state="full", at=AT, until=AT + timedelta(hours=2), note=name)
        self._change(session, name, live_status=status)

    def propose(self, session: Session, name: str) -> None:
        """Have new words wait."""
        entry = revisions.get_entry(session, self.random.choice(REFS))
        wanted = entry.model_copy(update={"description": name, "eligibility": name})
        revisions.propose(session, wanted, section="who", base_number=0, note=name, actor=name, at=AT)

    def approve(self, session: Session, name: str) -> None:
        """Publish what waits."""
        for waiting in revisions.list_waiting(session)[:1]:
            try:
                revisions.approve(session, waiting.proposal.id or 0, actor=name, reason=name, at=AT)
            except (AlreadyDecided, Clash):
                self.tap(session, name)

    def send_back(self, session: Session, name: str) -> None:
        """Say no to what waits."""
        for waiting in revisions.list_waiting(session)[:1]:
            number = waiting.proposal.id or 0
            revisions.decide_without_publishing(session, number, "sent_back", actor=name, reason=name, at=AT)

    def restore(self, session: Session, name: str) -> None:
        """Put the first version back."""
        revisions.restore(session, self.random.choice(REFS), len(REFS), actor=name, reason=name, at=AT)

    def upload(self, session: Session, name: str) -> None:
        """Change every entry at once, each in two fields that must agree."""
        entries = revisions.get_entries(session, REFS).values()
        changed = [entry.model_copy(update={"description": name, "eligibility": name}) for entry in entries]
        revisions.publish(session, changed, actor=name, reason=name, at=AT)

    def report(self, session: Session, name: str) -> None:
        """Two people find it shut, and somebody closes what was open before."""
        ref = self.random.choice(REFS)
        for each in reports.list_open(session, [ref]):
            numbers = [report.id or 0 for report in each.reports]
            reports.close(session, ref, numbers, "put_right", actor=name, reason=name, at=AT)
        for who in ("a", "b"):
            reports.report(session, ref, "shut", by=reports.Reporter(f"{name} {who}"), at=AT)

    def _change(self, session: Session, name: str, **facts: object) -> None:
        def changed(entry: Entry) -> Entry:
            return entry.model_copy(update=facts)

        revisions.change_entry(session, self.random.choice(REFS), changed, actor=name, reason=name, at=AT, live=True)


def write(url: str, seed: str, said: Connection) -> None:
    """What the process runs."""
    Editor(Database(url), seed).work(said)
