"""The models of one instance: each is loaded when it is first needed, once, however many ask at the same time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import Settings
from app.errors import NoGenerator
from app.once import once
from app.progress import Progress, silent
from app.settings import GeneratorSettings

if TYPE_CHECKING:
    # Loading these takes seconds, which listing documents or printing the configuration shouldn't cost.
    from accel import Generator as LanguageModel
    from retrieval.embedder import Embedder
    from retrieval.reranker import Reranker


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
        return load_generator(self._settings.generator, self._settings.data_dir, self._progress)

    @property
    def loaded_generator(self) -> str | None:
        """The language model's name if it is loaded; None, without loading it, if not."""
        generator: LanguageModel | None = self.__dict__.get("generator")
        return generator.name if generator else None


def load_generator(settings: GeneratorSettings, data_dir: Path, progress: Progress = silent) -> LanguageModel:
    """The configured model, ready to write. Raises `NoGenerator` where there is none."""
    progress("Loading the language model", 0, None)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from accel import Generator, group_attention, pack_linears
    from accel.packaged import NAME, packaged_model

    def converting() -> None:
        progress("Converting the packaged language model (once)", 0, None)

    if settings.threads:
        torch.set_num_threads(settings.threads)
    where = settings.path or str(packaged_model(data_dir / "models", converting))
    progress("Loading the language model", 0, None)
    try:
        tokenizer = AutoTokenizer.from_pretrained(where)
        model = AutoModelForCausalLM.from_pretrained(where, dtype=getattr(torch, settings.dtype))
    except Exception as error:
        # Folders without a model, damaged weights and unreachable hubs each fail in their own library's way.
        raise NoGenerator(
            f"There is no language model at {where!r} ({type(error).__name__}): set generator.path to a folder with a "
            "transformers causal language model, or leave it out for the packaged one."
        ) from error
    try:
        model.to(settings.device)  # type: ignore[arg-type] # torch's own decorator hides the argument's type
    except (RuntimeError, AssertionError) as error:
        raise NoGenerator(
            f"The language model can't run on {settings.device!r} here: set generator.device to cpu, or to what "
            "this machine's torch supports."
        ) from error
    if model.device.type == "cpu":
        pack_linears(model)
        group_attention(model)
    # Answers name their model, and a folder's place on this machine is nobody else's business.
    name = Path(settings.path).name if settings.path and Path(settings.path).exists() else settings.path
    return Generator(model, tokenizer, name=name or NAME, rows=settings.rows, cache=data_dir / "models")
