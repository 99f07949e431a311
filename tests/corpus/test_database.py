"""Databases that can't be used say so in one sentence, and those that can keep their promises whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from corpus import ingest, passage_store, store
from corpus.database import Database
from corpus.errors import DatabaseUnusable, NotText, UnknownCollection
from corpus.jobs import FileReport, Outcome
from corpus.loaders import Limits
from corpus.schema import Collection, Passage
from tests.postgres import PASSWORD, Cluster


def take_in(database: Database, *paths: Path) -> list[FileReport]:
    return list(ingest.carry_out(database, ingest.plan(database, paths, "default"), Limits()))


def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        Database(url).migrate()
    sentence = str(caught.value)
    assert "secret" not in sentence
    assert PASSWORD not in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://me:secret@127.0.0.1:1/bank", "refused"),
        ("postgresql+psycopg://me:secret@/bank?host=/nowhere", "No such file"),
        ("postgresql://me@127.0.0.1:1/bank?password=secret", "refused"),
        ("postgresql://me:secret@127.0.0.1/bank?colour=red", "colour"),
        ("postgresql://me:secret@host:port/bank", "not an address"),
        ("mysql://me:secret@host/bank", "only SQLite and PostgreSQL"),
    ],
)
def test_a_server_that_is_not_there_is_one_sentence(url: str, reason: str) -> None:
    assert reason in refusal(url)


def test_a_server_that_refuses_is_one_sentence(postgres: Cluster) -> None:
    assert "password authentication failed" in refusal(postgres.address("postgres", password="secret"))
    assert 'database "nowhere" does not exist' in refusal(postgres.address("nowhere"))
    url = postgres.database("TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    assert "createdb --template=template0 --encoding=UTF8" in refusal(url)
    url = postgres.database("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    assert "knows no letters" in refusal(url)
    postgres.execute("CREATE ROLE reader LOGIN PASSWORD 'secret'")
    reader = make_url(postgres.database()).set(username="reader", password="secret")
    assert "permission denied" in refusal(reader.render_as_string(hide_password=False))


@pytest.mark.parametrize("name", ["caf\udce9", "a\0b"])
def test_text_that_is_none_is_refused_or_not_there(database: Database, name: str) -> None:
    def ask() -> None:
        with database.reading() as session:
            store.require_collection(session, name)

    # SQLite keeps a NUL.
    expected = UnknownCollection if "\0" in name and database.engine.name == "sqlite" else NotText
    with pytest.raises(expected):
        ask()


def test_a_title_that_is_no_text_does_not_keep_the_document_out(database: Database, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\0\n\nThe fee\ufeff is\u0001 5.\n".replace("\0", "&#0;"))
    (tmp_path / "manifest.yaml").write_text('documents: [{file: fees.md, title: "All\\0 fees\\uD800"}]')
    [report] = take_in(database, tmp_path)
    assert (report.outcome, report.passages) == (Outcome.ADDED, 1)


def test_ids_of_deleted_passages_are_never_used_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 5.\n")
    ids = []
    for _ in range(3):
        take_in(database, tmp_path / "fees.md")
        with database.reading() as session:
            ids += session.scalars(select(Passage.id)).all()
        with database.changing_corpus() as session:
            store.delete_document(session, "default", "fees.md")
    assert ids == sorted(set(ids))
    assert len(ids) == 3


def test_names_are_sorted_alike_whatever_the_servers_language(tmp_path: Path, postgres: Cluster) -> None:
    english = postgres.database("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
    for url in (f"sqlite:///{tmp_path}/test.db", english):
        database = Database(url)
        database.migrate()
        with database.writing() as session:
            session.add_all(Collection(name=name) for name in ("b", "A", "a", "B", "_"))
        with database.reading() as session:
            assert store.collections(session) == ["A", "B", "_", "a", "b"]
        database.close()


def kill_connections(database: Database, postgres: Cluster) -> None:
    postgres.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.url.database}'"
    )


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_dies_changes_nothing_and_is_replaced(
    database: Database, tmp_path: Path, postgres: Cluster
) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee is 5.\n")
    take_in(database, tmp_path / "fees.md")
    with database.reading() as session:
        before = store.state(session)

    def delete_and_die() -> None:
        with database.changing_corpus() as session:
            store.delete_document(session, "default", "fees.md")
            kill_connections(database, postgres)
            session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnusable, match="terminat"):
        delete_and_die()
    with database.reading() as session:
        assert store.state(session) == before
        assert passage_store.count_passages(session) == 1
    kill_connections(database, postgres)
    with database.reading() as session:
        assert passage_store.count_passages(session) == 1
