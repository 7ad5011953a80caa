"""Signing in with a password and a second factor, signing out, and choosing a new password by mail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from sqlmodel import Session, select
from werkzeug.wrappers import Response

from directory.accounts import events, limits, links, passkeys, passwords, second_factor, sessions
from directory.accounts.forms import ChoosePasswordForm, CodeForm, ForgottenForm, SignInForm, is_good, said
from directory.accounts.people import person_of
from directory.models import Account
from directory.permissions import Person
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.letters import post
from directory.web.writing import without_session

MOST_TRIES, LOCKED_FOR = 10, timedelta(minutes=15)
"""So many wrong passwords, or codes, of one account within this time, and none is taken until it has passed."""
MOST_RESETS, RESETS_WITHIN = 3, timedelta(hours=1)
_PENDING_SECONDS = 600  # how long a password counts while the code is looked for
_WRONG = (
    "That email address and password do not go together. Check both and try again. After 10 tries we take no password "
    "for an address for 15 minutes."
)
_WRONG_CODE = "That code is not right, or it was used before. Wait for the next one and try again."

Answer = str | Response | tuple[str, int]
pages = Blueprint("signing_in", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
@without_session
@allow("anybody")
def sign_in() -> Answer:
    """The password; then, where there is one, the second factor."""
    now, form = rooms().now(), SignInForm()
    if request.method == "GET":
        form.next.data = links.safe_next(request.args.get("next", ""))
    elif form.validate():
        wanted = links.safe_next(form.next.data or "")
        account_id = account_of(said(form.email).lower(), said(form.password), now)
        if account_id is not None:
            with rooms().database.unit_of_work() as writing:
                account = writing.get_one(Account, account_id)
                return first_factor_given(writing, account, now, how="password", wanted=wanted)
        form.form_errors.append(_WRONG)
    return _page("accounts/sign_in.html", form, single_sign_on=rooms().config.single_sign_on)


def account_of(email: str, password: str, now: datetime) -> int | None:
    """The number of the account that this is the password of; None where it is not, or too many were tried.

    A try is counted before the password is looked at, so that many at once cannot slip through; the writers' lock is
    not held while Argon2 works. It takes as long where there is no such account.
    """
    database = rooms().database
    with database.unit_of_work() as writing:
        may_try = limits.allowed(writing, "password", email, now, MOST_TRIES, LOCKED_FOR)
        account = _find(writing, email)
        known = (account.id, account.password) if account and account.active and may_try else (None, None)
    if passwords.is_password(password, known[1]):
        with database.unit_of_work() as writing:
            limits.forget(writing, "password", email)
        return known[0]
    with database.unit_of_work() as writing:
        if may_try and limits.count(writing, "password", email, now, LOCKED_FOR) >= MOST_TRIES:
            _tell_locked(writing, _find(writing, email), now)
    return None


def first_factor_given(
    writing: Session, account: Account, now: datetime, *, how: str, wanted: str = "", second: bool = False
) -> Response:
    """Let somebody in whose first factor was right, or ask for the second factor of their account.

    `second` says that whoever vouched for the first factor did so for a second one. Inside a unit of work.
    """
    if not second and second_factor.is_set(writing, account):
        session.clear()
        until = int(now.timestamp()) + _PENDING_SECONDS
        session["pending"] = {"account": account.fs_uniquifier, "until": until, "how": how, "next": wanted}
        return redirect("/sign-in/code")
    return let_in(writing, account, now, how=how, wanted=wanted, second=second)


def let_in(writing: Session, account: Account, now: datetime, *, how: str, wanted: str, second: bool) -> Response:
    """Begin the session of somebody who has shown all that they have. Inside a unit of work."""
    person = person_of(writing, account.fs_uniquifier, second_factor=second)
    if person is None:
        return redirect("/sign-in")
    events.record(writing, "signed_in", account.id, actor=person.actor, at=now, how=how, second="yes" if second else "")
    keeps_many = person.is_maintainer or person.lacks_second_factor
    sessions.start(account, now, second_factor=second, lasting=not keeps_many)
    return redirect("/account/second-factor" if person.lacks_second_factor else wanted or first_page(person))


def first_page(person: Person) -> str:
    """Where somebody's work waits."""
    if person.is_maintainer:
        return "/region"
    if person.is_editor:
        return "/my"
    return "/" if person.is_professional else "/account"


@pages.route("/sign-in/code", methods=["GET", "POST"])
@allow("anybody")
def code() -> Answer:
    """The second factor, of somebody whose password was right a moment ago."""
    now = rooms().now()
    with rooms().database.unit_of_work() if request.method == "POST" else rooms().database.reading() as session_:
        account = pending_account(session_, now)
        if account is None:
            return redirect("/sign-in")
        form = CodeForm()
        if form.validate_on_submit():
            if code_is_right(session_, account, said(form.code), now):
                return let_in_pending(session_, account, now)
            form.code.errors = [_WRONG_CODE]
        return code_page(session_, account, form)


def code_page(reading: Session, account: Account, form: CodeForm) -> Answer:
    """The page that asks somebody for their second factor, whichever they have."""
    has_passkey, has_app = bool(passkeys.of(reading, account)), account.tf_totp_secret is not None
    return _page("accounts/code.html", form, has_passkey=has_passkey, has_app=has_app)


def pending_account(reading: Session, now: datetime) -> Account | None:
    """The account whose password was right a moment ago, in this session; None where there is none."""
    pending = session.get("pending")
    if not pending or now.timestamp() > pending["until"]:
        return None
    wanted = select(Account).where(Account.fs_uniquifier == pending["account"], Account.active)
    return reading.exec(wanted).one_or_none()


def let_in_pending(writing: Session, account: Account, now: datetime) -> Response:
    """Begin the session of somebody who has shown their second factor too. Inside a unit of work."""
    pending = session["pending"]
    return let_in(writing, account, now, how=pending["how"], wanted=pending["next"], second=True)


def code_is_right(writing: Session, account: Account, typed: str, now: datetime) -> bool:
    """Whether this is a code of the account that counts now; tries are counted. Inside a unit of work."""
    return factor_is_right(writing, account, now, lambda: second_factor.is_code(account, typed, now))


def factor_is_right(writing: Session, account: Account, now: datetime, is_right: Callable[[], bool]) -> bool:
    """What `is_right` says of a second factor, unless too many were tried; tries are counted. Inside a unit of work."""
    mark = str(account.id)
    if not limits.allowed(writing, "code", mark, now, MOST_TRIES, LOCKED_FOR):
        return False
    if is_right():
        limits.forget(writing, "code", mark)
        return True
    if limits.count(writing, "code", mark, now, LOCKED_FOR) >= MOST_TRIES:
        _tell_locked(writing, account, now)
    return False


@pages.post("/sign-out")
@allow("signed_in")
def sign_out() -> Answer:
    """End this sign-in, wherever its cookie may have been copied to."""
    person, now = signed_in(), rooms().now()
    with rooms().database.unit_of_work() as writing:
        events.record(writing, "signed_out", person.account_id, actor=person.actor, at=now)
        sessions.end(writing, now)
    return redirect("/sign-in")


@pages.route("/sign-in/forgotten", methods=["GET", "POST"])
@without_session
@allow("anybody")
def forgotten() -> Answer:
    """Mail a link to choose a new password. What is said does not depend on whether there is such an account."""
    now, form = rooms().now(), ForgottenForm()
    if not form.validate_on_submit():
        return _page("accounts/forgotten.html", form)
    with rooms().database.unit_of_work() as writing:
        may_ask = limits.allowed(writing, "reset", said(form.email), now, MOST_RESETS, RESETS_WITHIN)
        account = _find(writing, said(form.email))
        if account and account.active and may_ask:
            _mail_reset(writing, account, now)
    return render_template("accounts/sent.html", email=said(form.email))


@pages.route("/sign-in/new-password/<token>", methods=["GET", "POST"])
@without_session
@allow("anybody")
def new_password(token: str) -> Answer:
    """Choose a new password by a link from a mail; every sign-in of the account ends."""
    now, form = rooms().now(), ChoosePasswordForm()
    with rooms().database.reading() as reading:
        found = links.read(reading, "new-password", token, now)
        about = (found[0].name, found[0].email) if found else ()
    if not found:
        return render_template("accounts/used_link.html"), 410
    if form.validate_on_submit() and is_good(form.password, about):
        kept = passwords.hash_password(said(form.password))
        with rooms().database.unit_of_work() as writing:
            again = links.read(writing, "new-password", token, now)
            if not again:
                return render_template("accounts/used_link.html"), 410
            change_password(writing, again[0], kept, now)
        return render_template("accounts/password_chosen.html")
    return _page("accounts/new_password.html", form)


def change_password(writing: Session, account: Account, kept: str, now: datetime) -> None:
    """Keep a new password, end every sign-in and link of the account, and tell its owner. Inside a unit of work."""
    account.password = kept
    sessions.end_everywhere(account)
    limits.forget(writing, "password", account.email)
    events.record(writing, "password_changed", account.id, actor=events.actor_of(account.id), at=now)
    key = f"password-changed:{account.id}:{account.fs_uniquifier}"
    post(writing, "password-changed", to_email=account.email, key=limits.keyed(key), at=now, to_name=account.name)


def _mail_reset(writing: Session, account: Account, now: datetime) -> None:
    events.record(writing, "reset_asked", account.id, actor="nobody", at=now)
    token = links.make("new-password", account, links.within(hours=1))
    post(
        writing,
        "new-password",
        to_email=account.email,
        key=f"new-password:{account.id}:{now.isoformat()}",
        at=now,
        to_name=account.name,
        path=f"/sign-in/new-password/{token}",
    )


def _tell_locked(writing: Session, account: Account | None, now: datetime) -> None:
    if account is None or not account.active:
        return
    events.record(writing, "sign_in_locked", account.id, actor="nobody", at=now)
    key = f"sign-in-locked:{account.id}:{now.isoformat()}"
    post(writing, "sign-in-locked", to_email=account.email, key=key, at=now, to_name=account.name)


def _find(session: Session, email: str) -> Account | None:
    return session.exec(select(Account).where(Account.email == email)).one_or_none()


def _page(template: str, form: Any, **more: Any) -> tuple[str, int]:
    """A page with its form; 422 where something in it must be mended."""
    return render_template(template, form=form, **more), 422 if form.error_summary else 200
