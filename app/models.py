"""The models of one instance: each is loaded when it is first needed, once, however many ask at the same time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from app.config import Settings
from app.progress import Progress, silent

if TYPE_CHECKING:
    # Loading these takes seconds, which listing documents or printing the configuration shouldn't cost.
    from accel import Generator as LanguageModel
    from app.answering.answerability import EvidenceGate
    from retrieval.embedder import Embedder
    from retrieval.reranker import Reranker

log = logging.getLogger(__name__)

T = TypeVar("T")


class Locked(Protocol):
    """One whose parts are made one after the other, under its ``lock``."""

    lock: threading.RLock


class once(Generic[T]):  # noqa: N801 - used as a decorator, as functools.cached_property is
    """A part of an object that is made when it is first asked for: by one thread, while others wait for it.

    `functools.cached_property` does the same without a lock from Python 3.12 on. What is made is an ordinary attribute
    from then on, and may be set beforehand.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> once[T]: ...
    @overload
    def __get__(self, owner: Locked, kind: type) -> T: ...
    def __get__(self, owner: Locked | None, kind: type) -> T | once[T]:
        if owner is None:
            return self
        parts = owner.__dict__
        with owner.lock:
            if self._name not in parts:
                parts[self._name] = self._make(owner)
            made: T = parts[self._name]
            return made


class Models:
    """The models that the settings name."""

    def __init__(self, settings: Settings, progress: Progress = silent) -> None:
        self.lock = threading.RLock()
        self._settings = settings
        self._progress = progress

    @once
    def embedding_model(self) -> str:
        """The identity of the embedding model, for which it needn't be loaded."""
        from retrieval.embedder import identity

        return identity(self._settings.embedder.path)

    @once
    def embedder(self) -> Embedder:
        """What turns texts into vectors. Raises `retrieval.errors.NoEmbedder`."""
        self._progress("Loading the embedding model", 0, None)
        from retrieval.embedder import Embedder

        settings = self._settings.embedder
        return Embedder(settings.path, settings.device, settings.dtype)

    @once
    def reranker(self) -> Reranker | None:
        """What reads question and passage together, if one is configured. Raises `retrieval.errors.NoReranker`."""
        settings = self._settings
        if settings.retrieval.reranker is None:
            return None
        self._progress("Loading the reranker", 0, None)
        from retrieval.reranker import Reranker

        return Reranker(settings.retrieval.reranker, settings.embedder.device)

    @once
    def generator(self) -> LanguageModel:
        """The language model. Raises `app.errors.NoGenerator`."""
        from app.generator import load_generator

        return load_generator(self._settings.generator, self._settings.data_dir, self._progress)

    @property
    def loaded_generator(self) -> str | None:
        """The language model's name if it is loaded; None, without loading it, if not."""
        generator: LanguageModel | None = self.__dict__.get("generator")
        return generator.name if generator else None

    @once
    def gate(self) -> EvidenceGate:
        """What decides whether there is evidence. Raises `app.errors.BadGate`."""
        from app.answering.answerability import doubt, load_gate

        gate = load_gate(self.gate_path, self.embedding_model)
        if doubtful := doubt(self.gate_path, self.embedding_model):
            log.warning(doubtful)
        return gate

    @property
    def gate_path(self) -> Path:
        """Where this instance's own evidence gate lies: with the index whose scores it reads."""
        return self._settings.data_dir / "indexes" / "gate.json"
