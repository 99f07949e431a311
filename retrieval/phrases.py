"""What a question and a passage say in the same way: pairs of telling words that follow each other in both."""

from __future__ import annotations

import re

from retrieval.lexical import STOP_WORDS


def pairs(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring words of a text, stop words left out, by their stems."""
    words = [stem(word) for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]
    return frozenset(zip(words, words[1:], strict=False))


def stem(word: str) -> str:
    """Its first letters: "cancelled" and "cancellation" ask for the same. Numbers are kept whole."""
    return word if word.isdigit() else word[:5]
