"""What a search asks, read by the rules of FHIR R4 search: https://hl7.org/fhir/R4/search.html.

A parameter that is repeated must hold each time; values with commas between them are alternatives. Whatever cannot be
understood is refused by name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from directory.feeds.fhir.cursors import Cursor, read_cursor
from directory.feeds.fhir.index import Row, Text, Token, fold
from directory.feeds.fhir.instants import compared
from directory.feeds.fhir.resources import Kind
from directory.web.errors import Refused

MOST: Final = 200
"""Matches of one page, however many are asked for."""
USUAL: Final = 50

ParameterType = Literal["token", "string", "reference", "date", "special"]
PARAMETERS: Final[Mapping[Kind, Mapping[str, ParameterType]]] = {
    "HealthcareService": {
        "_id": "token",
        "_lastUpdated": "date",
        "active": "token",
        "characteristic": "token",
        "coverage-area": "reference",
        "endpoint": "reference",
        "identifier": "token",
        "location": "reference",
        "name": "string",
        "organization": "reference",
        "program": "token",
        "service-category": "token",
        "service-type": "token",
        "specialty": "token",
    },
    "Location": {
        "_id": "token",
        "_lastUpdated": "date",
        "address": "string",
        "address-postalcode": "string",
        "identifier": "token",
        "name": "string",
        "near": "special",
        "organization": "reference",
        "status": "token",
        "type": "token",
    },
    "Organization": {
        "_id": "token",
        "_lastUpdated": "date",
        "active": "token",
        "identifier": "token",
        "name": "string",
    },
}
"""What each kind can be searched by."""
CHAINS: Final[Mapping[Kind, Mapping[str, Kind]]] = {
    "HealthcareService": {"location": "Location", "organization": "Organization"},
    "Location": {"organization": "Organization"},
    "Organization": {},
}
"""The references through which the parameters of another kind can be asked: `location.near`."""
INCLUDES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "HealthcareService": ("HealthcareService:location", "HealthcareService:organization"),
    "Location": ("Location:organization",),
    "Organization": (),
}
SORTS: Final = ("_lastUpdated", "-_lastUpdated", "name", "-name", "near")
CONTROLS: Final = ("_count", "_sort", "_include", "_summary", "_total", "_totalMethod", "_page")
"""What says how to answer. `_totalMethod=count` is what the client fhirpy sends to count; the total is there anyway."""
_KM = {"km": 1.0, "m": 0.001, "mi": 1.609344, "[mi_i]": 1.609344}
_MOST_VALUES = 200
_NEAR = "near needs latitude|longitude[|distance[|units]], as in 51.47|-0.09|3|km. Units are km, m or mi."

Test = Callable[[Row], bool]
"""Whether a row meets a parameter."""


@dataclass(frozen=True, slots=True)
class Near:
    """A point in degrees (WGS84) and how far from it, in kilometres; None without a limit."""

    latitude: float
    longitude: float
    most_km: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that was understood. `chained` are tests of the row that a reference leads to."""

    kind: Kind
    tests: tuple[Test, ...]
    chained: tuple[tuple[Kind, Test], ...]
    near: Near | None
    sort: str
    descending: bool
    count: int
    include: frozenset[str]
    cursor: Cursor | None
    is_total_told: bool


def read_search(kind: Kind, arguments: Mapping[str, list[str]]) -> Asked:
    """What a search asks of a kind of resource. Raises Refused, 400."""
    tests: list[Test] = []
    chained: list[tuple[Kind, Test]] = []
    near: list[Near] = []
    if sum(len(texts) for texts in arguments.values()) > _MOST_VALUES:
        raise Refused(400, "Too many parameters", f"At most {_MOST_VALUES} parameters can be sent.")
    for given, texts in arguments.items():
        if given in CONTROLS:
            continue
        name, modifier, target = _name_of(kind, given)
        for text in texts:
            if PARAMETERS[target or kind][name] == "special":
                near.append(_near(given, text, modifier))
            elif target:
                chained.append((target, _test(target, name, modifier, text, given)))
            else:
                tests.append(_test(kind, name, modifier, text, given))
    if len(near) > 1:
        refuse("near", "", "Ask for one point at a time.")
    one_of(arguments, "_totalMethod", ("count",), "count")
    sort, descending = _sort(arguments, bool(near))
    return Asked(
        kind,
        tuple(tests),
        tuple(chained),
        near[0] if near else None,
        sort,
        descending,
        _count(arguments),
        frozenset(_included(kind, arguments)),
        read_cursor(arguments["_page"]) if "_page" in arguments else None,
        one_of(arguments, "_total", ("none", "estimate", "accurate"), "accurate") != "none",
    )


def refuse(name: str, text: str, detail: str) -> NoReturn:
    """Raise Refused for a parameter, with what was sent."""
    sent = f"{name}={text}"[:200] if text else name[:200]
    raise Refused(400, "The search cannot be understood", detail, diagnostics=sent, location=[f"http.{name}"[:100]])


def one(arguments: Mapping[str, list[str]], name: str, default: str) -> str:
    """The value of a parameter that may be given once. Raises Refused."""
    texts = arguments.get(name, [default])
    if len(texts) > 1:
        refuse(name, "", f"Send {name} once.")
    return texts[0]


def one_of(arguments: Mapping[str, list[str]], name: str, known: tuple[str, ...], default: str) -> str:
    """The value of a parameter that has few. Raises Refused."""
    text = one(arguments, name, default)
    if text not in known:
        refuse(name, text, f"{name} can be {', '.join(known)}.")
    return text


def read_count(arguments: Mapping[str, list[str]], usual: int = USUAL) -> int:
    """How many matches a page has: at most MOST; none for 0, which asks for the total alone. Raises Refused."""
    text = one(arguments, "_count", str(usual))
    if not (text.isascii() and text.isdigit()):
        refuse("_count", text, "_count needs a whole number, as in 50.")
    return min(int(text[:12]), MOST)


def _count(arguments: Mapping[str, list[str]]) -> int:
    return 0 if one_of(arguments, "_summary", ("count", "false"), "false") == "count" else read_count(arguments)


def _name_of(kind: Kind, given: str) -> tuple[str, str, Kind | None]:
    """A parameter's name, its modifier, and the kind that it is of where a reference leads to it."""
    head, dot, rest = given.partition(".")
    link, _, of = head.partition(":")
    target = CHAINS[kind].get(link) if dot else None
    if dot and (target is None or of not in ("", target)):
        _refuse_unknown(kind, given)
    name, _, modifier = (rest if dot else given).partition(":")
    if name not in PARAMETERS[target or kind]:
        _refuse_unknown(kind, given)
    return name, modifier, target


def _refuse_unknown(kind: Kind, given: str) -> NoReturn:
    links = [f"{link}." for link in CHAINS[kind]]
    names = ", ".join([*PARAMETERS[kind], *links, *CONTROLS[:-2], "_format"])
    refuse(given, "", f"This parameter is not known. {kind} can be asked by {names}.")


def _test(kind: Kind, name: str, modifier: str, text: str, given: str) -> Test:
    if not all(map(fold, _alternatives(text))):
        refuse(given, text, "A value of this parameter is empty. Give every one, or leave it out.")
    if "\0" in text:
        refuse(name, "", "This parameter has a character that no text has.")
    if modifier == "missing":
        return _missing(kind, name, text, given)
    if modifier == "identifier" and name == "coverage-area":
        return _token("coverage-area:identifier", _alternatives(text))
    readers = {"token": _token_test, "string": _string, "reference": _reference, "date": _date}
    return readers[PARAMETERS[kind][name]](name, modifier, text, given)


def _refuse_modifier(given: str, known: str = ":missing") -> NoReturn:
    refuse(given, "", f"This modifier is not offered. What can stand behind the name is {known}.")


def _missing(kind: Kind, name: str, text: str, given: str) -> Test:
    if text not in ("true", "false") or name in ("_id", "_lastUpdated"):
        refuse(given, text, "`:missing` can be true or false, of anything but _id and _lastUpdated.")
    wanted = text == "true"

    def test(row: Row) -> bool:
        has = row.tokens.get(name) or row.texts.get(name) or row.tokens.get(f"{name}:identifier")
        return (not has and not row.reference(name)) == wanted

    return test


def _token_test(name: str, modifier: str, text: str, given: str) -> Test:
    if modifier:
        _refuse_modifier(given)
    alternatives = _alternatives(text)
    if name == "active" and not set(alternatives) <= {"true", "false"}:
        refuse(given, text, "active can be true or false.")
    return _token(name, alternatives)


def _token(name: str, alternatives: Iterable[str]) -> Test:
    """`code`, `system|code`, `|code` of no system, or `system|` for any code of it."""
    tokens, systems, codes = set[Token](), set[str](), set[str]()
    for text in alternatives:
        system, *rest = (_unescaped(part) for part in re.split(r"(?<!\\)\|", text, maxsplit=1))
        if not rest:
            codes.add(system.casefold())
        elif rest[0]:
            tokens.add((system, rest[0].casefold()))
        else:
            systems.add(system)

    def test(row: Row) -> bool:
        told = row.tokens.get(name, ())
        for system, code in told:
            if code in codes or system in systems:
                return True
        return not tokens.isdisjoint(told)

    return test


def _string(name: str, modifier: str, text: str, given: str) -> Test:
    """Begins with it, without regard to capitals and accents; `:contains` it; or `:exact`."""
    if modifier not in ("", "exact", "contains"):
        _refuse_modifier(given, ":exact, :contains or :missing")
    wanted = tuple(_unescaped(alternative) for alternative in _alternatives(text))
    folded = tuple(_as_compared(name, alternative) for alternative in wanted)
    matches: Callable[[Text], bool] = {
        "": lambda told: told[1].startswith(folded),
        "exact": lambda told: told[0] in wanted,
        "contains": lambda told: any(part in told[1] for part in folded),
    }[modifier]
    return lambda row: any(map(matches, row.texts.get(name, ())))


def _as_compared(name: str, text: str) -> str:
    return fold(text).replace(" ", "") if name == "address-postalcode" else fold(text)


def _reference(name: str, modifier: str, text: str, given: str) -> Test:
    """`id`, `Kind/id`, or the whole address."""
    if modifier:
        _refuse_modifier(given, ":missing, or :identifier of coverage-area")
    wanted = set[str]()
    for alternative in map(_unescaped, _alternatives(text)):
        *_, kind, resource_id = ["", *alternative.rstrip("/").split("/")]
        wanted.update({f"{kind}/{resource_id}"} if kind else {f"Location/{resource_id}", f"Organization/{resource_id}"})
    return lambda row: row.reference(name) in wanted


def _date(name: str, modifier: str, text: str, given: str) -> Test:
    if modifier:
        _refuse_modifier(given, "nothing")
    try:
        compare = [compared(alternative) for alternative in _alternatives(text)]
    except ValueError as error:
        refuse(given, text, str(error))
    return lambda row: any(holds(row.at) for holds in compare)


def _near(given: str, text: str, modifier: str) -> Near:
    latitude, longitude, distance, units, *more = [*text.split("|"), "", "", "", ""][: max(4, text.count("|") + 1)]
    try:
        near = Near(float(latitude), float(longitude), float(distance) * _KM[units or "km"] if distance else None)
    except (ValueError, KeyError):
        refuse(given, text, _NEAR)
    is_on_earth = -90 <= near.latitude <= 90 and -180 <= near.longitude <= 180
    is_far = near.most_km is None or 0 <= near.most_km < float("inf")
    if modifier or more or (units and units not in _KM) or not is_on_earth or not is_far:
        refuse(given, text, _NEAR)
    return near


def _sort(arguments: Mapping[str, list[str]], has_near: bool) -> tuple[str, bool]:
    text = one(arguments, "_sort", "near" if has_near else "")
    if text == "near" and not has_near:
        refuse("_sort", text, "Sorting by near needs a point: near for Location, location.near for HealthcareService.")
    if text and text not in SORTS:
        refuse("_sort", text, f"_sort can be one of {', '.join(SORTS)}.")
    return text.lstrip("-"), text.startswith("-")


def _included(kind: Kind, arguments: Mapping[str, list[str]]) -> Iterable[str]:
    for text in (part for given in arguments.get("_include", ()) for part in given.split(",")):
        source, _, rest = text.partition(":")
        name, _, target = rest.partition(":")
        wanted = f"{source}:{name}"
        if wanted not in INCLUDES[kind] or target not in ("", CHAINS[kind].get(name)):
            known = " or ".join(INCLUDES[kind]) or "nothing"
            refuse("_include", text, f"With {kind} can be included: {known}.")
        yield wanted


def _alternatives(text: str) -> list[str]:
    return re.split(r"(?<!\\),", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\,$|])", r"\1", text)
