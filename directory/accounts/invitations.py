"""Invitations: who may invite whom, the letter with its link, and the page on which somebody accepts."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from sqlmodel import Session, select
from werkzeug.wrappers import Response

from directory import revisions
from directory.accounts import events, limits, links, passwords, sessions
from directory.accounts.forms import AcceptForm, is_good, said
from directory.accounts.signing_in import let_in
from directory.models import Account, Grant, Role
from directory.permissions import Person, may_maintain, organization_key
from directory.places.areas import Areas
from directory.web import rooms
from directory.web.entering import allow
from directory.web.letters import post
from directory.web.writing import without_session

VALID_DAYS = 7
MOST_BY_ONE, BY_ONE_WITHIN = 30, timedelta(hours=1)
MOST_TO_ONE, TO_ONE_WITHIN = 5, timedelta(days=1)

ROLES: dict[Role, str] = {
    "editor": "Edits the entries of an organisation",
    "maintainer": "Maintains a region",
    "professional": "Reads what is for professionals (111, police, ambulance)",
    "administrator": "Administrator",
}

pages = Blueprint("invitations", __name__)


def scope_in_words(scope: str) -> str:
    """What a role is for, by name: "South East London" for SEL; an organisation as it is."""
    footprint = rooms().places.footprints.get(scope)
    return footprint.name if footprint else scope


def role_in_words(role: Role, scope: str) -> str:
    """A role and what it is for: "Maintains a region: South East London"."""
    return f"{ROLES[role]}: {scope_in_words(scope)}" if scope else ROLES[role]


class CannotInvite(ValueError):  # noqa: N818 - says what cannot be done
    """Why somebody cannot be invited now, in a sentence."""


def organizations_of(session: Session, person: Person, areas: Areas) -> tuple[str, ...]:
    """The organisations whose editors a person may invite, by name: those with entries in their footprints only."""
    entries = revisions.get_entries(session).values()
    names = {organization_key(entry.organization): entry.organization for entry in entries}
    elsewhere = {organization_key(entry.organization) for entry in entries if not may_maintain(person, entry, areas)}
    return tuple(sorted((name for key, name in names.items() if key and key not in elsewhere), key=str.casefold))


def invite(
    session: Session, email: str, role: Role, scope: str, *, actor: str, at: datetime, is_limited: bool = True
) -> str:
    """Give whoever has this address a role, and write to them. Inside a unit of work.

    Gives the address of the page where they accept, "" where they have an account already. Raises CannotInvite.
    """
    if is_limited and not (
        limits.allowed(session, "inviting", actor, at, MOST_BY_ONE, BY_ONE_WITHIN)
        and limits.allowed(session, "invited", email, at, MOST_TO_ONE, TO_ONE_WITHIN)
    ):
        raise CannotInvite("That is many invitations at once. Wait an hour, then send it again.")
    account = session.exec(select(Account).where(Account.email == email)).one_or_none()
    if account is None:
        account = Account(email=email, name="", fs_uniquifier=secrets.token_urlsafe(32), created_at=at)
        session.add(account)
        session.flush()
        events.record(session, "invited", account.id, actor=actor, at=at)
    elif not account.active:
        raise CannotInvite("The account of that address is switched off. An administrator can switch it on.")
    give_role(session, account, role, scope, actor=actor, at=at)
    return _write_to(session, account, ROLES[role], scope_in_words(scope), at)


def give_role(session: Session, account: Account, role: Role, scope: str, *, actor: str, at: datetime) -> None:
    """Give an account a role that it does not hold yet, and write that down. Inside a unit of work."""
    held = session.exec(select(Grant).where(Grant.account_id == account.id, Grant.ended_at == None))  # noqa: E711
    if any(grant.role == role and organization_key(grant.scope) == organization_key(scope) for grant in held):
        return
    session.add(Grant(account_id=_id(account), role=role, scope=scope, granted_by=actor, granted_at=at))
    events.record(session, "role_given", account.id, actor=actor, at=at, role=role, scope=scope)


def end_role(session: Session, grant: Grant, *, actor: str, at: datetime) -> None:
    """End a role, and write that down. Inside a unit of work."""
    grant.ended_by, grant.ended_at = actor, at
    events.record(session, "role_ended", grant.account_id, actor=actor, at=at, role=grant.role, scope=grant.scope)


def _write_to(session: Session, account: Account, role: str, scope: str, at: datetime) -> str:
    """The letter: with a link to accept, which puts an end to those before, or that there is a new role."""
    key = f"invitation:{account.id}:{at.isoformat()}:{role}:{scope}"
    if account.password or account.sso_subject:
        post(session, "new-role", to_email=account.email, key=key, at=at, to_name=account.name, role=role, scope=scope)
        return ""
    sessions.end_everywhere(account)
    path = f"/invitations/{links.make('invitation', account, at + timedelta(days=VALID_DAYS))}"
    post(session, "invitation", to_email=account.email, key=key, at=at, role=role, scope=scope, path=path)
    return links.address(path)


@pages.route("/invitations/<token>", methods=["GET", "POST"])
@without_session
@allow("anybody")
def accept(token: str) -> str | Response | tuple[str, int]:
    """Choose a name and a password, once, by the link of an invitation."""
    now, form = rooms().now(), AcceptForm()
    with rooms().database.reading() as reading:
        found = links.read(reading, "invitation", token, now)
        email = found[0].email if found else ""
    if not found:
        return render_template("accounts/used_link.html"), 410
    if form.validate_on_submit() and is_good(form.password, (said(form.name), email)):
        kept = passwords.hash_password(said(form.password))
        with rooms().database.unit_of_work() as writing:
            again = links.read(writing, "invitation", token, now)
            if not again:
                return render_template("accounts/used_link.html"), 410
            account = again[0]
            account.name, account.password = said(form.name), kept
            sessions.end_everywhere(account)
            events.record(writing, "accepted", account.id, actor=events.actor_of(account.id), at=now)
            writing.flush()
            return let_in(writing, account, now, how="invitation", wanted="", second=False)
    return render_template("accounts/accept.html", form=form, email=email), 422 if form.error_summary else 200


def _id(account: Account) -> int:
    assert account.id is not None
    return account.id
