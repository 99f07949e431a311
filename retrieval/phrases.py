"""What a question and a passage say in the same way: pairs of telling words that follow each other in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from retrieval.lexical import STOP_WORDS

Pair = tuple[str, str]


def pairs(text: str) -> frozenset[Pair]:
    """The pairs of neighbouring words of a text, stop words left out, by their stems."""
    return frozenset(_pairs(text))


def shared(wanted: frozenset[Pair], *texts: str) -> int:
    """How many of the ``wanted`` pairs stand in any of the texts."""
    return len(wanted.intersection(chain.from_iterable(map(_pairs, texts))))


def stems(text: str) -> list[str]:
    """The words of a text by their stems, in its order, stop words left out."""
    return [stem(word) for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


def _pairs(text: str) -> Iterator[Pair]:
    words = stems(text)
    return zip(words, words[1:], strict=False)


def stem(word: str) -> str:
    """Its first letters: "cancelled" and "cancellation" ask for the same. Numbers are kept whole."""
    return word if word.isdigit() else word[:5]
