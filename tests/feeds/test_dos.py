"""The record in the words of the Directory of Services: what each fact becomes, and what is not known."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from directory.config import DATA, FRESHNESS
from directory.feeds.dos.extras import Reference
from directory.feeds.dos.records import SERVICE_TYPES, dos_service, to_json
from directory.feeds.sentences import GO, TELEPHONE
from directory.loading import read_services
from directory.models import FACT_GROUPS, Caution, CrewFact, CulturalClaim, Evidence, LiveStatus, Phone
from directory.places import Places
from directory.records import record_for
from directory.revisions import Version
from directory.taxonomies import Taxonomies
from tests.factories import CAMBERWELL, CHECKED, SUNDAY_EVENING, make_entry

CCS = (
    *("id", "capacity", "name", "publicName", "contactDetails", "address", "postcode", "northings", "eastings", "url"),
    *("serviceType", "odsCode", "publicFacingInformation", "openAllHours", "serviceEndpoints", "rotaSessions"),
    *("openTimeSpecifiedSessions", "attributes", "serviceAgeRange"),
)
LATER = SUNDAY_EVENING + timedelta(hours=3)
OVERDUE = tuple(Evidence(fact_group=group, checked_on="2026-01-05") for group in FACT_GROUPS)
NUMBER = {"phones": (Phone(number="020 7946 0123"),)}


@pytest.fixture
def reference(places: Places, taxonomies: Taxonomies) -> Reference:
    return Reference(taxonomies, places, FRESHNESS, "https://directory.example.org")


def told(reference: Reference, audience: Any = "public", **facts: Any) -> dict[str, Any]:
    """What a made-up service is told as; all of it was checked the other day."""
    record = record_for(make_entry(**{"evidence": CHECKED, **facts}), audience)
    assert record is not None
    return dos_service(record, Version(record.ref, 41, SUNDAY_EVENING), reference)


def status(state: Any, at: datetime = SUNDAY_EVENING, until: datetime = LATER, note: str = "") -> dict[str, Any]:
    return {"live_status": LiveStatus(state=state, at=at, until=until, note=note)}


def test_a_service_whole(reference: Reference) -> None:
    """Every part of the example, for the public."""
    service = told(
        reference,
        **CAMBERWELL,
        address="1 Example Street, London",
        service_type="crisis_cafe",
        website="https://cafe.example.org",
        ods_code="X9999",
        dos_service_id=2000000001,
        walk_in=True,
        self_referral=True,
        minimum_age=18,
        opening_hours="Fr 18:00-01:00; PH off",
    )
    assert service["id"] == 2000000001
    assert service["name"] == "Crisis café: Example Evening Sanctuary, Southwark"
    assert service["publicName"] == "Example Evening Sanctuary"
    assert (service["contactDetails"], service["address"]) == ("020 7946 0123", "1 Example Street, London")
    assert (service["eastings"], service["northings"], service["postcode"]) == (532760, 176230, "SE5 8AZ")
    assert service["serviceType"] == {"id": 142, "name": "Mental Health Crisis"}
    assert service["publicFacingInformation"] == f"{GO} A calm place in the evening. For ages 18 and over."
    assert service["serviceAgeRange"] == [{"daysFrom": 6574.5, "daysTo": 47481.5}]
    assert {a["name"]: a["value"] for a in service["attributes"]} == {
        "requirebooking": "FALSE",
        "x_walk_in": "TRUE",
        "x_self_referral": "TRUE",
    }
    assert service["x_service_id"] == 900009001
    assert service["x_page"] == "https://directory.example.org/services/CAD-9001/example-evening-sanctuary"
    assert (service["x_change_number"], service["x_modified"]) == (41, "2026-11-22T21:04:00+00:00")
    assert (service["x_hours_known"], service["x_bank_holidays_known"]) == (True, True)
    assert service["x_licence"].startswith("https://creativecommons.org/")


def test_a_name_says_where_once(reference: Reference) -> None:
    """The borough is left out where the service names it itself."""
    assert told(reference, name="Southwark Café", borough="E09000028")["name"] == "Crisis café: Southwark Café"


def test_what_is_not_known_is_null_or_left_out(reference: Reference) -> None:
    """The fields of CheckCapacitySummary are always there; ours only where they say something, and never as "no"."""
    service = told(reference, phones=(), description="", evidence=())
    assert tuple(service)[: len(CCS)] == CCS
    assert [name for name in CCS if service[name] is None] == [
        *("id", "capacity", "contactDetails", "address", "postcode", "northings", "eastings", "url", "odsCode"),
    ]
    assert (service["attributes"], service["serviceAgeRange"]) == ([], [])
    never = "Never confirmed. Check with the service before relying on it."
    assert service["publicFacingInformation"] == f"{never} Opening hours are not known."
    assert service["x_after_valid_until"] == never
    assert service["x_hours_known"] is False
    assert service["openAllHours"] is False
    assert None not in service.values() or {name for name in service if service[name] is None} <= set(CCS)
    assert not {"x_walk_in", "x_last_verified", "x_drop_off", "x_capacity_until"} & set(service)
    assert service["x_valid_until"] == "2026-11-22T21:04:00+00:00"


@pytest.mark.parametrize(
    ("state", "capacity"),
    [("space", "High"), ("busy", "Low"), ("full", "None"), ("closed", "None"), ("ring_first", None)],
)
def test_capacity_is_what_the_service_says_of_now(reference: Reference, state: str, capacity: str | None) -> None:
    """With its end; of "ring first" it is not known, and it is never High unless somebody said so."""
    evidence = (Evidence(fact_group="hours", checked_on="2026-11-20"),)
    service = told(reference, opening_hours="24/7", walk_in=True, evidence=evidence, **status(state, note="Back soon"))
    assert service["capacity"] == capacity
    assert service["x_capacity_until"] == service["x_valid_until"] == "2026-11-23T00:04:00+00:00"
    assert service["x_live_status"]["state"] == state
    assert "(Back soon)" in service["publicFacingInformation"]
    assert service["publicFacingInformation"].startswith(GO) == (state in {"space", "busy"})


def test_a_closure_tonight_is_a_date(reference: Reference) -> None:
    """Until it is over; the rest of the night is not told as open."""
    service = told(reference, opening_hours="Mo-Su 18:00-02:00", **status("closed"))
    assert service["openTimeSpecifiedSessions"] == ["22-11-2026-00:00-02:00", "22-11-2026-18:00-21:04"] + [
        "23-11-2026-18:00-23:59"
    ]


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        ({"walk_in": True, "opening_hours": "Mo 10:00-12:00"}, GO),
        ({"walk_in": True, "opening_hours": "24/7", "evidence": ()}, TELEPHONE),
        ({"walk_in": True, "opening_hours": "24/7", "evidence": CHECKED[:1]}, TELEPHONE),
        ({"walk_in": True, "opening_hours": "24/7", "evidence": OVERDUE}, TELEPHONE),
        ({"walk_in": True}, TELEPHONE),
        ({"walk_in": True, "phones": ()}, "Opening hours"),
        ({"walk_in": True, "opening_hours": "2026 Dec 25 10:00-12:00"}, TELEPHONE),
        ({"walk_in": True, "opening_hours": "24/7", "address_visibility": "area"}, TELEPHONE),
        ({"walk_in": True, "opening_hours": "24/7", "caution": Caution(kinds=("shut",), at=SUNDAY_EVENING)}, TELEPHONE),
        ({"walk_in": True, "opening_hours": 'Mo 10:00-12:00 "by appointment"'}, TELEPHONE),
        ({"walk_in": True, "opening_hours": 'Mo 10:00-12:00, Mo 14:00-16:00 "by appointment"'}, TELEPHONE),
        ({"walk_in": True, "opening_hours": '24/7 "by appointment"'}, TELEPHONE),
        ({"walk_in": True, "opening_hours": '"by appointment"'}, TELEPHONE),
        ({"walk_in": False}, TELEPHONE),
        ({"walk_in": False, "phones": ()}, "Opening hours"),
        ({"self_referral": False}, "Opening hours"),
        ({"walk_in": True, "location_type": "virtual"}, "Opening hours"),
    ],
)
def test_the_sentence_that_consumers_look_for_comes_first(
    reference: Reference, facts: dict[str, Any], begins: str
) -> None:
    """Nobody is sent straight to a door that may be shut: by appointment, hours not known, reported."""
    assert told(reference, **facts)["publicFacingInformation"].startswith(begins)


@pytest.mark.parametrize(
    ("hours", "words", "which", "booking"),
    [
        ("24/7", "", None, "FALSE"),
        ('24/7 "by appointment"', "By appointment only.", "all", "TRUE"),
        ('"by appointment"', "Opening hours are not known. By appointment only.", "all", "TRUE"),
        (
            'Mo 10:00-12:00, Mo 14:00-16:00 "by appointment"; PH off',
            "Some openings are by appointment.",
            "some",
            None,
        ),
        (
            'Mo-Su 18:00-02:00 "last admission 60 minutes before closing"',
            "Last admission may be 60 minutes before closing. "
            "Opening on bank holidays is not confirmed: check first on those days.",
            None,
            "FALSE",
        ),
        ("2026 Dec 25 off", "Opening hours are not known.", None, None),
    ],
)
def test_what_sessions_cannot_say_is_said_in_words(
    reference: Reference, hours: str, words: str, which: str | None, booking: str | None
) -> None:
    """Appointments, last admission, bank holidays that nobody spoke of, and hours that are not known."""
    service = told(reference, opening_hours=hours, walk_in=True, description="A cafe.", phones=())
    assert service["publicFacingInformation"].removeprefix(GO).removesuffix("A cafe.").strip() == words
    assert service.get("x_by_appointment") == which
    assert {a["name"]: a["value"] for a in service["attributes"]}.get("requirebooking") == booking


@pytest.mark.parametrize(
    ("ages", "days"),
    [
        ((0, 0), (0.0, 364.25)),
        ((1, 4), (365.25, 1825.25)),
        ((5, 15), (1826.25, 5843.0)),
        ((16, None), (5844.0, 47481.5)),
        ((18, None), (6574.5, 47481.5)),
        ((None, 17), (0.0, 6573.5)),
        ((18, 200), (6574.5, 47481.5)),
    ],
)
def test_ages_are_days_to_the_end_of_the_last_year(
    reference: Reference, ages: tuple[int | None, int | None], days: tuple[float, float]
) -> None:
    """The bands of the Directory of Services come out as it has them."""
    (told_as,) = told(reference, minimum_age=ages[0], maximum_age=ages[1])["serviceAgeRange"]
    assert (told_as["daysFrom"], told_as["daysTo"]) == days


def test_professionals_are_told_more(reference: Reference) -> None:
    """Staff numbers and notes, in the fields that are for them; the public's record has neither field nor fact."""
    phones = (
        Phone(number="020 7946 0123"),
        Phone(number="020 7946 0999", audience="professional"),
        Phone(number="020 7946 0888", audience="professional", purpose="handover"),
    )
    facts: dict[str, Any] = {"phones": phones, "professional_notes": "Knock twice."}
    service = told(reference, "professional", **facts)
    assert (service["nonPublicTelephoneNo"], service["referralInformation"]) == ("020 7946 0999", "Knock twice.")
    assert [phone.get("purpose") for phone in service["x_phones"]] == [None, None, "handover"]
    public = told(reference, **facts)
    assert not {"nonPublicTelephoneNo", "referralInformation"} & set(public)
    assert b"0999" not in orjson.dumps(public) and b"Knock" not in orjson.dumps(public)


@pytest.mark.parametrize("visibility", ["area", "hidden"])
def test_a_place_that_is_not_told_is_not_told(reference: Reference, visibility: str) -> None:
    """Nor anything by which it could be found."""
    where = {**CAMBERWELL, "address": "1 Secret Street", "entrance": "Green door", "address_visibility": visibility}
    text = orjson.dumps(told(reference, **where)).decode()
    assert not [word for word in ("Secret", "Green door", "SE5", "532760", "51.4694", "-0.09") if word in text]
    assert ("Southwark" in text) == (visibility == "area")


def test_everything_else_has_a_field_of_ours(reference: Reference) -> None:
    """Crew facts and claims with their dates, routes, languages, evidence, and that people reported a problem."""
    service = told(
        reference,
        drop_off=CrewFact(value=True, on="2026-10"),
        dog=CrewFact(value=False),
        cultural_claims=(CulturalClaim(kind="staff_speak", code="so", said_by="the service", said_on="2026"),),
        languages=("so",),
        communities=("somali",),
        referral_routes=("self",),
        area_served=("E09000028", "UK"),
        caution=Caution(kinds=("shut",), at=SUNDAY_EVENING),
        gender="women",
        cost="free",
        step_free=False,
        evidence=(
            Evidence(fact_group="contact", checked_on="2026-11-01"),
            Evidence(fact_group="hours", source_date="2026-10"),
            Evidence(fact_group="criteria", source_date="2026-09-05", confirmed_by_provider=True),
            Evidence(fact_group="culture", source_date="2026-11-02"),
        ),
        opening_hours="24/7",
    )
    assert service["x_drop_off"] == {"value": True, "said_on": "2026-10"}
    assert service["x_dog"] == {"value": False}
    assert service["x_cultural_claims"] == [
        {"kind": "staff_speak", "code": "so", "name": "Somali", "said_by": "the service", "said_on": "2026"}
    ]
    assert service["x_area_served"][0]["name"] == "Southwark"
    assert service["x_referral_routes"] == [{"code": "self", "name": "The person themselves"}]
    assert service["x_caution"] == {"kinds": ("shut",), "at": "2026-11-22T21:04:00+00:00"}
    assert service["x_step_free"] is False
    assert "x_last_verified" not in service  # the date of a source is not that of a check
    assert service["x_valid_until"] == "2026-12-30T00:00:00+00:00"  # the hours must be checked 90 days after 1 October
    assert service["x_evidence"][2]["confirmed_by_provider"] is True
    assert "For women only." in service["publicFacingInformation"]
    assert "Several people have reported a problem" in service["publicFacingInformation"]


def test_every_type_has_one_of_the_directory_of_services(taxonomies: Taxonomies) -> None:
    """Whose name is known."""
    assert {kind.dos_service_type_id for kind in taxonomies.service_types.values()} <= set(SERVICE_TYPES)


def test_every_shipped_service_can_be_told(places: Places, taxonomies: Taxonomies, reference: Reference) -> None:
    """To professionals, of whatever status: it is JSON, has the fields in order, and says how long it holds."""
    loaded = read_services(DATA / "services.csv", places, taxonomies)
    entries = [entry.model_copy(update={"status": "active"}) for entry in loaded.entries]
    assert len(entries) > 300
    for entry in entries:
        record = record_for(entry, "professional")
        assert record is not None
        service = orjson.loads(to_json(record, Version(entry.ref, 1, SUNDAY_EVENING), reference=reference))
        assert tuple(name for name in service if name in CCS) == CCS
        assert datetime.fromisoformat(service["x_valid_until"]).utcoffset() is not None
        was_checked = any(evidence.dated for evidence in entry.evidence)
        begins = "Out of date since " if was_checked else "Never confirmed. "
        assert service["x_after_valid_until"].startswith(begins)
        assert service["x_hours_known"] == bool(entry.opening_hours)
