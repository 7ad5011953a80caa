"""The trail: whatever is done to or by an account is a row that nobody can change."""

from datetime import datetime
from typing import Literal

from sqlmodel import Session

from directory.models import AccountEvent

Event = Literal[
    "invited",
    "accepted",
    "role_given",
    "role_ended",
    "switched_off",
    "switched_on",
    "signed_in",
    "signed_out",
    "signed_out_everywhere",
    "sign_in_locked",
    "password_changed",
    "reset_asked",
    "email_asked",
    "email_changed",
    "name_changed",
    "second_factor_set",
    "second_factor_removed",
    "passkey_added",
    "passkey_removed",
    "passkey_used",
    "recovery_codes_made",
    "organisation_joined",
    "key_made",
    "key_revoked",
]

WORDS: dict[str, str] = {
    "invited": "Invited",
    "accepted": "Accepted the invitation",
    "role_given": "Given a role",
    "role_ended": "Role ended",
    "switched_off": "Account switched off",
    "switched_on": "Account switched on",
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "signed_out_everywhere": "Signed out everywhere",
    "sign_in_locked": "Too many wrong tries, locked for 15 minutes",
    "password_changed": "Password changed",
    "reset_asked": "Asked for a new password",
    "email_asked": "Asked to change the email address",
    "email_changed": "Email address changed",
    "name_changed": "Name changed",
    "second_factor_set": "Second factor set up",
    "second_factor_removed": "Second factor removed",
    "passkey_added": "Passkey added",
    "passkey_removed": "Passkey removed",
    "passkey_used": "Passkey used",
    "recovery_codes_made": "New recovery codes made",
    "organisation_joined": "Joined to the sign-in of an organisation",
    "key_made": "Key for a machine made",
    "key_revoked": "Key for a machine revoked",
}


def record(session: Session, event: Event, account_id: int | None, *, actor: str, at: datetime, **detail: str) -> None:
    """Write down what was done to an account, by whom, in the transaction that does it."""
    session.add(AccountEvent(account_id=account_id, event=event, actor=actor, detail=detail, at=at))


def actor_of(account_id: int | None) -> str:
    """How the trail names an account."""
    return f"account:{account_id}"
