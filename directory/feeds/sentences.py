"""What every format says in the same words: how to get in, what is wrong just now, and what holds until when."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final, Literal

from directory.freshness import Freshness, due_on
from directory.models import LiveState
from directory.records import Record
from directory.revisions import Version
from directory.schedules import LONDON, Schedule, Session, SplitHours, split
from directory.search.live import STATES, over_at, parsed
from directory.web.times import spoken_instant

GO: Final = "You can go straight to this service. You do not need to telephone beforehand."
TELEPHONE: Final = "You must telephone this service before attending."
_APPOINTMENTS = {"": "", "some": "Some openings are by appointment.", "all": "By appointment only."}
_FOR_EMERGENCIES = frozenset({"111", "999"})
CAUTION: Final = "Several people have reported a problem with this service lately. Ring before anybody sets out."


def hours_of(record: Record, version: Version) -> SplitHours:
    """The opening hours of a record, split at midnight, told by date from the day of its version.

    A closure that the service has announced is cut out, and so is what follows of the same session: it is not known
    whether it is open again.
    """
    first, closed = version.at.astimezone(LONDON).date(), closures(record)
    return split(parsed(record.opening_hours), first, closed) if closed else _split(record.opening_hours, first)


def closures(record: Record) -> list[tuple[datetime, datetime]]:
    """When the service says that it is closed, with the rest of the session: it is not known whether that is open.

    A line may be tried again as soon as it said, as nobody sets out for it.
    """
    live = record.live_status
    if live is None or live.state != "closed":
        return []
    return [(live.at, live.until if record.location_type == "virtual" else over_at(record.opening_hours, live))]


@lru_cache(maxsize=20_000)
def _split(opening_hours: str, first: date) -> SplitHours:
    return split(parsed(opening_hours), first)


def way_in(record: Record, *, holds: bool) -> str:
    """One of the two sentences that consumers of the Directory of Services look for; "" where neither is known to hold.

    GO where people may walk in, the hours are known, the record `holds` (it was checked, and need not be again yet) and
    nothing speaks against it; TELEPHONE where they may refer themselves or that is not known, and there is a public
    number. Nothing for what has no place to go to, or is closed just now.
    """
    if record.location_type != "physical" or _state(record) == "closed":
        return ""
    if record.walk_in and holds and _may_go_straight(record):
        return GO
    may_come = record.walk_in or record.self_referral is not False
    return TELEPHONE if may_come and public_number(record) else ""


def _may_go_straight(record: Record) -> bool:
    """Not where the door is not told or may be shut: hours not known, full, ring first, reported, by appointment."""
    known = record.address_visibility == "full" and parsed(record.opening_hours).known
    uncertain = _state(record) in {"full", "ring_first"} or record.caution is not None
    return known and not uncertain and not by_appointment(record.opening_hours)


def _state(record: Record) -> LiveState | None:
    return record.live_status.state if record.live_status else None


@lru_cache(maxsize=20_000)
def by_appointment(opening_hours: str) -> Literal["", "some", "all"]:
    """Which openings are by appointment."""
    schedule = parsed(opening_hours)
    told = {session.by_appointment for session in _sessions(schedule)}
    if schedule.weekly is None:
        told.add(schedule.by_appointment)
    if True not in told:
        return ""
    return "some" if False in told else "all"


def must_book(record: Record) -> bool | None:
    """Whether people must arrange it first; None where that is not known, or not of every opening and just now.

    Who may not walk in need not arrange anything: they may be brought.
    """
    if by_appointment(record.opening_hours) == "all":
        return True
    return False if record.walk_in and _may_go_straight(record) else None


@lru_cache(maxsize=20_000)
def about_hours(opening_hours: str) -> str:
    """What the times of sessions do not tell: that they are not known, by appointment, or let nobody in at the end."""
    schedule = parsed(opening_hours)
    margin = max((session.last_admission or 0 for session in _sessions(schedule)), default=0)
    unsure = schedule.weekly is not None and schedule.bank_holiday is None
    return joined(
        (
            "" if schedule.known else "Opening hours are not known.",
            _APPOINTMENTS[by_appointment(opening_hours)],
            f"Last admission may be {margin} minutes before closing." if margin else "",
            "Opening on bank holidays is not confirmed: check first on those days." if unsure else "",
        )
    )


def _sessions(schedule: Schedule) -> Iterator[Session]:
    """Every session that is told of any day."""
    patterns = [*(rule.pattern for rule in schedule.weekly or ()), *(entry.pattern for entry in schedule.dated)]
    if schedule.bank_holiday is not None:
        patterns.append(schedule.bank_holiday)
    return (session for pattern in patterns for session in pattern.sessions)


def public_number(record: Record) -> str:
    """The first number that anybody may ring, "" where there is none."""
    numbers = (phone.number for phone in record.phones if phone.kind == "voice" and phone.audience == "public")
    return next(numbers, "")


def alert(record: Record) -> str:
    """What is out of the ordinary: what the service says of now, with its times, and that people reported a problem."""
    return joined((_said_of_now(record), CAUTION if record.caution else ""))


def _said_of_now(record: Record) -> str:
    live = record.live_status
    if live is None:
        return ""
    note = f" ({live.note})" if live.note else ""
    fades = live.state == "closed" and over_at(record.opening_hours, live) > live.until
    then = " After that it is not known whether it is open again." if fades else ""
    since, until = spoken_instant(live.at), spoken_instant(live.until)
    return f"{STATES[live.state]} until {until}, said the service at {since}{note}.{then}"


def valid_until(record: Record, version: Version, hours: SplitHours, fresh_days: Freshness) -> datetime:
    """Until when a copy of a record may be shown as it is: in London, never later than anything in it holds.

    That is the end of what the service says of now, the day on which a group of facts must be checked again, or the
    end of the dates that are told. A record that was never checked, or whose hours never were, holds from the start no
    longer than its version.
    """
    due = due_on(record, fresh_days) if _are_hours_dated(record) else None
    ends = [_start_of(hours.last), _start_of(due) if due else version.at.astimezone(LONDON)]
    if record.live_status is not None:
        ends.append(record.live_status.until.astimezone(LONDON))
    return min(ends)


def _are_hours_dated(record: Record) -> bool:
    """False where hours are told that nobody ever dated."""
    dated = any(evidence.dated for evidence in record.evidence if evidence.fact_group == "hours")
    return dated or not record.opening_hours


def after_it(record: Record, until: datetime) -> str:
    """What a copy must show in place of openings and of the way in once the record no longer holds."""
    was_checked = any(evidence.dated for evidence in record.evidence) and _are_hours_dated(record)
    since = f"Out of date since {spoken_instant(until)}." if was_checked else "Never confirmed."
    number = public_number(record)
    if not number or number in _FOR_EMERGENCIES:
        return f"{since} Check with the service before relying on it."
    return f"{since} Ring before anybody relies on it: {number}."


def doubt(record: Record, version: Version, until: datetime) -> str:
    """That a record did not hold when it was told, in the words of `after_it`; "" where it did."""
    return after_it(record, until) if until <= version.at else ""


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other; empty ones are left out."""
    return " ".join(filter(None, sentences))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON)
