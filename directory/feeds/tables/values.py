"""What the cells of the table say of a record: each teller gives one value, None or "" for an empty cell."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from directory.feeds.sentences import about_hours, alert, doubt, joined, must_book, public_number, way_in
from directory.feeds.tables.telling import Told, spoken_spans
from directory.freshness import verified_on
from directory.models import Audience, CrewFactName, FactGroup
from directory.schedules import Spans
from directory.search import wording
from directory.search.live import parsed
from directory.taxonomies import Term
from directory.web.words import area

Value = str | int | float | bool | date | datetime | None
Tell = Callable[[Told], Value]

SEVERAL: Final = "; "
"""What stands between several things in one cell."""


def field(name: str) -> Tell:
    """A field of the record as it is."""

    def tell(told: Told) -> Value:
        value: Value = getattr(told.record, name)
        return value

    return tell


def kind_name(told: Told) -> str:
    """The kind of service in words."""
    return told.reference.taxonomies.service_types[told.record.service_type].name


def dos_service_type_id(told: Told) -> int:
    """The type in the Directory of Services that is nearest to the kind."""
    return told.reference.taxonomies.service_types[told.record.service_type].dos_service_type_id


def phone_public(told: Told) -> str:
    """The first number that anybody may ring."""
    return public_number(told.record)


def first_sentence(told: Told) -> str:
    """The sentence about getting in that readers of the Directory of Services look for."""
    return way_in(told.record, holds=not doubt(told.record, told.version, told.until))


def out_of_the_ordinary(told: Told) -> str:
    """What the service says of now, and what people report."""
    return joined((alert(told.record), doubt(told.record, told.version, told.until)))


def appointment_required(told: Told) -> bool | None:
    """Whether people must arrange it first; None too for what has no place to go to."""
    return None if told.record.location_type == "virtual" else must_book(told.record)


def are_hours_known(told: Told) -> bool:
    """Whether those of ordinary days are."""
    return parsed(told.record.opening_hours).known


def more_about_hours(told: Told) -> str:
    """What the times of sessions do not tell."""
    return about_hours(told.record.opening_hours)


def is_open_all_hours(told: Told) -> bool | None:
    """None where the hours are not known."""
    return told.hours.open_all_hours if are_hours_known(told) else None


def on_weekday(weekday: int) -> Tell:
    """The sessions of a day of the week, from 0 for Monday."""

    def tell(told: Told) -> str:
        if told.hours.open_all_hours:
            return _sessions(((0, 1440),))
        return _sessions(told.hours.week[weekday]) if told.hours.week else ""

    return tell


def on_bank_holidays(told: Told) -> str:
    """The sessions of bank holidays, "closed", or "" where nothing was said of them."""
    return "" if told.hours.bank_holiday is None else _sessions(told.hours.bank_holiday) or "closed"


def dated_exceptions(told: Told) -> str:
    """Each session of each day that is different, or that it is closed then."""
    dates = told.hours.dates.items()
    return ";".join(f"{day} {said}" for day, spans in dates for said in spoken_spans(spans) or ["closed"])


def _sessions(spans: Spans) -> str:
    return ";".join(spoken_spans(spans))


def borough(told: Told) -> str:
    """The name of the borough."""
    return area(told.record.borough, told.reference.places) if told.record.borough else ""


def area_served(told: Told) -> str:
    """The names of the areas whose residents may use it."""
    return SEVERAL.join(area(code, told.reference.places) for code in told.record.area_served)


def names_in(list_name: str) -> Tell:
    """The names for the codes of a field, from the taxonomy that has the field's own name."""

    def tell(told: Told) -> str:
        terms: Mapping[str, Term] = getattr(told.reference.taxonomies, list_name)
        return SEVERAL.join(terms[code].name for code in getattr(told.record, list_name))

    return tell


def cultural_claims(told: Told) -> str:
    """What somebody claims of its culture, each with who says so."""
    return SEVERAL.join(wording.claim(claim, told.reference.taxonomies) for claim in told.record.cultural_claims)


def phones(audience: Audience) -> Tell:
    """The numbers for some readers, each with how to use it."""

    def tell(told: Told) -> str:
        said = []
        for phone in told.record.phones:
            notes = ["text"] if phone.kind == "text" else []
            notes += filter(None, (phone.purpose, phone.note))
            if phone.audience == audience:
                said.append(f"{phone.number} ({', '.join(notes)})" if notes else phone.number)
        return SEVERAL.join(said)

    return tell


def crew_fact(name: CrewFactName) -> Tell:
    """A fact for crews, without its date."""

    def tell(told: Told) -> bool | None:
        fact = getattr(told.record, name)
        return fact.value if fact else None

    return tell


def crew_date(name: CrewFactName) -> Tell:
    """When a fact for crews was said."""

    def tell(told: Told) -> str:
        fact = getattr(told.record, name)
        return fact.on if fact else ""

    return tell


def live(name: str) -> Tell:
    """A part of what the service says of now."""

    def tell(told: Told) -> Value:
        status = told.record.live_status
        value: Value = getattr(status, name) if status else None
        return value

    return tell


def status(told: Told) -> str:
    """Whether it says that it is closed outside its usual hours."""
    closed = told.record.live_status is not None and told.record.live_status.state == "closed"
    return "temporarily closed" if closed else "active"


def last_verified(told: Told) -> date | None:
    """The oldest day on which a group of facts that says something was checked or dated; None where one never was."""
    return verified_on(told.record)


def group_dated(group: FactGroup) -> Tell:
    """The newest date of a group of facts, perhaps reduced."""
    return lambda told: next((said.dated for said in told.record.evidence if said.fact_group == group), "")


def sources(told: Told) -> str:
    """Where the facts were found, each address once."""
    return " ".join(dict.fromkeys(said.source_url for said in told.record.evidence if said.source_url))
