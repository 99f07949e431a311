"""Answers are written at once without waiting for each other's readers, and what they leave is freed."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any, TypeVar

import pytest

import accel
from accel import Chunk, Generation, Generator, Step, TransformersRuntime
from tests.accel.numerals import numerals
from tests.accel.test_runtime import PROMPTS, of_family

T = TypeVar("T")
DEADLINE = 60.0
MESSAGES = [[{"role": "user", "content": " ".join(map(str, prompt))}] for prompt in PROMPTS]


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator(of_family("Llama"), numerals(), rows=8)


@pytest.fixture(scope="module")
def alone(generator: Generator) -> list[str]:
    """The answer to each of the prompts, asked on its own."""
    return [text(stream(generator, at)) for at in range(len(MESSAGES))]


def stream(generator: Generator, at: int, **more: Any) -> Iterator[Chunk]:
    return generator.stream(MESSAGES[at], max_new_tokens=30, **more)


def text(chunks: Iterator[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


def within_the_deadline(work: Callable[[], T]) -> T:
    """What ``work`` gives, in a thread of its own, so that waiting for ever is a failure."""
    found: list[T] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(DEADLINE)
    assert found, "it waits for ever, or failed"
    return found[0]


def test_who_reads_an_answer_may_ask_something_else_meanwhile(generator: Generator, alone: list[str]) -> None:
    def nested() -> tuple[str, set[str]]:
        outer, inner = "", set()
        for chunk in stream(generator, 0):
            outer += chunk.text
            inner.add(text(stream(generator, 1)))
        return outer, inner

    assert within_the_deadline(nested) == (alone[0], {alone[1]})


def test_even_what_decides_whether_an_answer_will_do_may_ask(generator: Generator, alone: list[str]) -> None:
    asked: list[str] = []

    def enough(written: str) -> bool:
        asked.append(text(stream(generator, 1)))
        return len(asked) == 3

    assert within_the_deadline(lambda: text(stream(generator, 0, enough=enough)))
    assert set(asked) == {alone[1]}


def test_an_answer_that_nobody_reads_on_holds_up_no_other(generator: Generator, alone: list[str]) -> None:
    left = stream(generator, 0)
    next(left)
    assert within_the_deadline(lambda: text(stream(generator, 1))) == alone[1]
    assert next(left)


def test_answers_read_in_turns_are_those_given_alone(generator: Generator, alone: list[str]) -> None:
    streams = [stream(generator, at) for at in range(len(MESSAGES))]
    answers = [""] * len(streams)
    running = list(range(len(streams)))
    while running:
        for at in list(running):
            chunk = next(streams[at], None)
            if chunk is None:
                running.remove(at)
            else:
                answers[at] += chunk.text
    assert answers == alone


def test_answers_read_by_several_threads_are_those_given_alone(generator: Generator, alone: list[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = pool.map(lambda at: text(stream(generator, at % len(MESSAGES))), range(12))
        assert list(written) == alone * 4


def test_one_step_of_a_model_is_made_at_a_time_whoever_asks() -> None:
    model = of_family("Qwen 2")
    inside, most = 0, 0

    def enter(*_: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)

    def leave(*_: object) -> None:
        nonlocal inside
        inside -= 1

    hooks = [model.register_forward_pre_hook(enter), model.register_forward_hook(leave)]
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda at: accel.generate(model, numerals(), MESSAGES[at % 3], max_new_tokens=20), range(8)))
    finally:
        for hook in hooks:
            hook.remove()
    assert most == 1


def test_the_figures_of_a_piece_stay_as_they_were(generator: Generator, alone: list[str]) -> None:
    steps: list[Step] = []
    seen: list[Generation] = []
    chunks: list[Chunk] = []
    for chunk in stream(generator, 0, on_step=steps.append):
        chunks.append(chunk)
        seen.append(deepcopy(chunk.generation))
    assert [chunk.generation for chunk in chunks] == seen
    assert [chunk.generation.text for chunk in chunks] == [text(iter(chunks[: at + 1])) for at in range(len(chunks))]
    last = chunks[-1].generation
    assert last.text == alone[0]
    assert chunks[0].generation.steps == 0 < last.steps == len(steps) - 1
    assert list(last.tokens) == [token for step in steps for token in step.tokens]
    assert sum(tokens for _, tokens in last.by_source.values()) == len(last.tokens) - 1


def test_a_stream_that_is_closed_frees_what_it_held_at_once(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches: list[weakref.ref[Any]] = []
    prefill = TransformersRuntime.prefill

    def watched(self: TransformersRuntime, prompts: Any) -> Any:
        context, scores = prefill(self, prompts)
        caches.append(weakref.ref(context.cache))
        return context, scores

    monkeypatch.setattr(TransformersRuntime, "prefill", watched)
    left = stream(generator, 0)
    next(left)
    [cache] = caches
    assert cache() is not None
    left.close()  # type: ignore[attr-defined] # a generator's own
    assert cache() is None
