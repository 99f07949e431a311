"""The model from its folder, set to answer greedily."""

from __future__ import annotations

import os
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase

from accel.errors import NoModel
from accel.packaged import packaged_model
from bench.accel.errors import CannotMeasure

WHERE_FROM = "give a folder with a transformers causal language model, or leave --model out for the packaged one."


def model_folder(named: Path | None) -> Path:
    """The folder ``named``, or the packaged model's in the user's cache. Raises `CannotMeasure` where there is none."""
    if named is None:
        try:
            return packaged_model(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "citewell")
        except NoModel as error:
            raise CannotMeasure(str(error)) from error
    if not named.is_dir():
        raise CannotMeasure(f"There is no folder {named} for --model: {WHERE_FROM}")
    return named


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Raises `CannotMeasure` where there is none; nothing is downloaded."""
    try:
        return AutoTokenizer.from_pretrained(folder)
    except Exception as error:
        # What is missing or damaged fails in its own library's way, here and below.
        raise CannotMeasure(f"{folder} has no usable tokenizer ({type(error).__name__}): {WHERE_FROM}") from error


def load_model(folder: Path, tokenizer: PreTrainedTokenizerBase, dtype: str, device: str) -> PreTrainedModel:
    """A copy of its own, which decodes greedily whatever its configuration asks for (a penalty for repetition, say).

    ``dtype`` is the name of one of torch's types. Raises `CannotMeasure` where there is no model, or no such device.
    """
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call] # transformers
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))
    except Exception as error:
        raise CannotMeasure(f"{folder} has no usable model ({type(error).__name__}): {WHERE_FROM}") from error
    try:
        model.to(device).eval()  # type: ignore[arg-type] # torch's own decorator hides the argument's type
    except (RuntimeError, AssertionError) as error:
        raise CannotMeasure(f"The model can't run on {device} here: choose another --device.") from error
    stated = model.generation_config.eos_token_id if model.generation_config else None
    ids = stated if isinstance(stated, list) else [stated, tokenizer.eos_token_id]
    ends = sorted({one for one in ids if isinstance(one, int)})
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call] # transformers
        do_sample=False, eos_token_id=ends or None, pad_token_id=ends[0] if ends else 0
    )
    return model


def ends_of(model: PreTrainedModel) -> frozenset[int]:
    """The tokens that end an answer of a model that `load_model` returned."""
    config = model.generation_config
    return frozenset(config.eos_token_id or ()) if config else frozenset()
