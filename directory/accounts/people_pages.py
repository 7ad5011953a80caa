"""The people of the directory: listed, invited, given roles and switched off, each with its trace."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from directory.accounts import events, second_factor, sessions
from directory.accounts.account_pages import sure
from directory.accounts.forms import EmailField, said
from directory.accounts.invitations import ROLES, CannotInvite, end_role, give_role, invite, organizations_of
from directory.models import Account, AccountEvent, Grant, Passkey
from directory.permissions import Person
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.forms import ChoiceField, Form, RadiosField
from directory.web.letters import post

Answer = str | Response | tuple[str, int]
_EVENTS_ON_A_PAGE = 100
_CHOOSE = SelectChoice(value="", label="Choose")

pages = Blueprint("people", __name__)


class RoleForm(Form):
    """A role, with the organisation or the region that it is for."""

    role = RadiosField("Role", choices=list(ROLES.items()), validators=[InputRequired("Choose a role.")])
    organization = ChoiceField("Organisation, for an editor", validate_choice=True, default="")
    footprint = ChoiceField("Region, for a maintainer", validate_choice=True, default="")

    @property
    def scope(self) -> str:
        """What the role is for; "" where it is for everything."""
        scopes = {"editor": self.organization.data, "maintainer": self.footprint.data}
        return scopes.get(self.role.data) or ""

    def validate(self, extra_validators: object = None) -> bool:
        """Whether all is well, and an editor has an organisation and a maintainer a region."""
        is_well = bool(super().validate(extra_validators))
        for role, field, missing in (
            ("editor", self.organization, "Choose the organisation that they edit for."),
            ("maintainer", self.footprint, "Choose the region that they maintain."),
        ):
            if self.role.data == role and not field.data:
                field.errors = [*field.errors, missing]
                is_well = False
        return is_well


class InviteForm(RoleForm):
    """Whom to invite, as what."""

    email = EmailField()


@pages.get("/people")
@allow("administrator")
def list_people() -> str:
    """Everybody with an account."""
    with rooms().database.reading() as reading:
        accounts = reading.exec(select(Account).order_by(Account.email)).all()
        held: dict[int, list[Grant]] = {}
        for grant in reading.exec(select(Grant).where(Grant.ended_at == None).order_by(col(Grant.id))):  # noqa: E711
            held.setdefault(grant.account_id, []).append(grant)
        having = {account.id for account in accounts if account.tf_totp_secret}
        having |= {passkey.account_id for passkey in reading.exec(select(Passkey))}
        return render_template("accounts/people.html", accounts=accounts, held=held, having=having)


@pages.route("/people/invite", methods=["GET", "POST"])
@allow("maintainer")
@sure
def invite_somebody() -> Answer:
    """Administrators invite anybody, with any role; maintainers invite editors of organisations in their region."""
    person, now, form = signed_in(), rooms().now(), InviteForm()
    with rooms().database.reading() as reading:
        _fill(form, reading, person)
    if form.validate_on_submit():
        try:
            with rooms().database.unit_of_work() as writing:
                invite(writing, said(form.email), form.role.data, form.scope, actor=person.actor, at=now)
            return render_template("accounts/invited.html", email=said(form.email))
        except CannotInvite as why:
            form.email.errors = [str(why)]
    return _page("accounts/invite.html", form)


@pages.get("/people/events")
@allow("administrator")
def list_events() -> str:
    """The trail of all accounts, newest first."""
    before = request.args.get("before", type=int)
    with rooms().database.reading() as reading:
        wanted = select(AccountEvent).order_by(col(AccountEvent.number).desc()).limit(_EVENTS_ON_A_PAGE)
        if before:
            wanted = wanted.where(col(AccountEvent.number) < before)
        trail = reading.exec(wanted).all()
        older = trail[-1].number if len(trail) == _EVENTS_ON_A_PAGE else None
        return render_template("accounts/events.html", **_told(reading, trail), older=older)


@pages.route("/people/<int:account_id>", methods=["GET", "POST"])
@allow("administrator")
@sure
def show_person(account_id: int) -> Answer:
    """One account: its roles, its state, and its trail. Sending the form gives another role."""
    person, now, form = signed_in(), rooms().now(), RoleForm()
    with rooms().database.reading() as reading:
        _fill(form, reading, person)
    if form.validate_on_submit():
        with rooms().database.unit_of_work() as writing:
            account = _account(writing, account_id)
            give_role(writing, account, form.role.data, form.scope, actor=person.actor, at=now)
        return redirect(f"/people/{account_id}")
    with rooms().database.reading() as reading:
        account = _account(reading, account_id)
        grants = reading.exec(select(Grant).where(Grant.account_id == account_id).order_by(col(Grant.id))).all()
        trail = reading.exec(
            select(AccountEvent)
            .where(AccountEvent.account_id == account_id)
            .order_by(col(AccountEvent.number).desc())
            .limit(_EVENTS_ON_A_PAGE)
        ).all()
        facts = {"account": account, "grants": grants, "is_me": account_id == person.account_id}
        facts["has_factor"] = second_factor.is_set(reading, account)
        return _page("accounts/person.html", form, **facts, **_told(reading, trail))


@pages.post("/people/<int:account_id>/roles/<int:grant_id>/end")
@allow("administrator")
@sure
def take_role(account_id: int, grant_id: int) -> Answer:
    """End a role. Nobody ends their own administrator's, so that there is always one left."""
    person = signed_in()
    with rooms().database.unit_of_work() as writing:
        grant = writing.get(Grant, grant_id)
        if grant is None or grant.account_id != account_id or grant.ended_at:
            abort(404)
        if grant.role == "administrator" and account_id == person.account_id:
            abort(403)
        end_role(writing, grant, actor=person.actor, at=rooms().now())
    return redirect(f"/people/{account_id}")


@pages.post("/people/<int:account_id>/switch")
@allow("administrator")
@sure
def switch(account_id: int) -> Answer:
    """Switch an account off, which ends every sign-in of it, or on again. Nobody switches their own off."""
    person = signed_in()
    with rooms().database.unit_of_work() as writing:
        account = _account(writing, account_id)
        if account_id == person.account_id:
            abort(403)
        account.active = not account.active
        sessions.end_everywhere(account)
        event: events.Event = "switched_on" if account.active else "switched_off"
        events.record(writing, event, account_id, actor=person.actor, at=rooms().now())
    return redirect(f"/people/{account_id}")


@pages.post("/people/<int:account_id>/second-factor")
@allow("administrator")
@sure
def reset_second_factor(account_id: int) -> Answer:
    """Take the second factor off the account of somebody else who has lost it; they are told, and sign in anew."""
    person, now = signed_in(), rooms().now()
    with rooms().database.unit_of_work() as writing:
        account = _account(writing, account_id)
        if account_id == person.account_id:
            abort(403)
        second_factor.remove(writing, account)
        sessions.end_everywhere(account)
        events.record(writing, "second_factor_removed", account_id, actor=person.actor, at=now)
        key = f"second-factor-removed:{account_id}:{now.isoformat()}"
        facts = {"to_name": account.name, "what": "every second factor that you had, by an administrator"}
        post(writing, "second-factor-removed", to_email=account.email, key=key, at=now, **facts)
    return redirect(f"/people/{account_id}")


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        abort(404)
    return account


def _fill(form: RoleForm, reading: Session, person: Person) -> None:
    """Offer what a person may give: everything, or what belongs to their region."""
    areas = rooms().places.areas
    names = organizations_of(reading, person, areas)
    form.organization.choices = [_CHOOSE, *(SelectChoice(value=name) for name in names)]
    form.footprint.choices = [_CHOOSE, *(SelectChoice(value=each.code, label=each.name) for each in areas.footprints)]
    if not person.is_administrator:
        form.role.choices = [SelectChoice(value="editor", label=ROLES["editor"])]
        form.role.data = "editor"
        form.footprint.choices = [_CHOOSE]


def _told(reading: Session, trail: Any) -> dict[str, Any]:
    """A trail with its words and the names of whom it names."""
    names = {account.id: account.name or account.email for account in reading.exec(select(Account))}
    actors = {f"account:{account_id}": name for account_id, name in names.items()}
    return {"trail": trail, "words": events.WORDS, "names": names, "actors": actors}


def _page(template: str, form: Any, **more: Any) -> tuple[str, int]:
    """A page with its form; 422 where something in it must be mended."""
    return render_template(template, form=form, **more), 422 if form.error_summary else 200
