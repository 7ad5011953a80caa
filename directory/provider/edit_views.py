"""Editing one section of an entry. A form keeps what was typed whatever happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlmodel import Session
from werkzeug.wrappers import Response

from directory import revisions
from directory.accounts.saving import Saved
from directory.models import CREW_FACTS, Entry
from directory.permissions import footprints_of
from directory.places.areas import Areas
from directory.provider.checking import read_section
from directory.provider.editing import Base, Seen, base_of, merged, save, version
from directory.provider.forms import FORMS, SectionForm
from directory.provider.mine import get_mine
from directory.provider.sections import SECTIONS, SHOWN, Section
from directory.revisions import Clash, Waiting
from directory.schedules import LONDON
from directory.search.wording import listed
from directory.web import rooms
from directory.web.entering import allow, signed_in
from directory.web.words import LABELS, said

blueprint = Blueprint("editing", __name__)
THEIRS, MINE = "theirs", "mine"


@dataclass(frozen=True, slots=True)
class Both:
    """One field that two people changed: what it says now, and what was typed, in words; and what was chosen."""

    field: str
    label: str
    theirs: str
    mine: str
    chosen: str


@blueprint.route("/my/<ref>/edit/<slug>", methods=["GET", "POST"])
@allow("signed_in")
def edit(ref: str, slug: str) -> Response | str | tuple[str, int]:
    """One section."""
    section = SECTIONS.get(slug) or abort(404)
    here, person = rooms(), signed_in()
    with here.database.reading() as session:
        entry = get_mine(session, ref, person)
        base = base_of(session, entry, section, person, here.places.areas)
        filled = _again(session, base.entry, section)
    form = FORMS[slug](data=FORMS[slug].of(filled))
    form.offer(here.places, here.taxonomies)
    if request.method == "GET":
        return _page(entry, section, form, base.seen)
    return _save(section, form, base, here.now())


def _again(session: Session, entry: Entry, section: Section) -> Entry:
    """The entry with what was sent back, where the address asks for that."""
    number = request.args.get("again", type=int)
    if request.method == "POST" or number is None:
        return entry
    try:
        proposal, _ = revisions.get_proposal(session, number)
        is_this = (proposal.ref, proposal.section) == (entry.ref, section.slug)
        return Waiting(proposal, entry).proposed if is_this else entry
    except (KeyError, ValueError):
        return entry


def _save(section: Section, form: SectionForm, base: Base, at: datetime) -> Response | tuple[str, int]:
    here, person = rooms(), signed_in()
    seen = Seen(_number("seen"), _number("seen_proposal"))
    valid = form.validate()
    wanted = read_section(form, base.entry, here, at.astimezone(LONDON).date())
    if not valid or wanted is None:
        return _page(base.entry, section, form, seen), 400
    asked = [field for field in request.form.getlist("both") if field in SHOWN[section.slug]]
    chosen = {field: request.form.get(f"choice-{field}", "") for field in asked}
    if not set(chosen.values()) <= {THEIRS, MINE}:
        form.form_errors.append("Choose which version to keep")
        return _page(base.entry, section, form, seen, _both(asked, base.entry, wanted, chosen)), 409
    try:
        with here.database.unit_of_work() as session:
            entry = get_mine(session, wanted.ref, person)
            leaving = [field for field, version in chosen.items() if version == THEIRS]
            saved = save(session, person, section, wanted, seen, here.places.areas, at=at, leaving=leaving)
    except KeyError:
        abort(400)
    except Clash as clash:
        return _show_both(section, wanted, seen, clash.fields), 409
    flash(_what_happens_next(saved, section, entry, here.places.areas))
    return redirect(f"/my/{entry.ref}")


def _show_both(section: Section, wanted: Entry, seen: Seen, fields: Sequence[str]) -> str:
    """What somebody else saved beside what was typed; whatever only one of the two changed is in the form."""
    here, person = rooms(), signed_in()
    with here.database.reading() as session:
        newest = base_of(session, get_mine(session, wanted.ref, person), section, person, here.places.areas)
        together = merged(section, wanted, version(session, wanted.ref, seen), newest.entry)
    form = FORMS[section.slug](formdata=None, data=FORMS[section.slug].of(together))
    form.offer(here.places, here.taxonomies)
    form.form_errors.append("Somebody else has changed this section. Choose which version to keep")
    return _page(newest.entry, section, form, newest.seen, _both(fields, newest.entry, wanted, {}))


def _number(name: str) -> int:
    number = request.form.get(name, type=int)
    if number is None:
        abort(400)
    return number


def _both(fields: Sequence[str], theirs: Entry, mine: Entry, chosen: dict[str, str]) -> list[Both]:
    here = rooms()
    old, new = theirs.model_dump(mode="json"), mine.model_dump(mode="json")
    return [
        Both(
            field,
            LABELS[field],
            said(field, old[field], here.places, here.taxonomies),
            said(field, new[field], here.places, here.taxonomies),
            chosen.get(field, ""),
        )
        for field in fields
    ]


def _page(entry: Entry, section: Section, form: SectionForm, seen: Seen, both: Sequence[Both] = ()) -> str:
    return render_template(
        "provider/edit.html",
        entry=entry,
        section=section,
        form=form,
        seen=seen,
        both=both,
        theirs=THEIRS,
        mine=MINE,
        dated={name: _fact(entry, name) for name in CREW_FACTS if getattr(entry, name)},
    )


def _fact(entry: Entry, name: str) -> str:
    return said(name, entry.model_dump(mode="json")[name], rooms().places, rooms().taxonomies)


def _what_happens_next(saved: Saved, section: Section, entry: Entry, areas: Areas) -> str:
    if saved.outcome == "unchanged":
        return f"{section.title}: nothing was changed."
    if saved.outcome == "published":
        return f"{section.title}: saved. Everybody sees it now."
    team = team_of(entry, areas)
    return f"{section.title}: sent to {team}. The old version stays public until they approve it."


def team_of(entry: Entry, areas: Areas) -> str:
    """The regional team that decides about an entry, by name."""
    codes = footprints_of(entry, areas)
    names = [footprint.name for footprint in areas.footprints if footprint.code in codes]
    if len(names) == len(areas.footprints):
        return "the London teams"
    return f"the {names[0]} team" if len(names) == 1 else f"the teams of {listed(names, 'and')}"
