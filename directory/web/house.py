"""What a request may ask for: the rooms below, opened when they are first needed."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from flask import current_app

from directory.config import DATA, Config
from directory.db import Database
from directory.models import Audience
from directory.places import Places
from directory.schedules import LONDON
from directory.search.catalogue import Catalogue
from directory.search.completions import Completions
from directory.search.current import CurrentCatalogue
from directory.search.parameters import Arguments
from directory.search.query import Asked, Reader
from directory.search.spelling import Spelling, read_guards
from directory.search.text import IndexFolder
from directory.taxonomies import Taxonomies


def london_now() -> datetime:
    """This instant, in London."""
    return datetime.now(LONDON)


class Rooms:
    """One application's settings, database, reference data and catalogue. `now` tells the time."""

    def __init__(self, config: Config, now: Callable[[], datetime]) -> None:
        self.config = config
        self.now = now
        self.database = Database(config.database_url)
        self._spellings: WeakKeyDictionary[Catalogue, Spelling] = WeakKeyDictionary()

    @cached_property
    def taxonomies(self) -> Taxonomies:
        """Types, communities, languages and the words for them. Raises TaxonomyError where a file is damaged."""
        return Taxonomies.load(DATA / "taxonomies")

    @cached_property
    def places(self) -> Places:
        """Postcodes, place names and areas. Its postcode tables are opened when first needed."""
        return Places.lazily(self.config.tables_path)

    @cached_property
    def current(self) -> CurrentCatalogue:
        """What keeps the catalogue in step with the database."""
        folders: dict[Audience, Path] = {
            "public": self.config.index_path,
            "professional": self.config.index_path / "professional",
        }
        seconds = self.config.refresh_seconds
        return CurrentCatalogue(
            self.database,
            self.places,
            self.taxonomies,
            {who: IndexFolder(path, self.places.areas, self.taxonomies) for who, path in folders.items()},
            now=self.now,
            refresh_seconds=seconds,
            prepare=self._prepare,
            fresh_days=self.config.freshness,
        )

    @cached_property
    def reader(self) -> Reader:
        """What understands searches."""
        return Reader(self.places, self.taxonomies)

    @cached_property
    def _guards(self) -> frozenset[str]:
        return read_guards(DATA / "taxonomies" / "guards.csv")

    def read(self, arguments: Arguments, audience: Audience = "public") -> Asked:
        """Understand a search of this moment. Raises as `catalogue` does."""
        return self.reader.read(arguments, self.now(), self.spelling(self.catalogue(audience)))

    def spelling(self, catalogue: Catalogue) -> Spelling:
        """What corrects words that neither the box nor this catalogue knows; made once for each catalogue."""
        spelling = self._spellings.get(catalogue)
        if spelling is None:
            words = self.reader.recogniser.vocabulary | catalogue.names.words
            spelling = self._spellings[catalogue] = Spelling(words, self._guards, catalogue.text.knows)
        return spelling

    @cached_property
    def completions(self) -> Completions:
        """What completes the text of the box."""
        return Completions(self.places, self.taxonomies)

    def _prepare(self, catalogue: Catalogue) -> None:
        """Make what searches and (public) suggestions will want of a new catalogue, so that none waits for it."""
        self.spelling(catalogue)
        if catalogue.audience == "public":
            self.completions.prepare(catalogue)

    def catalogue(self, audience: Audience = "public") -> Catalogue:
        """The catalogue of this moment, the public one unless said. Raises CatalogueUnavailable, PlacesUnavailable."""
        return self.current.get(audience)

    def get_ready_to_fork(self) -> None:
        """Make the catalogue for processes that are about to be forked, and leave them no thread and no connection.

        A lock that a thread holds at that moment would stay locked in them for ever, and a connection cannot be shared.
        """
        self.current.refresh()
        self.database.close()


def rooms() -> Rooms:
    """The rooms of the application that answers now."""
    found: Rooms = current_app.extensions["directory"]
    return found
