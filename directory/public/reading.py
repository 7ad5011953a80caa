"""Who reads a public page: the public, or a professional who has signed in and sees more on the same pages."""

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from directory.models import Audience
from directory.permissions import reads_professional
from directory.search.catalogue import Catalogue
from directory.web import rooms
from directory.web.entering import who


def audience() -> Audience:
    """For whom the page is. Somebody whom the database cannot vouch for just now reads what the public does."""
    if "audience" not in g:
        g.audience = "professional" if request.cookies and _is_professional() else "public"
    read_by: Audience = g.audience
    return read_by


def _is_professional() -> bool:
    try:
        return reads_professional(who())
    except SQLAlchemyError:
        return False


def catalogue() -> Catalogue:
    """All that the reader may see, as of this moment. Raises CatalogueUnavailable or PlacesUnavailable."""
    return rooms().catalogue(audience())


def kept_by_nobody(response: Response) -> Response:
    """A page for professionals with what forbids every cache to keep it: the next at the desk may be somebody else."""
    if g.get("audience") == "professional":
        response.headers["Cache-Control"] = "private, no-store"
    return response
