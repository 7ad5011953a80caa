"""Who may enter where: every address by every role, as docs/permissions.md has it.

    .venv/bin/python -m tests.accounts.matrix    # writes that page anew

A new address is here by itself. One with a part that VALUES does not know fails the test until it does; one that lets
in others than its `@allow` and its first words say ("/my/<ref>": whoever may edit the entry) is named in EXCEPTIONS.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from directory import create_app
from directory.config import ROOT, Config, SingleSignOn
from directory.permissions import Access
from directory.records import stable_id
from directory.web.entering import access_of

PAGE = ROOT / "docs" / "permissions.md"
ROLES = {
    "nobody": "Nobody signed in",
    "signed_in": "Signed in, no role",
    "editor": "Editor of the organisation",
    "other_editor": "Editor of another organisation",
    "maintainer": "Maintainer of the region",
    "other_maintainer": "Maintainer of another region",
    "no_second_factor": "Maintainer without second factor",
    "professional": "Professional",
    "administrator": "Administrator",
}
SIGNED_IN = frozenset(ROLES) - {"nobody"}
MAINTAINERS = frozenset({"maintainer", "other_maintainer", "administrator"})
ENTERING: dict[Access, frozenset[str]] = {
    "anybody": frozenset(ROLES),
    "signed_in": SIGNED_IN,
    "editor": frozenset({"editor", "other_editor", "administrator"}),
    "professional": MAINTAINERS | {"professional"},
    "maintainer": MAINTAINERS,
    "administrator": frozenset({"administrator"}),
}
EDITS = frozenset({"editor", "maintainer", "administrator"})
MAINTAINS = frozenset({"maintainer", "administrator"})

REF, OTHER_REF = "CAD-9001", "CAD-9003"
VALUES: dict[str, object] = {
    "ref": REF,
    "other_ref": OTHER_REF,
    "name": "example-evening-sanctuary",
    "slug": "contact",
    "number": 1,
    "proposal_id": 1,
    "request_id": 1,
    "account_id": 1,
    "grant_id": 1,
    "passkey_id": 1,
    "key_id": 1,
    "token": "nonsense",
    "kind": "HealthcareService",
    "resource_id": stable_id("service", REF),
    "uuid": stable_id("service", REF),
    "service_id": 900009001,
    "code": "X9999",
    "postcode": "SE5 8AZ",
    **dict.fromkeys(("caseId", "searchDistance", "gpPracticeId", "age", "gender", "disposition"), 0),
    "serviceTypeIds": 142,
    "numberPerType": 0,
}
"""What stands in an address: an entry of the editor's organisation in the maintainer's region, and what is about it."""

OF_AN_ENTRY = frozenset({"ref", "other_ref", "proposal_id", "request_id"})
_FACADE = "/dos/app/controllers/api/v1.0/services"
EXCEPTIONS: dict[str, frozenset[str]] = dict.fromkeys(
    (
        f"{_FACADE}/byOdsCode/<code>",
        f"{_FACADE}/byServiceId/<service_id>",
        f"{_FACADE}/byServiceType/<caseId>/<postcode>/<searchDistance>/<gpPracticeId>/<age>/<gender>/<disposition>"
        "/<serviceTypeIds>/<numberPerType>",
    ),
    frozenset(),
)
"""Those who may enter an address, where neither its `@allow` nor its first words say it."""


NOBODY = SingleSignOn("http://127.0.0.1:9", "directory", "secret", "Example NHS Trust")
"""An organisation that does not answer: with it, every address is there."""


def rules(app: Flask) -> list[Rule]:
    """Every address of the application."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def entering(app: Flask, rule: Rule, method: str = "GET") -> frozenset[str]:
    """The roles that may enter an address."""
    by_access = ENTERING[access_of(app, rule.endpoint)]
    if method == "OPTIONS" or rule.rule in EXCEPTIONS:
        return EXCEPTIONS.get(rule.rule, by_access) if method != "OPTIONS" else by_access
    if OF_AN_ENTRY & rule.arguments and rule.rule.startswith("/my/"):
        return EDITS
    if OF_AN_ENTRY & rule.arguments and rule.rule.startswith("/region/"):
        return MAINTAINS
    return by_access


def path_of(app: Flask, rule: Rule) -> str:
    """The address with its parts filled in. Raises KeyError for a part that VALUES does not know."""
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, {name: VALUES[name] for name in rule.arguments})
    return str(built)


def page(app: Flask) -> str:
    """The whole of docs/permissions.md."""
    return "\n".join(_lines(app)) + "\n"


def _lines(app: Flask) -> Iterator[str]:
    yield "# Who may enter where"
    yield ""
    yield "Every address by every role. The entry in an address is one of the editor's organisation, in the"
    yield "maintainer's region. `tests/accounts/test_matrix.py` asks for each of them as each role and compares;"
    yield "`.venv/bin/python -m tests.accounts.matrix` writes this page anew. What lets no role in wants the key of a"
    yield "machine."
    yield ""
    yield f"| Address | Methods | {' | '.join(ROLES.values())} |"
    yield f"|---|---|{':-:|' * len(ROLES)}"
    for rule in rules(app):
        may = entering(app, rule)
        methods = " ".join(sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))
        yield f"| `{rule.rule}` | {methods} | {' | '.join('yes' if role in may else '' for role in ROLES)} |"


if __name__ == "__main__":
    nowhere = Config(Path("/nonexistent"), "sqlite://", 0, "s" * 32, single_sign_on=NOBODY)
    PAGE.write_text(page(create_app(nowhere)), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
