"""llama.cpp beside the others, where its Python package is installed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Collection
from pathlib import Path

import torch

from bench.accel.errors import CannotMeasure
from bench.accel.methods import Answer
from bench.accel.prompts import Prompt


class LlamaCpp:
    """llama.cpp's own decoding of a GGUF file, whose weights may be rounded otherwise than the stock model's.

    Raises `CannotMeasure` where llama-cpp-python is not installed or can't read the file.
    """

    def __init__(self, gguf: Path, ends: Collection[int], context_length: int, on_gpu: bool) -> None:
        try:
            library = importlib.import_module("llama_cpp")
        except ImportError as error:
            raise CannotMeasure(
                "llamacpp needs llama-cpp-python, which is not installed: pip install 'citewell[bench]'."
            ) from error
        if not gguf.is_file():
            raise CannotMeasure(f"{gguf} is not there: give a GGUF file of the same model with --gguf.")
        threads = torch.get_num_threads()
        try:
            self._llama = library.Llama(
                str(gguf),
                n_ctx=context_length,
                n_threads=threads,
                n_threads_batch=threads,
                n_gpu_layers=-1 if on_gpu else 0,
                verbose=False,
            )
        except ValueError as error:
            raise CannotMeasure(f"llama.cpp can't load {gguf}: {error}.") from error
        self._ends = frozenset(ends)

    def answer(self, prompt: Prompt, max_new_tokens: int) -> Answer:
        # It would keep what this prompt has in common with the last one, which no other method does.
        self._llama.reset()
        tokens: list[int] = []
        began = ended = time.perf_counter()
        ttft_s = 0.0
        for token in self._llama.generate(list(prompt.tokens), temp=0.0):
            ended = time.perf_counter()
            ttft_s = ttft_s or ended - began
            tokens.append(int(token))
            if token in self._ends or len(tokens) == max_new_tokens:
                break
        steps = len(tokens) - 1
        return Answer(tuple(tokens), 1, ttft_s, ended - began, steps, steps, 0.0)
