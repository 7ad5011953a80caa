"""A consumer of the changes: keeps a copy of every record in one file, and may be killed at any instant.

    python consumer.py https://directory.example.org/export/v1/changes copy.sqlite3 [--key KEY] [--once]

It needs Python alone, and may be copied as the beginning of another. The whole of it: ask for a page; in one
transaction put what is updated into the copy, take out what is deleted, and note where to go on; ask for the next page.
It has caught up when a page is empty and leads to itself. It says so, and every page, in a line of JSON.
"""

import argparse
import gzip
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE_SECONDS = 30
"""How long an answer may take; and the longest wait after one that could not be had."""

Page = dict[str, Any]


class Copy:
    """Every record as text, by id, with the number of its version; and `place`, the address to go on from."""

    def __init__(self, path: Path | str, first: str) -> None:
        self.first = first
        self._file = sqlite3.connect(path)
        with self._file:
            self._file.execute("create table if not exists record (id text primary key, modified integer, data text)")
            self._file.execute("create table if not exists place (next text)")

    @property
    def place(self) -> str:
        """Where to ask next: the first address, for a copy that holds nothing yet."""
        row = self._file.execute("select next from place").fetchone()
        return row[0] if row else self.first

    @property
    def records(self) -> dict[str, tuple[int, str]]:
        """The number of its version and the text of each record, by id."""
        return {id_: (modified, data) for id_, modified, data in self._file.execute("select * from record")}

    def take(self, page: Page) -> None:
        """Put a page into the copy, whole or not at all."""
        updated = [item for item in page["items"] if item["state"] == "updated"]
        deleted = [item for item in page["items"] if item["state"] == "deleted"]
        with self._file:
            rows = [(item["id"], item["modified"], json.dumps(item["data"], ensure_ascii=False)) for item in updated]
            self._file.executemany("insert or replace into record values (?, ?, ?)", rows)
            self._file.executemany("delete from record where id = ?", [(item["id"],) for item in deleted])
            self._go_on_from(page["next"])

    def give_to(self, other: "Copy") -> None:
        """Make another file what this one is now."""
        self._file.backup(other._file)

    def start_again(self) -> None:
        """Forget everything: the place is older than what the directory still tells."""
        with self._file:
            self._file.execute("delete from record")
            self._file.execute("delete from place")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _go_on_from(self, address: str) -> None:
        self._file.execute("delete from place")
        self._file.execute("insert into place values (?)", (address,))


class Gone(Exception):  # noqa: N818 - not a fault: the copy is too old
    """The directory does not take this place any more: it is too old, or of another life of the database."""


@dataclass
class Directory:
    """Where pages come from: over the network, with a key or without."""

    key: str = ""
    pages: int = field(default=0, init=False)

    def fetch(self, address: str) -> Page:
        """A page. Raises Gone where a copy must start again, HTTPError and URLError where there is no answer."""
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "consumer of the changes"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            with urlopen(Request(address, headers=headers), timeout=PATIENCE_SECONDS) as answer:
                body = answer.read()
                is_packed = answer.headers.get("Content-Encoding") == "gzip"
        except HTTPError as error:
            error.close()
            if error.code in {400, 410}:
                raise Gone(address) from error
            raise
        self.pages += 1
        page: Page = json.loads(gzip.decompress(body) if is_packed else body)
        return page


def step(copy: Copy, fetch: Callable[[str], Page], say: Callable[..., None]) -> bool:
    """Take one page; gives whether the copy has caught up. Raises as `fetch` does, Gone only for the first address."""
    asked = copy.place
    try:
        page = fetch(asked)
    except Gone:
        if asked == copy.first:
            raise
        copy.start_again()
        say(event="started again")
        return False
    caught_up = not page["items"] and page["next"] == asked
    if not caught_up:
        copy.take(page)
    say(event="caught up" if caught_up else "page", items=len(page["items"]), place=page["next"])
    return caught_up


def follow(copy: Copy, directory: Directory, *, every: float, once: bool, say: Callable[..., None]) -> None:
    """Take page after page, and look again every so many seconds; `once` ends when it has caught up."""
    while True:
        try:
            caught_up = step(copy, directory.fetch, say)
        except (HTTPError, URLError, TimeoutError, ConnectionError) as error:
            status = getattr(error, "code", 0)
            if 400 <= status < 500 and status != 429:
                raise
            asked = getattr(error, "headers", None) or {}
            say(event="waiting", why=type(error).__name__, status=status)
            time.sleep(min(float(asked.get("Retry-After", every)), PATIENCE_SECONDS))
            continue
        if caught_up and once:
            return
        if caught_up:
            time.sleep(every)


def main() -> None:
    """Follow until killed, or until there is nothing new."""
    parser = argparse.ArgumentParser(description="Keeps a copy of the directory in step.")
    parser.add_argument("changes", help="the address of the first page of changes")
    parser.add_argument("copy", type=Path, help="the file that holds the copy; it is made where there is none")
    parser.add_argument("--key", default="", help="a key of the directory, for what is not public")
    parser.add_argument("--every", type=float, default=60, help="seconds between two looks")
    parser.add_argument("--once", action="store_true", help="end when there is nothing new")
    options = parser.parse_args()
    copy = Copy(options.copy, options.changes)
    try:
        follow(copy, Directory(options.key), every=options.every, once=options.once, say=_say)
    finally:
        copy.close()


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
