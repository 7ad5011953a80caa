"""Settings: the only reader of the environment. Every default is safe to publish and fit for one machine."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypedDict, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

_FactGroup = Literal["contact", "hours", "criteria", "culture"]

FRESHNESS: Mapping[_FactGroup, int] = MappingProxyType({"contact": 90, "hours": 90, "criteria": 180, "culture": 365})
"""How many days each group of facts holds after it was last checked, unless told otherwise."""


DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
_ADDRESS = re.compile(r"[^@\s<>]+@[A-Za-z0-9.-]+")


class ConfigError(ValueError):
    """A setting that cannot be used; the message says how to mend it."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in, and from whom it comes: "Crisis alternatives <directory@example.org>"."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def sender_domain(self) -> str:
        """What stands behind the @ of the sender."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


@dataclass(frozen=True)
class SingleSignOn:
    """An organisation that signs its own people in, by OpenID Connect.

    `name` is what the button says. `roles` are roles by claim and value of the claim, each with its scope:
    {"groups": {"sel-team": ("maintainer", "SEL")}}.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "your organisation"
    roles: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    """What may differ between two installations.

    `instance_path` holds everything that is made at run time: the SQLite database, the postcode tables and the
    search index. `refresh_seconds` is how often a process looks for a new change number; 0 means only when told.
    `secret_key` signs sessions and links; "" for one that is made once and kept in `instance_path`. `public_url` is
    where people find the directory, for links in mail, without "/" at its end. `trusted_proxies` is how many stand
    before it. `breached_passwords_url` is asked about new passwords; "" for nobody. `freshness` is how many days each
    group of facts holds after it was last checked. Without a `mail` server messages wait in the outbox.
    """

    instance_path: Path
    database_url: str
    refresh_seconds: float = 1.0
    secret_key: str = ""
    public_url: str = DEFAULT_PUBLIC_URL
    trusted_proxies: int = 0
    breached_passwords_url: str = ""
    single_sign_on: SingleSignOn | None = None
    freshness: Mapping[_FactGroup, int] = field(default_factory=lambda: FRESHNESS)
    mail: MailServer | None = None

    @property
    def tables_path(self) -> Path:
        """Where the compiled postcode tables live."""
        return self.instance_path / "postcodes"

    @property
    def index_path(self) -> Path:
        """Where the search index lives; it may be deleted at any time."""
        return self.instance_path / "index"


class _MailSettings(TypedDict, total=False):
    mail: MailServer
    public_url: str


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read every setting. Raises ConfigError where a value is there but cannot be used."""
    instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    database_url = environ.get("DATABASE_URL") or f"sqlite:///{instance_path / 'directory.sqlite3'}"
    return Config(
        instance_path,
        _driver_named(database_url),
        _seconds(environ.get("REFRESH_SECONDS") or "1"),
        _secret(environ.get("SECRET_KEY") or ""),
        trusted_proxies=_count(environ.get("TRUSTED_PROXIES") or "0"),
        breached_passwords_url=_web_address("BREACHED_PASSWORDS_URL", environ.get("BREACHED_PASSWORDS_URL") or ""),
        single_sign_on=_single_sign_on(environ),
        freshness=_freshness(environ.get("FRESHNESS") or ""),
        **_mail(environ.get("MAIL_URL") or "", environ.get("MAIL_FROM") or "", environ.get("PUBLIC_URL") or ""),
    )


def kept_secret(config: Config) -> str:
    """The key that signs sessions and links: the one that is set, else the one that this installation keeps.

    Where none can be kept, one that lasts as long as the process.
    """
    if config.secret_key:
        return config.secret_key
    path = config.instance_path / "secret_key"
    try:
        config.instance_path.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError:
        return secrets.token_hex(32)
    return path.read_text() or secrets.token_hex(32)


def _driver_named(url: str) -> str:
    """The URL with the driver that is installed; platforms hand out `postgres://` without one."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        raise ConfigError("DATABASE_URL must start with sqlite:/// or postgresql://. Leave it out to use SQLite.")
    url = url if scheme == "sqlite" else f"postgresql+psycopg://{rest}"
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "DATABASE_URL cannot be read. Write it like postgresql://user:password@host:5432/name, with marks such as "
            "@ and / in a password written as %40 and %2F."
        ) from None
    return url


def _secret(text: str) -> str:
    if text and len(text) < 32:
        raise ConfigError("SECRET_KEY must have at least 32 characters, for example from: openssl rand -hex 32")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise ConfigError("REFRESH_SECONDS must be a number of seconds from 0 to 3600, for example 1.")
    return seconds


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 9):
        raise ConfigError("TRUSTED_PROXIES must be how many proxies stand before the directory, for example 1.")
    return int(text)


def _web_address(name: str, text: str) -> str:
    """An address that secrets may travel to: with TLS, or within this machine."""
    try:
        parts = urlsplit(text)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})
    except ValueError:
        is_safe = False
    if text and not (is_safe and parts.hostname and not parts.query and not parts.fragment):
        raise ConfigError(f"{name} must be an address that starts with https://, or with http://127.0.0.1 for trying.")
    return text.rstrip("/")


def _single_sign_on(environ: Mapping[str, str]) -> SingleSignOn | None:
    issuer = _web_address("OIDC_ISSUER", environ.get("OIDC_ISSUER") or "")
    client_id, client_secret = environ.get("OIDC_CLIENT_ID") or "", environ.get("OIDC_CLIENT_SECRET") or ""
    if not any((issuer, client_id, client_secret)):
        return None
    if not all((issuer, client_id, client_secret)):
        raise ConfigError("Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET together, or none of them.")
    roles = _roles_by_claim(environ.get("OIDC_ROLES") or "{}")
    return SingleSignOn(issuer, client_id, client_secret, environ.get("OIDC_NAME") or "your organisation", roles)


def _roles_by_claim(text: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Roles by claim and value: {"groups": {"sel-team": "maintainer SEL", "control-room": "professional"}}."""
    try:
        return {
            claim: {value: _role_and_scope(role) for value, role in values.items()}
            for claim, values in json.loads(text).items()
        }
    except (ValueError, AttributeError):
        raise ConfigError(
            'OIDC_ROLES must be JSON like {"groups": {"sel-team": "maintainer SEL", "111": "professional"}}. The roles '
            "are administrator, professional, maintainer with a footprint, and editor with an organisation."
        ) from None


def _role_and_scope(text: str) -> tuple[str, str]:
    role, _, scope = text.partition(" ")
    if role not in {"administrator", "professional", "maintainer", "editor"}:
        raise ValueError(role)
    if (role in {"maintainer", "editor"}) != bool(scope.strip()):
        raise ValueError(text)
    return role, scope.strip()


def _freshness(text: str) -> Mapping[_FactGroup, int]:
    """Days by group, as in "hours=60,culture=180"; what is left out keeps its default."""
    days = dict(FRESHNESS)
    for part in filter(None, text.split(",")):
        group, _, number = (word.strip() for word in part.partition("="))
        if (
            group not in get_args(_FactGroup)
            or not number.isascii()
            or not number.isdigit()
            or not 0 < int(number) < 3661
        ):
            raise ConfigError(
                "FRESHNESS must give whole days, 1 to 3660, for contact, hours, criteria or culture, "
                "for example contact=90,hours=90,criteria=180,culture=365."
            )
        days[group] = int(number)  # type: ignore[index]
    return days


def _mail(url: str, sender: str, public_url: str) -> _MailSettings:
    """What mail needs. Where it is sent, links must lead to somewhere that its readers can open."""
    settings: _MailSettings = {}
    if public_url:
        settings["public_url"] = _web_address("PUBLIC_URL", public_url)
    if not url:
        return settings
    if not public_url:
        raise ConfigError("Set PUBLIC_URL too, for example https://directory.example.org: links in mail begin with it.")
    if not _ADDRESS.fullmatch(parseaddr(sender)[1]) or not sender.isprintable():
        raise ConfigError("Set MAIL_FROM too, for example Crisis alternatives <directory@example.org>.")
    settings["mail"] = _mail_server(url, sender)
    return settings


def _mail_server(url: str, sender: str) -> MailServer:
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        starttls = options.pop("starttls", "yes")
        usable = parts.scheme in {"smtp", "smtps"} and parts.hostname and starttls in {"yes", "no"} and not options
        port = parts.port or {"smtp": 587, "smtps": 465}.get(parts.scheme, 0)
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            "MAIL_URL cannot be read. Write it like smtp://user:password@host:587 or smtps://user:password@host, with "
            "marks such as @ and / in a password written as %40 and %2F. Only ?starttls=no sends without TLS."
        )
    security: Literal["starttls", "tls", "none"] = "starttls" if starttls == "yes" else "none"
    security = "tls" if parts.scheme == "smtps" else security
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "", port, security, sender, username, password)
