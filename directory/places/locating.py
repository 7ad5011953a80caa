"""From what a person typed to where it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from string import capwords

from directory.places import spelling
from directory.places.answers import Answer, Choices, NotFound, Place
from directory.places.gazetteer import Gazetteer
from directory.places.names import Meaning

_EMPTY = "Enter a postcode, or the name of a place in London."
_TOO_LONG = "That is too long. Enter a postcode, or the name of a place in London."
_NORTHERN_IRELAND = (
    "Postcodes that start with BT are in Northern Ireland. The directory covers London, and its postcode list leaves "
    "them out."
)
_LONGEST_ECHO = 60  # characters of what was typed that a message repeats

_PREPOSITION = re.compile(r"(?:^|(?<=\W))(?:near to|near|in|around|at) (?:the )?$", re.IGNORECASE)
_NEAR = re.compile(r"(?:^|(?<=\W))near (?:to )?([^,;.]{2,60})$", re.IGNORECASE)
_NEAR_ME = re.compile(r"(?:^|(?<=\W))(?:near me|near here|nearby|around here)(?:$|(?=\W))", re.IGNORECASE)
_STREET_WORDS = frozenset("road rd street st lane ln avenue ave gardens terrace square crescent grove".split())


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer and the part of the text it took, `start` to `end`: the words of its name, and whether "near" or the
    like led to it."""

    answer: Answer
    start: int
    end: int
    words: int = 0
    asked: bool = False


class Places(Gazetteer):
    """The gazetteer, able to read. Make one with `Places.open(folder)`."""

    def locate(self, text: str) -> Answer:
        """Where `text` is, when the whole of it means one place or it has a postcode in it.

        Takes postcodes, sectors, outcodes, boroughs, integrated care boards, names of places in London, and
        "51.47,-0.09". Never raises, whatever the text.
        """
        halves = spelling.split_postcode(text.replace(" ", "").upper()) if len(text) <= 10 else None
        if halves and (place := self.postcode(*halves)):
            return place
        refused = _refused(text)
        if refused:
            return refused
        text = spelling.clean(text)
        whole = self._whole(text)
        if whole:
            return whole
        found = self._postcode_in(text)
        if found:
            return found.answer
        inside, left = self.find_in(text)
        said_why = isinstance(inside, NotFound) and inside.reason != "empty"
        if said_why or (not left and not isinstance(inside, NotFound)):
            return inside
        return self._not_found(text)

    def find_in(self, text: str) -> tuple[Answer, str]:
        """The place inside a longer phrase, and the words that are left when it and its "near" or "in" are taken out.

        "crisis cafe near brixton" gives Brixton and "crisis cafe". A phrase with no place in it gives NotFound with
        the reason "empty" and all its words. A postcode that can't be found gives NotFound with the reason why, and
        the words around it. Never raises.
        """
        refused = _refused(text)
        if refused:
            return refused, " ".join(text.split()) if refused.reason == "too_long" else ""
        text = spelling.clean(text)
        whole = self._whole(text)
        if whole:
            return whole, ""
        names = list(self._names_in(text))
        found = self._postcode_in(text) or self._outcode_in(text)
        if found:
            found = _with_names_beside(found, names, text)
        elif names:
            found = max(names, key=lambda name: (name.asked, name.words, -name.start))
        if found:
            return found.answer, _without(text, found.start, found.end)
        return self._no_place_in(text)

    def _whole(self, text: str) -> Answer | None:
        """What the whole of a clean text is; None when it is none of the things we know."""
        pair = spelling.COORDINATES.fullmatch(text.strip("()"))
        if pair:
            return self.point(float(pair[1]), float(pair[2]))
        letters = spelling.compact(text)
        postal = letters.isascii() and len(letters) <= 8
        answer = (self._full(letters) or self._partial(text, letters)) if postal else None
        if answer:
            return answer
        meaning = self.names.get(spelling.name_key(text))
        if meaning:
            return _meant(text, meaning)
        return self._respelled(letters, inward=False) if postal else None

    def _full(self, letters: str) -> Answer | None:
        """The answer for letters and digits that may be a whole postcode; None when they have not its shape."""
        halves = spelling.split_postcode(letters)
        if halves and letters.startswith("BT"):
            return NotFound(spelling.shown(letters), "northern_ireland", _NORTHERN_IRELAND)
        answer = (self.postcode(*halves) if halves else None) or self._respelled(letters, inward=True)
        if answer is None and halves and not spelling.TIME_OR_ORDINAL.fullmatch(halves[1]):
            return self._unknown(*halves)
        return answer

    def _partial(self, text: str, letters: str) -> Answer | None:
        """The outcode or sector that the whole text is; None when it is neither, or one we don't know."""
        if letters.startswith("BT") and spelling.is_outcode_shaped(letters):
            return NotFound(letters, "northern_ireland", _NORTHERN_IRELAND)
        spaced = spelling.SPACED_SECTOR.fullmatch(text)
        place = self.area(spelling.compact(spaced[1]), spaced[2]) if spaced else None
        if place is None and spelling.is_outcode_shaped(letters):
            place = self.area(letters)
        closed = spelling.CLOSED_SECTOR.fullmatch(letters)
        return place or (self.area(closed[1], closed[2]) if closed else None)

    def _respelled(self, letters: str, *, inward: bool) -> Place | Choices | None:
        """What the letters are once O and 0, or I, L and 1, are taken for one another, if that makes something."""
        places = []
        for reading in spelling.respellings(letters, inward=inward):
            halves = spelling.split_postcode(reading) if inward else None
            note = f"Read as {spelling.shown(reading) if inward else reading}."
            place = self.postcode(*halves, note) if halves else self.area(reading, note=note)
            if place:
                places.append(place)
        if len(places) > 1:
            return Choices(letters, tuple(places), "Which postcode do you mean?")
        return places[0] if places else None

    def _unknown(self, outcode: str, inward: str) -> NotFound:
        """Why a text with the shape of a postcode is not one that we know."""
        postcode = f"{outcode} {inward}"
        impossible = spelling.why_impossible(outcode, inward, self.tables.letters)
        fallback = self.area(outcode, inward[0]) or self.area(outcode)
        if impossible:
            return NotFound(postcode, "impossible", f"{postcode} is not a postcode. {impossible}", fallback)
        mend = f"Check it, or use {fallback.label}." if fallback else f"Check the first half, {outcode}."
        return NotFound(postcode, "unknown", f"We don't know the postcode {postcode}. It may be new. {mend}", fallback)

    def _not_found(self, text: str) -> NotFound:
        shown = text[:_LONGEST_ECHO]
        letters = spelling.compact(text)
        if spelling.is_outcode_shaped(letters):
            if letters.startswith("BT"):
                return NotFound(letters, "northern_ireland", _NORTHERN_IRELAND)
            message = f"We don't know the postcode area {letters}. Check it, or use a whole postcode."
            return NotFound(letters, "unknown", message)
        message = f"We don't know a place called {shown}. Use a postcode, or the name of a place in London."
        return NotFound(shown, "not_found", message, None, self.names.close_to(spelling.name_key(text)))

    def _postcode_in(self, text: str) -> _Found | None:
        """The first known postcode in a text; failing that, the first thing that looks like one."""
        doubtful = None
        for match in spelling.FULL_IN_TEXT.finditer(text):
            outcode, inward = match[1].upper(), match[2].upper()
            if not any(c.isdigit() for c in outcode + inward):
                continue
            answer = self._full(outcode + inward)
            if answer is None:
                continue
            found = _Found(answer, match.start(), match.end())
            if not isinstance(answer, NotFound):
                return found
            doubtful = doubtful or found
        return doubtful

    def _outcode_in(self, text: str) -> _Found | None:
        """The first outcode or sector in a text. One outside London counts only after "near" or the like: "B12" and
        "S12" are more often something else."""
        for match in spelling.OUTCODE_IN_TEXT.finditer(text):
            outcode, sector = match[1].upper(), match[2] or ""
            place = self.area(outcode, sector)
            end = match.end()
            if place is None:
                place, end = self.area(outcode), match.end(1)
            if place and (place.in_london or _PREPOSITION.search(text, max(0, match.start() - 16), match.start())):
                return _Found(place, match.start(), end)
        return None

    def _names_in(self, text: str) -> Iterator[_Found]:
        """Each name in a text, the longest at each word. Everyday words count only after "near" or the like, and a
        name before "Road" is a street's."""
        words = list(spelling.name_words(text))
        at = 0
        while at < len(words):
            found = self._name_at(text, words, at)
            if found is None:
                at += 1
                continue
            yield found
            at = next((i for i in range(at, len(words)) if words[i][1] >= found.end), len(words))

    def _name_at(self, text: str, words: list[tuple[str, int, int]], at: int) -> _Found | None:
        first, start, _ = words[at]
        if first not in self.names.first_words:
            return None
        for end in range(min(len(words), at + self.names.longest), at, -1):
            meaning = self.names.get(" ".join(word for word, _, _ in words[at:end]))
            if meaning is None:
                continue
            asked = _PREPOSITION.search(text, max(0, start - 16), start) is not None
            if meaning.ordinary and not asked:
                continue
            if end < len(words) and words[end][0] in _STREET_WORDS:
                continue
            stop = words[end - 1][2]
            return _Found(_meant(text[start:stop], meaning), start, stop, end - at, asked)
        return None

    def _no_place_in(self, text: str) -> tuple[NotFound, str]:
        words = _tidy(_NEAR_ME.sub(" ", text))
        near = _NEAR.search(words)
        if near:
            return self._not_found(near[1].strip()), _tidy(words[: near.start()])
        return NotFound("", "empty", _EMPTY), words


def _refused(text: str) -> NotFound | None:
    if len(text) > spelling.MAX_LENGTH:
        return NotFound(spelling.clean(text[:_LONGEST_ECHO]), "too_long", _TOO_LONG)
    if not any(map(str.isalnum, text)):
        return NotFound("", "empty", _EMPTY)
    return None


def _meant(text: str, meaning: Meaning) -> Place | Choices:
    if len(meaning.places) == 1:
        return meaning.places[0]
    shown = capwords(text) if text.islower() else text
    return Choices(text, meaning.places, f"Which {shown} do you mean?")


def _with_names_beside(found: _Found, names: list[_Found], text: str) -> _Found:
    """The same answer, taking the names written next to it as part of one address: "Brixton SW9"."""
    for name in names:
        if name.start >= found.end and not any(map(str.isalnum, text[found.end : name.start])):
            found = replace(found, end=name.end)
    for name in reversed(names):
        if name.end <= found.start and not any(map(str.isalnum, text[name.end : found.start])):
            found = replace(found, start=name.start)
    return found


def _without(text: str, start: int, end: int) -> str:
    before = _PREPOSITION.sub("", text[:start])
    return _tidy(f"{before} {text[end:]}")


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;.-()")
