"""Several rankings made one."""

from __future__ import annotations

from collections.abc import Sequence


def reciprocal_rank_fusion(rankings: Sequence[Sequence[int]], constant: int = 60) -> list[tuple[int, float]]:
    """Items and their fused scores, best first: an item scores 1 / (constant + rank) in each ranking that has it, with
    ranks from 1. Ties go to the item that some ranking names first.

    Cormack, Clarke and Büttcher, *Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods*,
    SIGIR 2009.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (constant + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
