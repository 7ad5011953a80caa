"""Where a page begins or ends: an opaque mark in the links of a Bundle, by what it stands between and not by a number.

Whatever comes or goes between two pages, nothing that stays is told twice or left out.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import orjson

from directory.web.errors import Refused

Key = tuple[str | float, ...]
"""What things are sorted by; the last part is different for each."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page after a key, or the one before it."""

    side: Literal["after", "before"]
    key: Key


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a sorted list that is told: from `start` until `end`, and what leads to the pages beside it."""

    start: int
    end: int
    next: Cursor | None
    previous: Cursor | None


def page_of(keys: Sequence[Key], cursor: Cursor | None, count: int, *, descending: bool = False) -> Page:
    """The page that a cursor asks for, of keys in their order; empty past the end.

    Raises Refused, 400, for the cursor of a list that was sorted by something else.
    """
    start = 0
    if cursor is not None:
        if keys and _shape(cursor.key) != _shape(keys[0]):
            raise _not_ours()
        is_past = [key > cursor.key if not descending else key < cursor.key for key in keys]
        has_it = cursor.side == "after"
        start = sum(not past and (has_it or key != cursor.key) for past, key in zip(is_past, keys, strict=True))
    end = min(start + count, len(keys))
    if cursor is not None and cursor.side == "before":
        start, end = max(start - count, 0), start
    has_next, has_previous = start < end < len(keys), 0 < start < end
    following = Cursor("after", keys[end - 1]) if has_next else None
    return Page(start, end, following, Cursor("before", keys[start]) if has_previous else None)


def written(cursor: Cursor) -> str:
    """The mark of a cursor."""
    return urlsafe_b64encode(orjson.dumps([cursor.side, *cursor.key])).decode().rstrip("=")


def read_cursor(texts: Sequence[str]) -> Cursor:
    """The cursor of a mark. Raises Refused, 400, for one that was never ours."""
    text = texts[0] if len(texts) == 1 else ""
    try:
        side, *key = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if side in ("after", "before") and key and all(isinstance(part, str | float | int) for part in key):
            return Cursor(side, tuple(key))
    except (ValueError, TypeError, binascii.Error):
        pass
    raise _not_ours()


def _shape(key: Key) -> list[bool]:
    return [isinstance(part, str) for part in key]


def _not_ours() -> Refused:
    detail = "This is not a page of ours. Follow the links of a Bundle as they are, or start again without _page."
    return Refused(400, "The search cannot be understood", detail, location=["http._page"])
