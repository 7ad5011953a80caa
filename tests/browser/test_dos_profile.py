"""The profile sheet in a browser: accessible, within its width, and one side of A4 whatever is known."""

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from directory import create_app, revisions
from directory.config import Config
from directory.feeds.dos.extras import Reference
from directory.feeds.dos.profile_sheet import profile
from directory.models import CREW_FACTS, FACT_GROUPS, CrewFact, Entry, Evidence, Phone
from directory.places import Places
from directory.records import record_for
from directory.taxonomies import Taxonomies
from tests.browser.test_pages import violations
from tests.factories import CAMBERWELL, SUNDAY_EVENING, make_entry
from tests.people import make_account, sign_in

FULL = "CAD-9001"
LONG = "Said at length, as providers do, with every condition and exception. "


class Staffed(NamedTuple):
    """A running directory, the cookie of an administrator, and the shipped entry with the longest sheet."""

    address: str
    cookie: str
    longest: str


def full_entry(taxonomies: Taxonomies) -> Entry:
    """Every fact, at a length that no real entry has."""
    every = {
        **CAMBERWELL,
        "name": "Example Evening Sanctuary for Everybody in Southwark, Lambeth and Lewisham (formerly The Haven)",
        "organization": "Example Trust for Mental Health and Wellbeing in South East London",
        "description": LONG * 12,
        "address": "Second floor, Example House, 1234 Example Street, Camberwell, London",
        "entrance": "The green door at the back, opposite the bakery",
        "phones": tuple(
            Phone(number=f"020 7946 0{last}", note="choose option 2, then ask for the duty worker", audience=audience)
            for last, audience in ((100, "public"), (101, "public"), (102, "professional"), (103, "professional"))
        ),
        "email": "a.long.address.of.a.mailbox@sanctuary.example.org",
        "website": "https://sanctuary.example.org/services/adults/evening/" + "path/" * 12,
        "opening_hours": "Mo-Th 18:00-23:00; Fr,Sa 12:00-14:00,16:00-02:00; Su[2] 10:00-12:00; PH off",
        "self_referral": True,
        "walk_in": True,
        "referral_routes": tuple(taxonomies.referral_routes),
        "application_process": LONG * 4,
        "minimum_age": 18,
        "maximum_age": 64,
        "gender": "women",
        "eligibility": LONG * 4,
        "communities": tuple(taxonomies.communities),
        "languages": tuple(taxonomies.languages),
        "accessibility": LONG * 4,
        "step_free": True,
        "cost": "free",
        "area_served": tuple(code for code in ("E09000028", "E09000022", "SEL", "London")),
        **{name: CrewFact(value=True, on="2026-11-01") for name in CREW_FACTS},
        "evidence": tuple(
            Evidence(fact_group=group, source_url=f"https://example.org/{group}/" + "x" * 90, checked_on="2026-11-01")
            for group in FACT_GROUPS
        ),
        "ods_code": "RV5B2",
        "dos_service_id": 2000012345,
        "professional_notes": f"{LONG}\n" * 12,
    }
    return make_entry(ref=FULL, **every)


@pytest.fixture(scope="module")
def staffed(
    tmp_path_factory: pytest.TempPathFactory, shipped: Config, places: Places, taxonomies: Taxonomies
) -> Iterator[Staffed]:
    """The shipped entries and one of which everything is known."""
    folder = tmp_path_factory.mktemp("staffed")
    (folder / "postcodes").symlink_to(places.folder)
    shutil.copy(shipped.instance_path / "directory.sqlite3", folder)
    config = Config(folder, f"sqlite:///{folder / 'directory.sqlite3'}", refresh_seconds=0, secret_key="s" * 32)
    app = create_app(config, now=lambda: SUNDAY_EVENING)
    database = app.extensions["directory"].database
    with database.unit_of_work() as session:
        account = make_account(session, "Ada Admin", administrator=("",))
        entries = revisions.get_entries(session)
        revisions.publish(session, [full_entry(taxonomies)], actor="test", reason="", at=SUNDAY_EVENING)
    reference = Reference(taxonomies, places, config.freshness, config.public_url)

    def length(entry: Entry) -> int:
        record = record_for(entry, "professional")
        parts = profile(record, 1, SUNDAY_EVENING, reference) if record else ()
        return sum(len(text) for part in parts for _, text in part.boxes)

    longest = max(entries, key=lambda ref: length(entries[ref]))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    cookie = sign_in(app.test_client(), account).get_cookie("session")
    assert cookie is not None
    yield Staffed(f"http://127.0.0.1:{server.port}", cookie.value, longest)
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


@pytest.fixture
def page(browser: Browser, staffed: Staffed) -> Iterator[Page]:
    """The administrator's window."""
    context = browser.new_context(base_url=staffed.address, locale="en-GB", viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "session", "value": staffed.cookie, "url": staffed.address}])
    yield context.new_page()
    context.close()


def test_it_prints_on_one_side_of_a4(page: Page, staffed: Staffed) -> None:
    """The longest that is shipped, and one of which everything is known at great length."""
    for ref in (staffed.longest, FULL):
        page.goto(f"/region/entries/{ref}/dos-profile")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, ref
        assert re.search(rb"/MediaBox\s*\[0 0 59[45][.0-9]* 84[12]", paper), "not A4"
    page.emulate_media(media="print")
    for told in ("Service name", "Non-public telephone", "Specified dates", "Our number", "all of it in the file"):
        expect(page.get_by_text(told).first).to_be_visible()
    assert page.locator("form:visible, nav:visible, footer:visible").count() == 0


def test_it_is_accessible_and_fits(page: Page) -> None:
    """Whole on the screen, without a scroll sideways."""
    page.goto(f"/region/entries/{FULL}/dos-profile")
    for width, height in {320: 640, 1366: 768}.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        assert not violations(page), width
    assert page.get_by_text("all of it in the file").locator("visible=true").count() == 0
    assert (LONG * 12).strip() in page.locator("dd", has_text="You can go straight").inner_text()
    assert date(2026, 12, 13).strftime("%d-%m-%Y") in page.locator(".app-sheet").inner_text()  # a second Sunday
