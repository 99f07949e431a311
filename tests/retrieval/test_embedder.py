"""The embedder gives the vectors that sentence-transformers would, for texts of every kind and from several threads."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from app.service import Citewell
from corpus.schema import Passage
from retrieval.embedder import Embedder, Vectors, folder_of, identity
from retrieval.embedding import embed_missing, indexed_text
from retrieval.encoder import batches, mean_encoder, multiplies_bfloat16
from retrieval.schema import Embedding

TEXTS = ["a fee", "", "überweisungsauftrag " * 400, "信用卡 费用 🏦", "  \n ", "a fee", "word " * 254, "x" * 3000]
# For bfloat16, which a CPU without instructions for it computes twenty times as slowly.
SHORT = ["a fee", "", "überweisungsauftrag " * 5, "信用卡 费用 🏦", "  \n ", "a fee", "word " * 20]


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    return SentenceTransformer(str(folder_of()), device="cpu")


@pytest.mark.parametrize(
    ("dtype", "texts", "least"),
    [("float32", TEXTS, 0.999999), ("bfloat16", SHORT, 0.9995)],
    ids=["float32", "bfloat16"],
)
def test_vectors_are_those_of_the_library_in_the_order_of_the_texts(
    model: SentenceTransformer, dtype: str, texts: list[str], least: float
) -> None:
    vectors = Embedder(device="cpu", dtype=dtype).embed(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * model.encode(texts, normalize_embeddings=True)).sum(axis=1).min() > least


@pytest.mark.parametrize(
    ("capability", "held_to", "expected"),
    [
        ("AVX512", None, True),
        ("AVX512", "AVX512_CORE_AMX", True),
        ("AVX512", "avx512_core", False),
        ("AVX512", "AVX2", False),
        ("AVX2", None, False),
    ],
)
def test_a_cpu_held_to_older_instructions_computes_in_float32(
    monkeypatch: pytest.MonkeyPatch, capability: str, held_to: str | None, expected: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    if held_to:
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", held_to)
    assert multiplies_bfloat16(torch.device("cpu")) == expected
    assert not multiplies_bfloat16(torch.device("meta"))


def test_no_texts_are_no_vectors() -> None:
    assert Embedder().embed([]).shape == (0, 384)


def test_another_pooling_is_left_to_the_library(model: SentenceTransformer, tmp_path: Path) -> None:
    other = SentenceTransformer(modules=[model[0], Pooling(384, pooling_mode="cls")])
    other.save(str(tmp_path / "cls"))
    assert mean_encoder(model)
    assert mean_encoder(other) is None
    for dtype, texts, least in ((None, TEXTS, 0.999999), ("bfloat16", SHORT, 0.999)):
        vectors = Embedder(str(tmp_path / "cls"), "cpu", dtype).embed(texts)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert (vectors * other.encode(texts, normalize_embeddings=True)).sum(axis=1).min() > least


def test_other_weights_in_the_same_place_are_another_model(tmp_path: Path) -> None:
    for weights in (b"some", b"more", b"other weights"):
        (tmp_path / "model.safetensors").write_bytes(weights)
        assert identity(str(tmp_path)) == f"{tmp_path}@{hashlib.sha256(weights).hexdigest()[:12]}"


def test_a_prompt_before_every_text_is_left_to_the_library() -> None:
    prompted = SentenceTransformer(str(folder_of()), device="cpu", prompts={"p": "query: "}, default_prompt_name="p")
    assert mean_encoder(prompted) is None


def test_threads_embed_at_once_and_each_gets_its_own(service: Citewell) -> None:
    alone = [service.models.embedder.embed([text])[0] for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: service.models.embedder.embed([text])[0], TEXTS * 2))
    assert all(a @ b > 0.9999 for a, b in zip(alone * 2, together, strict=True))


def test_a_question_does_not_wait_for_the_passages_that_are_being_embedded(service: Citewell) -> None:
    embedder = service.models.embedder
    begun, go_on = threading.Event(), threading.Event()

    def hold(module: object, given: object) -> None:
        if threading.current_thread() is thread:
            begun.set()
            go_on.wait(60)

    thread = threading.Thread(target=embedder.embed, args=(["a passage"],))
    handle = embedder._model[0].auto_model.register_forward_pre_hook(hold)
    try:
        thread.start()
        assert begun.wait(60)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(embedder.embed, ["a question"]).result(60).shape == (1, 384)
    finally:
        go_on.set()
        thread.join(60)
        handle.remove()


@given(st.lists(st.integers(2, 256)), st.integers(1, 1000))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    made = list(batches(lengths, budget))
    assert sorted(place for batch in made for place in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget for batch in made)


def test_every_passage_gets_its_own_vector_whatever_the_order(
    either: Citewell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lengths:
        identity, dimension = "lengths", 1

        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.array([[len(text)] for text in texts], dtype="<f4")

    monkeypatch.setattr("retrieval.embedding.WINDOW", 5)
    monkeypatch.setattr("retrieval.embedding.BATCH", 2)
    for number in range(8):
        (tmp_path / f"{number}.md").write_text(f"# Fees\n\n{'A fee. ' * (1 + number * 5 % 8)}\n")
    either.ingest([tmp_path], "default")
    done = [(step.done, step.total) for step in embed_missing(either.database, Lengths())]  # type: ignore[arg-type]
    assert done == [(2, 8), (4, 8), (5, 8), (7, 8), (8, 8)]
    with either.database.reading() as session:
        rows = session.query(Passage, Embedding).join(Embedding).where(Embedding.model == "lengths").all()
        assert len(rows) == 8
        for passage, embedding in rows:
            text = indexed_text(passage.heading, passage.context, passage.text)
            assert np.frombuffer(embedding.vector, "<f4")[0] == len(text)
