"""The shortlist: up to five entries to compare and print, held in the address of the page and nowhere else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from directory import schedules
from directory.models import Entry
from directory.places import Places, distance_in_words
from directory.places.travel import in_words
from directory.public import facts, handover, knowing, summaries
from directory.public.arguments import Arguments, Change, query_string
from directory.public.cards import Cards, ask_about, spoken_state
from directory.public.looking import Looked, look_up
from directory.public.results import Link
from directory.public.summaries import NOT_KNOWN
from directory.schedules import LONDON
from directory.search import wording
from directory.search.catalogue import Catalogue
from directory.search.query import Query
from directory.search.results import Result
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path
from directory.web.times import moment

MOST = 5
MOST_READ = 40
NAME = "shortlist"


@dataclass(frozen=True, slots=True)
class Shortlist:
    """References of entries, in the order in which they were put on it."""

    refs: tuple[str, ...] = ()

    @classmethod
    def of(cls, arguments: Arguments) -> "Shortlist":
        """What an address holds: `shortlist=CAD-0001,CAD-0002`, at most the first forty."""
        given = ",".join(arguments.get(NAME, ())).upper().split(",")
        refs = dict.fromkeys(ref for text in given if re.fullmatch(r"[0-9A-Z-]{1,20}", ref := text.strip()))
        return cls(tuple(refs)[:MOST_READ])

    def links(self, ref: str, path: str, arguments: Arguments) -> list[Link]:
        """What can be done with an entry on the page at `path`, which stays as it is; and where to compare."""
        links = []
        if ref in self.refs:
            links.append(Link("Remove from shortlist", with_query(path, arguments, {NAME: self.without(ref)})))
        elif len(self.refs) < MOST:
            added = ",".join([*self.refs, ref])
            links.append(Link("Add to shortlist", with_query(path, arguments, {NAME: added})))
        full = ", which is full" if len(self.refs) >= MOST and ref not in self.refs else ""
        if self.refs:
            links.append(Link(f"Compare your shortlist ({len(self.refs)}){full}", with_query("/shortlist", arguments)))
        return links

    def without(self, ref: str) -> str:
        """The value of the parameter with one entry taken off; empty where it was the only one."""
        return ",".join(other for other in self.refs if other != ref)


def with_query(path: str, arguments: Arguments, changes: dict[str, Change] | None = None) -> str:
    """The address of a page with the arguments of a search, some of them changed."""
    query = query_string(arguments, changes)
    return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of the comparison: its name and page, and the address of the comparison without it."""

    name: str
    path: str
    remove: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of every entry, in the order of the columns."""

    name: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The page, ready to print. `left_over` are entries for which there is no room beside the first five."""

    as_of: str
    notices: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[FactRow]
    left_over: Sequence[Link]
    text: str
    back: Link


@dataclass(frozen=True)
class ShortlistPresenter:
    """Puts entries side by side."""

    cards: Cards
    places: Places
    taxonomies: Taxonomies

    def comparison(self, query: Query, catalogue: Catalogue, arguments: Arguments, now: datetime) -> Comparison:
        """The entries on the shortlist of the arguments, as the search of the arguments sees them at an instant."""
        shortlist = Shortlist.of(arguments)
        found = look_up(query, catalogue, shortlist.refs)
        missing = [ref for ref in shortlist.refs if ref not in catalogue.rows]
        shown, left_over = found[:MOST], [looked.result.entry for looked in found[MOST:]]
        return Comparison(
            as_of=handover.stamped(now),
            notices=[*_missing(missing), *_too_many(len(left_over))],
            columns=[self._column(looked.result.entry, shortlist, arguments) for looked in shown],
            rows=self._rows(shown, query, catalogue, now),
            left_over=[Link(entry.name, with_query(entry_path(entry), arguments)) for entry in left_over],
            text="\n\n".join(
                self._text(looked.result, query, now) for looked in shown if looked.result.entry.is_public
            ),
            back=Link("Back to results", with_query("/search", {**arguments, "entry": []})),
        )

    def _column(self, entry: Entry, shortlist: Shortlist, arguments: Arguments) -> Column:
        rest = with_query("/shortlist", arguments, {NAME: shortlist.without(entry.ref)})
        return Column(entry.name, with_query(entry_path(entry), arguments), rest)

    def _text(self, result: Result, query: Query, now: datetime) -> str:
        at = query.at if query.at_given else None
        return handover.message(result.entry, result.opening, now, self.places, self.taxonomies, at)

    def _rows(self, shown: Sequence[Looked], query: Query, catalogue: Catalogue, now: datetime) -> list[FactRow]:
        day = query.at.astimezone(LONDON)
        facts_of = [
            {
                f"At {moment(query.at, now)}" if query.at_given else "Now": self._state(looked.result),
                "Reported": facts.caution(looked.result.entry, now.date()),
                "How far": self._how_far(looked.result),
                "Number": _numbers(facts.contacts(looked.result.entry)[:2]) or NOT_KNOWN,
                **self._for_professionals(looked.result.entry),
                "Not quite": facts.sentences(looked.against),
                "Ask about": ask_about(looked.result.ask_about, query.asking).removeprefix("Ask about "),
                **self._asking(looked.result.entry, query),
                "Who it is for": summaries.who(looked.result.entry, self.places),
                "How to get in": summaries.way_in(looked.result.entry, self.taxonomies),
                "Where": summaries.where(looked.result.entry, self.places),
                "Culture and language": summaries.culture(looked.result.entry, self.taxonomies),
                f"Hours on {day:%A} {day.day} {day:%B}": _hours(looked.result.entry, catalogue, day),
                "How we know": facts.sentences([knowing.freshness(looked.result.entry, query.leading, now.date())]),
            }
            for looked in shown
        ]
        names = facts_of[0] if facts_of else {}
        rows = [FactRow(name, [each[name] for each in facts_of]) for name in names]
        return [row for row in rows if any(row.cells)]

    def _state(self, result: Result) -> str:
        state = spoken_state(result.answer.state, result.open_text, self.cards.entry_card(result.entry))
        return facts.sentences([", ".join(filter(None, [state.words, state.more])), result.opening.said])

    def _how_far(self, result: Result) -> str:
        if result.distance_km is None or result.arrival is None:
            card = self.cards.entry_card(result.entry)
            return f"In {card.borough}." if card.borough else ""
        far, journey = distance_in_words(result.distance_km), in_words(result.arrival.travel)
        return facts.sentences([f"{far[:1].upper()}{far[1:]}", journey, result.arrival.note])

    def _for_professionals(self, entry: Entry) -> dict[str, str]:
        """Numbers and notes for professionals; nothing where the public compares."""
        card = self.cards.entry_card(entry)
        only = "Not for the public" if card.is_inner else ""
        said = Markup("<br>").join(filter(None, [only, _numbers(card.inner), card.notes]))
        return {"For professionals only": said} if self.cards.audience == "professional" else {}

    def _asking(self, entry: Entry, query: Query) -> dict[str, str]:
        if query.asking in (None, "self"):
            return {}
        said = [f"{name}: {wording.uncapitalised(words)}" for name, words in summaries.accepted(entry, query.asking)]
        return {f"For {summaries.ASKING[query.asking]}": facts.sentences(said)}


def _numbers(contacts: Sequence[facts.Contact]) -> Markup:
    links = [
        Markup('<a href="{}">{} <span class="app-number">{}</span></a> {}').format(
            contact.href, contact.verb, contact.number, contact.note
        )
        for contact in contacts
    ]
    return Markup("<br>").join(links)


def _hours(entry: Entry, catalogue: Catalogue, day: datetime) -> str:
    schedule = catalogue.schedule(entry.ref)
    return schedules.week(schedule, day.date())[0].words if schedule.known else NOT_KNOWN


def _missing(refs: Sequence[str]) -> Iterator[str]:
    if refs:
        are = "are" if len(refs) > 1 else "is"
        yield f"{wording.listed(refs, 'and')} {are} not in the directory, or not any more."


def _too_many(number: int) -> Iterator[str]:
    if number:
        are = "entries are" if number > 1 else "entry is"
        yield f"{MOST} fit side by side. {number} more {are} below the table: remove some to compare others."
