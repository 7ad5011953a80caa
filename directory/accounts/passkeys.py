"""Passkeys (WebAuthn): a device signs a challenge of ours, once it has seen a fingerprint, a face or a PIN.

They belong to the host of PUBLIC_URL, and count only on its pages. A challenge is kept in the session, and counts once
within `LASTS`. The library is imported where it is used: it takes 13 MB, and most processes never need it.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import session
from sqlmodel import Session, col, select

from directory.accounts.limits import allowed, keyed
from directory.models import Account, Passkey
from directory.web import rooms
from directory.web.templating import SERVICE_NAME

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LASTS = timedelta(minutes=5)
"""How long a challenge may be answered."""
MOST = 10
"""So many passkeys an account may have."""

log = logging.getLogger(__name__)


def of(reading: Session, account: Account) -> list[Passkey]:
    """The passkeys of an account, oldest first."""
    mine = Passkey.account_id == account.id
    return list(reading.exec(select(Passkey).where(mine).order_by(col(Passkey.id))))


def registration_options(reading: Session, account: Account, now: datetime) -> str:
    """What a browser needs to make a passkey for an account, as JSON; begins a challenge."""
    import webauthn
    from webauthn.helpers import structs

    selection = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=SERVICE_NAME,
        user_id=bytes.fromhex(keyed(f"passkey:{account.id}")),
        user_name=account.email,
        user_display_name=account.name,
        challenge=_begin(now),
        timeout=_milliseconds(),
        authenticator_selection=selection,
        exclude_credentials=_named(of(reading, account)),
    )
    return webauthn.options_to_json(options)


def register(writing: Session, account: Account, name: str, answer: str, now: datetime) -> Passkey | None:
    """Keep the passkey that a browser made; None where the answer is not right. Uses the challenge up.

    Inside a unit of work. `answer` is the credential as JSON, bytes in base64url.
    """
    import webauthn

    challenge = _take(writing, now)
    if challenge is None or len(of(writing, account)) >= MOST:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception as why:
        _refused(why)
        return None
    if writing.exec(select(Passkey).where(Passkey.credential_id == made.credential_id)).first():
        return None
    assert account.id is not None
    passkey = Passkey(
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=now,
    )
    writing.add(passkey)
    writing.flush()
    return passkey


def use_options(reading: Session, account: Account, now: datetime) -> str:
    """What a browser needs to use one of the passkeys of an account, as JSON; begins a challenge."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        challenge=_begin(now),
        timeout=_milliseconds(),
        allow_credentials=_named(of(reading, account)),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def used(writing: Session, account: Account, answer: str, now: datetime) -> Passkey | None:
    """The passkey of the account that gave this answer; None where it is not right. Uses the challenge up.

    Inside a unit of work. `answer` is the credential as JSON, bytes in base64url.
    """
    import webauthn.helpers

    challenge = _take(writing, now)
    if challenge is None:
        return None
    kept = {passkey.credential_id: passkey for passkey in of(writing, account)}
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer)
        passkey = kept[credential.raw_id]
        seen = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as why:
        _refused(why)
        return None
    passkey.sign_count, passkey.last_used_at = seen.new_sign_count, now
    return passkey


def _begin(now: datetime) -> bytes:
    """A new challenge, in place of the one that the session held."""
    from webauthn.helpers import bytes_to_base64url

    challenge = secrets.token_bytes(32)
    session["challenge"] = {"is": bytes_to_base64url(challenge), "until": int((now + LASTS).timestamp())}
    return challenge


def _take(writing: Session, now: datetime) -> bytes | None:
    """The challenge of the session, if it still counts. A mark keeps a copied cookie from using it again."""
    from webauthn import base64url_to_bytes

    held = session.pop("challenge", None)
    if held is None or now.timestamp() > held["until"] or not allowed(writing, "challenge", held["is"], now, 1, LASTS):
        return None
    return base64url_to_bytes(held["is"])


def _refused(why: Exception) -> None:
    """Tell whoever runs the directory: it may be that PUBLIC_URL is not where people find it.

    The library raises errors of many kinds about an answer that was made up.
    """
    log.warning("A passkey was refused: %r", str(why))


def _named(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys]


def _milliseconds() -> int:
    return int(LASTS.total_seconds() * 1000)


def _host() -> str:
    return urlsplit(rooms().config.public_url).hostname or ""


def _origin() -> str:
    parts = urlsplit(rooms().config.public_url)
    return f"{parts.scheme}://{parts.netloc}".lower()
