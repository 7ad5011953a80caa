"""Every form of the application, as whoever may send it, with values that nobody means well by.

Whatever is sent is answered in words, never with 500, and what is kept of it comes back as text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlencode, urlsplit

import html5lib
import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlmodel import select

from directory.db import Database
from directory.models import Mail
from tests.accounts import matrix
from tests.accounts.conftest import Clients
from tests.pages import _held

SCRIPT = b"<script>alert(1)"
HOSTILE: dict[str, bytes] = {
    "markup": b"x\"'></textarea>" + SCRIPT + b"</script>{{7*7}}",
    "a character that cannot be kept": b"x\0y",
    "half a character": b"\xed\xa0\x80",
    "not UTF-8": b"\xff\xfe\xfa",
    "a header": b"x\r\nBcc: all@example.org\r\n\r\nx",
    "a formula": b"=cmd|' /C calc'!A0",
    "a huge number": b"9" * 30,
    "more digits than Python reads": b"9" * 5000,
    "below nothing": b"-1",
    "a digit that is no number": "²".encode(),
    "other digits": "١٢".encode(),
    "half an address": b"//[",
    "no day": b"2026-02-30",
    "the last day": b"31 December 9999",
    "the first instant": b"0001-01-01T00:00:00+00:00",
    "separators": b"a:b:c.d-e,f 1",
    "long": b"a " * 20_000,
    "nothing": b"",
}
_KEPT = {"csrf_token", "page_token", "token"}  # with others, nothing gets as far as the view
_ELSEWHERE = ("/static", "/api", "/search", "/shortlist", "/sign-in/organisation")
_ENDS = {"/sign-out", "/account/sign-out-everywhere"}


@dataclass(frozen=True)
class Sendable:
    """A form that writes: where it leads, what it holds if nobody touches it, and its buttons."""

    action: str
    fields: dict[str, list[str]]
    buttons: tuple[tuple[str, str], ...]


@pytest.fixture
def browsers(everything: Flask, people: Clients) -> Callable[[str], tuple[FlaskClient, str]]:
    """A client of each role, with the token that its forms must carry."""
    with everything.test_request_context():
        token, kept = generate_csrf(), session["csrf_token"]

    def browser(role: str) -> tuple[FlaskClient, str]:
        client = people(role)
        if role != "nobody":
            with client.session_transaction() as cookie:
                cookie["csrf_token"] = kept
        return client, token

    return browser


def pages_of(client: FlaskClient, app: Flask) -> dict[str, bytes]:
    """Every page of ours that somebody can reach from the addresses of the application, by path."""
    found: dict[str, bytes] = {}
    kinds: set[str] = set()
    todo = [matrix.path_of(app, rule) for rule in matrix.rules(app) if "GET" in (rule.methods or ())]
    while todo:
        path = todo.pop(0)
        if path in found or path.startswith(_ELSEWHERE):
            continue
        answer = client.get(path)
        assert answer.status_code < 500, f"{path}: {answer.status}"
        found[path] = answer.get_data() if answer.mimetype == "text/html" else b""
        root = html5lib.parse(found[path].decode(), namespaceHTMLElements=False)
        for link in root.iter("a"):
            href = urlsplit(link.get("href", ""))
            if not href.netloc and href.path.startswith(("/my", "/region")) and _kind(href.path) not in kinds:
                kinds.add(_kind(href.path))
                todo.append(href.path)
    return found


def _kind(path: str) -> str:
    """An address without its numbers: forms of one kind are attacked once."""
    return re.sub(r"\d+", "0", path)


def forms_on(html: bytes, path: str) -> Iterator[Sendable]:
    """The forms of a page that write, with the choices that nobody has made."""
    root = html5lib.parse(html.decode(), namespaceHTMLElements=False)
    for form in root.iter("form"):
        if form.get("method", "get").lower() == "post":
            fields = _held(form)
            for field in form.iter("input"):
                if field.get("name") and field.get("type") in {"radio", "checkbox", "file"}:
                    fields.setdefault(field.get("name", ""), [field.get("value", "")])
            buttons = [
                (each.get("name", ""), each.get("value", "")) for each in form.iter("button") if each.get("name")
            ]
            yield Sendable(form.get("action") or path, fields, tuple(dict(buttons).items()))


def attacks(form: Sendable) -> Iterator[tuple[str, dict[str, object]]]:
    """The form with each hostile value in every field, and with each field alone spoilt by a few of them."""
    free = [name for name in form.fields if name not in _KEPT]
    pressed: dict[str, object] = {**form.fields, **dict(form.buttons)}
    for what, value in HOSTILE.items():
        yield f"{what} in every field", {**pressed, **dict.fromkeys(free, value)}
    values = cycle(HOSTILE.items())
    for name in free[:40]:
        for _ in range(3):
            what, value = next(values)
            yield f"{what} in {name}", {**pressed, name: value}
    for name, _ in form.buttons:
        for what, value in HOSTILE.items():
            yield f"{what} as {name}", {**form.fields, name: value}


def test_no_form_breaks_or_runs_what_is_sent(
    everything: Flask, database: Database, browsers: Callable[[str], tuple[FlaskClient, str]]
) -> None:
    """Administrators are sent every form that maintainers are; what anybody may send is sent once."""
    roles = ("nobody", "editor", "administrator")
    attacked: set[str] = set()
    faults: list[str] = []
    for role in roles:
        for path, html in pages_of(browsers(role)[0], everything).items():
            for form in forms_on(html, path):
                kind = _kind(form.action)
                if attacked.isdisjoint({f"nobody {kind}", f"{role} {kind}"}) and not kind.startswith(_ELSEWHERE):
                    attacked.add(f"{role} {kind}")
                    faults += [f"{role}, {fault}" for fault in faults_of(form, lambda role=role: browsers(role))]
    for role in roles:
        pages = pages_of(browsers(role)[0], everything)
        faults += [f"{role}, {path}: it would run" for path, html in pages.items() if SCRIPT in html]
    with database.reading() as reading:
        mails = reading.exec(select(Mail)).all()
    faults += [mail.key for mail in mails if SCRIPT.decode() in mail.html or "\n" in mail.subject]
    assert {mail.to_email.rpartition("@")[2] for mail in mails} == {"example.org"}
    assert len(attacked) > 50
    assert not faults, "\n".join(faults)


def faults_of(form: Sendable, browser: Callable[[], tuple[FlaskClient, str]]) -> Iterator[str]:
    """What goes wrong when a form is sent with hostile values by somebody, who signs in anew once they are out."""
    client, token = browser()
    for what, fields in attacks(form):
        if form.action in _ENDS or client.get_cookie("session") is None:
            client, token = browser()
        sent = {**fields, **({"csrf_token": token} if "csrf_token" in fields else {})}
        kind = "application/x-www-form-urlencoded"
        answer = client.post(form.action, data=urlencode(sent, doseq=True), content_type=kind)
        if answer.status_code >= 500:
            yield f"{form.action}, {what}: {answer.status}"
        if answer.mimetype == "text/html" and SCRIPT in answer.get_data():
            yield f"{form.action}, {what}: it would run"
