"""What the public sees of an entry, by group of facts, in a few lines each, for providers who are asked about it."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from directory import schedules
from directory.freshness import groups_told
from directory.models import CREW_FACTS, CrewFactName, Entry, FactGroup
from directory.places import Places
from directory.search import wording
from directory.taxonomies import Taxonomies
from directory.web.words import GROUPS

_CREW: Mapping[CrewFactName, str] = {
    "drop_off": "Police or ambulance drop-off",
    "crew_may_leave": "Crew may leave",
    "intoxicated": "People who have been drinking or using drugs",
    "alone_under_18": "Under-18s alone",
    "companion": "A companion may come",
    "dog": "A dog may come",
}
_COSTS = {"free": "Free", "paid": "People have to pay", "mixed": "Some of it is free"}


class Shown(NamedTuple):
    """One group of facts: its name, and its lines as the public reads them."""

    group: FactGroup
    title: str
    lines: tuple[str, ...]


def shown(entry: Entry, places: Places, taxonomies: Taxonomies, today: date) -> tuple[Shown, ...]:
    """The groups that say something, in order. What is for professionals only is not among the lines."""
    lines: Mapping[FactGroup, Iterable[str]] = {
        "contact": _contact(entry),
        "hours": _hours(entry, today),
        "criteria": _criteria(entry, places, taxonomies),
        "culture": _culture(entry, taxonomies),
    }
    told = groups_told(entry)
    return tuple(Shown(group, GROUPS[group], tuple(filter(None, lines[group]))) for group in told)


def _contact(entry: Entry) -> Iterable[str]:
    for phone in entry.phones:
        if phone.audience == "public":
            yield f"{phone.number} ({phone.note})" if phone.note else phone.number
    yield entry.email
    yield entry.website.removeprefix("https://").rstrip("/")
    if entry.location_type == "virtual":
        yield "No place to go to"
    elif entry.address_visibility != "full":
        yield "Address given when people get in touch"
    else:
        yield ", ".join(filter(None, [entry.address, entry.postcode])) or "Address not known"
    yield f"Entrance: {entry.entrance}" if entry.entrance and entry.address_visibility == "full" else ""


def _hours(entry: Entry, today: date) -> Iterable[str]:
    """A plain week from Monday, and the dates on which it differs."""
    schedule = schedules.parse(entry.opening_hours)
    if not schedule.known:
        yield "Times not known"
        return
    week = sorted(schedules.week(schedule, today), key=lambda day: day.date.weekday())
    for (words, note), days in groupby(week, key=lambda day: (day.words, day.note)):
        names = [day.day for day in days]
        joint = " and " if len(names) == 2 else " to "
        when = "Every day" if len(names) == len(week) else joint.join(dict.fromkeys((names[0], names[-1])))
        yield f"{when}: {words}{f' ({note})' if note else ''}"
    for change in schedules.exceptions(schedule, today):
        yield f"{change.dates}: {change.words}{f' ({change.note})' if change.note else ''}"


def _criteria(entry: Entry, places: Places, taxonomies: Taxonomies) -> Iterable[str]:
    areas = wording.listed(wording.areas(entry, places), "and")
    yield entry.description
    yield from (wording.gender(entry), wording.ages(entry), f"For people in {areas}" if areas else "")
    yield entry.eligibility
    yield wording.ways_in(entry, taxonomies)
    referrers = wording.referrers(entry, taxonomies)
    yield f"Can be referred or brought by: {wording.listed(referrers, 'and')}" if referrers else ""
    yield entry.application_process
    yield from (_crew_fact(entry, name) for name in CREW_FACTS)
    yield {True: "Step-free", False: "Not step-free", None: ""}[entry.step_free]
    yield entry.accessibility
    yield _COSTS.get(entry.cost or "", "")


def _crew_fact(entry: Entry, name: CrewFactName) -> str:
    fact = getattr(entry, name)
    return f"{_CREW[name]}: {'yes' if fact.value else 'no'}" if fact else ""


def _culture(entry: Entry, taxonomies: Taxonomies) -> Iterable[str]:
    communities = [taxonomies.communities[code].name for code in entry.communities]
    languages = [taxonomies.languages[code].name for code in entry.languages]
    yield f"Communities: {wording.listed(communities, 'and')}" if communities else ""
    yield f"Languages: {wording.listed(languages, 'and')}" if languages else ""
    yield {True: "Interpreters: yes", False: "Interpreters: no", None: ""}[entry.interpreters]
    yield from (wording.claim(claim, taxonomies) for claim in entry.cultural_claims)
