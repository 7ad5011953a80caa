"""What one process keeps of Open Referral UK: what records are told with, and the index of the newest shelf."""

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TypeVar

import orjson
from flask import Response, current_app, request

from directory.feeds.answering import home, shelf_for, tagged
from directory.feeds.oruk import parameters
from directory.feeds.oruk.filters import Index
from directory.feeds.oruk.parameters import Values, whole_uuid
from directory.feeds.oruk.records import Reference, Told
from directory.feeds.oruk.taxonomies import make_terms
from directory.feeds.readers import ANYBODY, here_now, reader
from directory.feeds.shelf import Shelf
from directory.records import Record
from directory.revisions import Version
from directory.web import rooms
from directory.web.errors import Refused

Form = Callable[[Record, Version, Reference], Told]
"""How a record is told: one of the functions of `records`."""

Thing = TypeVar("Thing")


class Telling:
    """Tells the records of one shelf after the other."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._lock = threading.Lock()

    @cached_property
    def reference(self) -> Reference:
        """What records are told with."""
        here = rooms()
        return Reference(make_terms(here.taxonomies, home()), here.places.areas, here.config.freshness)

    def index(self, shelf: Shelf) -> Index:
        """The index of a shelf, made once, with what stands of the one before."""
        index, change = self._index, (shelf.number, shelf.mark)
        if index is None or index.change != change:
            with self._lock:
                if self._index is None or self._index.change != change:
                    self._index = Index(shelf, self.reference.terms, here_now(), self._index)
                index = self._index
        return index

    def teller(self, shelf: Shelf, form: Form) -> Callable[[str], bytes]:
        """What tells a record of this instant by its reference, as JSON; made once for each version.

        It may be asked after the request is over. KeyError where there is no such record.
        """
        reference, now = self.reference, here_now()

        def made(record: Record, version: Version) -> bytes:
            return orjson.dumps(form(record, version, reference))

        return lambda ref: shelf.made(f"oruk {form.__name__}", made, ref, now)


def telling() -> Telling:
    """What the process of this request keeps."""
    kept: Telling = current_app.extensions["oruk"]
    return kept


def answered(known: tuple[str, ...], prepare: Callable[[Shelf, Values], Callable[[], Response]]) -> Response:
    """An answer made of the public shelf, whatever key was sent.

    `prepare` looks up what is asked for, and gives what makes the answer where the reader does not have it. Raises
    Refused, and as the shelf does.
    """
    who = reader()
    values = parameters.read(request.args, known)
    shelf = shelf_for(ANYBODY)
    return tagged(shelf, who, prepare(shelf, values))


def found(wanted: str, things: Mapping[str, Thing], name: str) -> Thing:
    """The thing with this id. Raises Refused (404), also where that is no UUID."""
    try:
        thing = things.get(whole_uuid(wanted))
    except ValueError as error:
        raise Refused(404, f"No such {name}", f"That is not an id. {error}") from None
    if thing is None:
        raise Refused(404, f"No such {name}", f"No {name} has this id.")
    return thing


def still_there(shelf: Shelf, wanted: str, refs: Mapping[str, str], name: str) -> str:
    """The reference behind an id. Raises Refused: 404 for one that never was, 410 for one that is gone."""
    ref = found(wanted, refs, name)
    if not shelf.has(ref):
        gone = shelf.versions[ref].at.date().isoformat()
        detail = f"It was taken out of the directory on {gone}. Stop showing it, and do not send anybody there."
        raise Refused(410, "No longer in the directory", detail, x_ref=ref)
    return ref
