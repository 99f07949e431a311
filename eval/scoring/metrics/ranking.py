"""How early a ranking brings what is relevant.

A ranking names, for each rank, the keys of the relevant items that the result there holds: none for an irrelevant
result, several where one result holds several. A key that comes again further down counts at its first rank only.
``relevant`` gives each item's grade, from 1; keys that it doesn't name are passed over. Where every result holds at
most one item, the values are those of trec_eval (Buckley; measures recall.k, recip_rank and ndcg_cut.k).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

Ranking = Sequence[Collection[str]]


def recall_at(ranking: Ranking, relevant: Mapping[str, int], k: int) -> float:
    """The share of the relevant items that the first ``k`` results hold, whatever their grades."""
    return sum(map(len, _first_found(ranking, relevant, k))) / len(relevant)


def reciprocal_rank_at(ranking: Ranking, relevant: Mapping[str, int], k: int) -> float:
    """1/r for the rank r of the first result that holds a relevant item; 0.0 if it isn't among the first ``k``.
    (Voorhees, TREC-8 question answering track, 1999.)"""
    return next((1 / rank for rank, found in enumerate(_first_found(ranking, relevant, k), start=1) if found), 0.0)


def ndcg_at(ranking: Ranking, relevant: Mapping[str, int], k: int) -> float:
    """The discounted cumulative gain, as a share of the best that is possible at ``k``.

    Sum of grade / log2(position + 1) over the items at positions up to ``k``, divided by the same sum for all items in
    falling order of grade (Järvelin & Kekäläinen 2002, with trec_eval's linear gains). An item's position is its rank.
    Of several at one rank, the one of the highest grade stands at the rank and each other takes the next position, so
    that no two items share a discount and the result is at most 1.
    """
    gain, position = 0.0, 0
    for rank, found in enumerate(_first_found(ranking, relevant, k), start=1):
        for grade in sorted((relevant[key] for key in found), reverse=True):
            position = max(rank, position + 1)
            gain += grade / math.log2(position + 1) if position <= k else 0.0
    ideal = sorted(relevant.values(), reverse=True)[:k]
    # Both sums may have the same terms in another order, and so differ by rounding.
    return min(1.0, gain / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ideal, start=1)))


def _first_found(ranking: Ranking, relevant: Mapping[str, int], k: int) -> list[set[str]]:
    """The relevant items of each of the first ``k`` results that no result before it holds."""
    if not relevant:
        raise ValueError("A ranking can't be judged without a relevant item: leave such questions out.")
    if k < 1:
        raise ValueError(f"A ranking is cut at rank 1 or later, not at {k}.")
    seen: set[str] = set()
    found = []
    for keys in ranking[:k]:
        found.append(relevant.keys() & set(keys) - seen)
        seen |= found[-1]
    return found
