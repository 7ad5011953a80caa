"""The public pages: home, results, browsing, and what the directory says of itself."""

from typing import cast

from flask import Blueprint, Response, abort, current_app, render_template, request

from directory.feeds.in_pages import WHOLE
from directory.models import Audience
from directory.places import Choices, NotFound
from directory.public import browse
from directory.public.arguments import (
    Arguments,
    kept_arguments,
    known_arguments,
    start_again_path,
    typed,
    understood_arguments,
)
from directory.public.cards import CardMarkup, Cards, Look
from directory.public.filters import FilterForms
from directory.public.looking import Looked, chosen_of
from directory.public.reading import audience, kept_by_nobody
from directory.public.reading import catalogue as readers_catalogue
from directory.public.results import Answer, ResultsPresenter
from directory.public.service import Chosen, ServicePresenter
from directory.public.tags import ASKING
from directory.public.tags import tags as make_tags
from directory.search.catalogue import Catalogue
from directory.search.find import Found, find
from directory.search.query import Asked, Query
from directory.search.suggestions import suggest
from directory.web import Rooms, rooms
from directory.web.entering import allow

blueprint = Blueprint("public", __name__)
blueprint.after_request(kept_by_nobody)


class PublicPages:
    """The presenters of the pages for one audience, made once, with all the markup that they keep."""

    def __init__(self, here: Rooms, audience: Audience) -> None:
        self.cards = Cards(here.places, here.taxonomies, audience)
        self.markup = CardMarkup(self.cards)
        self.filters = FilterForms(here.taxonomies)
        self.services = ServicePresenter(self.cards, here.places, here.taxonomies, here.config.freshness)


def pages() -> PublicPages:
    """The presenters for whoever reads."""
    return cast(PublicPages, current_app.extensions["public"][audience()])


@blueprint.get("/")
@allow("anybody")
def home() -> str:
    """One box; below it the lines to call, and ways to browse."""
    here = rooms()
    catalogue = readers_catalogue()
    kept = known_arguments(dict(request.args.lists()))
    asking = next(iter(kept.get("asking", ())), "")
    return render_template(
        "public/home.html",
        askers=ASKING,
        asking=asking,
        kept={"shortlist": kept.get("shortlist", ())},
        lines=find(Query(at=here.now()), catalogue).lines,
        cards=pages().markup,
        look=Look(here.now().date()),
        types=browse.type_links(catalogue, here.taxonomies),
        boroughs=browse.borough_links(here.places),
        whole_directory=WHOLE,
    )


@blueprint.get("/search")
@allow("anybody")
def results() -> Response:
    """What was found, best first; or why nothing could be looked for."""
    given = dict(request.args.lists())
    asked = rooms().read(given, audience())
    page = _search(asked, given)
    return Response(page, 400 if asked.problems else 200, mimetype="text/html")


def _search(asked: Asked, given: Arguments) -> str:
    here = rooms()
    catalogue, query = readers_catalogue(), asked.query
    arguments = understood_arguments(asked, given)
    presenter = ResultsPresenter(arguments, known_arguments(given), here.now())
    if asked.problems or isinstance(asked.located, Choices | NotFound):
        lines = find(Query(at=query.at, asking=query.asking), catalogue).lines
        if asked.problems:
            answer = presenter.refused(asked.problems, lines)
        elif isinstance(asked.located, Choices):
            answer = presenter.which(asked.located, query.words, lines)
        else:
            assert isinstance(asked.located, NotFound)
            answer = presenter.nowhere(asked.located, query.words, lines)
        return _page(asked, given, arguments, answer, catalogue)
    found = find(query, catalogue, facets=True)
    answer = presenter.found(query, found, suggest(query, found, catalogue))
    answer = presenter.read(answer, asked.corrections, asked.notices)
    return _page(asked, given, arguments, answer, catalogue, found)


def _page(
    asked: Asked,
    given: Arguments,
    arguments: Arguments,
    answer: Answer,
    catalogue: Catalogue,
    found: Found | None = None,
    canonical: str = "",
) -> str:
    """A results page. `given` is what stands in the box and beside it, `arguments` what its links start from.

    What was found was found in this `catalogue`: there may be a newer one by now.
    """
    here = rooms()
    errors = {problem.field: problem.message for problem in asked.problems}
    facets = found.facets if found else None
    tags = make_tags(asked.query, arguments, here.places, here.taxonomies, here.now(), facets)
    looked = chosen_of(found, "".join(given.get("entry", ())[:1]).strip().upper()) if found else None
    return render_template(
        "public/results.html",
        answer=answer,
        errors=[{"text": error.text, "href": error.href} for error in answer.errors],
        typed=typed(known_arguments(given)),
        askers=ASKING,
        asking=asked.query.asking,
        kept=kept_arguments(asked, given),
        tags=[] if answer.errors else tags,
        start_again=start_again_path(arguments),
        filters=pages().filters.markup(arguments, errors, facets, browse.counts_by_type(catalogue)),
        cards=pages().markup,
        look=Look(
            here.now().date(),
            answer.entry_query,
            looked.result.entry.ref if looked else "",
            asked.query.asking,
            asked.query.leading,
        ),
        chosen=_chosen(looked, catalogue, asked.query, arguments) if looked else None,
        canonical=canonical,
    )


def _browsed(given: Arguments, name: str, description: str = "") -> str:
    """A results page with an address of its own."""
    here = rooms()
    asked, catalogue = here.read(given, audience()), readers_catalogue()
    found = find(asked.query, catalogue, facets=True)
    answer = ResultsPresenter(given, given, here.now()).browsed(asked.query, found, name, description)
    return _page(asked, given, given, answer, catalogue, found, canonical=request.path)


def _chosen(looked: Looked, catalogue: Catalogue, query: Query, arguments: Arguments) -> Chosen:
    """What stands beside the list of a wide screen."""
    schedule = catalogue.schedule(looked.result.entry.ref)
    return pages().services.chosen(looked, schedule, query, arguments, rooms().now())


@blueprint.get("/types")
@allow("anybody")
def types() -> str:
    """Every type of help that there is."""
    links = browse.type_links(readers_catalogue(), rooms().taxonomies)
    return render_template("public/browse.html", title="Types of help", links=links)


@blueprint.get("/types/<slug>")
@allow("anybody")
def type_of_help(slug: str) -> str:
    """Entries of one type."""
    try:
        kind = browse.get_type(slug, rooms().taxonomies)
    except KeyError:
        abort(404)
    return _browsed({"type": [kind.code]}, kind.plural, kind.description)


@blueprint.get("/boroughs")
@allow("anybody")
def boroughs() -> str:
    """Every borough."""
    return render_template("public/browse.html", title="Boroughs", links=browse.borough_links(rooms().places))


@blueprint.get("/boroughs/<slug>")
@allow("anybody")
def borough(slug: str) -> str:
    """Entries in a borough, or for the people who live there."""
    try:
        found = browse.get_borough(slug, rooms().places)
    except KeyError:
        abort(404)
    return _browsed({"borough": [found.code]}, f"Crisis help in {found.name}")


@blueprint.get("/about")
@allow("anybody")
def about() -> str:
    """Where the data comes from, what it means, and under what licence."""
    return render_template("public/about.html", year=rooms().now().year)


@blueprint.get("/privacy")
@allow("anybody")
def privacy() -> str:
    """What is and is not known of those who look."""
    return render_template("public/privacy.html")


@blueprint.get("/accessibility")
@allow("anybody")
def accessibility() -> str:
    """Who can use the pages, and what was checked."""
    return render_template("public/accessibility.html")
