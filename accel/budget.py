"""How many rows a step is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Budget(Protocol):
    """Decides how much of a draft is verified. The rows of a draft come likeliest first, parents before children."""

    most: int

    @property
    def least_likely(self) -> float:
        """Rows less likely than this will not be chosen: they need not be looked for."""
        ...

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        """How many of the rows to verify, at least 1; ``likelihoods[0]`` is 1, that of the last settled token."""
        ...


@dataclass
class MeanRows:
    """Keeps the mean number of rows at ``rows``, and gives them to the steps in which they are likeliest to pay.

    A row is verified where its likelihood reaches a price, which rises while drafts are larger than ``rows`` and falls
    while they are smaller.
    """

    rows: float = 8.0
    most: int = 64
    price: float = field(default=0.08)

    def __post_init__(self) -> None:
        if not 1 <= self.rows <= self.most:
            raise ValueError(f"the mean of rows must lie between 1 and {self.most}, got {self.rows}")

    @property
    def least_likely(self) -> float:
        return self.price

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        chosen = min(self.most, max(1, sum(likelihood >= self.price for likelihood in likelihoods)))
        self.price *= math.exp(0.03 * (chosen - self.rows) / self.rows)
        self.price = min(max(self.price, 0.004), 1.01)
        return chosen
