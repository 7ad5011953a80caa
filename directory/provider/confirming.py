"""Still right? The page that a mailed link leads to, without signing in. Opening it writes nothing; its buttons do."""

from collections.abc import Sequence
from datetime import date
from typing import get_args

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from directory import confirmations, revisions
from directory.accounts.people import editors_of
from directory.accounts.regions import tell_region
from directory.confirmations import Answered, Asking, Item, LinkExpired, LinkUnknown, OpenLink
from directory.models import Entry, StillRightWord
from directory.provider import still_right
from directory.provider.asking import asked_by_mail
from directory.provider.hours.times import read_time
from directory.provider.still_right import Problem
from directory.schedules import LONDON
from directory.web import rooms
from directory.web.entering import allow
from directory.web.words import GROUPS
from directory.web.writing import is_page_token, without_session

LONGEST_NOTE = 1000

blueprint = Blueprint("still_right", __name__)


@blueprint.get("/still-right/<token>")
@allow("anybody")
def asked(token: str) -> Response:
    """What the public sees of each entry, with what is asked about it and what was answered."""
    with rooms().database.reading() as session:
        return _page(session, token)


@blueprint.post("/still-right/<token>")
@without_session
@allow("anybody")
def answers(token: str) -> AnyResponse:
    """Take answers: everything right, or one by one. What is right is dated, closures are published, at once."""
    with rooms().database.unit_of_work() as session:
        link = _link_of_our_page(session, token)
        if isinstance(link, Response):
            return link
        asked = _questions(session, link)
        said = _everything(asked) if "everything" in request.form else _chosen(asked)
        if not said and any(asking.groups or asking.holidays for asking in asked):
            return _page(session, token, [_NOTHING_CHOSEN], status=400)
        stale = confirmations.answer(session, link, asked, said, seen=_seen(session), at=rooms().now())
        if stale:
            return _page(session, token, still_right.moved(stale, asked), status=409)
    return redirect(f"/still-right/{token}", 303)


@blueprint.post("/still-right/<token>/notes")
@without_session
@allow("anybody")
def notes(token: str) -> AnyResponse:
    """Take what changed, for the region to read, and the other hours of bank holidays, which are published at once."""
    with rooms().database.unit_of_work() as session:
        link = _link_of_our_page(session, token)
        if isinstance(link, Response):
            return link
        problems: list[Problem] = []
        for answered in _answers(session, link):
            if answered.wants_note and answered.word == "changed":
                problems += _take_note(session, link, answered)
            elif answered.wants_note:
                problems += _take_hours(session, link, answered)
        if problems:
            return _page(session, token, problems, status=400)
    return redirect(f"/still-right/{token}", 303)


_OLD_PAGE = Problem(
    "maincontent", "This page had been open for more than a day. Nothing was saved. Please answer again."
)
_NOTHING_CHOSEN = Problem("maincontent", "Choose an answer to at least one question.")


def _page(session: Session, token: str, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    link = _link_or_page(session, token)
    if isinstance(link, Response):
        return link
    here, today = rooms(), _today()
    entries = revisions.get_entries(session, link.refs)
    page = still_right.page(
        _questions(session, link),
        _answers(session, link),
        entries,
        here.places,
        here.taxonomies,
        today,
        typed=request.form,
        problems=problems,
    )
    seen = request.form.get("seen") if status == 400 else None
    html = render_template(
        "provider/still_right.html",
        page=page,
        action=f"/still-right/{token}",
        purpose=_purpose(link),
        seen=seen or revisions.latest_number(session),
        has_account=any(_is_editor(session, link.to_email, entry) for entry in entries.values()),
    )
    return _never_kept(html, status)


def _link_or_page(session: Session, token: str) -> OpenLink | Response:
    """The link, or the page that says that it is none, or no longer."""
    try:
        return confirmations.get_link(session, token, rooms().now())
    except LinkUnknown:
        return _never_kept(render_template("provider/still_right_over.html", is_expired=False), 404)
    except LinkExpired:
        return _never_kept(render_template("provider/still_right_over.html", is_expired=True), 410)


def _link_of_our_page(session: Session, token: str) -> OpenLink | Response:
    """The link that a form of ours answers, or the page that says why it cannot."""
    link = _link_or_page(session, token)
    if isinstance(link, Response) or is_page_token(request.form.get("token", ""), _purpose(link)):
        return link
    return _page(session, token, [_OLD_PAGE], status=400)


def _never_kept(html: str, status: int) -> Response:
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _questions(session: Session, link: OpenLink) -> tuple[Asking, ...]:
    """What the link asks, of those entries that its address still speaks for."""
    return confirmations.questions(session, link, _theirs(session, link), _today())


def _answers(session: Session, link: OpenLink) -> list[Answered]:
    """What was answered of the same entries."""
    theirs = _theirs(session, link)
    return [answered for answered in confirmations.answers_of(session, link) if answered.item.ref in theirs]


def _theirs(session: Session, link: OpenLink) -> frozenset[str]:
    entries = revisions.get_entries(session, link.refs)
    return asked_by_mail(session, entries.values()).get(link.to_email, frozenset())


def _is_editor(session: Session, address: str, entry: Entry) -> bool:
    return any(account.email == address for account in editors_of(session, entry.organization))


def _today() -> date:
    return rooms().now().astimezone(LONDON).date()


def _purpose(link: OpenLink) -> str:
    return f"still-right:{link.id}"


def _seen(session: Session) -> int:
    """The newest change of the page that was answered; nobody can have seen a later one than there is."""
    seen = request.form.get("seen", -1, type=int)
    if not 0 <= seen <= revisions.latest_number(session):
        abort(400)
    return seen


def _everything(asked: Sequence[Asking]) -> dict[Item, StillRightWord]:
    """Every group of facts is right; of bank holidays that says nothing."""
    return {Item(asking.entry.ref, group): "right" for asking in asked for group in asking.groups}


def _chosen(asked: Sequence[Asking]) -> dict[Item, StillRightWord]:
    """What was chosen for each thing; for a bank holiday without a choice of its own, what was chosen for all."""
    said: dict[Item, StillRightWord] = {}
    for asking in asked:
        days = [holiday.day.isoformat() for holiday in asking.holidays]
        for what in (*asking.groups, *days):
            word = request.form.get(f"{asking.entry.ref}.{what}") or request.form.get(f"all.{what}", "")
            if word in get_args(StillRightWord):
                said[Item(asking.entry.ref, what)] = word  # type: ignore[assignment]
    return said


def _take_note(session: Session, link: OpenLink, answered: Answered) -> list[Problem]:
    """Keep what changed and write to the region; an empty field is left for later."""
    note = request.form.get(f"note-{answered.id}", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        return [Problem(f"note-{answered.id}", f"Use at most {LONGEST_NOTE} characters.")]
    if note:
        confirmations.add_note(session, answered, note, rooms().now())
        entry, title = revisions.get_entry(session, answered.item.ref), GROUPS.get(answered.item.what, "")
        key = f"said-changed:{answered.id}"
        tell_region(session, entry, "said_changed", key=key, at=rooms().now(), title=title, note=note)
    return []


def _take_hours(session: Session, link: OpenLink, answered: Answered) -> list[Problem]:
    """Publish the hours of a date; two empty fields are left for later."""
    opens, closes = (request.form.get(f"{name}-{answered.id}", "").strip() for name in ("opens", "closes"))
    if not opens and not closes:
        return []
    try:
        first, last = read_time(opens), read_time(closes)
        confirmations.add_hours(session, link, answered, first, last, rooms().now())
    except ValueError:
        text = "Enter when you open and when you close, like 10:00 and 16:30. They cannot be the same."
        return [Problem(f"opens-{answered.id}", text)]
    return []
