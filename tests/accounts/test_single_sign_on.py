"""Single sign-on, against a real OpenID provider: a process of its own on this machine."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from directory.config import ConfigError, SingleSignOn, from_environment
from directory.db import Database
from directory.models import Account, Grant
from tests.accounts.conftest import events_of, try_to_sign_in
from tests.pages import Page, text_of
from tests.people import make_account
from tests.served import kept_port

BACK = "/sign-in/organisation/back"
ROLES = {"groups": {"sel-team": ("maintainer", "SEL"), "control-room": ("professional", "")}}
KIM = {"email": "kim@example.org", "email_verified": True, "name": "Kim Caller"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider, once it says that it is ready."""
    with kept_port() as port:
        command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--port", str(port)]
        command += ["--require-nonce", "true"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "running" in line.lower():
                    break
            yield f"http://127.0.0.1:{port}"
            process.terminate()


@pytest.fixture
def joined(with_settings: Callable[..., Flask], issuer: str) -> Flask:
    """The application, configured with the provider."""
    sso = SingleSignOn(issuer, "directory", "secret-of-the-client", "Example NHS Trust", ROLES)
    return with_settings(public_url="http://localhost", single_sign_on=sso)


def begin(client: FlaskClient, **arguments: str) -> str:
    """Follow the button of the sign-in page to the provider; gives its address."""
    answer = client.get("/sign-in/organisation", query_string=arguments)
    assert answer.status_code == 302
    return answer.headers["Location"]


def vouch(address: str, subject: str, claims: dict[str, Any]) -> str:
    """Be known to the provider, and sign in there; gives where it sends the browser back to."""
    issuer = f"http://{urlsplit(address).netloc}"
    body = json.dumps(claims).encode()
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{issuer}/users/{subject}", body, headers, method="PUT")).close()
    opener = build_opener(_StayHere)
    with opener.open(Request(address, f"sub={subject}".encode(), method="POST")) as answer:
        return str(answer.headers["Location"])


class _StayHere(HTTPRedirectHandler):
    """Does not follow, but shows where it would lead."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp

    http_error_303 = http_error_302


def come_back(client: FlaskClient, location: str) -> TestResponse:
    parts = urlsplit(location)
    assert parts.path == BACK, location
    return client.get(f"{parts.path}?{parts.query}")


def sign_in_there(client: FlaskClient, subject: str = "kim", **claims: Any) -> TestResponse:
    """All the way: there, and back again."""
    return come_back(client, vouch(begin(client), subject, {**KIM, **claims}))


def roles_of(database: Database, email: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        account = session.exec(select(Account).where(Account.email == email)).one()
        grants = session.exec(select(Grant).where(Grant.account_id == account.id, Grant.ended_at == None))  # noqa: E711
        return sorted((grant.role, grant.scope) for grant in grants)


def test_the_button_is_there_only_where_it_is_configured(house: Flask, joined: Flask) -> None:
    page = Page.fetch(joined.test_client(), "/sign-in")
    assert page.links["Sign in with Example NHS Trust"] == "/sign-in/organisation"
    assert house.test_client().get("/sign-in/organisation").status_code == 404


def test_state_nonce_and_proof_are_sent(joined: Flask) -> None:
    asked = parse_qs(urlsplit(begin(joined.test_client())).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["scope"] == ["openid email profile"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"http://localhost{BACK}"]


def test_claims_become_roles(joined: Flask, database: Database) -> None:
    """Those that are mapped, and they end when the organisation no longer says so."""
    assert sign_in_there(joined.test_client(), groups=["control-room", "canteen"]).headers["Location"] == "/"
    assert roles_of(database, KIM["email"]) == [("professional", "")]
    sign_in_there(joined.test_client(), groups=["canteen"])
    assert roles_of(database, KIM["email"]) == []


def test_somebody_who_is_not_mapped_gets_no_role(joined: Flask, database: Database) -> None:
    client = joined.test_client()
    sign_in_there(client)
    assert "You have no role yet" in Page.fetch(client, "/account").main
    assert client.get("/people/invite").status_code == 403


@pytest.mark.parametrize(
    ("amr", "leads_to"),
    [(["pwd", "mfa"], "/region"), (["pwd"], "/account/second-factor"), (None, "/account/second-factor")],
)
def test_a_second_factor_counts_where_the_organisation_says_so(
    joined: Flask, amr: list[str] | None, leads_to: str
) -> None:
    claims = {"groups": ["sel-team"], **({"amr": amr} if amr else {})}
    assert sign_in_there(joined.test_client(), **claims).headers["Location"] == leads_to


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_lets_nobody_in(joined: Flask, database: Database, verified: object) -> None:
    client = joined.test_client()
    page = Page(sign_in_there(client, email_verified=verified))
    assert page.status == 400 and "does not vouch for your email address" in page.main
    with database.reading() as session:
        assert session.exec(select(Account)).first() is None


def test_an_account_with_a_password_is_not_taken_over(joined: Flask, database: Database, sam: Account) -> None:
    """Its owner joins it from within; from then on the organisation signs them in."""
    assert sign_in_there(joined.test_client(), email=sam.email).status_code == 400
    client = joined.test_client()
    try_to_sign_in(client, sam.email)
    page = Page(Page.fetch(client, "/account").send(client, "/account/organisation", status=200))
    assert page.links["Continue to Example NHS Trust"] == "/sign-in/organisation?next=/account"
    assert sign_in_there(client, email="another@example.org").headers["Location"] == "/my"
    assert sign_in_there(joined.test_client(), email="another@example.org").headers["Location"] == "/my"
    assert events_of(database, sam) == ["signed_in", "organisation_joined", "signed_in", "signed_in"]


def test_an_account_that_is_off_stays_off(joined: Flask, database: Database, now: datetime) -> None:
    with database.unit_of_work() as session:
        session.add(make_account(session, "Kim"))
    sign_in_there(joined.test_client())
    with database.unit_of_work() as session:
        session.exec(select(Account).where(Account.email == KIM["email"])).one().active = False
    assert "switched off" in Page(sign_in_there(joined.test_client())).main


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 400 and "You have not been signed in" in text_of(Page(answer).root)


def test_a_return_that_was_not_begun_here_is_refused(joined: Flask) -> None:
    """Another browser's; another state; none at all; a code that was used; an error of the provider."""
    client = joined.test_client()
    location = vouch(begin(client), "kim", KIM)
    assert refused(come_back(joined.test_client(), location))
    assert refused(come_back(client, re.sub(r"state=\w+", "state=other", location)))
    begin(client)
    assert refused(client.get(BACK))
    begin(client)
    assert refused(client.get(BACK, query_string={"error": "access_denied", "error_description": "<b>no</b>"}))
    answer = come_back(client, vouch(begin(client), "kim", KIM))
    assert answer.status_code == 302 and refused(come_back(client, location))


def test_an_answer_for_another_question_is_refused(joined: Flask) -> None:
    """A token whose nonce is not the one of this sign-in."""
    client = joined.test_client()
    location = vouch(begin(client), "kim", KIM)
    with client.session_transaction() as session:
        kept = next(name for name in session if name.startswith("_state_"))
        session[kept] = {**session[kept], "data": {**session[kept]["data"], "nonce": "another"}}
    assert refused(come_back(client, location))


def test_an_organisation_that_cannot_be_reached_stops_nothing_else(
    with_settings: Callable[..., Flask], sam: Account
) -> None:
    """Passwords still work."""
    with kept_port() as nobody:
        sso = SingleSignOn(f"http://127.0.0.1:{nobody}", "directory", "secret", "Example NHS Trust")
        app = with_settings(single_sign_on=sso)
        assert app.test_client().get("/sign-in/organisation").status_code == 503
    assert try_to_sign_in(app.test_client(), sam.email) == "/my"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ROLES": "editor"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": '{"groups": {"a": "king"}}'}, "OIDC_ROLES"),
        ({"OIDC_ROLES": '{"groups": {"a": "maintainer"}}'}, "OIDC_ROLES"),
    ],
)
def test_half_a_configuration_is_refused(settings: dict[str, str], says: str) -> None:
    whole = {"OIDC_ISSUER": "https://login.example.org", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    with pytest.raises(ConfigError, match=says):
        from_environment({**whole, **settings} if "OIDC_ROLES" in settings else settings)


def test_a_whole_configuration_is_read() -> None:
    whole = {"OIDC_ISSUER": "https://login.example.org/", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "hidden-word"}
    roles = '{"groups": {"sel-team": "maintainer SEL", "trust": "editor Example Trust"}}'
    sso = from_environment({**whole, "OIDC_ROLES": roles, "OIDC_NAME": "Example"}).single_sign_on
    assert sso is not None and sso.issuer == "https://login.example.org" and "hidden-word" not in repr(sso)
    assert sso.roles["groups"] == {"sel-team": ("maintainer", "SEL"), "trust": ("editor", "Example Trust")}
