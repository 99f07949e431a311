"""What is kept from one search to the next is what a fresh look at the database gives, whatever has changed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from corpus import catalogue, page_store, passage_store, store
from corpus.access import ANYONE, OPERATOR, Principal
from corpus.content import Content, Kind, PageBuilder
from corpus.database import Database
from corpus.passage_store import eligible_passage_ids
from corpus.passages import PassageSpan
from corpus.reading import Reading
from corpus.schema import Document, Passage, Version
from corpus.store import Provenance
from retrieval import dense
from retrieval.ann import Ids
from retrieval.dense import DenseIndex, embedded_ids
from retrieval.embedding import embed_missing
from retrieval.query import Query
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever
from retrieval.searchable import MOST_KEPT, Scope, Searchables
from tests.retrieval.test_concurrency import Letters

DAY = date(2026, 1, 1)
PRINCIPALS = (OPERATOR, ANYONE, Principal(frozenset({"board"})), Principal(frozenset({"staff", "audit"})))


def write(database: Database, name: str, text: str, first_day: date | None = None, passages: int = 2) -> None:
    """Store a version of a document, with so many passages, as ingestion does."""
    with database.changing_corpus() as session:
        holder = store.find_document(session, "default", name) or store.make_document(session, "default", name)
        store.add_version(session, holder, read(name, text, passages), Provenance("markdown", name), first_day)


def read(name: str, text: str, passages: int) -> Reading:
    """What a file is read as."""
    builder = PageBuilder()
    for number in range(passages):
        builder.add(Kind.PARAGRAPH, f"{text} in case {number}.")
    page = builder.page(1)
    spans = [PassageSpan(1, block.start, block.end, (name,)) for block in page.blocks]
    return Reading(text, name, Content(name, (page,)), tuple(spans))


def change(database: Database, chance: random.Random) -> None:
    """One of the changes that there are, at random."""
    with database.reading() as session:
        names = list(session.scalars(select(Document.name)))
    name = chance.choice([*names, "fees", "rates", "terms"])
    kind = chance.choice(["write", "write", "delete", "label", "date", "embed", "read again"])
    if kind == "write" or name not in names:
        day = chance.choice([None, DAY + timedelta(days=chance.randrange(-9, 9))])
        write(database, chance.choice([name, f"d{chance.randrange(9)}"]), f"Fee {chance.random()}", day)
    elif kind == "embed":
        next(embed_missing(database, Letters()), None)  # type: ignore[arg-type]
    else:
        with database.changing_corpus() as session:
            document = store.find_document(session, "default", name)
            assert document is not None
            if kind == "delete":
                store.delete_document(session, "default", name)
            elif kind == "label":
                store.label_document(session, document.id, chance.choice([[], ["board"], ["staff", "x"]]))
            elif kind == "read again":
                reading = read(name, f"Fee {chance.random()}", chance.randrange(1, 4))
                page_store.read_again(session, chance.choice(document.versions), reading)
            else:
                version = chance.choice(document.versions)
                store.date_version(document, version, DAY + timedelta(days=chance.randrange(-9, 9)))


@pytest.mark.parametrize("seed", range(3))
def test_after_every_change_the_same_is_found_as_by_a_fresh_retriever(
    database: Database, tmp_path: Path, seed: int
) -> None:
    chance, embedder = random.Random(seed), Letters()
    write(database, "first", "The fee is 5 euros")
    index = DenseIndex(tmp_path / "kept", embedder.identity, embedder.dimension)
    kept = Retriever(database, embedder, index, Recipe())  # type: ignore[arg-type]
    for step in range(40):
        change(database, chance)
        asked = (DAY + timedelta(days=chance.randrange(-9, 9)), 50, chance.choice(PRINCIPALS))
        document = chance.choice([None, None, "first", "fees"])
        found = kept.search(Query("which fee in case 1", "default", *asked, document))
        fresh_index = DenseIndex(tmp_path / str(step), embedder.identity, embedder.dimension)
        fresh = Retriever(database, embedder, fresh_index, Recipe())  # type: ignore[arg-type]
        assert found == fresh.search(Query("which fee in case 1", "default", *asked, document))
        with database.reading() as session:
            assert np.array_equal(index.ids, embedded_ids(session, embedder.identity))


def test_what_is_eligible_is_kept_for_a_few_who_ask_and_right_for_all(database: Database) -> None:
    write(database, "open", "All may know")
    write(database, "plans", "Few may know")
    with database.changing_corpus() as session:
        store.label_document(session, store.document(session, "default", "plans").id, ["board"])
    searchables = Searchables()
    with database.reading() as session:
        for days in (*range(2 * MOST_KEPT), 0):
            for principal in PRINCIPALS:
                asked = Scope(1, DAY + timedelta(days=days), principal, None)
                assert searchables.of(session, asked).ids.tolist() == eligible_passage_ids(session, *asked)
        assert len(searchables._kept) == MOST_KEPT


def test_a_version_that_takes_the_id_of_a_deleted_one_has_its_own_passages(database: Database) -> None:
    searchables, asked = Searchables(), Scope(1, DAY, OPERATOR, None)
    write(database, "one", "The first")
    with database.reading() as session:
        [first] = session.scalars(select(Version.id))
        before = searchables.of(session, asked).ids.tolist()
    with database.changing_corpus() as session:
        store.delete_document(session, "default", "one")
    write(database, "two", "The second")
    with database.reading() as session:
        if database.url.get_backend_name() == "sqlite":
            assert session.scalars(select(Version.id)).all() == [first]
        after = searchables.of(session, asked).ids.tolist()
        assert after == session.scalars(select(Passage.id)).all()
    assert not set(before) & set(after)


def test_while_passages_are_embedded_a_search_lists_only_those_that_were_missing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder, listed = Letters(), list[int]()
    write(database, "old", "The fee is 5 euros", passages=300)
    list(embed_missing(database, embedder))  # type: ignore[arg-type]
    index = DenseIndex(tmp_path, embedder.identity, embedder.dimension)
    retriever = Retriever(database, embedder, index, Recipe())  # type: ignore[arg-type]
    retriever.search(Query("fee", "default", DAY, 4))
    write(database, "new", "The rate is 5 percent", passages=100)

    def count(*arguments: Any) -> Ids:
        ids = embedded_ids(*arguments)
        listed.append(len(ids))
        return ids

    def none(_: Any, keys: Sequence[Any]) -> dict[Any, Ids]:
        assert not keys
        return {}

    retriever.search(Query("fee", "default", DAY, 4))
    monkeypatch.setattr(dense, "embedded_ids", count)
    monkeypatch.setattr(catalogue, "_passages", none)
    monkeypatch.setattr(passage_store, "eligible_passage_ids", lambda *_, **__: pytest.fail("passages are listed"))
    for _ in embed_missing(database, embedder):  # type: ignore[arg-type]
        retriever.search(Query("fee", "default", DAY, 4))
    assert len(listed) > 1
    assert max(listed) <= 100
    assert len(index) == 400


def test_what_failed_to_be_taken_over_is_taken_over_by_the_next_search(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = Letters()
    index = DenseIndex(tmp_path, embedder.identity, embedder.dimension)
    for name in ("first", "second"):
        write(database, name, "The fee is 5 euros", passages=70)
        list(embed_missing(database, embedder))  # type: ignore[arg-type]
        for failing in ("embedded_ids", "embeddings"):
            with monkeypatch.context() as patch, database.reading() as session:
                patch.setattr(dense, failing, _fail)
                with pytest.raises(OSError, match="cut off"):
                    index.refresh(session)
        with database.reading() as session:
            index.refresh(session)
            assert index.ids.tolist() == embedded_ids(session, embedder.identity).tolist()
            assert len(index) == len(set(index.ids.tolist()))


def _fail(*_: Any) -> None:
    raise OSError("the connection was cut off")
