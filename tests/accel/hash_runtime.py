"""A model whose scores are a hash of the prefix: exact, instant, and strict about the order of calls."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch

from accel import DraftTree


@dataclass
class Texts:
    """The settled tokens of each request, and the trees that wait for `commit`."""

    tokens: list[list[int]]
    pending: Sequence[DraftTree] | None = None


class HashRuntime:
    """Scores depend on the tokens before them alone, so a wrong row, path or request shows at once."""

    def __init__(self, vocabulary: int) -> None:
        assert vocabulary <= 32, "a hash has 32 bytes"
        self.vocabulary = vocabulary

    def prefill(self, prompts: Sequence[Sequence[int]]) -> tuple[Texts, torch.Tensor]:
        assert prompts
        assert all(prompts)
        return Texts([list(prompt) for prompt in prompts]), torch.stack([self.scores(prompt) for prompt in prompts])

    def verify(self, context: Texts, trees: Sequence[DraftTree]) -> torch.Tensor:
        assert context.pending is None, "commit must follow verify"
        assert len(trees) == len(context.tokens)
        context.pending = trees
        # What lies past a tree's rows means nothing: who reads it gets no number.
        scores = torch.full((len(trees), max(tree.rows for tree in trees), self.vocabulary), torch.nan)
        for at, (text, tree) in enumerate(zip(context.tokens, trees, strict=True)):
            for row in range(tree.rows):
                scores[at, row] = self.scores([*text, *branch(tree, row)])
        return scores

    def commit(self, context: Texts, paths: Sequence[Sequence[int]]) -> None:
        assert context.pending is not None, "there is nothing to commit"
        for text, tree, path in zip(context.tokens, context.pending, paths, strict=True):
            assert path[0] == 0
            assert all(tree.parents[row] == above for above, row in zip(path, path[1:], strict=False))
            text += [tree.tokens[row] for row in path]
        context.pending = None

    def select(self, context: Texts, requests: Sequence[int]) -> None:
        assert context.pending is None, "commit must follow verify"
        assert requests, "a context without requests is of no use"
        assert len(set(requests)) == len(requests)
        context.tokens = [context.tokens[at] for at in requests]

    def scores(self, prefix: Sequence[int]) -> torch.Tensor:
        """Shape (vocabulary,); between 0 and 8, so that a token drawn from them isn't always the likeliest."""
        # Only the last two tokens count, so that texts repeat themselves and drafts are often right.
        return _scores(tuple(prefix[-2:]), self.vocabulary)


def branch(tree: DraftTree, row: int) -> list[int]:
    """The tokens from row 0 down to ``row``."""
    return [tree.tokens[at] for at in range(row + 1) if tree.ancestors[row, at]]


@cache
def _scores(last: tuple[int, ...], vocabulary: int) -> torch.Tensor:
    digest = hashlib.sha256(repr(list(last)).encode()).digest()
    return torch.tensor([byte / 32 + i / 1000 for i, byte in enumerate(digest[:vocabulary])])
