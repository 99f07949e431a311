"""Lookahead decoding says what plain decoding says, whatever is drafted, however tokens are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import (
    LogitsProcessor,
    LogitsProcessorList,
    MinNewTokensLengthLogitsProcessor,
    MinPLogitsWarper,
    NoBadWordsLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from accel import (
    Drafter,
    DraftTree,
    Greedy,
    MeanRows,
    Processed,
    Request,
    Sampler,
    Source,
    Step,
    TokenTrie,
    TrieDrafter,
    Undrafted,
    decode,
)
from tests.accel.guessing import Guessing
from tests.accel.hash_runtime import HashRuntime, branch

VOCABULARY = 12
a_token = st.integers(0, VOCABULARY - 1)
some_tokens = st.lists(a_token, min_size=1, max_size=20)


@dataclass(frozen=True)
class Case:
    """A request without its drafter, and what to draft from."""

    request: Request
    passages: list[list[int]]
    guesses: int | None
    """The seed of a `Guessing` drafter; None for a trie."""


@dataclass(frozen=True)
class Ended:
    """Whether an answer ends: with a token, or where its sum is large enough."""

    tokens: frozenset[int]
    enough: int

    def __call__(self, answer: Sequence[int]) -> bool:
        return answer[-1] in self.tokens or sum(answer) > self.enough


@st.composite
def processed(draw: st.DrawFn, prompt_length: int) -> Processed:
    """Some of transformers' processors, as they are ordered there: those that forbid tokens before those that leave
    few."""
    makers: list[Callable[[], LogitsProcessor]] = [
        lambda: RepetitionPenaltyLogitsProcessor(draw(st.sampled_from([0.7, 1.5]))),
        lambda: NoBadWordsLogitsProcessor([[draw(a_token), draw(a_token)]]),
        lambda: MinNewTokensLengthLogitsProcessor(prompt_length, draw(st.integers(1, 20)), [draw(a_token)]),
        lambda: TemperatureLogitsWarper(draw(st.sampled_from([0.3, 1.7]))),
        lambda: TopKLogitsWarper(draw(st.integers(1, 4))),
        lambda: TopPLogitsWarper(draw(st.sampled_from([0.4, 0.9]))),
        lambda: MinPLogitsWarper(draw(st.sampled_from([0.05, 0.5]))),
    ]
    chosen = [make for make in makers if draw(st.booleans())]
    seed = draw(st.none() | st.integers(0, 2**70))
    return Processed(LogitsProcessorList([make() for make in chosen]), seed, stream=draw(st.integers(0, 3)), batch=4)


@st.composite
def cases(draw: st.DrawFn, greedy: bool) -> Case:
    prompt = draw(some_tokens)
    sampler: Sampler = Greedy() if greedy else draw(processed(len(prompt)))
    ended = Ended(draw(st.frozensets(a_token, max_size=1)), draw(st.integers(0, 300)))
    request = Request(prompt, draw(st.integers(0, 40)), ended, sampler=sampler)
    return Case(request, draw(st.lists(some_tokens, max_size=3)), draw(st.none() | st.integers(0, 10**6)))


@st.composite
def budgets(draw: st.DrawFn) -> MeanRows:
    most = draw(st.integers(1, 30))
    return MeanRows(draw(st.floats(1, most)), most, draw(st.sampled_from([0.01, 0.1, 0.6])))


def write(requests: Sequence[Request]) -> tuple[list[list[int]], list[Step]]:
    """The answers, and the steps in which they were written."""
    steps = list(decode(HashRuntime(VOCABULARY), requests))
    answers: list[list[int]] = [[] for _ in requests]
    for step in steps:
        answers[step.request] += step.tokens
    return answers, steps


def drafted(case: Case, budget: MeanRows, truth: Sequence[int]) -> Request:
    """The request with a drafter of its own."""
    drafter: Drafter
    if case.guesses is None:
        drafter = trie_drafter(case.request.prompt, [*case.passages, list(truth[3:])], budget)
    else:
        drafter = Guessing(truth, VOCABULARY, case.guesses)
    return replace(case.request, drafter=drafter)


def trie_drafter(prompt: Sequence[int], passages: Sequence[Sequence[int]], budget: MeanRows) -> TrieDrafter:
    trie = TokenTrie()
    for passage in passages:
        trie.insert(passage, Source.PASSAGES)
    trie.read(prompt)
    return TrieDrafter(trie, budget, prompt_length=len(prompt), never=[0])


def check_that_drafts_change_nothing(batch: Sequence[Case], budget: MeanRows) -> None:
    plain = [write([replace(case.request, drafter=Undrafted())])[0][0] for case in batch]
    assert write([case.request for case in batch])[0] == plain
    ahead, steps = write([drafted(case, budget, truth) for case, truth in zip(batch, plain, strict=True)])
    assert ahead == plain
    assert [write([drafted(case, budget, truth)])[0][0] for case, truth in zip(batch, plain, strict=True)] == plain
    for step in steps:
        assert step.tokens
        assert step.rows <= (budget.most if batch[step.request].guesses is None else 12)
        if step.tree:
            # All but the last of a step's tokens were drafted; the end of an answer may cut off some of both.
            accepted = [step.tree.tokens[row] for row in step.path[1:]]
            assert list(step.tokens[:-1]) == accepted[: len(step.tokens) - 1]


@given(st.lists(cases(greedy=True), min_size=1, max_size=4), budgets())
@settings(max_examples=80, deadline=None)
def test_lookahead_gives_the_tokens_of_plain_decoding(batch: list[Case], budget: MeanRows) -> None:
    check_that_drafts_change_nothing(batch, budget)


@given(st.lists(cases(greedy=False), min_size=1, max_size=4), budgets())
@settings(max_examples=30, deadline=None)
def test_processed_and_drawn_tokens_are_those_of_plain_decoding(batch: list[Case], budget: MeanRows) -> None:
    check_that_drafts_change_nothing(batch, budget)


def test_an_answer_is_drawn_anew_for_another_seed_or_stream() -> None:
    def text(seed: int, stream: int) -> list[int]:
        return write([Request([1, 2], 30, sampler=Processed(seed=seed, stream=stream, batch=2))])[0][0]

    assert text(1, 0) == text(1, 0)
    assert len({tuple(text(seed, stream)) for seed in (1, 2) for stream in (0, 1)}) == 4


def test_a_repeating_answer_takes_fewer_steps_than_tokens() -> None:
    [answer], steps = write([Request([1, 2, 3], 60, drafter=trie_drafter([1, 2, 3], [], MeanRows(8)))])
    assert len(answer) == 60
    assert len(steps) < 40


def test_an_answer_that_stands_in_a_passage_is_drafted_nearly_whole() -> None:
    [[answer], _] = write([Request([5, 1], 40)])
    _, steps = write([Request([5, 1], 40, drafter=trie_drafter([5, 1], [answer], MeanRows(16)))])
    assert len(steps) <= 8


def test_the_end_is_asked_for_after_every_single_token() -> None:
    asked: list[list[int]] = []

    def ended(answer: Sequence[int]) -> bool:
        asked.append(list(answer))
        return len(answer) == 17

    [[whole], _] = write([Request([5, 1], 40)])
    [answer], steps = write([Request([5, 1], 40, ended, Guessing(whole, VOCABULARY, 1))])
    assert answer == whole[:17]
    assert asked == [whole[:length] for length in range(1, 18)]
    assert len(steps) < 17


def test_nothing_is_generated_where_no_token_is_asked_for() -> None:
    assert write([Request([1], 0)]) == ([[]], [])
    assert write([]) == ([], [])
    [none, some], _ = write([Request([1], 0), Request([1], 3)])
    assert none == []
    assert len(some) == 3


def test_no_more_is_drafted_than_is_left_of_an_answer() -> None:
    [[whole], _] = write([Request([5, 1], 9)])
    _, steps = write([Request([5, 1], 9, drafter=trie_drafter([5, 1], [whole * 3], MeanRows(16)))])
    written = 0
    for step in steps:
        if step.tree:
            assert step.tree.depths.max() <= 9 - written - 1
        written += len(step.tokens)
    assert written == 9


def test_a_step_says_where_its_accepted_branch_was_seen() -> None:
    [[plain], _] = write([Request([2, 4], 60)])
    _, steps = write([Request([2, 4], 60, drafter=trie_drafter([2, 4], [[2, 4, *plain[:8]]], MeanRows(8)))])
    accepted = [step for step in steps if len(step.path) > 1]
    assert Source.PASSAGES in accepted[0].source
    assert Source.ANSWER in accepted[-1].source
    assert all(step.source == Source.NONE for step in steps if len(step.path) <= 1)


def test_a_drafter_is_told_every_token_and_the_scores_it_was_chosen_by() -> None:
    class Told(Guessing):
        def settle(self, tokens: Sequence[int], scores: torch.Tensor, tree: DraftTree, path: Sequence[int]) -> None:
            super().settle(tokens, scores, tree, path)
            assert len(scores) == tree.rows
            told.extend(zip(tokens, scores[list(path)], strict=True))

    told: list[tuple[int, torch.Tensor]] = []
    [[plain], _] = write([Request([4, 4], 30)])
    write([Request([1], 5), Request([4, 4], 30, drafter=Told(plain, VOCABULARY, 3))])
    assert plain[: len(told)] == [token for token, _ in told]
    assert len(told) > 20
    for at, (_, scores) in enumerate(told):
        assert torch.equal(scores, HashRuntime(VOCABULARY).scores([4, 4, *plain[:at]]))


def test_the_branches_of_a_tree_are_read_from_its_root() -> None:
    tree = DraftTree((7, 8, 9, 8), (-1, 0, 0, 2))
    assert [branch(tree, row) for row in range(4)] == [[7], [7, 8], [7, 9], [7, 9, 8]]
