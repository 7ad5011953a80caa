"""The pages of entries."""

from typing import cast

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from directory.public.arguments import known_arguments, query_string
from directory.public.service import ServicePresenter
from directory.public.views import PublicPages
from directory.search.query import read
from directory.web import rooms
from directory.web.links import entry_path

blueprint = Blueprint("entries", __name__)


def _services() -> ServicePresenter:
    return cast(PublicPages, current_app.extensions["public"]).services


@blueprint.get("/services/<ref>")
@blueprint.get("/services/<ref>/<name>")
def service(ref: str, name: str = "") -> AnyResponse | str:
    """One entry, whole. A search in the query leads back to its results."""
    here = rooms()
    catalogue = here.catalogue()
    try:
        entry = catalogue.get(ref.upper())
    except KeyError:
        abort(404)
    given = dict(request.args.lists())
    query = query_string(known_arguments(given))
    path = entry_path(entry)
    if request.path != path:
        return redirect(f"{path}?{query}" if query else path, 301)
    back = {"text": "Back to results", "href": f"/search?{query}"} if query else {"text": "New search", "href": "/"}
    near = read(given, here.places, here.taxonomies, here.now()).query.place
    page = _services().page(entry, catalogue.schedule(entry.ref), here.now(), near)
    return render_template("public/service.html", page=page, back=back)
