"""Versions and the shelf: what readers are told has moved, also where the database is away or was put back."""

import threading
import tracemalloc
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from directory import revisions
from directory.db import Database
from directory.feeds.keeping import Kept
from directory.feeds.shelf import Shelf, Shelves
from directory.models import Audience, Entry, LiveStatus, Phone
from directory.records import Record, stable_id
from directory.revisions import Version
from directory.search.catalogue import Catalogue, CatalogueUnavailable
from directory.search.current import CurrentCatalogue
from tests.factories import make_entry
from tests.search.test_current import put_back_to_number_1

REF = "CAD-9001"
_AUDIENCES: tuple[Audience, Audience] = ("public", "professional")
STAFF = Phone(number="020 7946 0999", audience="professional")


@dataclass
class Told:
    """A house with its shelves, and what tests do to its entries."""

    database: Database
    current: CurrentCatalogue
    shelves: Shelves
    now: datetime

    def publish(self, *entries: Entry, at: datetime | None = None) -> None:
        """Make entries what the directory says."""
        with self.database.unit_of_work() as session:
            revisions.publish(session, entries, actor="test", reason="", at=at or self.now)

    def change(self, ref: str = REF, **facts: Any) -> None:
        """Change facts of an entry."""
        with self.database.unit_of_work() as session:
            changed = revisions.get_entry(session, ref).model_copy(update=facts)
            revisions.publish(session, [changed], actor="test", reason="", at=self.now)

    def shelf(self, audience: Audience = "public") -> Shelf:
        """The shelf of this moment."""
        self.current.refresh()
        return self.shelves.of(self.current.get(audience))

    def numbers(self) -> tuple[int, int]:
        """The version of the entry that the public has, and that professionals have; 0 for none."""
        with self.database.reading() as session:
            told = [
                {version.ref: version.number for version in revisions.versions(session, audience, upto=1000)}
                for audience in _AUDIENCES
            ]
        return told[0].get(REF, 0), told[1].get(REF, 0)


@pytest.fixture
def told(house: Flask, now: datetime) -> Told:
    """A house without entries."""
    here = house.extensions["directory"]
    return Told(here.database, here.current, house.extensions["shelves"], now)


def test_a_version_moves_with_what_its_readers_see_and_with_nothing_else(told: Told) -> None:
    """Each step, and whether it moved the version of the public and of professionals."""
    told.publish(make_entry(ref="CAD-9009"))
    steps: list[tuple[dict[str, Any], bool, bool]] = [
        ({"status": "unverified"}, False, False),
        ({"status": "active"}, True, True),
        ({"notes": "Of the team alone."}, False, False),
        ({"notes": "Of the team alone."}, False, False),
        ({"professional_notes": "Ask for the lead nurse."}, False, True),
        ({"phones": (Phone(number="020 7946 0123"), STAFF)}, False, True),
        ({"description": "Another."}, True, True),
        ({"address": "1 Example Street"}, True, True),
        ({"address_visibility": "hidden"}, True, True),
        ({"address": "2 Example Street"}, False, False),
        ({"audience": "professional"}, True, True),
        ({"description": "For professionals."}, False, True),
        ({"audience": "public"}, True, True),
        ({"status": "withdrawn"}, True, True),
        ({"description": "While nobody sees it."}, False, False),
        ({"status": "active"}, True, True),
        ({"status": "withdrawn"}, True, True),
    ]
    told.publish(make_entry(ref=REF, status="unverified"))
    for facts, by_public, by_professionals in steps:
        before = told.numbers()
        told.change(**facts)
        after = told.numbers()
        assert (after[0] > before[0], after[1] > before[1]) == (by_public, by_professionals), facts
    for audience in _AUDIENCES:
        shelf = told.shelf(audience)
        assert not shelf.has(REF) and shelf.versions[REF].number == shelf.order[-1].number
        assert shelf.refs == ("CAD-9009",) and shelf.ref_by_id[stable_id("service", REF)] == REF
        with pytest.raises(KeyError):
            shelf.record(REF, told.now)


def test_what_was_never_seen_has_no_version(told: Told) -> None:
    told.publish(make_entry(ref=REF, status="unverified"), make_entry(ref="CAD-9002", audience="professional"))
    assert told.shelf().versions == {} and told.shelf().changed_at is None
    assert list(told.shelf("professional").versions) == ["CAD-9002"]


def test_a_shelf_that_follows_has_what_one_made_anew_has(told: Told) -> None:
    """After every change, from whichever it began; in the order of changes, with instants that never run backwards."""
    for step, hours in enumerate((0, 3, 1, 2, -5)):
        at = told.now + timedelta(hours=hours)
        told.publish(make_entry(ref=f"CAD-90{step}1"), make_entry(ref=REF, description=f"Step {step}"), at=at)
        follows, anew = told.shelf(), Shelves(told.database).of(told.current.get())
        assert follows.versions == anew.versions and follows.order == anew.order and follows.refs == anew.refs
        assert follows.tag(told.now) == anew.tag(told.now)
    numbers, instants = [each.number for each in follows.order], [each.at for each in follows.order]
    assert numbers == sorted(set(numbers)) and instants == sorted(instants)
    assert follows.changed_at == told.now + timedelta(hours=3)
    for after in range(follows.number + 2):
        assert [each.number for each in follows.after(after, 3)] == [n for n in numbers if n > after][:3]


def test_what_a_format_makes_is_made_once_for_each_version(told: Told) -> None:
    """Also across shelves; anew where the version moved or a status is over; and for each audience of its own."""
    ends = told.now + timedelta(hours=1)
    status = LiveStatus(state="full", at=told.now, until=ends)
    told.publish(make_entry(ref=REF, professional_notes="Quiet room.", live_status=status), make_entry(ref="CAD-9002"))
    made: list[str] = []

    def form(record: Record, version: Version) -> bytes:
        made.append(f"{record.ref} {version.number} {record.professional_notes}".strip())
        return f"{record.description} {record.professional_notes} {record.live_status}".encode()

    for _ in range(2):
        assert b"full" in b"".join(told.shelf().all_made("test", form, told.now))
        told.change("CAD-9002", notes="Nobody sees it.")  # a change the first time
    assert made == ["CAD-9001 1", "CAD-9002 2"]
    assert b"full" not in told.shelf().made("test", form, REF, ends)
    assert b"Quiet room." in told.shelf("professional").made("test", form, REF, told.now)
    told.change("CAD-9002", description="Another.")
    told.shelf().made("test", form, "CAD-9002", told.now)
    assert made[2:] == ["CAD-9001 1", "CAD-9001 1 Quiet room.", "CAD-9002 4"]
    assert b"Quiet" not in b"".join(told.shelf().all_made("test", form, told.now))


def test_a_status_that_is_over_is_told_no_more_whoever_noted_it(told: Told) -> None:
    """At its instant and not before; a closure only once it is known whether the service is open again."""
    ends = told.now + timedelta(hours=1)
    full = LiveStatus(state="full", at=told.now, until=ends)
    closed = LiveStatus(state="closed", at=told.now, until=ends)
    told.publish(
        make_entry(ref=REF, live_status=full, opening_hours="Mo-Su 18:00-02:00"),
        make_entry(ref="CAD-9002", live_status=closed, opening_hours="Mo-Su 18:00-02:00"),
    )
    shelf, instant = told.shelf(), timedelta(microseconds=1)
    faded = told.now.replace(hour=2, minute=0) + timedelta(days=1)
    tags = []
    for ref, live, end in ((REF, full, ends), ("CAD-9002", closed, faded)):
        assert shelf.record(ref, end - instant).live_status == live
        assert shelf.record(ref, end).live_status is None
        tags += [shelf.tag(end - instant), shelf.tag(end)]
    assert tags[0] != tags[1] == tags[2] != tags[3]


def test_while_the_database_is_away_the_last_shelf_is_handed_out(told: Told) -> None:
    told.publish(make_entry(ref=REF))
    shelf, catalogue = told.shelf(), told.current.get()
    told.change(description="Another.")
    told.current.refresh()
    newer = told.current.get()
    away = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    told.shelves._database = away
    assert newer is not catalogue and told.shelves.of(newer) is shelf
    with pytest.raises(Exception, match="refused"):
        Shelves(away).of(newer)
    told.shelves._database = told.database
    assert told.shelves.of(newer).number == 2
    away.close()


def test_an_older_catalogue_takes_no_newer_shelf_back(told: Told) -> None:
    """Of two requests, one may have begun before a change."""
    told.publish(make_entry(ref=REF))
    told.shelf()
    older = told.current.get()
    told.change(description="Another.")
    newer = told.shelf()
    assert told.shelves.of(older) is newer and told.shelves.of(told.current.get()) is newer


def test_a_database_that_was_put_back_is_told_anew(told: Told) -> None:
    """Under the same numbers stand other changes: nothing of before is told, and all have another tag."""
    told.publish(make_entry(ref="CAD-0001"), make_entry(ref="CAD-0002"))
    before, old = told.shelf(), told.current.get()
    put_back_to_number_1(told.database)
    assert told.shelves.of(old) is before
    with pytest.raises(CatalogueUnavailable):
        Shelves(told.database).of(old)
    told.publish(make_entry(ref="CAD-0003"), at=told.now + timedelta(hours=1))
    after = told.shelf()
    assert after.number == before.number and after.refs == ("CAD-0001", "CAD-0003")
    assert set(after.versions) == {"CAD-0001", "CAD-0003"} and after.tag(told.now) != before.tag(told.now)
    put_back_again = told.shelves.of(old)
    assert put_back_again is after


def test_threads_that_ask_at_once_get_one_shelf(told: Told) -> None:
    told.publish(*(make_entry(ref=f"CAD-{number}") for number in range(9001, 9051)))
    told.current.refresh()
    catalogue: Catalogue = told.current.get()
    found: list[Shelf] = []
    begin = threading.Barrier(4)

    def ask() -> None:
        begin.wait()
        found.append(told.shelves.of(catalogue))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len({id(shelf) for shelf in found}) == 1


def test_what_is_kept_comes_back_as_it_was_whoever_asks() -> None:
    """Short, empty or unlike the first; asked for and replaced by several threads at once."""
    kept, wrong = Kept(), []
    texts = [b"", b"x", bytes(range(256)) * 40, *(f'{{"name": "Example {n}"}}'.encode() * 20 for n in range(50))]

    def use(first: int) -> None:
        for round_ in range(20):
            for at, made in enumerate(texts):
                kept.put("test", str(at), round_, made)
                found = kept.get("test", str(at), round_)
                if found not in (made, None):
                    wrong.append((first, at))

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert [kept.get("test", str(at), 19) for at in range(len(texts))] == texts
    assert kept.get("test", "0", 18) is kept.get("other", "0", 19) is kept.get("test", "nobody", 19) is None


def test_what_is_kept_takes_little_more_room_than_its_length() -> None:
    """A compressor's answer holds on to the room that it might have needed, as long as the whole text."""
    kept, texts = Kept(), [f"{n} ".encode() * 2000 for n in range(100)]
    tracemalloc.start()
    for at, made in enumerate(texts):
        kept.put("test", str(at), 1, made)
    room, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert room < sum(map(len, texts)) / 5


def test_every_change_says_who_sees_it(told: Told) -> None:
    """What was changed before changes said so counts as seen, so that nobody misses anything."""
    with told.database.engine.begin() as connection:
        told.publish(make_entry(ref=REF, status="unverified"))
        row = connection.execute(text("select public, professional from change")).one()
    assert tuple(map(bool, row)) == (False, False)
