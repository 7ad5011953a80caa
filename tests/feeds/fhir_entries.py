"""Made-up entries for FHIR, and an application that holds them: one with everything, one hidden, one by area only."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from directory import create_app, revisions
from directory.accounts import keys
from directory.config import Config
from directory.models import CREW_FACTS, Caution, CrewFact, CulturalClaim, Entry, Evidence, LiveStatus, Phone
from directory.places import Places
from tests.conftest import NOW
from tests.factories import CAMBERWELL, make_entry

LONG_AGO = NOW - timedelta(days=40)
LEWISHAM = {"postcode": "SE13 6LH", "borough": "E09000023", "easting": 537630, "northing": 174780}
EVERYTHING = make_entry(
    ref="CAD-9001",
    organization="Example Wellbeing Charity",
    service_type="crisis_cafe",
    address="1 Example Street, London",
    entrance="The blue door",
    **CAMBERWELL,
    area_served=("E09000028", "SEL", "London", "England", "UK"),
    phones=(
        Phone(number="020 7946 0123", note="Option 2"),
        Phone(number="07700 900123", kind="text"),
        Phone(number="020 7946 0199", audience="professional", purpose="handover", note="Ask for the lead"),
    ),
    email="hello@example.org",
    website="https://crisis-cafe.example.org/",
    opening_hours=(
        'Mo-Th 18:00-23:00; Fr 18:00-02:00; PH 14:00-22:00; 2026 Dec 25 off "Christmas Day"; 2026 Dec 24 18:00-20:00'
    ),
    self_referral=True,
    walk_in=True,
    referral_routes=("self", "gp", "police"),
    application_process="Ring the bell.",
    minimum_age=18,
    maximum_age=64,
    gender="women",
    eligibility="No diagnosis needed.",
    communities=("somali", "women"),
    languages=("en", "so", "bfi"),
    interpreters=True,
    accessibility="Lift to all floors.",
    step_free=True,
    cost="mixed",
    cost_description="Meals cost £2.",
    nhs_commissioned=False,
    **{name: CrewFact(value=number % 2 == 0, on="2026-10") for number, name in enumerate(CREW_FACTS)},
    cultural_claims=(
        CulturalClaim(kind="led_by", code="somali", said_by="The provider", said_on="2026-09"),
        CulturalClaim(kind="staff_speak", code="so", said_by="The provider"),
    ),
    live_status=LiveStatus(state="busy", at=NOW, until=NOW + timedelta(hours=2), note="Short of staff"),
    caution=Caution(kinds=("no_answer",), at=NOW),
    ods_code="ZZ99Z",
    dos_service_id=2000000001,
    evidence=(
        Evidence(
            fact_group="contact",
            source_url="https://example.org/source",
            source_date="2026",
            confirmed_by_provider=True,
            checked_on="2026-11-01",
            checked_by="provider",
            checked_how="link",
        ),
        Evidence(fact_group="hours", checked_on="2026-11-01"),
    ),
    professional_notes="Door code from the duty desk.",
)
HIDDEN = make_entry(
    ref="CAD-9002",
    name="Example Refuge",
    organization="Example  wellbeing charity",
    service_type="domestic_abuse",
    address="77 Secret Road, London",
    entrance="The hidden door",
    address_visibility="hidden",
    ods_code="HIDDEN1",
    **CAMBERWELL,
    opening_hours="24/7",
)
AREA_ONLY = make_entry(
    ref="CAD-9003",
    name="Château Example",
    service_type="crisis_house",
    address="88 Nearby Road, London",
    address_visibility="area",
    ods_code="NEARBY1",
    **CAMBERWELL,
)
FARTHER = make_entry(
    ref="CAD-9004",
    name="Example Counselling (Lewisham)",
    organization="Another Provider",
    service_type="counselling",
    address="2 Example Street, London",
    **LEWISHAM,
    latitude=51.4560,
    longitude=-0.0219,
    opening_hours="Mo 10:00-12:00",
    walk_in=False,
)
LINE = make_entry(
    ref="CAD-9005", name="Example Line", service_type="crisis_line", location_type="virtual", opening_hours="24/7"
)
STAFF_ONLY = make_entry(
    ref="CAD-9006",
    name="Example Place of Safety",
    service_type="health_based_place_of_safety",
    audience="professional",
    phones=(Phone(number="020 7946 0188", audience="professional"),),
)
ENTRIES = (EVERYTHING, HIDDEN, AREA_ONLY, FARTHER, LINE, STAFF_ONLY)
SECRETS = ("77 Secret Road", "88 Nearby Road", "hidden door", "HIDDEN1", "NEARBY1")
STAFF_SECRETS = ("020 7946 0199", "Door code", "Place of Safety", "020 7946 0188")


def publish(app: Flask, *entries: Entry, at: datetime = NOW) -> None:
    """Publish entries, and have them found at once."""
    with app.extensions["directory"].database.unit_of_work() as session:
        revisions.publish(session, entries, actor="test", reason="test", at=at)
    app.extensions["directory"].current.refresh()


def make_staff_key(app: Flask) -> str:
    """The text of a key that opens what is professional."""
    with app.extensions["directory"].database.unit_of_work() as session:
        _, text = keys.make_key(
            session, "A control room", ["professional"], actor="test", at=NOW, lasts=timedelta(days=30)
        )
    return text


@contextmanager
def holding_entries(folder: Path, migrated: Path, places: Places) -> Iterator[Flask]:
    """An application over the entries, the last of them published later than the others."""
    (folder / "postcodes").symlink_to(places.folder)
    database = shutil.copy(migrated, folder / "directory.sqlite3")
    app = create_app(Config(folder, f"sqlite:///{database}", refresh_seconds=0, secret_key="s" * 32), now=lambda: NOW)
    publish(app, *ENTRIES[:3], at=LONG_AGO)
    publish(app, *ENTRIES[3:])
    yield app
    app.extensions["directory"].database.close()
