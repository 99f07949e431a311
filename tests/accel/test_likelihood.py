"""Likelihoods are plain logistic regressions, whatever the shortcuts."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accel import Likelihood
from accel.likelihood import CLASSES, FEATURES, LONGEST, NEAR, NEVER, Seen

shares = st.floats(0, 1)


@st.composite
def seen_somehow(draw: st.DrawFn) -> Seen:
    """All that a trie can have seen, in numbers smaller and larger than those that are told apart."""
    longest = draw(st.integers(0, 40))
    match = draw(st.integers(0, longest))
    known = draw(st.sampled_from([0.0, 0.001, 0.4, 1.0])), draw(st.sampled_from([0.0, 0.3]))
    rivals = draw(st.integers(0, 100))
    if not match:
        return Seen(0, longest, 0.0, rivals, 0, None, False, *known)
    times, distance = draw(st.floats(0.1, 300)), draw(st.integers(1, 5000))
    return Seen(match, longest, draw(shares), rivals, times, distance, draw(st.booleans()), *known)


@given(seen_somehow(), st.integers(0, 10**6))
@settings(max_examples=300)
def test_the_terms_of_a_run_add_up_to_the_log_odds(seen: Seen, seed: int) -> None:
    weights = torch.randn(len(CLASSES), len(FEATURES), generator=torch.Generator().manual_seed(seed)).tolist()
    for likelihood in (Likelihood(tuple(map(tuple, weights))), Likelihood.packaged()):
        of = likelihood.terms(seen.longest, seen.rivals)[min(seen.match, 2)]
        summed = of.by_match[min(seen.match, LONGEST)] + of.beside_root * math.sqrt(seen.beside)
        if seen.match:
            near = NEVER if seen.distance is None else min(seen.distance // NEAR, NEVER - 1)
            summed += of.share * math.log((seen.share + 0.01) / (1.01 - seen.share)) + of.own * seen.own
            summed += of.times * math.log1p(seen.times) + of.by_distance[near]
        if seen.recalled:
            summed += of.recalled + of.recalled_root * math.sqrt(seen.recalled)
            summed += of.recalled_log * math.log(seen.recalled + 0.001)
        assert likelihood.log_odds(seen) == pytest.approx(summed, abs=1e-9)


def probability(likelihood: Likelihood, seen: Seen) -> float:
    return 1 / (1 + math.exp(-likelihood.log_odds(seen)))


@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("own", [False, True])
def test_what_followed_a_longer_match_is_likelier(share: float, own: bool) -> None:
    rising = [probability(Likelihood.packaged(), Seen(n, n, share, 2, 1, 40, own)) for n in range(1, 17)]
    assert rising == sorted(rising)
    assert rising[-1] > rising[0] + 0.3
