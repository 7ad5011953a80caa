"""Ways in for those who would rather look than search: by type of help, and by borough."""

from collections import Counter
from functools import lru_cache

from directory.places import Borough, Places
from directory.public.results import Link
from directory.search.catalogue import Catalogue
from directory.taxonomies import ServiceType, Taxonomies
from directory.web.links import borough_path, slug, type_path


@lru_cache(maxsize=2)  # one for each audience
def counts_by_type(catalogue: Catalogue) -> Counter[str]:
    """How many entries of each type can be found in a catalogue."""
    return Counter(entry.service_type for entry in catalogue.entries)


def type_links(catalogue: Catalogue, taxonomies: Taxonomies) -> list[Link]:
    """Every type that has entries in a catalogue, in the order of the taxonomy, with how many."""
    counts = counts_by_type(catalogue)
    return [
        Link(f"{kind.plural} ({counts[code]})", type_path(code))
        for code, kind in taxonomies.service_types.items()
        if counts[code]
    ]


def get_type(type_slug: str, taxonomies: Taxonomies) -> ServiceType:
    """The type with this slug. Raises KeyError."""
    return taxonomies.service_types[type_slug.replace("-", "_")]


def borough_links(places: Places) -> list[Link]:
    """Every borough, by name."""
    boroughs = sorted(places.boroughs.values(), key=lambda borough: borough.name)
    return [Link(borough.name, borough_path(borough.name)) for borough in boroughs]


def get_borough(borough_slug: str, places: Places) -> Borough:
    """The borough with this slug. Raises KeyError."""
    return {slug(borough.name): borough for borough in places.boroughs.values()}[borough_slug]
