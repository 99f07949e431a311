"""Tokens are chosen by prefix, scores and position alone, from what transformers' processors leave."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    SuppressTokensLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from accel import Greedy, NotSupported, Processed
from accel.sampling import uniform
from tests.accel.chi_square import fits

VOCABULARY = 9
PROCESSORS: dict[str, LogitsProcessor] = {
    "temperature": TemperatureLogitsWarper(0.4),
    "top-k": TopKLogitsWarper(3),
    "top-p": TopPLogitsWarper(0.6),
    "repetition penalty": RepetitionPenaltyLogitsProcessor(4.0),
    "no repeated pairs": NoRepeatNGramLogitsProcessor(2),
    "suppressed": SuppressTokensLogitsProcessor([0, 8]),
}
a_prefix = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=20)


def scores_of(seed: int) -> torch.Tensor:
    return torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 2


def processed(processors: LogitsProcessorList, prefix: list[int], scores: torch.Tensor) -> torch.Tensor:
    ids: Any = torch.tensor([prefix])
    return processors(ids, scores[None].clone())[0]


def test_a_number_depends_on_seed_stream_and_position_only() -> None:
    keys = [(seed, stream, position) for seed in (0, 1, 2**64 - 1) for stream in (0, 5) for position in range(50)]
    numbers = [uniform(*key) for key in keys]
    assert len(set(numbers)) == len(keys)
    for generator in (random, np.random, torch):
        reseed: Any = getattr(generator, "manual_seed", None) or generator.seed
        reseed(11)
    drawn = [uniform(*key) for key in reversed(keys)]
    assert drawn[::-1] == numbers


@pytest.mark.parametrize("varied", ["seed", "stream", "position"])
def test_numbers_are_uniform_along_each_argument(varied: str) -> None:
    numbers = [uniform(**{"seed": 3, "stream": 1, "position": 2, varied: at}) for at in range(4000)]
    assert all(0 <= number < 1 for number in numbers)
    parts = Counter(int(20 * number) for number in numbers)
    assert fits([parts[part] for part in range(20)], [1 / 20] * 20)
    # Nor does one tell anything about the next.
    pairs = Counter((int(4 * a), int(4 * b)) for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    assert fits([pairs[a, b] for a in range(4) for b in range(4)], [1 / 16] * 16)


def test_any_integer_is_a_seed() -> None:
    assert len({uniform(seed, 0, 0) for seed in (-1, 0, 1, 2**63, 10**18)}) == 5


@given(a_prefix, st.lists(st.sampled_from(sorted(PROCESSORS)), max_size=4, unique=True), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_without_a_seed_the_largest_of_transformers_own_scores_is_chosen(
    prefix: list[int], names: list[str], seed: int
) -> None:
    processors = LogitsProcessorList([PROCESSORS[name] for name in names])
    scores = scores_of(seed)
    unchanged = scores.clone()
    assert Processed(processors).choose(prefix, scores) == processed(processors, prefix, scores).argmax()
    assert torch.equal(scores, unchanged)


@given(a_prefix, st.lists(st.sampled_from(sorted(PROCESSORS)), max_size=4, unique=True), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_drawn_token_is_the_same_every_time_and_one_that_was_left(
    prefix: list[int], names: list[str], seed: int
) -> None:
    processors = LogitsProcessorList([PROCESSORS[name] for name in names])
    scores = scores_of(seed)
    left = processed(processors, prefix, scores).isfinite()
    assume(left.any())
    drawn = Processed(processors, seed).choose(prefix, scores)
    assert drawn == Processed(processors, seed).choose(list(prefix), scores.clone())
    assert left[drawn]


def test_other_positions_draw_other_tokens() -> None:
    drawn = [Processed(seed=5).choose([1] * length, torch.zeros(VOCABULARY)) for length in range(1, 900)]
    assert fits([Counter(drawn)[token] for token in range(VOCABULARY)], [1 / VOCABULARY] * VOCABULARY)


def test_half_precision_scores_are_drawn_from_as_well() -> None:
    scores = torch.tensor([float("-inf"), 3.0, float("-inf"), 3.0]).to(torch.bfloat16)
    assert {Processed(seed=seed).choose([0], scores) for seed in range(40)} == {1, 3}


def test_greedy_takes_the_first_of_equals() -> None:
    assert Greedy().choose([], torch.tensor([1.0, 7.0, 7.0])) == 1


def test_no_token_is_drawn_where_every_one_is_forbidden() -> None:
    none = LogitsProcessorList([SuppressTokensLogitsProcessor(list(range(VOCABULARY)))])
    with pytest.raises(NotSupported, match="forbid every token"):
        Processed(none, 3).choose([1], scores_of(0))
