"""An edition of the catalogue: what some readers may find, with an index of its own, so that no word of it is told."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from directory.freshness import Freshness
from directory.models import Audience, Entry
from directory.places import Places
from directory.search.catalogue import Catalogue
from directory.search.text import IndexDamaged, IndexFolder, TextIndex
from directory.taxonomies import Taxonomies

log = logging.getLogger(__name__)


class Edition:
    """The newest catalogue for an audience, None before the first, and the mark of the change that it is as of.

    `is_wanted` once somebody of that audience has asked; `in_step` where the last look brought it up to date.
    """

    def __init__(
        self,
        audience: Audience,
        places: Places,
        taxonomies: Taxonomies,
        index: IndexFolder,
        prepare: Callable[[Catalogue], None],
        fresh_days: Freshness,
    ) -> None:
        self.audience: Audience = audience
        self.catalogue: Catalogue | None = None
        self.mark = ""
        self.is_wanted = audience == "public"
        self.in_step = False
        self._places, self._taxonomies, self._index, self._prepare = places, taxonomies, index, prepare
        self._fresh_days = fresh_days

    def agrees(self, number: int, mark: str, now: datetime) -> bool:
        """Whether nothing has to be made anew for this change and day."""
        made = self.catalogue
        if made is None or made.text.damaged:
            return False
        return (made.number, self.mark, made.today) == (number, mark, now.date())

    def confirm(self, now: datetime) -> None:
        """Note that the catalogue agrees with the database at an instant."""
        if self.catalogue is not None:
            self.catalogue.as_of, self.catalogue.stale, self.in_step = now, False, True

    def open_index(self) -> TextIndex | None:
        """The index on disk, whatever change it has come to; None where it is missing or damaged."""
        damaged = self.catalogue is not None and self.catalogue.text.damaged
        return None if damaged else self._index.open()

    def make(
        self,
        entries: Mapping[str, Entry],
        text: TextIndex | None,
        behind: Sequence[str],
        number: int,
        mark: str,
        now: datetime,
    ) -> None:
        """Make the catalogue of a change and swap it in. `behind` are the references that the index has to catch up.

        Raises IndexDamaged where a new index cannot be read either.
        """
        if text is None or (text.number, text.mark) != (number, mark):
            text = self._brought_on(entries, text, behind, number, mark) or self._rebuilt(entries, number, mark)
        try:
            catalogue = self._made(entries, text, number, mark, now)
        except IndexDamaged:
            catalogue = self._made(entries, self._rebuilt(entries, number, mark), number, mark, now)
        self.catalogue, self.mark = catalogue, mark
        self.confirm(now)

    def _made(self, entries: Mapping[str, Entry], text: TextIndex, number: int, mark: str, now: datetime) -> Catalogue:
        """The next catalogue, with what searches will want of it, so that none of them waits. Raises IndexDamaged."""
        catalogue = Catalogue(
            entries.values(),
            self._places,
            self._taxonomies,
            text,
            number=number,
            today=now.date(),
            mark=mark,
            fresh_days=self._fresh_days,
            audience=self.audience,
        )
        for need in self._taxonomies.needs:
            catalogue.meeting(need)
        self._prepare(catalogue)
        return catalogue

    def _brought_on(
        self, entries: Mapping[str, Entry], text: TextIndex | None, behind: Sequence[str], number: int, mark: str
    ) -> TextIndex | None:
        """The index with these entries as they are now; None where that cannot be done, or another process is at it."""
        if text is None or not behind:
            return None
        now = {ref: entries.get(ref) for ref in behind}
        shown = {
            ref: entry if entry is not None and entry.is_for(self.audience) else None for ref, entry in now.items()
        }
        try:
            self._index.refresh(shown, text.number, number, mark)
        except Exception:  # another process holds the lock, or Whoosh met a damaged file
            log.exception("The search index could not be refreshed; it is made anew")
            return None
        refreshed = self._index.open()
        return refreshed if refreshed is not None and (refreshed.number, refreshed.mark) == (number, mark) else None

    def _rebuilt(self, entries: Mapping[str, Entry], number: int, mark: str) -> TextIndex:
        return self._index.rebuild([e for e in entries.values() if e.is_for(self.audience)], number, mark)
