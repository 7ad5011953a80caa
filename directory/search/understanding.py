"""The box: what of a text is a time, an age, a place or a phrase that the tables know, and what words are left.

docs/understanding.md tells maintainers how the box reads and how to teach it a word.
"""

import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations, takewhile

from directory.config import DATA
from directory.models import Gender
from directory.places import Choices, NotFound, Place, Places
from directory.search.ages import find_ages
from directory.search.asked import ASKING, Ages, Understood
from directory.search.moments import Times, find_times
from directory.search.phrases import Phrases
from directory.taxonomies import Taxonomies, Word, words_in

_LONGEST_PLACE_TEXT = 480
_LEADING = frozenset("near to in around at the".split())
_MOST_LEFT = 6
_MOST_QUOTED = 5
_POINT = re.compile(
    r"(?<![\w.])[+-]?[0-9]{1,2}\.[0-9]{1,15} {0,3}, {0,3}[+-]?[0-9]{1,3}\.[0-9]{1,15}(?![\w.])", re.ASCII
)
_OUTCODE = re.compile(r"[a-z]{1,2}[1-9][0-9a-z]?", re.ASCII)
_SECTOR = re.compile(r"[0-9]", re.ASCII)
# What makes a number a length of time, a date, a fraction or a measure, and no age.
_COUNTS_BEFORE = re.compile(r"(?:[0-9][/:.]|\bbmi ?)$", re.IGNORECASE)
_COUNTS_AFTER = re.compile(
    r"[/:.][0-9]|(?:st|nd|rd|th)\b| ?(?:hours?|hrs?|h|days?|weeks?|wks?|months?|mths?|minutes?|mins?|am|pm|mg|kg|%"
    r"|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october"
    r"|november|december)(?![a-z])",
    re.IGNORECASE,
)
_BARE_AGE = re.compile(r"([fm]?)([1-9][0-9])([fm]?)", re.ASCII)
_BY_ONESELF = frozenset(
    {"alone", "all alone"}
    | {f"on {whose} own" for whose in ("my", "his", "her", "their")}
    | {f"by {self}" for self in ("myself", "himself", "herself", "themselves")}
)
"""What beside an age under 18 means that they would come alone; else that they are lonely, or nothing."""
_GROWN_UP = 18
_GENDERS: dict[str, Gender] = {"women": "women", "men": "men"}

Located = Place | Choices | NotFound | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text.

    `text` is the text as it was read, `words` what is left of it to search for, `unknown` the words of the text that
    mean nothing here and may be misspelt. `at` is the time that was said, or `now`; `gender` is None where none was
    said, or `any_gender` where both were. `notices` say in plain sentences how contradictions were settled.
    """

    text: str
    understood: tuple[Understood, ...]
    located: Located
    words: str
    unknown: tuple[Word, ...]
    at: datetime | None
    now: bool
    ages: Ages | None
    gender: Gender | None
    any_gender: bool
    notices: tuple[str, ...]

    def values(self, kind: str) -> tuple[str, ...]:
        """The values that were understood of one kind, in the order of the text."""
        return tuple(one.value for one in self.understood if one.kind == kind)

    def said(self, kind: str, value: str | None = None) -> str:
        """The words in which something of a kind (and value) was understood; "" where nothing was."""
        found = (one for one in self.understood if one.kind == kind and value in (None, one.value))
        return ", ".join(dict.fromkeys(one.words for one in found))


class Recogniser:
    """Reads texts with the tables of the taxonomies. Made once; it keeps nothing of what it reads."""

    def __init__(self, places: Places, taxonomies: Taxonomies, times: Times | None = None) -> None:
        self._places = places
        self._times = times or Times.load(DATA / "taxonomies" / "times.csv")
        self._phrases = Phrases(taxonomies)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every single word of the phrases and of the names of places: what a misspelt word may have been."""
        names = (word.text for name in self._places.names.written for word in words_in(name))
        return self._phrases.words | frozenset(names)

    def recognise(self, text: str, now: datetime) -> Reading:
        """Understand a text: times and ages first, then a place, then the longest phrases.

        Whatever the text, it raises nothing but PlacesUnavailable, while the postcode tables cannot be opened.
        """
        return _Pass(unicodedata.normalize("NFKC", text), now, self._places, self._times, self._phrases).reading()


class _Pass:
    """One text being read."""

    def __init__(self, text: str, now: datetime, places: Places, times: Times, phrases: Phrases) -> None:
        self._text, self._now, self._places, self._times, self._phrases = text, now, places, times, phrases
        self._found: list[tuple[int, Understood]] = []
        self._genders: dict[Gender, str] = {}
        self._ages: list[tuple[Ages, str]] = []
        self._notices: list[str] = []
        self._asking: dict[str, str] = {}
        self._point: Place | None = None
        self._alone: Sequence[Word] = ()

    def reading(self) -> Reading:
        rest = self._without_ages(self._without_times(self._without_point(self._text)))
        words = list(words_in(rest))
        located, taken = self._place(rest, words)
        unsure = isinstance(located, NotFound) and located.reason == "not_found"
        left: list[Word] = []
        unplaced: list[Word] = []
        for run, meanings in self._phrases.find(words if unsure else [w for w in words if w not in taken]):
            if meanings is None:
                (unplaced if run[0] in taken else left).append(run[0])
            if " ".join(word.text for word in run) in _BY_ONESELF:
                self._alone = run
            for kind, value in meanings or ():
                self._understand(kind, value, run)
        located, left = self._place_left(located, left)
        if not self._in_figures:
            left = self._without_bare_age(left)
        self._one_asking()
        ages, gender = self._one_age(), self._one_gender()
        if self._alone and ages is not None and ages.oldest < _GROWN_UP:
            self._comes_alone(self._alone)
        return Reading(
            text=self._text,
            understood=tuple(dict.fromkeys(one for _, one in sorted(self._found, key=lambda found: found[0]))),
            located=None if unsure and not unplaced else located,
            words=self._as_typed(left),
            unknown=(*left, *unplaced),
            at=self._time.at if self._time else None,
            now=self._time is not None and self._time.at is None,
            ages=ages,
            gender=gender,
            any_gender=len(self._genders) > 1,
            notices=tuple(self._notices),
        )

    def _without_point(self, text: str) -> str:
        """The text with a latitude and longitude, as a device gives them, blanked out."""
        match = _POINT.search(text)
        point = self._places.find_in(match.group())[0] if match else None
        if match is None or not isinstance(point, Place):
            return text
        self._point = point
        self._found.append((match.start(), Understood("place", point.query, match.group())))
        return _blanked(text, [match.span()])

    def _without_times(self, text: str) -> str:
        """The text with times blanked out. A time that was said wins over "now", and the first over others."""
        times = find_times(text, self._now, self._times)
        chosen = next((time for time in times if time.at), times[0] if times else None)
        self._time = chosen
        if chosen:
            value = f"{chosen.at:%Y-%m-%dT%H:%M}" if chosen.at else "now"
            said = text[slice(*chosen.span)]
            self._found.append((chosen.span.start, Understood("time", value, said)))
            others = [text[slice(*time.span)] for time in times if time.at != chosen.at]
            if others:
                self._notices.append(f"The search is for “{said}” and not for {_quoted(others)}.")
        return _blanked(text, [time.span for time in times])

    def _without_ages(self, text: str) -> str:
        ages = find_ages(text)
        self._in_figures = bool(ages)
        self._ages = [(spoken.ages, text[slice(*spoken.span)]) for spoken in ages]
        self._first_age = ages[0].span.start if ages else 0
        return _blanked(text, [spoken.span for spoken in ages])

    def _place(self, text: str, words: Sequence[Word]) -> tuple[Located, Collection[Word]]:
        """The place in a text, and the words that name it. What is a phrase as a whole is no postcode ("136")."""
        if self._point or not words or self._phrases.of(words) is not None or all(w.text.isdecimal() for w in words):
            return self._point, ()
        text = self._without_phrases(text, words)
        words = list(words_in(text))
        located, left = self._find_place(text)
        if isinstance(located, NotFound) and located.reason in ("empty", "too_long"):
            return None, ()
        taken = _missing(words, list(words_in(left)))
        while len(taken) > 1 and taken[0].text in _LEADING:
            taken = taken[1:]
        after = words[words.index(taken[-1]) + 1 :] if taken else ()
        if isinstance(located, Place) and located.kind == "outcode" and after and _SECTOR.fullmatch(after[0].text):
            sector = self._places.area(located.label, after[0].text)
            located, taken = (sector, (*taken, after[0])) if sector else (located, taken)
        if isinstance(located, Place) and taken:
            understood = Understood("place", located.query, self._text[taken[0].start : taken[-1].end])
            self._found.append((taken[0].start, understood))
        return located, taken

    def _without_phrases(self, text: str, words: Sequence[Word]) -> str:
        """The text with phrases blanked out that have the beginning of a place's name in them: "south east asian"."""
        names = self._places.names.first_words
        if names.isdisjoint([word.text for word in words]):
            return text
        found = [run for run, meanings in self._phrases.find(words) if meanings and len(run) > 1]
        clashing = [run for run in found if not names.isdisjoint([word.text for word in run])]
        return _blanked(text, [(run[0].start, run[-1].end) for run in clashing])

    def _find_place(self, text: str) -> tuple[Place | Choices | NotFound, str]:
        """As `Places.find_in`, which reads no more than some hundred characters, for a longer text too."""
        pieces = [text] if len(text) <= _LONGEST_PLACE_TEXT else textwrap.wrap(text, _LONGEST_PLACE_TEXT)
        for number, piece in enumerate(pieces):
            located, left = self._places.find_in(piece)
            if not isinstance(located, NotFound) or located.reason != "empty":
                return located, " ".join([*pieces[:number], left, *pieces[number + 1 :]])
        return NotFound("", "empty", ""), text

    def _place_left(self, located: Located, left: list[Word]) -> tuple[Located, list[Word]]:
        """A place among words that mean nothing else: one whose name is an everyday word, or a second one.

        The first ("suicidal poplar") is the place after all; others cannot be searched too, and are left out.
        """
        others: list[str] = []
        while not isinstance(located, Choices | NotFound) and (named := self._first_named(left, located is None)):
            start, end, found = named
            said = self._as_typed(left[start:end])
            if located is not None:
                others.append(said)
            elif isinstance(found, Place):
                self._found.append((left[start].start, Understood("place", found.query, said)))
            located, left = located or found, left[:start] + left[end:]
        if others and isinstance(located, Place):
            near = located.label
            self._notices.append(f"One place is searched at a time: near {near}, and not {_quoted(others)}.")
        return located, left

    def _first_named(self, left: list[Word], everyday: bool) -> tuple[int, int, Place | Choices] | None:
        """Where the first place among these words starts and ends, and what it is."""
        for start, end in combinations(range(min(len(left), _MOST_LEFT) + 1), 2):
            if found := self._place_named(left, start, end, everyday=everyday):
                return start, end, found
        return None

    def _place_named(self, left: list[Word], start: int, end: int, *, everyday: bool) -> Place | Choices | None:
        """The place that this run of words names; a name that is also an everyday word counts with `everyday`."""
        run = left[start:end]
        if len(run) == 1 and _OUTCODE.fullmatch(run[0].text):
            place = self._places.area(run[0].text.upper())
            return place if place and place.in_london else None
        meaning = self._places.names.get(" ".join(word.text for word in run))
        if meaning is None or (meaning.ordinary and not everyday):
            return None
        found, rest = self._places.find_in(f"near {self._as_typed(left[start:])}")
        taken = len(left) - start - len(list(words_in(rest)))
        return found if isinstance(found, Place | Choices) and taken == len(run) else None

    def _without_bare_age(self, left: list[Word]) -> list[Word]:
        """Take the only number among words that mean nothing else as an age: "suicidal male 23", "42F"."""
        numbers = [(word, match) for word in left if (match := _BARE_AGE.fullmatch(word.text))]
        if len(numbers) != 1:
            return left
        word, match = numbers[0]
        before, after = self._text[: word.start], self._text[word.end :]
        if _COUNTS_BEFORE.search(before) or _COUNTS_AFTER.match(after):
            return left
        self._ages.insert(0, (Ages(int(match[2]), int(match[2])), self._as_typed([word])))
        self._first_age = word.start
        if match[1] or match[3]:
            self._understand("gender", "women" if "f" in match.groups() else "men", [word])
        return [other for other in left if other is not word]

    def _understand(self, kind: str, value: str, run: Sequence[Word]) -> None:
        said = self._as_typed(run)
        match kind:
            case "gender":
                self._genders.setdefault(_GENDERS[value], said)
                self._add(run[0].start, Understood("gender", value, said))
            case "age":
                youngest, oldest = value.split("-")
                if not self._ages:
                    self._first_age = run[0].start
                self._ages.append((Ages(int(youngest), int(oldest)), said))
            case "referral" if value in ASKING:
                self._asking.setdefault(value, said)
                if value == next(iter(self._asking)):
                    self._add(run[0].start, Understood("referral", value, said))
            case "type" | "need" | "community" | "language" | "access" | "referral" | "takes":
                self._add(run[0].start, Understood(kind, value, said))

    def _add(self, start: int, understood: Understood) -> None:
        """Note what was understood, once."""
        if not any((one.kind, one.value) == (understood.kind, understood.value) for _, one in self._found):
            self._found.append((start, understood))

    def _comes_alone(self, run: Sequence[Word]) -> None:
        """Take words for being by oneself as coming alone, and not as the need for company."""
        said = self._as_typed(run)
        self._found = [found for found in self._found if found[1].words != said]
        self._add(run[0].start, Understood("takes", "alone_under_18", said))

    def _one_asking(self) -> None:
        """Tell who is taken to be asking, where several were said: the first."""
        first, *others = self._asking.values() or [""]
        if others:
            self._notices.append(f"“{first}” is taken to be asking, and not {_quoted(others)}.")

    def _one_gender(self) -> Gender | None:
        """The gender that was said; none where both were."""
        if len(self._genders) < 2:
            return next(iter(self._genders), None)
        self._found = [found for found in self._found if found[1].value not in _GENDERS]
        self._notices.append(
            f"Both women and men are named ({_quoted(self._genders.values())}), so gender is left open."
        )
        return None

    def _one_age(self) -> Ages | None:
        """What all ages that were said have in common; the first where they have nothing."""
        if not self._ages:
            return None
        ages, said = self._ages[0]
        others: list[str] = []
        for other, words in self._ages[1:]:
            common = Ages(max(ages.youngest, other.youngest), min(ages.oldest, other.oldest))
            if common.youngest <= common.oldest:
                ages, said = common, said if common == ages else words
            else:
                others.append(words)
        if others:
            self._notices.append(f"The search is for “{said}” and not for {_quoted(others)}.")
        self._found.append((self._first_age, Understood("age", str(ages), said)))
        return ages

    def _as_typed(self, words: Sequence[Word]) -> str:
        """Words as they were typed, with the marks inside them and without what was taken out between them."""
        parts: list[str] = []
        end = -1
        for word in words:
            between = self._text[end : word.start] if parts else " "
            joined = between if len(between) <= 1 and not between.isspace() else " "
            parts.append(f"{joined}{self._text[word.start : word.end]}")
            end = word.end
            while end < len(self._text) and unicodedata.category(self._text[end])[0] == "M":
                end += 1  # the marks that some scripts write after a letter
            parts.append(self._text[word.end : end])
        return "".join(parts).strip()


def _quoted(texts: Iterable[str]) -> str:
    """Texts in quotation marks, each once; of many only the first."""
    distinct = list(dict.fromkeys(texts))
    said = [f"“{text}”" for text in distinct[:_MOST_QUOTED]]
    return ", ".join(said if len(distinct) <= _MOST_QUOTED else [*said, f"{len(distinct) - _MOST_QUOTED} more"])


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spans taken out and everything else where it was; a mark keeps what was apart from joining up."""
    for start, end in spans:
        text = f"{text[:start]}{';'.ljust(end - start)}{text[end:]}"
    return text


def _missing(words: Sequence[Word], left: Sequence[Word]) -> Sequence[Word]:
    """The run of words that was taken out of a text, told from those that are left of it."""
    pairs = zip(words, left, strict=False)
    before = sum(1 for _ in takewhile(lambda pair: pair[0].text == pair[1].text, pairs))
    return words[before : before + len(words) - len(left)]
