"""What an entry needs before anybody is sent to it, and how one that was withdrawn comes back. Pure but for reading."""

from sqlmodel import Session

from directory import revisions
from directory.models import Entry, Status


def missing(entry: Entry) -> tuple[str, ...]:
    """What must be known before an entry is shown to people; nothing where it may be."""
    reach = bool(entry.phones or entry.email or entry.website)
    door = bool(entry.address or entry.postcode)
    is_open_place = entry.location_type == "physical" and entry.address_visibility != "hidden"
    wanted = {
        "What it is, in a sentence": bool(entry.description),
        "A number, an email address or a website, or an address to walk in to": reach or bool(door and entry.walk_in),
        "Where it is, if only the borough, or that nobody is to be told": door
        or bool(entry.borough)
        or not is_open_place,
    }
    return tuple(what for what, known in wanted.items() if not known)


def not_known(entry: Entry) -> tuple[str, ...]:
    """What will be shown as not known: worth asking, but no reason to wait."""
    wanted = {
        "opening hours": bool(entry.opening_hours),
        "the address": bool(entry.address or entry.postcode) or entry.location_type == "virtual",
        "whether people can refer themselves": entry.self_referral is not None,
        "whether people can walk in": entry.walk_in is not None or entry.location_type == "virtual",
        "ages": entry.minimum_age is not None or entry.maximum_age is not None,
    }
    return tuple(what for what, known in wanted.items() if not known)


def status_before_withdrawal(session: Session, ref: str) -> Status:
    """What an entry was before it was withdrawn; "unverified" where it never was anything else."""
    for item in revisions.history(session, ref):
        status = revisions.get_version(session, ref, item.number).status
        if status != "withdrawn":
            return status
    return "unverified"
