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

    None where less than ``min_support`` of them stand together, where a number, unit or currency of the sentence is not
    among them ("14 business days" is not supported by a source that says 10), or where one of the two denies
    something and the other doesn't. Of equal ones the first and shortest is taken.
    """
    words = Counter(_words(sentence))
    if not words:
        return None
    exact = {word for word in words if _must_match(word)}
    best: Support | None = None
    for passage in passages:
        # What the heading and a table's header say is said of every line below them.
        around = set(_words(f"{passage.heading} {passage.context}"))
        for span in _windows(sentences(passage.text)):
            own = Counter(_words(span.of(passage.text)))
            if not exact <= own.keys() | around or ("not" in own) != ("not" in words):
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


# Different spellings of what must be the same in the answer and its source.
SAME = {
    **dict.fromkeys(("euro", "euros", "eur"), "€"),
    **dict.fromkeys(("pound", "pounds", "gbp"), "£"),
    **dict.fromkeys(("dollar", "dollars", "usd"), "$"),
    **dict.fromkeys(("percent",), "%"),
    **dict.fromkeys(("no", "never", "none", "neither", "nor", "without"), "not"),
}
NUMBER_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half double twice
        """,
    )
)


def _must_match(word: str) -> bool:
    return word[0].isdigit() or word in "€£$%" or word in NUMBER_WORDS


def _words(text: str) -> list[str]:
    """Lower-case words, numbers and units, those that mean the same alike: 1,000 is 1000, and EUR is €."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"n['’]t\b|\bcannot\b", " not", text).replace("per cent", "percent")
    return [SAME.get(word, word) for word in re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+|[€£$%]", text)]
