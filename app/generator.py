"""Finding and loading the language model."""

from __future__ import annotations

from pathlib import Path

from accel import Generator, group_attention, pack_linears
from accel.packaged import NAME, packaged_model
from app.config import GeneratorSettings
from app.errors import NoGenerator
from app.progress import Progress, silent


def load_generator(settings: GeneratorSettings, data_dir: Path, progress: Progress = silent) -> Generator:
    """The configured model, ready to write. Raises `NoGenerator` where there is none."""
    progress("Loading the language model", 0, None)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

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
