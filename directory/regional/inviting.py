"""Makes somebody who claimed an entry an editor of its organisation."""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from directory.models import Account, Grant


def invite_editor(session: Session, email: str, name: str, organization: str, *, actor: str, at: datetime) -> None:
    """Give whoever has this address the role of an editor. Inside a unit of work.

    Where nobody has it, there is an account afterwards without a password: nobody can sign in until they chose one.
    """
    account = session.exec(select(Account).where(Account.email == email)).one_or_none()
    if account is None:
        account = Account(email=email, name=name, fs_uniquifier=secrets.token_urlsafe(32), created_at=at)
        session.add(account)
        session.flush()
    assert account.id is not None
    session.add(Grant(account_id=account.id, role="editor", scope=organization, granted_by=actor, granted_at=at))
    session.flush()
