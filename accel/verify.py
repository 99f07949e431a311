"""Which drafted tokens are what the model would have said itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from accel.draft import DraftTree
from accel.sampling import Greedy, Sampler


class Verdict(NamedTuple):
    """``path``: rows to keep, from row 0 down the accepted branch. ``tokens``: the tokens settled by this step, one for
    each row of ``path``: the accepted drafts and, last, the model's own choice after them."""

    path: tuple[int, ...]
    tokens: tuple[int, ...]


def accept(tree: DraftTree, scores: torch.Tensor, sampler: Sampler, prefix: Sequence[int]) -> Verdict:
    """Walk from row 0 along the sampler's choices for as long as they were drafted.

    ``scores`` has shape (rows, vocabulary): row i has the model's scores for the token after row i. ``prefix`` is what
    plain decoding would have seen before that of row 0: prompt and settled tokens, the last of which is row 0's own.
    Each token of the verdict is what ``sampler`` chooses given its true prefix, which is what makes the method lossless
    for any sampler that is a function of prefix and scores (KDD 2024, section 4, verification and accept).
    """
    # All rows' choices at once, which on a GPU is one wait instead of one for each accepted token.
    largest = scores[: tree.rows].argmax(dim=-1).tolist() if isinstance(sampler, Greedy) else None
    path, tokens = [0], list[int]()
    while True:
        row = path[-1]
        token = largest[row] if largest is not None else sampler.choose([*prefix, *tokens], scores[row])
        tokens.append(token)
        below = tree.children[row].get(token)
        if below is None:
            return Verdict(tuple(path), tuple(tokens))
        path.append(below)
