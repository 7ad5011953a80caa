"""The pages of entries: one whole, one beside the results, and several side by side."""

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.feeds.in_pages import told_to_machines
from directory.models import Entry
from directory.public.arguments import (
    Arguments,
    known_arguments,
    query_string,
    start_again_path,
    understood_arguments,
)
from directory.public.looking import look_up
from directory.public.reading import audience, kept_by_nobody
from directory.public.reading import catalogue as readers_catalogue
from directory.public.shortlist import ShortlistPresenter
from directory.public.views import pages
from directory.search.catalogue import Catalogue
from directory.search.query import Query
from directory.web import rooms
from directory.web.entering import allow
from directory.web.links import entry_path

blueprint = Blueprint("entries", __name__)
blueprint.after_request(kept_by_nobody)


def _search() -> tuple[Query, Arguments]:
    """The search in the address, as far as it can be understood, and what links carry of it."""
    here, given = rooms(), dict(request.args.lists())
    asked = here.read(given, audience())
    return asked.query, understood_arguments(asked, given)


def _found(ref: str) -> tuple[Entry, Catalogue]:
    """An entry that the reader may see, and the catalogue that has it: the next moment's may not."""
    catalogue = readers_catalogue()
    try:
        return catalogue.get(ref.upper()), catalogue
    except KeyError:
        abort(404)


@blueprint.get("/services/<ref>")
@blueprint.get("/services/<ref>/<name>")
@allow("anybody")
def service(ref: str, name: str = "") -> AnyResponse | str:
    """One entry, whole. A search in the query leads back to its results."""
    entry, catalogue = _found(ref)
    path = entry_path(entry)
    given = known_arguments(dict(request.args.lists()))
    if request.path != path:
        known = query_string(given)
        return redirect(f"{path}?{known}" if known else path, 301)
    query, arguments = _search()
    start_again = start_again_path(arguments)
    back = {"text": "New search", "href": start_again}
    if set(arguments) - {"shortlist"}:
        back = {"text": "Back to results", "href": f"/search?{query_string(given)}"}
    (looked,) = look_up(query, catalogue, [entry.ref])
    page = pages().services.page(looked, catalogue.schedule(entry.ref), query, arguments, rooms().now())
    told = told_to_machines(entry.ref)
    return render_template("public/service.html", page=page, back=back, start_again=start_again, told=told)


@blueprint.get("/services/<ref>/chosen")
@allow("anybody")
def chosen(ref: str) -> Response:
    """One entry as it stands beside the results of the search in the query: a part of a page."""
    entry, catalogue = _found(ref)
    query, arguments = _search()
    (looked,) = look_up(query, catalogue, [entry.ref])
    part = pages().services.chosen(looked, catalogue.schedule(entry.ref), query, arguments, rooms().now())
    return Response(
        render_template("public/chosen.html", chosen=part), headers={"X-Robots-Tag": "noindex"}, mimetype="text/html"
    )


@blueprint.get("/shortlist")
@allow("anybody")
def shortlist() -> str:
    """Up to five entries side by side, to compare and print."""
    here = rooms()
    query, arguments = _search()
    presenter = ShortlistPresenter(pages().cards, here.places, here.taxonomies)
    return render_template(
        "public/shortlist.html",
        page=presenter.comparison(query, readers_catalogue(), arguments, here.now()),
        start_again=start_again_path(arguments),
    )
