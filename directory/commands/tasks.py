"""`flask tasks run`: whatever is due from time to time, and then the mail that it wrote."""

import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup

from directory.commands.mail import send_once
from directory.commands.plainly import plainly
from directory.outbox import ServerAway
from directory.tasks import run_due
from directory.web import Rooms, rooms
from directory.web.periodic import tasks_of

tasks = AppGroup("tasks", help="What is done from time to time.")


@tasks.command("run")
@plainly
@click.option(
    "--every", type=click.FloatRange(min=1), metavar="SECONDS", help="Go on, with a pause of so many seconds."
)
def run(every: float | None) -> None:
    """Do whatever is due, once in its period, and send mail. Safe on several machines at once."""
    here = rooms()
    while True:
        is_well = _run_once(here)
        if every is None:
            sys.exit(0 if is_well else 1)
        time.sleep(every)


def _run_once(here: Rooms) -> bool:
    """Whether all went well."""
    done = run_due(here.database, tasks_of(current_app), here.now)
    for one in done:
        if one.error is not None:
            current_app.logger.error("The task %r failed and will be tried again", one.name, exc_info=one.error)
        elif one.said:
            click.echo(f"{one.name}: {one.said}")
    try:
        click.echo(f"mail: {send_once(here)}")
    except ServerAway as error:
        click.echo(f"mail: {error}", err=True)
        return False
    return all(one.error is None for one in done)
