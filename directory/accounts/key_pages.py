"""The pages of keys for machines: all that were made, making one, which is shown once, and revoking one."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, abort, make_response, redirect, render_template
from sqlmodel import Session, select
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import DataRequired, InputRequired, Length

from directory.accounts import keys, limits
from directory.accounts.account_pages import sure
from directory.accounts.forms import said
from directory.models import Account, ApiKey, KeyScope
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import Form, RadiosField, TextField

Answer = str | Response | tuple[str, int]

SCOPES: dict[KeyScope, str] = {
    "public": "Public records, with a limit of its own",
    "professional": "What is for professionals too: services for them only, staff numbers, notes",
}
_DAYS = {"30": "30 days", "365": "1 year", "730": "2 years"}
LONGEST_NAME = 100

pages = Blueprint("keys", __name__)


class KeyForm(Form):
    """For whom a key is, what it opens, and for how long. `once` keeps a form from being sent twice."""

    name = TextField(
        "Who will use it?",
        description="The organisation and its system, such as Example Trust, bed finder.",
        validators=[
            DataRequired("Enter who will use it."),
            Length(max=LONGEST_NAME, message=f"Use at most {LONGEST_NAME} characters."),
        ],
    )
    scope = RadiosField("What may it read?", choices=list(SCOPES.items()), validators=[InputRequired("Choose one.")])
    days = RadiosField("For how long?", choices=list(_DAYS.items()), validators=[InputRequired("Choose how long.")])
    once = HiddenField()


@pages.get("/keys")
@allow("administrator")
def list_keys() -> str:
    """Every key that was ever made, newest first."""
    now = rooms().now()
    with rooms().database.reading() as reading:
        made, who_made = keys.list_keys(reading), _names(reading)
    rows = [(key, state_of(key, now)) for key in made]
    soon = sum(keys.expires_soon(key, now) for key in made)
    return render_template("accounts/keys.html", rows=rows, soon=soon, who_made=who_made, scope_of=scope_of)


@pages.route("/keys/new", methods=["GET", "POST"])
@allow("administrator")
@sure
def make() -> Answer:
    """Make a key, and show it in the answer to the form and never again: a form that is sent anew makes no other."""
    person, now, form = signed_in(), rooms().now(), KeyForm()
    if not form.validate_on_submit():
        form.once.data = said(form.once) or secrets.token_hex(8)
        return render_template("accounts/key_new.html", form=form), 422 if form.error_summary else 200
    scope: KeyScope = form.scope.data
    with rooms().database.unit_of_work() as writing:
        if not limits.allowed(writing, "key-form", said(form.once), now, 1, limits.KEPT):
            return redirect("/keys")
        key, text = keys.make_key(
            writing,
            said(form.name),
            [scope],
            actor=person.actor,
            at=now,
            lasts=timedelta(days=int(form.days.data)),
            account_id=person.account_id,
        )
    page = render_template("accounts/key_made.html", key=key, text=text, scope=SCOPES[scope])
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.route("/keys/<int:key_id>/revoke", methods=["GET", "POST"])
@allow("administrator")
@sure
def revoke(key_id: int) -> Answer:
    """End a key, once a button was pressed."""
    person, form = signed_in(), Form()
    try:
        with rooms().database.reading() as reading:
            key = keys.get_key(reading, key_id)
    except KeyError:
        abort(404)
    if key.revoked_at is None and not form.validate_on_submit():
        return render_template("accounts/key_revoke.html", form=form, key=key), 422 if form.error_summary else 200
    with rooms().database.unit_of_work() as writing:
        keys.revoke_key(writing, key_id, actor=person.actor, at=rooms().now(), account_id=person.account_id)
    return redirect("/keys")


def scope_of(key: ApiKey) -> str:
    """What a key opens, in words."""
    return SCOPES["professional" if "professional" in key.scopes else "public"]


def state_of(key: ApiKey, now: datetime) -> str:
    """Whether a key opens anything at an instant, in a word or two."""
    if key.revoked_at is not None:
        return "Revoked"
    if not keys.is_good(key, now):
        return "Expired"
    return "Expires soon" if keys.expires_soon(key, now) else "Good"


def _names(reading: Session) -> dict[str, str]:
    """The name of each account by how the trail names it."""
    return {f"account:{account.id}": account.name or account.email for account in reading.exec(select(Account))}
