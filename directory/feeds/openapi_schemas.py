"""The schemas of the export's OpenAPI description: every member of a service, and of what holds services."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from directory.feeds.dos.records import CAPACITIES
from directory.models import (
    CREW_FACTS,
    FACT_GROUPS,
    Audience,
    CheckedBy,
    CheckedHow,
    ClaimKind,
    Gender,
    LiveState,
    LocationType,
    ProblemKind,
    Visibility,
)

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
_MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
_MAYBE_WHOLE: Final[Schema] = {"type": ["integer", "null"]}
_NUMBER: Final[Schema] = {"type": "number"}
_YES_NO: Final[Schema] = {"type": "boolean"}
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
_URI: Final[Schema] = {"type": "string", "format": "uri"}
_DATE: Final[Schema] = {"type": "string", "description": "ISO 8601, perhaps only a year or a month"}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Bankholiday")
_COSTS: Final = ("free", "paid", "mixed")


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: Mapping[str, Any], *optional: str) -> Schema:
    """An object with these members; `optional` ones may be missing. It may have others."""
    return {"type": "object", "properties": dict(properties), "required": [n for n in properties if n not in optional]}


def one_of(values: Iterable[str], description: str = "") -> Schema:
    """One of some texts."""
    return {"type": "string", "enum": list(values), **({"description": description} if description else {})}


def listed(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def schemas() -> Schema:
    """All of them, by name."""
    service = obj(
        {**_of_the_directory_of_services(), **_ours(), **_ours_where_known()}, *_OPTIONAL, *_ours_where_known()
    )
    return {
        "Snapshot": obj(
            {"number": _NUMBERED, "as_of": _AS_OF, "stale": _STALE, **_LICENSED, "services": listed(ref("Service"))}
        ),
        "Changes": obj({"next": _NEXT, **_LICENSED, "items": listed(ref("Item"))}),
        "Item": _item(),
        "Service": {**service, "additionalProperties": False},
        "Session": _session(),
        "Term": obj({"code": TEXT, "name": TEXT}),
        "Map": obj({"type": {"const": "FeatureCollection"}, "features": listed(_feature())}),
        "DataPackage": obj(
            {"profile": TEXT, "licenses": listed(obj({})), "resources": listed(obj({"schema": obj({})}))}
        ),
        "Problem": _problem(),
    }


def _item() -> Schema:
    """What one page of changes says of one service."""
    item = {
        "state": one_of(("updated", "deleted"), "deleted: take it out of every copy"),
        "kind": {"const": "CrisisAlternative"},
        "id": {"type": "string", "format": "uuid", "description": "`x_uuid` of the service"},
        "modified": {**WHOLE, "description": "The number of its newest change"},
        "data": ref("Service"),
    }
    return {**obj(item, "data"), "if": {"properties": {"state": {"const": "updated"}}}, "then": {"required": ["data"]}}


def _of_the_directory_of_services() -> Schema:
    """The members that CheckCapacitySummary 1.5 has, by its names."""
    attribute = obj({"dataType": TEXT, "name": TEXT, "description": TEXT, "value": one_of(("TRUE", "FALSE"))})
    dated = r"^[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$"
    return {
        "id": {**_MAYBE_WHOLE, "description": "Its id in the NHS Directory of Services, if it is profiled there"},
        "capacity": {"enum": [*sorted(set(CAPACITIES.values())), None], "description": "null: not known"},
        **dict.fromkeys(("name", "publicName"), TEXT),
        "contactDetails": {**_MAYBE_TEXT, "description": "The first number that anybody may ring"},
        "nonPublicTelephoneNo": {**_MAYBE_TEXT, "description": "With a key for professionals only"},
        "referralInformation": {**_MAYBE_TEXT, "description": "With a key for professionals only"},
        **dict.fromkeys(("address", "postcode", "url", "odsCode"), _MAYBE_TEXT),
        **dict.fromkeys(("northings", "eastings"), _MAYBE_WHOLE),
        "serviceType": obj({"id": WHOLE, "name": TEXT}),
        "publicFacingInformation": {**_MAYBE_TEXT, "description": "Show it as it is, from its first sentence"},
        "openAllHours": {**_YES_NO, "description": "false says nothing unless `x_hours_known` is true"},
        "serviceEndpoints": listed(obj({})),
        "rotaSessions": listed(ref("Session")),
        "openTimeSpecifiedSessions": {
            **listed({"type": "string", "pattern": dated}),
            "description": "DD-MM-YYYY-hh:mm-hh:mm; 00:00-00:00 is closed all day. These come before everything else.",
        },
        "attributes": listed(attribute),
        "serviceAgeRange": {**listed(obj({"daysFrom": _NUMBER, "daysTo": _NUMBER})), "description": "Ages in days"},
    }


_OPTIONAL: Final = ("nonPublicTelephoneNo", "referralInformation")


def _ours() -> Schema:
    """The members of ours that every service has."""
    return {
        "x_uuid": {"type": "string", "format": "uuid", "description": "Its name for ever, in every format"},
        "x_ref": {**TEXT, "description": "Our reference"},
        "x_service_id": {**WHOLE, "description": "Its whole number in the older interface"},
        "x_page": {**_URI, "description": "Its page for people"},
        "x_change_number": WHOLE,
        "x_modified": _INSTANT,
        "x_kind": ref("Term"),
        "x_valid_until": {**_INSTANT, "description": "From then on show x_after_valid_until in place of openings"},
        "x_after_valid_until": TEXT,
        "x_audience": one_of(get_args(Audience), "Who may be told of it at all"),
        "x_location_type": one_of(get_args(LocationType)),
        "x_address_visibility": one_of(get_args(Visibility)),
        "x_hours_known": {**_YES_NO, "description": "Whether the hours of ordinary days are known"},
        "x_bank_holidays_known": {**_YES_NO, "description": "Whether those of bank holidays are"},
        "x_time_zone": {"const": "Europe/London"},
        "x_licence": _URI,
        "x_attribution": TEXT,
    }


def _ours_where_known() -> Schema:
    """The members of ours that are left out where they are not known."""
    texts = (
        "organization",
        "entrance",
        "email",
        "opening_hours",
        "application_process",
        "eligibility",
        "accessibility",
    )
    terms = ("area_served", "referral_routes", "communities", "languages")
    return {
        **{f"x_{name}": TEXT for name in (*texts, "cost_description")},
        **{f"x_{name}": listed(ref("Term")) for name in terms},
        **{
            f"x_{name}": _YES_NO
            for name in ("self_referral", "walk_in", "step_free", "nhs_commissioned", "interpreters")
        },
        **{f"x_{name}": _crew_fact() for name in CREW_FACTS},
        **{f"x_{name}": WHOLE for name in ("minimum_age", "maximum_age")},
        **{f"x_{name}": _NUMBER for name in ("latitude", "longitude")},
        "x_borough": ref("Term"),
        "x_phones": listed(_phone()),
        "x_by_appointment": one_of(("some", "all"), "Which openings are by appointment"),
        "x_capacity_until": _INSTANT,
        "x_live_status": _live_status(),
        "x_caution": obj({"kinds": listed(one_of(get_args(ProblemKind))), "at": _INSTANT}),
        "x_gender": one_of(get_args(Gender)),
        "x_cost": one_of(_COSTS),
        "x_cultural_claims": listed(_claim()),
        "x_last_verified": _DATE,
        "x_evidence": listed(_evidence()),
    }


def _session() -> Schema:
    time = obj({"hours": {**WHOLE, "minimum": 0, "maximum": 23}, "minutes": {**WHOLE, "minimum": 0, "maximum": 59}})
    day = one_of(_DAYS)
    return obj(
        {"startDayOfWeek": day, "startTime": time, "endDayOfWeek": day, "endTime": time, "status": {"const": "Open"}}
    )


def _live_status() -> Schema:
    status = {"state": one_of(get_args(LiveState)), "at": _INSTANT, "until": _INSTANT, "note": TEXT}
    return {**obj(status, "note"), "description": "What the service says of now; nothing is known of it after `until`"}


def _phone() -> Schema:
    phone = {"number": TEXT, "note": TEXT, "kind": one_of(("voice", "text")), "audience": one_of(get_args(Audience))}
    return obj({**phone, "purpose": {"const": "handover"}}, "note", "purpose")


def _crew_fact() -> Schema:
    return {**obj({"value": _YES_NO, "said_on": _DATE}, "said_on"), "description": "Yes or no, and when that was said"}


def _claim() -> Schema:
    claim = {"kind": one_of(get_args(ClaimKind)), **dict.fromkeys(("code", "name", "said_by"), TEXT), "said_on": _DATE}
    return {**obj(claim, "said_on"), "description": "What somebody claims of its culture: no more than that"}


def _evidence() -> Schema:
    evidence = {
        "fact_group": one_of(FACT_GROUPS),
        "source_url": TEXT,
        "source_date": _DATE,
        "checked_on": {"type": "string", "format": "date"},
        "checked_by": one_of(filter(None, get_args(CheckedBy))),
        "checked_how": one_of(filter(None, get_args(CheckedHow))),
        "confirmed_by_provider": _YES_NO,
    }
    return obj(evidence, *(name for name in evidence if name != "fact_group"))


def _feature() -> Schema:
    return obj(
        {"type": {"const": "Feature"}, "id": TEXT, "geometry": {"type": ["object", "null"]}, "properties": obj({})}
    )


def _problem() -> Schema:
    """RFC 9457."""
    of_all = {"type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT}
    return obj({**of_all, "parameter": TEXT, "newest": WHOLE}, "parameter", "newest")


_NUMBERED: Final[Schema] = {**WHOLE, "description": "The newest change: ask for what comes after it"}
_AS_OF: Final[Schema] = {
    "type": ["string", "null"],
    "format": "date-time",
    "description": "When this was last seen to hold",
}
_STALE: Final[Schema] = {**_YES_NO, "description": "true while the directory cannot see its newest changes"}
_NEXT: Final[Schema] = {**_URI, "description": "Where to go on. Its own address and no items: you have everything"}
_LICENSED: Final[Schema] = {"license": _URI, "attribution": TEXT, "x_times": TEXT}
