"""What is said when something cannot be done, as an OperationOutcome, and which form of FHIR a reader wants."""

from collections.abc import Iterable, Mapping
from typing import Final

import orjson
from flask import Response, request

from directory.feeds.fhir.parameters import one
from directory.web.errors import Refused

FHIR_JSON: Final = "application/fhir+json"
_FORMS = (FHIR_JSON, "application/json")
_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    410: "deleted",
    413: "too-long",
    414: "too-long",
    429: "throttled",
    503: "transient",
}


def outcome(
    status: int, title: str, detail: str, *, diagnostics: str = "", location: Iterable[str] = (), **_: object
) -> Response:
    """An OperationOutcome: what is wrong in words, what was sent, and in which parameter."""
    severity, otherwise = ("fatal", "exception") if status >= 500 else ("error", "invalid")
    words = {"text": f"{title}. {detail}"}
    issue: dict[str, object] = {"severity": severity, "code": _CODES.get(status, otherwise), "details": words}
    if diagnostics:
        issue["diagnostics"] = diagnostics
    if places := list(location):
        issue["location"] = places
    body = orjson.dumps({"resourceType": "OperationOutcome", "issue": [issue]})
    response = Response(body, status, mimetype=FHIR_JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def form_for(arguments: Mapping[str, list[str]]) -> str:
    """The media type of the answer, by `_format`, else by Accept. Raises Refused, 406."""
    asked = one(arguments, "_format", "")
    if asked:
        # "+" in an address is a space where it was not written as %2B
        media_type = {"json": FHIR_JSON}.get(asked, asked.replace(" ", "+").partition(";")[0])
        if media_type not in _FORMS:
            raise _only_json()
        return media_type
    if not request.headers.get("Accept"):
        return FHIR_JSON
    for accepted, quality in request.accept_mimetypes:
        media_type, *options = (part.strip().lower() for part in accepted.split(";"))
        if quality <= 0 or any(option.startswith("fhirversion=") and option != "fhirversion=4.0" for option in options):
            continue
        if media_type in _FORMS:
            return media_type
        if media_type in ("*/*", "application/*"):
            return FHIR_JSON
    raise _only_json()


def _only_json() -> Refused:
    detail = (
        "FHIR R4 is told as application/fhir+json here, and in no other form. Send that as Accept, or _format=json."
    )
    return Refused(406, "Not in this form", detail)
