"""What the buttons of the hours forms do to what was typed. Nothing is read and nothing is saved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from directory.provider.hours.form import (
    NO_SESSION,
    DatesTyped,
    DayTyped,
    Fields,
    HoursTyped,
    WeeksTyped,
    first,
)


def act(form: HoursTyped, button: str, fields: Fields) -> HoursTyped:
    """The form after a button: "add day-0", "drop day-0-1", "copy 0 1,2", "add closure", "drop dated-0" and so on.

    "copy chosen" copies between the days that were chosen in `fields`. Raises ValueError where there is no such button.
    """
    verb, _, what = button.partition(" ")
    if verb == "copy":
        return _copied(form, what, fields)
    if button in _NEW:
        return _NEW[button](form)
    name, _, at = what.rpartition("-")
    if verb == "drop" and name in ("weeks", "dated"):
        rows: list[object] = list(getattr(form, name))
        del rows[int(at)]
        return replace(form, **{name: tuple(rows)})  # type: ignore[arg-type]
    if verb == "drop":
        return _changed(form, name, lambda day: without_session(day, int(at)))
    if verb == "add":
        return _changed(form, what, with_session)
    raise ValueError(button)


def with_session(day: DayTyped) -> DayTyped:
    """The day with one more opening to type."""
    return replace(day, sessions=(*day.sessions, NO_SESSION))


def without_session(day: DayTyped, at: int) -> DayTyped:
    """The day without an opening; one row is always there."""
    return replace(day, sessions=(*day.sessions[:at], *day.sessions[at + 1 :]) or (NO_SESSION,))


_NEW: dict[str, Callable[[HoursTyped], HoursTyped]] = {
    "add closure": lambda form: replace(form, dated=(*form.dated, DatesTyped())),
    "add opening": lambda form: replace(form, dated=(*form.dated, DatesTyped(day=DayTyped("open")))),
    "add weeks": lambda form: replace(form, weeks=(*form.weeks, WeeksTyped())),
}


def _copied(form: HoursTyped, what: str, fields: Fields) -> HoursTyped:
    """The form with one weekday's times on other weekdays too."""
    if what == "chosen":
        source, goals = int(first(fields, "copy-from")), {int(day) for day in fields.get("copy-to", ())}
    else:
        source, goals = int(what.split()[0]), {int(day) for day in what.split()[1].split(",")}
    copied = form.days[source]
    return replace(form, days=tuple(copied if weekday in goals else day for weekday, day in enumerate(form.days)))


def _changed(form: HoursTyped, name: str, change: Callable[[DayTyped], DayTyped]) -> HoursTyped:
    """The form with another day of this prefix."""
    kind, _, at = name.partition("-")
    if kind == "bank":
        return replace(form, bank=change(form.bank))
    if kind == "named":
        day = date.fromisoformat(at)
        return replace(form, named={**form.named, day: change(form.named[day])})
    if kind == "day":
        days = [*form.days]
        days[int(at)] = change(days[int(at)])
        return replace(form, days=tuple(days))
    if kind == "weeks":
        weeks = [*form.weeks]
        weeks[int(at)] = replace(weeks[int(at)], day=change(weeks[int(at)].day))
        return replace(form, weeks=tuple(weeks))
    dated = [*form.dated]
    dated[int(at)] = replace(dated[int(at)], day=change(dated[int(at)].day))
    return replace(form, dated=tuple(dated))
