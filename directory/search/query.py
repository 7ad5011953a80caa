"""What was asked: the box and the parameters of a search, understood as one query for page and JSON alike."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from directory.places import Place, Places
from directory.schedules import LONDON
from directory.search.asked import (
    ASKING,
    OLDEST,
    TAKEN,
    Ages,
    Asked,
    Asking,
    Correction,
    Kind,
    Problem,
    Query,
    Taken,
    Understood,
)
from directory.search.parameters import (
    LONGEST_TEXT,
    MOST_NAMED,
    PARAMETERS,
    WIDEST_KM,
    Arguments,
    Parameters,
    clean,
)
from directory.search.spelling import Spelling
from directory.search.understanding import Reading, Recogniser
from directory.taxonomies import Taxonomies

__all__ = [
    "LONGEST_TEXT",
    "MOST_NAMED",
    "OLDEST",
    "PARAMETERS",
    "TAKEN",
    "WIDEST_KM",
    "Ages",
    "Asked",
    "Asking",
    "Correction",
    "Kind",
    "Problem",
    "Query",
    "Reader",
    "Taken",
    "Understood",
    "clean",
]

_CHOSEN: Mapping[str, str] = {
    "type": "the type of help chosen",
    "self_referral": "the way in chosen",
    "walk_in": "the way in chosen",
    "asking": "who was chosen as asking",
}
"""How notices name what a kind of thing, or one of several of a kind, was before; else "the age chosen"."""

T = TypeVar("T")


class Reader:
    """Reads searches. Made once; it keeps nothing of what it reads."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies
        self.recogniser = Recogniser(places, taxonomies)

    def read(self, arguments: Arguments, now: datetime, spelling: Spelling | None = None) -> Asked:
        """Understand the box and the parameters of a search.

        `arguments` maps each name to the values given for it, in order. `type`, `need`, `community` and `language` may
        be repeated; any other name repeated with different values is a problem. Unknown names are ignored. A chosen
        time (`at`) wins over `open=now`, and on its own asks for what is open then; `open=any` keeps everything.

        What the box (`q`) says of a kind replaces what the parameters say of it, as it was typed last; a notice tells
        where they differ. `spelling` corrects words of the box that mean nothing, unless `exact=yes`.
        """
        given = Parameters(arguments, self._places, self._taxonomies, now)
        query, located, left = given.query(), *given.place()
        text, exact = f"{left} {given.box()}".strip(), given.exact()
        chosen = replace(query, place=located) if isinstance(located, Place) else query
        if not text:
            return Asked(chosen, located, tuple(given.problems), notices=tuple(given.notices))
        reading, corrections = self._understood(text, now.astimezone(LONDON), None if exact else spelling)
        both = _Both(chosen, reading, now.astimezone(LONDON))
        return Asked(
            query=both.query(),
            located=reading.located or located,
            problems=tuple(given.problems),
            understood=reading.understood,
            corrections=corrections,
            notices=(*given.notices, *both.notices, *reading.notices),
        )

    def _understood(
        self, text: str, now: datetime, spelling: Spelling | None
    ) -> tuple[Reading, tuple[Correction, ...]]:
        """The text understood; once more where words that mean nothing can be read as others."""
        reading = self.recogniser.recognise(text, now)
        if spelling is None:
            return reading, ()
        corrections, parts, end = [], [], 0
        for word in sorted(reading.unknown, key=lambda word: word.start):
            read_as = spelling.correct(word.text)
            if read_as is not None:
                corrections.append(Correction(reading.text[word.start : word.end], read_as))
                parts += [reading.text[end : word.start], read_as]
                end = word.end
        if not corrections:
            return reading, ()
        corrected = self.recogniser.recognise("".join([*parts, reading.text[end:]]), now)
        return corrected, tuple(dict.fromkeys(corrections))


class _Both:
    """What the parameters chose and what the box says, as one query; `notices` tell where the two differ."""

    def __init__(self, chosen: Query, reading: Reading, now: datetime) -> None:
        self._chosen, self._reading, self._now = chosen, reading, now
        self.notices: list[str] = []

    def query(self) -> Query:
        """The query of both."""
        chosen, reading = self._chosen, self._reading
        values, referral = reading.values, reading.values("referral")
        asking = next((ASKING[way] for way in referral if way in ASKING), None)
        place = reading.located if isinstance(reading.located, Place) else None
        return replace(
            self._at_a_time(),
            place=self._typed("place", chosen.place, place) if reading.located is None or place else None,
            service_types=self._typed("type", chosen.service_types, values("type")),
            needs=self._typed("need", chosen.needs, values("need")),
            communities=self._typed("community", chosen.communities, values("community")),
            languages=self._typed("language", chosen.languages, values("language")),
            ages=self._typed("age", chosen.ages, reading.ages),
            gender=None if reading.any_gender else self._typed("gender", chosen.gender, reading.gender),
            self_referral=self._way("self_referral", chosen.self_referral),
            walk_in=self._way("walk_in", chosen.walk_in),
            step_free=chosen.step_free or bool(values("access")) or None,
            takes=tuple(name for name in TAKEN if name in chosen.takes or name in values("takes")),
            asking=self._typed("referral", chosen.asking, asking, value=asking, name="asking"),
            words=reading.words,
            typed=reading.text,
        )

    def _at_a_time(self) -> Query:
        """The query that was chosen, at the time that the box says, if it says one."""
        chosen, reading = self._chosen, self._reading
        if reading.at is None and not reading.now:
            return chosen
        if chosen.at_given and reading.at != chosen.at:
            self._notice("time")
        if reading.at is not None:
            return replace(chosen, at=reading.at, at_given=True, only_open=True)
        return replace(chosen, at=self._now, at_given=False, only_open=True)

    def _way(self, way: str, chosen: bool | None) -> bool | None:
        said = way in self._reading.values("referral") or None
        return self._typed("referral", chosen, said, value=way, name=way)

    def _typed(self, kind: Kind, chosen: T, typed: T, *, value: str | None = None, name: str = "") -> T:
        """What was typed; what was chosen where nothing was. `name` tells kinds of several things apart."""
        if not typed:
            return chosen
        if chosen not in (None, (), typed):
            self._notice(kind, value, name)
        return typed

    def _notice(self, kind: Kind, value: str | None = None, name: str = "") -> None:
        before = _CHOSEN.get(name or kind, f"the {kind} chosen")
        self.notices.append(f"“{self._reading.said(kind, value)}” in the box replaces {before} before.")
