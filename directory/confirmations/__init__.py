"""Still right? Providers are asked by mail, once a month at most, and answer through a link without signing in.

`rounds` asks, reminds and passes silence on, `links` are what the mail leads to, `answers` are what comes back,
`holidays` are the days that are asked about.
"""

from directory.confirmations.answers import (
    GROUP_WORDS,
    HOLIDAY_WORDS,
    Answered,
    Asking,
    Item,
    OpenNote,
    add_hours,
    add_note,
    answer,
    answers_of,
    open_notes,
    questions,
)
from directory.confirmations.holidays import Holiday
from directory.confirmations.links import LinkExpired, LinkUnknown, OpenLink, get_link
from directory.confirmations.rounds import (
    Asked,
    ask,
    forget,
    is_worth_asking,
    list_silent,
    pass_on,
    remind,
    silent_refs,
)

__all__ = [
    "GROUP_WORDS",
    "HOLIDAY_WORDS",
    "Answered",
    "Asked",
    "Asking",
    "Holiday",
    "Item",
    "LinkExpired",
    "LinkUnknown",
    "OpenLink",
    "OpenNote",
    "add_hours",
    "add_note",
    "answer",
    "answers_of",
    "ask",
    "forget",
    "get_link",
    "is_worth_asking",
    "list_silent",
    "open_notes",
    "pass_on",
    "questions",
    "remind",
    "silent_refs",
]
