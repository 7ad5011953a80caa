"""A catalogue of whatever entries a test makes up."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from directory.models import Entry
from directory.places import Places
from directory.search.catalogue import Catalogue
from directory.search.text import IndexFolder
from directory.taxonomies import Taxonomies

MakeCatalogue = Callable[..., Catalogue]


@pytest.fixture
def catalogue_of(tmp_path: Path, places: Places, taxonomies: Taxonomies, now: datetime) -> MakeCatalogue:
    """Builds a catalogue, with a real index, of the entries given."""

    def build(*entries: Entry) -> Catalogue:
        index = IndexFolder(tmp_path / "index", places.areas, taxonomies)
        public = [entry for entry in entries if entry.is_public]
        return Catalogue(entries, places, taxonomies, index.rebuild(public, 1), number=1, today=now.date())

    return build
