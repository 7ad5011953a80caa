"""The facts of an entry, a line or two each: for the entry beside the results, and for the shortlist."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from directory import schedules
from directory.models import Entry
from directory.places import Places
from directory.public import facts
from directory.search import wording
from directory.search.columns import ROUTES, accepts, brings
from directory.search.query import Asking
from directory.taxonomies import Taxonomies

NOT_KNOWN = "Not known"
_ACCEPTED = {1: "Yes", 0: "No", -1: NOT_KNOWN}
ASKING: Mapping[Asking, str] = {
    "carer": "family or a carer",
    "111": "NHS 111",
    "police": "police",
    "ambulance": "an ambulance crew",
    "gp": "a GP",
    "professional": "a professional",
}
_CREWS: Mapping[Asking, tuple[str, str]] = {
    "police": ("Drop-off by police", "Can officers leave"),
    "ambulance": ("Drop-off by ambulance", "Can the crew leave"),
}

Fact = tuple[str, str]


def accepted(entry: Entry, asking: Asking) -> list[Fact]:
    """Whether it takes people from whoever asks and, for a crew that brings somebody, whether the crew can leave."""
    takes = _ACCEPTED[accepts(entry, asking)]
    if not brings(entry, asking):
        if accepts(entry, asking) == 1 and ROUTES[asking].isdisjoint(entry.referral_routes):
            takes = "Not listed, but people can refer themselves"
        return [(f"Referral by {ASKING[asking]}", takes)]
    dropping, leaving = _CREWS[asking]
    return [(dropping, drop_off(entry, asking)), (leaving, facts.crew_fact(entry.crew_may_leave))]


def drop_off(entry: Entry, asking: Asking) -> str:
    """Whether it takes people whom a crew brings: as somebody said, with the date; else by the routes it lists."""
    return _ACCEPTED[accepts(entry, asking)] if entry.drop_off is None else facts.crew_fact(entry.drop_off)


def for_who_asks(entry: Entry, asking: Asking | None, taxonomies: Taxonomies, *, has_number: bool) -> list[Fact]:
    """What whoever asks must know first; for a crew that brings somebody, the way in too. That there is no number.

    A number that there is stands beside these, to be called.
    """
    first = [] if asking is None or asking == "self" else accepted(entry, asking)
    if brings(entry, asking):
        known = ("Which entrance", facts.entrance(entry)), ("Who can come in", facts.takes(entry))
        first += [fact for fact in known if fact[1]]
        door = facts.sentences([wording.ways_in(entry, taxonomies), entry.application_process])
        first.append(("Way in", door or NOT_KNOWN))
    if not has_number:
        first.append(("Number", NOT_KNOWN))
    return first


def who(entry: Entry, places: Places) -> str:
    """Whom it is for, by gender, age and where they live, and whatever else is said of that."""
    areas = wording.listed(wording.areas(entry, places), "and")
    known = [wording.gender(entry), wording.ages(entry), f"For people in {areas}" if areas else "", entry.eligibility]
    return facts.sentences(known) or "No limit known"


def way_in(entry: Entry, taxonomies: Taxonomies) -> str:
    """How to get in, who can refer or bring somebody, and what to do."""
    routes = wording.referrers(entry, taxonomies) if entry.self_referral is not False else []
    known, also = wording.ways_in(entry, taxonomies), "also " if entry.self_referral or entry.walk_in else ""
    bring = f"Can {also}be referred or brought by: {', '.join(map(wording.uncapitalised, routes))}" if routes else ""
    return facts.sentences([known, bring, entry.application_process]) or NOT_KNOWN


def where(entry: Entry, places: Places) -> str:
    """The address, or why there is none, the borough, and whether there is a step."""
    if entry.location_type == "virtual":
        return "There is no place to go to"
    borough = wording.borough_name(entry, places)
    steps = {True: "Step-free", False: "Not step-free", None: ""}[entry.step_free]
    return facts.sentences([facts.address(entry) or facts.address_missing(entry), borough, steps])


def culture(entry: Entry, taxonomies: Taxonomies) -> str:
    """Communities, languages and interpreters, and what is claimed of them."""
    return " ".join(filter(None, [facts.culture(entry, taxonomies), facts.claims(entry, taxonomies)])) or NOT_KNOWN


def coming_week(schedule: schedules.Schedule, today: date) -> str:
    """The next seven days, days in a row with the same hours together: "Sunday to Friday: 6pm to 2am"."""
    if not schedule.known:
        return NOT_KNOWN
    return facts.sentences(_runs_of_days(schedules.week(schedule, today)))


def _runs_of_days(week: Sequence[schedules.DayHours]) -> Iterator[str]:
    for (words, note), days in groupby(week, key=lambda day: (day.words, day.note)):
        names = [day.day for day in days]
        when = "Every day" if len(names) == len(week) else " to ".join(dict.fromkeys((names[0], names[-1])))
        yield f"{when}: {wording.uncapitalised(words)}{f' ({note})' if note else ''}"
