"""Which source says what the answer says: found by comparing texts, never asked of the model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.sentences import Span, sentences
from corpus.store import PassageRecord


@dataclass(frozen=True)
class Support:
    """The span of a passage's text that best supports a sentence, and the share of the sentence's words it holds."""

    passage: PassageRecord
    span: Span
    share: float


def best_support(sentence: str, passages: Sequence[PassageRecord], min_support: float) -> Support | None:
    """The sentence, or two neighbouring ones, among ``passages`` that holds most of ``sentence``'s words.

    None where less than ``min_support`` of them stand anywhere together, or where a number of the sentence is not among
    them: "14 business days" is not supported by a source that says 10. Of equal ones the first and shortest is taken.
    """
    words = Counter(_words(sentence))
    if not words:
        return None
    best: Support | None = None
    for passage in passages:
        # What the heading and a table's header say is said of every line below them.
        around = Counter(_words(f"{passage.heading} {passage.context}"))
        for span in _windows(sentences(passage.text)):
            own = Counter(_words(span.of(passage.text)))
            source = own + around
            if any(source[word] == 0 for word in words if word[0].isdigit()):
                continue
            # Words of the heading alone don't make a line a source.
            share = (words & own).total() / words.total()
            if share >= min_support and (best is None or share > best.share + 1e-9):
                best = Support(passage, span, share)
    return best


def _windows(spans: Sequence[Span]) -> Iterator[Span]:
    yield from spans
    for first, second in zip(spans, spans[1:], strict=False):
        yield Span(first.start, second.end)


def _words(text: str) -> list[str]:
    """Lower-case words and numbers; 1,000 and 1000 are the same number."""
    return re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+", re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()))
