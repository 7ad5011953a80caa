"""Making, using and removing passkeys. What a browser is to ask for comes as JSON; what it said is sent as a form."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template
from sqlmodel import Session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import events, limits, passkeys, second_factor, sessions
from directory.accounts.account_pages import mine, sure, tell, wants_second_factor
from directory.accounts.forms import CodeForm, NewPasskeyForm, PasskeyForm, SureForm, said
from directory.accounts.signing_in import (
    LOCKED_FOR,
    MOST_TRIES,
    account_of,
    code_page,
    factor_is_right,
    let_in_pending,
    pending_account,
)
from directory.models import Account, Passkey
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.errors import problem
from directory.web.forms import Form

Answer = str | AnyResponse | tuple[str, int]

_NOT_USED = "The passkey was not right, or it took longer than 5 minutes. Try again, or use a code."
_NOT_MADE = "The passkey could not be kept, or it took longer than 5 minutes. Try again."
_TOO_MANY = f"You have {passkeys.MOST} passkeys. Remove one before you add another."

pages = Blueprint("passkeys", __name__)
asked = Blueprint("passkey_options", __name__)


@asked.errorhandler(HTTPException)
def say_what_is_wrong(error: HTTPException) -> Response:
    """The script reads it, not a person."""
    return problem(error.code or 500, error.name, "This page was open for too long. Load it again.")


@asked.post("/sign-in/passkey/options")
@allow("anybody")
def ask_for_one() -> Response:
    """What the browser of somebody whose password was right is to ask for."""
    now = rooms().now()
    with rooms().database.reading() as reading:
        account = pending_account(reading, now)
        if account is None:
            return problem(410, "Gone", "It is too long since you gave your password. Sign in again.")
        return _options(passkeys.use_options(reading, account, now))


@asked.post("/account/passkeys/options")
@allow("signed_in")
@sure
def ask_for_another() -> Response:
    """What a browser is to ask for to make another passkey."""
    form = NewPasskeyForm()
    if not form.validate():
        return problem(422, "Unprocessable Entity", form.error_summary[0]["text"])
    with rooms().database.reading() as reading:
        account = mine(reading)
        if len(passkeys.of(reading, account)) >= passkeys.MOST:
            return problem(409, "Conflict", _TOO_MANY)
        return _options(passkeys.registration_options(reading, account, rooms().now()))


@pages.post("/sign-in/passkey")
@allow("anybody")
def use() -> Answer:
    """A passkey as the second factor."""
    now, form, other = rooms().now(), PasskeyForm(), CodeForm()
    with rooms().database.unit_of_work() as writing:
        account = pending_account(writing, now)
        if account is None:
            return redirect("/sign-in")
        if form.validate() and factor_is_right(writing, account, now, lambda: _is_used(writing, account, form)):
            return let_in_pending(writing, account, now)
        other.form_errors.append(_NOT_USED)
        return code_page(writing, account, other)


@pages.route("/account/passkeys", methods=["GET", "POST"])
@allow("signed_in")
@sure
def add() -> Answer:
    """Make a passkey. With the first second factor of an account come recovery codes, shown once."""
    form = NewPasskeyForm()
    if form.validate_on_submit():
        with rooms().database.unit_of_work() as writing:
            codes = _add(writing, mine(writing), form)
        if codes is not None:
            sessions.be_sure(rooms().now(), second_factor=True)
            return render_template("accounts/recovery_codes.html", codes=codes) if codes else redirect("/account")
        form.form_errors.append(_NOT_MADE)
    return _page("accounts/passkey.html", form, is_needed=signed_in().lacks_second_factor)


@pages.route("/account/passkeys/<int:passkey_id>/remove", methods=["GET", "POST"])
@allow("signed_in")
@sure
def remove(passkey_id: int) -> Answer:
    """Do without a passkey, unless a role wants a second factor and there is no other: it takes the password."""
    with rooms().database.reading() as reading:
        found = _find(reading, passkey_id)
        form = SureForm() if mine(reading).password else Form()
    if found is None:
        return redirect("/account")
    if not found.is_needed and form.validate_on_submit() and _is_password_right(form):
        with rooms().database.unit_of_work() as writing:
            again = _find(writing, passkey_id)
            if again and not again.is_needed:
                _remove(writing, mine(writing), again.passkey)
        return redirect("/account")
    return _page("accounts/remove_passkey.html", form, found=found)


@dataclass(frozen=True)
class _Found:
    """A passkey of whoever has signed in; whether it is their only second factor, and whether a role wants one."""

    passkey: Passkey
    is_last: bool
    is_needed: bool


def _find(session_: Session, passkey_id: int) -> _Found | None:
    account = mine(session_)
    kept = passkeys.of(session_, account)
    is_last = account.tf_totp_secret is None and len(kept) == 1
    is_needed = is_last and wants_second_factor(session_)
    return next((_Found(passkey, is_last, is_needed) for passkey in kept if passkey.id == passkey_id), None)


def _add(writing: Session, account: Account, form: NewPasskeyForm) -> list[str] | None:
    """Keep the passkey of a form, and give recovery codes where they are the first; None where it is not right."""
    now, name = rooms().now(), " ".join(said(form.name).split())
    is_first = not second_factor.is_set(writing, account)
    if not limits.allowed(writing, "new-passkey", str(account.id), now, MOST_TRIES, LOCKED_FOR):
        return None
    passkey = passkeys.register(writing, account, name, said(form.credential), now)
    if passkey is None:
        return None
    actor = events.actor_of(account.id)
    events.record(writing, "passkey_added", account.id, actor=actor, at=now, passkey=str(passkey.id))
    tell(writing, account, "second-factor-set", what=f"a passkey called {name}")
    return second_factor.new_recovery_codes(account) if is_first else []


def _is_used(writing: Session, account: Account, form: PasskeyForm) -> bool:
    now = rooms().now()
    passkey = passkeys.used(writing, account, said(form.credential), now)
    if passkey is None:
        return False
    actor = events.actor_of(account.id)
    events.record(writing, "passkey_used", account.id, actor=actor, at=now, passkey=str(passkey.id))
    return True


def _remove(writing: Session, account: Account, passkey: Passkey) -> None:
    now, actor = rooms().now(), events.actor_of(account.id)
    events.record(writing, "passkey_removed", account.id, actor=actor, at=now, passkey=str(passkey.id))
    tell(writing, account, "second-factor-removed", what=f"the passkey called {passkey.name}")
    second_factor.remove_passkey(writing, account, passkey)


def _is_password_right(form: Form) -> bool:
    """Whether the password of the form is theirs; says on the field where it is not. Some have none to give."""
    if not isinstance(form, SureForm):
        return True
    if account_of(signed_in().email, said(form.password), rooms().now()) == signed_in().account_id:
        return True
    form.password.errors = ["That is not your password. Check it and try again."]
    return False


def _options(text: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(template: str, form: Form, **more: object) -> tuple[str, int]:
    """A page with its form; 422 where something in it must be mended."""
    return render_template(template, form=form, **more), 422 if form.error_summary else 200
