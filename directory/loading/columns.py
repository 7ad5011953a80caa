"""The columns of services.csv: each with what reads its cells, beside what writes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory.loading import cells, writing
from directory.loading.cells import Reader, Vocabulary, one_of, required
from directory.loading.sheets import cleaned, guarded
from directory.loading.writing import Writer, as_answer, as_codes, as_phones, as_source, as_text, as_word, unless_hidden
from directory.models import CREW_FACTS, Entry
from directory.places import Places
from directory.taxonomies import Taxonomies, Term

_POSITION = ("easting", "northing", "latitude", "longitude")
_FIELDS = {
    "postcode": ("postcode", *_POSITION, "borough"),
    "address_visibility": ("address_visibility", "borough"),
    **dict.fromkeys(("phone", "text_number", "professional_phone", "handover_phone"), ("phones",)),
    **dict.fromkeys(("source_url", "source_date"), ("evidence",)),
}


@dataclass(frozen=True, slots=True)
class Column:
    """How the cells of a column are read and written. `write(entry)` is text that `read` takes."""

    read: Reader
    write: Writer


def fields_of(column: str) -> tuple[str, ...]:
    """The fields of an entry that a column says, or that follow from it."""
    return _FIELDS.get(column, (column,))


def columns_of(places: Places, taxonomies: Taxonomies) -> dict[str, Column]:
    """The columns of services.csv, in their order."""
    return _what_and_where(places, taxonomies) | _contact() | _for_whom(taxonomies) | _how_sure()


def _what_and_where(places: Places, taxonomies: Taxonomies) -> dict[str, Column]:
    names = {each.code: each.name for each in places.areas.boroughs}
    boroughs = Vocabulary("London borough", _boroughs(places), "data/boroughs.csv")
    areas = Vocabulary("area", _areas_served(places), "data/boroughs.csv or data/footprints.csv")
    service_types = _terms("service type", taxonomies.service_types, "service_types.csv")
    return {
        "ref": Column(required(cells.ref), as_text("ref")),
        "name": Column(required(cells.one_line), as_text("name")),
        "organization": Column(cells.one_line, as_text("organization")),
        "service_type": Column(required(service_types.one), as_text("service_type")),
        "description": Column(cells.prose, as_text("description")),
        "status": Column(required(one_of("active", "unverified", "withdrawn")), as_text("status")),
        "audience": Column(required(one_of("public", "professional")), as_text("audience")),
        "location_type": Column(required(one_of("physical", "virtual")), as_text("location_type")),
        "address": Column(cells.one_line, unless_hidden(as_text("address"))),
        "postcode": Column(cells.postcode_in(places), unless_hidden(as_text("postcode"))),
        "borough": Column(boroughs.one, as_word("borough", names)),
        "address_visibility": Column(required(one_of("full", "area", "hidden")), as_text("address_visibility")),
        "entrance": Column(cells.one_line, unless_hidden(as_text("entrance"))),
        "area_served": Column(areas.several, as_codes("area_served", names)),
    }


def _contact() -> dict[str, Column]:
    return {
        "phone": Column(cells.phones("voice", "public"), as_phones("voice", "public")),
        "text_number": Column(cells.phones("text", "public"), as_phones("text", "public")),
        "professional_phone": Column(cells.phones("voice", "professional"), as_phones("voice", "professional")),
        "handover_phone": Column(
            cells.phones("voice", "professional", "handover"), as_phones("voice", "professional", "handover")
        ),
        "email": Column(cells.email, as_text("email")),
        "website": Column(cells.web_address, as_text("website")),
        "opening_hours": Column(cells.opening_hours, as_text("opening_hours")),
    }


def _for_whom(taxonomies: Taxonomies) -> dict[str, Column]:
    referral_routes = _terms("referral route", taxonomies.referral_routes, "referral_routes.csv")
    communities = _terms("community", taxonomies.communities, "communities.csv")
    languages = _terms("language", taxonomies.languages, "languages.csv")
    claims = cells.cultural_claims(communities, languages)
    return {
        "self_referral": Column(cells.yes_or_no, as_answer("self_referral")),
        "walk_in": Column(cells.yes_or_no, as_answer("walk_in")),
        "referral_routes": Column(referral_routes.several, as_codes("referral_routes")),
        "application_process": Column(cells.prose, as_text("application_process")),
        "minimum_age": Column(cells.age, as_text("minimum_age")),
        "maximum_age": Column(cells.age, as_text("maximum_age")),
        "gender": Column(one_of("women", "men"), as_text("gender")),
        "eligibility": Column(cells.prose, as_text("eligibility")),
        "communities": Column(communities.several, as_codes("communities")),
        "languages": Column(languages.several, as_codes("languages")),
        "interpreters": Column(cells.yes_or_no, as_answer("interpreters")),
        "cultural_claims": Column(claims, writing.as_claims),
        "accessibility": Column(cells.prose, as_text("accessibility")),
        "step_free": Column(cells.yes_or_no, as_answer("step_free")),
        "cost": Column(one_of("free", "paid", "mixed"), as_text("cost")),
        "cost_description": Column(cells.prose, as_text("cost_description")),
        "nhs_commissioned": Column(cells.yes_or_no, as_answer("nhs_commissioned")),
        **{fact: Column(cells.crew_fact, writing.as_crew_fact(fact)) for fact in CREW_FACTS},
    }


def _how_sure() -> dict[str, Column]:
    return {
        "ods_code": Column(cells.ods_code, as_text("ods_code")),
        "dos_service_id": Column(cells.dos_service_id, as_text("dos_service_id")),
        "source_url": Column(required(cells.web_address), as_source("source_url")),
        "source_date": Column(cells.source_date, as_source("source_date")),
        "confidence": Column(one_of("high", "medium", "low"), as_text("confidence")),
        "professional_notes": Column(cells.prose, as_text("professional_notes")),
        "notes": Column(cells.prose, as_text("notes")),
    }


def _terms(noun: str, terms: Mapping[str, Term], file: str) -> Vocabulary:
    return Vocabulary(noun, {code: code for code in terms}, f"data/taxonomies/{file}")


def _boroughs(places: Places) -> dict[str, str]:
    return {name: each.code for each in places.areas.boroughs for name in (each.name, each.code)}


def _areas_served(places: Places) -> dict[str, str]:
    footprints = {name: each.code for each in places.areas.footprints for name in (each.name, each.code)}
    return _boroughs(places) | footprints | {wide: wide for wide in ("London", "England", "UK")}


def cells_of(entry: Entry, columns: Mapping[str, Column]) -> dict[str, str]:
    """The cells of an entry by column, as a file has them: cleaned and guarded."""
    return {name: guarded(cleaned(column.write(entry))) for name, column in columns.items()}
