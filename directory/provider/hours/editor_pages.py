"""The hours editor: /my/<ref>/hours."""

from typing import NamedTuple

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from directory import revisions, schedules
from directory.provider.hours import desk
from directory.provider.hours.actions import act
from directory.provider.hours.changes import Result, Shown, merged, result, shown
from directory.provider.hours.form import (
    Fields,
    HoursTyped,
    WeeksTyped,
    bank_holidays_from,
    first,
    form_of,
    form_sent,
)
from directory.provider.hours.reading import read_hours
from directory.provider.hours.saving import Standing
from directory.provider.hours.times import WEEKDAYS
from directory.provider.hours.words import dated_in_words, day_in_words, ordinary_in_words, week_in_words
from directory.schedules import Schedule
from directory.web.house import rooms

_WEEKS = (1, 2, 3, 4, 5, -1)


class Clash(NamedTuple):
    """Somebody else's hours; `both` is the text of theirs and ours together, "" where they exclude each other."""

    theirs: Shown
    both: str


def show_editor(ref: str) -> str:
    """The form, with the hours that are to be changed."""
    now = desk.standing(ref)
    return _page(now, form_of(now.to_edit, rooms().now().date()))


def change_editor(ref: str) -> str | Response:
    """What a button of the form does: another row, a copy, the result before saving, saving."""
    fields: Fields = request.form.to_dict(flat=False)
    button, at = first(fields, "do"), rooms().now()
    now = desk.standing(ref)
    try:
        form = form_sent(fields)
        if button == "both":
            return _both(now, fields)
        if button not in ("preview", "save"):
            return _page(now, act(form, button, fields), mark=first(fields, "mark"), is_copying=button == "copy chosen")
        reading, mark = read_hours(form, at.date()), first(fields, "mark")
        wanted = reading.schedule
        if wanted is None:
            return _page(now, form, mark=mark, faults=reading.faults)
    except (ValueError, LookupError):
        abort(400)
    if button == "preview" or first(fields, "seen") != schedules.write(wanted):
        return _page(now, form, mark=mark, result=result(now.published, wanted, at))
    return _save(ref, form, wanted, mark)


def _save(ref: str, form: HoursTyped, wanted: Schedule, mark: str) -> str | Response:
    try:
        desk.save(ref, wanted, mark, " ".join(request.form.get("note", "").split()))
    except revisions.Clash:
        return _clash(ref, form, wanted, mark)
    except (ValueError, LookupError):
        abort(400)
    return redirect(request.path)


def _clash(ref: str, form: HoursTyped, wanted: Schedule, mark: str) -> str:
    """Both versions, with what was typed; the next save is made knowing the other."""
    now, at = desk.standing(ref), rooms().now()
    together = merged(desk.shown(ref, mark), now.to_edit, wanted)
    clash = Clash(shown(now.to_edit, at), schedules.write(together) if together is not None else "")
    return _page(now, form, result=result(now.published, wanted, at), clash=clash)


def _both(now: Standing, fields: Fields) -> str:
    """Two people's changes together, to be checked."""
    at, together = rooms().now(), schedules.parse(first(fields, "both"))
    return _page(now, form_of(together, at.date()), result=result(now.published, together, at))


def _page(
    now: Standing,
    form: HoursTyped,
    *,
    mark: str = "",
    faults: dict[str, str] | None = None,
    result: Result | None = None,
    clash: Clash | None = None,
    is_copying: bool = False,
) -> str:
    today = rooms().now().date()
    holidays = bank_holidays_from(min([today, *form.named]))
    return render_template(
        "provider/hours.html",
        now=now,
        form=form,
        mark=mark or now.mark,
        faults=faults or {},
        summary=desk.summary(faults or {}),
        result=result,
        clash=clash,
        is_copying=is_copying,
        note=request.form.get("note", ""),
        public=ordinary_in_words(now.published),
        past=[dated_in_words(entry) for entry in schedules.parse(form.kept).dated],
        weekdays=WEEKDAYS,
        weeks_shown=_weeks_shown,
        week_in_words=week_in_words,
        bank_holiday=lambda day: holidays.get(day, "Bank holiday"),
        day_in_words=day_in_words,
    )


def _weeks_shown(rule: WeeksTyped) -> list[int]:
    """The weeks of the month that can be ticked: the usual ones, and others that a rule has."""
    return [*_WEEKS, *(week for week in map(int, rule.weeks) if week not in _WEEKS)]
