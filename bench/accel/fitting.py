"""Fitting the likelihood of drafted tokens (`accel.likelihood`) to what a model said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch

from accel.likelihood import CLASSES, FEATURES, Likelihood, Seen, features


def save(likelihood: Likelihood, path: Path) -> None:
    """As JSON, by the names of classes and features."""
    named = {
        kind: {name: round(weight, 4) for name, weight in zip(FEATURES, weights, strict=True)}
        for kind, weights in zip(CLASSES, likelihood.weights, strict=True)
    }
    path.write_text(json.dumps(named, indent=2) + "\n")


def fit(seen: Sequence[Seen], said: Sequence[bool], penalty: float = 1.0) -> Likelihood:
    """Maximum likelihood with a quadratic penalty, by Newton's method, for each class of its own."""
    kinds = [min(one.match, 2) for one in seen]
    weights = []
    for kind in range(len(CLASSES)):
        of_kind = [at for at, other in enumerate(kinds) if other == kind]
        x = torch.tensor([features(seen[at]) for at in of_kind], dtype=torch.float64).reshape(-1, len(FEATURES))
        y = torch.tensor([said[at] for at in of_kind], dtype=torch.float64)
        w = torch.zeros(x.shape[1], dtype=torch.float64)
        for _ in range(40):
            p = (x @ w).sigmoid()
            gradient = x.T @ (p - y) + penalty * w
            hessian = (x.T * (p * (1 - p))) @ x + penalty * torch.eye(len(w), dtype=w.dtype)
            change = torch.linalg.solve(hessian, gradient)
            w -= change
            if change.abs().max() < 1e-9:
                break
        weights.append(tuple(w.tolist()))
    return Likelihood(tuple(weights))
