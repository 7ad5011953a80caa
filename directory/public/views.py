"""The public pages: home, results, browsing, and what the directory says of itself."""

from typing import cast

from flask import Blueprint, Response, abort, current_app, render_template, request

from directory.places import Choices, NotFound
from directory.public import browse
from directory.public.arguments import Arguments, typed, understood_arguments
from directory.public.cards import Cards
from directory.public.filters import FilterForms, Filters
from directory.public.results import Answer, ResultsPresenter
from directory.public.service import ServicePresenter
from directory.public.tags import tags
from directory.search.find import find
from directory.search.query import Asked, Query, read
from directory.search.suggestions import suggest
from directory.web import Rooms, rooms

blueprint = Blueprint("public", __name__)


class PublicPages:
    """The presenters of the pages, made once, and the forms of filters that they keep."""

    def __init__(self, here: Rooms) -> None:
        self.cards = Cards(here.places, here.taxonomies)
        self.filters = FilterForms(here.taxonomies)
        self.services = ServicePresenter(self.cards, here.places, here.taxonomies)


def _pages() -> PublicPages:
    return cast(PublicPages, current_app.extensions["public"])


@blueprint.get("/")
def home() -> str:
    """One box; below it the lines to call, and ways to browse."""
    here = rooms()
    catalogue, now = here.catalogue(), here.now()
    lines = _presenter({}).lines(find(Query(at=now), catalogue).lines)
    return render_template(
        "public/home.html",
        lines=lines,
        types=browse.type_links(catalogue, here.taxonomies),
        boroughs=browse.borough_links(here.places),
    )


@blueprint.get("/search")
def results() -> Response:
    """What was found, nearest first; or why nothing could be looked for."""
    here = rooms()
    given = dict(request.args.lists())
    asked = read(given, here.places, here.taxonomies, here.now())
    arguments = understood_arguments(asked, given)
    page = _results_page(asked, arguments, _answer(asked, arguments))
    return Response(page, 400 if asked.problems else 200, mimetype="text/html")


def _answer(asked: Asked, arguments: Arguments) -> Answer:
    presenter, query, catalogue = _presenter(arguments), asked.query, rooms().catalogue()
    if not asked.problems and not isinstance(asked.located, Choices | NotFound):
        found = find(query, catalogue)
        return presenter.found(query, found, suggest(query, found, catalogue))
    lines = find(Query(at=query.at), catalogue).lines
    if asked.problems:
        return presenter.refused(asked.problems, lines)
    if isinstance(asked.located, Choices):
        return presenter.which(asked.located, query.words, lines)
    assert isinstance(asked.located, NotFound)
    return presenter.nowhere(asked.located, query.words, lines)


def _presenter(arguments: Arguments) -> ResultsPresenter:
    return ResultsPresenter(arguments, rooms().now())


def _results_page(asked: Asked, arguments: Arguments, answer: Answer, canonical: str = "") -> str:
    here = rooms()
    offered = frozenset(browse.counts_by_type(here.catalogue()))
    errors = {problem.field: problem.message for problem in asked.problems}
    return render_template(
        "public/results.html",
        answer=answer,
        errors=[{"text": error.text, "href": error.href} for error in answer.errors],
        typed=typed(arguments),
        tags=[] if answer.errors else tags(asked.query, arguments, here.places, here.taxonomies, here.now()),
        filters=_pages().filters.markup(Filters.of(arguments, errors), offered),
        canonical=canonical,
    )


def _browsed(given: Arguments, name: str, description: str = "") -> str:
    """A results page with an address of its own."""
    here = rooms()
    asked = read(given, here.places, here.taxonomies, here.now())
    found = find(asked.query, here.catalogue())
    answer = _presenter(given).browsed(asked.query, found, name, description)
    return _results_page(asked, given, answer, canonical=request.path)


@blueprint.get("/types")
def types() -> str:
    """Every type of help that there is."""
    here = rooms()
    links = browse.type_links(here.catalogue(), here.taxonomies)
    return render_template("public/browse.html", title="Types of help", links=links)


@blueprint.get("/types/<slug>")
def type_of_help(slug: str) -> str:
    """Entries of one type."""
    try:
        kind = browse.get_type(slug, rooms().taxonomies)
    except KeyError:
        abort(404)
    return _browsed({"type": [kind.code]}, kind.plural, kind.description)


@blueprint.get("/boroughs")
def boroughs() -> str:
    """Every borough."""
    return render_template("public/browse.html", title="Boroughs", links=browse.borough_links(rooms().places))


@blueprint.get("/boroughs/<slug>")
def borough(slug: str) -> str:
    """Entries in a borough, or for the people who live there."""
    try:
        found = browse.get_borough(slug, rooms().places)
    except KeyError:
        abort(404)
    return _browsed({"borough": [found.code]}, f"Crisis help in {found.name}")


@blueprint.get("/about")
def about() -> str:
    """Where the data comes from, what it means, and under what licence."""
    return render_template("public/about.html", year=rooms().now().year)


@blueprint.get("/privacy")
def privacy() -> str:
    """What is and is not known of those who look."""
    return render_template("public/privacy.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """Who can use the pages, and what was checked."""
    return render_template("public/accessibility.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Searches are nobody's to keep."""
    return Response("User-agent: *\nDisallow: /search\nDisallow: /api/\n", mimetype="text/plain")
