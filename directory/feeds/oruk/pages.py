"""Lists as Open Referral UK has them: one page of them in its envelope, or all of them as lines."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import orjson
from flask import Response

from directory.feeds.answering import in_pieces
from directory.feeds.oruk.parameters import A_PAGE, Values
from directory.feeds.oruk.records import LICENCE

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"

Item = TypeVar("Item")


def listed(items: Sequence[Item], make: Callable[[Item], bytes], values: Values) -> Response:
    """The page that was asked for of all these items, or all of them as lines; `make` tells one as JSON."""
    if values.get("format") == "ndjson":
        return in_pieces((make(item) + b"\n" for item in items), LINES)
    everything = max(1, len(items)) if values.get("minimal") else A_PAGE
    return Response(_page(items, make, values.get("page", 1), values.get("per_page", everything)), mimetype=JSON)


def single(told: bytes | Mapping[str, Any]) -> Response:
    """One record by itself."""
    return Response(told if isinstance(told, bytes) else orjson.dumps(told), mimetype=JSON)


def _page(items: Sequence[Item], make: Callable[[Item], bytes], number: int, per_page: int) -> bytes:
    """A page in its envelope. The number of pages of an empty list is 0; a page past the end is empty, and the last."""
    total = -(-len(items) // per_page)
    contents = items[(number - 1) * per_page : number * per_page]
    envelope = {
        "total_items": len(items),
        "total_pages": total,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= total,
        "empty": not contents,
        **LICENCE,
    }
    return orjson.dumps(envelope)[:-1] + b',"contents":[' + b",".join(map(make, contents)) + b"]}"
