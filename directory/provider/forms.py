"""The form of each section: what it holds of an entry, and what was typed, as the cells that a file would have."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, cast

from wtforms import FieldList, FormField
from wtforms.validators import DataRequired

from directory.loading.columns import Column
from directory.models import CREW_FACTS, CrewFact, Entry, Phone
from directory.places import Places
from directory.provider.rows import ClaimRow, PhoneRow, claim_choices
from directory.taxonomies import Taxonomies, Term
from directory.web.forms import (
    CheckboxesField,
    ChoiceField,
    Form,
    ProseField,
    RadiosField,
    TextField,
    ThreeField,
    TickField,
    choices_of,
)
from directory.web.words import LABELS

_SPARE_ROWS = 2
_MOST_ROWS = 100
_YES_NO = {True: "yes", False: "no", None: ""}
_USES = {"voice": "Calls", "text": "Text messages"}
_STAFF_USES = {"voice": "Staff who call", "handover": "Crews who bring somebody"}
_WIDE_AREAS = (("London", "All of London"), ("England", "England"), ("UK", "The UK"))


class SectionForm(Form):
    """A section. Fields are named as the columns of a file are, but for rows, which check themselves."""

    columns: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """What the form holds of an entry."""
        return {column: _typed(getattr(entry, column)) for column in cls.columns}

    def cells(self) -> dict[str, str]:
        """What was typed, by column."""
        return {column: _cell(self[column].data) for column in self.columns}

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """Fill in the choices that come from reference data."""

    def rows(self, entry: Entry, columns: Mapping[str, Column], today: date) -> dict[str, Any]:
        """The fields of an entry that no single answer says; what is wrong is said beside the row."""
        return {}


def _typed(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return _YES_NO[value]
    return list(value) if isinstance(value, tuple) else str(value)


def _cell(data: Any) -> str:
    return "; ".join(data) if isinstance(data, list) else data or ""


def _rows(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Rows to change, and a few to fill in."""
    return [*rows, *({} for _ in range(_SPARE_ROWS))]


def _names(terms: Mapping[str, Term]) -> list[tuple[str, str]]:
    return sorted(((term.code, term.name) for term in terms.values()), key=lambda pair: pair[1].casefold())


def _numbers(
    rows: "FieldList[FormField[PhoneRow]]", columns: Mapping[str, Column], columns_by_use: Mapping[str, str]
) -> tuple[Phone, ...]:
    """The numbers of rows, read as the column for their use reads them."""

    def read(use: str, typed: str) -> tuple[Phone, ...]:
        return cast(tuple[Phone, ...], columns[columns_by_use[use]].read(typed))

    return tuple(phone for row in rows for phone in row.form.phones(read))


class ContactForm(SectionForm):
    """How to reach it."""

    columns = ("name", "email", "website")
    name = TextField(LABELS["name"], validators=[DataRequired("Enter the name of the service")])
    numbers = FieldList(FormField(PhoneRow), max_entries=_MOST_ROWS)
    email = TextField("Email for the public")
    website = TextField("Website", description="The whole address, like https://example.org/help")

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """The numbers of the public only."""
        public = [phone for phone in entry.phones if phone.audience == "public"]
        return {**super().of(entry), "numbers": _rows(map(PhoneRow.of, public))}

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """What a number may be for."""
        for row in self.numbers:
            row.form.use.choices = choices_of(list(_USES.items()))

    def rows(self, entry: Entry, columns: Mapping[str, Column], today: date) -> dict[str, Any]:
        """The numbers of the public, before those of professionals."""
        staff = [phone for phone in entry.phones if phone.audience == "professional"]
        uses = {"voice": "phone", "text": "text_number"}
        return {"phones": (*_numbers(self.numbers, columns, uses), *staff)}


class PlaceForm(SectionForm):
    """Where it is."""

    columns = ("location_type", "address", "postcode", "borough", "address_visibility")
    location_type = RadiosField(
        LABELS["location_type"],
        choices=[("physical", "Yes"), ("virtual", "No: a phone line, website or a team that travels")],
    )
    address = TextField("Address", description="As far as it is known, without the postcode")
    postcode = TextField("Postcode", description="Like SE5 8AZ")
    borough = ChoiceField("Borough")
    address_visibility = RadiosField(
        "Who sees the address?",
        choices=[
            ("full", "Everybody"),
            ("area", "Nobody: only the borough is shown"),
            ("hidden", "Nobody: nothing of the place is shown"),
        ],
    )

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """The boroughs."""
        boroughs = [(borough.code, borough.name) for borough in places.areas.boroughs]
        self.borough.choices = choices_of([("", "Not known, or outside London"), *boroughs])


class WhoForm(SectionForm):
    """What it is, and for whom."""

    columns = ("service_type", "description", "minimum_age", "maximum_age", "gender", "area_served", "eligibility")
    service_type = ChoiceField("Type of help")
    description = ProseField("What it is", description="One or two sentences")
    minimum_age = TextField("Youngest age you take", description="In years. Leave it empty where there is no limit")
    maximum_age = TextField("Oldest age you take", description="In years. Leave it empty where there is no limit")
    gender = RadiosField(
        "Is it for women or men only?",
        choices=[("women", "Women only (women includes girls)"), ("men", "Men only"), ("", "No limit known")],
    )
    area_served = CheckboxesField("Where must people live to use it?")
    eligibility = ProseField("More about who it is for, and not for")

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """The types of help, and the areas, widest first."""
        self.service_type.choices = choices_of([(kind.code, kind.name) for kind in taxonomies.service_types.values()])
        footprints = [(footprint.code, footprint.name) for footprint in places.areas.footprints]
        boroughs = [(borough.code, borough.name) for borough in places.areas.boroughs]
        self.area_served.choices = choices_of([*_WIDE_AREAS, *footprints, *boroughs])


class WayInForm(SectionForm):
    """How to get in, and what it costs."""

    columns = ("self_referral", "walk_in", "referral_routes", "application_process", "cost", "cost_description")
    self_referral = ThreeField("Can people refer themselves, by any route?")
    walk_in = ThreeField("Can people walk in without an appointment?")
    referral_routes = CheckboxesField("Who else can refer or bring somebody?")
    application_process = ProseField("What to do to get in")
    cost = RadiosField(
        "What does it cost?",
        choices=[("free", "Free"), ("paid", "People have to pay"), ("mixed", "Free for some"), ("", "Not known")],
    )
    cost_description = ProseField("More about the cost")

    def cells(self) -> dict[str, str]:
        """Whoever refers themselves is a route too."""
        cells = super().cells()
        routes = ["self"] if self.self_referral.fact else []
        return {**cells, "referral_routes": _cell([*routes, *(self.referral_routes.data or ())])}

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """The routes, but for people themselves, who were asked about above."""
        routes = [(term.code, term.name) for term in taxonomies.referral_routes.values() if term.code != "self"]
        self.referral_routes.choices = choices_of(routes)

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """The routes, but for people themselves."""
        return {**super().of(entry), "referral_routes": [code for code in entry.referral_routes if code != "self"]}


class CultureForm(SectionForm):
    """Communities, languages, and claims that say who makes them."""

    columns = ("communities", "languages", "interpreters")
    communities = CheckboxesField("Communities it is for")
    languages = CheckboxesField("Languages spoken")
    interpreters = ThreeField("Are interpreters available?")
    claims = FieldList(FormField(ClaimRow), max_entries=_MOST_ROWS)

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """With a few claims to fill in."""
        return {**super().of(entry), "claims": _rows(map(ClaimRow.of, entry.cultural_claims))}

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """Communities in the order of their list, where broader ones come first; languages by name."""
        communities = [(term.code, term.name) for term in taxonomies.communities.values()]
        self.communities.choices = choices_of(communities)
        self.languages.choices = choices_of(_names(taxonomies.languages))
        for row in self.claims:
            row.form.about.choices = choices_of(claim_choices(taxonomies))

    def rows(self, entry: Entry, columns: Mapping[str, Column], today: date) -> dict[str, Any]:
        """The claims."""
        rows = [row.form.claims(entry.cultural_claims, today) for row in self.claims]
        return {"cultural_claims": tuple(claim for row in rows for claim in row)}


class AccessForm(SectionForm):
    """Getting in with a wheelchair, and everything else about access."""

    columns = ("step_free", "accessibility")
    step_free = ThreeField("Is it step-free?")
    accessibility = ProseField("More about access", description="Lifts, toilets, parking, quiet rooms, hearing loops")


class ProfessionalsForm(SectionForm):
    """What only 111, police, ambulance and health staff who have signed in may read."""

    columns = ("professional_notes",)
    numbers = FieldList(FormField(PhoneRow), max_entries=_MOST_ROWS)
    professional_notes = ProseField("Notes for professionals")

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """The numbers of professionals only."""
        staff = [phone for phone in entry.phones if phone.audience == "professional"]
        return {**super().of(entry), "numbers": _rows(map(PhoneRow.of, staff))}

    def offer(self, places: Places, taxonomies: Taxonomies) -> None:
        """What a number may be for."""
        for row in self.numbers:
            row.form.use.choices = choices_of(list(_STAFF_USES.items()))

    def rows(self, entry: Entry, columns: Mapping[str, Column], today: date) -> dict[str, Any]:
        """The numbers of professionals, after those of the public."""
        public = [phone for phone in entry.phones if phone.audience == "public"]
        uses = {"voice": "professional_phone", "handover": "handover_phone"}
        return {"phones": (*public, *_numbers(self.numbers, columns, uses))}


class CrewForm(SectionForm):
    """Facts with a date: that of the day on which each was last said."""

    columns = ("entrance",)
    drop_off = ThreeField("Do you take a drop-off by police or ambulance?")
    crew_may_leave = ThreeField("May the crew leave once the person is with you?")
    intoxicated = ThreeField("Do you take people who have been drinking or using drugs?")
    alone_under_18 = ThreeField("Do you take under-18s who come alone?")
    companion = ThreeField("May a companion come along?")
    dog = ThreeField("May a dog come along?")
    entrance = TextField("Which entrance should a crew use?", description="Like: the side door in Example Lane")
    again = TickField("All of these answers are right today")

    @classmethod
    def of(cls, entry: Entry) -> dict[str, Any]:
        """The answers, without their dates."""
        facts = {name: getattr(entry, name) for name in CREW_FACTS}
        return {**super().of(entry), **{name: _YES_NO[fact.value] if fact else "" for name, fact in facts.items()}}

    def rows(self, entry: Entry, columns: Mapping[str, Column], today: date) -> dict[str, Any]:
        """Each answer with the day on which it was last said."""
        return {name: self._fact(name, getattr(entry, name), today) for name in CREW_FACTS}

    def _fact(self, name: str, known: CrewFact | None, today: date) -> CrewFact | None:
        answer = self[name].fact
        if answer is None or (known and known.value == answer and not self.again.data):
            return known if answer is not None else None
        return CrewFact(value=answer, on=today.isoformat())


FORMS: Mapping[str, type[SectionForm]] = {
    "contact": ContactForm,
    "place": PlaceForm,
    "who": WhoForm,
    "way-in": WayInForm,
    "culture": CultureForm,
    "access": AccessForm,
    "crew": CrewForm,
    "professionals": ProfessionalsForm,
}
