"""JSON for the box: what somebody who is typing may be about to say."""

import orjson
from flask import Blueprint, Flask, Response, request

from directory.search.query import LONGEST_TEXT
from directory.web import rooms
from directory.web.entering import allow
from directory.web.errors import problem
from directory.web.links import entry_path

blueprint = Blueprint("suggestions", __name__)


def init_app(app: Flask) -> None:
    """Register the address."""
    app.register_blueprint(blueprint)


@blueprint.get("/api/v1/suggestions")
@allow("anybody")
def suggestions() -> Response:
    """Completions of `q`, the text of the box as it stands. Kept by nobody: it may hold a postcode."""
    typed = request.args.getlist("q")
    if len(set(typed)) > 1:
        return problem(400, "No suggestions", "“q” is given more than once with different values. Give it once.")
    text = typed[0] if typed else ""
    if len(text) > LONGEST_TEXT:
        return problem(400, "No suggestions", f"Use {LONGEST_TEXT} characters or fewer.")
    here = rooms()
    found = [
        {
            "text": completion.text,
            "kind": completion.kind,
            "detail": completion.detail,
            "url": entry_path(completion.entry) if completion.entry else None,
        }
        for completion in here.completions.complete(text, here.catalogue())
    ]
    response = Response(orjson.dumps({"suggestions": found}), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    return response
