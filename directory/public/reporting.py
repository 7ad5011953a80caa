"""Report a problem: two taps, no sign-in, and no word about who reports or whom it was about."""

import hashlib
import hmac
from typing import get_args

from flask import Blueprint, abort, current_app, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlmodel import Session
from werkzeug.wrappers import Response

from directory import reports, revisions
from directory.accounts.limits import network_of
from directory.accounts.people import editors_of
from directory.accounts.regions import tell_region
from directory.models import Entry, ProblemKind
from directory.public.reading import catalogue as readers_catalogue
from directory.public.reading import kept_by_nobody
from directory.reports import Reported, Reporter
from directory.web import rooms
from directory.web.entering import allow, who
from directory.web.letters import post
from directory.web.links import entry_path
from directory.web.problems import PROBLEMS, REASONS
from directory.web.writing import is_page_token, without_session

_WHY_SECONDS = 3600

blueprint = Blueprint("reporting", __name__)
blueprint.after_request(kept_by_nobody)


@blueprint.get("/services/<ref>/report")
@allow("anybody")
def report(ref: str) -> str:
    """What can be reported: each a button, which is the second tap."""
    entry = _entry(ref)
    return render_template("public/report.html", entry=entry, path=entry_path(entry), problems=PROBLEMS)


@blueprint.post("/services/<ref>/report")
@without_session
@allow("anybody")
def send_report(ref: str) -> Response:
    """Keep a report, and tell provider and region where it is the one that puts a caution on the entry."""
    entry, kind = _entry(ref), request.form.get("kind", "")
    if kind not in get_args(ProblemKind) or not is_page_token(request.form.get("token", ""), _purpose(entry)):
        abort(400)
    here, at = rooms(), rooms().now()
    with here.database.unit_of_work() as session:
        reported = reports.report(session, entry.ref, kind, by=_reporter(), at=at)  # type: ignore[arg-type]
        if reported.cautioned:
            _tell(session, entry.ref, reported)
    which = _signer().dumps([entry.ref, reported.report_id, kind, reported.outcome])
    return redirect(f"/services/{entry.ref}/report/thanks?report={which}", 303)


@blueprint.get("/services/<ref>/report/thanks")
@allow("anybody")
def thanks(ref: str) -> str:
    """What happens now; and, for somebody who was turned away, why it was."""
    entry = _entry(ref)
    which = request.args.get("report", "")
    _, kind, outcome = _read(which, entry)
    reasons = REASONS if kind == "turned_away" and outcome != "made_before" and "why" not in request.args else {}
    return render_template(
        "public/report_thanks.html",
        entry=entry,
        path=entry_path(entry),
        which=which,
        reasons=reasons,
        made_before=outcome == "made_before",
    )


@blueprint.post("/services/<ref>/report/why")
@without_session
@allow("anybody")
def say_why(ref: str) -> Response:
    """Add why somebody was turned away to the report that was just made."""
    entry, which, why = _entry(ref), request.form.get("report", ""), request.form.get("why", "")
    report_id, _, outcome = _read(which, entry)
    if why not in REASONS or outcome == "made_before":
        abort(400)
    with rooms().database.unit_of_work() as session:
        reports.say_why(session, report_id, why)
    return redirect(f"/services/{entry.ref}/report/thanks?report={which}&why=said", 303)


def _entry(ref: str) -> Entry:
    try:
        return readers_catalogue().get(ref.upper())
    except KeyError:
        abort(404)


def _purpose(entry: Entry) -> str:
    return f"report:{entry.ref}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="report")


def _read(which: str, entry: Entry) -> tuple[int, str, str]:
    """Number, kind and outcome of a report of this entry, made within the hour."""
    try:
        ref, number, kind, outcome = _signer().loads(which, max_age=_WHY_SECONDS)
    except BadSignature:
        abort(400)
    if ref != entry.ref:
        abort(400)
    return int(number), str(kind), str(outcome)


def _reporter() -> Reporter:
    """Who reports: the network as a keyed hash (of IPv6 the first half), and the account of who has signed in."""
    network, person = network_of(request.remote_addr or "::"), who()
    key = f"report:{current_app.secret_key!s}".encode()
    return Reporter(hmac.new(key, network.encode(), hashlib.sha256).hexdigest(), person.actor if person else "")


def _tell(session: Session, ref: str, reported: Reported) -> None:
    """Write to those who keep the entry and to those who maintain its region; to who does both as to its keeper."""
    at, key = rooms().now(), f"caution:{reported.report_id}"
    entry = revisions.get_entry(session, ref)
    assert entry.caution is not None
    problems = [PROBLEMS[kind] for kind in entry.caution.kinds]
    for account in editors_of(session, entry.organization):
        facts = {"entry": entry, "problems": problems, "path": f"/my/{ref}"}
        post(session, "caution", to_email=account.email, key=f"{key}:{account.id}", at=at, **facts)
    tell_region(session, entry, "caution", key=key, at=at, problems=problems, path=f"/region/reports/{ref}")
