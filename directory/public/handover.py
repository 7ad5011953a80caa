"""The text for the caller: one entry in a few short lines, to read out, or to send from one's own telephone."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from directory import schedules
from directory.models import Entry
from directory.places import Places
from directory.public import facts
from directory.schedules import LONDON
from directory.search import wording
from directory.search.live import Opening
from directory.taxonomies import Taxonomies
from directory.web.times import clock, moment

LONGEST = 306  # characters: two text messages joined together carry as many
_TYPEWRITTEN = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ`´", "'"),
        **dict.fromkeys("“”", '"'),
        **dict.fromkeys("‐‑–—~", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("|\\", "/"),
        "…": "...",
        "€": "EUR ",
    }
)
# What a text message holds in one unit of its alphabet (3GPP TS 23.038). Any other mark more than doubles its size.
_ONE_UNIT = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà"
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)


def message(
    entry: Entry, opening: Opening, now: datetime, places: Places, taxonomies: Taxonomies, at: datetime | None = None
) -> str:
    """Name, where, hours, what the service and people say of now, how to get in, for whom, the number (or website), and
    when this was true, a line each.

    Plain text of at most LONGEST characters. `opening` is that of the chosen instant `at`, or of `now` where none was
    chosen. Where there is too much, this gives way, in this order: the rules about who may come, the detail of how to
    get in, the website, the front of the address, the reason of a closure, how to get in, the note to what the service
    says, what was reported, the note to the number, the end of the name. A number, a postcode and a time are there
    whole or not at all; the number, the state of the hours, what the service says, that something was reported and the
    time of all this always are.
    """
    lines = {
        "name": _names(entry),
        "where": _where(entry, places, taxonomies),
        "hours": _hours(entry, opening, now, at),
        "said": _said(opening),
        "caution": _cautions(entry, now),
        "way in": _ways_in(entry, taxonomies),
        "rules": _rules(entry, places),
        "number": _numbers(entry),
        "website": _websites(entry),
        "true at": iter([f"True at {stamped(now)}"]),
    }
    text = ""
    for text in _ever_shorter(lines):
        if len(text) <= LONGEST:
            break
    return text


def _ever_shorter(lines: Mapping[str, Iterator[str]]) -> Iterator[str]:
    """The whole text, then one thing after the other shortened. Of each line, its wordings from the fullest on."""
    said = {name: _plain(next(wordings)) for name, wordings in lines.items()}
    yield _joined(said)
    for name in ("rules", "way in", "website", "where", "hours", "said", "caution", "number", "name"):
        for shorter in lines[name]:
            said[name] = _plain(shorter)
            yield _joined(said)
        if name == "hours":
            said["way in"] = ""
            yield _joined(said)


def _joined(said: Mapping[str, str]) -> str:
    return "\n".join(filter(None, said.values()))


def stamped(instant: datetime) -> str:
    """An instant in full: "9:04pm, Sunday 22 November 2026"."""
    local = instant.astimezone(LONDON)
    return f"{clock(local)}, {local:%A} {local.day} {local:%B %Y}"


def sms_link(text: str) -> str:
    """A link that opens the telephone's own messages with the text in them and nobody's number yet.

    iPhones look for `&body=` and Android phones for `?body=`: with `?&body=` each finds its own.
    """
    return f"sms:?&body={quote(text, safe='')}"


def _names(entry: Entry) -> Iterator[str]:
    """The name; ever fewer words of it, never ending in what may be half a number; the reference."""
    yield entry.name
    words = entry.name.split()
    for last in range(len(words) - 1, 0, -1):
        if not any(map(str.isdigit, words[last - 1])):
            yield f"{' '.join(words[:last])}..."
    yield entry.ref


def _where(entry: Entry, places: Places, taxonomies: Taxonomies) -> Iterator[str]:
    if entry.location_type == "virtual":
        yield f"{taxonomies.service_types[entry.service_type].name}, no place to go to"
        return
    borough = wording.borough_name(entry, places)
    if missing := facts.address_missing(entry):
        yield f"In {borough}. {missing}" if borough else missing
        return
    parts = entry.address.split(", ") if entry.address else []
    for first in range(len(parts)):
        yield ", ".join(filter(None, [*parts[first:], entry.postcode]))
    yield ", ".join(filter(None, [borough, entry.postcode])) or "Ask for the address"


def _hours(entry: Entry, opening: Opening, now: datetime, at: datetime | None) -> Iterator[str]:
    """Open or closed and until when; of a chosen instant, in the words of the day on which this is read."""
    answer = opening.answer
    if opening.live is not None and answer.state == "closed" and opening.live.state == "closed":
        when = f"At {moment(at, now)}: " if at else ""
        for said in (opening.text, opening.text.replace(f" ({opening.live.note})", "")):
            yield when + (wording.uncapitalised(said) if at else said)
        return
    if answer.state == "unknown":
        yield f"{opening.text}{_before_going(entry)}"
        return
    if at is None:
        yield opening.text
        yield schedules.sentence(replace(answer, reason=""), now)
        return
    said = wording.uncapitalised(schedules.sentence(replace(answer, reason="", closed_for=None), now))
    closed = "closed, " if answer.state == "closed" and not said.startswith("closed") else ""
    yield f"At {moment(at, now)}: {closed}{said}"


def _said(opening: Opening) -> Iterator[str]:
    yield opening.said
    if opening.live is not None:
        yield opening.said.replace(f" ({opening.live.note})", "")


def _cautions(entry: Entry, now: datetime) -> Iterator[str]:
    yield facts.caution(entry, now.astimezone(LONDON).date())
    if entry.caution is not None:
        yield "Problems reported: ask first"


def _before_going(entry: Entry) -> str:
    if wording.can_be_rung(entry):
        return ": ring first"
    return "" if entry.location_type == "virtual" else ": ask before you go"


def _ways_in(entry: Entry, taxonomies: Taxonomies) -> Iterator[str]:
    known = wording.ways_in(entry, taxonomies)
    if known:
        yield known
        if entry.self_referral is False:
            yield "Referral needed"
    elif entry.location_type == "virtual" and facts.contacts(entry):
        yield entry.application_process
    elif entry.application_process:
        yield entry.application_process
        yield "Ask how to get in"
    else:
        yield "How to get in not known"


def _rules(entry: Entry, places: Places) -> Iterator[str]:
    rules = [wording.gender(entry), wording.ages(entry), wording.residence(entry, places)]
    yield ". ".join(filter(None, [facts.only(entry), *rules]))
    yield facts.only(entry)
    yield ""


def _numbers(entry: Entry) -> Iterator[str]:
    """The first number to talk on, else to write to."""
    contact = next(iter(facts.contacts(entry)), None)
    if contact is None:
        yield "No number known"
        return
    if contact.note:
        yield f"{contact.verb} {contact.number} ({contact.note})"
    yield f"{contact.verb} {contact.number}"


def _websites(entry: Entry) -> Iterator[str]:
    """The website, only where there is no number."""
    if not facts.contacts(entry):
        yield facts.web_address(entry.website)
    yield ""


def _plain(text: str) -> str:
    """The text in the alphabet of text messages, as far as it can be written so without losing a letter."""
    plain = " ".join(text.translate(_TYPEWRITTEN).split())
    return plain if _ONE_UNIT.issuperset(plain) else "".join(map(_simplest, plain))


def _simplest(mark: str) -> str:
    """The mark, or the one of that alphabet which it is with an accent."""
    bare = unicodedata.normalize("NFD", mark)[0]
    return bare if mark not in _ONE_UNIT and bare in _ONE_UNIT else mark
