"""What a lead of the Directory of Services keys for one service, in the order of a profile, for paper and for a file.

It says what the export says of the same service, without what holds for a few hours only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from directory.feeds.dos.extras import Reference
from directory.feeds.dos.records import dos_service
from directory.freshness import verified_on
from directory.models import CREW_FACTS, Phone
from directory.records import Record, service_id
from directory.revisions import Version
from directory.schedules import LONDON
from directory.web.links import entry_path
from directory.web.times import spoken_date, spoken_instant
from directory.web.words import LABELS, area

NOT_KNOWN: Final = "Not known: ask the service"
_NO_PLACE = "None: there is no place to go to"
_NOT_SHOWN = "Not for everybody: ask the service"
_NO_NUMBER = "None recorded yet"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Bankholiday")
_YES_OR_NO = {True: "Yes", False: "No"}
_GENDERS = {"women": "Women only (F)", "men": "Men only (M)", None: NOT_KNOWN}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sheet: boxes by what the Directory of Services calls them, each with its text."""

    title: str
    boxes: Pairs


def profile(record: Record, change_number: int, now: datetime, reference: Reference) -> tuple[Part, ...]:
    """The sheet of a record that professionals may have, as of an instant, with dates from its day on.

    What the service says of now is left out: a profile is for longer.
    """
    lasting = replace(record, live_status=None, caution=None)
    told = dos_service(lasting, Version(record.ref, change_number, now), reference)
    return (
        Part("Names", _names(lasting, told)),
        Part("Contact", _contact(lasting, told)),
        Part("Where", _where(lasting, told)),
        Part("When", _hours(told)),
        Part("Texts", _texts(lasting, told, reference)),
        Part("For whom", _for_whom(lasting, told, reference)),
        Part("Where this comes from", _sources(lasting, change_number, now, reference)),
    )


def _names(record: Record, told: Mapping[str, Any]) -> Pairs:
    number = record.dos_service_id
    return (
        ("Service name", told["name"]),
        ("Public name", told["publicName"]),
        ("Service type", f"{told['serviceType']['id']} {told['serviceType']['name']}"),
        ("Run by", record.organization or NOT_KNOWN),
        ("DoS service ID", _NO_NUMBER if number is None else str(number)),
        ("ODS code", record.ods_code or _NO_NUMBER),
    )


def _contact(record: Record, told: Mapping[str, Any]) -> Pairs:
    """The first number of each sort has a box of its own; the others are told in one."""
    public = told["contactDetails"]
    inner = next((p.number for p in record.phones if p.audience == "professional" and p.kind == "voice"), None)
    others = [
        _number(phone) for phone in record.phones if phone.note or phone.purpose or phone.number not in (public, inner)
    ]
    return (
        ("Public telephone", public or NOT_KNOWN),
        ("Non-public telephone", inner or NOT_KNOWN),
        ("Numbers and notes", "; ".join(others) or "None known"),
        ("Email", record.email or NOT_KNOWN),
        ("Web address", told["url"] or NOT_KNOWN),
    )


def _number(phone: Phone) -> str:
    notes = ["text messages"] if phone.kind == "text" else []
    notes += ["not public"] if phone.audience == "professional" else []
    notes += filter(None, (phone.purpose, phone.note))
    return f"{phone.number} ({', '.join(notes)})" if notes else phone.number


def _where(record: Record, told: Mapping[str, Any]) -> Pairs:
    missing = NOT_KNOWN if record.address_visibility == "full" else _NOT_SHOWN
    if record.location_type == "virtual":
        missing = _NO_PLACE
    names = ("address", "postcode", "eastings", "northings")
    return tuple((name.capitalize(), missing if told[name] is None else str(told[name])) for name in names)


def _hours(told: Mapping[str, Any]) -> Pairs:
    """Days in the order of the week; what goes on past midnight is keyed as two sessions."""
    days: dict[str, list[str]] = {}
    for session in told["rotaSessions"]:
        span = "-".join(_clock(session[end]) for end in ("startTime", "endTime"))
        days.setdefault(session["startDayOfWeek"], []).append(span)
    known = dict.fromkeys(_DAYS, told["x_hours_known"]) | {"Bankholiday": told["x_bank_holidays_known"]}
    empty = {day: "Closed" if known[day] else NOT_KNOWN for day in _DAYS}
    if told["openAllHours"]:
        empty = dict.fromkeys(_DAYS, "No sessions: open all hours")
    dates = "; ".join(map(_date, told["openTimeSpecifiedSessions"]))
    all_hours = _YES_OR_NO[told["openAllHours"]] if told["x_hours_known"] else NOT_KNOWN
    return (
        ("Open all hours", all_hours),
        *((_day(day), ", ".join(days.get(day, ())) or empty[day]) for day in _DAYS),
        ("Specified dates", dates or "None known"),
    )


def _day(day: str) -> str:
    return "Bank holidays" if day == "Bankholiday" else day


def _clock(time: Mapping[str, int]) -> str:
    return f"{time['hours']:02}:{time['minutes']:02}"


def _date(told: str) -> str:
    """ "25-12-2026-00:00-00:00" as somebody reads it."""
    day, opens, closes = told[:10], *told[11:].split("-")
    return f"{day} closed" if opens == closes else f"{day} {opens}-{closes}"


def _texts(record: Record, told: Mapping[str, Any], reference: Reference) -> Pairs:
    routes = "; ".join(reference.taxonomies.referral_routes[code].name for code in record.referral_routes)
    crew = [f"{LABELS[name]}: {_crew_fact(record, name)}." for name in CREW_FACTS if getattr(record, name)]
    referral = (record.professional_notes, f"Who can refer or bring somebody: {routes}." if routes else "", *crew)
    return (
        ("Public information", told["publicFacingInformation"] or NOT_KNOWN),
        ("Referral information", "\n".join(filter(None, referral)) or NOT_KNOWN),
    )


def _crew_fact(record: Record, name: str) -> str:
    fact = getattr(record, name)
    said = f"said {spoken_date(fact.on)}" if fact.on else "date not known"
    return f"{_YES_OR_NO[fact.value]} ({said})"


def _for_whom(record: Record, told: Mapping[str, Any], reference: Reference) -> Pairs:
    ages = "; ".join(f"{band['daysFrom']:g} to {band['daysTo']:g} days" for band in told["serviceAgeRange"])
    attributes = "; ".join(f"{one['description']}: {one['value']}" for one in told["attributes"])
    lists = reference.taxonomies
    return (
        ("Age range", f"{_years(record)}: {ages}" if ages else NOT_KNOWN),
        ("Gender", _GENDERS[record.gender]),
        ("Attributes", attributes or NOT_KNOWN),
        ("Catchment", _listed(area(code, reference.places) for code in record.area_served)),
        ("Languages", _listed(lists.languages[code].name for code in record.languages)),
        ("Communities", _listed(lists.communities[code].name for code in record.communities)),
        ("Step-free", NOT_KNOWN if record.step_free is None else _YES_OR_NO[record.step_free]),
        ("Access and entrance", " ".join(filter(None, (record.accessibility, record.entrance))) or NOT_KNOWN),
    )


def _years(record: Record) -> str:
    youngest = record.minimum_age or 0
    return f"{youngest} and over" if record.maximum_age is None else f"{youngest} to {record.maximum_age} years"


def _listed(names: Iterable[str]) -> str:
    return "; ".join(names) or NOT_KNOWN


def _sources(record: Record, change_number: int, now: datetime, reference: Reference) -> Pairs:
    verified = verified_on(record)
    urls = dict.fromkeys(said.source_url for said in record.evidence if said.source_url)
    return (
        ("Source", " ".join(urls) or NOT_KNOWN),
        (
            "Last verified",
            spoken_date(verified.isoformat()) if verified else "Not known of every fact: ask the service",
        ),
        ("Our reference", f"{record.ref}, change {change_number}, as of {spoken_instant(now.astimezone(LONDON))}"),
        ("Our number", str(service_id(record.ref))),
        ("Our page", reference.home + entry_path(record)),
    )
