"""Who has signed in: what the cookie holds, how long it counts, and how it ends.

The cookie is signed, and holds the account's `fs_uniquifier`, a number of its own, and instants in seconds: when it
began (`at`), was last used (`seen`), last proved to be whose it says (`sure`), and had its second factor (`factor`).
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from werkzeug.exceptions import ServiceUnavailable

from directory.accounts import limits
from directory.accounts.people import person_of
from directory.models import Account
from directory.permissions import Person
from directory.web import rooms
from directory.web.entering import access_of

IDLE, ABSOLUTE = timedelta(days=14), timedelta(days=30)
IDLE_OF_MANY, ABSOLUTE_OF_MANY = timedelta(minutes=30), timedelta(hours=12)
"""For maintainers and administrators, who can change what belongs to many."""
SURE = timedelta(minutes=30)
"""How long after a password or code the person may change what guards the account."""
_SEEN_SECONDS = 60


class CookieInterface(SecureCookieSessionInterface):
    """The cookie travels only over TLS wherever the page did."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether this request came over TLS, as the trusted proxy says."""
        return request.is_secure


def init_app(app: Flask) -> None:
    """Set up the cookie, and tell the doors who has signed in."""
    app.session_interface = CookieInterface()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE,
    )
    app.extensions["who"] = _who


def held(account: Account, now: datetime, *, second_factor: bool) -> dict[str, Any]:
    """What the cookie of somebody who has just signed in holds."""
    seconds = int(now.timestamp())
    factor = {"factor": seconds} if second_factor else {}
    return {
        "_user_id": account.fs_uniquifier,
        "sign_in": secrets.token_hex(16),
        "at": seconds,
        "seen": seconds,
        "sure": seconds,
        **factor,
    }


def start(account: Account, now: datetime, *, second_factor: bool, lasting: bool) -> None:
    """Begin anew as this account; nothing of the session before is kept. A `lasting` cookie outlives the browser."""
    session.clear()
    session.update(held(account, now, second_factor=second_factor))
    session.permanent = lasting


def end(writing: Session, now: datetime) -> None:
    """End this sign-in for good, also for whoever copied its cookie. Inside a unit of work."""
    limits.remember(writing, "ended", session["sign_in"], now)
    session.clear()


def end_everywhere(account: Account) -> None:
    """End every sign-in of an account, and every link that was mailed for it. Inside a unit of work."""
    account.fs_uniquifier = secrets.token_urlsafe(32)


def be_sure(now: datetime, *, second_factor: bool = False) -> None:
    """Note that the person has just proved who they are."""
    session["sure"] = int(now.timestamp())
    if second_factor:
        session["factor"] = session["sure"]


def is_sure(now: datetime) -> bool:
    """Whether they did so lately."""
    return bool(now.timestamp() - session["sure"] < SURE.total_seconds())


def has_second_factor() -> bool:
    """Whether the second factor was given in this session."""
    return "factor" in session


def _who() -> Person | None:
    """Whoever the cookie names. Where the database is down, nobody on a page for anybody."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or "sign_in" not in session:
        return None
    here = rooms()
    try:
        with here.database.reading() as reading:
            if limits.count(reading, "ended", session["sign_in"], here.now()):
                return None
            person = person_of(reading, session["_user_id"], second_factor=has_second_factor())
    except SQLAlchemyError as error:
        if request.endpoint and access_of(current_app, request.endpoint) == "anybody":
            return None
        raise ServiceUnavailable from error
    if person is None or not _counts(person, here.now().timestamp()):
        session.clear()
        return None
    return person


def _counts(person: Person, now: float) -> bool:
    """Whether the sign-in is neither too old nor left alone for too long. Notes that it is used."""
    keeps_many = person.is_maintainer or person.lacks_second_factor
    idle, absolute = (IDLE_OF_MANY, ABSOLUTE_OF_MANY) if keeps_many else (IDLE, ABSOLUTE)
    idle_seconds = now - session["seen"]
    if idle_seconds > idle.total_seconds() or now - session["at"] > absolute.total_seconds():
        return False
    if idle_seconds >= _SEEN_SECONDS:
        session["seen"] = int(now)
    return True
