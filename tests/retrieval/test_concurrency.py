"""Several at once: what each of them finds and leaves behind is as if they had come one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from corpus import ingest, passage_store, store
from corpus.database import Database
from corpus.jobs import Outcome
from corpus.loaders import Limits
from corpus.schema import Version
from retrieval.dense import DenseIndex
from retrieval.embedder import Vectors
from retrieval.embedding import embed_missing
from retrieval.query import Query
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever

DAY = date(2026, 1, 1)


class Letters:
    """Embeddings that need no model: how often each letter stands in a text."""

    identity, dimension = "letters", 26

    def embed(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[1 + text.count(chr(ord("a") + i)) for i in range(26)] for text in texts], dtype="<f4")
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.fixture
def open_database(database_url: str) -> Iterator[Callable[[], Database]]:
    """Opens the same database again and again, each time as another process would."""
    opened: list[Database] = []

    def again() -> Database:
        opened.append(Database(database_url))
        opened[-1].migrate()
        return opened[-1]

    yield again
    for database in opened:
        database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.md").write_text(f"# Fees {number}\n\nThe fee for a card is {number} euros.\n")
    return folder


def take_in(database: Database, folder: Path) -> list[Outcome]:
    plan = ingest.plan(database, [folder], "default")
    return [report.outcome for report in ingest.carry_out(database, plan, Limits())]


def test_the_same_files_ingested_at_once_go_in_once(open_database: Callable[[], Database], folder: Path) -> None:
    databases = [open_database() for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        reports = pool.map(take_in, databases, [folder] * 3)
    assert (
        sorted(outcome for outcomes in reports for outcome in outcomes)
        == [Outcome.ADDED] * 20 + [Outcome.UNCHANGED] * 40
    )
    with databases[0].reading() as session:
        assert session.scalars(select(Version.number)).all() == [1] * 20
        assert passage_store.count_passages(session) == 20


def test_who_changes_the_corpus_second_sees_what_the_first_did(
    open_database: Callable[[], Database], folder: Path
) -> None:
    one, two = open_database(), open_database()
    take_in(one, folder)
    waiting, seen = threading.Event(), []

    def second() -> None:
        waiting.set()
        with two.changing_corpus() as session:
            seen.append(passage_store.count_passages(session))

    with one.changing_corpus() as session:
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(120)
        store.delete_document(session, "default", "00.md")
        before = store.state(session).revision
    thread.join(120)
    assert seen == [19]
    with one.reading() as session:
        assert store.state(session).revision == before + 1


def test_searches_during_changes_find_only_what_is_stored(
    open_database: Callable[[], Database], folder: Path, tmp_path: Path
) -> None:
    embedder, writer, reader = Letters(), open_database(), open_database()
    take_in(writer, folder / "00.md")
    index = DenseIndex(tmp_path / "indexes", embedder.identity, embedder.dimension)
    retriever = Retriever(reader, embedder, index, Recipe())
    deleted: list[str] = []

    def delete(document: str) -> None:
        with writer.changing_corpus() as session:
            store.delete_document(session, "default", document)

    def search_while(change: Callable[..., object], *arguments: object) -> object:
        running = pool.submit(change, *arguments)
        deadline = time.monotonic() + 120
        while True:
            done = running.done()
            assert done or time.monotonic() < deadline
            for hit in retriever.search(Query("card fee", "default", DAY, 50)):
                assert hit.passage.text == f"The fee for a card is {int(hit.passage.document[:2])} euros."
                assert hit.passage.document not in deleted
            if done:
                return running.result()

    with ThreadPoolExecutor() as pool:
        search_while(take_in, writer, folder)
        search_while(lambda: list(embed_missing(writer, embedder)))
        for number in range(5, 20):
            search_while(delete, f"{number:02}.md")
            deleted.append(f"{number:02}.md")
    found = retriever.search(Query("card fee", "default", DAY, 50))
    assert sorted(hit.passage.document for hit in found) == [f"{number:02}.md" for number in range(5)]
    assert all(hit.similarity is not None and hit.bm25 is not None for hit in found)
