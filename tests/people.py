"""Made-up people for tests, and signing them in."""

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlmodel import Session

from directory.accounts import sessions
from directory.models import Account, Grant, Role

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def make_account(session: Session, name: str = "Sam Editor", **roles: tuple[str, ...]) -> Account:
    """An active account with roles: `editor=("Example Trust",)`, `maintainer=("SEL",)`, `administrator=("",)`.

    Its address is made of the name: sam.editor@example.org. Call it in a unit of work.
    """
    email = f"{name.replace(' ', '.').lower()}@example.org"
    account = Account(email=email, name=name, fs_uniquifier=f"session-of-{email}", created_at=AT)
    session.add(account)
    session.flush()
    for role, scopes in roles.items():
        for scope in scopes:
            grant_role(session, account, role, scope)  # type: ignore[arg-type]
    session.flush()
    session.expunge(account)
    return account


def grant_role(session: Session, account: Account, role: Role, scope: str = "") -> None:
    """Give an account a role."""
    assert account.id is not None
    session.add(Grant(account_id=account.id, role=role, scope=scope, granted_by="test", granted_at=AT))


def sign_in(client: FlaskClient, account: Account, *, second_factor: bool = True) -> FlaskClient:
    """The client as somebody who has signed in, with whatever factors their roles want."""
    now = client.application.extensions["directory"].now()
    with client.session_transaction() as session:
        session.clear()
        session.update(sessions.held(account, now, second_factor=second_factor))
    return client
