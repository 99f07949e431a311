"""The connection to the SQL database, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, event, make_url, update
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from corpus.errors import DatabaseUnusable
from corpus.schema import Generation

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Database:
    """An open database. Raises `DatabaseUnusable` with one sentence wherever it can't be opened, read or written."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise DatabaseUnusable(
                "database_url is not an address of a database: write sqlite:///path/to/file.db"
            ) from error
        if self.url.get_backend_name() != "sqlite":
            raise DatabaseUnusable(
                f"database_url names {self.url.get_backend_name()}, and only SQLite is supported so far: "
                "write sqlite:///path/to/file.db"
            )
        try:
            if not (self.url.database or "").startswith("file:"):
                Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        self.engine = create_engine(self.url)
        event.listen(self.engine, "connect", _prepare_sqlite)

    def migrate(self) -> None:
        """Bring the tables to the newest form, all of it or nothing; does nothing where they have it."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with self._explained(), self.engine.connect() as connection:
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
            connection.rollback()
            # SQLite would begin the transaction only after the tables are made; and two processes must not make them.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise DatabaseUnusable(
                    f"The database was written by a newer version of this program (this one knows {newest}): "
                    "update the program, or name another database_url."
                ) from error
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with self._explained(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it or, on any error, nothing."""
        with self._explained(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def changing_corpus(self) -> Iterator[Session]:
        """A transaction that changes what can be retrieved: it raises the generation, so that indexes notice."""
        with self.writing() as session:
            session.execute(update(Generation).values(number=Generation.number + 1))
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            # A broken constraint or a wrong statement is our mistake, and no advice about folders would help.
            if isinstance(error, IntegrityError | ProgrammingError | DataError):
                raise
            raise self._unusable(error.orig or error) from error

    def _unusable(self, cause: BaseException) -> DatabaseUnusable:
        where = self.url.render_as_string(hide_password=True)
        return DatabaseUnusable(
            f"The database {where} can't be used ({cause}): check that its folder exists, is writable and has room."
        )


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # Readers go on while one writer writes, and a second writer waits for it.
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
