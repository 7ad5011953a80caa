"""The catalogues in use: made from the database, kept in step with the change number, swapped in whole."""

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from directory import revisions
from directory.db import Database
from directory.freshness import DEFAULT, Freshness
from directory.models import Audience, Entry
from directory.places import Places
from directory.search.catalogue import Catalogue, CatalogueUnavailable
from directory.search.editions import Edition
from directory.search.text import IndexFolder, TextIndex
from directory.taxonomies import Taxonomies

log = logging.getLogger(__name__)


LATE_SECONDS = 60.0


class CurrentCatalogue:
    """Hands out the newest catalogue for an audience. Searches never wait for the database once there is one.

    The public's is made at once; that of professionals, who see more entries, when the first of them asks this process
    for it. From then on both are of the same change.

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
        indexes: Mapping[Audience, IndexFolder],
        *,
        now: Callable[[], datetime],
        refresh_seconds: float,
        prepare: Callable[[Catalogue], None] = lambda catalogue: None,
        fresh_days: Freshness = DEFAULT,
    ) -> None:
        self._database, self._now, self._refresh_seconds = database, now, refresh_seconds
        self._editions = {
            audience: Edition(audience, places, taxonomies, index, prepare, fresh_days)
            for audience, index in indexes.items()
        }
        self._public = self._editions["public"]
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._watching_pid = 0

    def get(self, audience: Audience = "public") -> Catalogue:
        """The catalogue of this moment; stale where the database has not been heard of for a while.

        Raises CatalogueUnavailable where none could ever be made.
        """
        edition = self._editions[audience]
        if self._watching_pid != os.getpid():
            self._start_in_this_process()
        if edition.catalogue is None:
            edition.is_wanted = True
            self.refresh()
        catalogue = edition.catalogue
        if catalogue is None:
            raise CatalogueUnavailable("The entries cannot be read. Run `flask prepare` and look at what it says.")
        if self._refresh_seconds and catalogue.as_of is not None:
            age = self._now().timestamp() - catalogue.as_of.timestamp()
            catalogue.stale |= age > self._refresh_seconds + LATE_SECONDS
        return catalogue

    def refresh(self) -> None:
        """Look at the change number once and, where it has moved or the day has, swap in the next catalogues.

        A database that does not answer, or holds what cannot be read, leaves the catalogues in use, marked stale.
        """
        with self._lock:
            wanted = [edition for edition in self._editions.values() if edition.is_wanted]
            for edition in wanted:
                edition.in_step = False
            try:
                self._look(wanted)
            except Exception as error:  # searches go on with what there is, whatever went wrong
                behind = [edition.catalogue for edition in wanted if not edition.in_step]
                if any(catalogue is None or not catalogue.stale for catalogue in behind):
                    _tell(error)
                for catalogue in filter(None, behind):
                    catalogue.stale = True

    def _look(self, wanted: Sequence[Edition]) -> None:
        now, newest = self._now(), self._public.catalogue
        making = []
        with self._database.reading() as session:
            number = revisions.latest_number(session)
            mark = revisions.mark(session, number)
            if newest is not None and revisions.mark(session, newest.number) != self._public.mark:
                newest = None  # the database was put back from a copy: these numbers are of other changes
            if newest is None:
                self._entries = revisions.get_entries(session)
            elif number > newest.number:
                refs = revisions.refs_changed_after(session, newest.number)
                self._entries = dict(sorted({**self._entries, **revisions.get_entries(session, refs)}.items()))
            for edition in wanted:
                if edition.agrees(number, mark, now):
                    edition.confirm(now)
                else:
                    text = edition.open_index()
                    making.append((edition, text, _behind(session, text, number)))
        for edition, text, behind in making:
            edition.make(self._entries, text, behind, number, mark, now)

    def _start_in_this_process(self) -> None:
        with self._lock:
            if self._watching_pid == os.getpid():
                return
            if self._watching_pid:
                self._database.engine.dispose(close=False)  # connections belong to the process that forked this one
            self._watching_pid = os.getpid()
        if self._public.catalogue is not None:
            self.refresh()  # made by the process that forked this one, perhaps long ago
        if self._refresh_seconds:
            threading.Thread(target=self._watch, name="catalogue", daemon=True).start()

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._refresh_seconds):
            self.refresh()


def _behind(session: Session, text: TextIndex | None, number: int) -> tuple[str, ...]:
    """References changed since the index was made; none where it is as new, or not of an earlier state of this."""
    if text is None or text.number >= number or revisions.mark(session, text.number) != text.mark:
        return ()
    return revisions.refs_changed_after(session, text.number)


def _tell(error: Exception) -> None:
    """Log once why the catalogue stays as it is; a message of the database may hold what was looked for."""
    if isinstance(error, SQLAlchemyError):
        log.warning("The database does not answer: %s", type(error).__name__)
    else:
        log.error("The catalogue could not be refreshed", exc_info=error)
