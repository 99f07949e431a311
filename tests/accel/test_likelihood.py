"""Likelihoods are plain logistic regressions, whatever the shortcuts, and can be fitted."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accel import Likelihood
from accel.likelihood import CLASSES, FEATURES, PACKAGED, Seen, features, fit

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
def test_log_odds_are_the_sum_of_weights_times_features(seen: Seen, seed: int) -> None:
    weights = torch.randn(len(CLASSES), len(FEATURES), generator=torch.Generator().manual_seed(seed)).tolist()
    for likelihood in (Likelihood(tuple(map(tuple, weights))), Likelihood.packaged()):
        summed = sum(w * x for w, x in zip(likelihood.weights[min(seen.match, 2)], features(seen), strict=True))
        assert likelihood.log_odds(seen) == pytest.approx(summed, abs=1e-9)


def probability(likelihood: Likelihood, seen: Seen) -> float:
    return 1 / (1 + math.exp(-likelihood.log_odds(seen)))


def test_fitting_recovers_the_probabilities_that_answers_were_drawn_with() -> None:
    draw = torch.Generator().manual_seed(3)

    def number(most: int) -> int:
        return int(torch.randint(most, (), generator=draw))

    truth = Likelihood(tuple(tuple((torch.randn(len(FEATURES), generator=draw) / 3).tolist()) for _ in CLASSES))
    seen = []
    for match in range(3):
        for _ in range(2500):
            longest, own, known = match + number(8), bool(number(2)), number(10) / 10
            if match:
                seen.append(Seen(match, longest, number(100) / 100, number(9), 1 + number(9), 1 + number(999), own))
            else:
                seen.append(Seen(0, longest, 0.0, number(9), 0, None, False, known, number(10) / 10))
    said = [bool(torch.rand((), generator=draw) < probability(truth, one)) for one in seen]
    fitted = fit(seen, said)
    for kind in range(len(CLASSES)):
        errors = [abs(probability(fitted, one) - probability(truth, one)) for one in seen if min(one.match, 2) == kind]
        assert sum(errors) / len(errors) < 0.03
        assert max(errors) < 0.2


def test_what_was_never_seen_in_fitting_has_even_odds() -> None:
    fitted = fit([Seen(1, 1, 0.5, 1, 1, 3, False)] * 20, [True] * 20)
    assert probability(fitted, Seen(1, 1, 0.5, 1, 1, 3, False)) > 0.8
    assert probability(fitted, Seen(5, 5, 0.5, 1, 1, 3, False)) == 0.5


@pytest.mark.parametrize("share", [0.5, 1.0])
@pytest.mark.parametrize("own", [False, True])
def test_what_followed_a_longer_match_is_likelier(share: float, own: bool) -> None:
    rising = [probability(Likelihood.packaged(), Seen(n, n, share, 2, 1, 40, own)) for n in range(1, 17)]
    assert rising == sorted(rising)
    assert rising[-1] > rising[0] + 0.3


def test_what_is_saved_is_what_is_packaged(tmp_path: Path) -> None:
    Likelihood.packaged().save(tmp_path / "likelihood.json")
    assert (tmp_path / "likelihood.json").read_text() == PACKAGED.read_text()
