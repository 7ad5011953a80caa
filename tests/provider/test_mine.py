"""My services: whose entries are shown, to whom, and what is told of them."""

from typing import Any

import pytest
from flask import Flask

from directory.models import FACT_GROUPS, Evidence
from tests.pages import Page, text_of
from tests.provider.keepers import REF, keeper, publish, read

PAGES = (f"/my/{REF}", f"/my/{REF}/tonight", f"/my/{REF}/edit/contact")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("editor", 200),
        ("colleague", 200),
        ("maintainer", 200),
        ("administrator", 200),
        ("stranger", 403),
        ("far maintainer", 403),
    ],
)
def test_an_entry_is_open_to_its_provider_and_its_region_only(house: Flask, path: str, role: str, status: int) -> None:
    publish(house)
    client = keeper(house, role)
    assert client.get(path).status_code == status
    assert client.get(path.replace(REF, "CAD-9999")).status_code == 404


@pytest.mark.parametrize("path", [*PAGES[1:], f"/my/{REF}/proposals/1/withdraw"])
def test_nobody_else_writes(house: Flask, path: str) -> None:
    publish(house)
    house.config["WTF_CSRF_ENABLED"] = False
    for role in ("stranger", "far maintainer"):
        client = keeper(house, role)
        assert client.post(path, data={"state": "full", "name": "x", "seen": 1}).status_code == 403


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_write_that_another_site_forged_is_refused(house: Flask, path: str) -> None:
    publish(house)
    assert keeper(house).post(path, data={"state": "full"}).status_code == 400


def test_somebody_sees_the_entries_of_their_organisation_and_no_other(house: Flask) -> None:
    publish(house, name="Ours")
    publish(house, ref="CAD-9002", name="Ours too", organization="  example   TRUST")
    publish(house, ref="CAD-9003", name="Theirs", organization="Another Trust")
    publish(house, ref="CAD-9004", name="Nobody's", organization="")
    page = Page.fetch(keeper(house), "/my")
    assert "Ours" in page.links and "Ours too" in page.links
    assert "Theirs" not in page.main and "Nobody" not in page.main


def test_somebody_without_entries_is_told_so(house: Flask) -> None:
    publish(house)
    assert (
        "No service in the directory is run by your organisation" in Page.fetch(keeper(house, "stranger"), "/my").main
    )


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, "Open until 2am. You have said nothing about tonight."),
        ({"opening_hours": ""}, "Hours not known. You have said nothing about tonight."),
        (
            {"live_status": {"state": "full", "at": "2026-11-22T20:04:00Z", "until": "2026-11-23T02:00:00Z"}},
            "Open until 2am. Full, said the service 1 hour ago. What you said stands until 2am tomorrow.",
        ),
        (
            {"live_status": {"state": "full", "at": "2026-11-22T19:04:00Z", "until": "2026-11-22T21:00:00Z"}},
            "Open until 2am. You have said nothing about tonight.",
        ),
        ({"status": "unverified"}, "Not public yet. People who search do not see it."),
        ({"status": "withdrawn"}, "Withdrawn. People who search do not see it."),
        ({}, "To check now: contact and place, opening hours, who it is for and how to get in."),
        (
            {
                "evidence": tuple(
                    Evidence(fact_group=group, checked_on="2026-11-01")  # type: ignore[arg-type]
                    for group in ("contact", "hours", "criteria", "culture")
                )
            },
            "All checked. To check again by 30 January 2027.",
        ),
    ],
)
def test_what_is_told_of_an_entry(house: Flask, facts: dict[str, Any], told: str) -> None:
    publish(house, **facts)
    client = keeper(house)
    for path in ("/my", f"/my/{REF}"):
        assert told in Page.fetch(client, path).main


def test_an_entry_that_nobody_sees_offers_no_tonight(house: Flask) -> None:
    publish(house, status="unverified")
    client = keeper(house)
    assert f"/my/{REF}/tonight" not in Page.fetch(client, "/my").links.values()


def test_a_maintainer_goes_back_to_the_entry(house: Flask) -> None:
    publish(house)
    assert (
        Page.fetch(keeper(house, "maintainer"), f"/my/{REF}").links["All about this entry"] == f"/region/entries/{REF}"
    )


@pytest.mark.parametrize("slug", ["hours", "everything", "name"])
def test_there_is_no_such_section(house: Flask, slug: str) -> None:
    publish(house)
    assert keeper(house).get(f"/my/{REF}/edit/{slug}").status_code == 404


@pytest.mark.parametrize(("role", "by"), [("editor", "provider"), ("maintainer", "region")])
def test_what_is_still_right_is_said_where_it_is_read(house: Flask, role: str, by: str) -> None:
    """Below what the public reads of it; at once, and of these facts alone."""
    publish(house)
    client = keeper(house, role)
    page = Page.fetch(client, f"/my/{REF}")
    (hours,) = [part for part in page.having("app-still") if "Every day: 6pm to 2am" in text_of(part)]
    assert "Never checked. Please check it." in text_of(hours)
    page.send(client, f"/my/{REF}/right", status=303, group="hours")
    dates = {said.fact_group: (said.checked_on, said.checked_by) for said in read(house).evidence}
    assert dates == {**dict.fromkeys(FACT_GROUPS, ("", "")), "hours": ("2026-11-22", by)}
    assert "Opening hours: checked today." in Page.fetch(client, f"/my/{REF}").main


def test_what_changed_since_it_was_read_is_not_still_right(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    page = Page.fetch(client, f"/my/{REF}")
    publish(house, opening_hours="24/7")
    page.send(client, f"/my/{REF}/right", status=303, group="hours")
    assert "Opening hours changed while you read it." in Page.fetch(client, f"/my/{REF}").main
    assert not any(said.checked_on for said in read(house).evidence)


@pytest.mark.parametrize(
    "fields", [{"group": "culture"}, {"group": "gossip"}, {"seen": "0"}, {"seen": "99999999999999999999"}, {"seen": ""}]
)
def test_what_the_page_did_not_ask_is_not_taken(house: Flask, fields: dict[str, str]) -> None:
    publish(house)
    client = keeper(house)
    page = Page.fetch(client, f"/my/{REF}")
    page.send(client, f"/my/{REF}/right", status=400, **{"group": "hours", **fields})
