"""The results page in words: what was found, what may fit, who to call, and what to try instead."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from directory.places import Choices, NotFound, Place
from directory.public.arguments import Arguments, query_string, search_path
from directory.public.tags import distinct_name, nearness, quoted, radius_in_words
from directory.public.times import clock, moment
from directory.search.find import Found, Result
from directory.search.query import Problem, Query
from directory.search.suggestions import Suggestion
from directory.search.wording import uncapitalised

MOST_FROM_ANYWHERE = 20
_FIELDS = {"postcode": "q", "icb": "q", "borough": "q", "page": "q"}


@dataclass(frozen=True, slots=True)
class Link:
    """Text and where it leads."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading. `hint` says what they have in common, `more` what was left out."""

    id: str
    title: str
    results: Sequence[Result]
    hint: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the results page shows below the box; every text is ready to print, empty where there is nothing to say.

    `entry_query` follows the address of every entry, so that its page can lead back. `errors` are for the summary on
    top.
    """

    heading: str
    summary: str = ""
    notices: Sequence[str] = ()
    errors: Sequence[Link] = ()
    links_title: str = ""
    links: Sequence[Link] = ()
    places: Sequence[Group] = ()
    other: Sequence[Group] = ()
    previous: str = ""
    next: str = ""
    entry_query: str = ""

    @property
    def columns(self) -> list[Sequence[Group]]:
        """The groups as they stand side by side on a desk: places first, or else the lines."""
        columns = [self.places, self.other] if self.places else [self.other[:1], self.other[1:]]
        return [column for column in columns if column]


@dataclass(frozen=True)
class ResultsPresenter:
    """Turns a search and what it found into an Answer. `now` is the instant of the page."""

    arguments: Arguments
    now: datetime
    _query: str = field(init=False)

    def __post_init__(self) -> None:
        query = query_string(self.arguments)
        object.__setattr__(self, "_query", f"?{query}" if query else "")

    def found(self, query: Query, found: Found, suggestions: Sequence[Suggestion] = ()) -> Answer:
        """The page of an answered search."""
        first = query.page == 1
        return Answer(
            heading=_heading(query, found, self.now),
            summary=_summary(query, found, self.now),
            notices=_notices(query, found, self.now),
            links_title="What you can try" if suggestions else "",
            links=[
                Link(f"{suggestion.label} ({suggestion.count})", search_path(self.arguments, suggestion.arguments))
                for suggestion in suggestions
            ],
            places=self._places(query, found) if first else self._nearest(found),
            other=self._other(found) if first else [],
            previous=self._page(query.page - 1) if not first else "",
            next=self._page(found.next_page) if found.next_page else "",
            entry_query=self._query,
        )

    def browsed(self, query: Query, found: Found, name: str, description: str) -> Answer:
        """The page of a type or a borough, which has a name and says what it is."""
        answer = self.found(query, found)
        count = f"{answer.heading}." if found.total else ""
        summary = " ".join(filter(None, [description, count, answer.summary]))
        return replace(answer, heading=name, summary=summary, links_title="", links=())

    def refused(self, problems: Sequence[Problem], lines: Sequence[Result]) -> Answer:
        """The page of a search that cannot be used as it is."""
        return Answer(
            heading="Check your search",
            errors=[Link(problem.message, f"#{_FIELDS.get(problem.field, problem.field)}") for problem in problems],
            other=self.lines(lines),
            entry_query=self._query,
        )

    def which(self, choices: Choices, words: str, lines: Sequence[Result]) -> Answer:
        """The page that asks which of several places is meant."""
        return Answer(
            heading=choices.message,
            links=[self._near(place, words) for place in choices.options],
            other=self.lines(lines),
            entry_query=self._query,
        )

    def nowhere(self, unknown: NotFound, words: str, lines: Sequence[Result]) -> Answer:
        """The page of a place that is not known: why, and what may have been meant."""
        links = [self._near(unknown.fallback, words)] if unknown.fallback else []
        links += [
            Link(name, search_path(self.arguments, {"postcode": name, "q": words})) for name in unknown.suggestions
        ]
        return Answer(
            heading="We could not find that place",
            errors=[Link(unknown.message, "#q")],
            links_title="You can search here instead" if links else "",
            links=links,
            other=self.lines(lines),
            entry_query=self._query,
        )

    def _near(self, place: Place, words: str) -> Link:
        borough = place.borough_name or ""
        label = place.label if borough in place.label else f"{place.label}, {borough}"
        return Link(label, search_path(self.arguments, {"postcode": place.query, "q": words}))

    def _page(self, number: int) -> str:
        return search_path(self.arguments, {"page": str(number)})

    def _nearest(self, found: Found) -> list[Group]:
        return [Group("places", "Places", found.results)] if found.results else []

    def _places(self, query: Query, found: Found) -> list[Group]:
        groups = self._nearest(found)
        if found.ask:
            hint = "These may fit, but something that you asked for is not known."
            groups.append(Group("ask", "Ask first", found.ask, hint))
        if found.elsewhere:
            lives = query.place.borough_name if query.place else None
            hint = f"Near, but not for people who live in {lives or 'this place'}."
            groups.append(Group("elsewhere", "For people from other areas", found.elsewhere, hint))
        return groups

    def _other(self, found: Found) -> list[Group]:
        already = {result.entry.ref for result in found.lines}
        rest = [result for result in found.anywhere if result.entry.ref not in already]
        groups = self.lines(found.lines)
        if rest:
            repeated = len(found.anywhere) - len(rest)
            more = found.anywhere_total - repeated - MOST_FROM_ANYWHERE
            groups.append(
                Group(
                    "anywhere",
                    "Help from anywhere",
                    rest[:MOST_FROM_ANYWHERE],
                    "By phone, text or online, or at an address that is not known or not told.",
                    f"{more} more are not shown. Say what you need, or choose filters, to see fewer."
                    if more > 0
                    else "",
                )
            )
        return groups

    def lines(self, lines: Sequence[Result]) -> list[Group]:
        """The lines that never close, where there are any."""
        return [Group("lines", "Call or text now, 24 hours", lines)] if lines else []


def _heading(query: Query, found: Found, now: datetime) -> str:
    """How many places there are, and near what; only what is known to be near is called so."""
    where = f" {uncapitalised(nearness(query.place))}" if query.place else ""
    if found.total:
        if query.place and _far_or_not(query, found):
            where = f", distance from {distinct_name(query.place)} not known"
        return f"{found.total} place{'' if found.total == 1 else 's'}{_opening(query, now)}{where}"
    if query.only_open:
        return f"No places known to be{_opening(query, now)}{where}"
    return f"No places{' known to fit' if found.ask else ''}{where}"


def _far_or_not(query: Query, found: Found) -> bool:
    """Whether a search by distance found only places known by their borough, and none in the borough asked about.

    Those with a distance come first.
    """
    if query.place is None or found.radius_km is None or query.page > 1 or found.results[0].distance_km is not None:
        return False
    return all(result.entry.borough not in query.place.boroughs for result in found.results)


def _opening(query: Query, now: datetime) -> str:
    if not query.only_open:
        return ""
    return f" open at {moment(query.at, now)}" if query.at_given else " open now"


def _summary(query: Query, found: Found, now: datetime) -> str:
    """How the list is ordered, how far it reaches, and when it was made."""
    as_of = f"As of {clock(now)}."
    if found.radius_km is None:
        smaller = "Give a postcode or a smaller place" if query.place else "Add a postcode or a place"
        return f"{smaller} to see the nearest first. {as_of}" if found.total else as_of
    reach = radius_in_words(found.radius_km)
    if not found.total:
        return f"This looked up to {reach} away. {as_of}"
    if _far_or_not(query, found):
        return f"Nothing else was found up to {reach} away. {as_of}"
    if found.widened:
        return f"Nearest first. There is little nearby, so this looks up to {reach} away. {as_of}"
    return f"Nearest first, up to {reach} away. {as_of}"


def _notices(query: Query, found: Found, now: datetime) -> list[str]:
    notices = [query.place.note] if query.place and query.place.note else []
    if found.any_word:
        notices.append(f"Nothing matches all of {quoted(query.words)}. These match some of it.")
    if found.total and not found.results:
        notices.append("There are no more places in this list.")
    if found.stale and found.as_of:
        notices.append(
            f"The directory has not been able to look for changes since {moment(found.as_of, now)}. Ring before you go."
        )
    return notices
