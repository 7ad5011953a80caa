"""What it means that snapshot and changes agree: the same records, of the versions that the thread tells."""

import json
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from directory.models import Audience, Change, Entry
from directory.records import Record, record_for, stable_id
from tests.feeds.consumer import Page

SERVICES, CHANGES = "/export/v1/services", "/export/v1/changes"
MOVING = ("x_modified", "x_valid_until", "x_after_valid_until")
"""What follows from the instant of a version, and so differs between any two."""


def snapshot_of(lines: str) -> dict[str, str]:
    """The text of each record of a snapshot in lines, by id."""
    records = [json.loads(line) for line in lines.splitlines()]
    return {record["x_uuid"]: json.dumps(record, ensure_ascii=False) for record in records}


def numbers_told(session: Session, audience: Audience) -> dict[str, int]:
    """The number of the newest change that these readers see, of each entry that they have, read from every record."""
    told: dict[str, Record | None] = {}
    numbers: dict[str, int] = {}
    columns = Change.__table__.columns  # type: ignore[attr-defined]
    for row in session.execute(select(columns["number"], columns["record"]).order_by(columns["number"])):
        entry = Entry.model_validate(row.record)
        record = record_for(entry, audience)
        if record != told.get(entry.ref):
            told[entry.ref], numbers[entry.ref] = record, row.number
    return {stable_id("service", ref): numbers[ref] for ref, record in told.items() if record is not None}


def differing(copy: dict[str, tuple[int, str]], snapshot: dict[str, str], numbers: dict[str, int]) -> list[str]:
    """Every record of which a copy has no other text and no other number than it should, said in words."""
    texts = {id_: text for id_, (_, text) in copy.items()}
    found = [f"{id_} is not in the copy" for id_ in snapshot.keys() - texts.keys()]
    found += [f"{id_} is left in the copy" for id_ in texts.keys() - snapshot.keys()]
    found += [f"{id_} reads {texts[id_]}, not {text}" for id_, text in snapshot.items() if texts.get(id_, text) != text]
    known = {id_: number for id_, (number, _) in copy.items()}
    return found + [f"{id_} is of {known[id_]}, not {n}" for id_, n in numbers.items() if known.get(id_, n) != n]


def faults(page: Page, asked: str, after: int) -> list[str]:
    """Which rules of RPDE a page breaks that was asked for after a change number."""
    items = page["items"]
    modified, ids = [item["modified"] for item in items], [item["id"] for item in items]
    last = f"afterChangeNumber={modified[-1]}" if items else ""
    own = page["next"] == asked
    rules = {
        "in order": modified == sorted(set(modified)),
        "after what was asked": all(number > after for number in modified),
        "each id once": len(set(ids)) == len(ids),
        "updated with its data, deleted without": all(_is_whole(item) for item in items),
        "next goes on from the last item, or is the page itself": last in page["next"] if items else own,
        "licensed": page["license"].startswith("https://"),
    }
    return [f"{asked}: not {rule}" for rule, holds in rules.items() if not holds]


def _is_whole(item: dict[str, Any]) -> bool:
    return {"updated": "data" in item, "deleted": "data" not in item}.get(item["state"], False)


def content(text: str) -> dict[str, Any]:
    """What a record says, without what every version says anew."""
    return {name: value for name, value in json.loads(text).items() if name not in MOVING}
