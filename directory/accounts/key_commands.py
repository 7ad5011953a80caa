"""The `flask keys` commands."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from directory.accounts import keys
from directory.accounts.key_pages import LONGEST_NAME, scope_of, state_of
from directory.models import KeyScope
from directory.web import rooms
from directory.web.times import spoken_instant

LONGEST_DAYS = 730
_ACTOR = "command:keys"

keys_group = AppGroup("keys", help="Keys for machines that read the directory.")


@keys_group.command("make")
@click.argument("name")
@click.option("--professional", is_flag=True, help="It may read what is for professionals too.")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=365, show_default=True, help="How long it lasts.")
def make(name: str, professional: bool, days: int) -> None:
    """Make a key for the consumer NAME and print it, once."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise click.UsageError(f"NAME says who will use the key, in at most {LONGEST_NAME} characters.")
    scope: KeyScope = "professional" if professional else "public"
    here = rooms()
    with here.database.unit_of_work() as session:
        lasts = timedelta(days=days)
        key, text = keys.make_key(session, name, [scope], actor=_ACTOR, at=here.now(), lasts=lasts)
    click.echo(text)
    click.echo(f"Good until {spoken_instant(key.expires_at)}. It is kept nowhere: give it to its user now.", err=True)


@keys_group.command("list")
def list_all() -> None:
    """Show every key, newest first; of the key itself only how it begins."""
    here = rooms()
    with here.database.reading() as session:
        made = keys.list_keys(session)
    for key in made:
        used = f"last used {spoken_instant(key.last_used_at)}" if key.last_used_at else "never used"
        ends = f"until {spoken_instant(key.expires_at)}"
        click.echo("\t".join((key.prefix, state_of(key, here.now()), ends, used, scope_of(key), key.name)))
    if not made:
        click.echo("There are no keys.")


@keys_group.command("revoke")
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """End the key that begins with PREFIX, as `flask keys list` shows it."""
    here = rooms()
    with here.database.unit_of_work() as session:
        key = next((key for key in keys.list_keys(session) if key.prefix == prefix), None)
        if key is None or key.id is None:
            raise click.ClickException(f"There is no key {prefix}. flask keys list shows them.")
        is_ended = keys.revoke_key(session, key.id, actor=_ACTOR, at=here.now())
    click.echo(f"{key.name}: {'revoked' if is_ended else 'was revoked before'}.")
