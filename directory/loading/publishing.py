"""What a file says becomes what the directory says, all or nothing, and never over what people changed."""

from datetime import datetime
from typing import NamedTuple

from directory import revisions
from directory.db import Database
from directory.loading.reading import Loaded
from directory.models import Entry
from directory.revisions import Published

LOADER = "command:services load"
"""The actor of changes that come from files of the installation."""

_LOADERS = (LOADER, "flask services load")  # the second, in databases of earlier releases


class Loading(NamedTuple):
    """What was published, and the references of entries that differ from the file because people changed them."""

    published: Published
    left_alone: tuple[str, ...]


def load(
    database: Database,
    loaded: Loaded,
    *,
    reason: str,
    at: datetime,
    actor: str = LOADER,
    over: bool = False,
    dry_run: bool = False,
) -> Loading:
    """Publish what differs, in one transaction; entries that are not in the file stay as they are.

    So do entries that anybody but a loader has ever changed, unless `over` insists; then too, what is said of this
    night and reported by people stays. A dry run says the same and changes nothing; its change number is the one that
    would have been reached. `at` is an aware instant. Raises ValueError where there are complaints: a part of a file is
    never published.
    """
    if loaded.complaints:
        raise ValueError(f"the file has {len(loaded.complaints)} complaints, so none of it is published")
    with database.unit_of_work() as session:
        known = revisions.get_entries(session, [entry.ref for entry in loaded.entries])
        theirs = set() if over else revisions.refs_changed_by_others(session, (*_LOADERS, actor))
        wanted = [_kept(entry, known.get(entry.ref)) for entry in loaded.entries]
        left_alone = tuple(entry.ref for entry in wanted if entry.ref in theirs and entry != known[entry.ref])
        wanted = [entry for entry in wanted if entry.ref not in left_alone]
        published = revisions.publish(session, wanted, actor=actor, reason=reason, at=at)
        if dry_run:
            session.rollback()
    return Loading(published, left_alone)


def refs_not_in_file(database: Database, loaded: Loaded) -> tuple[str, ...]:
    """References of the entries that are in the directory and not in the file, in order."""
    in_file = {entry.ref for entry in loaded.entries}
    with database.reading() as session:
        return tuple(ref for ref in revisions.get_refs(session) if ref not in in_file)


def _kept(entry: Entry, known: Entry | None) -> Entry:
    """An entry of a file with what no file says."""
    if known is None:
        return entry
    return entry.model_copy(update={"live_status": known.live_status, "caution": known.caution})
