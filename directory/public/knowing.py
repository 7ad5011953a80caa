"""How we know: who said the facts of an entry, when and how, and which of them must be checked again."""

from collections.abc import Iterator, Mapping
from datetime import date

from directory.freshness import Freshness, dated_on, groups_told, state
from directory.models import CheckedBy, CheckedHow, Entry, Evidence, FactGroup
from directory.public.facts import sentences
from directory.web.times import spoken_date
from directory.web.words import GROUPS

_SHORT: Mapping[str, str] = {**GROUPS, "contact": "Contact details", "hours": "Hours", "criteria": "Rules"}
_BY: Mapping[CheckedBy, str] = {
    "provider": "confirmed by the service",
    "region": "checked by the regional team",
}
_HOW: Mapping[CheckedHow, str] = {
    "": "",
    "edit": "on its page here",
    "link": "through a link in an email",
    "telephone": "by telephone",
    "spreadsheet": "in a spreadsheet",
}
_RECENT_DAYS = 30

Told = tuple[str, str, str]
"""A group of facts or a source, what is said of it, and the address that this leads to, if any."""


def freshness(entry: Entry, group: FactGroup, today: date) -> str:
    """Who last said a group of facts, and when, in one short line: "Hours confirmed by the service 12 days ago"."""
    evidence = _evidence(entry).get(group)
    name = _SHORT[group]
    if evidence is None or not (evidence.dated or _checked_by(evidence)):
        return f"{name} not confirmed"
    by = _BY.get(_checked_by(evidence), "")
    if by:
        return " ".join(filter(None, [name, by, _spoken_when(evidence, today)]))
    return f"{name} from a source dated {spoken_date(evidence.source_date)}, not confirmed"


def by_group(entry: Entry, today: date, days: Freshness) -> Iterator[Told]:
    """For each group of facts that the entry tells of, when, by whom and how it was checked, and whether it is due."""
    known = _evidence(entry)
    for group in groups_told(entry):
        evidence = known.get(group)
        fresh = state(evidence, today, days)
        parts = [_checked(evidence) if evidence else "Not confirmed", "" if fresh == "fresh" else "Needs checking"]
        yield GROUPS[group], sentences(parts), ""


def sources(entry: Entry) -> Iterator[Told]:
    """The pages that the facts come from, naming what each says where there are several."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for evidence in entry.evidence:
        if evidence.source_url:
            by_source.setdefault((evidence.source_url, evidence.source_date), []).append(GROUPS[evidence.fact_group])
    for (url, dated), groups in by_source.items():
        key = "Source" if len(by_source) == 1 else f"Source: {', '.join(groups).lower()}"
        when = f"dated {spoken_date(dated)}" if dated else "not dated"
        yield key, f"{host(url)}, {when}", url


def host(url: str) -> str:
    """The name of the site of an address."""
    return url.partition("://")[2].partition("/")[0]


def _evidence(entry: Entry) -> Mapping[FactGroup, Evidence]:
    return {evidence.fact_group: evidence for evidence in entry.evidence}


def _checked_by(evidence: Evidence) -> CheckedBy:
    """Which side said so last; the service where it has confirmed what nobody checked since."""
    return evidence.checked_by or ("provider" if evidence.confirmed_by_provider else "")


def _checked(evidence: Evidence) -> str:
    by = _BY.get(_checked_by(evidence), "")
    if not by:
        return "Not confirmed"
    on = ("on " if evidence.dated.count("-") == 2 else "in ") + spoken_date(evidence.dated) if evidence.dated else ""
    words = " ".join(filter(None, [by, on]))
    how = _HOW[evidence.checked_how]
    return ", ".join(filter(None, [words[:1].upper() + words[1:], how]))


def _spoken_when(evidence: Evidence, today: date) -> str:
    """When it was checked: in days where that is lately and known, else the month or year."""
    day = dated_on(evidence)
    if day is None:
        return ""
    ago = (today - day).days
    if evidence.dated.count("-") == 2 and 0 <= ago <= _RECENT_DAYS:
        return {0: "today", 1: "yesterday"}.get(ago, f"{ago} days ago")
    return f"in {spoken_date(evidence.dated[:7])}"
