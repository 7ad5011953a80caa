"""`flask mail`: send what is in the outbox, see what has not left, and try again."""

import time
from collections import Counter
from collections.abc import Sequence

import click
from flask.cli import AppGroup

from directory import outbox
from directory.commands.plainly import plainly
from directory.web import Rooms, rooms

mail = AppGroup("mail", help="The outbox.")

NO_SERVER = "No mail server is set, so nothing was sent. Set MAIL_URL, MAIL_FROM and PUBLIC_URL."


@mail.command("send")
@plainly
@click.option(
    "--every", type=click.FloatRange(min=1), metavar="SECONDS", help="Go on, with a pause of so many seconds."
)
def send(every: float | None) -> None:
    """Send every message that is due. Safe on several machines at once."""
    here = rooms()
    while True:
        try:
            click.echo(send_once(here))
        except outbox.ServerAway as error:
            if every is None:
                raise click.ClickException(str(error)) from error
            click.echo(str(error), err=True)
        if every is None:
            return
        time.sleep(every)


@mail.command("list")
@plainly
def list_mail() -> None:
    """Show the messages that wait, have failed, or may have left; never to whom or in which words."""
    here = rooms()
    with here.database.reading() as session:
        unsent = outbox.list_unsent(session, here.now())
    for one in unsent:
        about = f"{one.id}\t{one.state}\t{one.about}\twritten {one.at:%Y-%m-%d %H:%M} UTC\t{one.attempts} attempts"
        click.echo(f"{about}\t{one.error}".rstrip())
    if any(one.state == "unsure" for one in unsent):
        click.echo("Unsure: it may have arrived, and is not sent again by itself. flask mail again NUMBER sends it.")
    click.echo(said([one.state for one in unsent]) or "Everything has left.")


@mail.command("again")
@plainly
@click.argument("numbers", nargs=-1, required=True, type=int)
def again(numbers: tuple[int, ...]) -> None:
    """Have messages that failed, or may have left, sent again; NUMBERS as `flask mail list` shows them."""
    here = rooms()
    with here.database.unit_of_work() as session:
        for number in numbers:
            try:
                outbox.try_again(session, number, here.now())
            except KeyError:
                raise click.ClickException(f"{number} is not a message that can be sent again.") from None


def send_once(here: Rooms) -> str:
    """Send what is due, and say what became of it. Raises ServerAway."""
    if here.config.mail is None:
        with here.database.reading() as session:
            waiting = sum(one.state == "waiting" for one in outbox.list_unsent(session, here.now()))
        return f"{NO_SERVER} Waiting: {waiting}."
    return said(outbox.send_due(here.database, here.config.mail, here.now)) or "Nothing to send."


def said(states: Sequence[str]) -> str:
    """How many of each: "3 sent, 1 put off"; "" for none."""
    return ", ".join(f"{count} {state}" for state, count in Counter(states).items())
