"""The database: SQLite when nothing is configured, PostgreSQL through DATABASE_URL; one place where work commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_PATIENCE = 10_000  # milliseconds that a writer waits for its turn, then raises OperationalError
_PUBLISHING_LOCK = 7_464_111  # any number, the same in every process
# A server that is cut off is given up within seconds (libpq), so that readers learn that they are out of date.
_POSTGRESQL = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds; the others are seconds or a number
}


class MigrationError(RuntimeError):
    """The tables cannot be brought to this release; the message says why."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody could say later which instant was meant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Database:
    """The engine and its two kinds of session: `reading()` and `unit_of_work()`."""

    def __init__(self, url: str) -> None:
        """Open nothing yet: the first session connects."""
        patience = {} if url.startswith("sqlite") else _POSTGRESQL
        self.engine: Engine = create_engine(url, pool_pre_ping=True, connect_args=patience)
        self._writer = self.engine.execution_options(publishes=True)
        self._reader = self.engine
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine)
        else:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and writes nothing."""
        with Session(self._reader) as session:
            yield session

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One transaction that publishes: commits at the end, rolls back whole on any exception.

        Publishing is one at a time, on both databases, so that change numbers are committed in their order and a
        reader who has seen number n has seen every number below it.
        """
        with Session(self._writer) as session, session.begin():
            if self.engine.dialect.name == "postgresql":
                session.execute(text(f"set local lock_timeout = {_PATIENCE}"))
            _wait_for_turn(session.connection())
            yield session

    def upgrade(self) -> None:
        """Bring the tables to the newest migration; does nothing when they are there already.

        Safe where two machines start at once: the second waits for the first and finds nothing left to do.
        Raises MigrationError where the tables are of a release that this one does not know.
        """
        from alembic import command
        from alembic.config import Config as AlembicConfig
        from alembic.util import CommandError

        settings = AlembicConfig()
        settings.set_main_option("script_location", str(MIGRATIONS))
        with self._writer.begin() as connection:
            _wait_for_turn(connection)
            settings.attributes["connection"] = connection
            try:
                command.upgrade(settings, "head")
            except CommandError as error:
                why = f"The database was made by another release ({error}). Use that release, or a newer one."
                raise MigrationError(why) from error

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _wait_for_turn(connection: Connection) -> None:
    """Hold the writers' lock until the transaction ends; SQLite holds its own from BEGIN IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _PUBLISHING_LOCK})


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, enforced foreign keys, and transactions that really begin where SQLAlchemy says so."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_PATIENCE}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        publishes = connection.get_execution_options().get("publishes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if publishes else "BEGIN")
