"""Result cards: what they say, in words; and their markup, kept from one search to the next."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from directory.models import Entry
from directory.places import Places, distance_in_words
from directory.public import facts
from directory.search import wording
from directory.search.find import Result
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path

MOST_KEPT = 8192
_BLANK = secrets.token_hex(8)
_NOT_KNOWN = {
    "self_referral": "Not known whether people can refer themselves",
    "walk_in": "Not known whether people can walk in",
    "age": "Not known which ages they take",
}


@dataclass(frozen=True, slots=True)
class EntryCard:
    """What every card of one entry says. `rules` shut people out; `culture` is communities and languages."""

    entry: Entry
    path: str
    name: str
    kind: str
    borough: str
    rules: str
    way_in: str
    address: str
    culture: str
    contacts: tuple[facts.Contact, ...]
    website: str
    directions: str
    fresh: str


@dataclass(frozen=True, slots=True)
class State:
    """Whether it is open: `words`, what follows them after a comma, and "open", "closed" or "unknown"."""

    kind: str
    words: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A result as a card: `where` is how far or in which borough, `state` whether it is open, in words."""

    entry: EntryCard
    where: str
    measured: bool
    state: State
    ask_first: str


class Cards:
    """Turns results into cards."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies

    def card(self, result: Result) -> Card:
        """The card of a result."""
        entry = self.entry_card(result.entry)
        measured = result.distance_km is not None
        return Card(
            entry=entry,
            where=distance_in_words(result.distance_km) if result.distance_km is not None else _borough(entry),
            measured=measured,
            state=spoken_state(result.answer.state, result.open_text, entry),
            ask_first=facts.sentences(_NOT_KNOWN[fact] for fact in result.ask_about if fact in _NOT_KNOWN),
        )

    def entry_card(self, entry: Entry) -> EntryCard:
        """What every card of the entry says."""
        contacts = facts.contacts(entry)
        return EntryCard(
            entry=entry,
            path=entry_path(entry),
            name=entry.name,
            kind=self._taxonomies.service_types[entry.service_type].name,
            borough="" if entry.location_type == "virtual" else wording.borough_name(entry, self._places),
            rules=facts.sentences(
                [wording.gender(entry), wording.ages(entry), wording.residence(entry, self._places)],
            ),
            way_in=facts.sentences([wording.ways_in(entry, self._taxonomies)]),
            address=facts.address(entry) or facts.address_missing(entry),
            culture=facts.culture(entry, self._taxonomies),
            contacts=contacts,
            website="" if contacts else facts.web_address(entry.website),
            directions=facts.directions(entry),
            fresh=facts.freshness(entry),
        )


def spoken_state(kind: str, sentence: str, card: EntryCard) -> State:
    """A sentence about opening taken apart at its first comma; where the hours are not known, ring first."""
    words, comma, more = sentence.partition(", ")
    if kind == "unknown" and any(contact.verb == "Call" for contact in card.contacts):
        return State(kind, words, f"{more}: ring first") if comma else State(kind, f"{words}: ring first")
    return State(kind, words, more)


def _borough(entry: EntryCard) -> str:
    return f"In {entry.borough}" if entry.borough else ""


class CardMarkup:
    """Makes the markup of cards, and keeps it with blanks for what differs from search to search.

    Rendering a card takes some forty times as long as filling in its blanks.
    """

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._kept: dict[tuple[object, ...], tuple[Entry, list[str]]] = {}

    def __call__(self, results: Sequence[Result], entry_query: Markup) -> Markup:
        """The results as list items; `entry_query` follows the address of every entry."""
        return Markup("".join([self._item(result, entry_query) for result in results]))

    def _item(self, result: Result, entry_query: Markup) -> str:
        far = result.distance_km
        key = (result.entry.ref, result.open_text, result.ask_about, far is None)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not result.entry:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            kept = self._kept[key] = result.entry, self._blanks(result)
        before, *after = kept[1]
        if far is None:
            return f"{before}{entry_query}{after[0]}"
        return f"{before}{entry_query}{after[0]}{distance_in_words(far)}{after[1]}"

    def _blanks(self, result: Result) -> list[str]:
        card = self._cards.card(result)
        where = card.where if result.distance_km is None else _BLANK
        return render_template("public/card.html", card=card, entry_query=_BLANK, where=where).split(_BLANK)
