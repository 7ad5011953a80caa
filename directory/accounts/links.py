"""Links in mail: signed, for one purpose, for a while, and for as long as the account is as it was."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session

from directory.accounts.limits import keyed
from directory.models import Account
from directory.web import rooms


def make(purpose: str, account: Account, until: datetime, more: str = "") -> str:
    """What stands in a link: whose, until when, and `more` that belongs to the purpose.

    It stops working when the `fs_uniquifier` of the account changes, as it does whenever one is used.
    """
    return str(_signer(purpose).dumps([account.id, _state(account), int(until.timestamp()), more]))


def read(session: Session, purpose: str, token: str, at: datetime) -> tuple[Account, str] | None:
    """The account that a link is for, with its `more`; None where it is not ours, too old, used, or replaced."""
    try:
        account_id, state, until, more = _signer(purpose).loads(token)
    except (BadSignature, ValueError):
        return None
    account = session.get(Account, account_id)
    if account is None or not account.active or state != _state(account) or at.timestamp() > until:
        return None
    return account, more


def address(path: str) -> str:
    """The whole address of a page, for mail. Never made of what a request says its host is."""
    return f"{rooms().config.public_url}{path}"


def within(days: int = 0, hours: int = 0) -> datetime:
    """The instant so long from now."""
    return rooms().now() + timedelta(days=days, hours=hours)


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a page of ours, whatever was asked for."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and not (parts.scheme or parts.netloc)
    is_plain = "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours and is_plain else ""


def _state(account: Account) -> str:
    return keyed(f"state:{account.fs_uniquifier}")[:16]


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"link:{purpose}")
