"""Made-up entries at real London postcodes, for measuring only."""

import csv
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from directory.config import DATA
from directory.models import FACT_GROUPS, Entry, Evidence, Phone
from directory.places import Place, Places
from directory.places.tables import decode

KINDS = {
    "crisis cafe": "crisis_cafe",
    "safe haven": "safe_haven",
    "crisis house": "crisis_house",
    "community hub": "community_hub",
    "peer support": "peer_support",
    "counselling": "counselling",
    "young people's service": "young_people",
    "helpline": "crisis_line",
}
COMMUNITIES = {
    "Somali": "somali",
    "Bengali": "bangladeshi",
    "Turkish": "turkish",
    "Black African": "black_african",
    "Black Caribbean": "black_caribbean",
    "LGBTQ+": "lgbtq",
    "women": "women",
    "Deaf": "deaf",
    "young people": "children_and_young_people",
    "older adults": "older_adults",
    "Tamil": "tamil",
    "Polish": "polish",
    "Latin American": "latin_american",
}
LANGUAGES = {
    "somali": "so",
    "bangladeshi": "bn",
    "turkish": "tr",
    "polish": "pl",
    "latin_american": "es",
}
ROUTES = (
    ("self",),
    ("self", "carer", "professional"),
    ("gp", "professional"),
    ("crisis_team",),
    ("police", "ambulance"),
)
WORDS = (
    "support listening safe space evening weekend drop in talk staff peer worker plan calm distress anxiety housing "
    "debt advice benefits carers family group therapy faith garden walk phone text video referral alternative "
    "community wellbeing culture language interpreter accessible lift step free"
).split()


def made_up(count: int, places: Places, seed: int = 7) -> Iterator[dict[str, str]]:
    """Rows like those of a CSV file: name, description, postcode, self_referral, words."""
    random.seed(seed)
    codes = london_postcodes(places)
    for number in range(count):
        community, kind = random.choice(list(COMMUNITIES)), random.choice(list(KINDS))
        yield {
            "name": f"{community} {kind} {number}".capitalize(),
            "description": " ".join(random.choices(WORDS, k=40)) + f" for {community} people",
            "postcode": random.choice(codes),
            "self_referral": str(random.random() < 0.6),
            "words": community,
        }


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with the same columns, made elsewhere."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def london_postcodes(places: Places, every: int = 37) -> list[str]:
    """Some thousands of London postcodes, evenly through the tables."""
    found = map(places.locate, map(decode, places.tables.codes[::every].tolist()))
    return [place.label for place in found if isinstance(place, Place) and place.in_london and place.borough]


def entry(number: int, row: dict[str, str], places: Places) -> Entry:
    """An entry with one of some hundreds of timetables. What is known of it, and how often, is much as in real entries.

    One in six has no known hours, half say who may refer, one in twelve languages, one in three an age.
    """
    random.seed(number)
    kind = next((code for words, code in KINDS.items() if words in row["name"].lower()), "other")
    place = _place(places, row["postcode"])
    community = COMMUNITIES[row["words"]]
    line = kind == "crisis_line"
    youngest, oldest = _sometimes(
        0.35, random.choice([(16, None), (18, None), (18, 65), (11, 18), (13, 25)]), (None, None)
    )
    facts: dict[str, Any] = {
        "ref": f"CAD-{number:05}",
        "name": row["name"],
        "description": row["description"],
        "service_type": kind,
        "status": "active",
        **({"location_type": "virtual"} if line else _where(place)),
        "area_served": random.choice([("London",), (place.borough,), (), ("UK",)]),
        "phones": (Phone(number=f"020 7946 {number % 1000:04}"),),
        "opening_hours": _sometimes(0.5, "24/7", _hours()) if line else _hours(),
        "self_referral": row["self_referral"] == "True",
        "walk_in": random.choice([True, False, None]),
        "referral_routes": _sometimes(0.5, random.choice(ROUTES), ()),
        "minimum_age": youngest,
        "maximum_age": oldest,
        "gender": _sometimes(0.08, random.choice(["women", "women", "men"]), None),
        "communities": _sometimes(0.6, (community,), ()),
        "languages": _sometimes(0.3, (LANGUAGES[community],), ()) if community in LANGUAGES else (),
        "interpreters": _sometimes(0.1, True, None),
        "step_free": _sometimes(0.2, random.choice([True, False]), None),
        **_told_at_length(number, community, place),
    }
    return Entry.model_validate(facts)


def _told_at_length(number: int, community: str, place: Place) -> dict[str, Any]:
    """Who runs it, where that is and what it says of itself, as often and at such length as in the shipped entries.

    The words are those of the shipped texts, each as often as there, in no order: they compress no better than prose.
    """
    site = f"https://{community.replace('_', '-')}-{number}.example.org/"
    checked = f"2026-{random.randrange(1, 12):02}-{random.randrange(1, 29):02}"
    return {
        "organization": f"{_prose(2).title()} Trust {number % 700}",
        "address": _sometimes(0.5, f"{number} {_prose(2).title()} Road, {place.borough_name}", ""),
        "website": _sometimes(0.6, f"{site}{_prose(1)}", ""),
        "email": _sometimes(0.1, f"hello@{site.split('/')[2]}", ""),
        "application_process": _sometimes(0.67, _prose(10), ""),
        "eligibility": _sometimes(0.33, _prose(12), ""),
        "accessibility": _sometimes(0.1, _prose(7), ""),
        "cost": _sometimes(0.2, "free", None),
        "evidence": tuple(
            Evidence(fact_group=group, source_url=f"{site}{group}", source_date=_sometimes(0.4, checked, ""))
            for group in FACT_GROUPS
        ),
    }


@cache
def _shipped_words() -> list[str]:
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        texts = [f"{row['description']} {row['eligibility']}" for row in csv.DictReader(file)]
    return " ".join(texts).split()


def _prose(count: int) -> str:
    return " ".join(random.choices(_shipped_words(), k=count))


def _sometimes(share: float, value: Any, otherwise: Any) -> Any:
    return value if random.random() < share else otherwise


def _where(place: Place) -> dict[str, Any]:
    """A postcode and its point; for one in eight only the borough is known."""
    if random.random() < 0.125:
        return {"borough": place.borough}
    return {
        "postcode": place.label,
        "borough": place.borough,
        "easting": place.easting,
        "northing": place.northing,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _hours() -> str:
    opens, long = random.randrange(8, 20), random.choice([4, 6, 8])
    evening = f"{opens:02}:00-{(opens + long) % 24:02}:00"
    return random.choice(
        [
            "",
            f"Mo-Su {evening}",
            f'Mo-Su {evening} "last admission 60 minutes before closing"',
            f"Mo-Fr {evening}; PH off",
            f"Mo-Th {evening}; Fr-Su 10:00-16:00",
            f"Tu,Th {evening}",
        ]
    )


def _place(places: Places, postcode: str) -> Place:
    place = places.locate(postcode)
    assert isinstance(place, Place)
    return place
