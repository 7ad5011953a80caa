"""The words of schema.org in the pages of entries: read as RDF, and their hours read back day by day."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from rdflib import RDF, Graph, Namespace, URIRef
from sqlalchemy import text

from directory.feeds.linked_data import linked_data
from directory.feeds.sentences import hours_of
from directory.models import Entry, LiveStatus, Phone
from directory.places import Places
from directory.records import record_for
from directory.revisions import Version
from directory.schedules import LONDON, Schedule, Spans, bank_holidays, write
from directory.schedules.splitting import SplitHours
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.feeds.conftest import Publish, on_sqlite
from tests.pages import Page
from tests.people import make_account, sign_in
from tests.test_schedules_properties import SCHEDULES

SCHEMA = Namespace("https://schema.org/")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
THING = {"name", "description", "url", "identifier", "alternateName"}
PROPERTIES = {
    "WebPage": THING | {"inLanguage", "dateModified", "license", "creditText", "publisher", "mainEntity"},
    "Service": THING
    | {"serviceType", "provider", "areaServed", "audience", "availableChannel", "hoursAvailable", "offers"},
    "ServiceChannel": THING | {"servicePhone", "serviceSmsNumber", "serviceLocation", "availableLanguage"},
    "PeopleAudience": THING | {"audienceType", "requiredMinAge", "requiredMaxAge", "requiredGender"},
    "OpeningHoursSpecification": THING | {"dayOfWeek", "opens", "closes", "validFrom", "validThrough"},
    "Place": THING | {"address", "containedInPlace", "geo", "amenityFeature"},
    "PostalAddress": THING | {"streetAddress", "postalCode"},
    "GeoCoordinates": THING | {"latitude", "longitude"},
    "ContactPoint": THING | {"telephone"},
    "LocationFeatureSpecification": THING | {"value"},
    "PropertyValue": THING | {"propertyID", "value"},
    "Offer": THING | {"price", "priceCurrency"},
    **dict.fromkeys(("Organization", "AdministrativeArea", "Language"), THING),
}
"""What schema.org gives each type, as far as we use it."""


def block_of(page: str) -> dict[str, Any] | None:
    """The JSON-LD of a page; None where it has none."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert len(found) <= 1
    told: dict[str, Any] | None = json.loads(found[0]) if found else None
    return told


def graph_of(block: dict[str, Any]) -> Graph:
    """The same as RDF. What stands for the context of schema.org is here: nothing is fetched."""
    assert block["@context"] == "https://schema.org"
    context = {"@vocab": str(SCHEMA), "license": {"@type": "@id"}}
    return Graph().parse(data=json.dumps({**block, "@context": context}), format="json-ld")


def service_of(entry: Entry, places: Places, taxonomies: Taxonomies) -> dict[str, Any]:
    """What is told of a made-up service."""
    record = record_for(entry, "public")
    assert record
    version = Version(entry.ref, 7, SUNDAY_EVENING)
    service: dict[str, Any] = linked_data(record, version, "https://example.org", places, taxonomies)["mainEntity"]
    return service


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib says it of itself
def test_every_shipped_page_speaks_schema_org(untouched: Flask, client: FlaskClient) -> None:
    """One page about one service, whose every property is one that schema.org has for its type."""
    for ref in untouched.extensions["directory"].catalogue().rows:
        block = block_of(client.get(f"/services/{ref}", follow_redirects=True).text)
        assert block
        graph = graph_of(block)
        (page,) = graph.subjects(RDF.type, SCHEMA.WebPage)
        service = graph.value(page, SCHEMA.mainEntity)
        assert (service, RDF.type, SCHEMA.Service) in graph and graph.value(service, SCHEMA.name)
        assert graph.value(page, SCHEMA.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
        for node, kind in graph.subject_objects(RDF.type):
            allowed = PROPERTIES[str(kind).removeprefix(SCHEMA)]
            used = {str(name).removeprefix(SCHEMA) for name in graph.predicates(node) if name != RDF.type}
            assert used <= allowed, (ref, kind, used - allowed)


def test_what_is_known_is_told_and_nothing_else(places: Places, taxonomies: Taxonomies) -> None:
    """Not known is neither false nor empty."""
    bare = service_of(make_entry(phones=(), description="", evidence=()), places, taxonomies)
    assert set(bare) == {"@type", "@id", "name", "description", "serviceType", "identifier"}
    assert bare["description"] == "Opening hours are not known."
    facts = {"minimum_age": 0, "step_free": False, "cost": "free", "languages": ("so",), "gender": "women"}
    full = service_of(make_entry(**CAMBERWELL, **facts, address="1 Example Street"), places, taxonomies)
    assert full["audience"]["requiredMinAge"] == 0 and full["audience"]["requiredGender"] == "female"
    channel = full["availableChannel"]
    assert channel["servicePhone"] == [{"@type": "ContactPoint", "telephone": "020 7946 0123"}]
    assert channel["availableLanguage"] == [{"@type": "Language", "name": "Somali", "alternateName": "so"}]
    assert channel["serviceLocation"]["address"]["postalCode"] == "SE5 8AZ"
    assert channel["serviceLocation"]["geo"]["latitude"] == CAMBERWELL["latitude"]
    assert channel["serviceLocation"]["amenityFeature"]["value"] is False and full["offers"]["price"] == 0
    paid = service_of(make_entry(cost="paid"), places, taxonomies)
    assert "offers" not in paid


@pytest.mark.parametrize(("shown", "place"), [("area", {"@type", "containedInPlace"}), ("hidden", None)])
def test_an_address_that_may_not_be_told_is_not(
    places: Places, taxonomies: Taxonomies, shown: str, place: set[str] | None
) -> None:
    """The borough of one, nothing of the other."""
    entry = make_entry(**CAMBERWELL, address="1 Secret Street", address_visibility=shown)
    service = service_of(entry, places, taxonomies)
    where = service["availableChannel"].get("serviceLocation")
    assert (set(where) if where else None) == place and "Secret" not in json.dumps(service)


@on_sqlite
def test_the_page_for_professionals_tells_machines_what_the_public_may_know(publish: Publish, house: Flask) -> None:
    """Numbers and notes of theirs are on it and not in its block, and what is all theirs has none."""
    inner = {"phones": (Phone(number="020 7946 0999", audience="professional"),), "professional_notes": "Ask for Sam"}
    anybody = publish(make_entry(**inner), make_entry(ref="CAD-9002", audience="professional", **inner))
    with house.extensions["directory"].database.unit_of_work() as session:
        account = make_account(session, "Pat Officer", professional=("",))
    officer = sign_in(house.test_client(), account)
    pages = [client.get("/services/CAD-9001", follow_redirects=True).text for client in (anybody, officer)]
    assert "0999" not in pages[0] and "0999" in pages[1] and "Ask for Sam" in pages[1]
    assert block_of(pages[0]) == block_of(pages[1]) is not None
    assert "0999" not in json.dumps(block_of(pages[1])) and "Sam" not in json.dumps(block_of(pages[1]))
    assert block_of(officer.get("/services/CAD-9002", follow_redirects=True).text) is None


@on_sqlite
def test_no_text_of_an_entry_ends_the_block(publish: Publish) -> None:
    """Whatever it holds comes out as it went in."""
    bad = "</script ><!--<script >alert(1)</script ><!-- & \u2028 “quoted” \\"
    page = publish(make_entry(description=bad, name="A & B </script>")).get("/services/CAD-9001", follow_redirects=True)
    block = block_of(page.text)
    assert block and block["mainEntity"]["description"].startswith(bad) and block["name"] == "A & B </script>"
    Page(page)


@on_sqlite
@pytest.mark.parametrize("was_asked_before", [True, False])
def test_a_page_stands_without_the_database(publish: Publish, house: Flask, was_asked_before: bool) -> None:
    """What it tells machines wants versions; people are served without, and nobody waits for them while it is away."""
    client, here, path = (
        publish(make_entry()),
        house.extensions["directory"],
        "/services/CAD-9001/example-evening-sanctuary",
    )
    client.get(path if was_asked_before else "/about")
    here.catalogue()
    with here.database.engine.begin() as connection:
        connection.execute(text('alter table "change" rename to away'))
    if was_asked_before:
        assert block_of(client.get(path).text)
        here.current.refresh()
    page = Page.fetch(client, path)
    assert block_of(page.html) is None and page.h1 == "Example Evening Sanctuary"


def read_hours(told: list[dict[str, Any]], day: date) -> Spans | None:
    """What a reader makes of a day: dates, then bank holidays, then the week; None where nothing is said."""
    dated = [one for one in told if one.get("validFrom", "9") <= day.isoformat() <= one.get("validThrough", "0")]
    public = [one for one in told if one.get("dayOfWeek") == "PublicHolidays"]
    weekly = [one for one in told if DAYS[day.weekday()] in one.get("dayOfWeek", [])]
    found = dated or (public if day in bank_holidays(day.year) else []) or weekly
    spans = {(minutes(one["opens"]), minutes(one["closes"])) for one in found}
    return tuple(sorted(spans - {(0, 0)})) if found else None


def minutes(clock: str) -> int:
    """Minutes after midnight; the last minute of a day stands for its end."""
    hours, rest = map(int, clock.split(":"))
    return 1440 if (hours, rest) == (23, 59) else hours * 60 + rest


@settings(max_examples=60, deadline=None)
@given(schedule=SCHEDULES)
def test_hours_read_back_as_they_are(places: Places, taxonomies: Taxonomies, schedule: Schedule) -> None:
    """On each day of the next months, whatever the schedule; what ends in the last minute reads as midnight."""
    entry = make_entry(opening_hours=write(schedule))
    told = service_of(entry, places, taxonomies).get("hoursAvailable", [])
    record = record_for(entry, "public")
    assert record
    hours: SplitHours = hours_of(record, Version(entry.ref, 7, SUNDAY_EVENING))
    for day in (SUNDAY_EVENING.date() + timedelta(days=past) for past in range(160)):
        expected = hours.on(day)
        rounded = None if expected is None else tuple((a, 1440 if b == 1439 else b) for a, b in expected)
        if rounded and (1439, 1440) in rounded:
            continue  # its only minute is the one that stands for midnight
        assert read_hours(told, day) == rounded, day


def test_a_closure_of_now_is_cut_out(places: Places, taxonomies: Taxonomies) -> None:
    """Until midnight, when the rest of the session is over."""
    live = LiveStatus(state="closed", at=SUNDAY_EVENING, until=datetime(2026, 11, 22, 22, tzinfo=LONDON))
    entry = make_entry(opening_hours="Mo-Su 18:00-24:00", live_status=live)
    told = service_of(entry, places, taxonomies)["hoursAvailable"]
    assert told[-1]["validFrom"] == told[-1]["validThrough"] == "2026-11-22" and told[-1]["closes"] == "21:04"
