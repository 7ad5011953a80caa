"""The facts of one entry in words, whoever asks and whenever. A fact that is not known is an empty text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.models import CrewFact, Entry, Phone, ProblemKind
from directory.schedules import LONDON
from directory.search import wording
from directory.search.asked import TAKEN
from directory.taxonomies import Taxonomies
from directory.web.times import spoken_date

MOST_NAMES_ON_A_CARD = 5
_REPORTED: Mapping[ProblemKind, str] = {
    "no_answer": "nobody answered",
    "shut": "it was shut when shown open",
    "turned_away": "they were turned away",
    "wrong_number": "the number was wrong",
    "wrong_address": "the address was wrong",
    "other": "something was wrong",
}
_COSTS = {"free": "Free", "paid": "You have to pay", "mixed": "Some of it is free, some you have to pay for"}


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to tap: `verb` is Call or Text, `href` opens the telephone, `note` says how to use the number, `kind`
    for whom it is where that is not everybody."""

    verb: str
    number: str
    href: str
    note: str
    kind: str = ""


def contacts(entry: Entry) -> tuple[Contact, ...]:
    """The numbers that the public may use, in the order of the entry, those to talk on first."""
    public = [phone for phone in entry.phones if phone.audience == "public"]
    return tuple(_contact(phone) for phone in sorted(public, key=lambda phone: phone.kind == "text"))


def professional_contacts(entry: Entry) -> tuple[Contact, ...]:
    """The numbers that only professionals may use, the one to ring before a handover first. Never for the public."""
    inner = [phone for phone in entry.phones if phone.audience == "professional"]
    return tuple(_contact(phone) for phone in sorted(inner, key=lambda phone: phone.purpose != "handover"))


def _contact(phone: Phone) -> Contact:
    verb, scheme = ("Text", "sms") if phone.kind == "text" else ("Call", "tel")
    kind = "Handover" if phone.purpose == "handover" else "For professionals"
    href = f"{scheme}:{re.sub(r'[^0-9+]', '', phone.number)}"
    return Contact(verb, phone.number, href, phone.note, kind if phone.audience == "professional" else "")


def address(entry: Entry) -> str:
    """The address with its postcode, where anybody may see it."""
    if entry.address_visibility != "full":
        return ""
    return ", ".join(filter(None, [entry.address, entry.postcode]))


def entrance(entry: Entry) -> str:
    """Which door, where anybody may see the address."""
    return entry.entrance if entry.address_visibility == "full" else ""


def crew_fact(fact: CrewFact | None) -> str:
    """Yes, no or not known, with the date on which it was said: "Yes (said 3 October 2026)"."""
    if fact is None:
        return "Not known"
    said = f"said {spoken_date(fact.on)}" if fact.on else "date not known"
    return f"{'Yes' if fact.value else 'No'} ({said})"


def takes(entry: Entry) -> str:
    """What is known of whom and what else it takes, as sentences: "Takes: a dog. Does not take: a companion."."""
    known = {name: fact.value for name in TAKEN if (fact := getattr(entry, name)) is not None}
    lists = {value: [wording.TAKEN[name] for name in known if known[name] is value] for value in (True, False)}
    return sentences(
        [
            f"Takes: {', '.join(lists[True])}" if lists[True] else "",
            f"Does not take: {', '.join(lists[False])}" if lists[False] else "",
        ]
    )


def claims(entry: Entry, taxonomies: Taxonomies) -> str:
    """What is claimed of its culture, each with who says so and when: "Led by Somali people, says X, May 2026."."""
    return sentences(
        f"{wording.claim(claim, taxonomies)}{f', {spoken_date(claim.said_on)}' if claim.said_on else ''}"
        for claim in entry.cultural_claims
    )


def address_missing(entry: Entry) -> str:
    """Why there is no address to go to; empty where there is one."""
    if entry.location_type == "virtual":
        return ""
    if entry.address_visibility != "full":
        return "Address given when you contact them"
    return "" if address(entry) else "Address not known"


def directions(entry: Entry) -> str:
    """A geo link to the entry's point; empty where the address is not known or not for everybody."""
    if not entry.has_point or entry.location_type == "virtual":
        return ""
    label = "+".join(re.findall(r"\w+", entry.name))
    return f"geo:{entry.latitude},{entry.longitude}?q={entry.latitude},{entry.longitude}({label})"


def only(entry: Entry) -> str:
    """Whom alone it is for, where the entry says so in words of its own: "Only for patients of two practices"."""
    first = re.split(r"[.:;]", entry.eligibility)[0]
    return first if first.startswith("Only ") else ""


def web_address(text: str) -> str:
    """An address that is safe to link to; empty for anything but http and https."""
    return text if text.startswith(("https://", "http://")) else ""


def cost(entry: Entry) -> str:
    """What it costs."""
    return ". ".join(filter(None, [_COSTS.get(entry.cost or "", ""), entry.cost_description.rstrip(".")]))


def caution(entry: Entry, today: date) -> str:
    """What several people reported, and what to do before going; empty where nothing stands."""
    if entry.caution is None:
        return ""
    reported = wording.listed([f"that {_REPORTED[kind]}" for kind in entry.caution.kinds], "and")
    day = entry.caution.at.astimezone(LONDON).date()
    when = {0: "today", 1: "yesterday"}.get((today - day).days, f"on {spoken_date(day.isoformat())}")
    can_ring = wording.can_be_rung(entry) and "wrong_number" not in entry.caution.kinds
    first = "" if entry.location_type == "virtual" else "Ring first" if can_ring else "Ask first"
    return sentences([f"Two or more people reported {when} {reported}", first])


def sentences(parts: Iterable[str]) -> str:
    """Parts as sentences, each ended by a full stop; empty parts left out."""
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def culture(entry: Entry, taxonomies: Taxonomies) -> str:
    """Communities it is for, languages spoken and interpreters, as sentences short enough for a card."""
    communities = [taxonomies.communities[code].name for code in entry.communities]
    languages = [taxonomies.languages[code].name for code in entry.languages]
    return sentences(
        [
            f"Communities: {_some(communities)}" if communities else "",
            f"Languages: {_some(languages)}" if languages else "",
            "Interpreters" if entry.interpreters else "",
        ]
    )


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many there are besides."""
    more = len(names) - MOST_NAMES_ON_A_CARD
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:MOST_NAMES_ON_A_CARD])} and {more} more"
