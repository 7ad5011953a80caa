"""The record for catalogues of data: one dataset in the words of DCAT-AP, with a distribution for every output.

Its context is within it, so that nobody has to fetch one. <https://semiceu.github.io/DCAT-AP/releases/3.0.0/>
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from directory.feeds.licence import ATTRIBUTION, LICENCE_URL, PUBLISHER, WEEKLY_TIMES

_IANA = "http://www.iana.org/assignments/media-types/"
_EUROPE = "http://publications.europa.eu/resource/authority/"
_LONDON = "http://statistics.data.gov.uk/id/statistical-geography/E12000007"
_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dct:modified": {"@type": "xsd:dateTime"},
    **{
        f"dct:{name}": {"@type": "@id"}
        for name in ("license", "accrualPeriodicity", "language", "conformsTo", "accessRights")
    },
    **{
        f"dcat:{name}": {"@type": "@id"}
        for name in (
            *("accessURL", "downloadURL", "mediaType", "landingPage", "theme"),
            *("endpointURL", "endpointDescription"),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Output:
    """One way to have the data. `path` is where; `describes` where a machine learns the interface, "" for a file.

    `standard` is the address of what it conforms to.
    """

    name: str
    title: str
    path: str
    mimetype: str
    standard: str
    describes: str = ""


OUTPUTS: Final = (
    Output(
        "dos-json",
        "The words of the NHS Directory of Services, as one JSON object",
        "/export/v1/services",
        "application/json",
        "/developers",
    ),
    Output(
        "dos-ndjson",
        "The words of the NHS Directory of Services, one JSON object a line",
        "/export/v1/services?format=ndjson",
        "application/x-ndjson",
        "/developers",
    ),
    Output(
        "changes",
        "What is new, other or gone since a change, in pages",
        "/export/v1/changes",
        "application/json",
        "/developers",
        "/developers",
    ),
    Output(
        "fhir",
        "FHIR R4: HealthcareService, Location and Organization, UK Core",
        "/fhir/R4",
        "application/fhir+json",
        "http://hl7.org/fhir/R4/",
        "/fhir/R4/metadata",
    ),
    Output(
        "oruk",
        "Open Referral UK 3.0",
        "/oruk/v3/",
        "application/json",
        "https://openreferraluk.org/developers/specifications",
        "/oruk/v3/openapi.json",
    ),
    Output(
        "csv",
        "A table, described by /export/v1/datapackage.json",
        "/export/v1/services.csv",
        "text/csv",
        "https://specs.frictionlessdata.io/tabular-data-package/",
    ),
    Output(
        "geojson",
        "A map",
        "/export/v1/services.geojson",
        "application/geo+json",
        "https://www.rfc-editor.org/rfc/rfc7946",
    ),
    Output(
        "search",
        "The search, with what is open now",
        "/api/v1/search",
        "application/json",
        "https://spec.openapis.org/oas/v3.1.0",
        "/api/v1/openapi.json",
    ),
)


def catalogue(home: str, changed_at: datetime | None, outputs: Iterable[Output] = OUTPUTS) -> dict[str, Any]:
    """The record as JSON-LD. `home` is the address of the directory, without "/" at its end."""
    modified = {"dct:modified": changed_at.isoformat(timespec="seconds")} if changed_at else {}
    publisher = {"@id": f"{home}/#publisher", "@type": "foaf:Organization", "foaf:name": PUBLISHER}
    publisher["foaf:homepage"] = home
    dataset = {
        "@id": f"{home}/#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{home}/#dataset",
        "dct:title": _english("London crisis alternatives"),
        "dct:description": _english(
            f"Where a person in crisis in London can go, or whom they can call, and when. {WEEKLY_TIMES}"
        ),
        "dct:publisher": publisher,
        "dct:license": LICENCE_URL,
        "dct:rights": _rights(),
        "dct:accessRights": f"{_EUROPE}access-right/PUBLIC",
        "dct:accrualPeriodicity": f"{_EUROPE}frequency/UPDATE_CONT",
        "dct:language": f"{_EUROPE}language/ENG",
        "dct:spatial": {"@id": _LONDON, "@type": "dct:Location", "rdfs:label": _english("London")},
        "dcat:theme": f"{_EUROPE}data-theme/HEAL",
        "dcat:keyword": [_english(word) for word in ("mental health", "crisis", "directory of services")],
        "dcat:landingPage": f"{home}/about",
        "dcat:distribution": [_distribution(output, home, modified) for output in outputs],
        **modified,
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{home}/export/v1/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _english(PUBLISHER),
        "dct:description": _english("The data of the directory, in every form in which machines can have it."),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": LICENCE_URL,
        "dcat:dataset": dataset,
        **modified,
    }


def _distribution(output: Output, home: str, modified: dict[str, str]) -> dict[str, Any]:
    """A file is fetched from one address; of an interface is told where it begins and where it is described."""
    where = home + output.path
    told = {
        "@id": f"{home}/#{output.name}",
        "@type": "dcat:Distribution",
        "dct:title": _english(output.title),
        "dcat:accessURL": where,
        "dcat:mediaType": _IANA + output.mimetype,
        "dct:conformsTo": output.standard if "://" in output.standard else home + output.standard,
        "dct:license": LICENCE_URL,
        "dct:rights": _rights(),
        **modified,
    }
    if not output.describes:
        return told | {"dcat:downloadURL": where}
    service = {
        "@id": f"{home}/#{output.name}-service",
        "@type": "dcat:DataService",
        "dct:title": _english(output.title),
        "dcat:endpointURL": where,
        "dcat:endpointDescription": home + output.describes,
        "dcat:servesDataset": {"@id": f"{home}/#dataset"},
    }
    return told | {"dcat:accessService": service}


def _rights() -> dict[str, Any]:
    return {"@type": "dct:RightsStatement", "rdfs:label": _english(ATTRIBUTION)}


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}
