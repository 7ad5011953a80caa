"""Why an entry is here, why it nearly is, and what the journey changes: short texts that are true of the entry."""

from datetime import datetime

from directory.models import Entry
from directory.places import distance_in_words
from directory.schedules import Answer, spoken_time
from directory.search import wording
from directory.search.catalogue import Catalogue
from directory.search.columns import brings
from directory.search.live import Opening
from directory.search.query import Asking, Query

_CREWS = {"police": "Takes people brought by police", "ambulance": "Takes people brought by ambulance crews"}


def reasons(
    entry: Entry, opening: Opening, km: float | None, fits: tuple[str, ...], query: Query, catalogue: Catalogue
) -> tuple[str, ...]:
    """Why an entry is a result: "1.2 miles", "Open until 2am", "Self-referral", "Somali".

    `fits` names what was asked for and is known to be so.
    """
    said = [wording.whereabouts(entry, catalogue.places) if km is None else distance_in_words(km)]
    if opening.answer.state == "open":
        said.append(opening.text.partition(",")[0])
    if opening.live is not None and opening.live.state == "space":
        said.append(opening.said.partition(",")[0])
    said += [*_way_in(entry, fits, query, catalogue), *_person(entry, fits, query), *_culture(entry, query, catalogue)]
    said += [
        catalogue.taxonomies.needs[code].name
        for code in query.needs
        if catalogue.meeting(code)[catalogue.rows[entry.ref]]
    ]
    return tuple(dict.fromkeys(filter(None, said)))


def _way_in(entry: Entry, fits: tuple[str, ...], query: Query, catalogue: Catalogue) -> list[str]:
    if "referral" in fits and query.asking and query.asking != "self":
        return [_brought_or_referred(entry, query.asking, catalogue)]
    said = ["Takes self-referral"] if entry.self_referral and not {"referral", "self_referral"}.isdisjoint(fits) else []
    return [*said, "Walk in"] if "walk_in" in fits and entry.walk_in else said


def _brought_or_referred(entry: Entry, asking: Asking, catalogue: Catalogue) -> str:
    """How somebody who asks gets a person in, where that is known to be possible."""
    if asking in _CREWS and (asking in entry.referral_routes or brings(entry, asking)):
        return _CREWS[asking]
    if asking in entry.referral_routes:
        return f"Takes people referred by {wording.uncapitalised(catalogue.taxonomies.referral_routes[asking].name)}"
    return "Takes self-referral" if entry.self_referral else ""


def _person(entry: Entry, fits: tuple[str, ...], query: Query) -> list[str]:
    said = []
    if "age" in fits:
        said.append(wording.ages(entry) or "For children and young people")
    if "gender" in fits:
        said.append(wording.gender(entry))
    if "step_free" in fits and entry.step_free:
        said.append("Step-free")
    return said + [
        f"Takes {wording.TAKEN[what]}" for what in query.takes if (known := getattr(entry, what)) and known.value
    ]


def _culture(entry: Entry, query: Query, catalogue: Catalogue) -> list[str]:
    """The communities and languages that were asked for and that the entry has, in its own words where narrower."""
    taxonomies, spoken = catalogue.taxonomies, [*query.languages]
    said = []
    for asked in query.communities:
        own = [code for code in entry.communities if asked in taxonomies.with_broader(code)]
        claims = [claim for claim in entry.cultural_claims if claim.kind != "staff_speak"]
        claimed = [claim for claim in claims if asked in taxonomies.with_broader(claim.code)]
        said += [taxonomies.communities[code].name for code in own[:2]]
        said += [wording.claim(claim, taxonomies) for claim in claimed[:2]]
        if not own and not claimed:
            spoken += taxonomies.communities[asked].languages
    said += [f"{taxonomies.languages[code].name} spoken" for code in spoken if code in entry.languages]
    speak = [claim for claim in entry.cultural_claims if claim.kind == "staff_speak" and claim.code in spoken]
    return said + [wording.claim(claim, taxonomies) for claim in speak if claim.code not in entry.languages]


def arrival_note(entry: Entry, answer: Answer, at: datetime, *, late: bool) -> str:
    """What a journey changes: a place that is open now and lets nobody in at the arrival (`late`), or the reverse."""
    there = f"you would arrive about {spoken_time(at.timetz())}"
    if not late:
        opens = f"Opens at {spoken_time(answer.next_open.timetz())}; " if answer.next_open else ""
        return f"{opens}{there}" if opens else ""
    ring = "ring first" if wording.can_be_rung(entry) else "ask first"
    last = answer.last_admission_at
    if last is not None:
        return f"Last admission {spoken_time(last.timetz())}, {there}: {ring}"
    closes = f"Closes {spoken_time(answer.until.timetz())}, " if answer.until else ""
    return f"{closes}{there}: {ring}"


def rule_in_words(rule: str, entry: Entry, opening: Opening, asking: Asking | None, catalogue: Catalogue) -> str:
    """The one rule of an entry that shuts somebody out: "18 and over", "Lambeth residents only"."""
    if rule == "open":
        return opening.text
    if rule == "age":
        return wording.ages(entry) or "For children and young people"
    if rule == "gender":
        return wording.gender(entry)
    if rule == "residence":
        return wording.residents_only(entry, catalogue.places)
    if rule == "step_free":
        return "Not step-free"
    if rule == "walk_in":
        return "Walk-in" if entry.walk_in else "No walk-ins"
    return wording.refused(rule) or _referral_in_words(rule, entry, asking, catalogue)


def _referral_in_words(rule: str, entry: Entry, asking: Asking | None, catalogue: Catalogue) -> str:
    if rule == "referral" and entry.drop_off is not None and brings(entry, asking):
        return "No drop-off by police or ambulance"
    if entry.self_referral:
        return "Takes self-referral"
    routes = [wording.uncapitalised(route) for route in wording.referrers(entry, catalogue.taxonomies)]
    return f"Referral by {wording.listed(routes, 'or')}" if routes else "Referral needed"
