"""The shelf: every record that some readers may have, each with its version, as of one change; made from the thread."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from zlib import crc32

from sqlalchemy.exc import SQLAlchemyError

from directory import revisions
from directory.db import Database
from directory.feeds.keeping import Kept
from directory.models import Audience
from directory.records import Record, record_for, stable_id
from directory.revisions import Version
from directory.search.catalogue import Catalogue, CatalogueUnavailable
from directory.search.live import over_at

Form = Callable[[Record, Version], bytes]
"""A format: what it makes of a record and its version, as bytes that are ready to be sent."""

FORMAT = 1
"""Raised by a release that tells records in another way, so that nobody who has the old ones is told they stand."""


class Shelf:
    """The records of an audience as of the change `number`, by reference; `versions` has those that are gone too.

    `mark` tells that change from any other of its number. What formats make of records is kept for as long as the
    versions stand.
    """

    def __init__(self, catalogue: Catalogue, versions: dict[str, Version], kept: Kept) -> None:
        self.number, self.mark, self.audience = catalogue.number, catalogue.mark, catalogue.audience
        self.places, self.taxonomies, self.fresh_days = catalogue.places, catalogue.taxonomies, catalogue.fresh_days
        self.versions = versions
        self.catalogue = catalogue
        self._kept = kept
        told = [(entry.opening_hours, entry.live_status) for entry in catalogue.entries]
        self._overs = sorted(over_at(hours, live) for hours, live in told if live is not None)

    @property
    def refs(self) -> tuple[str, ...]:
        """The reference of every record, in order."""
        return tuple(self.catalogue.rows)

    @cached_property
    def order(self) -> tuple[Version, ...]:
        """Every version in the order of the changes, those of what is gone included."""
        return tuple(sorted(self.versions.values(), key=lambda version: version.number))

    @cached_property
    def _numbers(self) -> list[int]:
        return [version.number for version in self.order]

    @cached_property
    def ref_by_id(self) -> dict[str, str]:
        """The reference behind the UUID of a service, for what is gone too."""
        return {stable_id("service", ref): ref for ref in self.versions}

    @property
    def changed_at(self) -> datetime | None:
        """The instant of the newest version; None before the first."""
        return self.order[-1].at if self.order else None

    def after(self, number: int, most: int) -> tuple[Version, ...]:
        """The versions of higher numbers, in order, at most so many."""
        start = bisect_right(self._numbers, number)
        return self.order[start : start + most]

    def has(self, ref: str) -> bool:
        """Whether there is a record; where there is only a version, it is gone."""
        return ref in self.catalogue.rows

    def record(self, ref: str, now: datetime) -> Record:
        """A record as it is told at an instant: without a status that is over. KeyError where there is none."""
        record = record_for(self.catalogue.get(ref), self.audience)
        if record is None:
            raise KeyError(ref)
        live = record.live_status
        if live is not None and over_at(record.opening_hours, live) <= now:
            record = replace(record, live_status=None)
        return record

    def made(self, name: str, form: Form, ref: str, now: datetime) -> bytes:
        """What the format of this name makes of a record, made once for each version. KeyError where there is none."""
        entry, version = self.catalogue.get(ref), self.versions[ref]
        live = entry.live_status
        is_over = live is not None and over_at(entry.opening_hours, live) <= now
        state = (version, "over") if is_over else version
        made = self._kept.get(name, ref, state)
        if made is None:
            made = form(self.record(ref, now), version)
            self._kept.put(name, ref, state, made)
        return made

    def all_made(self, name: str, form: Form, now: datetime) -> Iterator[bytes]:
        """That for every record, in the order of references."""
        return (self.made(name, form, ref, now) for ref in self.refs)

    def tag(self, now: datetime) -> str:
        """What changes whenever anything on the shelf does, statuses that end by themselves included."""
        over = bisect_right(self._overs, now)
        return f"{FORMAT}-{self.audience[:3]}-{self.number}-{crc32(self.mark.encode()):08x}-{over}"


class Shelves:
    """Hands out the shelf that belongs to a catalogue, and makes the next one when the catalogue moves on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shelves: dict[Audience, Shelf] = {}
        self._kept: dict[Audience, Kept] = {"public": Kept(), "professional": Kept()}
        self._lock = threading.Lock()

    def of(self, catalogue: Catalogue) -> Shelf:
        """The shelf of a catalogue; the last one while the database is away, or was put back to another state.

        Before there is one, raises as the database does, and CatalogueUnavailable.
        """
        shelf = self._shelves.get(catalogue.audience)
        if shelf is not None and shelf.catalogue is catalogue:
            return shelf
        with self._lock:
            shelf = self._shelves.get(catalogue.audience)
            if shelf is None or shelf.catalogue is not catalogue:
                try:
                    shelf = self._next(catalogue, shelf)
                except SQLAlchemyError:
                    if shelf is None:
                        raise
                    return shelf
                self._shelves[catalogue.audience] = shelf
        return shelf

    def _next(self, catalogue: Catalogue, before: Shelf | None) -> Shelf:
        audience, after, known = catalogue.audience, 0, dict[str, Version]()
        with self._database.reading() as session:
            if revisions.mark(session, catalogue.number) != catalogue.mark:
                if before is None:
                    raise CatalogueUnavailable("The database was put back from a copy; its catalogue is being made.")
                return before
            if before is not None and revisions.mark(session, before.number) == before.mark:
                if before.number > catalogue.number:
                    return before  # somebody asks with a catalogue that has been followed by another since
                after, known = before.number, before.versions
            newer = revisions.versions(session, audience, after=after, upto=catalogue.number)
        versions = {**known, **{version.ref: version for version in newer}}
        return Shelf(catalogue, versions, self._kept[audience])
