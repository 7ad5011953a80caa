"""Keeping in step: every change is seen, nothing is lost when the database or the index is, and searches go on."""

import logging
import multiprocessing
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from directory import revisions
from directory.config import Config
from directory.db import Database
from directory.models import Audience, Entry
from directory.places import Places
from directory.search.catalogue import Catalogue, CatalogueUnavailable
from directory.search.current import LATE_SECONDS, CurrentCatalogue
from directory.search.find import find
from directory.search.query import Query
from directory.search.text import IndexDamaged, IndexFolder
from directory.taxonomies import Taxonomies
from directory.web import Rooms
from tests.factories import make_entry

Follow = Callable[[], CurrentCatalogue]


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def follow(database: Database, places: Places, taxonomies: Taxonomies, index_path: Path, now: datetime) -> Follow:
    """Makes followers of one database and one index folder, as several processes of a machine would be."""

    def make() -> CurrentCatalogue:
        index = IndexFolder(index_path, places.areas, taxonomies)
        inner = IndexFolder(index_path / "professional", places.areas, taxonomies)
        indexes = {"public": index, "professional": inner}
        return CurrentCatalogue(database, places, taxonomies, indexes, now=lambda: now, refresh_seconds=0)

    return make


def publish(database: Database, now: datetime, *entries: Entry) -> None:
    with database.unit_of_work() as session:
        revisions.publish(session, entries, actor="test", reason="test", at=now)


def names(catalogue: Catalogue, words: str, now: datetime) -> list[str]:
    found = find(Query(now, words=words), catalogue)
    return [result.entry.name for result in found.results]


def test_changes_reach_every_follower(database: Database, follow: Follow, now: datetime) -> None:
    """Two processes see a new entry, a changed one and a withdrawn one, in the catalogue and by words."""
    publish(database, now, make_entry(ref="CAD-0001", name="First garden"), make_entry(ref="CAD-0002", name="Second"))
    followers = [follow(), follow()]
    before = [follower.get() for follower in followers]
    publish(
        database,
        now,
        make_entry(ref="CAD-0001", name="Changed orchard"),
        make_entry(ref="CAD-0002", name="Second", status="withdrawn"),
        make_entry(ref="CAD-0003", name="Third orchard"),
    )
    for follower, old in zip(followers, before, strict=True):
        assert follower.get() is old
        follower.refresh()
        catalogue = follower.get()
        assert catalogue.number == 5
        assert set(catalogue.rows) == {"CAD-0001", "CAD-0003"}
        assert sorted(names(catalogue, "orchard", now)) == ["Changed orchard", "Third orchard"]
        assert names(catalogue, "garden", now) == names(catalogue, "second", now) == []
        assert names(old, "garden", now) == ["First garden"]


def test_the_order_of_entries_does_not_depend_on_what_changed_when(
    database: Database, follow: Follow, now: datetime
) -> None:
    """Two of one name stand in one order in a process that has followed and in one that has just started."""
    publish(database, now, make_entry(ref="CAD-0002", name="Twin"))
    follower = follow()
    follower.get()
    publish(database, now, make_entry(ref="CAD-0001", name="Twin"))
    follower.refresh()
    orders = [[entry.ref for entry in catalogue.entries] for catalogue in (follower.get(), follow().get())]
    assert orders == [["CAD-0001", "CAD-0002"]] * 2


def test_nothing_new_keeps_the_same_catalogue(database: Database, follow: Follow, now: datetime) -> None:
    """Looking costs nothing while the number stands."""
    publish(database, now, make_entry())
    follower = follow()
    catalogue = follower.get()
    follower.refresh()
    assert follower.get() is catalogue


def test_unverified_and_professional_entries_are_never_in_it(database: Database, follow: Follow, now: datetime) -> None:
    """Nor can their words be found."""
    publish(
        database,
        now,
        make_entry(ref="CAD-0001", status="unverified", name="Rumour"),
        make_entry(ref="CAD-0002", audience="professional", name="Rumour"),
    )
    catalogue = follow().get()
    assert catalogue.count == 0
    assert names(catalogue, "rumour", now) == []
    for ref in ("CAD-0001", "CAD-0002"):
        with pytest.raises(KeyError):
            catalogue.get(ref)


def test_searches_go_on_while_the_database_is_down(
    database: Database, follow: Follow, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """The catalogue stays, marked stale, and recovers."""
    publish(database, now, make_entry(name="Garden"))
    follower = follow()
    catalogue = follower.get()
    with database.engine.begin() as connection:
        connection.execute(text("alter table change rename to elsewhere"))
    follower.refresh()
    assert follower.get() is catalogue
    assert catalogue.stale
    assert names(catalogue, "garden", now) == ["Garden"]
    assert "does not answer" in caplog.text
    with database.engine.begin() as connection:
        connection.execute(text("alter table elsewhere rename to change"))
    follower.refresh()
    assert not follower.get().stale


def test_without_a_database_from_the_start_it_says_so(database: Database, follow: Follow) -> None:
    """There is nothing to search, and the message says what to do."""
    with database.engine.begin() as connection:
        connection.execute(text("drop table change"))
    with pytest.raises(CatalogueUnavailable, match="flask prepare"):
        follow().get()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["gone", "emptied", "behind"])
def test_the_index_is_rebuilt_whatever_happened_to_it(
    database: Database, follow: Follow, index_path: Path, now: datetime, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    """A lost, broken or old index costs a rebuild, nothing else."""
    caplog.set_level(logging.CRITICAL)
    publish(database, now, make_entry(name="Garden"))
    follow().get()
    if damage == "gone":
        shutil.rmtree(index_path)
    elif damage == "emptied":
        for file in index_path.rglob("*.*"):
            file.write_bytes(b"")
    else:
        publish(database, now, make_entry(name="Orchard"))
    word, name = ("orchard", "Orchard") if damage == "behind" else ("garden", "Garden")
    assert names(follow().get(), word, now) == [name]


def test_damage_met_while_a_process_starts_costs_a_rebuild(
    database: Database, follow: Follow, index_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the index opens, and only what every catalogue reads of it shows the damage."""
    caplog.set_level(logging.CRITICAL)
    publish(database, now, *(make_entry(ref=f"CAD-{n:04}", description="Anxiety, debt, panic") for n in range(40)))
    before = follow().get().text
    (segment,) = index_path.rglob("*.seg")
    written = bytearray(segment.read_bytes())
    for place in range(len(written) * 3 // 4, len(written) * 17 // 20, 100):
        written[place] ^= 0x55
    segment.write_bytes(bytes(written))
    after = follow().get().text
    assert (after.damaged, after.refs) == (False, before.refs)


def test_damage_that_only_a_search_meets_is_mended(
    database: Database, follow: Follow, index_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """The search is refused, not answered wrongly; the next look makes the index anew."""
    publish(database, now, make_entry(name="Garden"))
    follower = follow()
    catalogue = follower.get()
    catalogue.text._searcher.reader().close()
    with pytest.raises(IndexDamaged, match="made anew"):
        names(catalogue, "garden", now)
    follower.refresh()
    assert names(follower.get(), "garden", now) == ["Garden"]


def test_an_index_put_back_from_a_copy_is_not_taken_for_new(
    database: Database, follow: Follow, index_path: Path, now: datetime
) -> None:
    """Changes that it does not hold are not passed over when only the later ones are added to it."""
    publish(database, now, make_entry(ref="CAD-0001", name="Garden"), make_entry(ref="CAD-0002"))
    follower = follow()
    follower.get()
    copy = index_path.with_name("copy")
    shutil.copytree(index_path, copy)
    publish(database, now, make_entry(ref="CAD-0001", name="Orchard"))
    follower.refresh()
    shutil.rmtree(index_path)
    copy.rename(index_path)
    publish(database, now, make_entry(ref="CAD-0002", name="Meadow"))
    follower.refresh()
    for catalogue in (follower.get(), follow().get()):
        assert names(catalogue, "orchard", now) == ["Orchard"]
        assert names(catalogue, "garden", now) == []


def test_processes_that_refresh_and_rebuild_at_once_agree(
    database: Database, follow: Follow, index_path: Path, now: datetime
) -> None:
    """Several followers of one folder, which is also lost now and then, all find what was published last."""
    publish(database, now, make_entry(name="Garden0"))
    followers = [follow() for _ in range(3)]
    for number in range(1, 7):
        publish(database, now, make_entry(name=f"Garden{number}"))
        if number % 3 == 0:
            shutil.rmtree(index_path)
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(CurrentCatalogue.refresh, followers))
        for follower in followers:
            assert names(follower.get(), f"garden{number}", now) == [f"Garden{number}"]
            assert not follower.get().stale


def test_an_entry_that_cannot_be_read_stops_no_search(
    database: Database, follow: Follow, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Searches go on with what there is, marked stale; it is said once why."""
    publish(database, now, make_entry(name="Garden"))
    follower = follow()
    follower.get()
    publish(database, now, make_entry(name="Orchard", opening_hours="whenever"))
    for _ in range(3):
        follower.refresh()
    assert follower.get().stale
    assert names(follower.get(), "garden", now) == ["Garden"]
    assert len(caplog.records) == 1
    with pytest.raises(CatalogueUnavailable, match="flask prepare"):
        follow().get()


def test_silence_of_the_database_is_staleness(
    database: Database, places: Places, taxonomies: Taxonomies, index_path: Path, now: datetime
) -> None:
    """A look that neither succeeds nor fails leaves no catalogue that is taken for fresh."""
    publish(database, now, make_entry())
    clock = [now]
    indexes: dict[Audience, IndexFolder] = {"public": IndexFolder(index_path, places.areas, taxonomies)}
    follower = CurrentCatalogue(database, places, taxonomies, indexes, now=lambda: clock[0], refresh_seconds=3600)
    assert not follower.get().stale
    clock[0] = now + timedelta(seconds=3600 + LATE_SECONDS)
    assert not follower.get().stale
    clock[0] += timedelta(seconds=1)
    assert follower.get().stale


def _serve(here: Rooms, answers: Any) -> None:
    answers.put((here.catalogue().number, here.catalogue().as_of))


def test_a_forked_worker_looks_before_it_answers(
    database: Database, places: Places, index_path: Path, tmp_path: Path, now: datetime
) -> None:
    """The process that forks has no thread and no connection of ours; its workers begin with the newest catalogue."""
    (tmp_path / "postcodes").symlink_to(places.folder)
    url = database.engine.url.render_as_string(hide_password=False)
    clock = [now]
    here = Rooms(Config(tmp_path, url, refresh_seconds=3600), lambda: clock[0])
    publish(database, now, make_entry())
    before = threading.active_count()
    here.get_ready_to_fork()
    assert threading.active_count() == before
    assert here.database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    publish(database, now, make_entry(name="Changed"))
    clock[0] = now + timedelta(days=7)
    forks = multiprocessing.get_context("fork")
    answers = forks.Queue()
    worker = forks.Process(target=_serve, args=(here, answers))
    worker.start()
    assert answers.get(timeout=30) == (2, clock[0])
    worker.join(30)


def put_back_to_number_1(database: Database) -> None:
    """What a restored copy looks like: without the rows that the database itself would never give up."""
    sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.begin() as connection:
        for table, where in (("change", "number = 2"), ("service", "ref = 'CAD-0002'")):
            trigger = f"{table}_refuses_delete" if sqlite else f"{table}_refuses on {table}"
            connection.execute(text(f"drop trigger if exists {trigger}"))
            connection.execute(text(f"delete from {table} where {where}"))


def test_a_restored_older_database_is_followed_back(database: Database, follow: Follow, now: datetime) -> None:
    """A backup put back has a lower number: everything is read again."""
    publish(database, now, make_entry(ref="CAD-0001"), make_entry(ref="CAD-0002"))
    follower = follow()
    assert follower.get().count == 2
    put_back_to_number_1(database)
    follower.refresh()
    assert list(follower.get().rows) == ["CAD-0001"]


@pytest.mark.parametrize("further", [0, 1], ids=["same number", "higher number"])
def test_a_restored_database_that_has_gone_another_way_is_read_again(
    database: Database, follow: Follow, now: datetime, further: int
) -> None:
    """Numbers that a database gives a second time, after a backup was put back, are not taken for the first."""
    publish(database, now, make_entry(ref="CAD-0001", name="Garden"), make_entry(ref="CAD-0002", name="Orchard"))
    follower = follow()
    follower.get()
    put_back_to_number_1(database)
    later = now + timedelta(hours=1)
    publish(database, later, make_entry(ref="CAD-0003", name="Meadow"))
    if further:
        publish(database, later, make_entry(ref="CAD-0004", name="Brook"))
    follower.refresh()
    for catalogue in (follower.get(), follow().get()):
        assert catalogue.count == 2 + further
        assert names(catalogue, "meadow", now) == ["Meadow"]
        assert not catalogue.text.match_any(["orchard"]).size


def test_a_start_after_a_change_brings_the_index_on(
    database: Database, follow: Follow, index_path: Path, now: datetime
) -> None:
    """Only what changed while nothing ran is analysed again."""
    publish(database, now, make_entry(ref="CAD-0001", name="Garden"), make_entry(ref="CAD-0002", name="Orchard"))
    follow().get()
    built = (index_path / "current.json").read_text()
    publish(database, now, make_entry(ref="CAD-0001", name="Meadow"))
    catalogue = follow().get()
    assert names(catalogue, "meadow", now) == ["Meadow"]
    assert names(catalogue, "orchard", now) == ["Orchard"]
    assert (index_path / "current.json").read_text() == built


def test_professionals_have_a_catalogue_of_their_own(database: Database, follow: Follow, now: datetime) -> None:
    """Of the same change, made when the first of them asks, and kept in step; the public's knows nothing of it."""
    publish(database, now, make_entry(ref="CAD-0001", name="Garden"))
    publish(database, now, make_entry(ref="CAD-0002", name="Safety suite", audience="professional"))
    publish(
        database, now, make_entry(ref="CAD-0003", name="Safety rumour", audience="professional", status="unverified")
    )
    follower, other = follow(), follow()
    public = follower.get()
    inner = follower.get("professional")
    assert follower.get() is public and inner.number == public.number == 3
    assert (set(public.rows), set(inner.rows)) == ({"CAD-0001"}, {"CAD-0001", "CAD-0002"})
    assert names(public, "safety", now) == [] and names(inner, "safety", now) == ["Safety suite"]
    assert not public.text.knows("suite") and inner.text.knows("suite")
    assert inner.get("CAD-0001") is public.get("CAD-0001")
    publish(database, now, make_entry(ref="CAD-0004", name="Second suite", audience="professional"))
    follower.refresh()
    assert sorted(names(follower.get("professional"), "suite", now)) == ["Safety suite", "Second suite"]
    assert follower.get().number == follower.get("professional").number == 4
    assert sorted(names(other.get("professional"), "suite", now)) == ["Safety suite", "Second suite"]


def test_a_process_that_no_professional_asks_makes_nothing_for_them(
    database: Database, follow: Follow, index_path: Path, now: datetime
) -> None:
    """Neither in memory nor on disk."""
    publish(database, now, make_entry(audience="professional"))
    follower = follow()
    follower.get()
    follower.refresh()
    assert not (index_path / "professional").exists()


def test_professionals_search_on_while_the_database_is_down(
    database: Database, follow: Follow, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both catalogues stay in use, and say that they are stale."""
    publish(database, now, make_entry(audience="professional", name="Safety suite"))
    follower = follow()
    follower.get("professional")
    monkeypatch.setattr(revisions, "latest_number", lambda session: 1 / 0)
    follower.refresh()
    catalogues = [follower.get(), follower.get("professional")]
    assert [catalogue.stale for catalogue in catalogues] == [True, True]
    assert names(catalogues[1], "suite", now) == ["Safety suite"]
