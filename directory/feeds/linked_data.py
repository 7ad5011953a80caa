"""An entry in the words of schema.org, as the JSON-LD of its page: https://schema.org/Service within a WebPage."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, PUBLISHER, WEEKLY_TIMES
from directory.feeds.sentences import about_hours, hours_of, joined
from directory.models import Phone
from directory.places import Places
from directory.records import Record
from directory.revisions import Version
from directory.schedules import LONDON, Spans, SplitHours, wall_clock
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path
from directory.web.words import area

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GENDERS: Final = {"women": "female", "men": "male"}
_CLOSED: Final[Spans] = ((0, 0),)

Node = dict[str, Any]


def linked_data(record: Record, version: Version, home: str, places: Places, taxonomies: Taxonomies) -> Node:
    """The page of an entry and the service that it is about. `home` is where the directory is, without "/" at the end.

    schema.org has licence and date of change for pages and not for services, so the page has them. What is not known
    is left out.
    """
    address = f"{home}{entry_path(record)}"
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": record.name,
        "description": WEEKLY_TIMES,
        "inLanguage": "en-GB",
        "dateModified": version.at.astimezone(LONDON).isoformat(timespec="seconds"),
        "license": LICENCE_URL,
        "creditText": ATTRIBUTION,
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "mainEntity": _known(_service(record, version, home, places, taxonomies)),
    }


def _service(record: Record, version: Version, home: str, places: Places, taxonomies: Taxonomies) -> Node:
    return {
        "@type": "Service",
        "@id": f"urn:uuid:{record.id}",
        "name": record.name,
        "description": joined((record.description, about_hours(record.opening_hours))),
        "serviceType": taxonomies.service_types[record.service_type].name,
        "url": record.website if record.website.startswith(("https://", "http://")) else "",
        "identifier": {"@type": "PropertyValue", "propertyID": f"{home}/id/service", "value": record.ref},
        "provider": {"@type": "Organization", "name": record.organization} if record.organization else None,
        "areaServed": [_administrative(area(code, places)) for code in record.area_served],
        "audience": _audience(record, taxonomies),
        "availableChannel": _channel(record, places, taxonomies),
        "hoursAvailable": list(_hours(hours_of(record, version))),
        "offers": {"@type": "Offer", "price": 0, "priceCurrency": "GBP"} if record.cost == "free" else None,
    }


def _audience(record: Record, taxonomies: Taxonomies) -> Node | None:
    """Whom it takes: years of age, gender, and the communities that it is for."""
    return _described(
        {
            "@type": "PeopleAudience",
            "audienceType": [taxonomies.communities[code].name for code in record.communities],
            "requiredMinAge": record.minimum_age,
            "requiredMaxAge": record.maximum_age,
            "requiredGender": _GENDERS.get(record.gender or "", ""),
            "description": record.eligibility,
        }
    )


def _channel(record: Record, places: Places, taxonomies: Taxonomies) -> Node | None:
    """How one gets to it: by telephone, by text, at its place, and in which languages."""
    languages = [(code, taxonomies.languages[code].name) for code in record.languages]
    return _described(
        {
            "@type": "ServiceChannel",
            "servicePhone": [_contact(phone) for phone in record.phones if phone.kind == "voice"],
            "serviceSmsNumber": [_contact(phone) for phone in record.phones if phone.kind == "text"],
            "serviceLocation": _place(record, places) if record.location_type == "physical" else None,
            "availableLanguage": [
                {"@type": "Language", "name": name, "alternateName": code} for code, name in languages
            ],
        }
    )


def _contact(phone: Phone) -> Node:
    return _known({"@type": "ContactPoint", "telephone": phone.number, "description": phone.note})


def _place(record: Record, places: Places) -> Node | None:
    """Where it is, as far as that may be told."""
    step_free = {"@type": "LocationFeatureSpecification", "name": "Step-free", "value": record.step_free}
    geo = {"@type": "GeoCoordinates", "latitude": record.latitude, "longitude": record.longitude}
    address = {"@type": "PostalAddress", "streetAddress": record.address, "postalCode": record.postcode}
    return _described(
        {
            "@type": "Place",
            "address": _described(address),
            "containedInPlace": _administrative(area(record.borough, places)) if record.borough else None,
            "geo": None if record.latitude is None else geo,
            "amenityFeature": None if record.step_free is None else step_free,
        }
    )


def _administrative(name: str) -> Node:
    return {"@type": "AdministrativeArea", "name": name}


def _hours(hours: SplitHours) -> Iterator[Node]:
    """The hours day by day: an ordinary week, bank holidays, and dates, which say closed as 00:00 to 00:00.

    https://schema.org/OpeningHoursSpecification. The end of a day is told as 23:59, as search engines want it.
    """
    if hours.open_all_hours:
        yield from _specified(((0, 1440),), {"dayOfWeek": list(_DAYS)})
    elif hours.week is not None:
        for spans in dict.fromkeys(hours.week):
            days = [day for day, told in zip(_DAYS, hours.week, strict=True) if told == spans]
            yield from _specified(spans or _CLOSED, {"dayOfWeek": days})
    if hours.bank_holiday is not None:
        yield from _specified(hours.bank_holiday or _CLOSED, {"dayOfWeek": "PublicHolidays"})
    for first, last, spans in _runs(hours):
        yield from _specified(spans or _CLOSED, {"validFrom": first.isoformat(), "validThrough": last.isoformat()})


def _runs(hours: SplitHours) -> list[tuple[date, date, Spans]]:
    """The dates that differ from the week; days on end with the same hours are one run."""
    runs: list[tuple[date, date, Spans]] = []
    for day, spans in sorted(hours.dates.items()):
        if runs and runs[-1][1] + timedelta(days=1) == day and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return runs


def _specified(spans: Spans, when: Node) -> Iterator[Node]:
    for opens, closes in spans:
        times = {"opens": wall_clock(opens), "closes": wall_clock(closes)}
        yield {"@type": "OpeningHoursSpecification", **when, **times}


def _known(node: Node) -> Node:
    """A node without what is not known."""
    return {name: value for name, value in node.items() if value is not None and value != "" and value != []}


def _described(node: Node) -> Node | None:
    """The same, None where nothing but its type is known."""
    known = _known(node)
    return known if len(known) > 1 else None
