"""The parts of an entry that its provider edits, each saved on its own."""

from dataclasses import dataclass

from directory.models import CREW_FACTS

HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form. `fields` are those of an entry that it may change."""

    slug: str
    title: str
    fields: tuple[str, ...]


_POSITION = ("easting", "northing", "latitude", "longitude")

SECTIONS = {
    section.slug: section
    for section in (
        Section("contact", "Contact", ("name", "phones", "email", "website")),
        Section(
            "place", "Place", ("location_type", "address", "postcode", "borough", "address_visibility", *_POSITION)
        ),
        Section(
            "who",
            "Who it is for",
            ("service_type", "description", "minimum_age", "maximum_age", "gender", "area_served", "eligibility"),
        ),
        Section(
            "way-in",
            "How to get in",
            ("self_referral", "walk_in", "referral_routes", "application_process", "cost", "cost_description"),
        ),
        Section("culture", "Culture and language", ("communities", "languages", "interpreters", "cultural_claims")),
        Section("access", "Access", ("step_free", "accessibility")),
        Section("crew", "What a crew needs to know", (*CREW_FACTS, "entrance")),
        Section("professionals", "For professionals", ("phones", "professional_notes")),
    )
}
"""In the order of the pages, by what stands for them in addresses. The opening hours have an editor of their own."""

TITLES = {slug: section.title for slug, section in SECTIONS.items()} | {HOURS: "Opening hours"}
SHOWN = {slug: tuple(field for field in each.fields if field not in _POSITION) for slug, each in SECTIONS.items()}
"""The fields of each section that somebody reads."""
