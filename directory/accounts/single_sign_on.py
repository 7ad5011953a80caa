"""Single sign-on: an organisation signs its own people in by OpenID Connect, and says which roles they hold.

Authlib checks state, nonce, PKCE, signature, audience and expiry; here is what is made of the claims.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, render_template, request, session
from joserfc.errors import JoseError
from requests import RequestException
from sqlmodel import Session, select
from werkzeug.wrappers import Response

from directory.accounts import events, links
from directory.accounts.account_pages import sure
from directory.accounts.invitations import end_role, give_role
from directory.accounts.signing_in import first_factor_given
from directory.config import SingleSignOn
from directory.models import Account, Grant
from directory.web import rooms
from directory.web.entering import allow, signed_in, who

BACK = "/sign-in/organisation/back"
GRANTED_BY = "organisation"
_PATIENCE_SECONDS = 5.0

pages = Blueprint("single_sign_on", __name__)
log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - says what happened
    """Why somebody was not let in, for the page."""


def init_app(app: Flask) -> None:
    """Register the pages; an organisation must be configured."""
    sso = organisation_of(app)
    assert sso is not None
    oauth = OAuth(app)
    oauth.register(
        "organisation",
        client_id=sso.client_id,
        client_secret=sso.client_secret,
        server_metadata_url=f"{sso.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _PATIENCE_SECONDS,
        },
    )
    app.extensions["organisation"] = oauth.organisation
    app.register_blueprint(pages)


def organisation_of(app: Flask) -> SingleSignOn | None:
    """The organisation that this application is configured with."""
    config: SingleSignOn | None = app.extensions["directory"].config.single_sign_on
    return config


@pages.get("/sign-in/organisation")
@allow("anybody")
def go() -> Response:
    """Send the browser to the organisation.

    By a link: a form may lead only to pages of ours, which browsers check along every redirect.
    """
    joins = session.get("joins")
    if who() is None:
        session.clear()
    session["organisation"] = {"next": links.safe_next(request.args.get("next", "")), "joins": joins}
    try:
        answer: Response = current_app.extensions["organisation"].authorize_redirect(links.address(BACK))
    except (RequestException, AuthlibBaseError, ValueError, RuntimeError) as error:
        log.error("The organisation's sign-in cannot be reached: %s", type(error).__name__)
        abort(503)
    return answer


@pages.post("/account/organisation")
@allow("signed_in")
@sure
def join() -> str:
    """Have the next sign-in by the organisation join this account to it."""
    session["joins"] = signed_in().account_id
    return render_template("accounts/join.html", sso=rooms().config.single_sign_on)


@pages.get(BACK)
@allow("anybody")
def back() -> str | Response | tuple[str, int]:
    """The browser comes back with a code, for which the organisation says who this is."""
    begun, person = session.pop("organisation", None), who()
    session.pop("joins", None)
    try:
        if begun is None:
            raise Refused("This sign-in was not begun here, or it was left for too long.")
        claims = _claims()
        with rooms().database.unit_of_work() as writing:
            now, sso = rooms().now(), organisation_of(current_app)
            assert sso is not None
            joins = person.account_id if person and begun["joins"] == person.account_id else None
            account = account_for(writing, claims, joins=joins, at=now)
            take_roles(writing, account, claims, sso.roles, now)
            second = "mfa" in (claims.get("amr") or ())
            return first_factor_given(
                writing, account, now, how="organisation", wanted=links.safe_next(begun["next"]), second=second
            )
    except Refused as why:
        return render_template("accounts/refused.html", why=str(why)), 400


def _claims() -> Mapping[str, Any]:
    """What the organisation says of the person, once everything about it is checked. Raises Refused."""
    client = current_app.extensions["organisation"]
    sso = rooms().config.single_sign_on
    try:
        token = client.authorize_access_token()
        issuer = client.load_server_metadata().get("issuer", "").rstrip("/")
    except (RequestException, AuthlibBaseError, JoseError, ValueError, RuntimeError) as error:
        log.warning("A sign-in by the organisation failed: %s", type(error).__name__)
        raise Refused("Your organisation did not confirm who you are.") from error
    claims: Mapping[str, Any] = token.get("userinfo") or {}
    if sso is None or issuer != sso.issuer or not claims.get("sub"):
        raise Refused("Your organisation did not confirm who you are.")
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise Refused("Your organisation does not vouch for your email address.")
    return claims


def account_for(writing: Session, claims: Mapping[str, Any], *, joins: int | None, at: datetime) -> Account:
    """The account of whoever the organisation names: theirs, the one they join to it, or a new one. Raises Refused.

    An account with a password is never taken over by an address: its owner joins it after signing in with that.
    """
    subject = f"{claims['iss']} {claims['sub']}"
    email = str(claims["email"]).strip().lower()
    account = writing.exec(select(Account).where(Account.sso_subject == subject)).one_or_none()
    if account is None and joins is not None:
        account = _join(writing, writing.get_one(Account, joins), subject, at)
    if account is None:
        account = writing.exec(select(Account).where(Account.email == email)).one_or_none()
        if account and (account.password or account.sso_subject):
            raise Refused(
                "There is an account with your address. Sign in with its password, then join it to your organisation "
                "on the page of your account."
            )
        if account is None:
            account = Account(email=email, name="", fs_uniquifier=secrets.token_urlsafe(32), created_at=at)
            writing.add(account)
            writing.flush()
        account.name = account.name or " ".join(str(claims.get("name") or email).split())[:100]
        account = _join(writing, account, subject, at)
    if not account.active:
        raise Refused("Your account is switched off. An administrator can switch it on.")
    return account


def take_roles(
    writing: Session,
    account: Account,
    claims: Mapping[str, Any],
    roles: Mapping[str, Mapping[str, tuple[str, str]]],
    at: datetime,
) -> None:
    """Have the account hold the roles that the claims give, and no others that they gave before."""
    wanted = set()
    for claim, values in roles.items():
        said = claims.get(claim)
        said = said if isinstance(said, list) else [said]
        wanted |= {role for value, role in values.items() if value in said}
    held = writing.exec(
        select(Grant).where(
            Grant.account_id == account.id,
            Grant.ended_at == None,  # noqa: E711
            Grant.granted_by == GRANTED_BY,
        )
    )
    for grant in held:
        if (grant.role, grant.scope) not in wanted:
            end_role(writing, grant, actor=GRANTED_BY, at=at)
    for role, scope in sorted(wanted):
        give_role(writing, account, role, scope, actor=GRANTED_BY, at=at)  # type: ignore[arg-type]


def _join(writing: Session, account: Account, subject: str, at: datetime) -> Account:
    account.sso_subject = subject
    events.record(writing, "organisation_joined", account.id, actor=events.actor_of(account.id), at=at)
    return account
