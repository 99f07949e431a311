"""Lookahead decoding says what plain decoding says, whatever is drafted."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from accel import Drafter, Source, Step, decode
from tests.accel.hash_runtime import HashRuntime

VOCABULARY = 6
tokens = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=30)


def write(
    prompt: list[int], rows: int, seeds: list[list[int]], most: int, end: set[int], enough: int = 10**9
) -> list[Step]:
    return list(
        decode(
            HashRuntime(VOCABULARY),
            prompt,
            drafter=Drafter(rows, never=end),
            max_new_tokens=most,
            end=end,
            seeds=seeds,
            enough=lambda answer: sum(answer) > enough,
        )
    )


def tokens_of(steps: list[Step]) -> list[int]:
    return [token for step in steps for token in step.tokens]


@given(
    prompt=tokens,
    rows=st.integers(2, 24),
    seeds=st.lists(tokens, max_size=3),
    most=st.integers(1, 60),
    end=st.sets(st.integers(0, VOCABULARY - 1), max_size=1),
    enough=st.integers(0, 200),
)
@settings(max_examples=150, deadline=None)
def test_lookahead_gives_the_tokens_of_plain_decoding(
    prompt: list[int], rows: int, seeds: list[list[int]], most: int, end: set[int], enough: int
) -> None:
    plain = write(prompt, 1, seeds, most, end, enough)
    ahead = write(prompt, rows, seeds, most, end, enough)
    assert tokens_of(ahead) == tokens_of(plain)
    assert all(len(step.tokens) == 1 for step in plain)
    assert all(step.rows <= rows for step in ahead)


def test_a_repeating_answer_takes_fewer_steps_than_tokens() -> None:
    steps = write([1, 2, 3], rows=8, seeds=[], most=60, end=set())
    assert len(tokens_of(steps)) == 60
    assert len(steps) < 40


def test_an_answer_seeded_with_itself_is_drafted_nearly_whole() -> None:
    answer = tokens_of(write([5, 0], rows=1, seeds=[], most=40, end=set()))
    assert len(write([5, 0], rows=16, seeds=[answer], most=40, end=set())) <= 8


def test_the_end_token_is_the_last_one_given() -> None:
    first = tokens_of(write([1], rows=1, seeds=[], most=30, end=set()))
    end = first[4]
    assert tokens_of(write([1], rows=8, seeds=[first], most=30, end={end})) == first[: first.index(end) + 1]


def test_nothing_is_generated_where_no_token_is_asked_for() -> None:
    assert write([1], rows=8, seeds=[], most=0, end=set()) == []


def test_a_step_says_where_its_accepted_branch_was_seen() -> None:
    prompt = [1, 2, 3]
    plain = [token for step in write(prompt, 1, [], 30, set()) for token in step.tokens]
    steps = write(prompt, 8, [[*prompt, *plain[:8]]], 30, set())
    drafted = [step for step in steps if len(step.tokens) > 1]
    assert Source.PASSAGES in drafted[0].source
    assert Source.ANSWER in drafted[-1].source
    assert all(step.source == Source.NONE for step in steps if len(step.tokens) == 1)
