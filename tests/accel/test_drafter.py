"""Drafts keep their budget, hold only what their own request has seen, and learn from what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accel import DraftTree, MeanRows, Request, Source, TokenTrie, TrieDrafter, decode
from accel.drafter import RECALLED
from tests.accel.hash_runtime import HashRuntime, branch

VOCABULARY = 8
some_tokens = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=30)
NOTHING = torch.zeros(VOCABULARY)


@dataclass
class Everything:
    """A budget that takes what is likelier than ``floor``, and has no memory."""

    floor: float = 0.02
    most: int = 40

    @property
    def least_likely(self) -> float:
        return self.floor

    def choose(self, likelihoods: Sequence[float], context_length: int) -> int:
        return len(likelihoods)


def drafter_of(
    prompt: Sequence[int],
    passages: Sequence[Sequence[int]] = (),
    budget: Everything | MeanRows | None = None,
    never: Sequence[int] = (),
) -> TrieDrafter:
    trie = TokenTrie()
    for passage in passages:
        trie.insert(passage, Source.PASSAGES)
    trie.read(prompt)
    return TrieDrafter(trie, budget or Everything(), prompt_length=len(prompt), never=never)


def score(*likeliest: int) -> torch.Tensor:
    """Scores of one token, in which these tokens are the likeliest, in this order."""
    scores = NOTHING.clone()
    for at, token in enumerate(likeliest):
        scores[token] = 9.0 - at
    return scores


@given(
    prompt=some_tokens,
    passages=st.lists(some_tokens, max_size=3),
    answer=st.lists(st.integers(0, VOCABULARY - 1), max_size=20),
    seed=st.integers(0, 10**6),
    most=st.integers(1, 30),
    max_depth=st.integers(0, 8),
    never=st.lists(st.integers(0, VOCABULARY - 1), max_size=2),
)
@settings(max_examples=150, deadline=None)
def test_drafts_are_trees_of_what_was_seen_within_their_bounds(
    prompt: list[int],
    passages: list[list[int]],
    answer: list[int],
    seed: int,
    most: int,
    max_depth: int,
    never: list[int],
) -> None:
    drafter = drafter_of(prompt, passages, Everything(0.001, most), never)
    scores = torch.randn(len(answer), VOCABULARY, generator=torch.Generator().manual_seed(seed)) * 3
    for at, token in enumerate(answer):
        drafter.draft(0, 3)
        settle(drafter, [token], scores[at : at + 1])
    text = [*prompt, *answer]
    tree = drafter.draft(text[-1], max_depth)
    assert tree.tokens[0] == text[-1]
    assert tree.rows <= most
    assert tree.depths.max() <= max_depth
    assert not set(tree.tokens[1:]) & set(never)
    assert all(parent < row for row, parent in enumerate(tree.parents))
    siblings = list(zip(tree.parents, tree.tokens, strict=True))
    assert len(set(siblings)) == tree.rows
    assert tree.likelihoods[0] == 1
    recalled = {(a, b) for a, given_b in zip(text[len(prompt) - 1 :], scores, strict=False) for b in top(given_b)}
    beside = top(scores[-1]) if answer else set()
    seen = {pair for sequence in (text, *passages) for pair in zip(sequence, sequence[1:], strict=False)}
    for row in range(1, tree.rows):
        parent = tree.parents[row]
        assert 0 <= tree.likelihoods[row] <= tree.likelihoods[parent]
        pair = tree.tokens[parent], tree.tokens[row]
        if tree.sources[row] == Source.SCORES:
            assert pair in recalled or (parent == 0 and tree.tokens[row] in beside)
        else:
            assert Source.SCORES not in tree.sources[row]
            assert pair in seen


def top(scores: torch.Tensor) -> set[int]:
    return set(scores.topk(min(RECALLED, VOCABULARY)).indices.tolist())


def settle(drafter: TrieDrafter, tokens: Sequence[int], scores: torch.Tensor) -> None:
    """A step in which a draft of nothing but the right tokens was accepted."""
    chain = DraftTree((drafter._trie.tokens[-1], *tokens[:-1]), tuple(range(-1, len(tokens) - 1)))
    drafter.settle(tokens, scores, chain, range(len(tokens)))


def branches(tree: DraftTree) -> list[list[int]]:
    """Every branch without its root."""
    return [branch(tree, row)[1:] for row in range(1, tree.rows)]


def test_a_passage_that_matched_at_length_is_drafted_to_its_end() -> None:
    passage = list(range(100, 140))
    tree = drafter_of([1, 2, *passage[:9]], [passage], Everything(0.1, 64)).draft(passage[8], 99)
    assert branches(tree)[-1] == passage[9:]
    assert all(Source.PASSAGES in source for source in tree.sources[1:])


def test_the_longest_match_comes_first() -> None:
    # After "1 2" came 3 once; after "2" alone came 9 twice.
    tree = drafter_of([1, 2, 3, 0, 2, 9, 0, 2, 9, 0, 1, 2]).draft(2, 5)
    assert tree.tokens[:2] == (2, 3)
    assert [9] in branches(tree)


def test_branches_that_begin_alike_share_their_beginning() -> None:
    tree = drafter_of([5], [[5, 1, 2, 3], [5, 1, 2, 4]]).draft(5, 9)
    assert sorted(branch for branch in branches(tree) if len(branch) == 3) == [[1, 2, 3], [1, 2, 4]]
    assert branches(tree).count([1, 2]) == 1


def test_a_source_says_everything_about_where_a_token_was_seen() -> None:
    drafter = drafter_of([1, 2, 3, 1], [[1, 2]])
    assert drafter.draft(1, 1).sources[1] == Source.PASSAGES | Source.PROMPT
    settle(drafter, [2, 3, 1], torch.stack([score(2), score(3), score(1)]))
    assert drafter.draft(1, 1).sources[1] == Source.PASSAGES | Source.PROMPT | Source.ANSWER


def test_where_nothing_was_seen_the_models_own_second_choices_are_drafted() -> None:
    drafter = drafter_of([1, 2], budget=Everything(0.001))
    assert drafter.draft(2, 3).rows == 1
    settle(drafter, [3], score(3, 4)[None])
    settle(drafter, [2], score(2, 7)[None])
    tree = drafter.draft(2, 1)
    # 3 is what followed 2; 4 is what the model held for next best there, and 7 what it would have said instead of 2.
    assert set(tree.tokens[1:]) >= {3, 4, 7}
    assert [tree.sources[tree.tokens.index(token)] for token in (4, 7)] == [Source.SCORES] * 2
    assert tree.tokens[1] == 3


def test_what_the_model_said_after_a_refused_draft_is_drafted_after_its_token() -> None:
    drafter = drafter_of([1, 2])
    # Row 1, token 5, was refused: the model said 3.
    drafter.settle([3], torch.stack([score(3), score(6)]), DraftTree((2, 5), (-1, 0)), [0])
    settle(drafter, [5], score(5)[None])
    assert 6 in drafter.draft(5, 1).tokens
    # What it says where the answer goes on counts more than what it said where it didn't.
    drafter.settle([5], torch.stack([score(7, 5), score(6)]), DraftTree((5, 5), (-1, 0)), [0])
    tokens = drafter.draft(5, 1).tokens
    assert 7 in tokens
    assert 6 not in tokens


def test_drafts_that_keep_failing_become_smaller_and_come_back() -> None:
    """Likelihoods are compared with those of a twin that has read the same, but made no guesses to learn from."""
    prompt, budget = [1, 2, 3, 4] * 3, Everything(0.0001)
    drafter, twin = drafter_of(prompt, budget=budget), drafter_of(prompt, budget=budget)

    def step(right: bool) -> None:
        guess = drafter.draft(4, 5).tokens[1]
        tokens = [guess if right else (guess + 3) % VOCABULARY, 1, 2, 3, 4]
        for one in (drafter, twin):
            settle(one, tokens, NOTHING.expand(5, -1))

    def learnt() -> tuple[float, float]:
        """By how much the first row's likelihood, and the sum of all, differ from those without learning."""
        here, there = drafter.draft(4, 5).likelihoods, deepcopy(twin).draft(4, 5).likelihoods
        return here[1] - there[1], sum(here) - sum(there)

    assert learnt() == (0, 0)
    for _ in range(15):
        step(right=False)
    failed = learnt()
    assert failed[0] < -0.05
    assert failed[1] < -0.05
    for _ in range(15):
        step(right=True)
    assert learnt()[0] > failed[0] / 2
    assert learnt()[1] > failed[1] / 2


def test_a_vocabulary_smaller_than_what_is_remembered_is_enough() -> None:
    drafter = drafter_of([0, 1])
    settle(drafter, [0], torch.tensor([[2.0, 1.0]]))
    assert set(drafter.draft(0, 2).tokens) <= {0, 1}


SECRET = [21, 30, 22, 29, 23, 28, 24]


def drafts_of(requests: Sequence[Request], of: int) -> list[DraftTree]:
    return [step.tree for step in decode(HashRuntime(32), requests) if step.request == of and step.tree]


def with_a_secret() -> Request:
    prompt = [3, *SECRET, 4, *SECRET]
    return Request(prompt, 25, drafter=drafter_of(prompt, [SECRET, [3, *SECRET]], MeanRows(12)))


def who_asks_for_it() -> Request:
    # The secret's first tokens again and again: whoever knows it would go on with the rest.
    prompt = [3, *SECRET[:3], 4, *SECRET[:3]]
    return Request(prompt, 25, drafter=drafter_of(prompt, [[9, 8, 7]], MeanRows(12)))


def test_no_request_drafts_what_another_has_read() -> None:
    """Neither one that ended before it nor one beside it; so drafts, and their times, say nothing about it."""
    assert any(SECRET[3] in tree.tokens for tree in drafts_of([with_a_secret(), who_asks_for_it()], 0))
    alone = drafts_of([who_asks_for_it()], 0)
    # Alone, after an ended request, and beside another.
    list(decode(HashRuntime(32), [with_a_secret()]))
    for drafts in (drafts_of([who_asks_for_it()], 0), drafts_of([with_a_secret(), who_asks_for_it()], 1)):
        assert drafts == alone
    for tree in alone:
        assert all(str(SECRET[3:])[1:-1] not in str(found) for found in branches(tree))
