"""The queue as a page."""

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, request
from werkzeug.wrappers import Response

from directory.places.areas import Borough, Footprint
from directory.regional import desk
from directory.regional.queue import KINDS, Item, Wanted, page_of
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.times import age, spoken_date

blueprint = Blueprint("regional", __name__)

KIND_NAMES = {
    "caution": ("Caution", "Cautions"),
    "report": ("Report", "Reports"),
    "live": ("Went live", "Went live"),
    "proposal": ("Proposal", "Proposals"),
    "changed": ("Said to have changed", "Said to have changed"),
    "request": ("Request", "Requests"),
    "silent": ("No answer", "No answer to checks"),
    "stale": ("Check date past", "Check date past"),
    "duplicate": ("Duplicate?", "Possible duplicates"),
    "lead": ("Lead", "Leads"),
}
"""Each kind of item, one and several of it."""


@blueprint.get("/region")
@allow("maintainer")
def queue() -> Response:
    """What waits, the most harmful first."""
    here = rooms()
    with here.database.reading() as session:
        items = desk.queue(session)
    wanted = desk.wanted()
    found = page_of(items, wanted, request.args.get("page", 1, type=int))
    boroughs = here.places.areas.boroughs
    return desk.page(
        "queue",
        page=found,
        wanted=wanted,
        kinds=_kinds(found.counts, wanted),
        names=KIND_NAMES,
        borough_names={borough.code: borough.name for borough in boroughs},
        boroughs=_boroughs(items, wanted, boroughs),
        footprints=_footprints(),
        previous=desk.query(wanted, page=found.number - 1) if found.number > 1 else "",
        next=desk.query(wanted, page=found.number + 1) if found.number < found.pages else "",
        rows=[(item, _waiting(item, here.now())) for item in found.items],
    )


def _kinds(counts: Mapping[str, int], wanted: Wanted) -> list[dict[str, object]]:
    """A link for each kind that there is something of, and one for all."""
    links: list[dict[str, object]] = [_kind("", "Everything", sum(counts.values()), wanted)]
    return links + [_kind(kind, KIND_NAMES[kind][1], counts[kind], wanted) for kind in KINDS if counts[kind]]


def _kind(kind: str, name: str, count: int, wanted: Wanted) -> dict[str, object]:
    href = f"/region{desk.query(Wanted(kind, wanted.borough, wanted.footprint))}"
    return {"text": f"{name} ({count})", "href": href, "current": kind == wanted.kind}


def _boroughs(items: tuple[Item, ...], wanted: Wanted, boroughs: tuple[Borough, ...]) -> list[Borough]:
    """Those in which something waits, and the one that was chosen."""
    there = {item.borough for item in items} | {wanted.borough}
    return sorted((borough for borough in boroughs if borough.code in there), key=lambda borough: borough.name)


def _footprints() -> list[Footprint]:
    """Those to choose from; none where somebody maintains a single one."""
    person, known = signed_in(), rooms().places.areas.footprints
    theirs = [footprint for footprint in known if person.is_administrator or footprint.code in person.footprints]
    return theirs if len(theirs) > 1 else []


def _waiting(item: Item, now: datetime) -> str:
    """How long it waits, or since when it should have been checked."""
    if item.since is None:
        return ""
    if item.kind == "stale":
        return f"due {spoken_date(item.since.astimezone(LONDON).date().isoformat())}"
    return age(item.since, now)
