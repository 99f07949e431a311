"""How many rows a step is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from accel.costs import StepCosts


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
    """Keeps the mean number of rows just below ``rows``, and gives them to the steps in which they likeliest pay.

    A row is verified where its likelihood reaches a price. Rows go where they are likeliest to be accepted only if the
    price is nearly the same for all steps, so it follows the rows saved slowly: in proportion, and by their integral
    towards a reserve large enough for a run of large drafts. No draft takes more than is saved: the mean never exceeds
    ``rows``.

    Measured on the 48 prompts of docs/lookahead.md at 8 rows: with 0.005, 0.0002 and 8 in place of the 0.002, 1e-6 and
    40 below it was 2.69 tokens a step instead of 2.73.
    """

    rows: float = 8.0
    most: int = 64
    price: float = 0.0
    _saved: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.rows <= self.most:
            raise ValueError(f"the mean of rows must lie between 1 and {self.most}, got {self.rows}")
        # About where it settles for answers that copy what they were given.
        self.price = self.price or min(0.75 / self.rows, 0.5)

    @property
    def least_likely(self) -> float:
        return self.price

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        worth = max(1, sum(likelihood >= self.price for likelihood in likelihoods))
        chosen = min(worth, self.most, int(self.rows + self._saved))
        # Bounded: a long time in which there was nothing to draft must not be made up for later.
        self._saved = min(self._saved + self.rows - chosen, 300 * self.rows)
        missing = 40 * self.rows - self._saved
        self.price *= math.exp((0.002 * (min(worth, self.most) - self.rows) + 1e-6 * missing) / self.rows)
        self.price = min(max(self.price, 0.004), 1.01)
        return chosen


@dataclass
class FastestRate:
    """As many rows as give the most accepted tokens a second, by the measured ``costs`` of a step.

    A step of k rows settles the sum of their likelihoods, in expectation, and takes costs.seconds(k). What is to be
    large is not the ratio of a single step but that of all: the step is worth its tokens, less what could have been
    settled in its time at the rate of the steps before (Dinkelbach's method for ratios of sums). One row is always
    among the choices, so a draft that isn't believed in costs no more than the asking.
    """

    costs: StepCosts
    most: int = 64
    rate: float = 0.0
    _tokens: float = 0.0
    _seconds: float = 0.0

    @property
    def least_likely(self) -> float:
        row = min(
            (self.costs.seconds(rows + 8, 0) - self.costs.seconds(rows, 0)) / 8 for rows in range(1, self.most, 8)
        )
        return min(0.5, max(0.005, self.rate * row))

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        rate = self.rate or 1 / self.costs.seconds(1, context_length)
        tokens, best = 0.0, (-math.inf, 1, 0.0, 0.0)
        for rows, likelihood in enumerate(likelihoods[: self.most], start=1):
            tokens += likelihood
            seconds = self.costs.seconds(rows, context_length)
            best = max(best, (tokens - rate * seconds, rows, tokens, seconds))
        self._tokens = 0.98 * self._tokens + best[2]
        self._seconds = 0.98 * self._seconds + best[3]
        self.rate = self._tokens / self._seconds
        return best[1]
