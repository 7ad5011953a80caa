"""Directories with a secret in every place that not everybody may read, and what finds a secret again.

A secret is a word of letters alone, which no way of writing changes but Base64; a postcode, a number to ring or a point
is looked for in each way of writing it.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask
from sqlmodel import Session

from directory import listing_requests, outbox, reports, revisions
from directory.accounts import keys
from directory.models import CrewFact, CulturalClaim, Entry, Evidence, KeyScope, LiveStatus, Phone
from directory.places import Place, Places
from tests.factories import CAMBERWELL, make_entry
from tests.people import make_account

VISIBLE, HIDDEN, AREA, UNVERIFIED, WITHDRAWN, ONCE_PUBLIC, PROFESSIONAL, HIDDEN_PROFESSIONAL = (
    f"CAD-{number}" for number in range(9001, 9009)
)
REFS = (VISIBLE, HIDDEN, AREA, UNVERIFIED, WITHDRAWN, ONCE_PUBLIC, PROFESSIONAL, HIDDEN_PROFESSIONAL)
RUN_BY = "Example Trust"
PLAIN = "everybodymayreadthis"
"""A word that is no secret, to see that what looks for words finds them."""
_HIDDEN_POSTCODES = ("EN1 3XA", "KT1 1EU")
_AREA_POSTCODES = ("SW2 1RW", "SW2 5UW")
_NEAR_DEGREES, _NEAR_METRES = 0.0006, 60


@dataclass(frozen=True)
class Secrets:
    """The secrets of one directory: `never` and `professional` choose which, so that two directories differ in them.

    The first kind nobody reads who is not at home here, the second professionals do.
    """

    never: int
    professional: int
    places: Places

    def word(self, what: str, *, professional: bool = False) -> str:
        """A word that stands for one thing, as long as any other."""
        number = self.professional if professional else self.never
        letters = (
            hashlib.sha256(f"{what} {number}".encode()).hexdigest().translate(str.maketrans("0123456789", "ghjkmnpqrs"))
        )
        return f"zq{letters[:14]}"

    def number(self, last: int, *, professional: bool = False) -> str:
        """A number to ring."""
        return f"020 7946 {last + (self.professional if professional else self.never):04}"

    @cached_property
    def hidden(self) -> Place:
        """Where what is hidden is."""
        return self._place(_HIDDEN_POSTCODES)

    @cached_property
    def area(self) -> Place:
        """Where that is of which only the borough may be told."""
        return self._place(_AREA_POSTCODES)

    def _place(self, postcodes: tuple[str, str]) -> Place:
        place = self.places.locate(postcodes[self.never])
        assert isinstance(place, Place)
        return place


NEVER = ("note", "address", "entrance", "text", "person", "proposal", "request", "mail", "reason", "key", "reporter")
FOR_PROFESSIONALS = ("handover", "advice", "professional")


def needles(secrets: Secrets, *, professional: bool) -> "Needles":
    """What must not be found: what nobody may read; and unless the reader is a professional, what those may."""
    words = [secrets.word(what) for what in NEVER]
    numbers = [secrets.number(last) for last in (300, 310, 320)]
    if not professional:
        words += [secrets.word(what, professional=True) for what in FOR_PROFESSIONALS]
        numbers += [secrets.number(last, professional=True) for last in (400, 410, 420)]
    return Needles(tuple(words), tuple(numbers), (secrets.hidden, secrets.area))


@dataclass(frozen=True)
class Needles:
    """Words, numbers to ring and places, and how each is found in an answer."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[Place, ...]

    def found_in(self, text: str) -> Iterator[str]:
        """Every secret that a text tells."""
        small = text.lower()
        squeezed = re.sub(r"%20|&nbsp;|[\s+\-()\u00a0]", "", small)
        yield from (word for word in self.words if word in small or any(code in text for code in _in_base64(word)))
        yield from (number for number in self.numbers if number.replace(" ", "")[1:] in squeezed)
        yield from (place.label for place in self.places if place.label.replace(" ", "").lower() in squeezed)
        for found in re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?", text):
            yield from (f"{found} of {place.label}" for place in self.places if _is_of(float(found), found, place))


def _is_of(value: float, written: str, place: Place) -> bool:
    """Whether a number is one of the coordinates of a place, however it is rounded."""
    if len(written.partition(".")[2]) >= 3:
        near = (place.latitude or 0.0, place.longitude or 0.0)
        return any(abs(value - degrees) < _NEAR_DEGREES for degrees in near)
    return 100_000 <= value and any(abs(value - metres) < _NEAR_METRES for metres in (place.easting, place.northing))


def _in_base64(word: str) -> tuple[str, ...]:
    """What a word becomes in Base64, whatever stands before it."""
    return tuple(b64encode(b"x" * before + word.encode())[2 + before : -6].decode() for before in range(3))


def plant(app: Flask, secrets: Secrets) -> dict[KeyScope, str]:
    """Fill an empty directory; gives a key of each scope. The same changes, whatever the secrets."""
    here = app.extensions["directory"]
    at = here.now() - timedelta(minutes=20)
    word = secrets.word
    with here.database.unit_of_work() as session:
        first = make_entry(ref=ONCE_PUBLIC, **_secret_texts(secrets, "text"), **CAMBERWELL)
        revisions.publish(session, [first], actor=word("person"), reason=word("reason"), at=at)
        revisions.publish(session, _entries(secrets, at), actor=word("person"), reason=word("reason"), at=at)
        _plant_people(session, secrets, at)
        lasts = timedelta(days=9)
        made = {
            scope: keys.make_key(session, f"key {word('key')}", [scope], actor=word("person"), at=at, lasts=lasts)[1]
            for scope in ("public", "professional")
        }
    here.current.refresh()
    return made  # type: ignore[return-value]


def _entries(secrets: Secrets, at: datetime) -> list[Entry]:
    word = secrets.word
    never = {"notes": word("note"), "confidence": ("high", "low")[secrets.never]}
    for_professionals = {
        "phones": (
            Phone(number="020 7946 0100"),
            Phone(
                number=secrets.number(400, professional=True),
                note=word("handover", professional=True),
                audience="professional",
            ),
            Phone(
                number=secrets.number(410, professional=True),
                note=word("handover", professional=True),
                audience="professional",
                purpose="handover",
            ),
        ),
        "professional_notes": word("advice", professional=True),
    }
    shown = {"opening_hours": "Mo-Su 18:00-02:00", "walk_in": True, "drop_off": CrewFact(value=True, on="2026-10")}
    hidden, area = _at(secrets, secrets.hidden), _at(secrets, secrets.area)
    said = LiveStatus(state="space", at=at, until=at + timedelta(hours=2), note="Come in")
    texts = _secret_texts(secrets, "text")
    nobodys = {**texts, **hidden, "live_status": said.model_copy(update={"note": texts["name"]})}
    theirs = _secret_texts(secrets, "professional", professional=True)
    plain = {"description": f"A calm place. {PLAIN}", "organization": RUN_BY, "ods_code": "X1Y2Z", "live_status": said}
    facts: dict[str, dict[str, Any]] = {
        VISIBLE: {**CAMBERWELL, **shown, **for_professionals, **never, **plain},
        HIDDEN: {**hidden, **shown, **for_professionals, **never, "address_visibility": "hidden", "live_status": said},
        AREA: {**area, **shown, **never, "address_visibility": "area"},
        UNVERIFIED: {**nobodys, "status": "unverified"},
        WITHDRAWN: {**nobodys, "status": "withdrawn"},
        ONCE_PUBLIC: {**texts, **CAMBERWELL, "status": "withdrawn"},
        PROFESSIONAL: {**theirs, **CAMBERWELL, "audience": "professional"},
        HIDDEN_PROFESSIONAL: {**theirs, **hidden, **never, "audience": "professional", "address_visibility": "hidden"},
    }
    return [make_entry(ref=ref, **told) for ref, told in facts.items()]


def _secret_texts(secrets: Secrets, what: str, *, professional: bool = False) -> dict[str, Any]:
    """Every field of free text, with one secret word, and a number to ring."""
    word = secrets.word(what, professional=professional)
    names = ("organization", "description", "application_process", "eligibility", "accessibility", "cost_description")
    number = secrets.number(420 if professional else 310, professional=professional)
    return {
        **dict.fromkeys(names, f"Of {word} & “others”"),
        "name": f"House of {word}",
        "email": f"{word}@example.org",
        "website": f"https://{word}.example.org/",
        "phones": (Phone(number=number, note=f"Ask for {word}"),),
        "ods_code": word[:5].upper(),
        "cultural_claims": (CulturalClaim(kind="welcomes", code="somali", said_by=word),),
        "evidence": (Evidence(fact_group="contact", source_url=f"https://{word}.example.org/about"),),
        **({} if professional else {"address": f"1 {word} Street", "professional_notes": word, "notes": word}),
    }


def _at(secrets: Secrets, place: Place) -> dict[str, Any]:
    names = ("borough", "easting", "northing", "latitude", "longitude")
    told = {name: getattr(place, name) for name in names}
    where = {"address": f"1 {secrets.word('address')} Street", "entrance": f"Bell of {secrets.word('entrance')}"}
    return {**told, **where, "postcode": place.label}


def _plant_people(session: Session, secrets: Secrets, at: datetime) -> None:
    """What people wrote to each other, and who they are."""
    word, person = secrets.word, secrets.word("person")
    make_account(session, f"{person} Editor", editor=(RUN_BY,))
    wanted = revisions.get_entry(session, VISIBLE).model_copy(
        update={"description": word("proposal"), "eligibility": word("proposal")}
    )
    revisions.propose(session, wanted, section="who", base_number=0, note=word("proposal"), actor=person, at=at)
    facts = {"organization": word("request"), "message": word("request")}
    listing_requests.ask(
        session,
        "claim",
        ref=VISIBLE,
        name=word("request"),
        email=f"{word('request')}@example.org",
        facts=facts,
        phone=secrets.number(320),
        at=at,
    )
    by = reports.Reporter(word("reporter"), word("reporter"))
    made = reports.report(session, VISIBLE, "shut", by=by, at=at)
    reports.close(session, VISIBLE, [made.report_id], "put_right", actor=person, reason=word("reason"), at=at)
    outbox.put(
        session,
        key=word("mail"),
        to_email=f"{word('mail')}@example.org",
        subject=word("mail"),
        text=word("mail"),
        html=word("mail"),
        at=at,
    )
