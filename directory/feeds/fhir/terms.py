"""What resources are written with: names of systems, codes with their words, extensions, and what every one carries."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from directory.feeds.licence import ATTRIBUTION, LICENCE_NAME
from directory.freshness import Freshness
from directory.models import Audience
from directory.places import Areas
from directory.taxonomies import Taxonomies

Json = dict[str, Any]

UK_CORE: Final = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
ODS_SITE: Final = "https://fhir.nhs.uk/Id/ods-site-code"
DOS_SERVICE: Final = "https://fhir.nhs.uk/Id/dos-service-id"
UCUM: Final = "http://unitsofmeasure.org"
LANGUAGE_TAGS: Final = "urn:ietf:bcp:47"
_HL7 = "http://terminology.hl7.org/CodeSystem/"
_LICENCE = {"system": "http://hl7.org/fhir/spdx-license", "code": "CC-BY-4.0", "display": LICENCE_NAME}

_MENTAL_HEALTH = ("22", "Mental Health")
_CATEGORIES = {
    "counselling": ("8", "Counselling"),
    "substance_use": ("12", "Drug/Alcohol"),
    "peer_support": ("32", "Support Group/s"),
    "carers_support": ("25", "Respite/Carer Support"),
}
_CRISIS = ("135", "Mental Health Assess/Triage/Crisis Response")
_TYPES = {
    **dict.fromkeys(("crisis_line", "text_line", "crisis_cafe", "safe_haven", "crisis_hub", "crisis_house"), _CRISIS),
    **dict.fromkeys(("home_treatment_team", "joint_response_car", "health_based_place_of_safety"), _CRISIS),
    "s136_advice_line": _CRISIS,
    "young_people": ("564", "Adolescent Mental Health Services"),
    "bereavement_support": ("261", "Bereavement"),
    "counselling": ("305", "Counselling"),
    "peer_support": ("224", "Support Groups"),
    "carers_support": ("155", "Carer Support"),
    "advocacy": ("241", "Advocacy"),
}

ACCESS_ROUTES: Final = {
    "self-referral": "People may refer themselves",
    "no-self-referral": "People may not refer themselves",
    "walk-in": "People may walk in",
    "no-walk-in": "People may not walk in",
}
CHARACTERISTICS: Final = {
    "step-free": "Step-free access",
    "not-step-free": "No step-free access",
    "interpreters": "Interpreters can be had",
    "no-interpreters": "No interpreters",
    "nhs-commissioned": "Commissioned by the NHS",
    "not-nhs-commissioned": "Not commissioned by the NHS",
    "drop-off": "Takes a drop-off by police or ambulance",
    "no-drop-off": "Takes no drop-off by police or ambulance",
    "crew-may-leave": "The crew need not stay",
    "crew-must-stay": "The crew must stay",
    "intoxicated": "Takes people who have been drinking or using drugs",
    "not-intoxicated": "Takes nobody who has been drinking or using drugs",
    "alone-under-18": "Takes under-18s who come alone",
    "not-alone-under-18": "Takes no under-18s who come alone",
    "companion": "A companion may come along",
    "no-companion": "No companion may come along",
    "dog": "A dog may come along",
    "no-dog": "No dog may come along",
    "women": "For women",
    "men": "For men",
}
CODES_OF_FACTS: Final = {
    "step_free": ("step-free", "not-step-free"),
    "interpreters": ("interpreters", "no-interpreters"),
    "nhs_commissioned": ("nhs-commissioned", "not-nhs-commissioned"),
    "drop_off": ("drop-off", "no-drop-off"),
    "crew_may_leave": ("crew-may-leave", "crew-must-stay"),
    "intoxicated": ("intoxicated", "not-intoxicated"),
    "alone_under_18": ("alone-under-18", "not-alone-under-18"),
    "companion": ("companion", "no-companion"),
    "dog": ("dog", "no-dog"),
}
"""The code for yes and the code for no, by field; a fact that is not known has neither."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The reference data of every resource. `home` is where the directory is, and begins the names of our own."""

    home: str
    taxonomies: Taxonomies
    areas: Areas
    fresh_days: Freshness
    audience: Audience

    def id_system(self, name: str) -> str:
        """The system of identifiers of a kind: "service", "location", "organization", "area"."""
        return f"{self.home}/id/{name}"

    def code_system(self, name: str) -> str:
        """One of our own code systems; `code_systems` has what is in them."""
        return f"{self.home}/fhir/CodeSystem/{name}"

    def extension(self, name: str, *parts: Json, **value: object) -> Json:
        """One of our own extensions: with a value, or with parts."""
        return {
            "url": f"{self.home}/fhir/StructureDefinition/{name}",
            **({"extension": list(parts)} if parts else value),
        }

    def own(self, system: str, code: str, display: str) -> Json:
        """A code of one of our own systems."""
        return {"system": self.code_system(system), "code": hyphened(code), "display": display}

    def access_route(self, code: str) -> Json:
        """How people get in, or not."""
        return self.own("access-route", code, ACCESS_ROUTES[code])

    def meta(self, profile: str, version_id: str, at: datetime) -> Json:
        """Version, profile, licence and whom to name."""
        told = {"versionId": version_id, "lastUpdated": instant(at), "profile": [UK_CORE + profile], "tag": [_LICENCE]}
        return {"extension": [self.extension("attribution", valueString=ATTRIBUTION)], **told}

    def bundle_meta(self, at: datetime | None) -> Json:
        """The licence of a Bundle, and the newest change that it knows of."""
        told = {"lastUpdated": instant(at)} if at else {}
        return {"extension": [self.extension("attribution", valueString=ATTRIBUTION)], **told, "tag": [_LICENCE]}


def known(**elements: Any) -> Json:
    """The elements that say something; FHIR has no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], {})}


def part(url: str, **value: object) -> Json:
    """A part of an extension."""
    return {"url": url, **value}


def hyphened(code: str) -> str:
    """A code of the taxonomies as FHIR codes are written: "crisis-cafe"."""
    return code.replace("_", "-")


def instant(at: datetime) -> str:
    """An instant in UTC, to the microsecond where it has them."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def category(service_type: str) -> Json:
    """The HL7 category of a type of service."""
    code, display = _CATEGORIES.get(service_type, _MENTAL_HEALTH)
    return {"coding": [{"system": f"{_HL7}service-category", "code": code, "display": display}]}


def hl7_type(service_type: str) -> list[Json]:
    """The HL7 code of a type of service, where there is one that says the same."""
    code, display = _TYPES.get(service_type, ("", ""))
    return [{"system": f"{_HL7}service-type", "code": code, "display": display}] if code else []


def provision(code: str, display: str, text: str) -> Json:
    """What a service costs: an HL7 code, and words where there are any."""
    coding = {"system": f"{_HL7}service-provision-conditions", "code": code, "display": display}
    return {"coding": [coding], **known(text=text)}


def by_telephone() -> Json:
    """The HL7 code for a referral by telephone."""
    return {"coding": [{"system": f"{_HL7}service-referral-method", "code": "phone", "display": "Phone"}]}


def code_systems(terms: Terms) -> dict[str, tuple[str, dict[str, str]]]:
    """Our own code systems by name: a title, and the codes with their words."""
    lists = terms.taxonomies
    return {
        "crisis-alternative-type": ("Types of service", {hyphened(c): t.name for c, t in lists.service_types.items()}),
        "access-route": ("How people get in", ACCESS_ROUTES),
        "referral-route": ("Who may refer", {hyphened(c): t.name for c, t in lists.referral_routes.items()}),
        "characteristic": ("What is known of a service", CHARACTERISTICS),
        "community": ("Whom a service is for", {hyphened(c): t.name for c, t in lists.communities.items()}),
    }


def code_system(terms: Terms, name: str) -> Json:
    """One of our own code systems as a resource. KeyError for a name that none has."""
    title, codes = code_systems(terms)[name]
    return {
        "resourceType": "CodeSystem",
        "id": name,
        "meta": terms.bundle_meta(None),
        "url": terms.code_system(name),
        "name": "".join(word.capitalize() for word in name.split("-")),
        "title": title,
        "status": "active",
        "caseSensitive": False,
        "content": "complete",
        "count": len(codes),
        "concept": [{"code": code, "display": display} for code, display in codes.items()],
    }
