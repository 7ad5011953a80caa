"""Other hours on one day or a few: /my/<ref>/hours/dates."""

from dataclasses import replace
from datetime import date

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from directory import revisions, schedules
from directory.provider.hours import dates, desk
from directory.provider.hours.actions import with_session, without_session
from directory.provider.hours.changes import Result, Shown, merged, result, shown
from directory.provider.hours.dates import ChangeTyped
from directory.provider.hours.form import Fields, first
from directory.provider.hours.saving import Standing
from directory.schedules import Schedule
from directory.web.house import rooms


def show_dates(ref: str) -> str:
    """The quick form, perhaps for a day that was chosen, and what is coming."""
    now, chosen = desk.standing(ref), request.args.get("date", "")
    try:
        typed = dates.change_of(now.to_edit, date.fromisoformat(chosen), rooms().now().date())
    except ValueError:
        typed = ChangeTyped()
    return _page(now, typed)


def change_dates(ref: str) -> str | Response:
    """What a button does: another row, the result before saving, saving, taking back."""
    fields: Fields = request.form.to_dict(flat=False)
    button, mark, taking = (first(fields, name) for name in ("do", "mark", "taking"))
    now, at = desk.standing(ref), rooms().now()
    try:
        typed = dates.change_sent(fields)
        if button not in ("preview", "save"):
            return _page(now, _with_row(typed, button), mark=mark)
        base = desk.shown(ref, mark)
        mine, faults = _wanted(base, typed, taking, at.date())
    except (ValueError, LookupError):
        abort(400)
    if mine is None:
        return _page(now, typed, mark=mark, faults=faults)
    wanted = merged(base, now.to_edit, mine)
    if wanted is None:
        mine, _ = _wanted(now.to_edit, typed, taking, at.date())
        assert mine is not None
        return _page(now, typed, taking=taking, result=result(now.published, mine, at), theirs=shown(now.to_edit, at))
    if button == "save" and first(fields, "seen") == schedules.write(wanted):
        try:
            desk.save(ref, wanted, now.mark)
        except revisions.Clash:  # in this very moment: the page is made again with what is there now
            return change_dates(ref)
        return redirect(request.path)
    return _page(now, typed, mark=mark, taking=taking, result=result(now.to_edit, wanted, at))


def _wanted(schedule: Schedule, typed: ChangeTyped, taking: str, today: date) -> tuple[Schedule | None, dict[str, str]]:
    """The schedule with the change that is asked for, or None with what is wrong."""
    if taking:
        return dates.without_entry(schedule, taking), {}
    return dates.read_change(typed, schedule, today)


def _with_row(typed: ChangeTyped, button: str) -> ChangeTyped:
    """The form with one more opening, or one less: "add change", "drop change-1". Raises ValueError otherwise."""
    verb, _, what = button.partition(" ")
    day = typed.dates.day
    if verb == "add":
        day = with_session(day)
    elif verb == "drop":
        day = without_session(day, int(what.removeprefix(f"{dates.NAME}-")))
    else:
        raise ValueError(button)
    return replace(typed, dates=replace(typed.dates, day=day))


def _page(
    now: Standing,
    typed: ChangeTyped,
    *,
    mark: str = "",
    taking: str = "",
    faults: dict[str, str] | None = None,
    result: Result | None = None,
    theirs: Shown | None = None,
) -> str:
    today = rooms().now().date()
    return render_template(
        "provider/hours_dates.html",
        now=now,
        typed=typed,
        mark=mark or now.mark,
        taking=taking,
        faults=faults or {},
        summary=desk.summary(faults or {}),
        result=result,
        theirs=theirs,
        offered=dates.offered(now.published, today),
        coming=dates.coming(now.published, today),
    )
