"""Our lists as the taxonomies of Open Referral UK: each with its terms, and which of those a record carries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from directory.records import Record, stable_id
from directory.taxonomies import Taxonomies
from directory.taxonomies import Term as Listed

PATH: Final = "/oruk/v3"
"""Where everything of Open Referral UK is, behind the address of the directory."""

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "service_type": ("Service types", "What kind of service it is. Every service has exactly one."),
    "access_route": ("Access routes", "How a person gets in. A service of which that is not known has none."),
    "referral_route": ("Referral routes", "Who is known to be able to refer or bring a person."),
    "eligibility": ("Eligibility", "Who is taken, where it is not everybody. Ages are in the fields for ages."),
    "community": ("Communities", "Communities that a service names as those it is for. It shuts nobody else out."),
    "language": ("Languages", "Languages that a service names as spoken."),
    "need": (
        "Needs",
        "What help is needed with. They follow from the type of a service and the communities it is for.",
    ),
}
"""The name and the description of each taxonomy, by its code, which is also the `link_type` of its terms."""

_ACCESS: Final = {
    "self_referral": ("Self-referral", "People can refer themselves."),
    "referral_needed": ("Referral needed", "People cannot refer themselves: somebody must refer them."),
    "walk_in": ("Walk-in", "People can come without an appointment."),
    "no_walk_in": ("No walk-in", "People cannot come without having been in touch first."),
}
_GENDERS: Final = {
    "women": ("Women only", "Only women and girls are taken."),
    "men": ("Men only", "Only men and boys are taken."),
}
_SAYING: Final = {
    "referral_route": "Can refer or bring a person: {}.",
    "community": "For whom a service names itself to be: {}.",
    "language": "Spoken at a service: {}.",
    "need": "What help is needed with: {}.",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a taxonomy: what names it, and `told`, the whole of it as it is told."""

    id: str
    kind: str
    code: str
    told: Mapping[str, Any]
    json: bytes


@dataclass(frozen=True, slots=True)
class Terms:
    """All taxonomies as they are told, by id in their order, and all terms by id and by kind and code."""

    taxonomies: Mapping[str, Mapping[str, Any]]
    by_id: Mapping[str, Term]
    by_code: Mapping[tuple[str, str], Term]
    needs_of: Mapping[tuple[str, str], tuple[str, ...]]

    def of(self, record: Record) -> Iterator[Term]:
        """The terms that a record carries, each once: facts that are not known carry none."""
        return (self.by_code[key] for key in dict.fromkeys(self._keys(record)))

    def _keys(self, record: Record) -> Iterator[tuple[str, str]]:
        yield "service_type", record.service_type
        for fact, yes, no in (
            (record.self_referral, "self_referral", "referral_needed"),
            (record.walk_in, "walk_in", "no_walk_in"),
        ):
            if fact is not None:
                yield "access_route", yes if fact else no
        if record.gender is not None:
            yield "eligibility", record.gender
        for kind, codes in (
            ("referral_route", record.referral_routes),
            ("community", record.communities),
            ("language", record.languages),
        ):
            for code in codes:
                yield kind, code
        for met_by in (("service_type", record.service_type), *(("community", code) for code in record.communities)):
            for code in self.needs_of.get(met_by, ()):
                yield "need", code

    def among(self, taxonomy_id: str) -> list[Mapping[str, Any]]:
        """The terms of one taxonomy, in order."""
        return [term.told for term in self.by_id.values() if term.told["taxonomy_id"] == taxonomy_id]


def make_terms(lists: Taxonomies, home: str) -> Terms:
    """The taxonomies that our lists make; their addresses begin with `home`."""
    taxonomies = {}
    for kind, (name, description) in KINDS.items():
        taxonomy_id = stable_id("taxonomy", kind)
        uri = f"{home}{PATH}/taxonomies/{taxonomy_id}"
        told = {"id": taxonomy_id, "name": name, "description": description, "uri": uri, "x_code": kind}
        taxonomies[taxonomy_id] = told
    terms = [_term(kind, code, more, home) for kind, code, more in _listed(lists)]
    needs_of: dict[tuple[str, str], tuple[str, ...]] = {}
    for need in lists.needs.values():
        met_by = [("service_type", code) for code in need.types] + [("community", code) for code in need.communities]
        for key in met_by:
            needs_of[key] = (*needs_of.get(key, ()), need.code)
    return Terms(
        taxonomies,
        {term.id: term for term in terms},
        {(term.kind, term.code): term for term in terms},
        needs_of,
    )


def term_id(kind: str, code: str) -> str:
    """The UUID of a term, the same for ever."""
    return stable_id("taxonomy_term", f"{kind}:{code}")


def _term(kind: str, code: str, more: Mapping[str, Any], home: str) -> Term:
    own = term_id(kind, code)
    told = {
        "id": own,
        "code": code,
        **more,
        "taxonomy": KINDS[kind][0],
        "taxonomy_id": stable_id("taxonomy", kind),
        "term_uri": f"{home}{PATH}/taxonomy_terms/{own}",
    }
    return Term(own, kind, code, told, orjson.dumps(told))


def _listed(lists: Taxonomies) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, code and members of every term, in the order in which they are told."""
    for code, service_type in lists.service_types.items():
        more = {"name": service_type.name, "description": service_type.description}
        yield "service_type", code, {**more, "x_dos_service_type_id": service_type.dos_service_type_id}
    for kind, ours in (("access_route", _ACCESS), ("eligibility", _GENDERS)):
        for code, (name, description) in ours.items():
            yield kind, code, {"name": name, "description": description}
    yield from _named("referral_route", lists.referral_routes)
    for code, community in lists.communities.items():
        broader = {"parent_id": term_id("community", community.broader)} if community.broader else {}
        yield "community", code, {**_words("community", community), **broader}
    yield from _named("language", lists.languages)
    yield from _named("need", lists.needs)


def _named(kind: str, terms: Mapping[str, Listed]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for code, term in terms.items():
        yield kind, code, _words(kind, term)


def _words(kind: str, term: Listed) -> dict[str, Any]:
    return {"name": term.name, "description": _SAYING[kind].format(term.name)}
