"""Which entries a search is about, and which of them will take this person: yes, no or not known, rule by rule."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.search.catalogue import Catalogue
from directory.search.columns import CREWS, GENDERS, Flags, Rows
from directory.search.journey import Journey
from directory.search.query import Ages, Query, Taken

USUAL_RADII_KM = (8.0, 16.0, 40.0)
ENOUGH = 3
HALF_KNOWN = 0.5
"""How much it counts that nobody says where people must live: areas are wider in practice than other rules."""

YOUNG_TYPE = "young_people"
OLDEST_OF_THE_YOUNG = 25
UNDER_18 = Ages(0, 17)

Three = NDArray[np.int8]
YES, NO, MAYBE = 1, 0, -1


class Rule(NamedTuple):
    """One thing that decides whether an entry takes this person: where it does, and where that is not known."""

    name: str
    yes: Flags
    unknown: Flags


class Search(Journey):
    """One query over one catalogue: which rows fit, what is to be asked about, and where they are.

    `failures` counts the rules that an entry is known to fail, `unsure` what decides about the person and is not known
    to suit; `hours_unsure` tells that it is not known whether it is open on arrival, `area_unsure` the same of whether
    it serves the whole place. `beside` counts what it lacks of what was asked for, though it may be just as good.
    `words` says which words an entry must have: "every" or "any". Where the query says something else of the person or
    the help, entries without them are `beside`, and "none" tells that no entry that fits has any.
    """

    def __init__(self, query: Query, catalogue: Catalogue, *, words: str = "every") -> None:
        super().__init__(query, catalogue)
        self.words = words
        self.scores: NDArray[np.float32] | None = None
        self.beside = np.zeros(catalogue.count, dtype=np.int8)
        self.wishes: dict[str, Flags] = {}
        self.kinds = self._kinds()
        self.meant, self.named = catalogue.names.find(query.typed, query.words)
        self.of_kind = self._of_kind()
        self.rules = [rule for found in self._finders if (rule := found(self)) is not None]
        self.rules += [self._takes(what) for what in query.takes]
        self.failures = np.zeros(catalogue.count, dtype=np.int8)
        self.unsure = np.zeros(catalogue.count, dtype=np.float32)
        self.hours_unsure = self.area_unsure = np.zeros(catalogue.count, dtype=bool)
        for rule in self.rules:
            self.failures += ~(rule.yes | rule.unknown)
            if rule.name == "open":
                self.hours_unsure = rule.unknown
            elif rule.name == "residence":
                self.area_unsure = rule.unknown
                self.unsure += (rule.unknown & self.columns.area_unknown) * np.float32(HALF_KNOWN)
            else:
                self.unsure += rule.unknown
        for unknown in self.wishes.values():
            self.unsure += unknown
        self.fits = self.of_kind & (self.failures == 0)
        self._put_beside()
        self.doubts = self._doubts()
        self._near: dict[float | None, tuple[Flags, Flags]] = {}

    # What the entry must be

    def _kinds(self) -> dict[str, Flags | None]:
        """For each sort of thing that can be asked for, the entries that are so, or may be; None where it was not.

        A community or a language that an entry does not mention is not known. Entries are left out only where they
        say whom they are for, or what they speak, and that is something else.
        """
        query = self.query
        icb = query.place.icb if query.place and query.place.kind == "icb" else query.icb
        return {
            "type": self._types(),
            "need": self._needs(),
            "community": self._wish("community", query.communities, self._community),
            "language": self._wish("language", query.languages, self._language),
            "borough": self._having("borough", (query.borough,) if query.borough else ()),
            "icb": self._having("icb", (icb,) if icb else ()),
            "words": self._words(),
        }

    def _of_kind(self, without: str = "") -> Flags:
        """Entries of the kind that was asked for, or meant by name; one sort of thing may be left out."""
        flags: Flags = self.everybody
        for name, wanted in self.kinds.items():
            if wanted is not None and name != without:
                flags = flags & wanted
        named: Flags = flags | self.meant
        return named

    def fits_without(self, kind: str) -> Flags:
        """Entries that would fit if nothing had been asked of one sort: "type", "need", "community", "language"."""
        fitting: Flags = self._of_kind(without=kind) & (self.failures == 0)
        return fitting

    def _words(self) -> Flags | None:
        if not self.query.words or says_more_than_words(self.query):
            return None
        found = self.catalogue.matching(self.query.words, every=self.words == "every")
        if found is None:
            return None
        flags, self.scores = found
        return flags

    @cached_property
    def everybody(self) -> Flags:
        """Every entry."""
        return np.ones(self.catalogue.count, dtype=bool)

    def _having(self, kind: str, codes: Sequence[str]) -> Flags | None:
        return self.catalogue.having(kind, codes) if codes else None

    def _types(self) -> Flags | None:
        codes = self.query.service_types
        return np.logical_or.reduce([self.catalogue.of_type(code) for code in codes]) if codes else None

    def _needs(self) -> Flags | None:
        """Entries that help with any of the needs."""
        codes = self.query.needs
        return np.logical_or.reduce([self.catalogue.meeting(code) for code in codes]) if codes else None

    def _put_beside(self) -> None:
        """Count what entries lack that would not make them unfit.

        Of several needs those that an entry does not meet, and words, where more was asked.
        """
        query = self.query
        if len(query.needs) > 1:
            for code in query.needs:
                self.beside += ~self.catalogue.meeting(code)
        if query.words and says_more_than_words(query):
            self._wish_for_words()

    def _wish_for_words(self) -> None:
        for words in ("every", "any"):
            found = self.catalogue.matching(self.query.words, every=words == "every")
            if found is not None and (found[0] & self.fits).any():
                self.words, self.scores = words, found[1]
                self.beside += ~found[0]
                return
        self.words = "none"

    def _doubts(self) -> list[tuple[str, Flags]]:
        """What shuts nobody out and is asked about first, whatever was asked for, by name, and of which entries.

        What the service says of the time of the search: that it is full, or, of a place, that one must ring first.
        And what several people reported.
        """
        live, at = self.catalogue.live, self.query.at
        named = [
            ("full", live.saying("full", at)),
            ("ring_first", live.saying("ring_first", at) & ~self.columns.virtual),
            ("caution", self.columns.cautioned),
        ]
        return [(name, flags) for name, flags in named if flags.any()]

    def _wish(self, kind: str, codes: Sequence[str], read: Callable[[str], Three]) -> Flags | None:
        """Entries that have, or may have, one of the codes; where that is not known is remembered in `wishes`."""
        if not codes:
            return None
        read_codes = np.stack([read(code) for code in codes])
        yes, no = (read_codes == YES).any(axis=0), (read_codes == NO).all(axis=0)
        self.wishes[kind] = ~yes & ~no
        possible: Flags = ~no
        return possible

    def _community(self, code: str) -> Three:
        """Yes where it is for them; no where it is for others of the same family only."""
        catalogue, taxonomies = self.catalogue, self.catalogue.taxonomies
        around = catalogue.having("listed", taxonomies.with_broader(code)[1:])
        others = catalogue.having("family", [taxonomies.communities[code].family]) & ~around
        return _three(catalogue.having("community", [code]), others)

    def _language(self, code: str) -> Three:
        return _three(self.catalogue.having("language", [code]), self.columns.speaks == 0)

    # Whether it takes this person

    def _residence(self) -> Rule | None:
        """Whether its area takes in the place: not known where it takes in some of the boroughs that the place is in.

        Where no area is known, a place is taken to serve its own borough.
        """
        place = self.query.place
        if place is None:
            return None
        some, whole = self.catalogue.serves(place.boroughs, in_london=place.in_london)
        unknown = self.columns.area_unknown & self.columns.goes_to & ~self.in_own_borough
        return Rule("residence", whole & ~unknown, unknown | (some & ~whole))

    def _gender(self) -> Rule | None:
        if self.query.gender is None:
            return None
        stated = self.columns.gender
        return Rule("gender", (stated == 0) | (stated == GENDERS[self.query.gender]), ~self.everybody)

    def _age(self) -> Rule | None:
        """Whether any of the ages lies within its limits; without any, one for young people takes the young.

        Somebody who comes alone and under 18 is of such an age, where no other was given.
        """
        ages, columns = self.query.ages, self.columns
        if ages is None and "alone_under_18" in self.query.takes:
            ages = UNDER_18
        if ages is None:
            return None
        least, most = columns.minimum_age, columns.maximum_age
        fits = ((least == -1) | (least <= ages.oldest)) & ((most == -1) | (ages.youngest <= most))
        unknown = (least == -1) & (most == -1)
        if ages.youngest <= OLDEST_OF_THE_YOUNG:
            unknown &= ~columns.for_the_young
        else:
            fits &= ~(unknown & self.catalogue.having("type", [YOUNG_TYPE]))
        return Rule("age", fits & ~unknown, fits & unknown)

    def _referral(self) -> Rule | None:
        """Whether it takes people from whoever is asking. A crew has somebody to bring: a line is second best."""
        if self.query.asking is None:
            return None
        rule = self._of_three("referral", self.columns.accepts[self.query.asking])
        if self.query.asking in CREWS:
            self.beside += self.columns.virtual
        return rule

    def _self_referral(self) -> Rule | None:
        return self._of_three("self_referral", self.columns.self_referral, self.query.self_referral)

    def _walk_in(self) -> Rule | None:
        return self._of_a_place(self._of_three("walk_in", self.columns.walk_in, self.query.walk_in))

    def _step_free(self) -> Rule | None:
        return self._of_a_place(self._of_three("step_free", self.columns.step_free, self.query.step_free))

    def _of_a_place(self, rule: Rule | None) -> Rule | None:
        """A rule about doors. A line has none, so it is not ruled out, and not what was asked for."""
        if rule is None:
            return None
        lines = self.columns.virtual & ~rule.yes
        self.beside += lines
        return Rule(rule.name, rule.yes | lines, rule.unknown & ~lines)

    def _takes(self, what: Taken) -> Rule:
        """Whether it takes somebody who is so, or who brings that. A line has no door: only a known no rules it out."""
        fact = self.columns.takes[what]
        lines = self.columns.virtual & (fact == MAYBE)
        self.beside += lines
        return Rule(what, (fact == YES) | lines, (fact == MAYBE) & ~lines)

    def _open(self) -> Rule | None:
        """Whether somebody who sets out is let in: known not to be is a failure, unless the doors are open now.

        How long a journey takes is an estimate, so a place that is open now and closes before the arrival is one to
        ring first, and not one that is closed.
        """
        if not self.query.only_open:
            return None
        yes, unknown = self.on_arrival
        return Rule("open", yes, unknown | (self.open_now & ~yes))

    @property
    def sure(self) -> Flags:
        """Which entries are known to suit in all that was asked."""
        suits: Flags = (self.unsure == 0) & ~self.hours_unsure & ~self.area_unsure
        for _, doubted in self.doubts:
            suits &= ~doubted
        return suits

    @property
    def known(self) -> list[tuple[str, Flags]]:
        """What was asked for and is known to be so, by name, and of which entries."""
        return [(rule.name, rule.yes) for rule in self.rules] + [
            (kind, self.of_kind & ~unknown) for kind, unknown in self.wishes.items()
        ]

    @property
    def unknown(self) -> list[tuple[str, Flags]]:
        """What was asked for and is not known, by name, and of which entries."""
        named: list[tuple[str, Flags]] = []
        for rule in self.rules:
            if rule.name == "open":
                hours = self.on_arrival[1]
                named += [("hours", rule.unknown & hours), ("arrival", rule.unknown & ~hours)]
            else:
                named.append((rule.name, rule.unknown))
        return named + list(self.wishes.items()) + self.doubts

    _finders = (_residence, _gender, _age, _referral, _self_referral, _walk_in, _step_free, _open)

    @staticmethod
    def _of_three(name: str, column: Three, wanted: bool | None = True) -> Rule | None:
        return None if wanted is None else Rule(name, column == int(wanted), column == -1)

    # Within reach

    def within(self, radius_km: float | None) -> tuple[Flags, Flags]:
        """Entries to go to: with a point within the radius, or known only to a borough that it touches."""
        if radius_km not in self._near:
            pointed, unpointed = self.columns.pointed, self.columns.unpointed
            if self.point is not None and radius_km is not None:
                pointed = pointed & (self.squares <= (radius_km * 1000) ** 2)
                if unpointed.any():
                    touched = self.borough_distances <= radius_km * 1000
                    unpointed = unpointed & touched[self.columns.borough]
            self._near[radius_km] = pointed, unpointed
        return self._near[radius_km]

    def choose_radius(self) -> tuple[float | None, bool]:
        """The radius asked for; or the smallest usual one that finds enough, or as much as a larger one would."""
        if self.point is None:
            return None, False
        if self.query.radius_km is not None:
            return self.query.radius_km, False
        best, most = USUAL_RADII_KM[0], -1
        for radius in USUAL_RADII_KM:
            pointed, unpointed = self.within(radius)
            here = self.fits & (pointed | unpointed)
            count = int(np.count_nonzero(here))
            if count > most:
                best, most = radius, count
            if np.count_nonzero(here & self.sure) >= ENOUGH:
                break
        if not most:
            best = USUAL_RADII_KM[-1]
        return best, best > USUAL_RADII_KM[0]

    def in_reach(self, radius_km: float | None) -> Flags:
        """Entries within reach: places within the radius, and all that have no place."""
        pointed, unpointed = self.within(radius_km)
        reached: Flags = pointed | unpointed | ~self.columns.goes_to
        return reached

    def rows(self, flags: Flags, radius_km: float | None) -> Rows:
        """The rows of these entries that are within reach."""
        return np.flatnonzero(flags & self.in_reach(radius_km))


def _three(yes: Flags, no: Flags) -> Three:
    """Three values; what is both yes and no is yes."""
    return np.where(yes, YES, np.where(no, NO, MAYBE)).astype(np.int8)


def says_more_than_words(query: Query) -> bool:
    """Whether a query says something of the person, the help or who asks, besides words."""
    about = (query.service_types, query.needs, query.communities, query.languages, query.ages, query.gender)
    return any((*about, query.takes, query.asking)) or True in (query.self_referral, query.walk_in, query.step_free)
