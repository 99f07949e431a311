"""Drawn tokens follow the model's distribution, those that were drafted and accepted as well as the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper

from accel import DraftTree, Processed, Request, decode
from tests.accel.chi_square import fits
from tests.accel.hash_runtime import HashRuntime

VOCABULARY = 5
PROMPT = [3, 1]
SEEDS, BATCH = 450, 4
PROCESSORS = {
    "the model's own": LogitsProcessorList(),
    "hotter, the likeliest three": LogitsProcessorList([TemperatureLogitsWarper(3.0), TopKLogitsWarper(3)]),
}


class SomeTokens:
    """Drafts tokens 0 to 2 after the root and after each of them: so some tokens are accepted, and some are not."""

    def draft(self, root: int, max_depth: int) -> DraftTree:
        rows = 1 + 3 * (max_depth > 0) + 9 * (max_depth > 1)
        return DraftTree((root, *[0, 1, 2] * 4)[:rows], (-1, *[parent for parent in range(4) for _ in range(3)])[:rows])

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        pass


class Tempered(HashRuntime):
    """Scores that leave every token its chance."""

    def scores(self, prefix: Sequence[int]) -> torch.Tensor:
        return super().scores(prefix) / 4


def write(processors: LogitsProcessorList) -> tuple[list[list[tuple[int, ...]]], int]:
    """Batches of texts of three tokens, a seed for each batch, and how many of their tokens were accepted drafts."""
    batches, accepted = [], 0
    for seed in range(SEEDS):
        samplers = [Processed(processors, seed, stream=stream, batch=BATCH) for stream in range(BATCH)]
        requests = [Request(PROMPT, 3, drafter=SomeTokens(), sampler=sampler) for sampler in samplers]
        texts: list[tuple[int, ...]] = [()] * BATCH
        for step in decode(Tempered(VOCABULARY), requests):
            texts[step.request] += step.tokens
            accepted += len(step.tokens) - 1
        batches.append(texts)
    return batches, accepted


def shares_after(text: tuple[int, ...], processors: LogitsProcessorList) -> list[float]:
    """The probabilities of the token after ``text``."""
    prefix = [*PROMPT, *text]
    ids: Any = torch.tensor([prefix])
    return processors(ids, Tempered(VOCABULARY).scores(prefix)[None])[0].softmax(dim=0).tolist()


@pytest.mark.parametrize("processors", PROCESSORS.values(), ids=PROCESSORS)
def test_drawn_texts_follow_the_models_distribution(processors: LogitsProcessorList) -> None:
    batches, accepted = write(processors)
    texts = [text for batch in batches for text in batch]
    assert len(texts) / 2 < accepted < 1.5 * len(texts)
    for length in range(3):
        # Of every beginning of this length, the tokens that follow it.
        for beginning, total in Counter(text[:length] for text in texts).items():
            if total > 100:
                followed = Counter(text[length] for text in texts if text[:length] == beginning)
                shares = shares_after(beginning, processors)
                assert fits([followed[token] for token in range(VOCABULARY)], shares), beginning
    # Neither do the requests of a batch know of each other: pairs of their first tokens are as frequent as chance has
    # it.
    pairs = Counter((batch[0][0], batch[1][0]) for batch in batches)
    first = shares_after((), processors)
    both = [(a, b) for a in range(VOCABULARY) for b in range(VOCABULARY)]
    assert fits([pairs[pair] for pair in both], [first[a] * first[b] for a, b in both])


def test_a_wrong_distribution_is_noticed() -> None:
    assert fits([510, 490], [0.5, 0.5])
    assert not fits([560, 440], [0.5, 0.5])
    assert not fits([500, 499, 1], [0.5, 0.5, 0.0])
