"""What differs between the databases that can be used: opening them, migrating them, and what to check if they fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from corpus.errors import DatabaseUnusable

# How long one writer waits for another.
PATIENCE_S = 30


class Backend(Protocol):
    """One kind of database. ``advice`` says what to check where it can't be used."""

    advice: str

    def open(self, url: URL) -> Engine:
        """An engine for ``url``; raises OSError where there is no place for the database."""
        ...

    def begin_migration(self, connection: Connection) -> None:
        """Begin a transaction that can make tables, and that no second process is in; raises `DatabaseUnusable` for a
        database in which they can't be made."""
        ...


class SQLite:
    """One file, with one writer at a time."""

    advice = "check that its folder exists, is writable and has room"

    def open(self, url: URL) -> Engine:
        if not (url.database or "").startswith("file:"):
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        event.listen(engine, "connect", self._prepare)
        return engine

    def begin_migration(self, connection: Connection) -> None:
        # By itself it would begin the transaction only after the tables are made.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @staticmethod
    def _prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # Sandbox go on while one writer writes, and a second writer waits for it.
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_S * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.close()


class PostgreSQL:
    """A server, by way of psycopg 3."""

    advice = "check that the server runs and has this database, and that the user's password and rights are right"

    _MIGRATING = 0x63697465  # a number for the lock that nobody else is likely to use

    def open(self, url: URL) -> Engine:
        asked = {"connect_timeout": "10", "client_encoding": "utf8", **url.query}
        engine = create_engine(
            url.set(drivername="postgresql+psycopg", query=asked),
            # What `Database.changing_corpus` promises depends on it, and a server may have another default.
            isolation_level="READ COMMITTED",
            # A connection that a restarted server has forgotten is replaced without anybody noticing.
            pool_pre_ping=True,
            # The best plan depends on the question's words.
            connect_args={"prepare_threshold": None},
        )
        event.listen(engine, "connect", self._prepare)
        return engine

    def begin_migration(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._MIGRATING})
        encoding = connection.scalar(text("SELECT getdatabaseencoding()"))
        if encoding != "UTF8" or not connection.scalar(text("SELECT lower('Я') = 'я' AND 'я' ~ '^[[:alnum:]]$'")):
            raise DatabaseUnusable(
                f"The database {connection.engine.url.database}, encoded in {encoding}, knows no letters but A to Z: "
                "name another, made with: createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 NAME"
            )

    @staticmethod
    def _prepare(connection: Any, _: Any) -> None:
        # Outside a transaction, as the end of that would undo it.
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = '{PATIENCE_S}s'")
        connection.execute("SET timezone = 'UTC'")
        # Queries of milliseconds aren't worth compiling, which takes longer than they do.
        connection.execute("SET jit = off")
        connection.autocommit = False


BACKENDS: dict[str, Backend] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
