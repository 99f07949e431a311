"""The ways of decoding that are compared, each answering one prompt at a time, greedily."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.generation.streamers import BaseStreamer

from accel.answers import AnswerTrie
from accel.budget import Budget
from accel.decoding import Request, decode
from accel.draft import Drafter, DraftTree
from accel.drafter import TrieDrafter
from accel.passages import read_prompt
from accel.runtime import Runtime
from accel.trie import TokenTrie
from bench.accel.prompts import Prompt


@dataclass(frozen=True)
class Answer:
    """What a method wrote, and what it took.

    ``first`` of the tokens came with the prompt's own forward pass, ``ttft_s`` seconds after the beginning; the others
    took ``steps`` more passes, which read ``rows`` tokens, until ``end_to_end_s`` seconds after the beginning.
    ``draft_s`` of these seconds went into drafts since the first token; None where that isn't known.
    """

    tokens: tuple[int, ...]
    first: int
    ttft_s: float
    end_to_end_s: float
    steps: int
    rows: int
    draft_s: float | None

    @property
    def decoded(self) -> int:
        """Tokens written after the first pass."""
        return len(self.tokens) - self.first

    @property
    def decode_s(self) -> float:
        """Seconds between the first token and the end."""
        return self.end_to_end_s - self.ttft_s


class Method(Protocol):
    """A way of decoding."""

    def answer(self, prompt: Prompt, max_new_tokens: int) -> Answer:
        """Write the answer to ``prompt``, its end-of-sequence token included, of at most ``max_new_tokens`` tokens."""
        ...


class Stock:
    """The stock model's own `generate`; where ``lookup`` is given, with transformers' prompt lookup of so many tokens.

    Prompt lookup drafts in the prompt's own pass already, so that several tokens may come with it.
    """

    def __init__(self, model: PreTrainedModel, lookup: int | None = None) -> None:
        self._model = model
        self._lookup = lookup

    def answer(self, prompt: Prompt, max_new_tokens: int) -> Answer:
        passes: list[int] = []

        def count(module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            passes.append(kwargs["input_ids"].shape[1])

        hook = self._model.register_forward_pre_hook(count, with_kwargs=True)
        arrivals = _Arrivals()
        began = time.perf_counter()
        try:
            ids = torch.tensor([prompt.tokens], device=self._model.device)
            more: dict[str, Any] = {"prompt_lookup_num_tokens": self._lookup} if self._lookup else {}
            written = self._model.generate(  # type: ignore[operator] # transformers types `generate` for a mixin
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=max_new_tokens,
                streamer=arrivals,
                **more,
            )
            tokens = written[0, len(prompt.tokens) :].tolist()
        finally:
            hook.remove()
        end = time.perf_counter()
        return Answer(
            tuple(tokens),
            arrivals.first,
            arrivals.at - began,
            end - began,
            len(passes) - 1,
            sum(passes[1:]),
            None if self._lookup else 0.0,
        )


class Accelerated:
    """This library's runtime, with what ``drafter`` makes for each prompt."""

    def __init__(self, runtime: Runtime[Any], ends: Collection[int], drafter: Callable[[Prompt], Drafter]) -> None:
        self._runtime = runtime
        self._ends = frozenset(ends)
        self._drafter = drafter

    def answer(self, prompt: Prompt, max_new_tokens: int) -> Answer:
        began = time.perf_counter()
        drafter = _Timed(self._drafter(prompt))
        request = Request(prompt.tokens, max_new_tokens, lambda answer: answer[-1] in self._ends, drafter)
        tokens: list[int] = []
        first = steps = rows = 0
        ttft_s = draft_s = 0.0
        for step in decode(self._runtime, [request]):
            tokens += step.tokens
            if step.tree is None:
                first, ttft_s, draft_s = len(tokens), time.perf_counter() - began, drafter.seconds
            else:
                steps, rows = steps + 1, rows + step.rows
        end_to_end_s = time.perf_counter() - began
        return Answer(tuple(tokens), first, ttft_s, end_to_end_s, steps, rows, drafter.seconds - draft_s)


def trie_drafters(
    tokenizer: PreTrainedTokenizerBase, ends: Collection[int], budget: Budget, answers: AnswerTrie | None = None
) -> Callable[[Prompt], Drafter]:
    """Makes, for each prompt, a drafter from its passages, the prompt itself and, where given, the earlier ``answers``;
    all share ``budget``."""

    def encode(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    def drafter(prompt: Prompt) -> Drafter:
        trie = TokenTrie()
        read_prompt(trie, encode, prompt.tokens, prompt.passages)
        more: dict[str, Any] = {} if answers is None else {"answers": answers}
        return TrieDrafter(trie, budget, prompt_length=len(prompt.tokens), never=ends, **more)

    return drafter


class _Arrivals(BaseStreamer):
    """When the first tokens came, and how many these were."""

    def __init__(self) -> None:
        self.at = 0.0
        self.first = 0
        self._puts = 0

    def put(self, value: torch.Tensor) -> None:
        self._puts += 1
        # What is put first is the prompt.
        if self._puts == 2:
            self.at, self.first = time.perf_counter(), value.numel()

    def end(self) -> None:
        """Nothing to finish."""


class _Timed:
    """A drafter, and the seconds it took so far, what it learns from settled tokens included."""

    def __init__(self, drafter: Drafter) -> None:
        self.seconds = 0.0
        self._drafter = drafter

    def draft(self, root: int, max_depth: int) -> DraftTree:
        began = time.perf_counter()
        tree = self._drafter.draft(root, max_depth)
        self.seconds += time.perf_counter() - began
        return tree

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        began = time.perf_counter()
        self._drafter.settle(tokens, scores, tree, path)
        self.seconds += time.perf_counter() - began
