"""The parts of a HealthcareService that say what it is like: whom it takes, how people get in, what was checked when.

What is not known has no part. A known "no" has a code of its own, so that it differs from what is not known.
"""

from collections.abc import Iterator
from datetime import datetime

from directory.feeds.fhir.terms import (
    CHARACTERISTICS,
    CODES_OF_FACTS,
    DOS_SERVICE,
    LANGUAGE_TAGS,
    UCUM,
    Json,
    Terms,
    by_telephone,
    hyphened,
    known,
    part,
    provision,
)
from directory.feeds.sentences import TELEPHONE, after_it, public_number, way_in
from directory.models import CrewFact, Phone
from directory.records import Record
from directory.schedules import LONDON
from directory.search.live import STATES

_CONTACT_COMMENT = "http://hl7.org/fhir/StructureDefinition/contactpoint-comment"
_WIDER_AREAS = {"London": "London", "England": "England", "UK": "United Kingdom"}


def telecom(record: Record, terms: Terms) -> list[Json]:
    """Numbers in their order, each with who may use it in the words of the NHS, then the website and the mailbox."""
    told = [_phone(phone, terms) for phone in record.phones]
    told += [{"system": "url", "value": record.website}] if record.website else []
    return told + ([{"system": "email", "value": record.email, "use": "work"}] if record.email else [])


def _phone(phone: Phone, terms: Terms) -> Json:
    whose = "Public" if phone.audience == "public" else "Clinician Access Only"
    extensions = [{"url": _CONTACT_COMMENT, "valueString": whose}]
    note = ". ".join(filter(None, ("For handing somebody over" if phone.purpose else "", phone.note)))
    if note:
        extensions.append(terms.extension("phone-note", valueString=note))
    system = "phone" if phone.kind == "voice" else "sms"
    return {"extension": extensions, "system": system, "value": phone.number, "use": "work"}


def coverage_area(record: Record, terms: Terms) -> list[Json]:
    """Where people live whom it serves: by name, and by our own code for those areas, which ONS's are part of."""
    return [
        {"identifier": {"system": terms.id_system("area"), "value": code}, "display": area_name(code, terms)}
        for code in record.area_served
    ]


def area_name(code: str, terms: Terms) -> str:
    """The name of a borough, a footprint or a wider area."""
    area = terms.areas.borough(code) or terms.areas.footprint(code)
    return area.name if area else _WIDER_AREAS.get(code, code)


def provision_codes(record: Record) -> list[Json]:
    """What it costs."""
    text = record.cost_description
    codes = {
        "free": [provision("free", "Free", text)],
        "paid": [provision("cost", "Fees apply", text)],
        "mixed": [provision("free", "Free", text), provision("cost", "Fees apply", text)],
    }
    if record.cost is None:
        return [{"text": text}] if text else []
    return codes[record.cost]


def eligibility(record: Record, terms: Terms) -> list[Json]:
    """Ages, whether it is for women or men only, and who else it is for, in words."""
    told: list[Json] = []
    if record.minimum_age is not None or record.maximum_age is not None:
        told.append({"extension": [_age_range(record, terms)], "code": {"text": _ages(record)}})
    if record.gender:
        gender = terms.own("characteristic", record.gender, CHARACTERISTICS[record.gender])
        told.append({"code": {"coding": [gender], "text": f"For {record.gender} only"}})
    first, others = (told[0], told[1:]) if told else ({}, [])
    return [{**first, "comment": record.eligibility}, *others] if record.eligibility else told


def _age_range(record: Record, terms: Terms) -> Json:
    ages = {
        limit: {"value": years, "unit": "years", "system": UCUM, "code": "a"}
        for limit, years in (("low", record.minimum_age), ("high", record.maximum_age))
        if years is not None
    }
    return terms.extension("age-range", valueRange=ages)


def _ages(record: Record) -> str:
    low, high = record.minimum_age, record.maximum_age
    if low is None:
        return f"People aged {high} and under"
    return f"People aged {low} and over" if high is None else f"People aged {low} to {high}"


def characteristics(record: Record, terms: Terms) -> list[Json]:
    """Access routes, facts that are known, gender and communities as codes; its access in words."""
    codings = [*_access(record, terms), *_facts(record, terms)]
    if record.gender:
        codings.append(_concept(terms.own("characteristic", record.gender, CHARACTERISTICS[record.gender])))
    codings += [_concept(_community(code, terms)) for code in record.communities]
    return codings + ([{"text": record.accessibility}] if record.accessibility else [])


def _access(record: Record, terms: Terms) -> Iterator[Json]:
    for code, value in (("self-referral", record.self_referral), ("walk-in", record.walk_in)):
        if value is not None:
            yield _concept(terms.access_route(code if value else f"no-{code}"))


def _facts(record: Record, terms: Terms) -> Iterator[Json]:
    for name, (yes, no) in CODES_OF_FACTS.items():
        fact = getattr(record, name)
        if fact is None:
            continue
        value, on = (fact.value, fact.on) if isinstance(fact, CrewFact) else (fact, "")
        code = yes if value else no
        concept = _concept(terms.own("characteristic", code, CHARACTERISTICS[code]))
        yield {"extension": [terms.extension("said-on", valueDate=on)], **concept} if on else concept


def _community(code: str, terms: Terms) -> Json:
    return terms.own("community", code, terms.taxonomies.communities[code].name)


def _concept(coding: Json) -> Json:
    return {"coding": [coding], "text": coding["display"]}


def communication(record: Record, terms: Terms) -> list[Json]:
    """The languages that it offers, by their tags of BCP 47."""
    names = terms.taxonomies.languages
    return [
        {"coding": [{"system": LANGUAGE_TAGS, "code": code, "display": names[code].name}]} for code in record.languages
    ]


def referral_methods(record: Record, terms: Terms, *, holds: bool) -> list[Json]:
    """How people get in, and who may refer them."""
    told = [
        _concept(terms.access_route(code))
        for code, value in (("self-referral", record.self_referral), ("walk-in", record.walk_in))
        if value
    ]
    routes = terms.taxonomies.referral_routes
    others = (code for code in record.referral_routes if code != "self" or not record.self_referral)
    told += [_concept(terms.own("referral-route", code, routes[code].name)) for code in others]
    is_line = record.service_type == "crisis_line" and bool(public_number(record))
    is_rung = is_line or way_in(record, holds=holds) == TELEPHONE
    return told + ([by_telephone()] if is_rung else [])


def extensions(record: Record, until: datetime, terms: Terms) -> Iterator[Json]:
    """What FHIR has no element for: what is said of now, until when all of it holds, when it was checked, claims."""
    yield terms.extension("valid-until", valueDateTime=until.isoformat())
    yield terms.extension("after-valid-until", valueString=after_it(record, until))
    yield from _live_status(record, terms)
    if record.caution is not None:
        kinds = [part("kind", valueCode=hyphened(kind)) for kind in record.caution.kinds]
        since = part("since", valueDateTime=record.caution.at.astimezone(LONDON).isoformat())
        yield terms.extension("caution", since, *kinds)
    yield from _evidence(record, terms)
    yield from _claims(record, terms)
    if record.professional_notes:
        yield terms.extension("professional-notes", valueMarkdown=record.professional_notes)


def _live_status(record: Record, terms: Terms) -> Iterator[Json]:
    live = record.live_status
    if live is None:
        return
    yield terms.extension(
        "live-status",
        part("state", valueCode=hyphened(live.state)),
        part("text", valueString=STATES[live.state]),
        part("at", valueDateTime=live.at.astimezone(LONDON).isoformat()),
        part("until", valueDateTime=live.until.astimezone(LONDON).isoformat()),
        *([part("note", valueString=live.note)] if live.note else []),
    )


def _evidence(record: Record, terms: Terms) -> Iterator[Json]:
    """When each group of facts was last checked or dated by its source, and by whom."""
    for evidence in record.evidence:
        told = {
            "checked": ("valueDate", evidence.checked_on),
            "by": ("valueCode", evidence.checked_by),
            "how": ("valueCode", evidence.checked_how),
            "source": ("valueUri", evidence.source_url),
            "sourceDate": ("valueDate", evidence.source_date),
        }
        parts = [part(url, **{name: value}) for url, (name, value) in told.items() if value]
        confirmed = part("confirmedByProvider", valueBoolean=evidence.confirmed_by_provider)
        yield terms.extension("last-verified", part("group", valueCode=evidence.fact_group), *parts, confirmed)


def _claims(record: Record, terms: Terms) -> Iterator[Json]:
    languages = terms.taxonomies.languages
    for claim in record.cultural_claims:
        if claim.kind == "staff_speak":
            about = {"system": LANGUAGE_TAGS, "code": claim.code, "display": languages[claim.code].name}
        else:
            about = _community(claim.code, terms)
        yield terms.extension(
            "cultural-claim",
            part("kind", valueCode=hyphened(claim.kind)),
            part("about", valueCoding=about),
            *([part("saidBy", valueString=claim.said_by)] if claim.said_by else []),
            *([part("saidOn", valueDate=claim.said_on)] if claim.said_on else []),
        )


def identifiers(record: Record, number: int, terms: Terms) -> list[Json]:
    """Our reference, our whole number for consumers that know no other, and the NHS's number where it gave one."""
    told = [(terms.id_system("service"), record.ref), (terms.id_system("service-number"), str(number))]
    if record.dos_service_id is not None:
        told.append((DOS_SERVICE, str(record.dos_service_id)))
    return [{"system": system, "value": value} for system, value in told]


def details(record: Record) -> str:
    """What it does and how to get in, as paragraphs."""
    return "\n\n".join(known(a=record.description, b=record.application_process).values())
