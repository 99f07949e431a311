"""Pearson's test, as far as the tests need it."""

from __future__ import annotations

from collections.abc import Sequence


def fits(counts: Sequence[float], expected: Sequence[float]) -> bool:
    """Whether ``counts`` could be drawn with the shares ``expected`` (chance of a wrong no: 1 in 1,000).

    The critical value is Wilson and Hilferty's approximation, right to a percent.
    """
    likely = [(count, share) for count, share in zip(counts, expected, strict=True) if share > 0]
    total, whole = sum(count for count, _ in likely), sum(expected)
    if total != sum(counts):
        return False
    statistic = sum((count - total * share / whole) ** 2 / (total * share / whole) for count, share in likely)
    freedom = len(likely) - 1
    spread = 2 / (9 * freedom)
    return bool(statistic < freedom * (1 - spread + 3.09 * spread**0.5) ** 3)
