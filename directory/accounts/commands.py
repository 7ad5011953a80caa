"""The `flask people` commands."""

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from directory.accounts.invitations import CannotInvite, invite
from directory.models import Role
from directory.web import rooms

people = AppGroup("people", help="People who sign in.")


@people.command("invite")
@click.argument("email")
@click.option("--administrator", is_flag=True, help="As an administrator.")
@click.option("--professional", is_flag=True, help="To read what is for professionals.")
@click.option("--maintainer", metavar="FOOTPRINT", help="As the maintainer of a footprint, such as SEL.")
@click.option("--editor", metavar="ORGANISATION", help="As an editor of the entries of an organisation.")
@click.option("--show-link", is_flag=True, help="Also print the link. Whoever has it can take up the invitation.")
def invite_by_command(
    email: str, administrator: bool, professional: bool, maintainer: str | None, editor: str | None, show_link: bool
) -> None:
    """Invite whoever reads the mail of EMAIL, with one role."""
    wanted: list[tuple[Role, str]] = []
    wanted += [("administrator", "")] if administrator else []
    wanted += [("professional", "")] if professional else []
    wanted += [("maintainer", _footprint(maintainer))] if maintainer else []
    wanted += [("editor", editor)] if editor else []
    if len(wanted) != 1:
        raise click.UsageError("Say one role: --administrator, --professional, --maintainer or --editor.")
    try:
        address = validate_email(email, check_deliverability=False).normalized.lower()
        with rooms().database.unit_of_work() as session:
            at = rooms().now()
            link = invite(session, address, *wanted[0], actor="command:people", at=at, is_limited=False)
    except EmailNotValidError as error:
        raise click.UsageError(f"EMAIL must be an email address. {error}") from error
    except CannotInvite as error:
        raise click.ClickException(str(error)) from error
    click.echo("The invitation waits in the outbox. It is sent when mail is next sent.")
    if show_link:
        click.echo(link or "There is no link: this address has an account already.")


def _footprint(code: str) -> str:
    codes = [footprint.code for footprint in rooms().places.areas.footprints]
    if code not in codes:
        raise click.UsageError(f"There is no footprint {code}. There are {', '.join(codes)}.")
    return code
