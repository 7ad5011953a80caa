"""Who reads: anybody, or a machine with a key that may read more; and how much of it in a minute.

Minutes are those of the clock, so that somebody may ask twice as much around the end of one; each process of a server
counts by itself. Both err on the side of the reader: the limits keep away loops that have gone wrong, and no more.
"""

import threading
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Response, after_this_request, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from directory.accounts import keys
from directory.accounts.limits import keyed, network_of
from directory.models import ApiKey, Audience
from directory.web import rooms
from directory.web.errors import Refused

ANYBODY_A_MINUTE: Final = 600
"""Requests a minute from one address, which may be that of a whole control room."""
KEY_A_MINUTE: Final = 1200
_REALM = 'Bearer realm="keys of the directory"'
_BASIC = 'Basic realm="keys of the directory", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: for which readers the answer is, and by which key; None for anybody."""

    audience: Audience
    key: ApiKey | None = None


ANYBODY: Final = Reader("public")


def reader(*, must_have_key: bool = False) -> Reader:
    """Who asks now, counted towards their limit. Raises Refused: 401 for a key that opens nothing, 429 for too much."""
    if "reader" not in g:
        try:
            found = _reader()
        except Refused:
            _count(ANYBODY, here_now())
            raise
        _count(found, here_now())
        g.reader = found
    told: Reader = g.reader
    if must_have_key and told.key is None:
        raise _no("This address wants a key, sent as HTTP Basic: its name before the colon, the whole key after it.")
    return told


def here_now() -> datetime:
    """The instant of this request."""
    return rooms().now()


def _reader() -> Reader:
    given = request.headers.get("Authorization")
    if given is None:
        return ANYBODY
    text = _key_of(given)
    here, now = rooms(), here_now()
    with here.database.reading() as session:
        key = keys.find_key(session, text, now) if text else None
    if key is None:
        raise _no("The key is unknown, or it has expired or was revoked. Ask whoever runs the directory for another.")
    if keys.is_use_to_be_noted(key, now):
        _note_use_afterwards(key, now)
    return Reader("professional" if "professional" in key.scopes else "public", key)


def _note_use_afterwards(key: ApiKey, now: datetime) -> None:
    """Write down that a key was used once the answer has been sent: no reader waits for whoever writes just then."""
    database, log = rooms().database, current_app.logger

    def note() -> None:
        try:
            with database.unit_of_work() as session:
                keys.note_use(session, key, now)
        except SQLAlchemyError as error:
            log.warning("The use of a key could not be noted: %s", type(error).__name__)

    @after_this_request
    def closing(response: Response) -> Response:
        response.call_on_close(note)
        return response


def _key_of(given: str) -> str:
    """The key in an Authorization header: the token of Bearer, the password of Basic. Raises Refused."""
    scheme, _, rest = given.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        raise _no("Send the key as “Authorization: Bearer KEY”, or as the password of HTTP Basic.")
    try:
        name, colon, password = b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:  # what is not ASCII, not Base64, or not UTF-8
        name, colon, password = "", "", ""
    if not colon:
        raise _no("The header of HTTP Basic cannot be read. It is “Basic ” and the Base64 of NAME:KEY.")
    return password if password.startswith(f"{name}_") else ""


def _no(detail: str) -> Refused:
    challenge = _BASIC if request.path.startswith("/dos/") else f"{_REALM}, {_BASIC}"
    return Refused(401, "Not signed in", detail, {"WWW-Authenticate": challenge})


class Counts:
    """How often each reader has asked in this minute, in the memory of one process; forgotten with the minute."""

    def __init__(self) -> None:
        self._minute, self._asked, self._lock = 0, Counter[str](), threading.Lock()

    def add(self, who: str, minute: int) -> int:
        """Count a request of somebody, and say how many they have made in this minute."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._asked.clear()
            self._asked[who] += 1
            return self._asked[who]


def _count(who: Reader, now: datetime) -> None:
    counts: Counts = current_app.extensions["feed_counts"]
    seconds = int(now.timestamp())
    most = KEY_A_MINUTE if who.key else ANYBODY_A_MINUTE
    name = who.key.prefix if who.key else keyed(network_of(request.remote_addr or "::"))
    if counts.add(name, seconds // 60) > most:
        wait = 60 - seconds % 60
        detail = f"At most {most} requests a minute. Wait {wait} seconds, or ask for changes in larger pages."
        raise Refused(429, "Too many requests", detail, {"Retry-After": str(wait)})
