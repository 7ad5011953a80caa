"""What both pages of hours need: who may, how hours stand, saving them, and what to say afterwards."""

from typing import Any

from flask import flash
from sqlmodel import Session

from directory.provider.hours.saving import SavedHours, Saver, Standing, shown_at, standing_of
from directory.provider.mine import get_mine
from directory.schedules import Schedule
from directory.web.entering import signed_in
from directory.web.house import rooms


def standing(ref: str) -> Standing:
    """How the hours of an entry stand, for a page: 404 where there is no such entry, 403 for who may not edit it."""
    with rooms().database.reading() as session:
        return _standing(session, ref)


def save(ref: str, wanted: Schedule, mark: str, note: str = "") -> None:
    """Save hours, and say what became of them on the next page. Raises revisions.Clash."""
    here = rooms()
    with here.database.unit_of_work() as session:
        now = _standing(session, ref)
        saver = Saver(session, signed_in(), here.places.areas, here.now(), note)
        saved = saver.save(now, wanted, mark)
    flash(said(saved))


def said(saved: SavedHours) -> str:
    """What became of hours that were saved."""
    words = ["Saved."]
    if saved.dates:
        words.append("The change of dates is public now.")
    if saved.told:
        words.append("The regional team has been told.")
    words += {
        "waiting": [
            "The ordinary week waits for the regional team to approve it. The public sees the old one until then."
        ],
        "published": ["The ordinary week is public now."],
        "taken back": ["What waited for approval is taken back."],
        "unchanged": [],
    }[saved.week]
    return " ".join(words) if len(words) > 1 else "Nothing had changed, so nothing was saved."


def summary(faults: dict[str, str]) -> dict[str, Any]:
    """Faults as the summary above a form takes them."""
    return {"error_summary": [{"text": text, "href": f"#{name}"} for name, text in faults.items()]}


def _standing(session: Session, ref: str) -> Standing:
    person = signed_in()
    return standing_of(session, person, get_mine(session, ref, person), rooms().places.areas)


def shown(ref: str, mark: str) -> Schedule:
    """The hours that somebody was shown whose form has this mark. Raises ValueError and KeyError as `shown_at` does."""
    with rooms().database.reading() as session:
        return shown_at(session, ref.upper(), mark)
