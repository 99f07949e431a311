"""Passages are cut to what the embedding model reads."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from app.service import Citewell
from corpus.schema import Passage
from retrieval.embedding import indexed_text
from retrieval.tokens import size_for


def test_tokens_are_counted_as_the_model_counts_them(service: Citewell) -> None:
    size = size_for()
    assert size.limit == 254
    tokenizer = service.models.embedder._model.tokenizer
    for text in ("", "a", "The fee is EUR 3.50.", "überweisungsauftrag " * 400):
        assert size.measure(text) == len(tokenizer(text, add_special_tokens=False, truncation=False)["input_ids"])


def test_what_is_embedded_of_the_sample_is_read_whole(service: Citewell) -> None:
    size = size_for()
    with service.database.reading() as session:
        rows = session.execute(select(Passage.heading, Passage.context, Passage.text)).all()
    assert len(rows) > 100
    assert max(size.measure(indexed_text(*row)) for row in rows) <= size.limit


def test_a_model_without_a_tokenizer_of_its_own_is_measured_in_characters(tmp_path: Path) -> None:
    size = size_for(str(tmp_path))
    assert size.measure("four") == 4
