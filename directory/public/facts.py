"""The facts of one entry in words, whoever asks and whenever. A fact that is not known is an empty text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.models import Entry, Phone
from directory.places import Places
from directory.taxonomies import Taxonomies

MOST_BOROUGHS_ON_A_CARD = 3
MOST_NAMES_ON_A_CARD = 5
_MONTHS = "January February March April May June July August September October November December".split()
_GENDERS = {"women": "Women only", "men": "Men only"}
_WIDE_AREAS = {"London": "London", "England": "England", "UK": "the UK"}
_COSTS = {"free": "Free", "paid": "You have to pay", "mixed": "Some of it is free, some you have to pay for"}


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to tap: `verb` is Call or Text, `href` opens the telephone, `note` says how to use the number."""

    verb: str
    number: str
    href: str
    note: str


def contacts(entry: Entry) -> tuple[Contact, ...]:
    """The numbers that the public may use, in the order of the entry, those to talk on first."""
    public = [phone for phone in entry.phones if phone.audience == "public"]
    return tuple(_contact(phone) for phone in sorted(public, key=lambda phone: phone.kind == "text"))


def _contact(phone: Phone) -> Contact:
    verb, scheme = ("Text", "sms") if phone.kind == "text" else ("Call", "tel")
    return Contact(verb, phone.number, f"{scheme}:{re.sub(r'[^0-9+]', '', phone.number)}", phone.note)


def ages(entry: Entry) -> str:
    """Who may come by age: "18 and over", "Under 18s", "16 to 25"."""
    least, most = entry.minimum_age, entry.maximum_age
    if least is not None and most is not None:
        return f"Aged {least} to {most}" if least else f"Under {most + 1}s"
    if least is not None:
        return f"{least} and over" if least else "All ages"
    return f"Under {most + 1}s" if most is not None else ""


def gender(entry: Entry) -> str:
    """Who may come by gender; empty where no rule is known."""
    return _GENDERS.get(entry.gender or "", "")


def areas(entry: Entry, places: Places) -> list[str]:
    """Names of the areas whose residents may use the entry."""
    return [_area(code, places) for code in entry.area_served]


def residence(entry: Entry, places: Places) -> str:
    """The rule about where a person must live, short enough for a card; empty for all of London and wider."""
    if not _WIDE_AREAS.keys().isdisjoint(entry.area_served):
        return ""
    named = areas(entry, places)
    if len(named) > MOST_BOROUGHS_ON_A_CARD:
        more = len(named) - MOST_BOROUGHS_ON_A_CARD + 1
        named = [*named[: MOST_BOROUGHS_ON_A_CARD - 1], f"{more} more boroughs"]
        return f"For people in {listed(named, 'and')}"
    return f"For people in {listed(named, 'and')}" if named else ""


def _area(code: str, places: Places) -> str:
    known = places.boroughs.get(code) or places.footprints.get(code)
    return known.name if known else _WIDE_AREAS.get(code, code)


def ways_in(entry: Entry, taxonomies: Taxonomies) -> str:
    """How to get in, as one or two short sentences."""
    said = []
    virtual = entry.location_type == "virtual"
    if entry.walk_in and not virtual:
        said.append("Walk in")
    if entry.self_referral is False:
        routes = [uncapitalised(route) for route in referrers(entry, taxonomies)]
        said.append(f"Referral needed: {', '.join(routes)}" if routes else "Referral needed")
    elif entry.self_referral and not (virtual and entry.phones):
        said.append("Self-referral")
    if entry.walk_in is False and not virtual:
        said.append("No walk-ins")
    return "; ".join([said[0], *map(uncapitalised, said[1:])]) if said else ""


def referrers(entry: Entry, taxonomies: Taxonomies) -> list[str]:
    """Who else is known to be able to refer or bring a person."""
    return [taxonomies.referral_routes[code].name for code in entry.referral_routes if code != "self"]


def borough_name(entry: Entry, places: Places) -> str:
    """The borough that the entry is in, where that may be told."""
    borough = places.boroughs.get(entry.borough)
    return borough.name if borough and entry.address_visibility != "hidden" else ""


def address(entry: Entry) -> str:
    """The address with its postcode, where anybody may see it."""
    if entry.address_visibility != "full":
        return ""
    return ", ".join(filter(None, [entry.address, entry.postcode]))


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


def web_address(text: str) -> str:
    """An address that is safe to link to; empty for anything but http and https."""
    return text if text.startswith(("https://", "http://")) else ""


def cost(entry: Entry) -> str:
    """What it costs."""
    return ". ".join(filter(None, [_COSTS.get(entry.cost or "", ""), entry.cost_description.rstrip(".")]))


def freshness(entry: Entry) -> str:
    """How old and how sure the entry is, in one line: by its hours where known, else by whatever has a source."""
    if not entry.evidence:
        return "Not yet confirmed by the provider"
    evidence = next((one for one in entry.evidence if one.fact_group == "hours"), entry.evidence[0])
    dated = f"Source dated {spoken_date(evidence.source_date)}" if evidence.source_date else "Source not dated"
    if evidence.confirmed_by_provider:
        return f"Confirmed by the provider, {spoken_date(evidence.source_date)}".rstrip(", ")
    return f"{dated}, not yet confirmed by the provider"


def spoken_date(iso: str) -> str:
    """A whole or reduced ISO 8601 date as people say it: "5 March 2024", "March 2024", "2024"."""
    year, *rest = iso.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def listed(names: Sequence[str], conjunction: str) -> str:
    """Names as a list in a sentence: "A", "A and B", "A, B and C"."""
    return f" {conjunction} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def uncapitalised(text: str) -> str:
    """Text for the middle of a sentence: a capital at its start is taken away unless a second one follows it."""
    return text[:1].lower() + text[1:] if len(text) > 1 and text[1].islower() or text[:2] == "A " else text


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
