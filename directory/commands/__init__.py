"""The `flask` commands: prepare an installation, load entries, compile postcode tables, try opening hours.

Those for mail and for what is done from time to time are in modules of their own.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from directory import loading, schedules
from directory.commands.mail import mail
from directory.commands.plainly import plainly
from directory.commands.tasks import tasks
from directory.config import DATA
from directory.places import Places
from directory.schedules import LONDON
from directory.web import Rooms, rooms

SHIPPED = DATA / "services.csv"

services = AppGroup("services", help="Entries of the directory.")
places_group = AppGroup("places", help="Postcode tables.")


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(services)
    app.cli.add_command(places_group)
    app.cli.add_command(prepare)
    app.cli.add_command(hours)
    app.cli.add_command(mail)
    app.cli.add_command(tasks)


@services.command("load")
@plainly
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--over", is_flag=True, help="Load over what people changed, too.")
def load_services(file: Path, dry_run: bool, over: bool) -> None:
    """Check a whole CSV FILE of entries, then publish what differs. Nothing changes if any row is wrong.

    Entries that people have changed since they were loaded are left as they are.
    """
    _load(rooms(), file, dry_run=dry_run, over=over)


@places_group.command("compile")
@plainly
def compile_places() -> None:
    """Make the postcode tables anew."""
    _compile_tables(rooms())


@click.command("prepare")
@with_appcontext
@plainly
def prepare() -> None:
    """Bring an installation up to date: tables, database, shipped entries, search index. Safe to repeat."""
    here = rooms()
    here.config.instance_path.mkdir(parents=True, exist_ok=True)
    if not Places.is_compiled(here.config.tables_path):
        _compile_tables(here)
    here.database.upgrade()
    _load(here, SHIPPED, dry_run=False)
    catalogue = here.catalogue()
    click.echo(f"Ready: {catalogue.count} entries that the public can find, as of change {catalogue.number}.")


@click.command("hours")
@click.argument("text", required=False)
@click.option("--at", "at_text", help="The instant: 2026-12-25T18:00 (London), or with a zone. Now, if left out.")
@with_appcontext
def hours(text: str | None, at_text: str | None) -> None:
    """Say whether opening hours TEXT means open AT an instant, as JSON.

    Without TEXT, reads one JSON object a line from standard input, {"hours": "...", "at": "..."}, and answers each
    on a line of its own.
    """
    now = rooms().now()
    if text is not None:
        answer = _hours_answer({"hours": text, "at": at_text}, now)
        click.echo(json.dumps(answer, ensure_ascii=False))
        if "error" in answer:
            sys.exit(1)
        return
    for line in sys.stdin.buffer:
        if line.strip():
            click.echo(json.dumps(_hours_answer(_json_object(line), now), ensure_ascii=False))


def _hours_answer(asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    try:
        schedule = schedules.parse(_text(asked.get("hours")))
        at = _instant(asked.get("at"), now)
        answer = schedules.answer(schedule, at)
    except ValueError as error:
        unknown = schedules.answer(schedules.UNKNOWN, now)
        return {**schedules.to_json(unknown), "text": schedules.sentence(unknown, now), "error": str(error)}
    return {**schedules.to_json(answer), "text": schedules.sentence(answer, at)}


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        asked = None
    return asked if isinstance(asked, dict) else {}


def _text(hours: object) -> str:
    if not isinstance(hours, str):
        raise ValueError(
            'each line must be a JSON object like {"hours": "Mo-Fr 17:00-22:00", "at": "2026-12-25T18:00"}'
        )
    return hours


def _instant(text: object, now: datetime) -> datetime:
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"cannot read the instant {text!r}: write it like 2026-12-25T18:00") from None
    return at.replace(tzinfo=LONDON) if at.tzinfo is None else at


def _compile_tables(here: Rooms) -> None:
    with click.progressbar(length=100, label="Compiling postcode tables") as bar:
        done = 0

        def progress(share: float) -> None:
            nonlocal done
            bar.update(int(share * 100) - done)
            done = int(share * 100)

        Places.compile(here.config.tables_path, progress)


def _load(here: Rooms, file: Path, *, dry_run: bool, over: bool = False) -> None:
    loaded = loading.read_services(file, here.places, here.taxonomies, progress=_counted)
    if loaded.complaints:
        for complaint in loaded.complaints:
            click.echo(f"{file.name}, {complaint}", err=True)
        click.echo(f"Nothing was changed. Mend the {len(loaded.complaints)} above and load the file again.", err=True)
        sys.exit(1)
    published, left_alone = loading.load(
        here.database, loaded, reason=file.name, at=here.now(), dry_run=dry_run, over=over
    )
    click.echo(
        f"{'Would be: ' if dry_run else ''}{len(published.added)} added, {len(published.changed)} changed, "
        f"{len(published.unchanged)} unchanged."
    )
    if left_alone:
        click.echo(f"Other than in the file, and left alone because people changed them: {', '.join(left_alone)}.")
        click.echo(f"To load the file over what they changed: flask services load {file.name} --over")
    if absent := loading.refs_not_in_file(here.database, loaded):
        click.echo(f"Not in the file, and left as they are: {len(absent)}, from {absent[0]} to {absent[-1]}.")


def _counted(rows: list[Any]) -> Iterator[Any]:
    with click.progressbar(rows, label="Checking entries") as bar:
        yield from bar
