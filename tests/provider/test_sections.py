"""Sections: each saved on its own, checked as rows of a file are; nothing typed is lost, nothing unseen overwritten."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory import revisions
from directory.models import CrewFact, CulturalClaim, Entry, Phone
from directory.provider.sections import SECTIONS
from tests.factories import SUNDAY_EVENING as NOW
from tests.pages import Page
from tests.people import make_account
from tests.provider.keepers import REF, keeper, publish, read, waiting

HUB = f"/my/{REF}"


def address(section: str) -> str:
    return f"/my/{REF}/edit/{section}"


def save(client: FlaskClient, section: str, status: int = 302, page: Page | None = None, **fields: Any) -> Page:
    """Open a section, or take one that was opened before, and save it with these answers."""
    page = page or Page.fetch(client, address(section))
    response = page.send(client, address(section), status=status, **fields)
    return Page.fetch(client, HUB) if status == 302 else Page(response)


def proposed(house: Flask) -> dict[str, Any]:
    """What the only proposal that waits would change."""
    ((_, after),) = waiting(house)
    return after


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_a_section_as_it_is_changes_nothing(house: Flask, section: str) -> None:
    """Whatever an entry says comes back out of the form as it went in."""
    publish(
        house,
        phones=(
            Phone(number="020 7946 0123", note="evenings; not Sundays"),
            Phone(number="07700 900123", kind="text"),
            Phone(number="020 7946 0999", audience="professional"),
            Phone(number="020 7946 0998", audience="professional", purpose="handover"),
        ),
        email="help@example.org",
        website="https://example.org",
        address="1 Example Street",
        minimum_age=18,
        gender="women",
        area_served=("London", "SEL", "E09000028"),
        self_referral=True,
        referral_routes=("self", "gp"),
        communities=("black",),
        languages=("en",),
        cultural_claims=(CulturalClaim(kind="led_by", code="black", said_by="Example Trust", said_on="2026-01"),),
        step_free=False,
        drop_off=CrewFact(value=True, on="2026-01"),
        accessibility="A lift.\n\nTwo doors.",
    )
    page = save(keeper(house), section)
    assert f"{SECTIONS[section].title}: nothing was changed." in page.main
    assert waiting(house) == []


def test_what_a_provider_saves_waits_and_the_public_still_sees_the_old(house: Flask) -> None:
    publish(house)
    page = save(keeper(house), "contact", name="New name")
    sent = "Contact: sent to the South East London team. The old version stays public until they approve it."
    assert sent in page.main
    assert "waits for approval since 9:04pm today, sent by you." in page.main
    assert (read(house).name, waiting(house)) == ("Example Evening Sanctuary", [("contact", {"name": "New name"})])


def test_a_maintainer_checks_only_what_they_change(house: Flask) -> None:
    """The section of professionals has their numbers too, which are of another group of facts than their notes."""
    publish(house)
    save(keeper(house, "maintainer"), "professionals", professional_notes="Ring the side door.")
    checks = {evidence.fact_group: evidence.checked_on for evidence in read(house).evidence}
    assert checks == {"contact": "", "hours": "", "criteria": "2026-11-22", "culture": ""}


def test_what_a_maintainer_of_the_region_saves_is_public_at_once(house: Flask) -> None:
    publish(house)
    page = save(keeper(house, "maintainer"), "contact", name="New name")
    assert "Contact: saved. Everybody sees it now." in page.main
    assert (read(house).name, waiting(house)) == ("New name", [])


@pytest.mark.parametrize(
    ("section", "fields", "errors"),
    [
        ("contact", {"name": " "}, [("Enter the name of the service", "#name")]),
        ("contact", {"email": "nobody"}, [("“nobody” is not an email address.", "#email")]),
        ("contact", {"website": "example"}, [("“example” is not a web address.", "#website")]),
        ("contact", {"numbers-0-number": "12"}, [("“12” is not", "#numbers-0-number")]),
        ("contact", {"numbers-1-note": "evenings"}, [("Enter the number that this", "#numbers-1-number")]),
        ("place", {"postcode": "ZZ1 1ZZ"}, [("ZZ1 1ZZ is not a postcode.", "#postcode")]),
        ("place", {"borough": "E09000007"}, [("Camden, but the postcode SE5 8AZ is in Southwark.", "#borough")]),
        ("place", {"location_type": "virtual"}, [("A virtual entry has no place to go to.", "#location_type")]),
        ("who", {"minimum_age": "old"}, [("“old” is not an age.", "#minimum_age")]),
        ("who", {"minimum_age": "30", "maximum_age": "20"}, [("30 is above the “Oldest age”, 20.", "#minimum_age")]),
        ("who", {"eligibility": "=x"}, [("This starts with =", "#eligibility")]),
        ("culture", {"claims-0-kind": "led_by"}, [("Choose a community for “Led by”.", "#claims-0-about")]),
        (
            "culture",
            {"claims-0-kind": "staff_speak", "claims-0-about": "community:black"},
            [("Choose a language for “Staff who speak”.", "#claims-0-about")],
        ),
        (
            "culture",
            {"claims-0-kind": "led_by", "claims-0-about": "community:black"},
            [("Say who says so.", "#claims-0-said_by")],
        ),
        ("professionals", {"numbers-0-number": "x"}, [("“x” is not", "#numbers-0-number")]),
    ],
)
def test_what_cannot_be_right_is_said_beside_it_and_kept(
    house: Flask, section: str, fields: dict[str, str], errors: list[tuple[str, str]]
) -> None:
    publish(house)
    page = save(keeper(house), section, status=400, **fields)
    assert [href for _, href in page.errors] == [href for _, href in errors]
    assert all(said.startswith(wanted) for (said, _), (wanted, _) in zip(page.errors, errors, strict=True)), page.errors
    for name, typed in fields.items():
        if page.field(name).tag == "input" and page.field(name).get("type") == "text":
            assert page.field(name).get("value", "") == typed.strip()
    assert waiting(house) == []


def test_a_hidden_address_is_not_given_away_by_another_section(house: Flask) -> None:
    publish(house, address="9 Example Street", address_visibility="hidden", borough="")
    page = save(keeper(house), "who", status=400, description="Come to 9 Example Street")
    assert page.errors[0][0].startswith("The address is not to be shown, but this answer has it.")


def test_what_was_wrong_elsewhere_before_is_not_held_against_whoever_saves(house: Flask) -> None:
    publish(house, address="9 Example Street", address_visibility="area", description="Come to 9 Example Street")
    save(keeper(house), "contact", email="help@example.org")
    assert proposed(house) == {"email": "help@example.org"}


def test_a_new_postcode_brings_position_and_borough(house: Flask) -> None:
    publish(house)
    save(keeper(house, "administrator"), "place", postcode="e1 6an", borough="")
    entry = read(house)
    assert (entry.postcode, entry.borough) == ("E1 6AN", "E09000001")
    assert entry.easting is not None and abs(entry.easting - 533500) < 1500


def test_numbers_for_the_public_and_for_professionals_keep_out_of_each_others_way(house: Flask) -> None:
    publish(house, phones=(Phone(number="020 7946 0123"), Phone(number="020 7946 0999", audience="professional")))
    client = keeper(house, "maintainer")
    save(client, "contact", **{"numbers-1-number": "07700900123", "numbers-1-use": "text", "numbers-1-note": "HELP"})
    save(client, "professionals", **{"numbers-1-number": "020 7946 0998", "numbers-1-use": "handover"})
    assert read(house).phones == (
        Phone(number="020 7946 0123"),
        Phone(number="07700 900123", kind="text", note="HELP"),
        Phone(number="020 7946 0999", audience="professional"),
        Phone(number="020 7946 0998", audience="professional", purpose="handover"),
    )


def test_numbers_that_wait_bring_no_old_ones_back(house: Flask) -> None:
    """Somebody goes on with numbers for professionals after those of the public have become others."""
    old, staff = Phone(number="020 7946 0123"), Phone(number="020 7946 0999", audience="professional")
    publish(house, phones=(old, staff))
    client = keeper(house)
    save(client, "professionals", **{"numbers-0-number": "020 7946 0998"})
    new = old.model_copy(update={"number": "020 7946 0777"})
    publish(house, phones=(new, staff))
    save(client, "professionals", professional_notes="Ring twice.")
    assert [phone["number"] for phone in proposed(house)["phones"]] == ["020 7946 0777", "020 7946 0998"]


def test_people_who_refer_themselves_are_a_route(house: Flask) -> None:
    publish(house)
    save(keeper(house), "way-in", self_referral="yes", referral_routes=["gp"])
    assert proposed(house) == {"self_referral": True, "referral_routes": ["self", "gp"]}


def test_answers_for_crews_have_the_day_on_which_they_were_said(house: Flask) -> None:
    """An answer that stays has its old date, unless all are said again."""
    publish(house, drop_off=CrewFact(value=True, on="2026-01"), dog=CrewFact(value=False, on="2025"))
    client, today = keeper(house, "maintainer"), "2026-11-22"
    save(client, "crew", dog="yes", companion="no", entrance="The side door")
    entry = read(house)
    assert (entry.drop_off, entry.dog) == (CrewFact(value=True, on="2026-01"), CrewFact(value=True, on=today))
    assert (entry.companion, entry.entrance) == (CrewFact(value=False, on=today), "The side door")
    save(client, "crew", again="y", dog="")
    entry = read(house)
    assert (entry.drop_off, entry.dog) == (CrewFact(value=True, on=today), None)


def test_claims_say_who_makes_them_and_since_when(house: Flask) -> None:
    old = CulturalClaim(kind="led_by", code="black", said_by="Example Trust", said_on="2024")
    publish(house, cultural_claims=(old,))
    new = {"claims-1-kind": "staff_speak", "claims-1-about": "language:so", "claims-1-said_by": "the service"}
    save(keeper(house, "maintainer"), "culture", **new)
    added = CulturalClaim(kind="staff_speak", code="so", said_by="the service", said_on="2026-11-22")
    assert read(house).cultural_claims == (old, added)


def colleague(house: Flask) -> FlaskClient:
    return keeper(house, "colleague")


def test_the_second_of_two_is_shown_both_versions_and_chooses(house: Flask) -> None:
    """They edit the same field of the same section at the same time; the first one's change waits already."""
    publish(house)
    second = keeper(house)
    opened = Page.fetch(second, address("contact"))
    save(colleague(house), "contact", name="First name", email="first@example.org")
    page = save(second, "contact", status=409, page=opened, name="Second name", website="https://example.org")
    assert page.errors[0][0].startswith("Somebody else has changed this section.")
    assert "What somebody else saved: First name" in page.main and "What you typed: Second name" in page.main
    assert page.field("name").get("value") == "Second name"
    assert page.field("email").get("value") == "first@example.org"
    assert proposed(house) == {"name": "First name", "email": "first@example.org"}
    unchosen = save(second, "contact", status=409, page=page)
    assert unchosen.errors == [("Choose which version to keep", "#maincontent")]
    save(second, "contact", page=unchosen, **{"choice-name": "mine"})
    assert proposed(house) == {
        "name": "Second name",
        "email": "first@example.org",
        "website": "https://example.org",
    }


def test_the_other_version_can_be_kept_for_one_field(house: Flask) -> None:
    publish(house)
    second = keeper(house)
    opened = Page.fetch(second, address("contact"))
    save(keeper(house, "maintainer"), "contact", name="First name")
    page = save(second, "contact", status=409, page=opened, name="Second name", website="https://example.org")
    save(second, "contact", page=page, **{"choice-name": "theirs"})
    assert proposed(house) == {"website": "https://example.org"}
    assert read(house).name == "First name"


def test_changes_to_different_fields_meet_nobody(house: Flask) -> None:
    publish(house)
    second = keeper(house)
    opened = Page.fetch(second, address("contact"))
    save(keeper(house, "maintainer"), "contact", name="First name")
    save(second, "contact", page=opened, website="https://example.org")
    assert proposed(house) == {"website": "https://example.org"}


def test_changes_that_cannot_stand_together_are_shown_as_both(house: Flask) -> None:
    publish(house, minimum_age=18, maximum_age=65)
    second = keeper(house)
    opened = Page.fetch(second, address("who"))
    save(keeper(house, "maintainer"), "who", maximum_age="25")
    page = save(second, "who", status=409, page=opened, minimum_age="30")
    assert "What somebody else saved: 18" in page.main and "What you typed: 30" in page.main


def test_what_waits_can_be_changed_again_and_replaces_itself(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    save(client, "contact", name="New name")
    page = Page.fetch(client, address("contact"))
    assert page.field("name").get("value") == "New name"
    assert "Saving again replaces that." in page.main
    save(client, "contact", page=page, email="new@example.org")
    assert proposed(house) == {"name": "New name", "email": "new@example.org"}


@pytest.mark.parametrize("fields", [{"seen": "x"}, {"seen": "0"}, {"seen_proposal": "77"}, {"seen": None}])
def test_a_version_that_never_was_is_refused(house: Flask, fields: dict[str, Any]) -> None:
    publish(house)
    client = keeper(house)
    Page.fetch(client, address("contact")).send(client, address("contact"), status=400, name="New", **fields)
    assert waiting(house) == []


def decide(house: Flask, outcome: str) -> None:
    """Decide about the only proposal that waits, as a maintainer."""
    with house.extensions["directory"].database.unit_of_work() as session:
        maintainer = make_account(session, "Max Maintainer", maintainer=("SEL",))
        (waits,) = revisions.list_waiting(session)
        number, actor = waits.proposal.id, f"account:{maintainer.id}"
        assert number is not None
        if outcome == "approved":
            revisions.approve(session, number, actor=actor, reason="", at=NOW)
        else:
            revisions.decide_without_publishing(
                session, number, "sent_back", actor=actor, reason="Which door is it?", at=NOW
            )


def test_what_was_sent_back_comes_with_its_reason_ready_to_send_again(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    save(client, "contact", name="New name")
    decide(house, "sent_back")
    for page in (Page.fetch(client, HUB), Page.fetch(client, "/my")):
        assert "Contact: sent back 9:04pm today. “Which door is it?”" in page.main
        assert any(href.startswith(f"{address('contact')}?again=") for href in page.links.values())
    again = next(href for href in page.links.values() if "again" in href)
    opened = Page.fetch(client, again)
    assert opened.field("name").get("value") == "New name"
    page = save(client, "contact", page=opened)
    assert "sent back 9:04pm today. “Which door is it?”" in page.main  # in the history, and no longer to be mended
    assert not page.having("app-back-to-you")
    assert proposed(house) == {"name": "New name"}


def test_what_was_decided_is_told(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    save(client, "contact", name="New name")
    decide(house, "approved")
    assert "Contact, sent 9:04pm today by you: approved 9:04pm today." in Page.fetch(client, HUB).main


def test_what_waits_can_be_taken_back_once(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    page = save(client, "contact", name="New name")
    (form,) = [form for form in page.root.iter("form") if "/withdraw" in form.get("action", "")]
    page.send(client, form.get("action", ""))
    assert waiting(house) == []
    assert "You have taken it back." in Page.fetch(client, HUB).main
    page.send(client, form.get("action", ""))
    assert "It was decided before you took it back." in Page.fetch(client, HUB).main


def test_a_proposal_is_taken_back_only_where_it_belongs(house: Flask) -> None:
    publish(house)
    client = keeper(house)
    page = save(client, "contact", name="New name")
    other: Entry = publish(house, ref="CAD-9002")
    (action,) = [form.get("action", "") for form in page.root.iter("form") if "/withdraw" in form.get("action", "")]
    token = {"csrf_token": _token(page)}
    assert client.post(action.replace(REF, other.ref), data=token).status_code == 404
    assert client.post(f"/my/{REF}/proposals/99/withdraw", data=token).status_code == 404
    assert len(waiting(house)) == 1


def _token(page: Page) -> str:
    return next(field.get("value", "") for field in page.root.iter("input") if field.get("name") == "csrf_token")
