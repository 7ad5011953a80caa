"""Asking to be listed, and claiming an entry: anybody may, without signing in; a maintainer decides."""

import re
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request
from sqlmodel import Session
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length, ValidationError

from directory import listing_requests
from directory.accounts.limits import allowed
from directory.loading.cells import CellError
from directory.loading.cells import email as read_email
from directory.loading.sheets import cell_problem
from directory.models import Entry, RequestKind
from directory.web import rooms
from directory.web.entering import allow
from directory.web.forms import ChoiceField, Form, ProseField, TextField, choices_of
from directory.web.writing import is_page_token, without_session

blueprint = Blueprint("joining", __name__)

_REF = re.compile(r"CAD-[0-9]{4,8}")
_FACTS = ("service", "borough", "what", "role", "organization")
_DAY = timedelta(days=1)
_MOST_FROM_ONE = 3
_MOST_FROM_NETWORK = 20
_LONGEST_LINE, _LONGEST_TEXT = 200, 2000


def _visible(form: Form, field: TextField) -> None:
    """No character that cannot be seen, and nothing that a spreadsheet would run."""
    if problem := cell_problem(field.data or ""):
        raise ValidationError(problem)


def _line(message: str = "") -> list[object]:
    too_long = f"Shorten this to {_LONGEST_LINE} characters at most."
    return [*([DataRequired(message)] if message else []), Length(max=_LONGEST_LINE, message=too_long), _visible]


class AskForm(Form):
    """Who asks, and about what. `fax` is for machines that fill in everything: people never see it."""

    class Meta:
        """Nobody has signed in, so there is no session to forge; the page has a token of its own."""

        csrf = False

    what = ProseField(
        "What is the service?",
        description="What it does, for whom, and when it is open. Never write about somebody who used it",
        validators=[
            DataRequired("Say what the service is"),
            Length(max=_LONGEST_TEXT, message=f"Shorten this to {_LONGEST_TEXT} characters at most."),
            _visible,
        ],
    )
    name = TextField("Your name", validators=_line("Enter your name"))
    role = TextField("Your role (optional)", validators=_line())
    organization = TextField("Your organisation", validators=_line("Enter your organisation"))
    email = TextField("Your work email", validators=_line("Enter your work email"))
    phone = TextField("A number we can ring you on (optional)", validators=_line())
    fax = TextField("Leave this empty")

    def validate_email(self, field: TextField) -> None:
        """An address that somebody can answer."""
        try:
            read_email(field.data or "")
        except CellError as error:
            raise ValidationError(str(error)) from None


class ListingForm(AskForm):
    """A service that is not in the directory."""

    service = TextField("Name of the service", validators=_line("Enter the name of the service"))
    borough = ChoiceField("Where is it?")

    field_order = ("service", "borough", "what", "name", "role", "organization", "email", "phone")


class ClaimForm(AskForm):
    """An entry that somebody says is theirs."""

    field_order = ("what", "name", "role", "organization", "email", "phone")


@blueprint.get("/list-a-service")
@allow("anybody")
def listing() -> str:
    """Ask for a service to be listed."""
    return _page(_listing_form(), "listing")


@blueprint.post("/list-a-service")
@without_session
@allow("anybody")
def ask_for_listing() -> Response | tuple[str, int]:
    """Keep the request."""
    return _keep(_listing_form(), "listing")


@blueprint.get("/services/<ref>/claim")
@allow("anybody")
def claim(ref: str) -> str:
    """Claim an entry. What the public may not see, this page does not say: not even whether it exists."""
    return _page(_claim_form(), "claim", _known_ref(ref))


@blueprint.post("/services/<ref>/claim")
@without_session
@allow("anybody")
def send_claim(ref: str) -> Response | tuple[str, int]:
    """Keep the claim."""
    return _keep(_claim_form(), "claim", _known_ref(ref))


@blueprint.get("/list-a-service/thanks")
@allow("anybody")
def thanks() -> str:
    """What happens next."""
    return render_template("provider/asked.html")


def _listing_form() -> ListingForm:
    form = ListingForm()
    boroughs = [(borough.code, borough.name) for borough in rooms().places.areas.boroughs]
    form.borough.choices = choices_of([("", "No place to go to, or all of London"), *boroughs])
    return form


def _claim_form() -> ClaimForm:
    form = ClaimForm()
    form.what.label.text = "Why is it yours to keep right?"
    form.what.description = "Like: I manage the service. Never write about somebody who used it"
    return form


def _known_ref(ref: str) -> str:
    """A reference as it is written; 404 for what cannot be one."""
    if not _REF.fullmatch(ref.upper()):
        abort(404)
    return ref.upper()


def _public(ref: str) -> Entry | None:
    try:
        return rooms().catalogue().get(ref)
    except KeyError:
        return None


def _page(form: AskForm, kind: RequestKind, ref: str = "") -> str:
    entry = _public(ref) if ref else None
    return render_template("provider/ask.html", form=form, kind=kind, ref=ref, entry=entry, purpose=_purpose(kind, ref))


def _purpose(kind: RequestKind, ref: str) -> str:
    return f"{kind}:{ref}"


def _keep(form: ListingForm | ClaimForm, kind: RequestKind, ref: str = "") -> Response | tuple[str, int]:
    if not is_page_token(request.form.get("token", ""), _purpose(kind, ref)):
        abort(400)
    if not form.validate():
        return _page(form, kind, ref), 400
    here, at = rooms(), rooms().now()
    facts = {
        name: form[name].data or "" for name in ("service", "borough", "what", "role", "organization") if name in form
    }
    with here.database.unit_of_work() as session:
        if not _may_ask(session, form.email.data or "", at):
            form.form_errors.append("Too many requests came from you today. Please send this again tomorrow")
            return _page(form, kind, ref), 429
        if not form.fax.data:
            listing_requests.ask(
                session,
                kind,
                name=form.name.data or "",
                email=form.email.data or "",
                phone=form.phone.data or "",
                facts=facts,
                at=at,
                ref=ref,
            )
    return redirect("/list-a-service/thanks", 303)


def _may_ask(session: Session, email: str, at: datetime) -> bool:
    """Whether an address, and the network that it is sent from, has not asked too often today."""
    network = request.remote_addr or ""
    return allowed(session, "asking", email.casefold(), at, _MOST_FROM_ONE, _DAY) and allowed(
        session, "asking", network, at, _MOST_FROM_NETWORK, _DAY
    )
