"""Fields of an entry in the words that people see, a line for each thing, from the JSON of an entry."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from directory import schedules
from directory.places import Places
from directory.schedules import Schedule, WeeklyRule
from directory.search.live import STATES
from directory.taxonomies import Taxonomies
from directory.web.problems import PROBLEMS
from directory.web.times import spoken_date, spoken_instant
from directory.web.words import GROUPS, NOT_KNOWN, said

YEAR_DAYS = 366

_LISTS = frozenset({"area_served", "referral_routes", "communities", "languages", "phones", "cultural_claims"})
_BY = {"provider": " by the provider", "region": " by the region", "": ""}
_HOW = {
    "edit": ", on its page",
    "link": ", by the link in a mail",
    "telephone": ", by telephone",
    "spreadsheet": ", by spreadsheet",
    "": "",
}


def lines(field: str, value: Any, today: date, places: Places, taxonomies: Taxonomies) -> tuple[str, ...]:
    """What a field says: a line for each thing, "Not known" where it is empty. `today` is the day in London."""
    if field == "opening_hours":
        return hours(value, today)
    if field in _OWN and value:
        return _OWN[field](value)
    if field in _LISTS and value:
        return tuple(said(field, [one], places, taxonomies) for one in value)
    return tuple(said(field, value, places, taxonomies).splitlines())


def hours(text: str, today: date) -> tuple[str, ...]:
    """Opening hours as lines: the ordinary week, bank holidays, and other hours on dates of the next year."""
    schedule = schedules.parse(text)
    if not schedule.known and not schedule.dated and schedule.bank_holiday is None:
        return ("By appointment, times not known" if schedule.by_appointment else NOT_KNOWN,)
    ordinary = replace(schedule, dated=(), bank_holiday=None)
    monday = today - timedelta(days=today.weekday())
    said_of_it = [f"{day.day}: {day.words}" for day in schedules.week(ordinary, monday)]
    if any(rule.weeks for rule in schedule.weekly or ()):
        said_of_it.append(f"Not every week is the same. As kept: {schedules.write(ordinary)}")
    said_of_it.append(f"Bank holidays: {_on_bank_holidays(schedule, monday)}")
    for change in schedules.exceptions(replace(schedule, bank_holiday=None), today, YEAR_DAYS):
        said_of_it.append(f"{change.dates}: {change.words}" + (f" ({change.note})" if change.note else ""))
    return tuple(said_of_it)


def _on_bank_holidays(schedule: Schedule, monday: date) -> str:
    if schedule.open_all_hours:
        return "As on other days"
    if schedule.bank_holiday is None:
        return "Not confirmed"
    same_daily = Schedule(weekly=tuple(WeeklyRule(day, schedule.bank_holiday) for day in range(7)))
    return schedules.week(same_daily, monday)[0].words


def _evidence(evidence: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{GROUPS[one['fact_group']]}: {checked(one)}" for one in evidence)


def checked(evidence: Mapping[str, Any]) -> str:
    """Who said a group of facts, when and how: "checked 5 March 2026 by the region, by telephone"."""
    if evidence["checked_on"]:
        who, how = _BY[evidence["checked_by"]], _HOW[evidence["checked_how"]]
        return f"checked {spoken_date(evidence['checked_on'])}{who}{how}"
    dated = f"source dated {spoken_date(evidence['source_date'])}" if evidence["source_date"] else "source not dated"
    return dated + (", confirmed by the provider" if evidence["confirmed_by_provider"] else "")


def _live(live: dict[str, Any]) -> tuple[str, ...]:
    since, until = (spoken_instant(datetime.fromisoformat(live[end])) for end in ("at", "until"))
    return (f"{STATES[live['state']]}, from {since} until {until}", *filter(None, [live["note"]]))


def _caution(caution: dict[str, Any]) -> tuple[str, ...]:
    since = spoken_instant(datetime.fromisoformat(caution["at"]))
    return (f"Several people reported since {since}", *(PROBLEMS[kind] for kind in caution["kinds"]))


_OWN: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "evidence": _evidence,
    "live_status": _live,
    "caution": _caution,
}
