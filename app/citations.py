"""Which source says what the answer says: found by comparing texts, never asked of the model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.sentences import Span, sentences
from corpus.passage_store import PassageRecord
from retrieval.spellings import COUNTS


@dataclass(frozen=True)
class Support:
    """The span of a passage's text that best supports a sentence, and the share of the sentence's words it holds."""

    passage: PassageRecord
    span: Span
    share: float


def best_support(sentence: str, passages: Sequence[PassageRecord], min_support: float) -> Support | None:
    """The place among ``passages`` that ``sentence`` was taken from, if it says the same.

    That is the source sentence with the largest share of the sentence's words, or, where none holds ``min_support`` of
    them, the two neighbouring ones. The result is None where a number, unit or currency of the sentence doesn't stand
    there ("14 business days" is not supported by a source that says 10), or where one of the two denies something and
    the other doesn't. Of equal places the first is taken.
    """
    words = Counter(_words(sentence))
    if not words:
        return None
    # Only the closest place counts: in a wider one, a wrong number may find its like in the next sentence.
    for window in (1, 2):
        places = [place for passage in passages for place in _places(words, passage, window)]
        closest = max((support.share for support, _ in places), default=0.0)
        if closest >= min_support:
            return next((s for s, agrees in places if agrees and s.share > closest - 1e-9), None)
    return None


def _places(words: Counter[str], passage: PassageRecord, window: int) -> Iterator[tuple[Support, bool]]:
    """Every run of ``window`` sentences of a passage, and whether it agrees with ``words`` in what must be the same."""
    # What the heading and a table's header say is said of every line below them.
    around = set(_words(f"{passage.heading} {passage.context}"))
    exact = {word for word in words if _must_match(word)}
    spans = sentences(passage.text)
    for first, last in zip(spans, spans[window - 1 :], strict=False):
        span = Span(first.start, last.end)
        own = Counter(_words(span.of(passage.text)))
        agrees = exact <= own.keys() | around and ("not" in own) == ("not" in words)
        # Words of the heading alone don't make a line a source.
        yield Support(passage, span, (words & own).total() / words.total()), agrees


# Different spellings of what must be the same in the answer and its source.
SAME = {
    **dict.fromkeys(("euro", "euros", "eur"), "€"),
    **dict.fromkeys(("pound", "pounds", "gbp"), "£"),
    **dict.fromkeys(("dollar", "dollars", "usd"), "$"),
    **dict.fromkeys(("percent",), "%"),
    **dict.fromkeys(("no", "never", "none", "neither", "nor", "without"), "not"),
}
NUMBER_WORDS = COUNTS.keys() | {"hundred", "thousand", "million", "half", "double", "twice"}


def _must_match(word: str) -> bool:
    return word[0].isdigit() or word in "€£$%" or word in NUMBER_WORDS


def _words(text: str) -> list[str]:
    """Lower-case words, numbers and units, those that mean the same alike: 1,000 is 1000, and EUR is €."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"n['’]t\b|\bcannot\b", " not", text).replace("per cent", "percent")
    return [SAME.get(word, word) for word in re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+|[€£$%]", text)]
