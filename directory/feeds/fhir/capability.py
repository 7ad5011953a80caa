"""The CapabilityStatement: what can be asked, made from the tables that requests are read by."""

from typing import Final

from directory.feeds.fhir.parameters import CHAINS, INCLUDES, MOST, PARAMETERS
from directory.feeds.fhir.resources import KINDS, Kind
from directory.feeds.fhir.terms import UK_CORE, Json, Terms
from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, PUBLISHER, WEEKLY_TIMES

_DATE: Final = "2026-11-22"
_VERSION: Final = "1.0.0"
_HL7_PARAMETER = "http://hl7.org/fhir/SearchParameter/"
_NOT_OF_THE_KIND = {"_id": "Resource-id", "_lastUpdated": "Resource-lastUpdated"}
_SINCE = (
    "The history has the newest version of each service since _since, newest first, with DELETE for what is gone, for "
    "as long as the directory stands. Next time ask with the meta.lastUpdated of the first page."
)


def capability(terms: Terms) -> Json:
    """What this server does."""
    return {
        "resourceType": "CapabilityStatement",
        "id": "directory",
        "meta": terms.bundle_meta(None),
        "url": f"{terms.home}/fhir/R4/metadata",
        "version": _VERSION,
        "name": "LondonCrisisAlternatives",
        "title": PUBLISHER,
        "status": "active",
        "date": _DATE,
        "publisher": PUBLISHER,
        "description": f"Where a person in crisis in London can go, or who they can call. {WEEKLY_TIMES}",
        "copyright": f"{ATTRIBUTION} {LICENCE_URL}",
        "kind": "instance",
        "software": {"name": PUBLISHER, "version": _VERSION},
        "implementation": {"description": PUBLISHER, "url": f"{terms.home}/fhir/R4"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": f"Reading is open. A page has at most {MOST} matches, however many are asked for.",
                "security": {
                    "cors": True,
                    "description": "A key, as Bearer or Basic, opens what is professional.",
                },
                "resource": [_resource(kind) for kind in KINDS],
            }
        ],
    }


def _resource(kind: Kind) -> Json:
    interactions = ["read", "search-type"]
    told: Json = {"type": kind, "supportedProfile": [UK_CORE + kind]}
    if kind == "HealthcareService":
        interactions += ["history-instance", "history-type"]
        told["documentation"] = _SINCE
    told |= {
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-match",
    }
    if INCLUDES[kind]:
        told["searchInclude"] = list(INCLUDES[kind])
    chained = {f"{link}.{name}": (target, name) for link, target in CHAINS[kind].items() for name in PARAMETERS[target]}
    told["searchParam"] = [
        {"name": name, "definition": _definition(kind, name), "type": how} for name, how in PARAMETERS[kind].items()
    ] + [
        {"name": name, "definition": _definition(target, own), "type": PARAMETERS[target][own]}
        for name, (target, own) in chained.items()
    ]
    return told


def _definition(kind: Kind, name: str) -> str:
    return _HL7_PARAMETER + _NOT_OF_THE_KIND.get(name, f"{kind}-{name}")
