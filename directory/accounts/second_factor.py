"""The second factor: codes of an app that change twice a minute, and recovery codes for when there is no phone.

Passkeys have a module of their own; recovery codes stand in for them too.
"""

import base64
import io
import secrets
from datetime import datetime

import qrcode
import qrcode.image.svg
from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlmodel import Session

from directory.accounts import passkeys
from directory.accounts.limits import keyed
from directory.models import Account, Passkey
from directory.web.templating import SERVICE_NAME

RECOVERY_CODES = 8
_WINDOW_SECONDS = 30  # how far a phone's clock may be off


def new_secret() -> str:
    """A secret for an app, encrypted with the key of the installation."""
    secret: str = _totp().new().to_json(encrypt=True)
    return secret


def key_in_letters(secret: str) -> str:
    """The secret as somebody types it into an app: groups of four letters."""
    key: str = _totp().from_source(secret).pretty_key(sep=" ")
    return key


def picture(secret: str, email: str) -> str:
    """The secret as a QR code, for the `src` of an image."""
    uri = _totp().from_source(secret).to_uri(email)
    image = qrcode.make(uri, image_factory=qrcode.image.svg.SvgPathFillImage)
    with io.BytesIO() as file:
        image.save(file)
        return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"


def counter_of(code: str, secret: str, last: int | None, at: datetime) -> int | None:
    """The number of the code if it is right at this instant and newer than the `last` that was used; else None."""
    try:
        match = _totp().verify(code, secret, time=int(at.timestamp()), window=_WINDOW_SECONDS, last_counter=last)
    except (TokenError, ValueError):
        return None
    return int(match.counter)


def is_code(account: Account, code: str, at: datetime) -> bool:
    """Whether this is a code of their app or a recovery code. Uses the code up; inside a unit of work."""
    code, secret = code.replace(" ", ""), account.tf_totp_secret
    if secret and (counter := counter_of(code, secret, account.tf_counter, at)) is not None:
        account.tf_counter = counter
        return True
    return _is_recovery_code(account, code)


def new_recovery_codes(account: Account) -> list[str]:
    """Recovery codes that take the place of those before, to be shown once; the account keeps keyed hashes."""
    codes = ["-".join(secrets.token_hex(2) for _ in range(3)) for _ in range(RECOVERY_CODES)]
    account.mf_recovery_codes = [_hash(account, code) for code in codes]
    return codes


def is_set(reading: Session, account: Account) -> bool:
    """Whether an account has a second factor."""
    return account.tf_totp_secret is not None or bool(passkeys.of(reading, account))


def remove(writing: Session, account: Account) -> None:
    """Forget every second factor of an account. Inside a unit of work."""
    for passkey in passkeys.of(writing, account):
        writing.delete(passkey)
    remove_app(writing, account)


def remove_app(writing: Session, account: Account) -> None:
    """Forget the app of an account. Inside a unit of work."""
    account.tf_totp_secret, account.tf_counter = None, None
    _forget_codes_for_nothing(writing, account)


def remove_passkey(writing: Session, account: Account, passkey: Passkey) -> None:
    """Forget one passkey of an account. Inside a unit of work."""
    writing.delete(passkey)
    _forget_codes_for_nothing(writing, account)


def _forget_codes_for_nothing(writing: Session, account: Account) -> None:
    if not is_set(writing, account):
        account.mf_recovery_codes = []


def _is_recovery_code(account: Account, code: str) -> bool:
    hashed = _hash(account, code.replace("-", "").lower())
    if hashed not in account.mf_recovery_codes:
        return False
    account.mf_recovery_codes = [kept for kept in account.mf_recovery_codes if kept != hashed]
    return True


def _hash(account: Account, code: str) -> str:
    return keyed(f"recovery:{account.id}:{code.replace('-', '')}")


def _totp() -> type[TOTP]:
    """Codes of this installation. The key that encrypts secrets is made of the one that signs."""
    factory: type[TOTP] = TOTP.using(issuer=SERVICE_NAME, secrets={"1": keyed("totp")})
    return factory
