"""A draft is made without looking closely at what is unlikely, and is what looking closely at everything gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accel import AnswerTrie, DraftTree, Likelihood, Source, TokenTrie, TrieDrafter
from accel.drafter import FOLLOWED, SHORTER
from accel.likelihood import CLASSES, FEATURES
from tests.accel.hash_runtime import branch
from tests.accel.test_drafter import settle

VOCABULARY = 7
some_tokens = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=40)


@dataclass
class Everything:
    """A budget that takes what is likelier than ``least_likely``."""

    least_likely: float
    most: int = 10**6

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        return len(likelihoods)


def branches_by_hand(
    drafter: TrieDrafter, trie: TokenTrie, likelihood: Likelihood, run: list[int], depth: int, floor: float
) -> dict[tuple[int, ...], float]:
    """Every branch at least as likely as ``floor``, by `TrieDrafter.candidates` and `Likelihood.log_odds`."""
    matches = sorted(trie.matches.items(), key=lambda match: (match[1], match[0]), reverse=True)[:FOLLOWED]
    waiting: list[tuple[tuple[int, ...], int, list[tuple[int, int]], float]] = []
    if depth:
        waiting.append(((), run[-1], matches, 1.0))
    found: dict[tuple[int, ...], float] = {}
    for above, last, places, parent in waiting:
        for candidate in drafter.candidates(last, places, at_root=not above):
            likely = parent / (1 + math.exp(-drafter._bias - likelihood.log_odds(candidate.seen)))
            if likely >= floor:
                found[*above, candidate.token] = likely
                nearby = {**dict.fromkeys(trie.places(candidate.token)[-SHORTER:], 1), **dict(candidate.places)}
                if len(above) + 1 < depth:
                    waiting.append(((*above, candidate.token), candidate.token, list(nearby.items()), likely))
    return found


def branches_of(tree: DraftTree) -> dict[tuple[int, ...], float]:
    return {tuple(branch(tree, row)[1:]): tree.likelihoods[row] for row in range(1, tree.rows)}


@given(
    texts=st.lists(some_tokens, max_size=3),
    prompt=some_tokens,
    answer=st.lists(st.integers(0, VOCABULARY - 1), max_size=10),
    earlier=st.lists(some_tokens, max_size=3),
    seed=st.none() | st.integers(0, 10**6),
    depth=st.integers(0, 4),
    floor=st.floats(0.02, 0.5),
)
@settings(max_examples=150, deadline=None)
def test_a_draft_has_every_branch_that_is_likely_enough(
    texts: list[list[int]],
    prompt: list[int],
    answer: list[int],
    earlier: list[list[int]],
    seed: int | None,
    depth: int,
    floor: float,
) -> None:
    draw = torch.Generator().manual_seed(seed or 0)
    likelihood = Likelihood.packaged()
    if seed is not None:
        likelihood = Likelihood(tuple(map(tuple, torch.randn(len(CLASSES), len(FEATURES), generator=draw).tolist())))
    answers = AnswerTrie(2**10)
    for one in earlier:
        answers.insert(one)
    trie = TokenTrie()
    for text in texts:
        trie.insert(text, Source.PASSAGES, 0.7)
    trie.read(prompt)
    drafter = TrieDrafter(trie, Everything(floor), never=[0], likelihood=likelihood, answers=answers)
    for token in answer:
        drafter.draft(0, 1)
        settle(drafter, [token], 2 * torch.randn(1, VOCABULARY, generator=draw))
    run = [*prompt, *answer]
    tree = drafter.draft(run[-1], depth)
    drafted, by_hand = branches_of(tree), branches_by_hand(drafter, trie, likelihood, run, depth, floor)
    # Where rounding decides, either is right.
    assert {one for one in drafted.keys() ^ by_hand.keys() if abs({**drafted, **by_hand}[one] - floor) > 1e-9} == set()
    assert {one: drafted[one] for one in by_hand} == pytest.approx(by_hand)
    assert list(tree.likelihoods) == sorted(tree.likelihoods, reverse=True)
