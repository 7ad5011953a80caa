"""What a HealthcareService, a Location and an Organization say of an entry, and what they leave out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.feeds.fhir.resources import healthcare_service, location, organization
from directory.feeds.fhir.terms import Terms
from directory.feeds.sentences import GO, TELEPHONE, hours_of
from directory.freshness import DEFAULT
from directory.models import Audience, Entry, LiveStatus, Phone
from directory.places import Areas
from directory.records import Record, record_for, stable_id
from directory.revisions import Version
from directory.schedules import LONDON, SplitHours, bank_holidays, write
from directory.taxonomies import Taxonomies
from tests.conftest import NOW
from tests.factories import CAMBERWELL, CHECKED, make_entry
from tests.feeds.fhir_entries import AREA_ONLY, EVERYTHING, HIDDEN
from tests.test_schedules_properties import SCHEDULES

Json = dict[str, Any]
HOME = "https://directory.example.org"
VERSION = Version("CAD-9001", 7, NOW)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture(scope="module")
def terms(taxonomies: Taxonomies) -> Terms:
    return Terms(HOME, taxonomies, Areas(), DEFAULT, "public")


def record_of(entry: Entry, audience: Audience = "public") -> Record:
    record = record_for(entry, audience)
    assert record is not None
    return record


def service(terms: Terms, **facts: Any) -> Json:
    return healthcare_service(record_of(make_entry(**{"evidence": CHECKED, **facts})), VERSION, terms)


def extensions(resource: Json, name: str) -> list[Json]:
    url = f"{HOME}/fhir/StructureDefinition/{name}"
    return [extension for extension in resource.get("extension", []) if extension["url"] == url]


def parts(extension: Json) -> dict[str, Any]:
    return {part["url"]: next(v for name, v in part.items() if name != "url") for part in extension["extension"]}


def codes(concepts: list[Json]) -> set[str]:
    return {coding["code"] for concept in concepts for coding in concept.get("coding", [])}


def test_the_whole_of_an_entry(terms: Terms) -> None:
    """Identifiers, type, numbers, ages, areas, languages, cost, routes and claims, each in its place."""
    told = healthcare_service(record_of(EVERYTHING), VERSION, terms)
    assert told["id"] == stable_id("service", "CAD-9001")
    assert (told["meta"]["versionId"], told["meta"]["lastUpdated"]) == ("1-7", "2026-11-22T21:04:00Z")
    assert [(one["system"], one["value"]) for one in told["identifier"]] == [
        (f"{HOME}/id/service", "CAD-9001"),
        (f"{HOME}/id/service-number", "900009001"),
        ("https://fhir.nhs.uk/Id/dos-service-id", "2000000001"),
    ]
    assert codes(told["category"]) == {"22"}
    assert codes(told["type"]) == {"crisis-cafe", "135"}
    assert told["comment"].startswith(TELEPHONE + " Busy until 11:04pm on 22 November 2026")
    assert told["extraDetails"] == "A calm place in the evening.\n\nRing the bell."
    assert [(one["system"], one["value"], one["extension"][0]["valueString"]) for one in told["telecom"][:2]] == [
        ("phone", "020 7946 0123", "Public"),
        ("sms", "07700 900123", "Public"),
    ]
    assert told["eligibility"][0]["code"]["text"] == "People aged 18 to 64"
    assert told["eligibility"][0]["comment"] == "No diagnosis needed."
    assert [area["display"] for area in told["coverageArea"]] == [
        "Southwark",
        "South East London",
        "London",
        "England",
        "United Kingdom",
    ]
    assert codes(told["communication"]) == {"en", "so", "bfi"}
    assert codes(told["serviceProvisionCode"]) == {"free", "cost"}
    assert codes(told["characteristic"]) == {
        *("self-referral", "walk-in", "step-free", "interpreters", "not-nhs-commissioned", "drop-off"),
        *("crew-must-stay", "intoxicated", "not-alone-under-18", "companion", "no-dog", "women", "somali"),
    }
    assert codes(told["referralMethod"]) == {"self-referral", "walk-in", "gp", "police", "phone"}
    assert "appointmentRequired" not in told  # people reported a problem with it
    assert [parts(claim)["kind"] for claim in extensions(told, "cultural-claim")] == ["led-by", "staff-speak"]
    assert parts(extensions(told, "last-verified")[0])["checked"] == "2026-11-01"


def test_what_is_said_of_now_has_its_end_and_so_has_all_of_it(terms: Terms) -> None:
    """A stale copy can tell that it is one, and what to show then."""
    told = healthcare_service(record_of(EVERYTHING), VERSION, terms)
    status = parts(extensions(told, "live-status")[0])
    assert (status["state"], status["until"]) == ("busy", "2026-11-22T23:04:00+00:00")
    assert extensions(told, "valid-until")[0]["valueDateTime"] == "2026-11-22T23:04:00+00:00"
    assert extensions(told, "after-valid-until")[0]["valueString"].endswith(
        "Ring before anybody relies on it: 020 7946 0123."
    )


def test_professionals_are_told_more_under_versions_of_their_own(terms: Terms, taxonomies: Taxonomies) -> None:
    """Staff's numbers say whose they are in the words of the NHS."""
    staff = Terms(HOME, taxonomies, Areas(), DEFAULT, "professional")
    told = healthcare_service(record_of(EVERYTHING, "professional"), VERSION, staff)
    number = next(one for one in told["telecom"] if one["value"] == "020 7946 0199")
    assert [one["valueString"] for one in number["extension"]] == [
        "Clinician Access Only",
        "For handing somebody over. Ask for the lead",
    ]
    assert extensions(told, "professional-notes")[0]["valueMarkdown"] == "Door code from the duty desk."
    assert told["meta"]["versionId"] == "1-7-p"


def test_what_is_not_known_is_left_out(terms: Terms) -> None:
    """Neither false nor closed nor empty; unknown hours are said in words."""
    told = service(terms, phones=(), description="", evidence=())
    assert set(told) == {
        *("resourceType", "id", "meta", "language", "extension", "identifier", "active", "category", "type", "name"),
        *("availabilityExceptions", "comment"),
    }
    assert told["comment"] == "Never confirmed. Check with the service before relying on it."
    assert told["availabilityExceptions"] == "Opening hours are not known."


@pytest.mark.parametrize(
    ("facts", "comment"),
    [
        ({"walk_in": True, "opening_hours": "24/7"}, GO),
        ({"walk_in": True}, TELEPHONE),
        ({"self_referral": True}, TELEPHONE),
        ({"self_referral": False, "walk_in": False}, None),
        ({"location_type": "virtual", "self_referral": True}, None),
    ],
)
def test_the_way_in_comes_first(terms: Terms, facts: Json, comment: str | None) -> None:
    """In the sentence that consumers of the Directory of Services look for, or in none."""
    assert service(terms, **facts).get("comment") == comment


@pytest.mark.parametrize(
    ("cost", "expected"), [("free", {"free"}), ("paid", {"cost"}), ("mixed", {"free", "cost"}), (None, set())]
)
def test_what_it_costs(terms: Terms, cost: str | None, expected: set[str]) -> None:
    """Not known is not free."""
    assert codes(service(terms, cost=cost).get("serviceProvisionCode", [])) == expected


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(18, None, "People aged 18 and over"), (None, 17, "People aged 17 and under"), (11, 18, "People aged 11 to 18")],
)
def test_ages(terms: Terms, low: int | None, high: int | None, words: str) -> None:
    """In words, and as numbers."""
    told = service(terms, minimum_age=low, maximum_age=high)["eligibility"][0]
    assert told["code"]["text"] == words
    limits = extensions(told, "age-range")[0]["valueRange"]
    assert [limits.get(end, {}).get("value") for end in ("low", "high")] == [low, high]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("step_free", True, "step-free"), ("step_free", False, "not-step-free"), ("walk_in", False, "no-walk-in")],
)
def test_a_known_no_is_told_as_no(terms: Terms, name: str, value: bool, code: str) -> None:
    """And not known as nothing."""
    assert codes(service(terms, **{name: value})["characteristic"]) == {code}
    assert "characteristic" not in service(terms, **{name: None})


def test_a_place_is_told_as_far_as_it_may_be(terms: Terms) -> None:
    """Whole, by borough alone, or not at all."""
    whole = location(record_of(EVERYTHING), VERSION, terms)
    assert whole["address"] == {
        "use": "work",
        "type": "physical",
        "text": "1 Example Street, London, SE5 8AZ",
        "line": ["1 Example Street"],
        "city": "London",
        "district": "Southwark",
        "postalCode": "SE5 8AZ",
        "country": "England",
    }
    assert whole["position"] == {"longitude": -0.0911, "latitude": 51.4694}
    assert whole["description"] == "The blue door"
    area = location(record_of(AREA_ONLY), VERSION, terms)
    assert area["address"] == {"use": "work", "type": "physical", "district": "Southwark", "country": "England"}
    assert "position" not in area
    assert "location" not in healthcare_service(record_of(HIDDEN), VERSION, terms)


def test_one_provider_however_its_name_is_typed(terms: Terms) -> None:
    """Capitals and double spaces do not make another organisation."""
    first, second = (
        healthcare_service(record_of(entry), VERSION, terms)["providedBy"] for entry in (EVERYTHING, HIDDEN)
    )
    assert first["reference"] == second["reference"]
    assert first["reference"].endswith(organization("Example Wellbeing Charity", NOW, terms)["id"])


def test_places_and_providers_keep_their_version_while_they_say_the_same(terms: Terms) -> None:
    """Hours and words of the service are none of theirs; an address is."""
    later = Version("CAD-9001", 8, NOW + timedelta(days=1))
    changed = record_of(EVERYTHING.model_copy(update={"opening_hours": "24/7", "description": "Other words."}))
    moved = record_of(EVERYTHING.model_copy(update={"address": "3 Example Street, London"}))
    before, after, elsewhere = (
        location(*one, terms) for one in ((record_of(EVERYTHING), VERSION), (changed, later), (moved, later))
    )
    assert before["meta"]["versionId"] == after["meta"]["versionId"] != elsewhere["meta"]["versionId"]
    providers = [organization("Example", at, terms)["meta"]["versionId"] for at in (NOW, later.at)]
    assert providers[0] == providers[1]


def test_a_week_of_hours(terms: Terms) -> None:
    """Split at midnight, with seconds and no 24:00; days in London's own offset; bank holidays beside the week."""
    told = healthcare_service(record_of(EVERYTHING), VERSION, terms)
    assert told["availableTime"] == [
        {"daysOfWeek": ["mon", "tue", "wed", "thu"], "availableStartTime": "18:00:00", "availableEndTime": "23:00:00"},
        {"daysOfWeek": ["fri"], "availableStartTime": "18:00:00", "availableEndTime": "23:59:00"},
        {"daysOfWeek": ["sat"], "availableStartTime": "00:00:00", "availableEndTime": "02:00:00"},
    ]
    closed = {one["during"]["start"]: one for one in told["notAvailable"]}
    assert closed["2026-12-25T00:00:00+00:00"]["description"] == "Christmas Day"
    assert closed["2026-12-25T00:00:00+00:00"]["during"]["end"] == "2026-12-25T23:59:59+00:00"
    assert closed["2026-12-24T20:00:00+00:00"]["during"]["end"] == "2026-12-24T22:59:59+00:00"
    assert parts(extensions(told, "public-holiday-time")[0]) == {"start": "14:00:00", "end": "22:00:00"}
    variations = {parts(one)["date"]: parts(one)["end"] for one in extensions(told, "available-time-variation")}
    assert variations["2026-12-24"] == "20:00:00"
    assert "Bank holidays: 2pm to 10pm." in told["availabilityExceptions"]
    assert "Thursday 24 December 2026: 6pm to 8pm." in told["availabilityExceptions"]


@pytest.mark.parametrize(
    ("hours", "times", "words"),
    [
        ("24/7", [{"daysOfWeek": list(DAYS), "allDay": True}], ""),
        ('24/7 "by appointment"', [{"daysOfWeek": list(DAYS), "allDay": True}], "By appointment only."),
        ('"by appointment"', None, "Opening hours are not known. By appointment only."),
        ("Mo 10:00-12:00; PH off", None, "Bank holidays: closed."),
        ("Mo 10:00-12:00", None, "Opening on bank holidays is not confirmed: check first on those days."),
        ('Mo 10:00-12:00; PH 10:00-11:00 "by appointment"', None, "Some openings are by appointment."),
        ('Mo 10:00-12:00 "last admission 30 minutes before closing"', None, "Last admission may be 30 minutes before"),
    ],
)
def test_hours_in_words_where_fhir_has_no_element(terms: Terms, hours: str, times: object, words: str) -> None:
    """Nothing that the elements cannot hold is lost."""
    told = service(terms, opening_hours=hours)
    assert times is None or told["availableTime"] == times
    assert words in told.get("availabilityExceptions", "")


@pytest.mark.parametrize(
    ("hours", "walk_in", "required"),
    [
        ('Mo 10:00-12:00 "by appointment"', True, True),
        ('Mo 10:00-12:00 "by appointment"; PH 10:00-12:00', True, None),
        ("Mo 10:00-12:00", True, False),
        ("Mo 10:00-12:00", False, None),
    ],
)
def test_nobody_is_sent_to_a_door_that_opens_by_appointment(
    terms: Terms, hours: str, walk_in: bool, required: bool | None
) -> None:
    """Whoever may walk in elsewhere: an opening by appointment has to be arranged."""
    assert service(terms, opening_hours=hours, walk_in=walk_in).get("appointmentRequired") is required


def test_a_closure_said_of_now_is_not_available(terms: Terms) -> None:
    """What is left of the session is taken out, and why is told."""
    live = LiveStatus(state="closed", at=NOW, until=NOW + timedelta(hours=1))
    told = service(terms, opening_hours="Mo-Su 18:00-23:00", live_status=live)
    assert told["notAvailable"] == [
        {
            "description": "Closed unexpectedly",
            "during": {"start": "2026-11-22T21:04:00+00:00", "end": "2026-11-22T22:59:59+00:00"},
        }
    ]


def test_summer_closures_have_summer_offsets(terms: Terms) -> None:
    """Days in a row are one period, in the offset of each of its ends."""
    told = service(terms, opening_hours='Mo-Su 09:00-17:00; 2027 Mar 27-29 off "Moving house"')
    assert told["notAvailable"] == [
        {
            "description": "Moving house",
            "during": {"start": "2027-03-27T00:00:00+00:00", "end": "2027-03-29T23:59:59+01:00"},
        }
    ]


def read_back(resource: Json, day: date) -> tuple[tuple[int, int], ...]:
    """What a reader makes of a day: a date with other times, a whole day closed, bank holidays, then the week."""
    varied = [parts(one) for one in extensions(resource, "available-time-variation")]
    if found := [one for one in varied if one["date"] == day.isoformat()]:
        return tuple((minutes(one["start"]), minutes(one["end"])) for one in found)
    noon = datetime.combine(day, datetime.min.time(), LONDON) + timedelta(hours=3)
    if any(from_iso(one["start"]) <= noon <= from_iso(one["end"]) for one in whole_days(resource)):
        return ()
    holidays = [parts(one) for one in extensions(resource, "public-holiday-time")]
    if holidays and day in bank_holidays(day.year):
        return tuple((minutes(one["start"]), minutes(one["end"])) for one in holidays if "start" in one)
    return weekly(resource, day)


def weekly(resource: Json, day: date) -> tuple[tuple[int, int], ...]:
    today = [one for one in resource.get("availableTime", []) if DAYS[day.weekday()] in one["daysOfWeek"]]
    spans = [
        (0, 1440) if one.get("allDay") else (minutes(one["availableStartTime"]), minutes(one["availableEndTime"]))
        for one in today
    ]
    return tuple(sorted(spans))


def whole_days(resource: Json) -> Iterator[Json]:
    for closed in resource.get("notAvailable", []):
        during: Json = closed["during"]
        if during["start"][11:19] == "00:00:00" and during["end"][11:19] == "23:59:59":
            yield during


def minutes(clock: str) -> int:
    hour, minute, _ = map(int, clock.split(":"))
    return 1440 if (hour, minute) == (23, 59) else hour * 60 + minute


def from_iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def as_told(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (minutes(f"{opens // 60}:{opens % 60}:0"), 1440 if closes == 1439 else closes) for opens, closes in spans
    )


@settings(max_examples=40, deadline=None)
@given(schedule=SCHEDULES, offset=st.integers(0, 400))
@example(schedule=None, offset=33)
def test_hours_mean_what_they_meant(terms: Terms, schedule: Any, offset: int) -> None:
    """A reader who knows our extensions is right about every known day; one who knows FHIR alone never sends anybody
    to a service that is closed."""
    hours_text = write(schedule) if schedule else EVERYTHING.opening_hours
    record = record_of(make_entry(opening_hours=hours_text))
    told, split = healthcare_service(record, VERSION, terms), hours_of(record, VERSION)
    for day in days_of_interest(split, VERSION.at.date() + timedelta(days=offset)):
        meant = split.on(day)
        if meant is None:
            assert weekly(told, day) == ()
            continue
        assert read_back(told, day) == as_told(meant), day
        for opens, closes in weekly(told, day):
            for minute in {opens, (opens + closes) // 2, closes - 2} - set(range(1439, 1441)):
                if not any(start <= minute < end for start, end in as_told(meant)) and minute >= opens:
                    assert is_told_closed(told, day, minute), (day, minute)


def days_of_interest(split: SplitHours, first: date) -> Iterator[date]:
    yield from (day for day in split.dates if day <= split.last)
    yield from (min(first + timedelta(days=number), split.last) for number in range(14))


def is_told_closed(resource: Json, day: date, minute: int) -> bool:
    at = datetime.combine(day, datetime.min.time()).replace(hour=minute // 60, minute=minute % 60, tzinfo=LONDON)
    periods = [one["during"] for one in resource.get("notAvailable", [])]
    return any(from_iso(one["start"]) <= at <= from_iso(one["end"]) for one in periods)


def test_a_text_number_is_no_telephone(terms: Terms) -> None:
    """It is an sms."""
    told = service(terms, phones=(Phone(number="85258", kind="text", note="Text HELLO"),), **CAMBERWELL)
    assert [one["system"] for one in told["telecom"]] == ["sms"]
    assert told["telecom"][0]["extension"][1]["valueString"] == "Text HELLO"
