"""Draft trees grown from a trie, likeliest token first."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import torch

from accel.answers import AnswerTrie
from accel.budget import Budget
from accel.draft import DraftTree
from accel.earlier import EarlierAnswers
from accel.likelihood import LONGEST, NEAR, NEVER, Likelihood, Seen
from accel.trie import GAP, Source, TokenTrie

# Matches that are followed in one draft, the longest and then the newest first.
FOLLOWED = 16
SHORTER = 16
# The model's own likeliest tokens that are remembered of each token it read.
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
    """A row that could be added below ``parent``. Ordered as a heap wants it: likeliest first, then found first.
    ``places`` are where the run before the token was seen with the token behind it, and the lengths that match."""

    minus_likelihood: float
    order: int
    parent: int
    depth: int
    token: int
    places: list[tuple[int, int]]


class TrieDrafter:
    """Drafts from what a trie has seen after the suffixes of the text so far.

    Branches that continue different suffixes share their beginnings (the paper's hierarchical multi-branch drafts). A
    row's likelihood is the product of those along its branch, and rows are added likeliest first, which is the tree
    with the largest expected number of accepted tokens for its size, as far as the likelihoods are right. Where the
    trie knows nothing, the model's own second choices may serve: those it gave where the last token stood before,
    drafted or settled, and those it gave beside the last token.

    ``never`` are tokens that are not drafted: an end-of-sequence token in the middle of a chat prompt says nothing
    about the answer. One drafter serves one request; what it has read is gone with it.

    Where ``answers`` given earlier hold what the text so far ends with, what followed there is put into the request's
    own trie (at most `accel.trie.ROOM` tokens), and counts like the rest from then on: a text far away.
    """

    def __init__(
        self,
        trie: TokenTrie,
        budget: Budget,
        *,
        prompt_length: int = 0,
        never: Collection[int] = (),
        likelihood: Likelihood | None = None,
        answers: AnswerTrie | None = None,
    ) -> None:
        """``trie`` has read the prompt, of ``prompt_length`` tokens; ``answers`` are of the same tenant and corpus."""
        self._trie = trie
        self._budget = budget
        self._length = prompt_length
        self._never = frozenset({GAP, *never})
        self._likelihood = likelihood or Likelihood.packaged()
        # Places from here on are the answer's own.
        self._answer = len(trie.tokens)
        self._recalled: dict[int, dict[int, float]] = {}
        self._beside: dict[int, float] = {}
        self._bias = 0.0
        self._guess: tuple[int, float] | None = None
        self._earlier = None if answers is None else EarlierAnswers(answers, trie)

    def draft(self, root: int, max_depth: int) -> DraftTree:
        trie, budget = self._trie, self._budget
        floor, most = budget.least_likely, budget.most
        tokens, parents, sources, likelihoods = [root], [-1], [0], [1.0]
        heap: list[Offer] = []
        order = itertools.count()
        self._guess = None
        if max_depth > 0:
            if self._earlier:
                self._earlier.recall()
            longest = sorted(trie.matches.items(), key=_longest_newest, reverse=True)[:FOLLOWED]
            first = self._likely(root, longest, self._beside, 0.0)
            if first:
                token, likelihood, _ = max(first, key=_likelihood_of)
                self._guess = token, likelihood
            for token, likelihood, places in first:
                if likelihood >= floor:
                    heapq.heappush(heap, Offer(-likelihood, next(order), 0, 1, token, places))
        drafted: list[list[tuple[int, int]]] = [[]]
        while heap and len(tokens) < most:
            minus, _, parent, depth, token, places = heapq.heappop(heap)
            row = len(tokens)
            tokens.append(token)
            parents.append(parent)
            sources.append(self._sources(places))
            likelihoods.append(-minus)
            drafted.append(places)
            if depth < max_depth:
                for below, share, seen in self._likely(token, self._with_shorter(token, places), {}, floor / -minus):
                    if minus * share <= -floor:
                        heapq.heappush(heap, Offer(minus * share, next(order), row, depth + 1, below, seen))
        rows = budget.choose(likelihoods, self._length + len(trie.tokens) - self._answer)
        tree = DraftTree(
            tuple(tokens[:rows]), tuple(parents[:rows]), tuple(map(Source, sources[:rows])), tuple(likelihoods[:rows])
        )
        if self._earlier:
            self._earlier.drafted(tree, drafted)
        return tree

    def _with_shorter(self, token: int, places: Sequence[tuple[int, int]]) -> Collection[tuple[int, int]]:
        """The places of a drafted token after its run, and the newest where it stands after something else: what
        followed there is evidence too, and without it what follows a rare run would look certain."""
        longer = dict.fromkeys(self._trie.places(token)[-SHORTER:], 1)
        for place, length in places:
            longer[place + 1] = length + 1
        return longer.items()

    def candidates(self, last: int, places: Collection[tuple[int, int]], at_root: bool = True) -> list[Candidate]:
        """Tokens that may follow a run that ends with the token ``last`` and was seen at ``places``, each with the
        length that matches there."""
        found, mass, longest = self._followers(places)
        end, rivals = len(self._trie.tokens), len(found)
        recalled = self._recalled.get(last, {})
        beside = self._beside if at_root else {}
        made = []
        for token, (counted, times, match, newest, before) in found.items():
            seen = Seen(
                match,
                longest,
                counted / mass,
                rivals,
                times,
                end - newest,
                newest >= self._answer,
                recalled.get(token, 0.0),
                beside.get(token, 0.0),
            )
            followed = [(place + 1, length + 1) for place, length in before]
            made.append(Candidate(token, seen, followed, self._sources(before)))
        for token in recalled.keys() | beside.keys():
            if token not in found and token not in self._never:
                known = recalled.get(token, 0.0), beside.get(token, 0.0)
                made.append(
                    Candidate(token, Seen(0, longest, 0.0, rivals, 0, None, False, *known), [], int(Source.SCORES))
                )
        return made

    def _followers(self, places: Collection[tuple[int, int]]) -> tuple[dict[int, list[Any]], float, int]:
        """Of each token after the ``places``: its mass, count, longest match, newest place, and those of the places
        that it stands behind. And the sum of the masses, and the longest match."""
        text, end, weights, never = self._trie.tokens, len(self._trie.tokens), self._trie.weights, self._never
        # Plain lists: a draft makes about a hundred of them, and objects with named fields take three times as long.
        found: dict[int, list[Any]] = {}
        mass, longest = 0.0, 0
        for here in places:
            place, length = here
            after = place + 1
            if after == end or (token := text[after]) in never:
                continue
            weight = weights[after]
            counted = WEIGHTS[length if length < 5 else 5] * weight
            mass += counted
            if length > longest:
                longest = length
            if (known := found.get(token)) is None:
                found[token] = [counted, weight, length, after, [here]]
            else:
                known[0] += counted
                known[1] += weight
                if length > known[2]:
                    known[2] = length
                if after > known[3]:
                    known[3] = after
                known[4].append(here)
        # Nothing can be told of places that count nothing.
        return (found, mass, longest) if mass else ({}, 0.0, 0)

    def _likely(
        self, last: int, places: Collection[tuple[int, int]], beside: dict[int, float], least: float
    ) -> list[tuple[int, float, list[tuple[int, int]]]]:
        """The `candidates` that are at least about so likely, each with its likelihood and the places that it stands
        behind. Written out, for most candidates are not, and nothing is made for these."""
        found, mass, longest = self._followers(places)
        recalled = self._recalled.get(last, {})
        unseen, *classes = self._likelihood.terms(longest, len(found))
        end, answer, bias = len(self._trie.tokens), self._answer, self._bias
        log, log1p, sqrt, exp = math.log, math.log1p, math.sqrt, math.exp
        bar = log(least / (1 - least)) - bias if 0 < least < 1 else -math.inf
        likely: list[tuple[int, float, list[tuple[int, int]]]] = []
        for token, (counted, times, match, newest, before) in found.items():
            lengths, near, shared, often, owned, known, root, logged, instead = classes[match > 1]
            share, distance = counted / mass, (end - newest) // NEAR
            odds = (
                lengths[match if match < LONGEST else LONGEST]
                + shared * log((share + 0.01) / (1.01 - share))
                + often * log1p(times)
                + near[distance if distance < NEVER else NEVER - 1]
            )
            if newest >= answer:
                odds += owned
            if recalled and (chance := recalled.get(token)):
                odds += known + root * sqrt(chance) + logged * log(chance + 0.001)
            if beside and (chance := beside.get(token)):
                odds += instead * sqrt(chance)
            if odds >= bar:
                likely.append((token, 1 / (1 + exp(-bias - odds)), before))
        lengths, _, _, _, _, known, root, logged, instead = unseen
        for token in recalled.keys() | beside.keys() if beside else recalled:
            if token not in found and token not in self._never:
                odds = lengths[0]
                if chance := recalled.get(token):
                    odds += known + root * sqrt(chance) + logged * log(chance + 0.001)
                if beside and (chance := beside.get(token)):
                    odds += instead * sqrt(chance)
                if odds >= bar:
                    likely.append((token, 1 / (1 + exp(-bias - odds)), []))
        return likely

    def _sources(self, places: Sequence[tuple[int, int]]) -> int:
        sources, found = self._trie.sources, 0 if places else int(Source.SCORES)
        for place, _ in places:
            found |= sources[place + 1]
        return found

    def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        if self._guess is not None:
            token, likelihood = self._guess
            # Gradient ascent on the log-likelihood of this one guess, which is made whether or not it was drafted: so a
            # draft that keeps failing becomes smaller, and one that would succeed again comes back.
            self._bias += LEARNING_RATE * ((token == tokens[0]) - likelihood) - FORGETTING * self._bias
        if self._earlier:
            self._earlier.settled(tokens, scores.shape[-1])
        self._remember(scores.float(), tree, path)
        last = self._recalled[tree.tokens[path[-1]]]
        self._beside = {other: share for other, share in last.items() if other != tokens[-1]}
        for token in tokens:
            self._trie.feed(token)

    def _remember(self, scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
        """What the model thinks comes after each row's token, rows that were refused included: that a draft went wrong
        doesn't make it wrong elsewhere (as in Token Recycling, Luo et al. 2024). What follows the answer counts most,
        so it is noted last."""
        best = scores.topk(min(RECALLED, scores.shape[-1]))
        shares = (best.values - scores.logsumexp(dim=-1, keepdim=True)).exp().tolist()
        ids, accepted = best.indices.tolist(), set(path)
        for row in (*(row for row in range(tree.rows) if row not in accepted), *path):
            self._recalled[tree.tokens[row]] = dict(zip(ids[row], shares[row], strict=True))


def _likelihood_of(likely: tuple[int, float, list[tuple[int, int]]]) -> float:
    return likely[1]


def _longest_newest(match: tuple[int, int]) -> tuple[int, int]:
    return match[1], match[0]
