"""What the page behind a mailed link says: questions, what is still wanted, and what was answered, ready to print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from directory.confirmations import Answered, Asking, Holiday, Item
from directory.models import Entry, StillRightWord
from directory.places import Places
from directory.provider.shown import shown
from directory.schedules import bank_holidays
from directory.taxonomies import Taxonomies
from directory.web.words import GROUPS

_WORDS: Mapping[StillRightWord, str] = {
    "right": "still right",
    "changed": "changed",
    "same": "same as usual",
    "closed": "closed",
    "different": "different hours",
}


class Problem(NamedTuple):
    """What is wrong, and the field to mend it in."""

    field: str
    text: str


class Wanted(NamedTuple):
    """Something that was answered and needs a few words more: what changed, or which hours."""

    id: int
    is_hours: bool
    title: str
    typed: Mapping[str, str]
    error: str


class Given(NamedTuple):
    """An answer, in words."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Service:
    """One entry: its name, and its questions as the radios of nhsuk take them."""

    ref: str
    name: str
    groups: Sequence[Mapping[str, Any]]
    holidays: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StillRightPage:
    """Everything that the page shows. `together` are bank holidays that can be answered for all services at once.

    `facts_asked` and `holidays_asked` tell which kind of question is left.
    """

    services: Sequence[Service]
    together: Sequence[Mapping[str, Any]]
    wanted: Sequence[Wanted]
    given: Sequence[Given]
    errors: Sequence[Mapping[str, str]]
    facts_asked: bool
    holidays_asked: bool

    @property
    def names(self) -> Sequence[str]:
        """The services whose facts are asked about."""
        return [service.name for service in self.services if service.groups]


def page(
    asked: Sequence[Asking],
    answers: Sequence[Answered],
    entries: Mapping[str, Entry],
    places: Places,
    taxonomies: Taxonomies,
    today: date,
    *,
    typed: Mapping[str, str],
    problems: Sequence[Problem],
) -> StillRightPage:
    """The page for what is still asked and what was answered; `typed` is what a refused form held."""
    services = [_service(asking, places, taxonomies, today, typed) for asking in asked]
    services = [service for service in services if service.groups or service.holidays]
    with_holidays = [service for service in services if service.holidays]
    days = {holiday.day: holiday for asking in asked for holiday in asking.holidays}
    several = len(with_holidays) > 1
    names = {ref: entry.name for ref, entry in entries.items()} if len(entries) > 1 else {}
    return StillRightPage(
        services,
        [_holiday("all", days[day], "Same as usual", typed) for day in sorted(days)] if several else [],
        [_wanted(one, names, typed, problems) for one in answers if one.wants_note],
        [Given(_title(one.item, names), _given(one)) for one in answers],
        [{"text": problem.text, "href": f"#{problem.field}"} for problem in problems],
        any(service.groups for service in services),
        bool(with_holidays),
    )


def moved(stale: Iterable[Item], asked: Sequence[Asking]) -> list[Problem]:
    """That facts have changed since the page was opened, and must be looked at again."""
    names = {asking.entry.ref: asking.entry.name for asking in asked}
    text = "this was changed while you had the page open. Please look at it again and answer."
    return [Problem("maincontent", f"{_title(item, names)}: {text}") for item in stale]


def _service(asking: Asking, places: Places, taxonomies: Taxonomies, today: date, typed: Mapping[str, str]) -> Service:
    ref = asking.entry.ref
    groups = [
        _radios(ref, part.group, part.title, part.lines, (("right", "Still right"), ("changed", "Changed")), typed)
        for part in shown(asking.entry, places, taxonomies, today)
        if part.group in asking.groups
    ]
    holidays = [
        _holiday(ref, holiday, f"Same as usual ({holiday.usual[:1].lower()}{holiday.usual[1:]})", typed)
        for holiday in asking.holidays
    ]
    return Service(ref, asking.entry.name, groups, holidays)


def _holiday(ref: str, holiday: Holiday, same: str, typed: Mapping[str, str]) -> Mapping[str, Any]:
    title = f"{holiday.name}, {_spoken(holiday.day)}"
    choices = (("same", same), ("closed", "Closed"), ("different", "Different hours"))
    return _radios(ref, holiday.day.isoformat(), title, (), choices, typed)


def _radios(
    ref: str,
    what: str,
    title: str,
    lines: Sequence[str],
    choices: Sequence[tuple[str, str]],
    typed: Mapping[str, str],
) -> Mapping[str, Any]:
    name = f"{ref}.{what}"
    items = [{"value": value, "text": text, "checked": typed.get(name) == value} for value, text in choices]
    return {"name": name, "prefix": f"{ref}-{what}", "title": title, "lines": lines, "choices": items}


def _wanted(
    answered: Answered, names: Mapping[str, str], typed: Mapping[str, str], problems: Sequence[Problem]
) -> Wanted:
    fields = {name: f"{name}-{answered.id}" for name in ("note", "opens", "closes")}
    error = next((problem.text for problem in problems if problem.field in fields.values()), "")
    held = {name: typed.get(field, "") for name, field in fields.items()}
    return Wanted(answered.id, answered.word == "different", _title(answered.item, names), held, error)


def _title(item: Item, names: Mapping[str, str]) -> str:
    """What an answer is about, with the service where there are several: "Opening hours of Example Sanctuary"."""
    group = GROUPS.get(item.what, "")
    if not group:
        day = date.fromisoformat(item.what)
        group = f"{bank_holidays(day.year).get(day, 'Bank holiday')}, {_spoken(day)}"
    return f"{names[item.ref]}: {group}" if item.ref in names else group


def _given(answered: Answered) -> str:
    words = _WORDS[answered.word].capitalize()
    return f"{words}: {answered.note}" if answered.note else words


def _spoken(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
