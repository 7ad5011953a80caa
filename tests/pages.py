"""A page as tests see it. Every page that is fetched is checked for quality, whatever the test is about."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from html5lib.html5parser import ParseError
from werkzeug.test import TestResponse

EXIT = "https://www.bbc.co.uk/weather"
_LOADED = {
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Page:
    """A page of HTML: its heading, title, links, cards, and the text people read."""

    def __init__(self, response: TestResponse) -> None:
        self.response, self.status = response, response.status_code
        self.path = response.request.path
        self.html = response.get_data(as_text=True)
        try:
            document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.html)
        except ParseError as error:
            raise AssertionError(f"not valid HTML5: {error}") from error
        self.root: Element = document
        self._check()

    @classmethod
    def fetch(cls, client: FlaskClient, path: str, status: int = 200, **arguments: Any) -> "Page":
        """The page at an address; fails where the status is another."""
        response = client.get(path, query_string=arguments or None)
        assert response.status_code == status, f"{path}: {response.status}"
        assert response.mimetype == "text/html"
        return cls(response)

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return text_of(self._all("h1")[0])

    @property
    def title(self) -> str:
        """The title of the window."""
        return text_of(self._all("title")[0])

    @property
    def main(self) -> str:
        """All that people read between header and footer."""
        return text_of(self._all("main")[0])

    @property
    def links(self) -> dict[str, str]:
        """Address by text of every link; of links with one text, the first."""
        found: dict[str, str] = {}
        for link in self._all("a"):
            found.setdefault(text_of(link), link.get("href", ""))
        return found

    @property
    def errors(self) -> list[tuple[str, str]]:
        """The error summary: each message with the field that it leads to."""
        summaries = self.having("nhsuk-error-summary")
        return [(text_of(link), link.get("href", "")) for part in summaries for link in part.iter("a")]

    def having(self, name: str) -> list[Element]:
        """Elements of a class."""
        return [element for element in self.root.iter() if name in (element.get("class") or "").split()]

    def section(self, name: str) -> list[Element]:
        """The cards, or the lines, of the group with this id; none where the group is not there."""
        groups, items = self.having(f"app-group--{name}"), [*self.having("app-card"), *self.having("app-line")]
        return [element for group in groups for element in group.iter("li") if element in items]

    def form(self, name: str) -> Element:
        """The form of a class."""
        return next(element for element in self.having(name) if element.tag == "form")

    def field(self, name: str) -> Element:
        """The input of this id."""
        return next(element for element in self.root.iter() if element.get("id") == name)

    def send(self, client: FlaskClient, action: str, *, status: int = 302, **fields: Any) -> TestResponse:
        """Send the form with this action as a browser would: with what it holds, but for the fields given here.

        A field of None is left out; a list is sent as several values. Fails where the status is another.
        """
        form = next(form for form in self._all("form") if form.get("action", self.path) == action)
        data = {**_held(form), **fields}
        sent = {name: value for name, value in data.items() if value is not None}
        method = client.post if form.get("method", "get") == "post" else client.get
        response = method(action, data=sent, content_type="multipart/form-data" if _has_files(sent) else None)
        assert response.status_code == status, f"{action}: {response.status}: {response.get_data(as_text=True)[:2000]}"
        return response

    def _all(self, tag: str) -> list[Element]:
        return list(self.root.iter(tag))

    def _check(self) -> None:
        assert self.root.get("lang") == "en-GB"
        assert len(self._all("h1")) == 1 and self.h1
        assert self.title.endswith("Crisis alternatives") and len(self.title) < 200
        assert len(self._all("main")) == 1
        ids = [element.get("id") for element in self.root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"repeated ids: {sorted(ids)}"
        self._check_headings()
        self._check_labels(set(ids))
        self._check_nothing_inline()
        self._check_links(set(ids))
        assert not re.search(r"\bNone\b(?!-Match)|Undefined|\{\{|\{%|—", self.main), self.main

    def _check_headings(self) -> None:
        levels = [_HEADINGS.index(element.tag) for element in self.root.iter() if element.tag in _HEADINGS]
        skipped = [level for before, level in zip(levels, levels[1:], strict=False) if level > before + 1]
        assert not skipped, f"heading levels: {levels}"

    def _check_labels(self, ids: set[str | None]) -> None:
        labelled = {label.get("for") for label in self._all("label")}
        assert labelled <= ids
        for field in [*self._all("input"), *self._all("select"), *self._all("textarea")]:
            assert field.get("type") in {"hidden", "submit"} or field.get("id") in labelled, field.attrib

    def _check_nothing_inline(self) -> None:
        assert not self._all("style") and not [e for e in self.root.iter() if e.get("style")]
        scripts = [script for script in self._all("script") if script.get("type") != "application/ld+json"]
        assert all(script.get("src") and not script.text for script in scripts)
        assert not [name for e in self.root.iter() for name in e.attrib if str(name).startswith("on")]
        for tag, attribute in _LOADED.items():
            for element in self._all(tag):
                address = element.get(attribute)
                if address is None or element.get("rel") in {"canonical", "alternate"}:
                    continue
                is_ours = address.startswith("/static/") or (tag == "img" and address.startswith("data:image/svg+xml;"))
                assert is_ours, address[:200]

    def _check_links(self, ids: set[str | None]) -> None:
        for link in self._all("a"):
            href = link.get("href", "")
            assert text_of(link), f"a link without text: {href}"
            scheme = urlsplit(href).scheme
            assert scheme in {"", "https", "http", "tel", "sms", "mailto", "geo"}, href
            if scheme.startswith("http"):
                assert "noreferrer" in (link.get("rel") or ""), href
            if href.startswith("#"):
                assert href[1:] in ids, f"{href} leads nowhere"


def _held(form: Element) -> dict[str, list[str]]:
    """What a form sends if nobody touches it, but for its buttons."""
    held: dict[str, list[str]] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type")
        if not name or field.tag not in {"input", "select", "textarea"} or kind in {"submit", "file"}:
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None] or options[:1]
            held.setdefault(name, []).extend(o.get("value", "") for o in chosen)
        elif field.tag == "textarea":
            held.setdefault(name, []).append((field.text or "").removeprefix("\n"))
        elif kind not in {"radio", "checkbox"} or field.get("checked") is not None:
            held.setdefault(name, []).append(field.get("value", "on" if kind == "checkbox" else ""))
    return held


def _has_files(sent: dict[str, Any]) -> bool:
    return any(isinstance(value, tuple) or hasattr(value, "read") for value in sent.values())


def text_of(element: Element) -> str:
    """The text of an element and all within, white space folded."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str):
        yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def local_links(page: Page) -> set[str]:
    """Addresses within the site that a page leads to."""
    hrefs = {link.get("href", "") for link in page.root.iter("a")}
    return {href for href in hrefs if href.startswith("/")}
