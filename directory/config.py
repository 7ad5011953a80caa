"""Settings: the only reader of the environment. Every default is safe to publish and fit for one machine."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

_FactGroup = Literal["contact", "hours", "criteria", "culture"]

FRESHNESS: Mapping[_FactGroup, int] = MappingProxyType({"contact": 90, "hours": 90, "criteria": 180, "culture": 365})
"""How many days each group of facts holds after it was last checked, unless told otherwise."""


class ConfigError(ValueError):
    """A setting that cannot be used; the message says how to mend it."""


@dataclass(frozen=True)
class Config:
    """What may differ between two installations.

    `instance_path` holds everything that is made at run time: the SQLite database, the postcode tables and the
    search index. `refresh_seconds` is how often a process looks for a new change number; 0 means only when told.
    `secret_key` signs sessions and links; "" for one that is made once and kept in `instance_path`.
    `freshness` is how many days each group of facts holds after it was last checked.
    """

    instance_path: Path
    database_url: str
    refresh_seconds: float = 1.0
    secret_key: str = ""
    freshness: Mapping[_FactGroup, int] = field(default_factory=lambda: FRESHNESS)

    @property
    def tables_path(self) -> Path:
        """Where the compiled postcode tables live."""
        return self.instance_path / "postcodes"

    @property
    def index_path(self) -> Path:
        """Where the search index lives; it may be deleted at any time."""
        return self.instance_path / "index"


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read every setting. Raises ConfigError where a value is there but cannot be used."""
    instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    database_url = environ.get("DATABASE_URL") or f"sqlite:///{instance_path / 'directory.sqlite3'}"
    return Config(
        instance_path,
        _driver_named(database_url),
        _seconds(environ.get("REFRESH_SECONDS") or "1"),
        _secret(environ.get("SECRET_KEY") or ""),
        _freshness(environ.get("FRESHNESS") or ""),
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
