"""How many statements it takes to say what is stored: not more for more documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from corpus import ingest, integrity, store, version_text
from corpus.database import Database
from corpus.loaders import Limits
from corpus.schema import Document, Page, Passage, Version


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """50 documents of two versions, and one of 20 pages."""
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    database.migrate()
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 5 euros.\n")
    list(ingest.carry_out(database, ingest.plan(database, [tmp_path / "fees.md"], "default"), Limits()))
    with database.changing_corpus() as session:
        for number in range(50):
            holder = store.make_document(session, "default", f"{number:02}.md")
            for version in (1, 2):
                holder.versions.append(made(version, pages=20 if number == 0 else 1))
    yield database
    database.close()


def made(number: int, pages: int) -> Version:
    version = Version(number=number, title="Fees", format="markdown", source="", content_hash=str(number), paged=False)
    for at in range(1, pages + 1):
        passage = Passage(start=0, end=5, heading="", heading_path=[], context="", text="Fees.")
        version.pages.append(Page(number=at, text="Fees.", passages=[passage]))
    return version


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_page_of_documents_takes_a_few_statements(database: Database) -> None:
    with counted(database) as statements, database.reading() as session:
        assert len(store.documents(session, "default", 0, 50)) == 50
    assert len(statements) <= 5


def test_a_version_of_many_pages_is_read_in_a_few_statements(database: Database) -> None:
    with database.reading() as session:
        record = store.document(session, "default", "00.md")
        with counted(database) as statements:
            assert len(version_text.read(session, record, 2).lines) == 20
    assert len(statements) <= 2


def test_all_timelines_are_examined_in_a_few_statements(database: Database) -> None:
    with counted(database) as statements, database.reading() as session:
        assert len(list(integrity.broken_timelines(session))) == session.query(Document).count() - 1
    assert len(statements) <= 3
