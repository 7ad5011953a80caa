"""The house rules: sizes, documents that stay true, addresses that do not vanish."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from directory.config import ROOT, ConfigError, from_environment

MODULES = sorted((ROOT / "directory").rglob("*.py"))
ADDRESSES = {
    "/",
    "/about",
    "/accessibility",
    "/account",
    "/account/email",
    "/account/email/<token>",
    "/account/name",
    "/account/passkeys",
    "/account/passkeys/<int:passkey_id>/remove",
    "/account/passkeys/options",
    "/account/password",
    "/account/recovery-codes",
    "/account/second-factor",
    "/account/second-factor/remove",
    "/account/sign-out-everywhere",
    "/account/sure",
    "/api/v1/openapi.json",
    "/api/v1/search",
    "/api/v1/services/<ref>",
    "/api/v1/suggestions",
    "/boroughs",
    "/boroughs/<slug>",
    "/developers",
    "/fhir/CodeSystem/<name>",
    "/fhir/R4/<any(HealthcareService, Location, Organization):kind>",
    "/fhir/R4/<any(HealthcareService, Location, Organization):kind>/<resource_id>",
    "/fhir/R4/HealthcareService/<resource_id>/_history",
    "/fhir/R4/HealthcareService/_history",
    "/fhir/R4/metadata",
    "/dos/app/controllers/api/v1.0/services/byOdsCode/<code>",
    "/dos/app/controllers/api/v1.0/services/byServiceId/<service_id>",
    "/dos/app/controllers/api/v1.0/services/byServiceType/<caseId>/<postcode>/<searchDistance>"
    "/<gpPracticeId>/<age>/<gender>/<disposition>/<serviceTypeIds>/<numberPerType>",
    "/export/v1/catalogue.jsonld",
    "/export/v1/changes",
    "/export/v1/datapackage.json",
    "/export/v1/openapi.json",
    "/export/v1/services",
    "/export/v1/services.csv",
    "/export/v1/services.geojson",
    "/export/v1/services/<ref>",
    "/healthz",
    "/invitations/<token>",
    "/keys",
    "/keys/<int:key_id>/revoke",
    "/keys/new",
    "/list-a-service",
    "/list-a-service/thanks",
    "/my",
    "/my/<ref>",
    "/my/<ref>/edit/<slug>",
    "/my/<ref>/proposals/<int:number>/withdraw",
    "/my/<ref>/right",
    "/my/<ref>/tonight",
    "/oruk/v3",
    "/oruk/v3/",
    "/oruk/v3/openapi.json",
    "/oruk/v3/organizations",
    "/oruk/v3/organizations/<uuid>",
    "/oruk/v3/service_at_locations",
    "/oruk/v3/service_at_locations/<uuid>",
    "/oruk/v3/services",
    "/oruk/v3/services/<uuid>",
    "/oruk/v3/taxonomies",
    "/oruk/v3/taxonomies/<uuid>",
    "/oruk/v3/taxonomy_terms",
    "/oruk/v3/taxonomy_terms/<uuid>",
    "/people",
    "/people/<int:account_id>",
    "/people/<int:account_id>/roles/<int:grant_id>/end",
    "/people/<int:account_id>/second-factor",
    "/people/<int:account_id>/switch",
    "/people/events",
    "/people/invite",
    "/my/<ref>/hours",
    "/my/<ref>/hours/dates",
    "/privacy",
    "/region",
    "/region/duplicates/<ref>/<other_ref>",
    "/region/duplicates/<ref>/<other_ref>/apart",
    "/region/duplicates/<ref>/<other_ref>/withdraw",
    "/region/entries/<ref>",
    "/region/entries/<ref>/checked",
    "/region/entries/<ref>/dos-profile",
    "/region/entries/<ref>/dos-profile.csv",
    "/region/entries/<ref>/history",
    "/region/entries/<ref>/history/<int:number>",
    "/region/entries/<ref>/history/<int:number>/restore",
    "/region/entries/<ref>/history/<int:number>/right",
    "/region/entries/<ref>/put-back",
    "/region/entries/<ref>/verify",
    "/region/entries/<ref>/withdraw",
    "/region/proposals/<int:proposal_id>",
    "/region/proposals/<int:proposal_id>/approve",
    "/region/proposals/<int:proposal_id>/correct",
    "/region/proposals/<int:proposal_id>/send-back",
    "/region/reports/<ref>",
    "/region/requests/<int:request_id>",
    "/region/requests/<int:request_id>/accept",
    "/region/requests/<int:request_id>/decline",
    "/region/spreadsheet",
    "/region/spreadsheet/changes.csv",
    "/region/spreadsheet/check",
    "/region/spreadsheet/faults.csv",
    "/region/spreadsheet/services.csv",
    "/robots.txt",
    "/search",
    "/services/<ref>",
    "/services/<ref>/<name>",
    "/services/<ref>/calendar.ics",
    "/services/<ref>/chosen",
    "/services/<ref>/claim",
    "/services/<ref>/report",
    "/services/<ref>/report/thanks",
    "/services/<ref>/report/why",
    "/shortlist",
    "/sitemap.xml",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/forgotten",
    "/sign-in/new-password/<token>",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/sign-out",
    "/still-right/<token>",
    "/still-right/<token>/notes",
    "/types",
    "/types/<slug>",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_small_and_say_what_they_are(path: Path) -> None:
    """A docstring, at most 400 lines, no function over 50, and docstrings on what other rooms may call."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert text.count("\n") <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None and node.end_lineno - node.lineno < 50, node.name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_no_address_appears_or_vanishes_unnoticed(app: Flask) -> None:
    """Whoever adds or takes away a page says so here."""
    assert {rule.rule for rule in app.url_map.iter_rules()} == ADDRESSES
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None and rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_every_setting_is_in_the_readme() -> None:
    """And nothing but the settings and the server's file reads the environment."""
    readers = [path for path in MODULES if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))]
    settings = set()
    for path in [ROOT / "directory" / "config.py", ROOT / "gunicorn.conf.py"]:
        settings |= set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", path.read_text(encoding="utf-8")))
    assert [path.name for path in readers] == ["config.py"]
    assert settings >= {"INSTANCE_PATH", "DATABASE_URL", "PORT"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(settings) if f"`{name}`" not in readme] == []


def test_links_in_the_documents_lead_somewhere() -> None:
    """Every relative link of every page of ours."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_formats_see_records_and_no_entries() -> None:
    """What may not be told cannot be told by mistake: only what makes records of entries has them in its hands."""
    entries = re.compile(r"from directory\.models(\.entry)? import [^\n]*\bEntry\b|\bget_entr(y|ies)\b")
    readers = {path.name for path in (ROOT / "directory" / "feeds").rglob("*.py") if entries.search(path.read_text())}
    assert readers == {"fading.py"}


@pytest.mark.parametrize("room", ["schedules", "places", "taxonomies", "search.find", "revisions", "freshness"])
def test_the_lower_rooms_need_no_flask(room: str) -> None:
    """They can be imported with an empty environment, and bring no web framework with them."""
    code = f"import sys, directory.{room}; sys.exit('flask' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgresql://user:pass@host:port/name"),
        ("REFRESH_SECONDS", "often"),
        ("REFRESH_SECONDS", "-1"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_URL", "mail.example.org"),
        ("MAIL_URL", "http://user:pass@mail.example.org"),
        ("MAIL_URL", "smtp://user:pass@mail.example.org:port"),
        ("MAIL_URL", "smtp://user:pass@mail.example.org?starttls=perhaps"),
        ("MAIL_URL", "smtp://user:pass@mail.example.org?tls=1"),
        ("PUBLIC_URL", "crisis.example.net"),
        ("PUBLIC_URL", "https://directory.example.org/?a=b"),
        ("FRESHNESS", "weekly"),
        ("FRESHNESS", "hours=0"),
        ("FRESHNESS", "opening=90"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    """With how to mend it, and never with what was in it: it may hold a password."""
    mail = {"MAIL_URL": "smtp://host", "MAIL_FROM": "a@example.org", "PUBLIC_URL": "https://example.org"}
    with pytest.raises(ConfigError, match=name) as refused:
        from_environment({**mail, name: value})
    assert value not in str(refused.value)


def test_the_driver_is_ours_whatever_the_platform_calls_it() -> None:
    """`postgres://` and `postgresql://` are the same to a person."""
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert from_environment({"DATABASE_URL": f"{scheme}://h/d"}).database_url == "postgresql+psycopg://h/d"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, "starttls", "", "")),
        ("smtp://a%40b:p%2Fq@mail.example.org:25", ("mail.example.org", 25, "starttls", "a@b", "p/q")),
        ("smtp://127.0.0.1:2525?starttls=no", ("127.0.0.1", 2525, "none", "", "")),
        ("smtps://user:hush@mail.example.org", ("mail.example.org", 465, "tls", "user", "hush")),
    ],
)
def test_the_mail_server_is_one_address(url: str, server: tuple[object, ...]) -> None:
    """With TLS unless told otherwise, and its password in no representation."""
    set_to = {"MAIL_URL": url, "MAIL_FROM": "Directory <d@example.org>", "PUBLIC_URL": "https://example.org/"}
    config = from_environment(set_to)
    assert config.public_url == "https://example.org"
    assert config.mail is not None and config.mail.sender_domain == "example.org"
    mail = config.mail
    assert (mail.host, mail.port, mail.security, mail.username, mail.password) == server
    assert not mail.password or mail.password not in repr(config)


@pytest.mark.parametrize("missing", ["MAIL_FROM", "PUBLIC_URL"])
def test_mail_needs_a_sender_and_an_address_for_links(missing: str) -> None:
    """Each is asked for by name."""
    mail = {"MAIL_URL": "smtp://host", "MAIL_FROM": "a@example.org", "PUBLIC_URL": "https://example.org"}
    with pytest.raises(ConfigError, match=missing):
        from_environment({**mail, missing: ""})


def test_freshness_may_be_set_for_some_groups() -> None:
    """What is left out keeps its default."""
    assert from_environment({"FRESHNESS": "hours=30, culture=400"}).freshness == {
        "contact": 90,
        "hours": 30,
        "criteria": 180,
        "culture": 400,
    }
