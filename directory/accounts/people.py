"""From an account and its grants to a person who may do things."""

from collections.abc import Iterable

from sqlmodel import Session, select

from directory.models import Account, Grant, Role
from directory.permissions import Person, organization_key

WANT_SECOND_FACTOR = frozenset({"maintainer", "administrator"})
"""Roles that do not count until a second factor was given."""


def person_of(session: Session, uniquifier: str, *, second_factor: bool = False) -> Person | None:
    """The person whose session names this account; None where there is none, or it is no longer active.

    `second_factor` says whether it was given; without it the roles that want one are left out.
    """
    account = session.exec(select(Account).where(Account.fs_uniquifier == uniquifier)).one_or_none()
    if account is None or not account.active or account.id is None:
        return None
    grants = session.exec(select(Grant).where(Grant.account_id == account.id, Grant.ended_at == None)).all()  # noqa: E711
    held = [(grant.role, grant.scope) for grant in grants if second_factor or grant.role not in WANT_SECOND_FACTOR]
    roles = {role for role, _ in held}
    return Person(
        account.id,
        account.name,
        account.email,
        organizations=frozenset(organization_key(scope) for role, scope in held if role == "editor"),
        footprints=frozenset(scope for role, scope in held if role == "maintainer"),
        is_administrator="administrator" in roles,
        is_professional="professional" in roles,
        lacks_second_factor=len(held) < len(grants),
    )


def maintainers_of(session: Session, footprints: Iterable[str]) -> tuple[Account, ...]:
    """Active accounts that maintain any of these footprints, by address."""
    return _holding(session, "maintainer", set(footprints))


def editors_of(session: Session, organization: str) -> tuple[Account, ...]:
    """Active accounts that edit the entries of an organisation, by address."""
    if not organization:
        return ()
    return _holding(session, "editor", {organization_key(organization)})


def _holding(session: Session, role: Role, scopes: set[str]) -> tuple[Account, ...]:
    """Active accounts with the role for any of these scopes, which are written as `organization_key` writes them."""
    held = session.exec(
        select(Account, Grant)
        .join(Grant)
        .where(Grant.role == role, Grant.ended_at == None, Account.active)  # noqa: E711
        .order_by(Account.email)
    )
    wanted = {organization_key(scope) for scope in scopes}
    found = {account.email: account for account, grant in held if organization_key(grant.scope) in wanted}
    for account in found.values():
        session.expunge(account)
    return tuple(found.values())
