"""The catalogue in use: made from the database, kept in step with the change number, swapped in whole."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from directory import revisions
from directory.db import Database
from directory.freshness import DEFAULT, Freshness
from directory.models import Entry
from directory.places import Places
from directory.search.catalogue import Catalogue, CatalogueUnavailable
from directory.search.text import IndexDamaged, IndexFolder, TextIndex
from directory.taxonomies import Taxonomies

log = logging.getLogger(__name__)


LATE_SECONDS = 60.0


class CurrentCatalogue:
    """Hands out the newest catalogue. Searches never wait for the database once there is one.

    With `refresh_seconds` above 0 each process that asks for a catalogue gets a thread that looks for a new change
    number that often; with 0 the catalogue changes only when `refresh` is called. A process that is going to fork
    calls `refresh` instead of `get`, so that no thread of its own holds a lock at that moment. `prepare` is called
    with each catalogue before it is handed out.
    """

    def __init__(
        self,
        database: Database,
        places: Places,
        taxonomies: Taxonomies,
        index: IndexFolder,
        *,
        now: Callable[[], datetime],
        refresh_seconds: float,
        prepare: Callable[[Catalogue], None] = lambda catalogue: None,
        fresh_days: Freshness = DEFAULT,
    ) -> None:
        self._database, self._places, self._taxonomies, self._index = database, places, taxonomies, index
        self._now, self._refresh_seconds, self._prepare = now, refresh_seconds, prepare
        self._fresh_days = fresh_days
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._entries: dict[str, Entry] = {}
        self._mark = ""
        self._watching_pid = 0

    def get(self) -> Catalogue:
        """The catalogue of this moment; stale where the database has not been heard of for a while.

        Raises CatalogueUnavailable where none could ever be made.
        """
        if self._watching_pid != os.getpid():
            self._start_in_this_process()
        catalogue = self._catalogue
        if catalogue is None:
            self.refresh()
            catalogue = self._catalogue
        if catalogue is None:
            raise CatalogueUnavailable("The entries cannot be read. Run `flask prepare` and look at what it says.")
        if self._refresh_seconds and catalogue.as_of is not None:
            age = self._now().timestamp() - catalogue.as_of.timestamp()
            catalogue.stale |= age > self._refresh_seconds + LATE_SECONDS
        return catalogue

    def refresh(self) -> None:
        """Look at the change number once and, where it has moved or the day has, swap in the next catalogue.

        A database that does not answer, or holds what cannot be read, leaves the catalogue in use, marked stale.
        """
        with self._lock:
            try:
                self._look()
            except Exception as error:  # searches go on with what there is, whatever went wrong
                if self._catalogue is None or not self._catalogue.stale:
                    _tell(error)
                if self._catalogue is not None:
                    self._catalogue.stale = True

    def _look(self) -> None:
        now, catalogue = self._now(), self._catalogue
        with self._database.reading() as session:
            number = revisions.latest_number(session)
            mark = revisions.mark(session, number)
            if catalogue is not None and revisions.mark(session, catalogue.number) != self._mark:
                catalogue = None  # the database was put back from a copy: these numbers are of other changes
            if catalogue is None:
                self._entries = revisions.get_entries(session)
            elif number > catalogue.number:
                refs = revisions.refs_changed_after(session, catalogue.number)
                self._entries = dict(sorted({**self._entries, **revisions.get_entries(session, refs)}.items()))
            elif catalogue.today == now.date() and not catalogue.text.damaged:
                catalogue.as_of, catalogue.stale = now, False
                return
            text = None if catalogue is not None and catalogue.text.damaged else self._index.open()
            behind = self._behind(session, text, number)
        if text is None or (text.number, text.mark) != (number, mark):
            text = self._brought_on(text, behind, number, mark) or self._rebuilt(number, mark)
        try:
            catalogue = self._made(text, number, now)
        except IndexDamaged:
            catalogue = self._made(self._rebuilt(number, mark), number, now)
        self._catalogue, self._mark = catalogue, mark

    def _made(self, text: TextIndex, number: int, now: datetime) -> Catalogue:
        """The next catalogue, with what searches will want of it, so that none of them waits. Raises IndexDamaged."""
        entries = self._entries.values()
        catalogue = Catalogue(
            entries,
            self._places,
            self._taxonomies,
            text,
            number=number,
            today=now.date(),
            fresh_days=self._fresh_days,
        )
        for need in self._taxonomies.needs:
            catalogue.meeting(need)
        self._prepare(catalogue)
        catalogue.as_of = now
        return catalogue

    def _behind(self, session: Session, text: TextIndex | None, number: int) -> tuple[str, ...]:
        """References changed since the index was made; none where it is as new, or not of an earlier state of this."""
        if text is None or text.number >= number or revisions.mark(session, text.number) != text.mark:
            return ()
        return revisions.refs_changed_after(session, text.number)

    def _brought_on(self, text: TextIndex | None, behind: Sequence[str], number: int, mark: str) -> TextIndex | None:
        """The index with these entries as they are now; None where that cannot be done, or another process is at it."""
        if text is None or not behind:
            return None
        entries = {ref: self._entries.get(ref) for ref in behind}
        public = {ref: entry if entry is not None and entry.is_public else None for ref, entry in entries.items()}
        try:
            self._index.refresh(public, text.number, number, mark)
        except Exception:  # another process holds the lock, or Whoosh met a damaged file
            log.exception("The search index could not be refreshed; it is made anew")
            return None
        refreshed = self._index.open()
        return refreshed if refreshed is not None and (refreshed.number, refreshed.mark) == (number, mark) else None

    def _rebuilt(self, number: int, mark: str) -> TextIndex:
        return self._index.rebuild([entry for entry in self._entries.values() if entry.is_public], number, mark)

    def _start_in_this_process(self) -> None:
        with self._lock:
            if self._watching_pid == os.getpid():
                return
            if self._watching_pid:
                self._database.engine.dispose(close=False)  # connections belong to the process that forked this one
            self._watching_pid = os.getpid()
        if self._catalogue is not None:
            self.refresh()  # made by the process that forked this one, perhaps long ago
        if self._refresh_seconds:
            threading.Thread(target=self._watch, name="catalogue", daemon=True).start()

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._refresh_seconds):
            self.refresh()


def _tell(error: Exception) -> None:
    """Log once why the catalogue stays as it is; a message of the database may hold what was looked for."""
    if isinstance(error, SQLAlchemyError):
        log.warning("The database does not answer: %s", type(error).__name__)
    else:
        log.error("The catalogue could not be refreshed", exc_info=error)
