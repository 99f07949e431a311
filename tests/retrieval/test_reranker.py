"""A cross-encoder reads the best passages again and sorts them; the real class, with small random weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from app.config import load_settings
from app.service import Citewell
from retrieval.embedder import folder_of
from retrieval.embedding import indexed_text
from retrieval.errors import NoReranker
from retrieval.ranking_recipe import Recipe
from retrieval.reranker import Reranker
from retrieval.retriever import Retriever

QUESTION = "cash withdrawals abroad with a debit card"


def save_cross_encoder(folder: Path, labels: int = 1) -> Path:
    tokenizer = AutoTokenizer.from_pretrained(folder_of())
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
        num_labels=labels,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


def test_hits_come_in_the_order_of_the_reranker(service: Citewell, cross_encoder: Path) -> None:
    recipe = Recipe(widest=None, reranked=8)
    retriever = Retriever(
        service.database, service.models.embedder, service.index, recipe, Reranker(str(cross_encoder))
    )
    question = service.question(QUESTION)
    hits = retriever.search(replace(question.query, k=10))
    model = CrossEncoder(str(cross_encoder))
    read = [hit for hit in hits if hit.relevance is not None]
    assert read == hits[:8]
    for hit in read:
        text = indexed_text(hit.passage.heading, hit.passage.context, hit.passage.text)
        assert hit.relevance == pytest.approx(float(model.predict([(QUESTION, text)])[0]), abs=1e-5)
    relevances = [hit.relevance or 0.0 for hit in read]
    assert relevances == sorted(relevances, reverse=True)
    # Which passages it reads, and the order of the others, is the recipe's.
    scores = [hit.score for hit in hits]
    assert scores[:8] != sorted(scores[:8], reverse=True)
    assert min(scores[:8]) >= scores[8] >= scores[9]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoReranker, match=r"retrieval\.reranker"):
        Reranker(str(tmp_path))


def test_a_model_that_does_not_rank_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoReranker, match="gives 3 numbers"):
        Reranker(str(save_cross_encoder(tmp_path, labels=3)))


def test_the_reranker_is_a_setting(cross_encoder: Path, tmp_path: Path) -> None:
    assert Citewell(load_settings(overrides=[f"data_dir={tmp_path}"])).models.reranker is None
    service = Citewell(load_settings(overrides=[f"data_dir={tmp_path}", f"retrieval.reranker={cross_encoder}"]))
    reranker = service.models.reranker
    assert reranker is not None
    assert reranker.relevances(QUESTION, []) == []
