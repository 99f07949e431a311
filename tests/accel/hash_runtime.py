"""A model whose scores are a hash of the prefix: exact, instant, and different after every different prefix."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import torch

from accel import DraftTree


class HashRuntime:
    """Scores depend on every token before them, so a wrong row, mask, position or path shows at once."""

    def __init__(self, vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self.pending: DraftTree | None = None

    def prefill(self, tokens: Sequence[int]) -> tuple[list[int], torch.Tensor]:
        return list(tokens), self._scores(tokens)

    def verify(self, context: list[int], tree: DraftTree) -> torch.Tensor:
        assert self.pending is None, "commit must follow verify"
        self.pending = tree
        return torch.stack([self._scores(context + self._branch(tree, row)) for row in range(tree.rows)])

    def commit(self, context: list[int], path: Sequence[int]) -> None:
        tree = self.pending
        assert tree is not None
        assert path[0] == 0
        assert all(tree.parents[row] == above for above, row in zip(path, path[1:], strict=False))
        context += [tree.tokens[row] for row in path]
        self.pending = None

    def _branch(self, tree: DraftTree, row: int) -> list[int]:
        above = [] if row == 0 else self._branch(tree, tree.parents[row])
        return [*above, tree.tokens[row]]

    def _scores(self, prefix: Sequence[int]) -> torch.Tensor:
        # Only the last tokens count, so that texts repeat themselves and drafts are often right.
        digest = hashlib.sha256(repr(list(prefix[-2:])).encode()).digest()
        return torch.tensor([float(byte) + i / 100 for i, byte in enumerate(digest[: self.vocabulary])])
