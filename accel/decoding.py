"""The loop: draft, verify, accept, until every answer has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from accel.draft import Drafter, DraftTree, Undrafted
from accel.runtime import Runtime
from accel.sampling import Greedy, Sampler
from accel.trie import Source
from accel.verify import Verdict, accept


@dataclass(frozen=True)
class Request:
    """One answer to write.

    ``prompt`` are the tokens that the model reads, and ``ended`` is asked of the answer's tokens after every single
    one, so that where an answer ends doesn't depend on how many tokens a step settles. ``max_new_tokens`` ends it too.
    """

    prompt: Sequence[int]
    max_new_tokens: int
    ended: Callable[[Sequence[int]], bool] = lambda answer: False
    drafter: Drafter = field(default_factory=Undrafted)
    sampler: Sampler = field(default_factory=Greedy)


@dataclass(frozen=True)
class Step:
    """What one forward pass settled for one request.

    ``request`` is its place among those decoded together. ``tree`` is what was verified (None in the prefill) and
    ``path`` the rows of it that were accepted, row 0 first. ``draft_s`` are the seconds that the draft took.
    """

    request: int
    tokens: tuple[int, ...]
    tree: DraftTree | None = None
    path: tuple[int, ...] = ()
    draft_s: float = 0.0

    @property
    def rows(self) -> int:
        """Tokens verified; 0 in the prefill."""
        return self.tree.rows if self.tree else 0

    @property
    def source(self) -> Source:
        """Where the accepted branch was seen; `Source.NONE` where none was accepted."""
        return Source(self.tree.sources[self.path[-1]]) if self.tree and self.tree.sources else Source.NONE


def decode(runtime: Runtime[Any], requests: Sequence[Request]) -> Iterator[Step]:
    """Answer ``requests`` together, step by step; each one's tokens are those of plain decoding, whatever is
    drafted."""
    answers: list[list[int]] = [[] for _ in requests]
    running = [at for at, request in enumerate(requests) if request.max_new_tokens > 0]
    if not running:
        return

    def settle(at: int, verdict: Verdict, tree: DraftTree, scores: torch.Tensor) -> tuple[tuple[int, ...], bool]:
        """Append tokens up to the end of the answer; returns those appended, and whether that end was reached."""
        request, answer, tokens = requests[at], answers[at], verdict.tokens
        for taken, token in enumerate(tokens, start=1):
            answer.append(token)
            if len(answer) == request.max_new_tokens or request.ended(answer):
                return tokens[:taken], True
        request.drafter.settle(tokens, scores[: tree.rows], tree, verdict.path)
        return tokens, False

    def keep(ended: set[int]) -> None:
        nonlocal running
        if ended:
            left = [place for place, at in enumerate(running) if at not in ended]
            running = [running[place] for place in left]
            if running:
                runtime.select(context, left)

    context, scores = runtime.prefill([requests[at].prompt for at in running])
    ended = set()
    for at, row in zip(running, scores, strict=True):
        request = requests[at]
        verdict = Verdict((0,), (request.sampler.choose(request.prompt, row),))
        tokens, last = settle(at, verdict, DraftTree.root(request.prompt[-1]), row[None])
        ended |= {at} if last else set()
        yield Step(at, tokens)
    keep(ended)
    while running:
        began = time.perf_counter()
        trees = [
            requests[at].drafter.draft(answers[at][-1], requests[at].max_new_tokens - len(answers[at]) - 1)
            for at in running
        ]
        draft_s = (time.perf_counter() - began) / len(trees)
        scores = runtime.verify(context, trees)
        verdicts = [
            accept(tree, rows, requests[at].sampler, [*requests[at].prompt, *answers[at]])
            for at, tree, rows in zip(running, trees, scores, strict=True)
        ]
        runtime.commit(context, [verdict.path for verdict in verdicts])
        ended = set()
        for at, tree, verdict, rows in zip(list(running), trees, verdicts, scores, strict=True):
            tokens, last = settle(at, verdict, tree, rows)
            ended |= {at} if last else set()
            yield Step(at, tokens, tree, verdict.path, draft_s)
        keep(ended)
