"""What a question and a passage say in the same way: pairs of telling words that follow each other in both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from corpus.language.stems import stems

Pair = tuple[str, str]


def pairs(text: str) -> frozenset[Pair]:
    """The pairs of neighbouring words of a text, stop words left out, by their stems."""
    return frozenset(_pairs(text))


def shared(wanted: frozenset[Pair], *texts: str) -> int:
    """How many of the ``wanted`` pairs stand in any of the texts."""
    return len(wanted.intersection(chain.from_iterable(map(_pairs, texts))))


def _pairs(text: str) -> Iterator[Pair]:
    words = stems(text)
    return zip(words, words[1:], strict=False)
