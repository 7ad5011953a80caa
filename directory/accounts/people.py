"""From an account and its grants to a person who may do things."""

from sqlmodel import Session, select

from directory.models import Account, Grant
from directory.permissions import Person, organization_key


def person_of(session: Session, uniquifier: str) -> Person | None:
    """The person whose session names this account; None where there is none, or it is no longer active."""
    account = session.exec(select(Account).where(Account.fs_uniquifier == uniquifier)).one_or_none()
    if account is None or not account.active or account.id is None:
        return None
    grants = session.exec(select(Grant).where(Grant.account_id == account.id, Grant.ended_at == None)).all()  # noqa: E711
    held = [(grant.role, grant.scope) for grant in grants]
    roles = {role for role, _ in held}
    return Person(
        account.id,
        account.name,
        account.email,
        organizations=frozenset(organization_key(scope) for role, scope in held if role == "editor"),
        footprints=frozenset(scope for role, scope in held if role == "maintainer"),
        is_administrator="administrator" in roles,
        is_professional="professional" in roles,
    )
