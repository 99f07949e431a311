"""Quoting without a model: the part of the best passage's section that speaks most of what was asked."""

from __future__ import annotations

import re

from app.sentences import Span, sentences
from retrieval.lexical import STOP_WORDS
from retrieval.phrases import stem

# Half of the sections with which the CFPB answers consumers' questions are no longer; less leaves out what was asked.
MOST_WORDS = 160


def best_span(question: str, text: str, most_words: int = MOST_WORDS) -> list[Span]:
    """Neighbouring whole sentences of ``text``, of at most ``most_words`` words (or one that is longer), that hold most
    of the question's words; of equals the longest, and of these the first."""
    wanted = _stems(question)
    spans = sentences(text)
    best: tuple[int, int, int] = (-1, 0, 0)
    chosen: list[Span] = []
    for first in range(len(spans)):
        words, seen = 0, set[str]()
        for last in range(first, len(spans)):
            sentence = spans[last].of(text)
            words += len(sentence.split())
            if words > most_words and last > first:
                break
            seen |= _stems(sentence)
            rank = (len(seen & wanted), words, -first)
            if rank > best:
                best, chosen = rank, spans[first : last + 1]
    return chosen


def _stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS}
