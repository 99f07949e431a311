"""Likelihoods can be fitted to what a model said, and saved."""

from __future__ import annotations

import math
from pathlib import Path

import torch

from accel import Likelihood
from accel.likelihood import CLASSES, FEATURES, PACKAGED, Seen
from bench.accel.fitting import fit, save


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


def test_what_is_saved_is_what_is_packaged(tmp_path: Path) -> None:
    save(Likelihood.packaged(), tmp_path / "likelihood.json")
    assert (tmp_path / "likelihood.json").read_text() == PACKAGED.read_text()
