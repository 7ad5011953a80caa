"""The columns of the table: each with its name, its type in Table Schema, what it says, and what tells it.

Names and order begin as INTEROP section 9 has them; the rest follows for those who want more.
<https://specs.frictionlessdata.io/table-schema/>
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as having
from typing import Any, Final, Literal, get_args

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, WEEKLY_TIMES
from directory.feeds.tables import values
from directory.feeds.tables.values import Tell
from directory.models import CREW_FACTS, FACT_GROUPS, Audience, LiveState
from directory.records import OUR_SERVICE_IDS, service_id
from directory.taxonomies import Taxonomies
from directory.web.words import GROUPS, LABELS

Type = Literal["string", "integer", "number", "boolean", "date", "datetime"]

_SPANS = r"\d{2}:\d{2}-\d{2}:\d{2}(;\d{2}:\d{2}-\d{2}:\d{2})*"
_DATED = r"\d{4}-\d{2}-\d{2} (closed|\d{2}:\d{2}-\d{2}:\d{2})"
_REDUCED = r"\d{4}(-\d{2}(-\d{2})?)?"
_REDUCED_WORDS = "a date (ISO 8601), perhaps only a year or a month"
_DAYS = {
    "mon": "Mondays",
    "tue": "Tuesdays",
    "wed": "Wednesdays",
    "thu": "Thursdays",
    "fri": "Fridays",
    "sat": "Saturdays",
    "sun": "Sundays",
}
_EMPTY = "Empty: not known."
_MUST: Final = {"required": True}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `format` and `constraints` are those of Table Schema.

    A column for professionals is only in what they are given.
    """

    name: str
    type: Type
    description: str
    tell: Tell
    format: str = "default"
    constraints: Mapping[str, Any] = having(default_factory=dict)
    audience: Audience = "public"


def columns_for(audience: Audience, taxonomies: Taxonomies) -> tuple[Column, ...]:
    """The columns for some readers, in order."""
    every = [*_named(taxonomies), *_reached(), *_open(), *_for_whom(), *_how_sure(), *_described(), *_more_of_whom()]
    every += [*_crew(), *_now(), *_kept_true(), *_numbered(), *_inner(), *_licensed()]
    return tuple(column for column in every if audience in (column.audience, "professional"))


def _named(taxonomies: Taxonomies) -> Iterable[Column]:
    kinds = taxonomies.service_types
    uuid = "The name of this row for machines: the same for ever and in every format."
    yield Column("uuid", "string", uuid, lambda told: told.record.id, "uuid", {**_MUST, "unique": True})
    ref = {**_MUST, "unique": True, "pattern": r"CAD-\d{4,9}"}
    yield Column("ref", "string", "Our reference, the same for ever.", values.field("ref"), constraints=ref)
    yield Column("name", "string", "What the service is called.", values.field("name"), constraints=_MUST)
    kind = "; ".join(f"{code} is {term.name}" for code, term in kinds.items())
    enum = {**_MUST, "enum": list(kinds)}
    yield Column("kind", "string", f"Its kind of service: {kind}.", values.field("service_type"), constraints=enum)
    yield Column(
        "dos_service_type_id",
        "integer",
        "The type of service in the NHS Directory of Services that is nearest to its kind.",
        values.dos_service_type_id,
        constraints={**_MUST, "enum": sorted({term.dos_service_type_id for term in kinds.values()})},
    )


def _reached() -> Iterable[Column]:
    yield _three("self_referral", "Can people refer themselves?")
    arranged = "Must people arrange it before they come? Empty: not known, in part, or there is no place to go to."
    yield Column("appointment_required", "boolean", arranged, values.appointment_required)
    yield _text(
        "phone_public", "The first number that anybody may ring, as people in London write it.", values.phone_public
    )
    yield Column("url", "string", "Its own website.", values.field("website"), "uri")
    yield _text("address", "The address. Empty: not known, not for everybody, or there is no place to go to.")
    yield _text("postcode", "The postcode of that address.")
    for name, low, high in (("latitude", 49, 61), ("longitude", -9, 3)):
        words = f"The {name} of the postcode in degrees (WGS 84). Empty wherever the address is."
        yield Column(name, "number", words, values.field(name), constraints={"minimum": low, "maximum": high})
    for name, high in (("easting", 700_000), ("northing", 1_300_000)):
        words = f"The {name} of the postcode in metres (British National Grid). Empty wherever the address is."
        yield Column(name, "integer", words, values.field(name), constraints={"minimum": 0, "maximum": high})


def _open() -> Iterable[Column]:
    for weekday, (name, days) in enumerate(_DAYS.items()):
        yield Column(
            name,
            "string",
            f"Sessions on {days}, joined by “;”. Empty where hours_known is true: closed. Empty where it is false: not "
            f"known. What goes on past midnight is two sessions, until 23:59 and from 00:00. {WEEKLY_TIMES}",
            values.on_weekday(weekday),
            constraints={"pattern": _SPANS},
        )
    yield Column(
        "bank_holiday",
        "string",
        "Sessions on bank holidays of England, or “closed”. Empty: nothing was said of them, and the weekday holds.",
        values.on_bank_holidays,
        constraints={"pattern": f"closed|{_SPANS}"},
    )
    yield Column(
        "dated_exceptions",
        "string",
        "Days that are different, joined by “;”, each with a session of that day or “closed”. Ask this first, then "
        "open_24_7, then bank_holiday, then the day of the week. Told up to the end of next year.",
        values.dated_exceptions,
        constraints={"pattern": f"{_DATED}(;{_DATED})*"},
    )
    always = f"Open at all hours, but for dated_exceptions. {_EMPTY}"
    yield Column("open_24_7", "boolean", always, values.is_open_all_hours)


def _for_whom() -> Iterable[Column]:
    for name, field, words in (("age_min", "minimum_age", "Youngest"), ("age_max", "maximum_age", "Oldest")):
        ages = {"minimum": 0, "maximum": 120}
        yield Column(name, "integer", f"{words} age in years. {_EMPTY}", values.field(field), constraints=ages)
    yield _word("cost", f"What it costs people. {_EMPTY}", "free", "paid", "mixed")


def _how_sure() -> Iterable[Column]:
    yield Column(
        "status",
        "string",
        "“temporarily closed” while the service says that it is closed outside its usual hours, else “active”. What "
        "was withdrawn has no row.",
        values.status,
        constraints={**_MUST, "enum": ["active", "temporarily closed"]},
    )
    checked = (
        "The day on which somebody last checked any of these facts. Empty: not since they came from their sources."
    )
    yield Column("last_verified", "date", checked, values.last_verified)
    changed = "The instant (UTC) at which anything in this row last changed."
    yield Column("last_modified", "datetime", changed, lambda told: told.version.at, constraints=_MUST)


def _described() -> Iterable[Column]:
    yield _text("organization", "Who runs it.")
    yield _text("kind_name", "Its kind of service in words.", values.kind_name)
    yield _text("description", "What it is.")
    place = "physical: people go there. virtual: a phone line, a website or a team that travels."
    yield _word("location_type", place, "physical", "virtual")
    yield _text("borough", "The London borough that it is in, in words.", values.borough)
    yield _text("area_served", f"Where people must live, in words. {_EMPTY}", values.area_served)
    yield _text("entrance", "Which door to use.")
    every = "Every number for everybody, with how to use it. “text”: for text messages."
    yield _text("phones", every, values.phones("public"))
    yield _text("email", "Its email address.")
    yield _text(
        "opening_hours", "When it is open, in the notation of OpenStreetMap; sessions are not split at midnight."
    )
    more = "What the sessions do not tell: appointments, last admission, bank holidays that are not confirmed."
    yield _text("hours_notes", more, values.more_about_hours)
    known = "Whether the opening hours of ordinary days are known: where they are not, an empty day says nothing."
    yield Column("hours_known", "boolean", known, values.are_hours_known, constraints=_MUST)


def _more_of_whom() -> Iterable[Column]:
    yield _three("walk_in", "Can people walk in without arranging it first?")
    sentence = "The sentence about getting in that readers of the Directory of Services look for."
    yield _text("way_in", sentence, values.first_sentence)
    yield _text("referral_routes", "Who can refer or bring somebody, in words.", values.names_in("referral_routes"))
    yield _text("application_process", "What to do to get in.")
    yield _word("gender", "For women or men only. Empty: for everybody, or not known.", "women", "men")
    yield _text("eligibility", "More about who it is for.")
    yield _text("communities", "Communities that it is for, in words.", values.names_in("communities"))
    yield _text("languages", "Languages spoken, in words.", values.names_in("languages"))
    yield _text("cultural_claims", "What somebody says of its culture, with who says so.", values.cultural_claims)
    yield _three("interpreters", "Are there interpreters?")
    yield _text("accessibility", "More about access.")
    yield _three("step_free", "Is there a way in without steps?")
    yield _text("cost_description", "More about the cost.")
    yield _three("nhs_commissioned", "Is it paid for by the NHS?")


def _crew() -> Iterable[Column]:
    for name in CREW_FACTS:
        yield Column(name, "boolean", f"{LABELS[name]}. {_EMPTY}", values.crew_fact(name))
        yield _reduced(f"{name}_said_on", "When that was said", values.crew_date(name))


def _now() -> Iterable[Column]:
    says = "What the service says of now. Empty: nothing is known of now, and never that all is well."
    states = {"enum": list(get_args(LiveState))}
    yield Column("live_state", "string", says, values.live("state"), constraints=states)
    yield Column("live_at", "datetime", "When it said so (UTC).", values.live("at"))
    yield Column("live_until", "datetime", "Until when that holds (UTC).", values.live("until"))
    yield _text("live_note", "What it adds to that.", values.live("note"))
    unusual = "What is out of the ordinary now, in words, with what several people have reported."
    yield _text("alert", unusual, values.out_of_the_ordinary)


def _kept_true() -> Iterable[Column]:
    until = "Until when (UTC) a copy of this row may be shown as it is. It may be past already."
    yield Column("valid_until", "datetime", until, lambda told: told.until, constraints=_MUST)
    instead = "What to show after that in place of its hours and of way_in."
    yield Column("after_valid_until", "string", instead, lambda told: told.instead, constraints=_MUST)
    for group in FACT_GROUPS:
        what = f"When this was last checked, or dated by its source: {GROUPS[group].lower()}"
        yield _reduced(f"{group}_dated", what, values.group_dated(group))
    yield _text("sources", "Where the facts were found, addresses joined by spaces.", values.sources)
    yield Column("page_url", "string", "Its page for people.", lambda told: told.page_url, "uri", _MUST)


def _numbered() -> Iterable[Column]:
    yield _text("ods_code", "The NHS code of the site (Organisation Data Service).")
    theirs = "The number of its profile in the NHS Directory of Services. Empty: it has none that we know of."
    yield Column("dos_service_id", "integer", theirs, values.field("dos_service_id"), constraints={"minimum": 1})
    ours = "Our own number, the same for ever, in a range that the NHS Directory of Services does not use."
    yield Column(
        "our_service_id",
        "integer",
        ours,
        lambda told: service_id(told.record.ref),
        constraints={**_MUST, "minimum": OUR_SERVICE_IDS.start, "maximum": OUR_SERVICE_IDS.stop - 1},
    )


def _inner() -> Iterable[Column]:
    """What only professionals are given."""
    inner: Audience = "professional"
    numbers = "Numbers for professionals only: never show them to the public."
    yield Column("phones_professional", "string", numbers, values.phones(inner), audience=inner)
    notes = "Notes for professionals only: never show them to the public."
    yield Column("professional_notes", "string", notes, values.field("professional_notes"), audience=inner)
    whole = "professional: this whole row is for professionals only."
    enum = {**_MUST, "enum": ["public", "professional"]}
    yield Column("audience", "string", whole, values.field("audience"), constraints=enum, audience=inner)


def _licensed() -> Iterable[Column]:
    yield Column("licence", "string", "The licence of this row.", lambda told: LICENCE_URL, "uri", _MUST)
    yield Column("attribution", "string", "Whom to name.", lambda told: ATTRIBUTION, constraints=_MUST)


def _text(name: str, description: str, tell: Tell | None = None) -> Column:
    return Column(name, "string", description, tell or values.field(name))


def _three(name: str, question: str) -> Column:
    return Column(name, "boolean", f"{question} {_EMPTY}", values.field(name))


def _word(name: str, description: str, *words: str) -> Column:
    return Column(name, "string", description, values.field(name), constraints={"enum": list(words)})


def _reduced(name: str, what: str, tell: Tell) -> Column:
    return Column(name, "string", f"{what}: {_REDUCED_WORDS}. {_EMPTY}", tell, constraints={"pattern": _REDUCED})
