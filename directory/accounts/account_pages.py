"""Somebody's own account: their name, address, password, second factor, and where they have signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, redirect, render_template, request, session
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from directory.accounts import events, limits, links, passkeys, passwords, second_factor, sessions
from directory.accounts.forms import CodeForm, ConfirmForm, EmailForm, NameForm, PasswordForm, SureForm, is_good, said
from directory.accounts.people import WANT_SECOND_FACTOR
from directory.accounts.signing_in import account_of, change_password, code_is_right
from directory.models import Account, AccountEvent, Grant
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.letters import post
from directory.web.writing import without_session

View = TypeVar("View", bound=Callable[..., Any])
Answer = str | Response | tuple[str, int]

_SHOWN = 10  # of the last sign-ins

pages = Blueprint("account", __name__)


def sure(view: View) -> View:
    """Ask for the password once more where it was given long ago: below `@allow`.

    A sign-in from before the account had a second factor is asked to sign in anew, with it.
    """

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if not sessions.has_second_factor() and _has_second_factor():
            return redirect("/sign-in")
        if sessions.is_sure(rooms().now()):
            return view(*args, **kwargs)
        back = request.path if request.method == "GET" else "/account"
        return redirect(f"/account/sure?next={back}")

    return cast(View, asked)


@pages.get("/account")
@allow("signed_in")
def show() -> str:
    """What is kept of an account, and the ways to change it."""
    with rooms().database.reading() as reading:
        account, grants = mine(reading), _grants(reading)
        keys = passkeys.of(reading, account)
        signed = reading.exec(
            select(AccountEvent)
            .where(AccountEvent.account_id == account.id, AccountEvent.event == "signed_in")
            .order_by(col(AccountEvent.number).desc())
            .limit(_SHOWN)
        ).all()
        facts = {"grants": grants, "may_remove": bool(keys) or not wants_second_factor(reading)}
        facts |= {"passkeys": keys, "has_factor": account.tf_totp_secret is not None or bool(keys)}
        return render_template("accounts/account.html", account=account, signed=signed, sso=_sso_name(), **facts)


@pages.route("/account/sure", methods=["GET", "POST"])
@allow("signed_in")
def be_sure() -> Answer:
    """The password once more, before something that guards the account is changed."""
    now, form = rooms().now(), SureForm()
    wanted = links.safe_next(request.args.get("next", "")) or "/account"
    if form.validate_on_submit():
        if account_of(signed_in().email, said(form.password), now) == signed_in().account_id:
            sessions.be_sure(now)
            return redirect(wanted)
        form.password.errors = ["That is not your password. Check it and try again."]
    with rooms().database.reading() as reading:
        has_password = mine(reading).password is not None
    return _page("accounts/sure.html", form, wanted=wanted, has_password=has_password)


@pages.route("/account/name", methods=["GET", "POST"])
@allow("signed_in")
def name() -> Answer:
    """Another name."""
    person, form = signed_in(), NameForm()
    if form.validate_on_submit():
        with rooms().database.unit_of_work() as writing:
            account = mine(writing)
            account.name = said(form.name)
            events.record(writing, "name_changed", account.id, actor=person.actor, at=rooms().now())
        return redirect("/account")
    if request.method == "GET":
        form.name.data = person.name
    return _page("accounts/name.html", form)


@pages.route("/account/email", methods=["GET", "POST"])
@allow("signed_in")
@sure
def email() -> Answer:
    """Another address: a link is mailed to it, and it counts once that is followed."""
    person, now, form = signed_in(), rooms().now(), EmailForm()
    if not form.validate_on_submit():
        return _page("accounts/email.html", form)
    with rooms().database.unit_of_work() as writing:
        account, wanted = mine(writing), said(form.email)
        may_ask = limits.allowed(writing, "new-email", str(account.id), now, 5, limits.KEPT / 31)
        events.record(writing, "email_asked", account.id, actor=person.actor, at=now)
        if may_ask and not _has_account(writing, wanted):
            token = links.make("email", account, links.within(hours=24), wanted)
            key = f"new-email:{account.id}:{now.isoformat()}"
            post(
                writing,
                "new-email",
                to_email=wanted,
                key=key,
                at=now,
                to_name=account.name,
                path=f"/account/email/{token}",
            )
    return render_template("accounts/sent.html", email=wanted)


@pages.route("/account/email/<token>", methods=["GET", "POST"])
@without_session
@allow("anybody")
def confirm_email(token: str) -> Answer:
    """Take a new address, once the link in the mail to it is followed and a button pressed."""
    now, form = rooms().now(), ConfirmForm()
    with rooms().database.unit_of_work() if request.method == "POST" else rooms().database.reading() as session_:
        found = links.read(session_, "email", token, now)
        if not found or _has_account(session_, found[1]):
            return render_template("accounts/used_link.html"), 410
        account, wanted = found
        if not form.validate_on_submit():
            return _page("accounts/confirm_email.html", form, email=wanted)
        before, account.email = account.email, wanted
        sessions.end_everywhere(account)
        events.record(session_, "email_changed", account.id, actor=events.actor_of(account.id), at=now)
        key = f"email-changed:{account.id}:{now.isoformat()}"
        post(session_, "email-changed", to_email=before, key=key, at=now, to_name=account.name)
    return render_template("accounts/email_changed.html", email=wanted)


@pages.route("/account/password", methods=["GET", "POST"])
@allow("signed_in")
def password() -> Answer:
    """Another password; every sign-in ends but this one."""
    person, now, form = signed_in(), rooms().now(), PasswordForm()
    if form.validate_on_submit():
        if account_of(person.email, said(form.password), now) != person.account_id:
            form.password.errors = ["That is not your current password. Check it and try again."]
        elif is_good(form.new_password, (person.name, person.email)):
            kept, factor = passwords.hash_password(said(form.new_password)), sessions.has_second_factor()
            with rooms().database.unit_of_work() as writing:
                account = mine(writing)
                change_password(writing, account, kept, now)
                sessions.start(account, now, second_factor=factor, lasting=session.permanent)
            return redirect("/account")
    return _page("accounts/password.html", form)


@pages.route("/account/second-factor", methods=["GET", "POST"])
@allow("signed_in")
@sure
def set_second_factor() -> Answer:
    """Set up an app that makes codes: shown as a picture and in letters, and taken once a code of it is right."""
    person, now, form = signed_in(), rooms().now(), CodeForm()
    if "new_secret" not in session or request.method == "GET":
        session["new_secret"] = second_factor.new_secret()
    secret = session["new_secret"]
    if form.validate_on_submit():
        counter = second_factor.counter_of(said(form.code).replace(" ", ""), secret, None, now)
        if counter is not None:
            with rooms().database.unit_of_work() as writing:
                account = mine(writing)
                account.tf_totp_secret, account.tf_counter = secret, counter
                codes = second_factor.new_recovery_codes(account)
                events.record(writing, "second_factor_set", account.id, actor=person.actor, at=now)
                tell(writing, account, "second-factor-set", what="an app that makes codes")
            del session["new_secret"]
            sessions.be_sure(now, second_factor=True)
            return render_template("accounts/recovery_codes.html", codes=codes)
        form.code.errors = ["That code is not right. Wait for the next one and enter its six digits."]
    shown = {"key": second_factor.key_in_letters(secret), "picture": second_factor.picture(secret, person.email)}
    return _page("accounts/second_factor.html", form, **shown, is_needed=person.lacks_second_factor)


@pages.route("/account/second-factor/remove", methods=["GET", "POST"])
@allow("signed_in")
@sure
def remove_second_factor() -> Answer:
    """Do without the app, where there is a passkey or no role wants one: it takes a code of it."""
    person, now, form = signed_in(), rooms().now(), CodeForm()
    with rooms().database.unit_of_work() if request.method == "POST" else rooms().database.reading() as session_:
        account = mine(session_)
        is_last = not passkeys.of(session_, account)
        if account.tf_totp_secret is None or (is_last and wants_second_factor(session_)):
            return redirect("/account")
        if form.validate_on_submit():
            if code_is_right(session_, account, said(form.code), now):
                second_factor.remove_app(session_, account)
                events.record(session_, "second_factor_removed", account.id, actor=person.actor, at=now)
                tell(session_, account, "second-factor-removed", what="the app that makes codes")
                return redirect("/account")
            form.code.errors = ["That code is not right, or it was used before. Try the next one."]
    return _page("accounts/remove_second_factor.html", form, is_last=is_last)


@pages.post("/account/recovery-codes")
@allow("signed_in")
@sure
def make_recovery_codes() -> Answer:
    """New recovery codes, shown once; those before stop working."""
    person = signed_in()
    with rooms().database.unit_of_work() as writing:
        account = mine(writing)
        if not second_factor.is_set(writing, account):
            return redirect("/account")
        codes = second_factor.new_recovery_codes(account)
        events.record(writing, "recovery_codes_made", account.id, actor=person.actor, at=rooms().now())
    return render_template("accounts/recovery_codes.html", codes=codes)


@pages.post("/account/sign-out-everywhere")
@allow("signed_in")
def sign_out_everywhere() -> Answer:
    """End every sign-in of the account, this one too."""
    person, now = signed_in(), rooms().now()
    with rooms().database.unit_of_work() as writing:
        events.record(writing, "signed_out_everywhere", person.account_id, actor=person.actor, at=now)
        sessions.end_everywhere(mine(writing))
        sessions.end(writing, now)
    return redirect("/sign-in")


def mine(session_: Session) -> Account:
    """The account of whoever has signed in."""
    return session_.get_one(Account, signed_in().account_id)


def _grants(session_: Session) -> list[Grant]:
    mine = Grant.account_id == signed_in().account_id
    return list(session_.exec(select(Grant).where(mine, Grant.ended_at == None).order_by(col(Grant.id))))  # noqa: E711


def wants_second_factor(session_: Session) -> bool:
    """Whether a role of whoever has signed in wants a second factor."""
    return any(grant.role in WANT_SECOND_FACTOR for grant in _grants(session_))


def _has_second_factor() -> bool:
    with rooms().database.reading() as reading:
        return second_factor.is_set(reading, mine(reading))


def _has_account(session_: Session, address: str) -> bool:
    return session_.exec(select(Account).where(Account.email == address)).first() is not None


def tell(writing: Session, account: Account, letter: str, *, what: str) -> None:
    """Mail the owner of an account `what` was done to what guards it. Inside a unit of work."""
    now = rooms().now()
    key = f"{letter}:{account.id}:{now.isoformat()}"
    post(writing, letter, to_email=account.email, key=key, at=now, to_name=account.name, what=what)


def _sso_name() -> str:
    sso = rooms().config.single_sign_on
    return sso.name if sso else ""


def _page(template: str, form: Any, **more: Any) -> tuple[str, int]:
    """A page with its form; 422 where something in it must be mended."""
    return render_template(template, form=form, **more), 422 if form.error_summary else 200
