"""Fields of an entry in the words that people see, a line or more each, from the JSON of an entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from directory import schedules
from directory.models import Entry
from directory.places import Places
from directory.schedules import LONDON, Schedule, WeeklyRule
from directory.search import wording
from directory.taxonomies import Taxonomies, Term

NOT_KNOWN = "Not known"
YEAR_DAYS = 366

LABELS: Mapping[str, str] = {
    "name": "Name",
    "organization": "Organisation",
    "service_type": "Type of help",
    "description": "What it is",
    "status": "Status",
    "audience": "Who may see it",
    "location_type": "Place or line",
    "address": "Address",
    "postcode": "Postcode",
    "borough": "Borough",
    "address_visibility": "Who may see the address",
    "area_served": "Area served",
    "phones": "Numbers",
    "email": "Email",
    "website": "Website",
    "opening_hours": "Opening hours",
    "self_referral": "Self-referral",
    "walk_in": "Walk in",
    "referral_routes": "Who else can refer or bring",
    "application_process": "What to do",
    "minimum_age": "Youngest age",
    "maximum_age": "Oldest age",
    "gender": "Gender",
    "eligibility": "Who it is for",
    "communities": "Communities",
    "languages": "Languages",
    "interpreters": "Interpreters",
    "accessibility": "More about access",
    "step_free": "Step-free",
    "cost": "Cost",
    "cost_description": "More about cost",
    "nhs_commissioned": "Paid for by the NHS",
    "drop_off": "Takes a police or ambulance drop-off",
    "crew_may_leave": "The crew may leave",
    "intoxicated": "Takes people who have been drinking or using drugs",
    "alone_under_18": "Takes under-18s alone",
    "companion": "A companion may come",
    "dog": "A dog may come",
    "entrance": "Which entrance",
    "cultural_claims": "Claims about culture and language",
    "live_status": "Status for now",
    "caution": "Caution",
    "evidence": "How we know",
    "confidence": "Confidence",
    "notes": "Notes for maintainers",
}
"""The fields of an entry as people call them, in the order in which they are shown."""

GROUPS: Mapping[str, str] = {
    "contact": "Contact details",
    "hours": "Opening hours",
    "criteria": "Who it is for and how to get in",
    "culture": "Culture and language",
}
PROSE = frozenset(
    ("name", "organization", "description", "address", "application_process", "eligibility", "accessibility")
    + ("cost_description", "entrance", "notes")
)
"""Fields of free words, in which single words are compared."""

_CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": {"active": "Shown to people", "unverified": "Not verified, not shown", "withdrawn": "Withdrawn"},
    "audience": {"public": "Everybody", "professional": "Professionals only"},
    "location_type": {"physical": "A place to go to", "virtual": "A line, with no place to go to"},
    "address_visibility": {"full": "Everybody", "area": "Nobody: only its area is shown", "hidden": "Nobody"},
    "gender": {"women": "Women only", "men": "Men only"},
    "cost": {"free": "Free", "paid": "You have to pay", "mixed": "Some of it is free"},
    "confidence": {"high": "High", "medium": "Medium", "low": "Low"},
}
_STATES = {
    "space": "Has space",
    "busy": "Busy",
    "full": "Full",
    "closed": "Closed unexpectedly",
    "ring_first": "Ring first",
}
_CLAIMS = {"led_by": "Led by", "staff_speak": "Staff speak", "specialist_in": "Specialist in", "welcomes": "Welcomes"}
PROBLEMS: Mapping[str, str] = {
    "no_answer": "nobody answered",
    "shut": "shut when shown open",
    "turned_away": "turned away",
    "wrong_number": "wrong number",
    "wrong_address": "wrong address",
    "other": "something else",
}
_HOW = {
    "edit": "by changing it",
    "link": "by the link in a mail",
    "telephone": "by telephone",
    "spreadsheet": "by spreadsheet",
    "": "",
}
_BY = {"provider": "the provider", "region": "the region", "": ""}


class Wordings:
    """Says what fields hold; `today`, wherever it is asked for, is the day in London on which that is said."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places = places
        self._terms: Mapping[str, Mapping[str, Term]] = {
            "service_type": taxonomies.service_types,
            "referral_routes": taxonomies.referral_routes,
            "communities": taxonomies.communities,
            "languages": taxonomies.languages,
        }
        self._own: Mapping[str, Callable[[Any], list[str]]] = {
            "phones": lambda phones: [_phone(phone) for phone in phones],
            "area_served": lambda codes: [self._area(code) for code in codes],
            "borough": lambda code: [self._area(code)] if code else [],
            "cultural_claims": lambda claims: [self._claim(claim) for claim in claims],
            "evidence": lambda evidence: [_evidence(one) for one in evidence],
            "live_status": lambda live: [_live(live)] if live else [],
            "caution": lambda caution: [_caution(caution)] if caution else [],
        }

    def lines(self, field: str, value: Any, today: date) -> tuple[str, ...]:
        """What a field, as the JSON of an entry has it, says: a line for each thing; "Not known" where it is empty."""
        if field == "opening_hours":
            return hours(value, today)
        if field in self._own:
            said = self._own[field](value)
        elif isinstance(value, list):
            said = [self._name(field, code) for code in value]
        else:
            said = [self._one(field, value)]
        return tuple(filter(None, said)) or (NOT_KNOWN,)

    def facts(self, entry: Entry, today: date) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every field of an entry that people may know, with its label."""
        record = entry.model_dump(mode="json")
        return tuple((label, self.lines(field, record[field], today)) for field, label in LABELS.items())

    def _one(self, field: str, value: Any) -> str:
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, dict):
            return ("Yes" if value["value"] else "No") + (f", said {spoken_date(value['on'])}" if value["on"] else "")
        if value is None or value == "":
            return ""
        return _CHOICES.get(field, {}).get(value) or self._name(field, str(value))

    def _name(self, field: str, code: str) -> str:
        term = self._terms.get(field, {}).get(code)
        return term.name if term else code

    def _area(self, code: str) -> str:
        return wording.areas(Entry(ref="", name="", service_type="", area_served=(code,)), self._places)[0]

    def _claim(self, claim: Mapping[str, str]) -> str:
        known = self._name("languages" if claim["kind"] == "staff_speak" else "communities", claim["code"])
        when = f", {spoken_date(claim['said_on'])}" if claim["said_on"] else ""
        return f"{_CLAIMS[claim['kind']]}: {known} (said by {claim['said_by']}{when})"


def hours(text: str, today: date) -> tuple[str, ...]:
    """Opening hours as lines: the ordinary week, bank holidays, and each change of the coming year."""
    schedule = schedules.parse(text)
    if not schedule.known and not schedule.dated and schedule.bank_holiday is None:
        return ("By appointment, times not known" if schedule.by_appointment else NOT_KNOWN,)
    ordinary = replace(schedule, dated=(), bank_holiday=None)
    monday = today - timedelta(days=today.weekday())
    lines = [f"{day.day}: {day.words}" for day in schedules.week(ordinary, monday)]
    if any(rule.weeks for rule in schedule.weekly or ()):
        lines.append(f"Not every week is the same. As kept: {schedules.write(ordinary)}")
    lines.append(f"Bank holidays: {_on_bank_holidays(schedule, monday)}")
    for change in schedules.exceptions(schedule, today, YEAR_DAYS):
        lines.append(f"{change.dates}: {change.words}" + (f" ({change.note})" if change.note else ""))
    return tuple(lines)


def _on_bank_holidays(schedule: Schedule, monday: date) -> str:
    if schedule.open_all_hours:
        return "As on other days"
    if schedule.bank_holiday is None:
        return "Not confirmed"
    same_daily = Schedule(weekly=tuple(WeeklyRule(day, schedule.bank_holiday) for day in range(7)))
    return schedules.week(same_daily, monday)[0].words


def spoken_date(iso: str) -> str:
    """A whole or reduced ISO 8601 date as people say it: "5 March 2024", "March 2024", "2024"."""
    written = {10: "{day.day} {day:%B %Y}", 7: "{day:%B %Y}", 4: "{day:%Y}"}[len(iso)]
    return written.format(day=date.fromisoformat((iso + "-01-01")[:10]))


def spoken_instant(instant: datetime) -> str:
    """An instant in full: "9:04pm on 22 November 2026"."""
    local = instant.astimezone(LONDON)
    return f"{schedules.spoken_time(local)} on {local.day} {local:%B %Y}"


def _phone(phone: Mapping[str, str]) -> str:
    verb = "Text" if phone["kind"] == "text" else "Call"
    more = [phone["note"], "handover number" if phone["purpose"] else ""]
    more.append("professionals only" if phone["audience"] == "professional" else "")
    known = ", ".join(filter(None, more))
    return f"{verb} {phone['number']}" + (f" ({known})" if known else "")


def _evidence(evidence: Mapping[str, Any]) -> str:
    group = GROUPS[evidence["fact_group"]]
    if evidence["checked_on"]:
        who = f" by {_BY[evidence['checked_by']]}" if evidence["checked_by"] else ""
        how = f", {_HOW[evidence['checked_how']]}" if evidence["checked_how"] else ""
        return f"{group}: checked {spoken_date(evidence['checked_on'])}{who}{how}"
    said = f"source dated {spoken_date(evidence['source_date'])}" if evidence["source_date"] else "source not dated"
    return f"{group}: {said}" + (", confirmed by the provider" if evidence["confirmed_by_provider"] else "")


def _live(live: Mapping[str, str]) -> str:
    since, until = (spoken_instant(datetime.fromisoformat(live[end])) for end in ("at", "until"))
    return f"{_STATES[live['state']]}, from {since} until {until}" + (f": {live['note']}" if live["note"] else "")


def _caution(caution: Mapping[str, Any]) -> str:
    since = spoken_instant(datetime.fromisoformat(caution["at"]))
    return f"Several people reported since {since}: {', '.join(PROBLEMS[kind] for kind in caution['kinds'])}"
