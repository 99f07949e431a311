"""The draft tree: what a step verifies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch

from accel.trie import Source


@dataclass(frozen=True)
class DraftTree:
    """Tokens to verify in one forward pass.

    Row 0 is the last settled token, whose keys and values the model doesn't have yet; every other row is a drafted
    token. ``parents[i] < i`` is the row that row ``i`` continues, and -1 for row 0. A chain is a tree too, and so are
    parallel branches, with equal beginnings merged. ``sources`` says of each row where its branch was seen, and
    ``likelihoods`` how likely it was held to be accepted; both may be left out.
    """

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    sources: tuple[Source, ...] = ()
    likelihoods: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.tokens or len(self.tokens) != len(self.parents):
            raise ValueError("a draft tree needs at least its root, and one parent for each token")
        if self.parents[0] != -1 or any(not 0 <= p < i for i, p in enumerate(self.parents[1:], start=1)):
            raise ValueError("row 0 is the root, and every other row comes after its parent")

    @classmethod
    def root(cls, token: int) -> DraftTree:
        """No draft at all: one row, which is plain decoding."""
        return cls((token,), (-1,), (Source.NONE,), (1.0,))

    @property
    def rows(self) -> int:
        return len(self.tokens)

    @cached_property
    def depths(self) -> npt.NDArray[np.int64]:
        """Shape (rows,): tokens between row 0 and the row; row 0 has depth 0."""
        depths = np.zeros(self.rows, dtype=np.int64)
        for row, parent in enumerate(self.parents[1:], start=1):
            depths[row] = depths[parent] + 1
        return depths

    @cached_property
    def ancestors(self) -> npt.NDArray[np.bool_]:
        """Shape (rows, rows): ``[i, j]`` is whether row ``i`` sees row ``j``, that is, j is i or an ancestor of i."""
        sees = np.eye(self.rows, dtype=np.bool_)
        for row, parent in enumerate(self.parents[1:], start=1):
            sees[row] |= sees[parent]
        return sees

    @cached_property
    def children(self) -> tuple[dict[int, int], ...]:
        """For each row, the row that continues it by a token: ``children[row][token]``."""
        children: tuple[dict[int, int], ...] = tuple({} for _ in self.tokens)
        for row, parent in enumerate(self.parents[1:], start=1):
            children[parent][self.tokens[row]] = row
        return children


class Drafter(Protocol):
    """Guesses, step by step, how one answer goes on. What it guesses never changes a token of the answer."""

    def draft(self, root: int, max_depth: int) -> DraftTree:
        """A tree whose row 0 is ``root``, the last settled token, and whose branches have at most ``max_depth`` tokens
        after it: what lies beyond the end of an answer need not be verified."""
        ...

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        """The answer has got ``tokens``, each chosen by the scores of one row of ``path``; ``scores`` has shape (rows
        of ``tree``, vocabulary). The first token comes before any draft: its tree has one row, the prompt's last
        token."""
        ...


class Undrafted:
    """Drafts nothing, which is plain decoding."""

    def draft(self, root: int, max_depth: int) -> DraftTree:
        return DraftTree.root(root)

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        """Nothing to learn from."""
