"""Places: what people type, and where that is. No Flask, no database.

`compile_tables(folder)` makes the postcode tables once; `Places.open(folder)` answers from them.
"""

from directory.places.answers import Answer, Choices, NotFound, Place
from directory.places.areas import Areas, Board, Borough, Footprint
from directory.places.compiling import compile_tables, ensure_tables
from directory.places.distances import distance_in_words, distance_km, distances_km, miles
from directory.places.locating import Places
from directory.places.tables import PlacesUnavailable
from directory.places.travel import By, Minutes, Travel, in_words, minutes, travel

__all__ = [
    "Answer",
    "Areas",
    "Board",
    "Borough",
    "By",
    "Choices",
    "Footprint",
    "Minutes",
    "NotFound",
    "Place",
    "Places",
    "PlacesUnavailable",
    "Travel",
    "compile_tables",
    "distance_in_words",
    "distance_km",
    "distances_km",
    "ensure_tables",
    "in_words",
    "miles",
    "minutes",
    "travel",
]
