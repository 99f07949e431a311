"""Which token follows, given a prefix and the model's scores: the largest, or one drawn from the distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from transformers import LogitsProcessorList


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

    def choose(self, prefix: Sequence[int], scores: torch.Tensor) -> int:
        ids: Any = torch.tensor([list(prefix)], device=scores.device)
        processed = self.processors(ids, scores[None].float().clone())[0]
        if self.seed is None:
            return int(processed.argmax())
        shares = processed.softmax(dim=-1, dtype=torch.float64).cumsum(dim=-1)
        drawn = uniform(self.seed, self.stream, len(prefix)) * float(shares[-1])
        at = torch.searchsorted(shares, torch.tensor([drawn], device=shares.device, dtype=shares.dtype), right=True)
        # Rounding in the sum may leave the number past the last token that has any share.
        return min(int(at), int(processed.isfinite().nonzero()[-1]))


def uniform(seed: int, stream: int, position: int) -> float:
    """A number in [0, 1) that depends on its three arguments only."""
    key = np.array([seed % 2**64, stream], dtype=np.uint64)
    return float(np.random.Generator(np.random.Philox(key=key, counter=position)).random())
