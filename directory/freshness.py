"""How long a group of facts may go unchecked, as pure rules: no Flask, no database."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from directory.config import FRESHNESS
from directory.models import FACT_GROUPS, GROUP_FIELDS, Entry, Evidence, FactGroup
from directory.records import Record

Freshness = Mapping[FactGroup, int]
"""How many days each group of facts holds after it was last checked."""

State = Literal["fresh", "due", "unknown"]

DEFAULT: Freshness = FRESHNESS


def checked_days_ago(evidence: Evidence, today: date) -> int | None:
    """How many days ago the facts were last dated; None where they never were."""
    dated = dated_on(evidence)
    return (today - dated).days if dated else None


def state(evidence: Evidence | None, today: date, days: Freshness) -> State:
    """Whether a group of facts may still be relied on, must be checked again, or never had a date."""
    ago = checked_days_ago(evidence, today) if evidence else None
    if evidence is None or ago is None:
        return "unknown"
    return "fresh" if ago < days[evidence.fact_group] else "due"


def due_on(entry: Entry | Record, days: Freshness) -> date | None:
    """The earliest day on which a group that says something must be checked again, past where it is overdue.

    None where none of them ever had a date.
    """
    told = groups_told(entry)
    dates = [(dated_on(evidence), evidence.fact_group) for evidence in entry.evidence if evidence.fact_group in told]
    return min((dated + timedelta(days[group]) for dated, group in dates if dated), default=None)


def verified_on(entry: Entry | Record) -> date | None:
    """The oldest day on which somebody checked a group that says something; None where one of them never was.

    The date of a source is not that of a check.
    """
    days = {evidence.fact_group: evidence.checked_on for evidence in entry.evidence}
    checked = [days.get(group, "") for group in groups_told(entry)]
    return date.fromisoformat(min(checked)) if checked and all(checked) else None


def groups_told(entry: Entry | Record) -> tuple[FactGroup, ...]:
    """The groups of facts of which the entry says anything."""
    return tuple(group for group in FACT_GROUPS if any(_says(entry, field) for field in GROUP_FIELDS[group]))


def dated_on(evidence: Evidence) -> date | None:
    """The day that the facts are dated; the first of a year or a month where only that is known."""
    return date.fromisoformat((evidence.dated + "-01-01")[:10]) if evidence.dated else None


def _says(entry: Entry | Record, field: str) -> bool:
    return getattr(entry, field) not in (None, "", ())
