"""Made-up entries for Open Referral UK: one with every fact, and those that are told in another way."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from directory import create_app, revisions
from directory.config import Config
from directory.models import (
    FACT_GROUPS,
    Caution,
    CrewFact,
    CulturalClaim,
    Entry,
    Evidence,
    LiveStatus,
    Phone,
)
from directory.places import Places
from directory.schedules import LONDON
from tests.conftest import NOW
from tests.factories import CAMBERWELL, make_entry

AT = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=LONDON)


def with_every_fact(**facts: Any) -> Entry:
    """An entry that says everything that can be said."""
    crew = ("drop_off", "crew_may_leave", "intoxicated", "alone_under_18", "companion", "dog")
    evidence = {"source_url": "https://example.org/a", "source_date": "2026-10", "checked_on": "2026-11-02"}
    everything: dict[str, Any] = {
        **CAMBERWELL,
        "ref": "CAD-9002",
        "name": "Example Night Café",
        "organization": "Example Wellbeing Charity",
        "address": "1 Example Street, London",
        "entrance": "the blue door",
        "area_served": ("E09000028", "SEL", "London", "England", "UK"),
        "phones": (
            Phone(number="020 7946 0123", note="evenings"),
            Phone(number="07700 900123", kind="text"),
            Phone(number="020 7946 0999", audience="professional"),
        ),
        "email": "cafe@example.org",
        "website": "https://cafe.example.org/",
        "opening_hours": (
            'Mo-Fr 18:00-02:00; Sa[1] 12:00-24:00 "by appointment"; PH 14:00-16:00; 2026 Dec 24-2026 Dec 25 off'
        ),
        "self_referral": True,
        "walk_in": False,
        "referral_routes": ("self", "gp", "police"),
        "application_process": "Ring first",
        "minimum_age": 18,
        "maximum_age": 65,
        "gender": "women",
        "eligibility": "For women in distress",
        "communities": ("somali", "refugees_and_asylum_seekers"),
        "languages": ("so", "en"),
        "interpreters": False,
        "accessibility": "Lift to the first floor",
        "step_free": True,
        "cost": "free",
        "cost_description": "Free, with tea",
        "nhs_commissioned": True,
        **{name: CrewFact(value=name != "dog", on="2026-11") for name in crew},
        "cultural_claims": (
            CulturalClaim(kind="led_by", code="somali", said_by="Example Trust", said_on="2026"),
            CulturalClaim(kind="staff_speak", code="so", said_by="Example Trust"),
        ),
        "live_status": LiveStatus(state="closed", at=AT, until=NOW + timedelta(days=3), note="A leak"),
        "caution": Caution(kinds=("no_answer",), at=AT),
        "ods_code": "X9999",
        "dos_service_id": 123456,
        "evidence": tuple(Evidence(fact_group=group, checked_by="region", **evidence) for group in FACT_GROUPS),
        "professional_notes": "Side door code",
        "notes": "For maintainers",
    }
    return make_entry(**{**everything, **facts})


def made_up() -> list[Entry]:
    """Entries of every sort that is told in a way of its own."""
    refuge = {**CAMBERWELL, "address": "9 Secret Street", "ods_code": "X8888", "entrance": "the red door"}
    return [
        with_every_fact(),
        make_entry(ref="CAD-9003", opening_hours="24/7", service_type="crisis_line", location_type="virtual"),
        make_entry(ref="CAD-9004", address_visibility="hidden", organization="Example Refuge", **refuge),
        make_entry(ref="CAD-9005", address_visibility="area", **refuge),
        make_entry(ref="CAD-9006", address="Near Example Green", borough="E09000028", opening_hours="Mo-Su off"),
        make_entry(ref="CAD-9007", phones=(), description="", opening_hours='"by appointment"', cost="mixed"),
        make_entry(
            ref="CAD-9008",
            opening_hours="Tu[1,3] 10:00-12:00",
            step_free=False,
            self_referral=False,
            evidence=(Evidence(fact_group="hours", checked_on="2026-11-02"),),
        ),
        make_entry(ref="CAD-9009", opening_hours="Sa-Su 22:00-06:00; Dec 25 12:00-18:00", minimum_age=16, gender="men"),
        make_entry(ref="CAD-9010", service_type="text_line", location_type="virtual", area_served=("E09000007",)),
    ]


_addresses = count(1)


@contextmanager
def an_installation(migrated: Path, folder: Path, places: Places) -> Iterator[Flask]:
    """An application over the made-up entries, on SQLite alone: what is told does not depend on the database."""
    (folder / "postcodes").symlink_to(places.folder)
    database = shutil.copy(migrated, folder / "test.sqlite3")
    config = Config(folder, f"sqlite:///{database}", refresh_seconds=0, secret_key="s" * 32)
    app = create_app(config, now=lambda: NOW)
    publish(app, *made_up())
    yield app
    app.extensions["directory"].database.close()


def stranger(app: Flask) -> FlaskClient:
    """A reader with an address of its own, so that its limit is its own: the clock of the tests stands still."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"2001:db8::{next(_addresses):x}"
    return client


def publish(app: Flask, *entries: Entry, at: datetime = AT) -> None:
    """Make these entries what the directory of an application says."""
    here = app.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.publish(session, entries, actor="a test", reason="a test", at=at)
    here.current.refresh()
