"""Which token follows, given a prefix and the model's scores: the largest, or one drawn from the distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from accel.errors import NotSupported


class Sampler(Protocol):
    """Decides every token of one answer. The same prefix and scores always give the same token, so that it doesn't
    matter in how many steps an answer is written."""

    def choose(self, prefix: Sequence[int], scores: torch.Tensor) -> int:
        """The token after ``prefix``; ``scores`` has shape (vocabulary,)."""
        ...


class Greedy:
    """The token with the largest score, the first of equals, as transformers' greedy decoding takes it."""

    def choose(self, prefix: Sequence[int], scores: torch.Tensor) -> int:
        return int(scores.argmax())


@dataclass(frozen=True)
class Processed:
    """Scores changed by transformers' own processors on the true prefix, then the largest, or one drawn.

    ``processors`` are those that `GenerationMixin` makes of a generation configuration (temperature, top-k, top-p,
    min-p, repetition penalty, bad words, least new tokens, …). ``seed`` is None for the largest. Where it is given, the
    token is drawn by inverting the cumulative distribution at a uniform number that is a function of ``seed``,
    ``stream`` (the request's place in its batch) and the token's position alone (Philox, Salmon et al. 2011): a drafted
    token is accepted exactly if plain decoding would have drawn it, so the text's distribution is the model's own.
    """

    processors: LogitsProcessorList = field(default_factory=LogitsProcessorList)
    seed: int | None = None
    stream: int = 0
    batch: int = 1
    padding: tuple[int, ...] = ()

    def choose(self, prefix: Sequence[int], scores: torch.Tensor) -> int:
        # A whole batch of this one row, because some processors know something of each row of their batch.
        ids: Any = torch.tensor([[*self.padding, *prefix]] * self.batch, device=scores.device)
        processed = self.processors(ids, scores.float().repeat(self.batch, 1))[self.stream]
        if self.seed is None:
            return int(processed.argmax())
        allowed = processed.isfinite().nonzero()
        if not len(allowed):
            raise NotSupported("The settings forbid every token: loosen the processors, or allow an end of sequence.")
        shares = processed.softmax(dim=-1, dtype=torch.float64).cumsum(dim=-1)
        drawn = uniform(self.seed, self.stream, len(prefix)) * float(shares[-1])
        at = torch.searchsorted(shares, torch.tensor([drawn], device=shares.device, dtype=shares.dtype), right=True)
        # Rounding in the sum may leave the number past the last token that has any share.
        return min(int(at), int(allowed[-1]))


def sampling(
    *,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    seed: int | None = 0,
) -> Sampler:
    """A sampler with transformers' own processors, in the order in which `generate` applies them.

    ``temperature`` 0 (or ``seed`` None) takes the largest score. What is left at its default changes nothing.
    """
    processors = LogitsProcessorList()
    if repetition_penalty != 1:
        processors.append(RepetitionPenaltyLogitsProcessor(repetition_penalty))
    greedy = temperature == 0 or seed is None
    if greedy and not processors:
        return Greedy()
    if not greedy:
        if temperature != 1:
            processors.append(TemperatureLogitsWarper(temperature))
        if top_k:
            processors.append(TopKLogitsWarper(top_k))
        if top_p < 1:
            processors.append(TopPLogitsWarper(top_p))
        if min_p:
            processors.append(MinPLogitsWarper(min_p))
    return Processed(processors, None if greedy else seed)


def uniform(seed: int, stream: int, position: int) -> float:
    """A number in [0, 1) that depends on its three arguments only."""
    key = np.array([seed % 2**64, stream], dtype=np.uint64)
    return float(np.random.Generator(np.random.Philox(key=key, counter=position)).random())
