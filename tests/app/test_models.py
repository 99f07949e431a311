"""Whatever asks for a model first, and however many do so at once: each is loaded once."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import app.answering.draft_history
import app.models
import app.service
import retrieval.dense
import retrieval.embedder
import retrieval.reranker
import retrieval.retriever
from accel import packaged
from app.config import load_settings
from app.once import once
from app.service import Citewell

THREADS = 16


def at_once(ask: Callable[[], object]) -> list[object]:
    """What many threads get that ask in the same moment."""
    ready = threading.Barrier(THREADS)

    def one(_: int) -> object:
        ready.wait(60)
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


class Slow:
    """Stands for whatever takes long to make, and counts how often it is."""

    identity, dimension, vocabulary, name = "slow@1", 3, "v", "slow"
    made: int

    def __init__(self, *_: Any, **__: Any) -> None:
        type(self).made += 1
        time.sleep(0.05)

    def refresh(self, *_: Any, **__: Any) -> bool:
        return False


def without_lock(self: Any, instance: Any, owner: Any = None) -> Any:
    """`functools.cached_property.__get__` as it is from Python 3.12 on."""
    if instance is None:
        return self
    if self.attrname not in instance.__dict__:
        instance.__dict__[self.attrname] = self.func(instance)
    return instance.__dict__[self.attrname]


@pytest.mark.parametrize(
    "part", ["embedder", "generator", "reranker", "index", "retriever", "draft_history", "answerer"]
)
def test_a_part_that_many_ask_for_at_once_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(functools.cached_property, "__get__", without_lock)
    kinds = {
        name: type(name, (Slow,), {"made": 0})
        for name in ("Embedder", "Reranker", "DenseIndex", "Retriever", "DraftHistory", "Generator")
    }
    for module, name in (
        (retrieval.embedder, "Embedder"),
        (retrieval.reranker, "Reranker"),
        (retrieval.dense, "DenseIndex"),
        (retrieval.retriever, "Retriever"),
        (app.answering.draft_history, "DraftHistory"),
    ):
        monkeypatch.setattr(module, name, kinds[name])
    monkeypatch.setattr(app.models, "load_generator", kinds["Generator"])
    service = Citewell(load_settings(overrides=[f"data_dir={str(tmp_path)!r}", "retrieval.reranker=some/model"]))
    owner = service.models if part in ("embedder", "generator", "reranker") else service
    parts = at_once(lambda: getattr(owner, part))
    assert all(each is parts[0] for each in parts)
    assert max(kind.made for kind in kinds.values()) == 1
    service.database.close()


def test_what_fails_to_be_made_is_tried_again() -> None:
    class Owner:
        lock = threading.RLock()
        tries = 0

        @once
        def part(self) -> int:
            self.tries += 1
            if self.tries == 1:
                raise OSError("not yet")
            return self.tries

    owner = Owner()
    with pytest.raises(OSError, match="not yet"):
        _ = owner.part
    assert (owner.part, owner.part) == (2, 2)


def test_threads_that_convert_the_packaged_model_at_once_get_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    class Saved:
        """Stands for tokenizer and model: what it saves is whole only if nobody else saves in the same folder."""

        config = None

        @classmethod
        def from_pretrained(cls, **_: Any) -> Saved:
            return cls()

        def save_pretrained(self, folder: Path) -> None:
            (folder / "owner").write_text(str(threading.get_ident()))
            time.sleep(0.1)
            assert (folder / "owner").read_text() == str(threading.get_ident())

    packed = tmp_path / "packed.gguf"
    packed.write_bytes(b"weights")
    monkeypatch.setattr(packaged, "_packed", lambda: packed)
    for name in ("AutoTokenizer", "AutoModelForCausalLM"):
        monkeypatch.setattr(transformers, name, Saved)
    folders = at_once(lambda: packaged.packaged_model(tmp_path / "models"))
    assert set(folders) == {folders[0]}
    assert list((tmp_path / "models").iterdir()) == [folders[0]]
