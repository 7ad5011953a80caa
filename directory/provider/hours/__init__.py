"""The hours editor: forms that hold everything a schedule can say, read times as typed, and show the result first."""

from flask import Blueprint
from werkzeug.wrappers import Response

from directory.provider.hours.dates_pages import change_dates, show_dates
from directory.provider.hours.editor_pages import change_editor, show_editor
from directory.web.entering import allow

pages = Blueprint("hours", __name__, url_prefix="/my/<ref>/hours")


@pages.get("")
@allow("signed_in")
def editor(ref: str) -> str:
    """The whole of the opening hours, to be changed."""
    return show_editor(ref)


@pages.post("")
@allow("signed_in")
def save_editor(ref: str) -> str | Response:
    """A button of the hours editor."""
    return change_editor(ref)


@pages.get("/dates")
@allow("signed_in")
def one_day(ref: str) -> str:
    """One day, or a few, to be changed, and what is coming."""
    return show_dates(ref)


@pages.post("/dates")
@allow("signed_in")
def save_one_day(ref: str) -> str | Response:
    """A button of the quick form."""
    return change_dates(ref)
