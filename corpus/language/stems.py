"""The stems of words, by which words of one family count as the same."""

from __future__ import annotations

from corpus.language.words import STOP_WORDS, words


def stem(word: str) -> str:
    """Its first letters: "cancelled" and "cancellation" ask for the same. Numbers are kept whole."""
    return word if word.isdigit() else word[:5]


def stems(text: str) -> list[str]:
    """The words of a text by their stems, in its order, stop words left out."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]
