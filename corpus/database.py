"""The connection to the SQL database, and its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import URL, ExceptionContext, event, make_url, update
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from corpus.backends import BACKENDS
from corpus.errors import DatabaseUnusable, NotText
from corpus.schema import CorpusRevision

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ADDRESSES = "write sqlite:///path/to/file.db or postgresql://user:password@host/name"
# PostgreSQL's code for a right that the user hasn't got, such as that to make tables.
_NO_RIGHT = "42501"
_NOT_TEXT = "A name or text holds a NUL or half a character, which no database keeps: write it without."


class Database:
    """An open database. Raises `DatabaseUnusable` with one sentence wherever it can't be opened, read or written."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
            raise DatabaseUnusable(f"database_url is not an address of a database: {ADDRESSES}") from error
        kind = self.url.get_backend_name()
        if kind not in BACKENDS:
            raise DatabaseUnusable(f"database_url names {kind}, and only SQLite and PostgreSQL are known: {ADDRESSES}")
        self._backend = BACKENDS[kind]
        try:
            self.engine = self._backend.open(self.url)
        except OSError as error:
            raise self._unusable(error) from error
        event.listen(self.engine, "handle_error", _refuse_half_characters)

    def migrate(self) -> None:
        """Bring the tables to the newest form, all of it or nothing; does nothing where they have it."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with self._explained(), self.engine.connect() as connection:
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
            connection.rollback()
            self._backend.begin_migration(connection)
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
        """A session whose changes are thrown away.

        Each of its statements sees what is committed by then: who reads the generation first, and then what it stands
        for, may see newer rows under an older number, never older rows under a newer one.
        """
        with self._explained(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it or, on any error, nothing."""
        with self._explained(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def changing_corpus(self) -> Iterator[Session]:
        """A transaction that changes what can be retrieved: it raises the revision, so that indexes notice.

        There is one at a time, and it sees all that was changed by those before it.
        """
        with self.writing() as session:
            # The first statement, since its lock on that row (in SQLite, on the whole file) is what makes others wait.
            session.execute(update(CorpusRevision).values(number=CorpusRevision.number + 1))
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            # Of a value that psycopg refuses before the server sees it; the only one we have is text with a NUL.
            if isinstance(error, DataError) and getattr(error.orig, "sqlstate", "") is None:
                raise NotText(_NOT_TEXT) from error
            # A broken constraint or a wrong statement is our mistake, and no advice on the database would help. What
            # has no statement is a connection that didn't come about.
            is_ours = isinstance(error, IntegrityError | ProgrammingError | DataError) and error.statement is not None
            if is_ours and getattr(error.orig, "sqlstate", None) != _NO_RIGHT:
                raise
            raise self._unusable(error.orig or error) from error

    def _unusable(self, cause: BaseException) -> DatabaseUnusable:
        reason = " ".join(str(cause).split())
        return DatabaseUnusable(f"The database {masked(self.url)} can't be used ({reason}): {self._backend.advice}.")


def _refuse_half_characters(context: ExceptionContext) -> None:
    """Said of what was given to a statement; what the caller encodes itself is none of this."""
    if isinstance(context.original_exception, UnicodeEncodeError):
        raise NotText(_NOT_TEXT) from context.original_exception


def masked(url: URL) -> str:
    """An address as it may be shown, without its password."""
    return url.difference_update_query(["password"]).render_as_string(hide_password=True)
