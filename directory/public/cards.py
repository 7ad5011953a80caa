"""Result cards: what a card says of an entry whatever was asked, kept; and of a result, made anew each time."""

from dataclasses import dataclass

from directory.models import Entry
from directory.places import Places, distance_in_words
from directory.public import facts
from directory.search.find import Result
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path

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
class Card:
    """A result as a card: `where` is how far or in which borough, `state` whether it is open, in words."""

    entry: EntryCard
    where: str
    measured: bool
    state: str
    state_more: str
    state_class: str
    ask_first: str


class Cards:
    """Makes cards, and keeps what they say of an entry for as long as the entry stands."""

    def __init__(self, places: Places, taxonomies: Taxonomies) -> None:
        self._places, self._taxonomies = places, taxonomies
        self._made: dict[str, EntryCard] = {}

    def card(self, result: Result) -> Card:
        """The card of a result."""
        entry = self.entry_card(result.entry)
        state, comma, more = result.open_text.partition(", ")
        if result.answer.state == "unknown" and any(contact.verb == "Call" for contact in entry.contacts):
            more = f"{more or 'hours not known'}: ring first" if comma else ""
            state = state if comma else f"{state}: ring first"
        measured = result.distance_km is not None
        return Card(
            entry=entry,
            where=distance_in_words(result.distance_km) if result.distance_km is not None else _borough(entry),
            measured=measured,
            state=state,
            state_more=more,
            state_class=result.answer.state,
            ask_first=facts.sentences(_NOT_KNOWN[fact] for fact in result.ask_about if fact in _NOT_KNOWN),
        )

    def entry_card(self, entry: Entry) -> EntryCard:
        """What every card of the entry says."""
        kept = self._made.get(entry.ref)
        if kept is None or kept.entry is not entry:
            kept = self._made[entry.ref] = self._entry_card(entry)
        return kept

    def _entry_card(self, entry: Entry) -> EntryCard:
        contacts = facts.contacts(entry)
        return EntryCard(
            entry=entry,
            path=entry_path(entry),
            name=entry.name,
            kind=self._taxonomies.service_types[entry.service_type].name,
            borough="" if entry.location_type == "virtual" else facts.borough_name(entry, self._places),
            rules=facts.sentences(
                [facts.gender(entry), facts.ages(entry), facts.residence(entry, self._places)],
            ),
            way_in=facts.sentences([facts.ways_in(entry, self._taxonomies)]),
            address=facts.address(entry) or facts.address_missing(entry),
            culture=facts.culture(entry, self._taxonomies),
            contacts=contacts,
            website="" if contacts else facts.web_address(entry.website),
            directions=facts.directions(entry),
            fresh=facts.freshness(entry),
        )


def _borough(entry: EntryCard) -> str:
    return f"In {entry.borough}" if entry.borough else ""
