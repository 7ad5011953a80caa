"""The results page in words: what was found, what nearly fits, who to call, and what to try instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from directory.places import Choices, NotFound, Place
from directory.public.arguments import Arguments, query_string, search_path
from directory.public.tags import distinct_name, radius_in_words
from directory.search.find import Found
from directory.search.query import Correction, Problem, Query
from directory.search.results import NearMiss, Result
from directory.search.suggestions import Suggestion
from directory.search.wording import TAKEN, listed, quoted
from directory.web.times import clock, moment

_FIELDS = {"postcode": "q", "icb": "q", "borough": "q", "page": "q", "exact": "q"}
_CHOOSE = {
    "radius_km": "Choose how far to look from the list",
    "gender": "Choose anyone, women or men",
    "open": "Choose when it must be open",
    "self_referral": "Choose whether people must be able to refer themselves",
    "walk_in": "Choose whether people must be able to walk in",
    "step_free": "Tick step-free, or leave it empty",
    **dict.fromkeys(TAKEN, "Tick who or what must be let in, or leave it empty"),
    "asking": "Choose who asks from the list",
    "exact": "Search again from the box",
}
"""What mends a parameter on a page, where it is chosen and not typed; only an address made by hand needs it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Text and where it leads."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the results page shows below the box; every text is ready to print, empty where there is nothing to say.

    `corrected` says which words were read as others, with a link to the search as it was typed. `links` are choices to
    make before there can be results, `wider` other searches to try after them. `entry_query` follows the address of
    every entry, so that its page can lead back. `errors` are for the summary on top.
    """

    heading: str
    summary: str = ""
    corrected: str = ""
    typed: Link | None = None
    notices: Sequence[str] = ()
    errors: Sequence[Link] = ()
    links_title: str = ""
    links: Sequence[Link] = ()
    results: Sequence[Result] = ()
    misses: Sequence[NearMiss] = ()
    wider: Sequence[Link] = ()
    lines: Sequence[Result] = ()
    previous: str = ""
    next: str = ""
    entry_query: str = ""


@dataclass(frozen=True)
class ResultsPresenter:
    """Turns a search and what it found into an Answer. `now` is the instant of the page.

    Links to other searches change the search as it was understood (`arguments`); those to its entries and its other
    pages repeat it as it was `given`.
    """

    arguments: Arguments
    given: Arguments
    now: datetime

    @property
    def _entry_query(self) -> str:
        query = query_string(self.given, {"entry": None})
        return f"?{query}" if query else ""

    def found(self, query: Query, found: Found, suggestions: Sequence[Suggestion] = ()) -> Answer:
        """The page of an answered search."""
        first = query.page == 1
        return Answer(
            heading=_heading(query, found, self.now),
            summary=_summary(query, found, self.now),
            notices=_notices(query, found, self.now),
            results=found.results,
            misses=found.near_misses if first else (),
            wider=[self._suggested(suggestion) for suggestion in suggestions],
            lines=found.lines,
            previous=self._page(query.page - 1) if not first else "",
            next=self._page(found.next_page) if found.next_page else "",
            entry_query=self._entry_query,
        )

    def browsed(self, query: Query, found: Found, name: str, description: str) -> Answer:
        """The page of a type or a borough, which has a name and says what it is."""
        answer = self.found(query, found)
        count = f"{answer.heading}." if found.total else ""
        summary = " ".join(filter(None, [description, count, answer.summary]))
        return replace(answer, heading=name, summary=summary, wider=())

    def refused(self, problems: Sequence[Problem], lines: Sequence[Result]) -> Answer:
        """The page of a search that cannot be used as it is."""
        errors = {_CHOOSE.get(one.field, one.message): f"#{_FIELDS.get(one.field, one.field)}" for one in problems}
        return Answer(
            heading="Check your search",
            errors=[Link(text, href) for text, href in errors.items()],
            lines=lines,
            entry_query=self._entry_query,
        )

    def which(self, choices: Choices, words: str, lines: Sequence[Result]) -> Answer:
        """The page that asks which of several places is meant."""
        return Answer(
            heading=choices.message,
            links=[self._near(place, words) for place in choices.options],
            lines=lines,
            entry_query=self._entry_query,
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
            lines=lines,
            entry_query=self._entry_query,
        )

    def read(self, answer: Answer, corrections: Sequence[Correction], notices: Sequence[str]) -> Answer:
        """The same answer with how the box was read."""
        corrected = ""
        if corrections:
            corrected = f"Showing results for {_each([correction.read_as for correction in corrections])}"
        as_typed = search_path(self.given, {"exact": "yes", "page": None, "entry": None})
        link = Link(f"Search for {_each([correction.typed for correction in corrections])} instead", as_typed)
        return replace(
            answer,
            corrected=corrected,
            typed=link if corrections else None,
            notices=[*notices, *answer.notices],
        )

    def _suggested(self, suggestion: Suggestion) -> Link:
        return Link(f"{suggestion.label} ({suggestion.count})", search_path(self.arguments, suggestion.arguments))

    def _near(self, place: Place, words: str) -> Link:
        borough = place.borough_name or ""
        label = place.label if borough in place.label else f"{place.label}, {borough}"
        return Link(label, search_path(self.arguments, {"postcode": place.query, "q": words}))

    def _page(self, number: int) -> str:
        return search_path(self.given, {"page": str(number), "entry": None})


def _each(words: Sequence[str]) -> str:
    return listed([quoted(word) for word in words], "and")


def _heading(query: Query, found: Found, now: datetime) -> str:
    """How many there are, of how many it is known that they fit, when and where."""
    about = f"{_opening(query, now)}{_where(query)}"
    ask = found.total - found.sure_total
    if not found.total:
        return f"Nothing {'known to be' if query.only_open else 'found'}{about}"
    if not found.sure_total:
        return f"Nothing certain{about}, {ask} to ask"
    count = f"{found.sure_total} {_kind(found)}{about}"
    return f"{count}, {ask} more to ask" if ask else count


def _kind(found: Found) -> str:
    """What was found: places to go to, lines, or both."""
    if found.places_total == found.total:
        return "place" if found.sure_total == 1 else "places"
    if not found.places_total:
        return "line" if found.sure_total == 1 else "lines"
    return "place or line" if found.sure_total == 1 else "places and lines"


def _opening(query: Query, now: datetime) -> str:
    if not query.only_open:
        return ""
    return f" open at {moment(query.at, now)}" if query.at_given else " open now"


def _where(query: Query) -> str:
    """For which place; not near it, which is not known of every place."""
    return f" for {distinct_name(query.place)}" if query.place else ""


def _summary(query: Query, found: Found, now: datetime) -> str:
    """How the list is ordered, how far the search looked, and when it was made."""
    as_of = f"As of {clock(now)}."
    if found.radius_km is None:
        smaller = "Give a postcode or a smaller place" if query.place else "Add a postcode or a place"
        return f"{smaller} to see the nearest first. {as_of}" if found.total else as_of
    order = "Nearest first. " if found.total else ""
    few = "There is little nearby, so this" if found.total and found.widened else "This"
    return f"{order}{few} looked up to {radius_in_words(found.radius_km)} away. {as_of}"


def _notices(query: Query, found: Found, now: datetime) -> list[str]:
    notices = [query.place.note] if query.place and query.place.note else []
    if found.any_word and found.total:
        notices.append(f"Nothing here has all of {quoted(query.words)}. What has some of it comes first.")
    if found.words_left_out and found.total:
        notices.append(f"Nothing here mentions {quoted(query.words)}. This is what fits the rest of your search.")
    if found.total and not found.results:
        notices.append("There are no more places in this list.")
    if found.stale and found.as_of:
        notices.append(
            f"The directory has not been able to look for changes since {moment(found.as_of, now)}. Ring before you go."
        )
    return notices
