"""One entry in words, whole on its page or short beside the results; what is not known is said as such."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import Markup

from directory import schedules
from directory.freshness import Freshness
from directory.models import Entry
from directory.places import Places, distance_in_words
from directory.places.travel import in_words
from directory.public import facts, handover, knowing, summaries
from directory.public.arguments import Arguments
from directory.public.cards import Cards, EntryCard, State, ask_about, spoken_state
from directory.public.looking import Looked
from directory.public.results import Link
from directory.public.shortlist import Shortlist, with_query
from directory.public.summaries import NOT_KNOWN, Fact
from directory.search import wording
from directory.search.columns import CREWS, brings
from directory.search.live import Opening, opening_at
from directory.search.query import TAKEN, Asking, Query
from directory.search.results import Result
from directory.taxonomies import Taxonomies
from directory.web.links import entry_path
from directory.web.times import moment

MOST_KEPT = 2048
_WAY_IN = "How to get in"
_FOR_CREWS = "For police and ambulance crews"
_THREE = {True: "Yes", False: "No", None: NOT_KNOWN}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: its name, its words, and where they lead if anywhere."""

    key: str
    text: str
    href: str = ""

    @property
    def params(self) -> dict[str, dict[str, str | Markup]]:
        """The row as the summary list of nhsuk-frontend takes it."""
        if not self.href:
            return {"key": {"text": self.key}, "value": {"text": self.text or NOT_KNOWN}}
        link = Markup('<a href="{}" rel="noreferrer">{}</a>').format(self.href, self.text)
        return {"key": {"text": self.key}, "value": {"html": link}}


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under one heading."""

    title: str
    rows: Sequence[Row]

    @property
    def params(self) -> dict[str, object]:
        """The section as the summary list of nhsuk-frontend takes it."""
        return {"rows": [row.params for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry as one search sees it, in short; every text is ready to print, empty where there is nothing to say.

    `said` is what the service says of the time of the search, `caution` what several people reported. `against` are the
    rules that shut this person out, but for the state, `note` what the journey changes, `journey` how long it may take,
    `text` the text for the caller and `sms` the link that sends it, both empty where the public may not be told of the
    entry. `first` is what whoever asks must know first.
    """

    card: EntryCard
    state: State
    said: str
    caution: str
    against: str
    note: str
    where: str
    journey: str
    text: str
    sms: str
    first: Sequence[Fact]
    facts: Sequence[Fact]
    path: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class ServicePage:
    """Everything the page shows, ready to print.

    `said` is what the service says of now, `then` the state at the time that was chosen, if one was; `before` are
    sections above the opening hours, `after` below.
    """

    chosen: Chosen
    kind_line: str
    description: str
    where: str
    state: State
    said: str
    then: str
    before: Sequence[Section]
    hours_missing: str
    week: Sequence[schedules.DayHours]
    coming: Sequence[schedules.HoursChange]
    after: Sequence[Section]


class _Known(NamedTuple):
    entry: Entry
    day: date
    card: EntryCard
    facts: Sequence[Fact]


@dataclass(frozen=True)
class ServicePresenter:
    """Turns an entry, as a search sees it, into words. `now` is the instant of the page.

    `fresh_days` is how long each group of facts holds after it was checked.
    """

    cards: Cards
    places: Places
    taxonomies: Taxonomies
    fresh_days: Freshness
    _kept: dict[str, _Known] = field(default_factory=dict, init=False, compare=False)

    def chosen(
        self, looked: Looked, schedule: schedules.Schedule, query: Query, arguments: Arguments, now: datetime
    ) -> Chosen:
        """The entry beside the results of a search, whose links carry `arguments`."""
        entry = looked.result.entry
        here = {**arguments, "entry": [entry.ref], "page": [str(query.page)] if query.page > 1 else []}
        return self._chosen(looked, schedule, query, now, here, "/search")

    def page(
        self, looked: Looked, schedule: schedules.Schedule, query: Query, arguments: Arguments, now: datetime
    ) -> ServicePage:
        """The page of an entry; its links carry `arguments`."""
        entry = looked.result.entry
        opening = opening_at(entry, now)
        chosen = self._chosen(looked, schedule, query, now, arguments, entry_path(entry))
        card = chosen.card
        return ServicePage(
            chosen=chosen,
            kind_line=f"{card.kind} in {card.borough}" if card.borough else card.kind,
            description=entry.description,
            where=facts.sentences([card.address, chosen.where if looked.result.distance_km is not None else ""]),
            state=spoken_state(opening.answer.state, opening.text, card),
            said=facts.sentences([opening.said]),
            then=_then(looked.result.opening, query.at, now) if query.at_given else "",
            before=self._before(entry, query.asking),
            hours_missing="" if schedule.known else _hours_missing(entry),
            week=schedules.week(schedule, now.date()) if schedule.known else (),
            coming=schedules.exceptions(schedule, now.date()) if schedule.known else (),
            after=[self._culture(entry), self._access(entry), self._cost(entry), self._checked(entry, now.date())],
        )

    def _chosen(
        self, looked: Looked, schedule: schedules.Schedule, query: Query, now: datetime, here: Arguments, path: str
    ) -> Chosen:
        result, entry = looked.result, looked.result.entry
        known = self._known(entry, schedule, now.date())
        card = known.card
        is_brought = brings(entry, query.asking)
        fresh = knowing.freshness(entry, query.leading, now.date())
        said = (*known.facts, ("How we know", f"{fresh}."), *_why(looked, query))
        at = query.at if query.at_given else None
        is_inner = entry.audience == "professional"  # the text is for callers, who are the public
        text = "" if is_inner else handover.message(entry, result.opening, now, self.places, self.taxonomies, at)
        return Chosen(
            card=card,
            state=spoken_state(result.answer.state, result.open_text, card),
            said=facts.sentences([result.opening.said]),
            caution=facts.caution(entry, now.date()),
            against=facts.sentences(rule for rule in looked.against if rule != result.open_text),
            note=facts.sentences([result.arrival.note]) if result.arrival else "",
            where=_whereabouts(result, query, card),
            journey=in_words(result.arrival.travel) if result.arrival else "",
            text=text,
            sms=handover.sms_link(text) if text else "",
            first=summaries.for_who_asks(
                entry, query.asking, self.taxonomies, has_number=bool(card.contacts or card.inner)
            ),
            facts=[fact for fact in said if not (is_brought and fact[0] == _WAY_IN)],
            path=with_query(card.path, here),
            links=Shortlist.of(here).links(entry.ref, path, here),
        )

    def _known(self, entry: Entry, schedule: schedules.Schedule, today: date) -> _Known:
        """What is said of an entry whoever asks, kept for the day."""
        kept = self._kept.get(entry.ref)
        if kept is None or kept.entry is not entry or kept.day != today:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            card = self.cards.entry_card(entry)
            said = (
                ("Who it is for", summaries.who(entry, self.places)),
                (_WAY_IN, summaries.way_in(entry, self.taxonomies)),
                ("Where", summaries.where(entry, self.places)),
                ("Culture and language", summaries.culture(entry, self.taxonomies)),
                ("The next seven days", summaries.coming_week(schedule, today)),
                *([("For professionals", card.notes)] if card.notes else []),
            )
            kept = self._kept[entry.ref] = _Known(entry, today, card, said)
        return kept

    def _before(self, entry: Entry, asking: Asking | None) -> list[Section]:
        """The sections above the opening hours, the one for crews first where a crew asks. Empty ones are left out."""
        crews = self._crews(entry)
        sections = [
            self._professionals(entry),
            *([crews] if asking in CREWS else []),
            self._contact(entry),
            self._who(entry),
            self._who_can_come_in(entry),
            self._way_in(entry),
            self._where(entry),
            *([] if asking in CREWS else [crews]),
        ]
        return [section for section in sections if section.rows]

    def _professionals(self, entry: Entry) -> Section:
        """What only professionals are told; nothing for the public."""
        card = self.cards.entry_card(entry)
        rows = [Row(contact.kind, _noted(contact.number, contact.note), contact.href) for contact in card.inner]
        return Section("For professionals only", [*rows, *([Row("Notes", card.notes)] if card.notes else [])])

    def _crews(self, entry: Entry) -> Section:
        if entry.location_type == "virtual":
            return Section(_FOR_CREWS, [])
        return Section(
            _FOR_CREWS,
            [
                Row("Drop-off by police", summaries.drop_off(entry, "police")),
                Row("Drop-off by ambulance", summaries.drop_off(entry, "ambulance")),
                Row("Can the crew leave", facts.crew_fact(entry.crew_may_leave)),
                Row("Which entrance", facts.entrance(entry)),
            ],
        )

    def _who_can_come_in(self, entry: Entry) -> Section:
        """Whom and what else it takes; of a line only what is known."""
        known = [(name, getattr(entry, name)) for name in TAKEN]
        rows = [
            Row(f"{wording.TAKEN[name][:1].upper()}{wording.TAKEN[name][1:]}", facts.crew_fact(fact))
            for name, fact in known
            if fact or entry.location_type == "physical"
        ]
        return Section("Who can come in", rows)

    def _contact(self, entry: Entry) -> Section:
        rows = [
            Row("Text" if contact.verb == "Text" else "Phone", _noted(contact.number, contact.note), contact.href)
            for contact in facts.contacts(entry)
        ]
        website = facts.web_address(entry.website)
        inner = self.cards.entry_card(entry).inner
        rows = rows or [Row("Phone", "Only for professionals" if inner else NOT_KNOWN)]
        rows.append(Row("Email", entry.email, f"mailto:{entry.email}" if entry.email else ""))
        rows.append(Row("Website", knowing.host(website), website))
        rows.append(Row("Run by", entry.organization))
        return Section("Contact", rows)

    def _who(self, entry: Entry) -> Section:
        gender = wording.gender(entry) or "No limit known"
        areas = wording.listed(wording.areas(entry, self.places), "and")
        areas = areas[:1].upper() + areas[1:]
        return Section(
            "Who it is for",
            [
                Row("Age", wording.ages(entry)),
                Row("Gender", gender),
                Row("Where people must live", areas),
                Row("More about who it is for", entry.eligibility),
            ],
        )

    def _way_in(self, entry: Entry) -> Section:
        rows = [Row("Self-referral", _THREE[entry.self_referral])]
        if entry.location_type == "physical":
            rows.append(Row("Walk in", _THREE[entry.walk_in]))
        rows.append(Row("Who else can refer or bring you", _list(wording.referrers(entry, self.taxonomies))))
        rows.append(Row("What to do", entry.application_process))
        return Section("How to get in", rows)

    def _where(self, entry: Entry) -> Section:
        if entry.location_type == "virtual":
            return Section("Where", [Row("Address", "There is no place to go to")])
        address = facts.address(entry) or facts.address_missing(entry)
        rows = [Row("Address", address)]
        if entry.address_visibility != "hidden":
            rows.append(Row("Borough", wording.borough_name(entry, self.places)))
        return Section("Where", rows)

    def _culture(self, entry: Entry) -> Section:
        communities = [self.taxonomies.communities[code].name for code in entry.communities]
        languages = [self.taxonomies.languages[code].name for code in entry.languages]
        return Section(
            "Culture and language",
            [
                Row("Communities", _list(communities)),
                Row("Languages", _list(languages)),
                Row("Interpreters", _THREE[entry.interpreters]),
                *([Row("Claims", claims)] if (claims := facts.claims(entry, self.taxonomies)) else []),
            ],
        )

    def _access(self, entry: Entry) -> Section:
        rows = [] if entry.location_type == "virtual" else [Row("Step-free", _THREE[entry.step_free])]
        return Section("Access", [*rows, Row("More about access", entry.accessibility)])

    def _cost(self, entry: Entry) -> Section:
        return Section(
            "Cost", [Row("Cost", facts.cost(entry)), Row("Paid for by the NHS", _THREE[entry.nhs_commissioned])]
        )

    def _checked(self, entry: Entry, today: date) -> Section:
        groups = knowing.by_group(entry, today, self.fresh_days)
        sources = ((key, text, facts.web_address(url)) for key, text, url in knowing.sources(entry))
        return Section("How we know", [Row(*told) for told in (*groups, *sources)])


def _hours_missing(entry: Entry) -> str:
    """What to do where the hours are not known: nobody is told to ring without a number, or to go nowhere."""
    if entry.location_type == "virtual":
        return f"{NOT_KNOWN}."
    return f"{NOT_KNOWN}. {'Ring' if wording.can_be_rung(entry) else 'Ask'} before you go."


def _whereabouts(result: Result, query: Query, card: EntryCard) -> str:
    if result.distance_km is not None and query.place:
        far = distance_in_words(result.distance_km)
        return f"{far[:1].upper()}{far[1:]} from {query.place.label}"
    return f"In {card.borough}" if card.borough else ""


def _why(looked: Looked, query: Query) -> Iterable[Fact]:
    """Why the entry is among the results, and what to ask about; nothing where it is not among them."""
    result = looked.result
    why = facts.sentences([*result.reasons, ask_about(result.ask_about, query.asking)])
    if why and not looked.against:
        yield "Why it is here", why


def _then(opening: Opening, at: datetime, now: datetime) -> str:
    said = facts.sentences([opening.said])
    return " ".join(filter(None, [f"At {moment(at, now)}: {wording.uncapitalised(opening.text)}.", said]))


def _noted(number: str, note: str) -> str:
    return f"{number} ({note})" if note else number


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
