"""The draft tree, and how one is grown from a trie within a row budget."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from accel.trie import Source, TokenTrie, TrieCursor


@dataclass(frozen=True)
class DraftTree:
    """Tokens to verify in one forward pass.

    Row 0 is the last settled token, whose keys and values the model doesn't have yet; every other row is a drafted
    token. ``parents[i] < i`` is the row that row ``i`` continues, and -1 for row 0. A chain is a tree too. ``sources``
    says of each row where its branch was seen; it may be left out.
    """

    tokens: tuple[int, ...]
    parents: tuple[int, ...]
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if not self.tokens or len(self.tokens) != len(self.parents):
            raise ValueError("a draft tree needs at least its root, and one parent for each token")
        if self.parents[0] != -1 or any(not 0 <= p < i for i, p in enumerate(self.parents[1:], start=1)):
            raise ValueError("row 0 is the root, and every other row comes after its parent")

    @classmethod
    def root(cls, token: int) -> DraftTree:
        """No draft at all: one row, which is plain decoding."""
        return cls((token,), (-1,), (Source.NONE,))

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


@dataclass(frozen=True)
class Drafter:
    """Grows draft trees out of a trie, best guess first.

    ``rows`` is the budget of a tree, row 0 included; 1 turns drafting off. ``never`` are tokens that are not drafted:
    an end-of-sequence token in the middle of a chat prompt says nothing about the answer.
    """

    rows: int = 8
    never: Collection[int] = ()

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise ValueError(f"a draft needs at least 1 row, got {self.rows}")

    def draft(self, trie: TokenTrie, cursor: TrieCursor, root: int, max_depth: int) -> DraftTree:
        """The tree of the likeliest continuations of what ``cursor`` has read, whose last token is ``root``.

        No branch is longer than ``max_depth`` tokens: what lies beyond the end of an answer need not be verified.

        Branches that start from different suffixes share their prefixes (the paper's hierarchical multi-branch
        drafts). A branch is as likely as its tokens' shares of the counts along it, and a longer matching suffix is
        trusted more than a shorter one.
        """
        tokens, parents, depths, sources = [root], [-1], [0], [Source.NONE]
        row_of: dict[tuple[int, int], int] = {}
        # Heap of (minus likelihood, order of discovery, row to continue, token, trie node of the token).
        offers: list[tuple[float, int, int, int, int]] = []
        order = itertools.count()

        def offer(likelihood: float, row: int, node: int) -> None:
            below = trie.children[node]
            total = sum(trie.counts[child] for child in below.values())
            for token, child in below.items():
                if token not in self.never:
                    share = trie.counts[child] / total
                    heapq.heappush(offers, (-likelihood * share, next(order), row, token, child))

        for length in range(len(cursor.suffixes) if max_depth > 0 else 0, 0, -1):
            offer(_trust(length), 0, cursor.suffixes[length - 1])
        while offers and len(tokens) < self.rows:
            minus, _, parent, token, node = heapq.heappop(offers)
            row = row_of.setdefault((parent, token), len(tokens))
            if row == len(tokens):
                tokens.append(token)
                parents.append(parent)
                depths.append(depths[parent] + 1)
                sources.append(Source(trie.sources[node]))
            if depths[row] < max_depth:
                offer(-minus, row, node)
        return DraftTree(tuple(tokens), tuple(parents), tuple(sources))


def _trust(length: int) -> float:
    """How far a continuation found after a suffix of ``length`` tokens is believed, in (0, 1)."""
    return 1.0 - 0.6**length
