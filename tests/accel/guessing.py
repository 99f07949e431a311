"""A drafter that draws its trees at random, right and wrong branches side by side."""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch

from accel import DraftTree


class Guessing:
    """Drafts any valid tree: bare roots, chains and bushes, wrong tokens before and beside the right ones.

    ``truth`` is the answer, of which it knows enough that about half of its tokens are right.
    """

    def __init__(self, truth: Sequence[int], vocabulary: int, seed: int, rows: int = 12) -> None:
        self._truth = list(truth)
        self._vocabulary = vocabulary
        self._random = random.Random(seed)
        self._rows = rows
        self._settled = 0

    def draft(self, root: int, max_depth: int) -> DraftTree:
        draw = self._random
        tokens, parents, depths, right = [root], [-1], [0], [True]
        for _ in range(draw.randrange(self._rows)):
            parent = len(tokens) - 1 if draw.random() < 0.5 else draw.randrange(len(tokens))
            next_true = self._truth[self._settled + depths[parent] :][:1] if right[parent] else []
            token = next_true[0] if next_true and draw.random() < 0.5 else draw.randrange(self._vocabulary)
            if depths[parent] < max_depth and (parent, token) not in zip(parents, tokens, strict=True):
                tokens.append(token)
                parents.append(parent)
                depths.append(depths[parent] + 1)
                right.append(right[parent] and next_true == [token])
        return DraftTree(tuple(tokens), tuple(parents))

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        self._settled += len(tokens)
