"""The retriever over the real embedding model: filtered, fused, and in agreement with the database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from app.config import load_settings
from app.service import Citewell
from corpus import store
from corpus.errors import UnknownCollection, UnknownDocument
from corpus.schema import Passage
from retrieval.dense import DenseIndex
from retrieval.embedder import Embedder
from retrieval.embedding import indexed_text
from retrieval.errors import NoEmbedder
from retrieval.langchain import PassageRetriever
from retrieval.ranking_recipe import Recipe
from retrieval.retriever import Retriever


def headings(service: Citewell, question: str, as_of: date | None = None) -> list[str]:
    return [hit.passage.heading for hit in service.search(service.question(question, as_of=as_of))]


def test_the_passage_on_the_topic_comes_first(service: Citewell) -> None:
    assert headings(service, "cash withdrawals abroad with a debit card")[0] == "Card fees > Cash withdrawals abroad"


def test_hits_are_sorted_and_say_how_they_were_found(service: Citewell) -> None:
    hits = service.search(service.question("dormant account", k=10))
    assert len(hits) == 10
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.similarity is not None for hit in hits)
    assert hits[0].bm25 is not None


def test_a_passage_found_by_its_words_has_its_similarity_too(service: Citewell) -> None:
    retriever = Retriever(
        service.database, service.models.embedder, service.index, Recipe(candidates=1, lexical_weight=1)
    )
    question = service.question("What is fee code K-114?")
    hits = retriever.search(replace(question.query, k=2))
    vector = service.models.embedder.embed([question.query.text])[0]
    for hit in hits:
        text = indexed_text(hit.passage.heading, hit.passage.context, hit.passage.text)
        # Texts of one batch are rounded otherwise than a text alone, where the model computes in bfloat16.
        assert hit.similarity == pytest.approx(float(service.models.embedder.embed([text])[0] @ vector), abs=2e-3)
    assert service.index.similarities(vector, [10**9]) == {}


def test_only_versions_in_force_are_found(service: Citewell) -> None:
    for day, version in ((date(2025, 12, 31), 1), (date(2026, 11, 1), 2)):
        hits = service.search(service.question("card fees cash withdrawals abroad", as_of=day, k=20))
        assert {hit.passage.version for hit in hits if hit.passage.document == "cards/card-fees"} == {version}


def test_collections_do_not_mix(either: Citewell, tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / f"{name}.md").write_text(f"# Fees of {name}\n\nThe fee for a card is 5 euros.\n")
        either.ingest([tmp_path / f"{name}.md"], name)
    [hit] = either.search(either.question("card fee", collection="ours"))
    assert hit.passage.document == "ours.md"
    with pytest.raises(UnknownCollection, match="ours, theirs"):
        either.search(either.question("card fee", collection="nobody's"))


def test_a_deleted_document_is_found_no_more(either: Citewell, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(f"# Fees {name}\n\nThe fee for a card is 5 euros.\n")
    either.ingest([tmp_path / "one.md", tmp_path / "two.md"], "default")
    assert len(either.search(either.question("card fee"))) == 2
    with either.database.changing_corpus() as session:
        store.delete_document(session, "default", "one.md")
    assert [hit.passage.document for hit in either.search(either.question("card fee"))] == ["two.md"]
    assert either.ingestion.sizes() == (1, 1, 1)


def saved_index(service: Citewell) -> Path:
    return service.settings.data_dir / "indexes"


@pytest.mark.parametrize("harm", ["delete", "truncate index", "garble manifest", "other model"])
def test_a_harmed_index_is_made_anew_from_the_database(empty: Citewell, tmp_path: Path, harm: str) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee for a card is 5 euros.\n")
    empty.ingest([tmp_path / "fees.md"], "default")
    folder = saved_index(empty)
    manifest = json.loads((folder / "manifest.json").read_text())
    if harm == "delete":
        (folder / "manifest.json").unlink()
    elif harm == "truncate index":
        path = folder / manifest["file"]
        path.write_bytes(path.read_bytes()[:-10])
    elif harm == "garble manifest":
        (folder / "manifest.json").write_text("{")
    else:
        (folder / "manifest.json").write_text(json.dumps(manifest | {"model": "another"}))
    index = DenseIndex(folder, empty.models.embedder.identity, empty.models.embedder.dimension)
    assert len(index) == 0
    with empty.database.reading() as session:
        assert index.refresh(session)
        assert index.ids.tolist() == session.scalars(select(Passage.id)).all()


def test_the_saved_index_is_taken_up_as_it_is(empty: Citewell, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee for a card is 5 euros.\n")
    empty.ingest([tmp_path / "fees.md"], "default")
    index = DenseIndex(saved_index(empty), empty.models.embedder.identity, empty.models.embedder.dimension)
    assert len(index) == 1
    with empty.database.reading() as session:
        assert not index.refresh(session)


def test_the_index_of_another_database_is_not_taken_for_this_ones(empty: Citewell, tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text("# Fees\n\nThe fee for a card is 5 euros.\n")
    empty.ingest([tmp_path / "fees.md"], "default")
    other = Citewell(
        load_settings(
            overrides=[
                f"data_dir={str(empty.settings.data_dir)!r}",
                f"database_url='sqlite:///{tmp_path}/other.db'",
            ]
        )
    )
    other.models.embedder = empty.models.embedder
    (tmp_path / "rain.md").write_text("# Weather\n\nHeavy rain is expected.\n")
    other.ingest([tmp_path / "rain.md"], "default")
    [hit] = other.search(other.question("Heavy rain is expected."))
    assert hit.similarity is not None
    assert hit.similarity > 0.6
    other.database.close()


def test_embeddings_are_unit_vectors_of_meaning(embedder: Embedder) -> None:
    vectors = embedder.embed(["a bank account", "an account with a bank", "heavy rain"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_an_embedding_model_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(NoEmbedder, match=r"embedder\.path"):
        Embedder("/nowhere/model")


def test_langchain_documents_carry_what_a_citation_needs(service: Citewell) -> None:
    retriever = PassageRetriever(retriever=service.retriever, k=2, as_of=date(2024, 6, 1))
    first, _ = retriever.invoke("cash withdrawals abroad with a debit card")
    assert first.metadata["document"] == "cards/card-fees"
    assert first.metadata["version"] == 1
    assert first.metadata["end"] - first.metadata["start"] == len(first.page_content)


def test_one_document_can_be_searched_alone(service: Citewell) -> None:
    question = service.question("What does it cost?", k=10, document="cards/card-fees")
    assert {hit.passage.document for hit in service.search(question)} == {"cards/card-fees"}
    assert len({hit.passage.document for hit in service.retriever.search(replace(question.query, document=None))}) > 1
    with pytest.raises(UnknownDocument, match="nowhere"):
        service.question("What does it cost?", document="nowhere")
