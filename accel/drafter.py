"""Draft trees grown from a trie, likeliest token first."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import torch

from accel.budget import Budget
from accel.draft import DraftTree
from accel.likelihood import Likelihood, Seen
from accel.trie import Source, TokenTrie

# Matches that are followed in one draft, the longest and then the newest first.
FOLLOWED = 16
SHORTER = 16
# The model's own next-best tokens that are remembered of each settled token.
RECALLED = 4
WEIGHTS = [3.0**length for length in range(6)]
# How fast a request's own successes and failures move the odds, and how fast that is forgotten.
LEARNING_RATE = 0.1
FORGETTING = 0.02


class Candidate(NamedTuple):
    """A token that may follow a run: what speaks for it, the places where it did with the lengths that match there up
    to and including it, and the sources that these are part of (`accel.trie.Source`, as a number)."""

    token: int
    seen: Seen
    places: list[tuple[int, int]]
    sources: int


class Offer(NamedTuple):
    """A row that could be added below ``parent``. Ordered as a heap wants it: likeliest first, then found first."""

    minus_likelihood: float
    order: int
    parent: int
    depth: int
    candidate: Candidate


class TrieDrafter:
    """Drafts from what a trie has seen after the suffixes of the text so far.

    Branches that continue different suffixes share their beginnings (the paper's hierarchical multi-branch drafts). A
    row's likelihood is the product of those along its branch, and rows are added likeliest first, which is the tree
    with the largest expected number of accepted tokens for its size, as far as the likelihoods are right. Where the
    trie knows nothing, the model's own second choices may serve: those it gave where the last token stood before, and
    those it gave beside the last token.

    ``never`` are tokens that are not drafted: an end-of-sequence token in the middle of a chat prompt says nothing
    about the answer. One drafter serves one request; what it has read is gone with it.
    """

    def __init__(
        self,
        trie: TokenTrie,
        budget: Budget,
        *,
        prompt_length: int = 0,
        never: Collection[int] = (),
        likelihood: Likelihood | None = None,
    ) -> None:
        """``trie`` has read the prompt, of ``prompt_length`` tokens."""
        self._trie = trie
        self._budget = budget
        self._length = prompt_length
        self._never = frozenset(never)
        self._likelihood = likelihood or Likelihood.packaged()
        # Places from here on are the answer's own.
        self._answer = len(trie.tokens)
        self._recalled: dict[int, dict[int, float]] = {}
        self._beside: dict[int, float] = {}
        self._bias = 0.0
        self._guess: tuple[int, float] | None = None

    def draft(self, root: int, max_depth: int) -> DraftTree:
        trie, budget = self._trie, self._budget
        floor, most = budget.least_likely, budget.most
        tokens, parents, sources, likelihoods = [root], [-1], [0], [1.0]
        heap: list[Offer] = []
        order = itertools.count()

        def offer(row: int, token: int, depth: int, places: Sequence[tuple[int, int]]) -> None:
            for candidate in self.candidates(token, places, at_root=depth == 0):
                likelihood = likelihoods[row] / (1 + math.exp(-self._bias - self._likelihood.log_odds(candidate.seen)))
                if likelihood >= floor or depth == 0:
                    heapq.heappush(heap, Offer(-likelihood, next(order), row, depth + 1, candidate))

        if max_depth > 0:
            offer(0, root, 0, heapq.nlargest(FOLLOWED, trie.matches.items(), key=_longest_newest))
        self._guess = (heap[0].candidate.token, -heap[0].minus_likelihood) if heap else None
        while heap and len(tokens) < most and -heap[0].minus_likelihood >= floor:
            minus, _, parent, depth, candidate = heapq.heappop(heap)
            tokens.append(candidate.token)
            parents.append(parent)
            sources.append(candidate.sources)
            likelihoods.append(-minus)
            if depth < max_depth:
                offer(len(tokens) - 1, candidate.token, depth, self._with_shorter(candidate))
        rows = budget.choose(likelihoods, self._length + len(trie.tokens) - self._answer)
        return DraftTree(
            tuple(tokens[:rows]), tuple(parents[:rows]), tuple(map(Source, sources[:rows])), tuple(likelihoods[:rows])
        )

    def _with_shorter(self, candidate: Candidate) -> list[tuple[int, int]]:
        """The places of a drafted token after its run, and the newest where it stands after something else: what
        followed there is evidence too, and without it what follows a rare run would look certain."""
        places = dict.fromkeys(self._trie.places(candidate.token)[-SHORTER:], 1)
        places.update(candidate.places)
        return list(places.items())

    def candidates(self, last: int, places: Sequence[tuple[int, int]], at_root: bool = True) -> list[Candidate]:
        """Tokens that may follow a run that ends with the token ``last`` and was seen at ``places``, each with the
        length that matches there."""
        text, end, weights, sources = self._trie.tokens, len(self._trie.tokens), self._trie.weights, self._trie.sources
        # Of each token: mass, longest match, count, newest place, sources, places.
        found: dict[int, tuple[list[float], list[int], list[tuple[int, int]]]] = {}
        mass, longest = 0.0, 0
        for place, length in places:
            after = place + 1
            if after == end or (token := text[after]) < 0 or token in self._never:
                continue
            counted = WEIGHTS[length if length < 5 else 5] * weights[after]
            mass += counted
            longest = max(longest, length)
            if (entry := found.get(token)) is None:
                found[token] = ([counted, weights[after]], [length, after, sources[after]], [(after, length + 1)])
            else:
                reals, numbers, followed = entry
                reals[0] += counted
                reals[1] += weights[after]
                numbers[0] = max(numbers[0], length)
                numbers[1] = max(numbers[1], after)
                numbers[2] |= sources[after]
                followed.append((after, length + 1))
        recalled = self._recalled.get(last, {})
        beside = self._beside if at_root else {}
        rivals = len(found)
        made = []
        for token, (reals, (match, newest, source), followed) in found.items():
            seen = Seen(
                match,
                longest,
                reals[0] / mass,
                rivals,
                reals[1],
                end - newest,
                newest >= self._answer,
                recalled.get(token, 0.0),
                beside.get(token, 0.0),
            )
            made.append(Candidate(token, seen, followed, source))
        for token in recalled.keys() | beside.keys():
            if token not in found and token not in self._never:
                known = recalled.get(token, 0.0), beside.get(token, 0.0)
                made.append(
                    Candidate(token, Seen(0, longest, 0.0, rivals, 0, None, False, *known), [], int(Source.SCORES))
                )
        return made

    def settle(self, tokens: Sequence[int], scores: torch.Tensor) -> None:
        if self._guess is not None:
            token, likelihood = self._guess
            # Gradient ascent on the log-likelihood of this one guess, which is made whether or not it was drafted: so a
            # draft that keeps failing becomes smaller, and one that would succeed again comes back.
            self._bias += LEARNING_RATE * ((token == tokens[0]) - likelihood) - FORGETTING * self._bias
        best = scores.float().topk(RECALLED)
        shares = (best.values - scores.float().logsumexp(dim=-1, keepdim=True)).exp().tolist()
        for token, ids, of_ids in zip(tokens, best.indices.tolist(), shares, strict=True):
            given = dict(zip(ids, of_ids, strict=True))
            self._recalled[self._trie.tokens[-1]] = given
            self._beside = {other: share for other, share in given.items() if other != token}
            self._trie.feed(token)


def _longest_newest(match: tuple[int, int]) -> tuple[int, int]:
    return match[1], match[0]
