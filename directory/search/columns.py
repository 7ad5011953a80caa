"""The columns of the catalogue: the facts of every entry as numpy arrays, one element an entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from directory import schedules
from directory.freshness import dated_on
from directory.models import FACT_GROUPS, CrewFact, Entry, FactGroup, Gender
from directory.places import Places
from directory.search.query import TAKEN, Asking, Taken
from directory.taxonomies import Taxonomies

EVERYWHERE = np.uint64(2**64 - 1)
OUTSIDE_LONDON = np.uint64(1) << np.uint64(63)
GENDERS: Mapping[Gender | None, int] = {None: 0, "women": 1, "men": 2}
CREWS = ("police", "ambulance")
ROUTES: Mapping[Asking, frozenset[str]] = {
    "self": frozenset({"self"}),
    "carer": frozenset({"carer"}),
    "111": frozenset({"111"}),
    "police": frozenset({"police", "999"}),
    "ambulance": frozenset({"ambulance", "999"}),
    "gp": frozenset({"gp", "professional"}),
    "professional": frozenset({"professional", "gp", "crisis_team", "ae_liaison", "social_care"}),
}

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """The facts that searches filter and sort by, one element an entry.

    `self_referral`, `walk_in`, `step_free`, `accepts` (by who is asking) and `takes` (by whom or what comes too) hold 1
    yes, 0 no, -1 not known; ages and `borough` (a position in `Places.boroughs`) -1 where not known;
    `for_the_young` is True for those that name children and young people; `checked` is by group of facts the day it is
    dated as an ordinal, 0 where it has no date; `cautioned` tells that several people reported the entry; `serves` has
    one bit for each borough whose residents may use it and one for outside London, all bits where that is
    `area_unknown`; `breadth` is how many bits, and `local` that they are fewer than all of London.
    `particular` entries are for some people only: a community, a gender, or up to an age. `goes_to` is False for
    lines, and for entries whose whereabouts are not known or not told; those that it is True for are `pointed` or
    `unpointed`. `speaks` is 0 where languages are listed and there are no interpreters, so that the list is all, else
    -1. Entries with the same `numbers` ring in the same place; one without a public number is by itself. `members` has
    the flags of each code, by kind and code.
    """

    pointed: Flags
    unpointed: Flags
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    borough: NDArray[np.int16]
    goes_to: Flags
    virtual: Flags
    self_referral: NDArray[np.int8]
    walk_in: NDArray[np.int8]
    step_free: NDArray[np.int8]
    accepts: Mapping[Asking, NDArray[np.int8]]
    takes: Mapping[Taken, NDArray[np.int8]]
    speaks: NDArray[np.int8]
    for_the_young: Flags
    checked: Mapping[FactGroup, NDArray[np.int64]]
    cautioned: Flags
    minimum_age: NDArray[np.int16]
    maximum_age: NDArray[np.int16]
    gender: NDArray[np.int8]
    serves: NDArray[np.uint64]
    area_unknown: Flags
    breadth: NDArray[np.int64]
    local: Flags
    particular: Flags
    schedule: NDArray[np.int64]
    always_open: Flags
    numbers: NDArray[np.int64]
    members: Mapping[tuple[str, str], Flags]


def make_columns(
    entries: Sequence[Entry],
    parsed_schedules: Sequence[schedules.Schedule],
    schedule: Rows,
    places: Places,
    taxonomies: Taxonomies,
) -> Columns:
    """The columns of these entries; `schedule` gives each one's place among `parsed_schedules`."""
    served = _Served(places)
    order = {borough.code: position for position, borough in enumerate(places.areas.boroughs)}
    points = [e if e.has_point else None for e in entries]
    has_point = np.array([point is not None for point in points], dtype=bool)
    goes_to = np.array([_goes_to(e) for e in entries], dtype=bool)
    serves = np.array([served.bits(e.area_served) for e in entries], dtype=np.uint64)
    breadth = np.array([int(bits).bit_count() for bits in serves], dtype=np.int64)
    return Columns(
        pointed=goes_to & has_point,
        unpointed=goes_to & ~has_point,
        easting=np.array([point.easting if point else np.nan for point in points], dtype=np.float64),
        northing=np.array([point.northing if point else np.nan for point in points], dtype=np.float64),
        latitude=np.array([point.latitude if point else np.nan for point in points], dtype=np.float64),
        longitude=np.array([point.longitude if point else np.nan for point in points], dtype=np.float64),
        borough=np.array([order.get(e.borough, -1) if _goes_to(e) else -1 for e in entries], dtype=np.int16),
        goes_to=goes_to,
        virtual=np.array([e.location_type == "virtual" for e in entries], dtype=bool),
        self_referral=np.array([_three(e.self_referral) for e in entries], dtype=np.int8),
        walk_in=np.array([_three(e.walk_in) for e in entries], dtype=np.int8),
        step_free=np.array([_three(e.step_free) for e in entries], dtype=np.int8),
        accepts={who: np.array([accepts(e, who) for e in entries], dtype=np.int8) for who in get_args(Asking)},
        takes={name: np.array([_three(_said(getattr(e, name))) for e in entries], dtype=np.int8) for name in TAKEN},
        speaks=np.array([0 if e.languages and not e.interpreters else -1 for e in entries], dtype=np.int8),
        for_the_young=np.array(["children_and_young_people" in e.communities for e in entries], dtype=bool),
        checked={group: np.array([_dated(e, group) for e in entries], dtype=np.int64) for group in FACT_GROUPS},
        cautioned=np.array([e.caution is not None for e in entries], dtype=bool),
        minimum_age=np.array([_age(e.minimum_age) for e in entries], dtype=np.int16),
        maximum_age=np.array([_age(e.maximum_age) for e in entries], dtype=np.int16),
        gender=np.array([GENDERS[e.gender] for e in entries], dtype=np.int8),
        serves=serves,
        area_unknown=np.array([not e.area_served for e in entries], dtype=bool),
        breadth=breadth,
        local=breadth < len(places.boroughs),
        particular=np.array([bool(e.communities or e.gender or e.maximum_age) for e in entries], dtype=bool),
        schedule=schedule,
        always_open=np.array([s.open_all_hours for s in parsed_schedules], dtype=bool)[schedule],
        numbers=_sets_of_numbers(entries),
        members=_members(entries, served, taxonomies),
    )


class _Served:
    """Reads `area_served` codes: boroughs, footprints, London, England and UK."""

    def __init__(self, places: Places) -> None:
        self._bits = {borough.code: np.uint64(1) << np.uint64(n) for n, borough in enumerate(places.areas.boroughs)}
        self._footprints = {
            footprint.code: [b.code for b in places.areas.boroughs if b.footprint == footprint.code]
            for footprint in places.areas.footprints
        }
        self._footprint_of = {borough.code: borough.footprint for borough in places.areas.boroughs}
        self._london = sum(map(int, self._bits.values()))

    def footprint_of(self, borough: str) -> str:
        """The footprint that a borough lies in."""
        return self._footprint_of[borough]

    def boroughs(self, area_served: Sequence[str]) -> set[str]:
        """The boroughs that the codes name, one by one or by footprint; wider areas name none."""
        return {
            borough for code in area_served for borough in self._footprints.get(code, [code]) if borough in self._bits
        }

    def bits(self, area_served: Sequence[str]) -> int:
        """One bit a borough and one for outside London; all of them where it is not known, or the whole country."""
        if not area_served or not {"UK", "England"}.isdisjoint(area_served):
            return int(EVERYWHERE)
        if "London" in area_served:
            return self._london
        return sum(int(self._bits[borough]) for borough in self.boroughs(area_served))


def _members(entries: Sequence[Entry], served: _Served, taxonomies: Taxonomies) -> dict[tuple[str, str], Flags]:
    rows: dict[tuple[str, str], list[int]] = {}
    people, claimed = cache(partial(_people, taxonomies)), cache(partial(_claimed, taxonomies))
    for row, entry in enumerate(entries):
        keys = {("type", entry.service_type)} | people(entry.communities, entry.languages)
        if entry.cultural_claims:
            keys |= claimed(entry.communities_claimed, entry.languages_claimed)
        for key in keys:
            rows.setdefault(key, []).append(row)
        for key in set(_boroughs(entry, served)):
            rows.setdefault(key, []).append(row)
    members = {}
    for key, numbers in rows.items():
        members[key] = np.zeros(len(entries), dtype=bool)
        members[key][numbers] = True
    return members


def _people(
    taxonomies: Taxonomies, communities: tuple[str, ...], languages: tuple[str, ...]
) -> frozenset[tuple[str, str]]:
    """Whom an entry is for: its communities and those around them, and those whose language it speaks.

    "listed" are the codes of its own list, "family" the families that they belong to.
    """
    keys = {("language", code) for code in languages}
    for code in communities:
        keys |= {("listed", code), ("family", taxonomies.communities[code].family)}
        keys |= {("community", wider) for wider in taxonomies.with_broader(code)}
    for code, community in taxonomies.communities.items():
        if not set(community.languages).isdisjoint(languages):
            keys.add(("community", code))
    return frozenset(keys)


def _claimed(
    taxonomies: Taxonomies, communities: tuple[str, ...], languages: tuple[str, ...]
) -> frozenset[tuple[str, str]]:
    """The same of what is claimed. A claim shuts nobody out, so it says nothing of whom an entry is not for."""
    return frozenset(key for key in _people(taxonomies, communities, languages) if key[0] in ("community", "language"))


def _boroughs(entry: Entry, served: _Served) -> Iterator[tuple[str, str]]:
    boroughs = served.boroughs(entry.area_served)
    if entry.borough and entry.address_visibility != "hidden":
        boroughs.add(entry.borough)
    for code in boroughs:
        yield "borough", code
        yield "icb", served.footprint_of(code)


def accepts(entry: Entry, who: Asking) -> int:
    """Whether an entry takes somebody who asks as `who`: 1 yes, 0 no, -1 not known.

    Where people can refer themselves, anybody may help them to. A crew that brings somebody to a door needs to be
    told that it may: what is said of drop-offs decides, else only a route that is listed. No is said only where other
    routes are known to be all.
    """
    if brings(entry, who) and entry.drop_off is not None:
        return int(entry.drop_off.value)
    routes, self_referral = set(entry.referral_routes), entry.self_referral or "self" in entry.referral_routes
    if not routes.isdisjoint(ROUTES[who]) or (self_referral and not brings(entry, who)):
        return 1
    return 0 if entry.self_referral is False and (routes or who == "self") else -1


def brings(entry: Entry, who: Asking | None) -> bool:
    """Whether a crew asks that has somebody with it, and the entry is a place to bring them to."""
    return who in CREWS and entry.location_type == "physical"


def _dated(entry: Entry, group: FactGroup) -> int:
    """The day that a group of facts is dated as an ordinal, the first of a month or year where that is all; 0 none."""
    dates = [dated_on(evidence) for evidence in entry.evidence if evidence.fact_group == group]
    return max((day.toordinal() for day in dates if day), default=0)


def _goes_to(entry: Entry) -> bool:
    """Whether the entry is a place that a person may be told the whereabouts of."""
    known = bool(entry.borough) or entry.has_point
    return entry.location_type == "physical" and entry.address_visibility != "hidden" and known


def _sets_of_numbers(entries: Sequence[Entry]) -> Rows:
    """For each entry the first row of those that ring in the same place."""
    first: dict[frozenset[str], int] = {}
    rows = [first.setdefault(_numbers(e) or frozenset({e.ref}), row) for row, e in enumerate(entries)]
    return np.array(rows, dtype=np.int64)


def _numbers(entry: Entry) -> frozenset[str]:
    return frozenset(phone.number for phone in entry.phones if phone.audience == "public")


def _three(fact: bool | None) -> int:
    return -1 if fact is None else int(fact)


def _said(fact: CrewFact | None) -> bool | None:
    return None if fact is None else fact.value


def _age(years: int | None) -> int:
    return -1 if years is None else years
