"""What there is to look at, as items of the queue. Pure: values in, items out."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from directory import freshness
from directory.confirmations import OpenNote
from directory.duplicates import Duplicate, possible_duplicates
from directory.freshness import Freshness
from directory.listing_requests import footprints_of_request
from directory.models import Entry, FactGroup, ListingRequest
from directory.permissions import footprints_of
from directory.places.areas import Areas
from directory.regional.queue import Item, Kind
from directory.reports import SERIOUS, OpenReports
from directory.revisions import Waiting
from directory.schedules import LONDON
from directory.search.live import STATES
from directory.web.problems import PROBLEMS
from directory.web.times import spoken_date
from directory.web.words import GROUPS, LABELS

_NOT_NEWS = frozenset({"evidence"})
_MOST_NAMED = 4


@dataclass(frozen=True)
class Standing:
    """Every entry as it is published, as of one change number, with what takes time to work out of all of them."""

    entries: Mapping[str, Entry]
    areas: Areas
    footprints: Mapping[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        known: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        footprints = {}
        for ref, entry in self.entries.items():
            where = entry.borough, entry.area_served
            if where not in known:
                known[where] = footprints_of(entry, self.areas)
            footprints[ref] = known[where]
        object.__setattr__(self, "footprints", footprints)

    @cached_property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Every pair that may be one service."""
        return possible_duplicates(self.entries.values(), self.entries.values())

    def item(self, kind: Kind, ref: str, *, detail: str, path: str = "", **more: Any) -> Item:
        """An item about one entry."""
        entry = self.entries[ref]
        return Item(
            kind,
            entry.name,
            detail,
            path or f"/region/entries/{ref}",
            ref=ref,
            borough=entry.borough,
            footprints=self.footprints[ref],
            **more,
        )


@dataclass(frozen=True, slots=True)
class LiveChange:
    """What a provider changed without approval: which fields of an entry, and when."""

    number: int
    ref: str
    fields: frozenset[str]
    at: datetime


def reported(standing: Standing, open_reports: Iterable[OpenReports]) -> Iterator[Item]:
    """Entries with problems that people reported; with a caution where two of them did within a day."""
    for each in open_reports:
        entry, kinds = each.entry, tuple(dict.fromkeys(report.kind for report in each.reports))
        kind: Kind = "caution" if entry.caution else "report"
        said = ", ".join(PROBLEMS[known].lower() for known in SERIOUS if known in kinds)
        count = len(each.reports)
        yield standing.item(
            kind,
            entry.ref,
            detail=f"{count} {'people' if count > 1 else 'person'} reported: {said}",
            path=f"/region/reports/{entry.ref}",
            about=frozenset(kinds),
            since=min(report.at for report in each.reports),
        )


def leads(standing: Standing) -> Iterator[Item]:
    """Entries that nobody has verified yet."""
    for ref, entry in standing.entries.items():
        if entry.status == "unverified":
            missing = [words for words, there in _wanted_of_a_lead(entry) if not there]
            detail = f"Not verified. Not known: {', '.join(missing)}" if missing else "Not verified"
            yield standing.item("lead", ref, detail=detail)


def _wanted_of_a_lead(entry: Entry) -> tuple[tuple[str, bool], ...]:
    place = entry.location_type == "virtual" or bool(entry.address or entry.postcode)
    return ("number", bool(entry.phones)), ("address", place), ("hours", bool(entry.opening_hours))


def said_to_have_changed(standing: Standing, notes: Iterable[OpenNote]) -> Iterator[Item]:
    """Entries of which their provider said that something has changed, and which do not say it yet."""
    by_ref: dict[str, list[OpenNote]] = {}
    for note in notes:
        by_ref.setdefault(note.item.ref, []).append(note)
    for ref, said in by_ref.items():
        about = frozenset(note.item.what if note.item.what in GROUPS else "hours" for note in said)
        detail = "; ".join(map(note_in_words, said))
        yield standing.item("changed", ref, detail=detail, about=about, since=said[0].at)


def note_in_words(note: OpenNote) -> str:
    """What a provider said has changed: "Opening hours: changed, “we close at 1”"."""
    what = note.item.what
    name = GROUPS[what] if what in GROUPS else f"The hours of {spoken_date(what)}"
    return f"{name}: changed" + (f", “{note.note}”" if note.note else "")


def past_check_date(standing: Standing, silent: Mapping[str, datetime], days: Freshness, today: date) -> Iterator[Item]:
    """Public entries with groups of facts that nobody has checked for too long.

    And those of `silent` providers, with when that was passed to the region.
    """
    for ref, entry in standing.entries.items():
        if entry.status != "active":
            continue
        due = overdue(entry, days, today)
        on = freshness.due_on(entry, days)
        began = datetime.combine(on, time(), LONDON) if on and due else None
        about = frozenset(due)
        if ref in silent:
            detail = "The provider has not answered when asked whether it is still right"
            yield standing.item("silent", ref, detail=detail, about=about, since=silent[ref])
        elif due:
            detail = "; ".join(_checks(entry, due))
            yield standing.item("stale", ref, detail=detail, about=about, since=began)


def overdue(entry: Entry, days: Freshness, today: date) -> tuple[FactGroup, ...]:
    """The groups that an entry says something of and that must be checked again, or never were."""
    known = {evidence.fact_group: evidence for evidence in entry.evidence}
    told = freshness.groups_told(entry)
    return tuple(group for group in told if freshness.state(known.get(group), today, days) != "fresh")


def _checks(entry: Entry, groups: Iterable[FactGroup]) -> Iterator[str]:
    """When groups of facts were last checked, those of one date together: "Never checked: contact and place"."""
    dates = {evidence.fact_group: evidence.dated for evidence in entry.evidence}
    by_date: dict[str, list[str]] = {}
    for group in groups:
        by_date.setdefault(dates.get(group, ""), []).append(GROUPS[group].lower())
    for dated, names in by_date.items():
        yield f"{f'Last checked {spoken_date(dated)}' if dated else 'Never checked'}: {', '.join(names)}"


def proposals(standing: Standing, waiting: Iterable[Waiting]) -> Iterator[Item]:
    """What providers would like to change."""
    for one in waiting:
        proposal = one.proposal
        yield standing.item(
            "proposal",
            proposal.ref,
            detail=f"Would change: {_named(proposal.after)}",
            path=f"/region/proposals/{proposal.id}",
            about=frozenset(proposal.after),
            since=proposal.at,
        )


def live_changes(
    standing: Standing, changes: Iterable[LiveChange], dismissed: Set[str], now: datetime
) -> Iterator[Item]:
    """The newest change of each entry that went live without approval and says other things than before.

    That there is space, or none, passes by itself and is not listed; that it is closed now is. Whoever says that a
    change is right says so of those before it too.
    """
    seen: dict[str, int] = {}
    newest: dict[str, LiveChange] = {}
    for change in sorted(changes, key=lambda change: change.number):
        if live_key(change.number) in dismissed:
            seen[change.ref] = change.number
        if _is_news(change, standing.entries[change.ref], now):
            newest[change.ref] = change
    for ref, change in newest.items():
        if change.number > seen.get(ref, 0):
            detail, path = _live_in_words(change, standing.entries[ref], now), f"/region/entries/{ref}/history"
            yield standing.item("live", ref, detail=detail, path=path, about=change.fields, since=change.at)


def _live_in_words(change: LiveChange, entry: Entry, now: datetime) -> str:
    """What a change that went live says: "Closed unexpectedly", "Opening hours"."""
    live = entry.status_at(now) if "live_status" in change.fields else None
    named = _named(change.fields - _NOT_NEWS - {"live_status"})
    return "; ".join(filter(None, [STATES[live.state] if live else "", named]))


def _is_news(change: LiveChange, entry: Entry, now: datetime) -> bool:
    if entry.status == "withdrawn":
        return False
    fields = change.fields - _NOT_NEWS
    live = entry.status_at(now)
    is_closed = live is not None and live.state == "closed"
    return bool(fields if is_closed else fields - {"live_status"})


def live_key(number: int) -> str:
    """The key by which a maintainer says that a change which went live is right."""
    return f"live:{number}"


def _named(fields: Iterable[str]) -> str:
    names = [label for name, label in LABELS.items() if name in set(fields)]
    more = len(names) - _MOST_NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMED])} and {more} more"


def duplicates(standing: Standing, dismissed: Set[str]) -> Iterator[Item]:
    """Pairs that may be one service, but for those that somebody said are not."""
    for pair in standing.duplicates:
        if duplicate_key(pair.ref, pair.other_ref) in dismissed:
            continue
        other = standing.entries[pair.other_ref]
        yield Item(
            "duplicate",
            f"{standing.entries[pair.ref].name} and {other.name}",
            f"May be one service: {', '.join(pair.reasons)}",
            f"/region/duplicates/{pair.ref}/{pair.other_ref}",
            ref=pair.ref,
            borough=standing.entries[pair.ref].borough,
            footprints=standing.footprints[pair.ref] | standing.footprints[pair.other_ref],
        )


def duplicate_key(ref: str, other_ref: str) -> str:
    """The key by which a maintainer says that a pair is no duplicate, whichever of the two is named first."""
    return f"duplicate:{min(ref, other_ref)}:{max(ref, other_ref)}"


def requests(standing: Standing, asked: Iterable[ListingRequest]) -> Iterator[Item]:
    """People who want a service listed, or say that an entry is theirs to keep."""
    for request in asked:
        entry = standing.entries.get(request.ref)
        is_claim = request.kind == "claim"
        yield Item(
            "request",
            entry.name if entry else request.facts.get("service", ""),
            "Somebody says it is theirs to keep" if is_claim else "Somebody asks for it to be listed",
            f"/region/requests/{request.id}",
            about=frozenset({request.kind}),
            ref=request.ref,
            borough=entry.borough if entry else request.facts.get("borough", ""),
            footprints=footprints_of_request(request, entry, standing.areas),
            since=request.at,
        )
