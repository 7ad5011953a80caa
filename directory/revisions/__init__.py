"""The only code that changes a published entry; every change is a numbered row in the thread that readers follow.

`publishing` makes entries public, `proposals` holds what waits for a decision, `history` looks back and restores.
"""

from directory.revisions.differences import Difference, differences
from directory.revisions.history import HistoryItem, LiveChange, get_version, history, live_since, put_back, restore
from directory.revisions.proposals import (
    AlreadyDecided,
    Clash,
    Waiting,
    approve,
    decide_without_publishing,
    get_proposal,
    list_proposals,
    list_waiting,
    propose,
)
from directory.revisions.publishing import (
    Published,
    change_entry,
    get_entries,
    get_entry,
    get_organizations,
    get_refs,
    latest_number,
    mark,
    next_ref,
    next_refs,
    number_of,
    numbers,
    publish,
    refs_changed_after,
    refs_changed_by_others,
)

__all__ = [
    "AlreadyDecided",
    "Clash",
    "Difference",
    "HistoryItem",
    "LiveChange",
    "Published",
    "Waiting",
    "approve",
    "change_entry",
    "decide_without_publishing",
    "differences",
    "get_entries",
    "get_entry",
    "get_organizations",
    "get_proposal",
    "get_refs",
    "get_version",
    "history",
    "latest_number",
    "list_proposals",
    "list_waiting",
    "live_since",
    "mark",
    "next_ref",
    "next_refs",
    "number_of",
    "numbers",
    "propose",
    "publish",
    "put_back",
    "refs_changed_after",
    "refs_changed_by_others",
    "restore",
]
