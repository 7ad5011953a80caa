"""From the people who keep an entry right to those who search, through a real server with two worker processes."""

import logging
import re
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlmodel import select

from directory import create_app, revisions
from directory.config import Config, from_environment
from directory.models import Account, Entry, Mail
from directory.web.house import london_now
from tests.accounts.conftest import link_in
from tests.factories import CAMBERWELL, make_entry
from tests.people import make_account, sign_in
from tests.served import Server, ask, serving

REF, LEAD = "CAD-9001", "CAD-9002"
NAME, LEAD_NAME = "Example Evening Sanctuary", "Example Crisis House"
SEARCH = "/search?q=Example+SE5+8AZ"
PHONE, DESK = (360, 640), (1366, 768)
PASSWORD = "teapot lantern bicycle"
MOST_SECONDS = 15.0
QUIET = "A quiet place at night, with a garden."
CAUTION = "shut when shown open"
Opens = Callable[..., Page]


@pytest.fixture(scope="module")
def server(shipped: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two workers behind a proxy, over the shipped entries and two that are made up."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copytree(shipped.instance_path, folder / "instance", symlinks=True)
    with serving(folder, folder / "instance", TRUSTED_PROXIES="1", WEB_CONCURRENCY="2") as server:
        yield server


@pytest.fixture(scope="module")
def app(server: Server) -> Iterator[Flask]:
    """The installation from within: to make people, and to read its outbox."""
    app = create_app(from_environment(server.environment))
    with app.extensions["directory"].database.unit_of_work() as session:
        facts = {**CAMBERWELL, "opening_hours": "24/7"}
        entry = make_entry(**facts, ref=REF, name=NAME, organization="Example Trust")
        lead = make_entry(**facts, ref=LEAD, name=LEAD_NAME, organization="Night Trust", status="unverified")
        revisions.publish(session, [entry, lead], actor="command:load", reason="", at=london_now())
    yield app
    app.extensions["directory"].database.close()


@pytest.fixture
def open_as(browser: Browser, server: Server, app: Flask) -> Iterator[Opens]:
    """Opens a window on a device behind the proxy, as nobody unless an account is given."""
    contexts: list[BrowserContext] = []

    def build(path: str, who: Account | None = None, size: tuple[int, int] = PHONE, address: str = "") -> Page:
        home = f"http://127.0.0.1:{server.port}"
        context = browser.new_context(
            base_url=home,
            viewport={"width": size[0], "height": size[1]},
            locale="en-GB",
            extra_http_headers={"X-Forwarded-For": address or "192.0.2.1"},
        )
        contexts.append(context)
        if who is not None:
            cookie = sign_in(app.test_client(), who).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": home}])
        page = context.new_page()
        page.goto(path)
        return page

    yield build
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def sam(app: Flask) -> Account:
    """Who keeps the entry of Example Trust."""
    with app.extensions["directory"].database.unit_of_work() as session:
        return make_account(session, "Sam Editor", editor=("Example Trust",))


@pytest.fixture(scope="module")
def mai(app: Flask) -> Account:
    """Who maintains South East London."""
    with app.extensions["directory"].database.unit_of_work() as session:
        return make_account(session, "Mai Maintainer", maintainer=("SEL",))


def seconds_until(server: Server, is_there: Callable[[str], bool], path: str = SEARCH) -> float:
    """How long until the answer of every worker has it."""
    began = time.monotonic()
    with server.one_connection_to_each_worker() as waiting:
        while waiting:
            waiting = [connection for connection in waiting if not is_there(ask(connection, path)[1])]
            assert time.monotonic() - began < MOST_SECONDS, path
    return time.monotonic() - began


def card(page: Page, name: str = NAME) -> Locator:
    """What a page of results says of one service."""
    return page.locator(".app-card", has_text=name)


def test_closed_tonight_is_in_every_search_within_seconds(open_as: Opens, server: Server, sam: Account) -> None:
    """From the answer to the tap until a search shows it, whichever worker answers."""
    page = open_as(f"/my/{REF}/tonight", sam)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Closed unexpectedly").click()
    seconds = seconds_until(server, lambda text: "Closed unexpectedly" in text)
    logging.getLogger(__name__).info("%.2f seconds until every worker says so", seconds)
    expect(card(open_as(SEARCH))).to_contain_text(re.compile("Closed unexpectedly.*said the service just now"))
    page.get_by_role("button", name="Clear it").click()
    seconds_until(server, lambda text: "Closed unexpectedly" not in text)


def test_a_proposal_is_found_once_it_is_approved(open_as: Opens, server: Server, sam: Account, mai: Account) -> None:
    """The provider sends it, the region reads the difference, a searcher finds the place by its new words."""
    page = open_as(f"/my/{REF}/edit/who", sam)
    page.get_by_label("What it is").fill(QUIET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("sent to the South East London team")).to_be_visible()
    desk = open_as("/region?kind=proposal", mai, DESK)
    desk.get_by_role("link", name=NAME, exact=True).click()
    expect(desk.locator("del")).to_contain_text(["calm", "in the evening"])
    expect(desk.locator("ins")).to_contain_text(["quiet", "at night, with a garden"])
    assert QUIET not in open_as(f"/services/{REF}").locator("main").inner_text()
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator(".app-said")).to_contain_text("Approved: it is public now.")
    seconds_until(server, lambda text: NAME in text, "/search?q=quiet+garden")
    searcher = open_as("/search?q=quiet+garden")
    searcher.get_by_role("link", name=NAME).first.click()
    expect(searcher.locator("main")).to_contain_text(QUIET)


def test_two_reports_are_a_caution_until_they_are_closed(open_as: Opens, server: Server, mai: Account) -> None:
    """People at two addresses; that one of them reports twice counts for nothing."""
    for address in ("192.0.2.10", "192.0.2.10", "192.0.2.20"):
        expect(card(open_as(SEARCH))).not_to_contain_text(CAUTION)
        page = open_as(f"/services/{REF}", address=address)
        page.get_by_role("link", name="Report a problem").click()
        page.get_by_role("button", name="It was shut when shown as open").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    seconds_until(server, lambda text: CAUTION in text)
    expect(card(open_as(SEARCH))).to_contain_text(CAUTION)
    desk = open_as("/region?kind=caution", mai, DESK)
    desk.get_by_role("link", name=NAME, exact=True).click()
    desk.get_by_label("We checked, and the entry is right").check()
    desk.get_by_label("How do you know?").fill("Rang them at 6pm, and they were open")
    desk.get_by_role("button", name="Close these reports").click()
    expect(desk.locator(".app-said")).to_be_visible()
    seconds_until(server, lambda text: CAUTION not in text)
    expect(card(open_as(SEARCH))).not_to_contain_text(CAUTION)


def test_a_stranger_claims_a_lead_and_says_tonight(open_as: Opens, server: Server, app: Flask, mai: Account) -> None:
    """The claim, its acceptance, the letter, a password, the lead verified, and what everybody then reads."""
    page = open_as(f"/services/{LEAD}/claim")
    page.get_by_label("Why is it yours to keep right?").fill("I manage it")
    page.get_by_label("Your name").fill("Nia Night")
    page.get_by_label("Your organisation").fill("Night Trust")
    page.get_by_label("Your work email").fill("nia@example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")

    desk = open_as("/region?kind=request", mai, DESK)
    desk.get_by_role("link", name=LEAD_NAME).click()
    desk.get_by_role("button", name="Let them edit it").click()
    expect(desk.locator(".app-said")).to_contain_text("Nia Night can edit the entries of Night Trust")
    desk.goto(f"/region/entries/{LEAD}")
    verify = desk.locator("section", has=desk.get_by_role("heading", name="Verify it"))
    verify.get_by_label("Contact and place").check()
    verify.get_by_label("Rang").check()
    verify.get_by_role("button", name="Verify and show it").click()
    expect(desk.locator(".app-said")).to_be_visible()

    with app.extensions["directory"].database.reading() as session:
        (invitation,) = session.exec(select(Mail).where(Mail.to_email == "nia@example.org"))
    page = open_as(link_in(invitation))
    page.get_by_label("Your name").fill("Nia Night")
    page.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My services")
    page.get_by_role("link", name=f"Tonight: {LEAD_NAME}").click()
    page.get_by_role("button", name="Space").click()
    expect(page.get_by_text("Saved. Everybody now reads: Has space")).to_be_visible()
    seconds_until(server, lambda text: "said the service just now" in text)
    expect(card(open_as(SEARCH), LEAD_NAME)).to_contain_text(re.compile("Has space.*said the service just now"))


def test_an_earlier_version_is_public_again(open_as: Opens, server: Server, app: Flask, mai: Account) -> None:
    """From the history, with a reason; a searcher reads the words of that day."""
    here = app.extensions["directory"]
    with here.database.unit_of_work() as session:
        revisions.change_entry(session, REF, with_other_words, actor="command:load", reason="A mistake", at=here.now())
    seconds_until(server, lambda text: "A mistaken sentence." in text, f"/api/v1/services/{REF}")
    desk = open_as(f"/region/entries/{REF}", mai, DESK)
    desk.get_by_role("link", name="History").click()
    desk.locator("li", has=desk.get_by_role("heading", name="Published by")).nth(1).get_by_role("link").first.click()
    desk.get_by_label("Why should this version be public again?").fill("The newest was a mistake")
    desk.get_by_role("button", name="Put this version back").click()
    expect(desk.locator(".app-said")).to_be_visible()
    seconds_until(server, lambda text: "A mistaken sentence." not in text, f"/api/v1/services/{REF}")
    assert "A mistaken sentence." not in open_as(f"/services/{REF}").locator("main").inner_text()


def with_other_words(entry: Entry) -> Entry:
    return entry.model_copy(update={"description": "A mistaken sentence."})
