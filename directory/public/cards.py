"""Result cards: what they say, in words; and their markup, kept from one search to the next."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import render_template
from markupsafe import Markup, escape

from directory.models import Audience, Entry, FactGroup
from directory.places import Places, distance_in_words
from directory.public import facts, knowing, summaries
from directory.search import wording
from directory.search.columns import brings
from directory.search.query import Asking
from directory.search.results import NearMiss, Result
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path

MOST_KEPT = 8192
_BLANK = secrets.token_hex(8)
_CREWS: Mapping[Asking | None, str] = {"police": "police", "ambulance": "ambulance"}
_REFERRAL: Mapping[Asking | None, str] = {
    "self": "self-referral",
    "carer": "referral by family or a carer",
    "111": "referral by NHS 111",
    "police": "a drop-off by police",
    "ambulance": "a drop-off by ambulance",
    "gp": "referral by a GP",
    "professional": "referral by a professional",
}
_ASK_ABOUT: Mapping[str, str] = {
    "arrival": "arriving late",
    "residence": "where people must live",
    "age": "ages",
    "self_referral": "self-referral",
    "walk_in": "walking in",
    "step_free": "step-free access",
    **wording.TAKEN,
    "community": "this community",
    "language": "this language",
    "full": "space",
    "ring_first": "coming now",
    "caution": "what was reported",
}


@dataclass(frozen=True, slots=True)
class EntryCard:
    """What every card of one entry says. `rules` shut people out; `culture` is communities and languages.

    `leave`, `takes` and `entrance` are for crews that bring somebody. `inner` are the numbers for professionals and
    `notes` what only they are told: both empty for the public. `is_inner` where the whole entry is for them.
    """

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
    leave: str
    takes: str
    entrance: str
    inner: tuple[facts.Contact, ...]
    notes: str
    is_inner: bool


@dataclass(frozen=True, slots=True)
class State:
    """Whether it is open: `words`, what follows them after a comma, and "open", "closed" or "unknown"."""

    kind: str
    words: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A result as a card: `where` is how far or in which borough, `state` whether it is open, in words.

    `said` is what the service says of now, `caution` what several people reported, `fresh` how old the facts are that
    matter most.
    """

    entry: EntryCard
    where: str
    measured: bool
    state: State
    said: str
    caution: str
    fresh: str


@dataclass(frozen=True, slots=True)
class Look:
    """What cards of one page have in common: the day, what follows the address of every entry, the reference of the
    chosen entry, who is asking, and the group of facts that matters most."""

    today: date
    entry_query: str = ""
    chosen: str = ""
    asking: Asking | None = None
    leading: FactGroup = "contact"


class Cards:
    """Turns results into cards, for the public or for professionals. What is made for one is never kept for both."""

    def __init__(self, places: Places, taxonomies: Taxonomies, audience: Audience = "public") -> None:
        self._places, self._taxonomies, self.audience = places, taxonomies, audience

    def card(self, result: Result, look: Look) -> Card:
        """The card of a result on a page."""
        entry, far = self.entry_card(result.entry), result.distance_km
        return Card(
            entry=entry,
            where=wording.whereabouts(result.entry, self._places) if far is None else distance_in_words(far),
            measured=far is not None,
            state=spoken_state(result.answer.state, result.open_text, entry),
            said=facts.sentences([result.opening.said]),
            caution=facts.caution(result.entry, look.today),
            fresh=knowing.freshness(result.entry, look.leading, look.today),
        )

    def entry_card(self, entry: Entry) -> EntryCard:
        """What every card of the entry says."""
        contacts, is_professional = facts.contacts(entry), self.audience == "professional"
        return EntryCard(
            entry=entry,
            path=entry_path(entry),
            name=entry.name,
            kind=self._taxonomies.service_types[entry.service_type].name,
            borough="" if entry.location_type == "virtual" else wording.borough_name(entry, self._places),
            rules=facts.sentences(
                [facts.only(entry), wording.gender(entry), wording.ages(entry), wording.residence(entry, self._places)],
            ),
            way_in=facts.sentences([wording.ways_in(entry, self._taxonomies)]),
            address=facts.address(entry) or facts.address_missing(entry),
            culture=facts.culture(entry, self._taxonomies),
            contacts=contacts,
            website="" if contacts else facts.web_address(entry.website),
            directions=facts.directions(entry),
            leave=wording.uncapitalised(facts.crew_fact(entry.crew_may_leave)),
            takes=facts.takes(entry),
            entrance=facts.entrance(entry),
            inner=facts.professional_contacts(entry) if is_professional else (),
            notes=entry.professional_notes if is_professional else "",
            is_inner=entry.audience == "professional",
        )


def spoken_state(kind: str, sentence: str, card: EntryCard) -> State:
    """A sentence about opening taken apart at its first comma; where the hours are not known, ring first."""
    words, comma, more = sentence.partition(", ")
    if kind == "unknown" and wording.can_be_rung(card.entry):
        return State(kind, words, f"{more}: ring first") if comma else State(kind, f"{words}: ring first")
    return State(kind, words, more)


class _Kept(NamedTuple):
    """The markup of a card around its blanks, and all that it says of what may be a reason for it."""

    entry: Entry
    pieces: list[str]
    where: str
    said: str


class CardMarkup:
    """Makes the markup of cards, and keeps it with blanks for what differs from search to search.

    Rendering a card takes some forty times as long as filling in its blanks.
    """

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self._kept: dict[tuple[object, ...], _Kept] = {}

    def __call__(self, results: Sequence[Result], look: Look) -> Markup:
        """The results as list items."""
        entry_query = str(escape(look.entry_query))
        return Markup("".join([self._item(result, look, entry_query) for result in results]))

    def misses(self, misses: Sequence[NearMiss], look: Look) -> Markup:
        """The near misses as list items, each with its one rule. Its hours are said by the state of the card."""
        entry_query = str(escape(look.entry_query))
        return Markup("".join([self._item(miss.result, look, entry_query, miss.text) for miss in misses]))

    def lines(self, lines: Sequence[Result], look: Look) -> Markup:
        """Lines as short list items: name and number, and what speaks against calling."""
        entry_query = str(escape(look.entry_query))
        return Markup("".join([entry_query.join(self._keep(line, "line", look).pieces) for line in lines]))

    def _item(self, result: Result, look: Look, entry_query: str, miss: str = "") -> str:
        is_brought = brings(result.entry, look.asking)
        kept = self._keep(result, "brought" if is_brought else "card", look)
        asks = [fact for fact in result.ask_about if not (is_brought and fact == "referral")]
        fills = (
            ' aria-current="true"' if result.entry.ref == look.chosen else "",
            entry_query,
            _paragraph("where", kept.where if result.distance_km is None else distance_in_words(result.distance_km)),
            _paragraph("miss", miss if miss != result.open_text else ""),
            _drop_off(result.entry, look.asking) if is_brought and look.asking else "",
            _paragraph(
                "ask", facts.sentences([result.arrival.note if result.arrival else "", ask_about(asks, look.asking)])
            ),
            _paragraph("why", _why(result, kept.said)),
            "",
        )
        return "".join([text for pair in zip(kept.pieces, fills, strict=True) for text in pair])

    def _keep(self, result: Result, kind: str, look: Look) -> _Kept:
        opening, is_measured = result.opening, result.distance_km is not None
        key = (kind, result.entry.ref, opening.text, opening.said, is_measured, look.leading, look.today)
        kept = self._kept.get(key)
        if kept is None or kept.entry is not result.entry:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            card = self._cards.card(result, look)
            template = "line" if kind == "line" else "card"
            html = render_template(f"public/{template}.html", card=card, is_brought=kind == "brought", blank=_BLANK)
            kept = self._kept[key] = _Kept(result.entry, html.split(_BLANK), card.where, _said(card))
        return kept


def _paragraph(kind: str, text: str) -> str:
    return f'<p class="app-{kind}">{escape(text)}</p>\n' if text else ""


def _said(card: Card) -> str:
    """All that a card says and a reason may repeat. A number to call says that people may refer themselves."""
    entry = card.entry
    itself = "self-referral" if entry.entry.location_type == "virtual" and entry.contacts else ""
    return " ".join(
        [card.where, card.state.words, card.said, entry.rules, entry.way_in, entry.culture, itself]
    ).casefold()


def _why(result: Result, said: str) -> str:
    """The reasons that the rest of the card does not give. How far it is comes first among them."""
    reasons = result.reasons[1:] if result.distance_km is not None else result.reasons
    unsaid = [one for one in reasons if one.casefold().removeprefix("takes ").removesuffix(" spoken") not in said]
    return f"Why here: {facts.sentences(unsaid)}" if unsaid else ""


def _drop_off(entry: Entry, asking: Asking) -> str:
    """Whether the entry takes people that a crew brings."""
    words = wording.uncapitalised(summaries.drop_off(entry, asking))
    return f"Drop-off by {_CREWS[asking]}: <strong>{escape(words)}</strong>."


def ask_about(names: Sequence[str], asking: Asking | None) -> str:
    """What to ask before going, as a sentence. Hours that are not known are said by the state of the card."""
    ways = {**_ASK_ABOUT, "referral": _REFERRAL.get(asking, "")}
    words = [ways[name] for name in names if name in ways]
    return f"Ask about {wording.listed(words, 'and')}" if words else ""
