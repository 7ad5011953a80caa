"""Facts of an entry in words: whom it takes, and how one gets in. A fact that is not known is an empty text."""

from collections.abc import Mapping, Sequence

from directory.models import ClaimKind, CulturalClaim, Entry
from directory.places import Places
from directory.taxonomies import Community, Taxonomies

MOST_BOROUGHS_NAMED = 3
MOST_QUOTED = 60
_GENDERS = {"women": "Women only", "men": "Men only"}
TAKEN: Mapping[str, str] = {
    "intoxicated": "people who have been drinking or using drugs",
    "alone_under_18": "under-18s who come alone",
    "companion": "a companion",
    "dog": "a dog",
}
_REFUSED: Mapping[str, str] = {
    "intoxicated": "Takes nobody who has been drinking or using drugs",
    "alone_under_18": "Takes no under-18s who come alone",
    "companion": "No companions",
    "dog": "No dogs",
}
_CLAIMS: Mapping[ClaimKind, str] = {
    "led_by": "Led by",
    "staff_speak": "Staff speak",
    "specialist_in": "Specialist in help for",
    "welcomes": "Welcomes",
}
_PEOPLES = frozenset({"culture", "lgbtq"})
_NOUNS = ("communities", "heritage", "Migrants", "asylum")
_WIDE_AREAS = {"London": "London", "England": "England", "UK": "the UK"}


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
    if len(named) > MOST_BOROUGHS_NAMED:
        more = len(named) - MOST_BOROUGHS_NAMED + 1
        named = [*named[: MOST_BOROUGHS_NAMED - 1], f"{more} more boroughs"]
        return f"For people in {listed(named, 'and')}"
    return f"For people in {listed(named, 'and')}" if named else ""


def residents_only(entry: Entry, places: Places) -> str:
    """The same rule as a refusal, whatever the size of the area: "Lambeth residents only"."""
    named = areas(entry, places)
    if len(named) > MOST_BOROUGHS_NAMED:
        return f"Only {uncapitalised(residence(entry, places))}"
    return f"{listed(named, 'and')} residents only" if named else ""


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


def listed(names: Sequence[str], conjunction: str) -> str:
    """Names as a list in a sentence: "A", "A and B", "A, B and C"."""
    return f" {conjunction} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def uncapitalised(text: str) -> str:
    """Text for the middle of a sentence: a capital at its start is taken away unless a second one follows it."""
    return text[:1].lower() + text[1:] if len(text) > 1 and text[1].islower() or text[:2] == "A " else text


def quoted(words: str) -> str:
    """Words as they were typed, in quotation marks; only their beginning where they would fill a phone."""
    return f"“{words}”" if len(words) <= MOST_QUOTED else f"“{words[: MOST_QUOTED - 1].rstrip()}…”"


def reach(entry: Entry) -> str:
    """From where a line may be used: empty where its area is not known, or told with whom it is for."""
    if not {"UK", "England"}.isdisjoint(entry.area_served):
        return "From anywhere"
    return "From anywhere in London" if "London" in entry.area_served else ""


def whereabouts(entry: Entry, places: Places) -> str:
    """Where it is as far as that is known without a distance: "In Lambeth", or from where a line may be used."""
    if entry.location_type == "virtual":
        return reach(entry)
    borough = borough_name(entry, places)
    return f"In {borough}" if borough else ""


def can_be_rung(entry: Entry) -> bool:
    """Whether the public has a number to talk on."""
    return any(phone.kind == "voice" and phone.audience == "public" for phone in entry.phones)


def refused(fact: str) -> str:
    """What a known no about whom or what it takes says: "No dogs"; empty for any other rule."""
    return _REFUSED.get(fact, "")


def claim(made: CulturalClaim, taxonomies: Taxonomies) -> str:
    """A claim with who makes it, so that it is read as no more: "Led by Somali people, says Example Trust"."""
    if made.kind == "staff_speak":
        whom = taxonomies.languages[made.code].name
    else:
        whom = _people(taxonomies.communities[made.code])
    return f"{_CLAIMS[made.kind]} {whom}, says {made.said_by}"


def _people(community: Community) -> str:
    """The people of a community in the middle of a sentence: "Somali people", "Black communities", "women"."""
    if community.family in _PEOPLES and not community.name.endswith(_NOUNS):
        return f"{community.name} people"
    return community.name if community.name.startswith("Black") else uncapitalised(community.name)
