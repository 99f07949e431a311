"""The loop: draft, verify, accept, until the answer ends."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from accel.draft import Drafter
from accel.runtime import Runtime
from accel.trie import Source, TokenTrie, TrieCursor
from accel.verify import accept_greedy


@dataclass(frozen=True)
class Step:
    """One forward pass: the tokens it settled, the rows it verified (0 for the prefill), and where the branch that it
    accepted was seen (`Source.NONE` where it accepted none)."""

    tokens: tuple[int, ...]
    rows: int
    source: Source = Source.NONE


def decode(
    runtime: Runtime[Any],
    prompt: Sequence[int],
    *,
    drafter: Drafter,
    max_new_tokens: int,
    end: Collection[int] = (),
    seeds: Iterable[Sequence[int]] = (),
    enough: Callable[[Sequence[int]], bool] | None = None,
) -> Iterator[Step]:
    """Greedy decoding of ``prompt``, step by step; the tokens are those of plain decoding, whatever the drafter does.

    ``seeds`` are token sequences that the answer may copy. They, the prompt and the answer so far feed the trie that is
    drafted from, which is gone when the loop ends. Decoding stops after ``max_new_tokens``, with a token of ``end``
    (which is the last one yielded), or as soon as ``enough`` holds of the answer's tokens so far; it is asked after
    every single token, so that the answer's end doesn't depend on how many tokens a step settles.
    """
    trie = TokenTrie()
    if drafter.rows > 1:
        for seed in seeds:
            trie.insert(seed, source=Source.PASSAGES)
    cursor = TrieCursor(trie)
    answer: list[int] = []

    def settle(tokens: Sequence[int]) -> tuple[tuple[int, ...], bool]:
        """Append ``tokens`` up to the end of the answer; returns those appended, and whether that end was reached."""
        for taken, token in enumerate(tokens, start=1):
            answer.append(token)
            if drafter.rows > 1:
                cursor.feed(token)
            if token in end or len(answer) == max_new_tokens or (enough is not None and enough(answer)):
                return tuple(tokens[:taken]), True
        return tuple(tokens), False

    if max_new_tokens < 1:
        return
    if drafter.rows > 1:
        for token in prompt:
            cursor.feed(token)
    cursor.source = Source.ANSWER
    context, logits = runtime.prefill(prompt)
    tokens, finished = settle([int(logits.argmax())])
    yield Step(tokens, rows=0)
    while not finished:
        tree = drafter.draft(trie, cursor, root=answer[-1], max_depth=max_new_tokens - len(answer) - 1)
        verdict = accept_greedy(tree, runtime.verify(context, tree))
        runtime.commit(context, verdict.path)
        tokens, finished = settle(verdict.tokens)
        yield Step(tokens, rows=tree.rows, source=tree.sources[verdict.path[-1]])
