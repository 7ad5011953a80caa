"""Nothing private is told: a secret in every restricted place, and every output asked for in every way.

Three directories hold other secrets and the same changes. Each output must be the same, byte for byte, from two of them
that differ only in what its readers may not know; so no order, distance, count or length gives a secret away. And none
of the secrets may stand in any answer. A new address or parameter is asked by itself.
"""

import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory import create_app
from directory.config import Config
from directory.feeds.answering import PREFIXES
from directory.models import KeyScope
from directory.places import Places
from directory.records import service_id, stable_id
from directory.web.entering import access_of
from tests.feeds.planted import NEVER, PLAIN, REFS, RUN_BY, Secrets, needles, plant

ASKED_A_MINUTE = 300
"""Fewer than any reader may: the clock of the directories moves on in between."""
NEVER_ANSWERED = {
    "/account/email/<token>",
    "/invitations/<token>",
    "/sign-in/code",
    "/sign-in/new-password/<token>",
    "/sign-in/organisation",
    "/services/<ref>",
    "/services/<ref>/report/thanks",
    "/still-right/<token>",
}
"""Addresses that lead on to others, or answer nobody who does not bring a token of theirs."""
ACCEPTS = ("application/json", "application/x-ndjson", "application/fhir+json", "text/csv", "text/html", "image/png")
_CHANGING = re.compile(r'name="\w*token"[^>]*value="[^"]*"')
_IDS = ("uuid", "resource_id", "organization_id", "service_at_location_id", "taxonomy_id", "term_id")
_KINDS = ("service", "location", "service_at_location")


@dataclass
class World:
    """A directory with its secrets, and a key of each scope."""

    secrets: Secrets
    app: Flask
    client: FlaskClient
    keys: dict[KeyScope, str]

    def ask(self, path: str, reader: str, accept: str, number: int, method: str = "GET") -> TestResponse:
        """An answer to a reader: "anybody" or the scope of a key."""
        headers = {"Accept": accept}
        if reader != "anybody":
            headers["Authorization"] = f"Bearer {self.keys[reader]}"  # type: ignore[index]
        where = {"REMOTE_ADDR": f"10.0.0.{number % 250}"}
        return self.client.open(path, method=method, headers=headers, environ_overrides=where)


@dataclass
class Search:
    """What was asked so far, by address, and what was told that should not be."""

    first: World
    other: World
    for_professionals: World
    clock: list[datetime]
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    plain: set[str] = field(default_factory=set)
    professional: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def ask(
        self, name: str, path: str, reader: str = "anybody", accept: str = "*/*", method: str = "GET"
    ) -> TestResponse:
        """Ask two directories, compare, and look for secrets; `name` is what the output is counted as."""
        number = sum(self.asked.values())
        if number % ASKED_A_MINUTE == 0:
            self.clock[0] += timedelta(minutes=1)
        twin = self.for_professionals if reader == "professional" else self.other
        answer, same = (world.ask(path, reader, accept, number, method) for world in (self.first, twin))
        self.asked[name] += 1
        self.answered[name] += answer.status_code == 200
        what = f"{method} {path} to {reader} as {accept}: {answer.status_code}"
        told, told_by_twin = _told(answer), _told(same)
        if answer.status_code >= 500:
            self.wrong.append(f"{what}: a fault of ours")
        if told != told_by_twin:
            self.wrong.append(f"{what} tells secrets apart: {_difference(told, told_by_twin)}")
        sought = needles(self.first.secrets, professional=reader == "professional")
        sent = {found.rpartition(" of ")[2] for found in sought.found_in(unquote_plus(path))}
        told_anew = (found for found in sought.found_in(told) if found.rpartition(" of ")[2] not in sent)
        self.wrong += [f"{what} tells {found}" for found in told_anew]
        if PLAIN in told:
            self.plain.add(name)
        if self.first.secrets.word("professional", professional=True) in told:
            self.professional.add(name)
        return answer


def _told(answer: TestResponse) -> str:
    """Everything that is sent but what differs from one answer to the next whatever is told."""
    headers = [f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie"]
    body = _CHANGING.sub("", answer.get_data(as_text=True))
    answer.close()
    return "\n".join([answer.status, *sorted(headers), body])


def _difference(one: str, other: str) -> str:
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(start - 60, 0) : start + 60]!r} and …{other[max(start - 60, 0) : start + 60]!r}"


@pytest.fixture(scope="module")
def search(migrated: Path, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """The directories: one, another with other secrets, and one with other secrets but for those of professionals."""
    clock = [datetime.fromisoformat("2026-11-22T21:04:00+00:00")]
    worlds = []
    for never, professional in ((0, 0), (1, 1), (1, 0)):
        folder = tmp_path_factory.mktemp("planted")
        (folder / "postcodes").symlink_to(places.folder)
        url = f"sqlite:///{shutil.copy(migrated, folder / 'directory.sqlite3')}"
        app = create_app(Config(folder, url, refresh_seconds=0, secret_key="s" * 32), now=lambda: clock[0])
        secrets = Secrets(never, professional, places)
        worlds.append(World(secrets, app, app.test_client(), plant(app, secrets)))
    yield Search(*worlds, clock)
    for world in worlds:
        world.app.extensions["directory"].database.close()


def fillers(secrets: Secrets) -> dict[str, tuple[object, ...]]:
    """What stands in an address, by the name of the part: everything that could lead to something secret."""
    text, kinds = secrets.word("text"), ("service_type:crisis_cafe", "service_type:crisis-cafe")
    organizations = (f"Of {text} & “others”", RUN_BY)
    ids = [stable_id(kind, ref) for kind in _KINDS for ref in REFS]
    names = (written for name in organizations for written in (name, name.casefold()))
    about = (stable_id("taxonomy", "service_type"), *(stable_id("taxonomy_term", kind) for kind in kinds))
    uuids = (*ids, *(stable_id("organization", name) for name in names), *about, text)
    return {
        "ref": (*REFS, text),
        "name": ("example-evening-sanctuary", f"house-of-{text}", "crisis-alternative-type", "service-type"),
        "slug": ("crisis-cafes", "crisis-cafe", "lambeth", "enfield", "kingston-upon-thames", text),
        "token": ("nonsense",),
        "kind": ("HealthcareService", "Location", "Organization"),
        **dict.fromkeys(_IDS, uuids),
        "service_id": (*uuids, *map(service_id, REFS)),
        "code": ("X1Y2Z", text[:5].upper()),
        "caseId": ("TEST",),
        "postcode": (secrets.hidden.label, secrets.area.label, "SE5 8AZ"),
        "searchDistance": (1, 30),
        "gpPracticeId": (0,),
        "age": (1,),
        "gender": ("F",),
        "disposition": (0,),
        "serviceTypeIds": ("142", "11,20,142"),
        "numberPerType": (5,),
    }


def values(secrets: Secrets) -> tuple[str, ...]:
    """What a parameter may be given to get at a secret."""
    hidden, area = secrets.hidden, secrets.area
    return (
        secrets.word("text"),
        secrets.word("note")[:6],
        secrets.word("advice", professional=True),
        hidden.label,
        area.label,
        f"{hidden.latitude},{hidden.longitude}",
        f"{hidden.latitude}|{hidden.longitude}|1|km",
        f"{area.latitude}|{area.longitude}|1|km",
        str(hidden.borough),
        secrets.number(410, professional=True),
        REFS[3],
        stable_id("service", REFS[1]),
        f"Location/{stable_id('location', REFS[1])}",
    )


def outputs(app: Flask) -> list[Rule]:
    """Every address that anybody may read."""
    readable = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted((r for r in readable if access_of(app, r.endpoint) == "anybody"), key=lambda rule: rule.rule)


def paths(app: Flask, rule: Rule, filled: dict[str, tuple[object, ...]]) -> Iterator[str]:
    """An address with its parts filled in, in every way. Raises KeyError for a part without a filler."""
    names = sorted(rule.arguments)
    bound = app.url_map.bind("localhost")
    for chosen in product(*(filled[name] for name in names)):
        yield bound.build(rule.endpoint, dict(zip(names, chosen, strict=True)))


def parameters(search: Search) -> dict[str, set[str]]:
    """The parameters of each address without parts, as the documents of the formats tell them, and those of pages."""
    pages = ("q", "postcode", "open", "sort", "radius_km", "shortlist", "entry", "borough", "asking")
    found: dict[str, set[str]] = {
        "/search": set(pages),
        "/shortlist": set(pages),
        "/export/v1/services": {"format"},
        "/export/v1/changes": {"afterChangeNumber", "limit"},
    }
    for rule in outputs(search.first.app):
        if rule.rule.endswith("openapi.json"):
            document = search.ask(rule.rule, rule.rule).json
            for path, told in _documented(document).items():
                found.setdefault(path, set()).update(told)
    if any(rule.rule == "/fhir/R4/metadata" for rule in outputs(search.first.app)):
        for resource in search.ask("/fhir/R4/metadata", "/fhir/R4/metadata").json["rest"][0]["resource"]:  # type: ignore[index]
            names = {parameter["name"] for parameter in resource.get("searchParam", ())}
            found[f"/fhir/R4/{resource['type']}"] = names | {"name:contains", "_sort"}
    return found


def _documented(document: Any) -> dict[str, set[str]]:
    base = (document.get("servers") or [{"url": ""}])[0]["url"]
    base = re.sub(r"^https?://[^/]+", "", base).rstrip("/")
    named = document.get("components", {}).get("parameters", {})
    told: dict[str, set[str]] = {}
    for path, item in document["paths"].items():
        given = [*item.get("parameters", ()), *item.get("get", {}).get("parameters", ())]
        whole = [named[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in given]
        if "{" not in path:
            told[f"{base}{path}"] = {one["name"] for one in whole if one["in"] == "query"}
    return told


def _all_outputs(search: Search) -> None:
    filled = fillers(search.first.secrets)
    for rule in outputs(search.first.app):
        readers = (
            ("anybody", "public", "professional") if rule.rule.startswith((*PREFIXES, "/services")) else ("anybody",)
        )
        for path, reader in product(paths(search.first.app, rule, filled), readers):
            search.ask(rule.rule, path, reader)
        for accept, reader in product(ACCEPTS, readers):
            search.ask(rule.rule, next(paths(search.first.app, rule, filled)), reader, accept)


def _all_parameters(search: Search) -> None:
    for path, names in sorted(parameters(search).items()):
        for name, value in product(sorted(names), values(search.first.secrets)):
            search.ask(f"{path}?…", f"{path}?{urlencode({name: value})}")
        for value in values(search.first.secrets):
            search.ask(f"{path}?…", f"{path}?{urlencode({'postcode': 'SE5 8AZ', 'q': value, 'radius_km': 30})}")


def _all_errors(search: Search) -> None:
    """Where there is nothing, what cannot be done, and what cannot be understood, everywhere."""
    secret = search.first.secrets.word("text")
    for prefix in ("/", *PREFIXES, "/services/", "/export/v1/services/", "/fhir/R4/", "/oruk/v3/"):
        search.ask("errors", f"{prefix}{secret}")
        search.ask("errors", f"{prefix}{quote(search.first.secrets.hidden.label)}?x={secret}")
    for rule in outputs(search.first.app):
        if not rule.arguments:
            search.ask("errors", rule.rule, method="DELETE")
            search.ask("errors", f"{rule.rule}?{secret}={secret}&page=-1&_count=0&limit=0&at=x")


def _all_files(search: Search) -> None:
    """What pages load."""
    page = search.ask("/", "/").get_data(as_text=True)
    loaded = {*re.findall(r'(?:src|href)="(/static/[^"]+)"', page), "/favicon.ico"}
    for path in sorted(loaded):
        search.ask("static files", path)


def test_no_output_tells_a_secret(search: Search) -> None:
    """Asked by anybody, with a public key and with one for professionals."""
    _all_outputs(search)
    _all_parameters(search)
    _all_errors(search)
    _all_files(search)
    listed = "".join(f"  {count:5} {name}\n" for name, count in sorted(search.asked.items()))
    sys.stdout.write(f"Searched {len(search.asked)} outputs in {sum(search.asked.values())} answers:\n{listed}")
    assert search.wrong == [], "\n".join(search.wrong[:40])
    to_answer = {rule.rule for rule in outputs(search.first.app)} - NEVER_ANSWERED
    assert {name for name in to_answer if not search.answered[name]} == set(), (
        "they were asked for nothing that is there"
    )
    in_whole = {"/services/<ref>/<name>", "/api/v1/services/<ref>", "/export/v1/services", "/export/v1/changes"}
    assert in_whole <= search.plain, "what is no secret was not found either"
    assert "/export/v1/services" in search.professional
    assert len(search.asked) >= 40


@pytest.mark.parametrize("what", NEVER)
def test_a_secret_would_be_found(search: Search, what: str) -> None:
    """As it is, in an address, in Base64; and a number, a postcode and a point in any way of writing."""
    secrets = search.first.secrets
    word = secrets.word(what)
    sought = needles(secrets, professional=False)
    hidden = secrets.hidden
    for text in (f'"{word}"', f"?q={word.upper()}", _base64(f"a{word}b"), _base64(f"ab{word}"), _base64(word)):
        assert word in set(sought.found_in(text)), text
    for text in (
        "EN13XA",
        "en1+3xa",
        "EN1%203XA",
        str(hidden.easting),
        f"{hidden.latitude:.4f}",
        f"[{hidden.longitude:.3f},",
    ):
        assert any(hidden.label in found for found in sought.found_in(text)), text
    assert set(sought.found_in("tel:+442079460410 020 7946 0300")) >= {"020 7946 0410", "020 7946 0300"}


def _base64(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()
